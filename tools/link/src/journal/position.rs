//! The file that says up to which line the broker has acknowledged the journal.

use super::Place;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why the position cannot be used.
#[derive(Debug, Error)]
pub enum PositionError {
    /// A call on the file failed.
    #[error("mqtt.position: {call} of {} failed: {error}; give the link's user the right to write in that directory", path.display())]
    File {
        /// The call.
        call: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        error: io::Error,
    },
    /// The file holds something else.
    #[error("mqtt.position: {} is no position ({error}); delete it to send the whole journal again", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: serde_json::Error,
    },
}

/// The file of the position.
#[derive(Debug)]
pub struct Position {
    path: PathBuf,
}

impl Position {
    /// The position in the file at `path`, which may be missing.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// The stored place; `None` if there is no file yet.
    ///
    /// # Errors
    /// The file cannot be read, or holds something else.
    pub fn load(&self) -> Result<Option<Place>, PositionError> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("read")(error)),
        };
        let place = serde_json::from_slice(&text).map_err(|error| PositionError::Content {
            path: self.path.clone(),
            error,
        })?;
        Ok(Some(place))
    }

    /// Replaces the file as a whole, and waits until the disk has it. After a power cut the file
    /// has the old place or the new one.
    ///
    /// # Errors
    /// A call failed. The file still has the old place, or the new one that is not flushed.
    pub fn store(&self, place: &Place) -> Result<(), PositionError> {
        let text = serde_json::to_vec(place).map_err(|error| PositionError::Content {
            path: self.path.clone(),
            error,
        })?;
        let new = self.path.with_extension("new");
        let mut file = File::create(&new).map_err(self.failed("creat"))?;
        file.write_all(&text).map_err(self.failed("write"))?;
        file.sync_all().map_err(self.failed("fsync"))?;
        fs::rename(&new, &self.path).map_err(self.failed("rename"))?;
        let parent = match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let directory = File::open(parent).map_err(self.failed("open"))?;
        directory.sync_all().map_err(self.failed("fsync"))
    }

    fn failed(&self, call: &'static str) -> impl Fn(io::Error) -> PositionError {
        let path = self.path.clone();
        move |error| PositionError::File {
            call,
            path: path.clone(),
            error,
        }
    }
}
