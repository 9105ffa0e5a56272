//! How far a replay is, and the file from which it can be resumed.

use super::found::{Outcome, PartResult};
use super::{Now, ReplayError};
use crate::bounded::file;
use crate::hash::Sha256;
use crate::journal::WallTime;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Longest line of the file.
const LINE_MAX: usize = 4096;

/// The counts of a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Parts that are equal.
    pub equal: u64,
    /// Parts that differ.
    pub differ: u64,
    /// Parts whose picture or kept input is not there.
    pub not_found: u64,
    /// Kept parts that the station has deleted meanwhile.
    pub deleted: u64,
    /// Parts that could not be run.
    pub failed: u64,
}

impl Progress {
    /// Counts a part.
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Equal => self.equal += 1,
            Outcome::Differs => self.differ += 1,
            Outcome::NotFound => self.not_found += 1,
            Outcome::Deleted => self.deleted += 1,
            Outcome::Failed => self.failed += 1,
        }
    }

    /// All parts so far, without those that are deleted.
    pub const fn parts(&self) -> u64 {
        self.equal + self.differ + self.not_found + self.failed
    }

    /// Whether every part is equal.
    pub const fn is_equal(&self) -> bool {
        self.equal == self.parts()
    }
}

/// The file with the results so far: a line that identifies the replay, and a line for each part.
#[derive(Debug)]
pub struct Resume {
    path: PathBuf,
    file: File,
    /// Parts that were compared.
    done: BTreeMap<(u64, WallTime), PartResult>,
}

/// The longest file of results: some million parts.
const BYTES_MAX: u64 = 1024 * 1024 * 1024;

impl Resume {
    /// Opens the file, or creates it. An incomplete last line, as a kill leaves it, is removed.
    /// `chosen` says which parts of which directories are run.
    ///
    /// # Errors
    /// It cannot be read or written, or is not of this replay; then it is left as it is.
    pub fn open(path: &Path, now: &Now, chosen: &str) -> Result<Self, ReplayError> {
        let failed = |error| ReplayError::File {
            path: path.to_owned(),
            error,
        };
        let first = identity(now, chosen);
        let mut bytes = match file::read(path, BYTES_MAX) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            read => read.map_err(failed)?,
        };
        if !bytes.is_empty() && !bytes.starts_with(first.as_bytes()) {
            return Err(ReplayError::OtherReplay {
                path: path.to_owned(),
            });
        }
        bytes.truncate(
            bytes
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |end| end + 1),
        );
        let mut options = OpenOptions::new();
        let file = options.create(true).append(true).open(path);
        let mut file = file.map_err(failed)?;
        file.set_len(u64::try_from(bytes.len()).unwrap_or(u64::MAX))
            .map_err(failed)?;
        if bytes.is_empty() {
            file.write_all(first.as_bytes()).map_err(failed)?;
        }
        let lines = bytes.split(|byte| *byte == b'\n').skip(1);
        let read = |line: &[u8]| {
            let mut unescaped = [0; LINE_MAX];
            let read =
                serde_json_core::from_slice_escaped::<PartResult>(line, &mut unescaped).ok()?;
            let is_compared = matches!(read.0.outcome, Outcome::Equal | Outcome::Differs);
            is_compared.then_some(((read.0.part, read.0.time), read.0))
        };
        Ok(Self {
            path: path.to_owned(),
            file,
            done: lines.filter_map(read).collect(),
        })
    }

    /// The result of this part, if it was compared before. One that was not found, or could not be
    /// run, is run again.
    pub fn result(&self, part: u64, time: WallTime) -> Option<&PartResult> {
        self.done.get(&(part, time))
    }

    /// Adds a result.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn add(&mut self, result: &PartResult) -> Result<(), ReplayError> {
        let line = result.json() + "\n";
        let written = self.file.write_all(line.as_bytes());
        written.map_err(|error| ReplayError::File {
            path: self.path.clone(),
            error,
        })
    }
}

impl PartResult {
    /// The result as a line of JSON, without its newline.
    pub fn json(&self) -> String {
        // Longer than any: all texts have a fixed capacity.
        serde_json_core::to_string::<_, LINE_MAX>(self)
            .map(|text| text.as_str().to_owned())
            .unwrap_or_default()
    }
}

/// The first line.
fn identity(now: &Now, chosen: &str) -> String {
    // Quoted, so that no text runs into the next.
    let all = format!(
        "{} {} {chosen:?} {:?}",
        now.binary, now.station_file, now.recipes
    );
    format!("{{\"replay\":\"{}\"}}\n", Sha256::of(all.as_bytes()))
}

#[cfg(test)]
mod tests;
