//! `sluice journal`: the records of the journal for people and for other programs.

mod csv;
mod filter;
mod text;
mod verify;

use crate::cli::journal::JournalOptions;
use crate::exit::{UNUSABLE, fail};
use crate::output;
use crate::station_file::with_station;
use filter::Filter;
use sluice::complain;
use sluice::journal::{Entry, Follower, Order, Record};
use std::collections::VecDeque;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// How often `--follow` looks for new records.
const INTERVAL: Duration = Duration::from_millis(200);

/// Lists the records that are asked for, or checks all lines.
pub fn run(options: &JournalOptions) -> ExitCode {
    if let Some(directory) = &options.directory {
        return of_directory(directory, options);
    }
    with_station(&options.station, |file| {
        of_directory(&file.station.journal.directory, options)
    })
}

fn of_directory(directory: &str, options: &JournalOptions) -> ExitCode {
    if options.verify {
        return verify::run(directory, options.json);
    }
    let filter = Filter::new(options);
    let mut follower = Follower::new(directory);
    let mut first = VecDeque::new();
    if options.csv {
        output::print(format_args!("{}", csv::HEAD));
    }
    let read = follower.read_on(&mut |entry, bytes| {
        complain_of(entry);
        let Some(line) = filter.line(entry, bytes) else {
            return;
        };
        let Some(last) = options.last else {
            return output::print(format_args!("{line}"));
        };
        first.push_back(line);
        if first.len() > last {
            first.pop_front();
        }
    });
    if let Err(error) = read {
        return fail(UNUSABLE, format_args!("{directory}: {error}"));
    }
    for line in first {
        output::print(format_args!("{line}"));
    }
    if !options.follow {
        return ExitCode::SUCCESS;
    }
    loop {
        thread::sleep(INTERVAL);
        // A directory that is moved away may come back.
        let _ = follower.read_on(&mut |entry, bytes| {
            complain_of(entry);
            if let Some(line) = filter.line(entry, bytes) {
                output::print(format_args!("{line}"));
            }
        });
    }
}

/// Says on standard error what is wrong with a line.
fn complain_of(entry: &Entry) {
    let file = sluice::journal::file_name(entry.file);
    if let Err(damage) = &entry.content {
        complain!("sluice: {file}, line {}: {damage}", entry.line);
    }
    if entry.order == Order::Broken {
        complain!("sluice: {file}, line {}: {}", entry.line, verify::BROKEN);
    }
}

/// A record that was not damaged.
fn record(entry: &Entry) -> Option<&Record> {
    entry.content.as_ref().ok()
}
