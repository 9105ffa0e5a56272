//! What a running station says of itself, in a small file in memory: what the journal cannot say.
//! The journal has no line for READY, and none at all while it cannot be written.

use crate::bounded::file::open_regular;
use crate::bounded::text::{Detail, NameText};
use crate::journal::{RecipeName, Word};
use board::Timestamp;
use core::time::Duration;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// The file's name in the directory for run-time files.
pub const LIVE_FILE: &str = "live.json";
/// Longest text of the file, in bytes: each letter of the texts may be escaped.
pub const LIVE_MAX: usize = 2048;

/// The content of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// `station.name`.
    pub station: NameText,
    /// The directory of its journal.
    pub journal: Inode,
    /// The state, as the screen shows it.
    pub state: Word,
    /// Why a trigger that comes now is missed; empty if it is taken.
    pub refusal: Detail,
    /// What a person can do about it.
    pub advice: Detail,
    /// The recipe that is used.
    pub recipe: RecipeName,
    /// The recorder's last turn, on the monotonic clock.
    pub turn_ns: u64,
    /// When an inspection or a self-check last went through all threads; 0 before the first one.
    pub finished_ns: u64,
}

/// A file or directory, by its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Inode {
    /// The device of its file system.
    pub device: u64,
    /// Its number there.
    pub number: u64,
}

impl Inode {
    /// Of the file or directory at this path.
    ///
    /// # Errors
    /// It is not there, or cannot be looked at.
    pub fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self {
            device: metadata.dev(),
            number: metadata.ino(),
        })
    }
}

impl Live {
    /// Reads the file in this directory, if it is that of the station with this journal. Asks no
    /// other file. Allocates.
    ///
    /// # Errors
    /// It cannot be read, is that of a station with another journal, or is from before the last
    /// start of the system.
    pub fn read(directory: &Path, journal: Inode, now: Timestamp) -> io::Result<Self> {
        let mut text = Vec::new();
        open_regular(&directory.join(LIVE_FILE))?
            .take(LIVE_MAX as u64)
            .read_to_end(&mut text)?;
        let live = serde_json_core::from_slice_escaped::<Self>(&text, &mut [0; 512]);
        let (live, _) = live.map_err(io::Error::other)?;
        if live.turn_ns > now.as_ns() {
            return Err(io::Error::other(
                "it is from before the last start of the system",
            ));
        }
        if live.journal != journal {
            return Err(io::Error::other(
                "it is that of a station with another journal",
            ));
        }
        Ok(live)
    }

    /// How long ago the recorder took its last turn.
    pub fn since_turn(&self, now: Timestamp) -> Duration {
        now.since(Timestamp::from_ns(self.turn_ns))
    }

    /// How long ago an inspection or a self-check went through all threads; `None` before the
    /// first.
    pub fn since_finished(&self, now: Timestamp) -> Option<Duration> {
        (self.finished_ns > 0).then(|| now.since(Timestamp::from_ns(self.finished_ns)))
    }
}
