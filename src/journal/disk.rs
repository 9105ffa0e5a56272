//! The calls that change the journal on the disk. The tests record them, so that a model of the
//! disk can cut the power after each of them (`power_cuts.rs`).

use super::JournalError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};

/// Adds bytes to the end of the file with this number, which is open for appending.
pub(super) fn append(mut file: &File, number: u32, bytes: &[u8]) -> Result<(), JournalError> {
    file.write_all(bytes).map_err(failed("write", number))?;
    #[cfg(test)]
    recorded::push(Call::Append(number, bytes.to_vec()));
    Ok(())
}

/// Cuts the file to this length in bytes.
pub(super) fn truncate(file: &File, number: u32, length: u64) -> Result<(), JournalError> {
    file.set_len(length).map_err(failed("ftruncate", number))?;
    #[cfg(test)]
    recorded::push(Call::Truncate(number, length));
    Ok(())
}

/// Waits until the disk has the file's bytes and its length.
pub(super) fn flush(file: &File, number: u32) -> Result<(), JournalError> {
    file.sync_data().map_err(failed("fdatasync", number))?;
    #[cfg(test)]
    recorded::push(Call::Flush(number));
    Ok(())
}

/// Waits until the disk has the names of the files.
pub(super) fn flush_directory(directory: &File) -> Result<(), JournalError> {
    directory
        .sync_all()
        .map_err(|error| JournalError::Directory {
            call: "fsync",
            error,
        })?;
    #[cfg(test)]
    recorded::push(Call::FlushDirectory);
    Ok(())
}

/// Creates a file and opens it for appending. Returns nothing if there is a file of this name.
pub(super) fn create(path: &str, number: u32) -> Result<Option<File>, JournalError> {
    let created = OpenOptions::new().append(true).create_new(true).open(path);
    match created {
        Ok(file) => {
            #[cfg(test)]
            recorded::push(Call::Create(number));
            Ok(Some(file))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(failed("open", number)(error)),
    }
}

/// Deletes a file, if it is there.
pub(super) fn delete(path: &str, number: u32) -> Result<(), JournalError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(failed("unlink", number)(error))
        }
        _ => {
            #[cfg(test)]
            recorded::push(Call::Delete(number));
            Ok(())
        }
    }
}

/// The error of a call on the file with this number.
pub(super) fn failed(
    call: &'static str,
    number: u32,
) -> impl Fn(io::Error) -> JournalError + use<> {
    move |error| JournalError::File {
        call,
        number,
        error,
    }
}

/// A call that succeeded, with the number of its file.
#[cfg(test)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Call {
    Create(u32),
    Append(u32, Vec<u8>),
    Truncate(u32, u64),
    Flush(u32),
    Delete(u32),
    FlushDirectory,
}

/// The calls of this thread.
#[cfg(test)]
pub(super) mod recorded {
    use super::Call;
    use std::cell::RefCell;

    thread_local! {
        static CALLS: RefCell<Vec<Call>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn push(call: Call) {
        CALLS.with_borrow_mut(|calls| calls.push(call));
    }

    /// The calls since this was called last.
    pub(in crate::journal) fn take() -> Vec<Call> {
        CALLS.take()
    }
}
