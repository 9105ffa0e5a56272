//! `sluice migrate`: a station file of an older layout, in the present one.

use crate::cli::new_station::MigrateOptions;
use crate::exit::{FAILED, STATION, UNUSABLE, fail};
use crate::new_file;
use crate::output;
use crate::station_file::problems_of;
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
    if let Err(problems) = station::read(new.text.as_bytes()) {
        let origin = match &options.write {
            Some(path) => format!("{}: written, and it has", path.display()),
            None => format!("{path}, in the present layout"),
        };
        return problems_of(&Wording::default(), &origin, problems);
    }
    if let Some(path) = &options.write {
        new_file::say_next(path);
    }
    ExitCode::SUCCESS
}
