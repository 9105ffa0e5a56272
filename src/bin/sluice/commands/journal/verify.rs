//! Whether each line of a journal is whole, and follows the one before.

use crate::exit::{FAILED, UNUSABLE, fail};
use crate::output::say;
use serde::Serialize;
use sluice::journal::{Damage, Order, Record, file_name, read};
use std::process::ExitCode;

/// What [`Order::Broken`] means.
pub const BROKEN: &str = "it does not follow the line before: lines between them are missing, or a line was added, \
                          swapped or changed";
/// Enough for all counts.
const JSON_MAX: usize = 1024;

/// What was found.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Findings {
    files: u64,
    lines: u64,
    parts: u64,
    /// The lowest and the highest number of a part.
    first_part: Option<u64>,
    last_part: Option<u64>,
    /// Lines that are not whole or were changed.
    damaged: u64,
    /// Lines that do not follow the line before.
    broken: u64,
    /// Lines of which that is unknown, because they are old or follow a damaged one.
    unknown: u64,
    /// The last line does not end.
    torn: bool,
}

/// Checks all lines, and says which are damaged or do not follow the one before.
pub fn run(directory: &str, json: bool) -> ExitCode {
    let reader = match read(directory) {
        Ok(reader) => reader,
        Err(error) => return fail(UNUSABLE, format_args!("{directory}: {error}")),
    };
    let mut findings = Findings::default();
    let mut file = 0;
    let mut torn_file = 0;
    for entry in reader {
        if entry.file != file {
            file = entry.file;
            findings.files += 1;
        }
        findings.lines += 1;
        let name = file_name(entry.file);
        let is_whole = entry.content.is_ok();
        match entry.content {
            Ok(Record::Part(part)) => {
                let number = part.part.number();
                findings.parts += 1;
                findings.first_part = Some(findings.first_part.map_or(number, |n| n.min(number)));
                findings.last_part = findings.last_part.max(Some(number));
            }
            Ok(_) => {}
            Err(Damage::Torn) => torn_file = entry.file,
            Err(damage) => {
                findings.damaged += 1;
                sluice::complain!("sluice: {name}, line {}: {damage}", entry.line);
            }
        }
        match entry.order {
            Order::Follows => {}
            Order::Unknown => findings.unknown += u64::from(is_whole),
            Order::Broken => {
                findings.broken += 1;
                sluice::complain!("sluice: {name}, line {}: {BROKEN}", entry.line);
            }
        }
    }
    findings.torn = torn_file != 0 && torn_file == file;
    if torn_file != 0 && !findings.torn {
        findings.damaged += 1;
        let name = file_name(torn_file);
        sluice::complain!("sluice: {name}: its last line does not end");
    }
    if json {
        if let Err(code) = print_json(&findings) {
            return code;
        }
    } else {
        print(&findings);
    }
    if findings.damaged + findings.broken == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    }
}

fn print(findings: &Findings) {
    let Findings {
        files,
        lines,
        parts,
        damaged,
        broken,
        unknown,
        ..
    } = findings;
    let range = match (findings.first_part, findings.last_part) {
        (Some(first), Some(last)) => format!(" ({first} to {last})"),
        _ => String::new(),
    };
    say!("{files} files, {lines} lines, {parts} parts{range}");
    say!("{damaged} damaged lines, {broken} lines that do not follow the one before");
    if *unknown > 0 {
        say!(
            "{unknown} lines of which that is unknown: the first one after deleted files, lines behind damaged ones, and old lines"
        );
    }
    if findings.torn {
        say!(
            "the last line does not end: the station is writing it, or removes it at its next start"
        );
    }
}

fn print_json(findings: &Findings) -> Result<(), ExitCode> {
    let mut buffer = [0; JSON_MAX];
    let length = serde_json_core::to_slice(findings, &mut buffer)
        .map_err(|error| fail(FAILED, format_args!("the result as JSON: {error}")))?;
    say!(
        "{}",
        String::from_utf8_lossy(buffer.get(..length).unwrap_or_default())
    );
    Ok(())
}
