//! `sluice migrate`: a station file of an older layout, in the present one.

use crate::cli::new_station::MigrateOptions;
use crate::exit::{FAILED, STATION, UNUSABLE, fail};
use crate::json;
use crate::new_file;
use crate::output;
use crate::station_file::problems_of;
use serde::Serialize;
use sluice::check::Wording;
use sluice::complain;
use sluice::draft::migrate;
use sluice::station::{self, FILE_BYTES_MAX, LAYOUT};
use std::process::ExitCode;

/// Prints or writes the file, and lists on standard error what changes.
pub fn run(options: &MigrateOptions) -> ExitCode {
    let path = options.file.display();
    let text = match new_file::read(&options.file, FILE_BYTES_MAX) {
        Ok(text) => text,
        Err(error) => return fail(UNUSABLE, format_args!("{path}: {error}")),
    };
    let new = match migrate(&text) {
        Ok(new) => new,
        Err(problem) => return fail(STATION, format_args!("{path}: {problem}")),
    };
    match &options.write {
        None => output::print(format_args!("{}", new.text)),
        Some(path) => {
            if let Err(error) = new_file::write(path, &new.text) {
                return fail(FAILED, format_args!("--write {error}"));
            }
        }
    }
    if options.json {
        let with = |sign: &'static str| {
            let changes = new.changes.iter();
            changes
                .filter_map(move |change| change.strip_prefix(sign))
                .collect()
        };
        json::print(&Report {
            file: &options.file.to_string_lossy(),
            from: new.from,
            to: LAYOUT,
            gone: with("- "),
            new: with("+ "),
        });
        return refused(options, &new.text).unwrap_or(ExitCode::SUCCESS);
    }
    complain!(
        "sluice: {path}: layout {}; the present one is {LAYOUT}",
        new.from
    );
    for change in &new.changes {
        complain!("  {change}");
    }
    if new.changes.is_empty() {
        complain!("  no key changes");
    }
    if let Some(code) = refused(options, &new.text) {
        return code;
    }
    if let Some(path) = &options.write {
        new_file::say_next(path);
    }
    ExitCode::SUCCESS
}

/// What changes.
#[derive(Serialize)]
struct Report<'m> {
    file: &'m str,
    /// The layout that it had, and the present one.
    from: u32,
    to: u32,
    /// Each key with its value.
    gone: Vec<&'m str>,
    new: Vec<&'m str>,
}

/// Names what a station would refuse about the new file. Nothing if it is right.
fn refused(options: &MigrateOptions, text: &str) -> Option<ExitCode> {
    let problems = station::read(text.as_bytes()).err()?;
    let origin = match &options.write {
        Some(path) => format!("{}: written, and it has", path.display()),
        None => format!("{}, in the present layout", options.file.display()),
    };
    Some(problems_of(&Wording::default(), &origin, problems))
}
