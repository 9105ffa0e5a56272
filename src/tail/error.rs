//! Why the journal cannot be read.

use crate::journal::{JournalError, file_name};
use std::io;
use thiserror::Error;

/// Why the journal cannot be read now. It can be tried again.
#[derive(Debug, Error)]
pub enum TailError {
    /// The directory cannot be read.
    #[error("{0}")]
    Directory(#[from] JournalError),
    /// A file cannot be read.
    #[error("journal: {} cannot be read: {error}; give this program's user the right to read it", file_name(*file))]
    File {
        /// Its number.
        file: u32,
        /// The system's error.
        #[source]
        error: io::Error,
    },
}

impl TailError {
    /// A call on this file failed.
    pub(super) fn of(file: u32) -> impl Fn(io::Error) -> Self {
        move |error| Self::File { file, error }
    }
}
