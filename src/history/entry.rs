//! Reads the history. For commands; allocates.

use super::{EntryName, EntryRecord, HistoryError, RECORD_FILE};
use crate::bounded::file;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A kept part.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name.
    pub name: EntryName,
    /// Its directory.
    pub path: PathBuf,
}

impl Entry {
    /// Reads its record.
    ///
    /// # Errors
    /// The file cannot be read, or is no record of this version.
    pub fn record(&self) -> Result<EntryRecord, HistoryError> {
        let path = self.path.join(RECORD_FILE);
        let text =
            file::read(&path, EntryRecord::BYTES_MAX as u64).map_err(unread("read", &path))?;
        EntryRecord::decode(&text).ok_or(HistoryError::NoRecord { path })
    }

    /// Whether the station has deleted it. It does so by a single rename.
    pub fn is_deleted(&self) -> bool {
        fs::symlink_metadata(&self.path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    }
}

/// The kept parts in this directory, in the order of their times. A station may be writing it at
/// the same time. Other files are left out.
///
/// # Errors
/// The directory cannot be read.
pub fn entries(directory: &Path) -> Result<Vec<Entry>, HistoryError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).map_err(unread("opendir", directory))? {
        let entry = entry.map_err(unread("readdir", directory))?;
        let name = entry.file_name();
        if let Some(name) = name.to_str().and_then(EntryName::parse) {
            let path = entry.path();
            found.push(Entry { name, path });
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// The error of a call that reads this path.
pub(super) fn unread(call: &'static str, path: &Path) -> impl FnOnce(io::Error) -> HistoryError {
    move |error| HistoryError::Read {
        call,
        path: path.to_owned(),
        error,
    }
}
