//! How a command asks a running station to reset its counts: by a file in the journal's directory.
//! The station looks for it several times a second, and removes it when the reset is recorded.

use crate::station::file::PathText;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

/// Name of the file.
const NAME: &str = "reset-counters";

/// The request for one directory.
#[derive(Debug)]
pub struct ResetRequest {
    path: PathBuf,
}

impl ResetRequest {
    /// `directory` is `journal.directory`. Allocates.
    pub fn new(directory: &PathText) -> Self {
        Self {
            path: PathBuf::from(directory.as_str()).join(NAME),
        }
    }

    /// Asks for a reset.
    ///
    /// # Errors
    /// The file cannot be created.
    pub fn make(&self) -> io::Result<()> {
        File::create(&self.path).map(drop)
    }

    /// Whether a reset is asked for.
    pub fn is_made(&self) -> bool {
        fs::symlink_metadata(&self.path).is_ok()
    }

    /// The reset is recorded, or is not wanted any more.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn withdraw(&self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}
