//! What can go wrong with the journal.

use crate::part::PartId;
use core::fmt;
use std::io;

/// A record is not in the journal, or the journal cannot be opened or read.
#[derive(Debug)]
pub enum Error {
    /// Another process writes to the journal in the same directory.
    Locked,
    /// A call on `journal.directory` failed.
    Directory {
        /// The call.
        call: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// A call on a file of the journal failed. The record that was to be written is not in it.
    File {
        /// The call.
        call: &'static str,
        /// The file's number.
        number: u32,
        /// What the system said.
        error: io::Error,
    },
    /// The number of the next part would be this one: a record names a part that no station ever had.
    PartNumber(PartId),
    /// The record is longer than a line may be; only a record with a text of unexpected length can be.
    TooLong,
}

impl core::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = match self {
            Self::Locked => {
                return f.write_str(
                    "journal.directory: another station writes there; stop it, or name another directory",
                );
            }
            Self::PartNumber(part) => {
                return write!(
                    f,
                    "journal.directory: after its records the next part would be {part}, which is no number of a station's; \
                     move the journal's files elsewhere, and find out what wrote them",
                );
            }
            Self::TooLong => {
                return write!(
                    f,
                    "journal: a record is longer than {} bytes; it is not written",
                    super::LINE_MAX
                );
            }
            Self::Directory { call, error } => {
                write!(f, "journal.directory: {call} failed: {error}")?;
                error
            }
            Self::File {
                call,
                number,
                error,
            } => {
                let name = super::file_name(*number);
                write!(f, "journal.directory: {call} of {name} failed: {error}")?;
                error
            }
        };
        match error.kind() {
            io::ErrorKind::NotFound => f.write_str("; create the directory"),
            io::ErrorKind::PermissionDenied => {
                f.write_str("; give the station's user the right to write there")
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                f.write_str("; make room on its disk, or lower journal.files_max")
            }
            io::ErrorKind::ReadOnlyFilesystem => {
                f.write_str("; check the disk, and mount it for writing")
            }
            _ => Ok(()),
        }
    }
}
