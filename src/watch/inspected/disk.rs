//! The calls that change the list on the disk. The tests record them, so that a model of the disk
//! can cut the power after each of them (`power_cuts.rs`).

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// The name of the call that failed, and its error.
pub(super) type Failed = (&'static str, io::Error);

/// Creates a file, which must not exist, for writing.
pub(super) fn create(path: &Path) -> Result<File, Failed> {
    let file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .open(path)
        .map_err(|error| ("open", error))?;
    #[cfg(test)]
    recorded::push(Call::Create);
    Ok(file)
}

/// Writes bytes at a place in the file.
pub(super) fn write(file: &File, place: u64, bytes: &[u8]) -> Result<(), Failed> {
    file.write_all_at(bytes, place)
        .map_err(|error| ("write", error))?;
    #[cfg(test)]
    recorded::push(Call::Write(place, bytes.to_vec()));
    Ok(())
}

/// Waits until the disk has the file's bytes and its length.
pub(super) fn flush(file: &File) -> Result<(), Failed> {
    file.sync_data().map_err(|error| ("fdatasync", error))?;
    #[cfg(test)]
    recorded::push(Call::Flush);
    Ok(())
}

/// Gives the new file the name of the list.
pub(super) fn rename(new: &Path, list: &Path) -> Result<(), Failed> {
    fs::rename(new, list).map_err(|error| ("rename", error))?;
    #[cfg(test)]
    recorded::push(Call::Rename);
    Ok(())
}

/// Waits until the disk has the names in the directory.
pub(super) fn flush_directory(directory: &Path) -> Result<(), Failed> {
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(|error| ("fsync", error))?;
    #[cfg(test)]
    recorded::push(Call::FlushDirectory);
    Ok(())
}

/// A call that succeeded. The file is the one that was created last.
#[cfg(test)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Call {
    Create,
    Write(u64, Vec<u8>),
    Flush,
    Rename,
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
    pub(in super::super) fn take() -> Vec<Call> {
        CALLS.take()
    }
}
