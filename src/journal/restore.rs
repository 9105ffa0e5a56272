//! The counts of the journal in a directory, from its files.

use super::account::RecipeCounters;
use super::accounts::{Accounts, Adding};
use super::line::Damage;
use super::read::read_files;
use super::{Counted, JournalError, Record, files};

/// What the files say.
#[derive(Debug)]
pub struct Restored {
    /// The counts.
    pub accounts: Box<Accounts>,
    /// Lines that could not be read, whose parts are not counted. An incomplete last line is not
    /// among them.
    pub damaged: u64,
    /// Whether the newest file alone says all of it.
    pub(super) is_whole: bool,
}

/// Counts the journal in this directory. A station may be writing it at the same time. Allocates.
///
/// Reads the newest file, and older ones only if what they say was not carried into it. So a power
/// cut between two files costs nothing.
///
/// # Errors
/// [`JournalError::Directory`] when the directory cannot be read.
pub fn restore(directory: &str) -> Result<Restored, JournalError> {
    let files = needed(directory)?;
    let (adding, damaged) = add(directory, &files);
    Ok(Restored {
        accounts: adding.accounts,
        damaged,
        is_whole: files.len() <= 1,
    })
}

/// The number of the oldest file that is needed to count; `None` without a file. Allocates.
///
/// # Errors
/// [`JournalError::Directory`] when the directory cannot be read.
pub fn first_needed(directory: &str) -> Result<Option<u32>, JournalError> {
    Ok(needed(directory)?.first().copied())
}

/// The files that are needed to count, in ascending order.
fn needed(directory: &str) -> Result<Vec<u32>, JournalError> {
    let mut numbers = files::list(directory)?;
    let mut first = numbers.len();
    loop {
        first = first.saturating_sub(1);
        let oldest = numbers.get(first..).and_then(|files| files.get(..1));
        let has_base = first == 0 || oldest.is_some_and(|file| add(directory, file).0.has_carried);
        if has_base {
            return Ok(numbers.split_off(first));
        }
    }
}

/// Adds up the records of these files.
fn add(directory: &str, files: &[u32]) -> (Adding, u64) {
    let mut adding = Adding::new();
    let mut damaged: u64 = 0;
    for entry in read_files(directory, files.to_vec()) {
        match entry.content {
            Ok(record) => adding.add(&record),
            Err(Damage::Torn) => {}
            Err(_) => damaged = damaged.saturating_add(1),
        }
    }
    (adding, damaged)
}

/// The record of the last reset, and the counts of its recipes if there were several; `None` if the
/// journal has none. Allocates.
///
/// # Errors
/// [`JournalError::Directory`] when the directory cannot be read.
pub fn last_reset(directory: &str) -> Result<Option<(Counted, Vec<RecipeCounters>)>, JournalError> {
    for number in files::list(directory)?.into_iter().rev() {
        let (mut last, mut recipes) = (None, Vec::new());
        for entry in read_files(directory, vec![number]) {
            let Ok(Record::Counted(counted)) = entry.content else {
                continue;
            };
            if counted.reason != "reset" {
                continue;
            }
            if let Some(recipe) = counted.recipe.clone() {
                recipes.push(RecipeCounters {
                    recipe,
                    counters: counted.counters,
                });
            } else {
                last = Some((*counted, core::mem::take(&mut recipes)));
            }
        }
        if last.is_some() {
            return Ok(last);
        }
    }
    Ok(None)
}
