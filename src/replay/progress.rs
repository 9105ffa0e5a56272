//! How far a replay is, and the file from which it can be resumed.

use super::found::{Outcome, PartResult};
use super::{Now, ReplayError};
use crate::hash::Sha256;
use crate::journal::WallTime;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
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
            Outcome::Failed => self.failed += 1,
        }
    }

    /// All parts so far.
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
    done: BTreeMap<(u64, WallTime), PartResult>,
}

impl Resume {
    /// Opens the file, or creates it. An incomplete last line, as a kill leaves it, is removed.
    /// `options` are those that choose the parts.
    ///
    /// # Errors
    /// It cannot be read or written, or is of another replay.
    pub fn open(path: &Path, now: &Now, options: &str) -> Result<Self, ReplayError> {
        let failed = |error| ReplayError::File {
            path: path.to_owned(),
            error,
        };
        let first = identity(now, options);
        let mut text = match fs::read_to_string(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read.map_err(failed)?,
        };
        text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
        let mut options = OpenOptions::new();
        let file = options.create(true).append(true).open(path);
        let mut file = file.map_err(failed)?;
        file.set_len(u64::try_from(text.len()).unwrap_or(u64::MAX))
            .map_err(failed)?;
        let mut lines = text.lines();
        match lines.next() {
            None => file.write_all(first.as_bytes()).map_err(failed)?,
            Some(line) if line == first.trim_end() => {}
            Some(_) => {
                return Err(ReplayError::OtherReplay {
                    path: path.to_owned(),
                });
            }
        }
        let read = |line: &str| {
            let mut unescaped = [0; LINE_MAX];
            let read =
                serde_json_core::from_str_escaped::<PartResult>(line, &mut unescaped).ok()?;
            Some(((read.0.part, read.0.time), read.0))
        };
        Ok(Self {
            path: path.to_owned(),
            file,
            done: lines.filter_map(read).collect(),
        })
    }

    /// The result of this part, if it was run before. One that could not be run is run again.
    pub fn result(&self, part: u64, time: WallTime) -> Option<&PartResult> {
        let result = self.done.get(&(part, time));
        result.filter(|result| result.outcome != Outcome::Failed)
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
fn identity(now: &Now, options: &str) -> String {
    let mut all = format!("{}{}{options}", now.binary, now.station_file);
    for recipe in &now.recipes {
        all += &recipe.model.to_string();
    }
    format!("{{\"replay\":\"{}\"}}\n", Sha256::of(all.as_bytes()))
}
