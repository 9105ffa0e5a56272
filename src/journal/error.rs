//! Errors of the journal.

use super::file_name::file_name;
use super::{Holder, LINE_MAX};
use crate::part::PartId;
use std::io;
use thiserror::Error;

/// Why a record is not in the journal, or why the journal cannot be opened or read.
#[derive(Debug, Error)]
pub enum JournalError {
    /// Another process writes to the journal in the same directory.
    #[error(
        "journal.directory: another station{0} writes there; stop it, or name another directory"
    )]
    Locked(Holder),
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
    /// The record is too long for a line. Only unexpectedly long text makes it so.
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

#[cfg(test)]
mod tests {
    use super::*;
    use core::error::Error as _;

    #[test]
    fn errors_of_the_system_name_the_call_the_file_and_the_remedy() {
        use io::ErrorKind::{
            NotFound, Other, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
        };
        for (kind, remedy) in [
            (NotFound, "; create the directory"),
            (
                PermissionDenied,
                "; give the station's user the right to write there",
            ),
            (
                StorageFull,
                "; free space on its disk, or lower journal.files_max",
            ),
            (
                QuotaExceeded,
                "; free space on its disk, or lower journal.files_max",
            ),
            (
                ReadOnlyFilesystem,
                "; check the disk, and mount it for writing",
            ),
            (Other, ""),
        ] {
            let error = JournalError::File {
                call: "write",
                number: 12,
                error: kind.into(),
            };
            let cause = error.source().unwrap().to_string();
            assert_eq!(
                error.to_string(),
                format!("journal.directory: write of journal-000012.jsonl failed: {cause}{remedy}")
            );
            let error = JournalError::Directory {
                call: "open",
                error: kind.into(),
            };
            assert_eq!(error.source().unwrap().to_string(), cause);
            assert_eq!(
                error.to_string(),
                format!("journal.directory: open failed: {cause}{remedy}")
            );
        }
    }
}
