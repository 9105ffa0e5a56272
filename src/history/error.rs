//! Why the history cannot be written or read.

use crate::journal::Holder;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why the history cannot be written or read. A station goes on without it.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// A call on the directory or on one of its files failed.
    #[error(
        "history.directory: {call} {}: {error}; {advice}",
        path.display(),
        advice = advice(error)
    )]
    File {
        /// The call.
        call: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        #[source]
        error: io::Error,
    },
    /// Another station writes to the directory.
    #[error("history.directory {}: another station{holder} writes there; name another directory", path.display())]
    Locked {
        /// The directory.
        path: PathBuf,
        /// Who it is.
        holder: Holder,
    },
    /// A command cannot read the history.
    #[error("{call} {}: {error}; {advice}", path.display(), advice = advice_to_reader(error))]
    Read {
        /// The call.
        call: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        #[source]
        error: io::Error,
    },
    /// A data set cannot be written.
    #[error("{call} {}: {error}; {advice}", path.display(), advice = advice_on_data_set(error))]
    DataSet {
        /// The call.
        call: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        #[source]
        error: io::Error,
    },
    /// A picture cannot be written.
    #[error("history.directory: writing {}: {error}; free space on the disk, or lower history.size_max_kib", path.display())]
    Encode {
        /// The file.
        path: PathBuf,
        /// The encoder's error.
        #[source]
        error: png::EncodingError,
    },
    /// A part alone is larger than the bound.
    #[error(
        "history.size_max_kib is {size_max_kib}, and one part takes {bytes} bytes; give it more"
    )]
    TooLarge {
        /// The bound.
        size_max_kib: u32,
        /// The files of the part.
        bytes: u64,
    },
    /// A record is longer than any.
    #[error("a record of the history is too long; please report this")]
    Record,
    /// A kept part's record cannot be used.
    #[error("{}: is no record of this version; remove the directory, or use the program that wrote it", path.display())]
    NoRecord {
        /// The file.
        path: PathBuf,
    },
    /// A kept part's picture cannot be used.
    #[error("{}: {why}; remove the directory", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The history has parts of several recipes, whose masks mean different things.
    #[error("the history has parts of several recipes; choose one with --recipe: {}", recipes.join(", "))]
    Recipes {
        /// Their names.
        recipes: Vec<String>,
    },
    /// A data set would be written into a directory that has files.
    #[error("{}: is not empty; name a new directory for the data set", path.display())]
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
}

impl HistoryError {
    /// Whether a command did not find a file of the history.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Read { error, .. } if error.kind() == io::ErrorKind::NotFound)
    }
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free space on the disk, or lower history.size_max_kib"
        }
        io::ErrorKind::NotFound => "create the directory, or name another",
        io::ErrorKind::PermissionDenied => "give the station's user the rights to write there",
        _ => "check the disk",
    }
}

fn advice_to_reader(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            "name the directory of a history with --history, or in history.directory"
        }
        io::ErrorKind::PermissionDenied => "use a user who may read it",
        _ => "check the disk",
    }
}

fn advice_on_data_set(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "create the directory above it, or name another",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "name a directory for the data set"
        }
        io::ErrorKind::PermissionDenied => "name a directory where you may write",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free space on the disk",
        _ => "check the disk",
    }
}

/// The error of a call on this path. Allocates only if the call failed.
pub(super) fn failed<'p>(
    call: &'static str,
    path: &'p (impl AsRef<Path> + ?Sized),
) -> impl FnOnce(io::Error) -> HistoryError + 'p {
    move |error| HistoryError::File {
        call,
        path: path.as_ref().to_owned(),
        error,
    }
}
