//! Errors of the journal.

use super::{LINE_MAX, file_name};
use crate::part::PartId;
use std::io;
use thiserror::Error as ThisError;

/// Why a record is not in the journal, or why the journal cannot be opened or read.
#[derive(Debug, ThisError)]
pub enum Error {
    /// Another process writes to the journal in the same directory.
    #[error("journal.directory: another station writes there; stop it, or name another directory")]
    Locked,
    /// A call on `journal.directory` failed.
    #[error("journal.directory: {call} failed: {error}{}", remedy(error))]
    Directory {
        /// The call.
        call: &'static str,
        /// The system's error.
        #[source]
        error: io::Error,
    },
    /// A call on a file of the journal failed. The record is not in the file.
    #[error("journal.directory: {call} of {} failed: {error}{}", file_name(*number), remedy(error))]
    File {
        /// The call.
        call: &'static str,
        /// The file's number.
        number: u32,
        /// The system's error.
        #[source]
        error: io::Error,
    },
    /// A record names a part that no station ever had: the next part would get this number.
    #[error(
        "journal.directory: after its records the next part would be {0}, which no station would assign; \
         move the journal's files elsewhere, and find out what wrote them"
    )]
    PartNumber(PartId),
    /// The record is longer than a line may be. Only a record with unexpectedly long text can be.
    #[error("journal: a record is longer than {LINE_MAX} bytes; it is not written")]
    TooLong,
}

/// What to do about an error of the system, to append to its text; empty if it is not known.
fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "; create the directory",
        io::ErrorKind::PermissionDenied => "; give the station's user the right to write there",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; free space on its disk, or lower journal.files_max"
        }
        io::ErrorKind::ReadOnlyFilesystem => "; check the disk, and mount it for writing",
        _ => "",
    }
}
