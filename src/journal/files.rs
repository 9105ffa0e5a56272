//! The files of the journal: which exist, and opening them.

use super::JournalError;
use super::file_name::{file_name, number_of};
use crate::station::file;
use core::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io;

/// The numbers of the existing files, in ascending order. Allocates; for start-up.
pub(super) fn list(directory: &str) -> Result<Vec<u32>, JournalError> {
    let failed = |call| move |error| JournalError::Directory { call, error };
    let mut numbers = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed("opendir"))? {
        let entry = entry.map_err(failed("readdir"))?;
        numbers.extend(number_of(&entry.file_name()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The path of the file with this number.
pub(super) fn path(
    settings: &file::JournalSettings,
    number: u32,
) -> heapless::String<{ file::PATH_MAX + 33 }> {
    let mut path = heapless::String::new();
    // Capacity: the longest path, a slash and the longest file name.
    let _ = write!(path, "{}/{}", settings.directory, file_name(number));
    path
}

/// Opens a file for appending. Also returns whether this call created it.
pub(super) fn open_file(
    settings: &file::JournalSettings,
    number: u32,
) -> Result<(File, bool), JournalError> {
    let path = path(settings, number);
    let mut options = OpenOptions::new();
    options.append(true);
    let opened = match options.clone().create_new(true).open(path.as_str()) {
        Ok(file) => Ok((file, true)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            options.open(path.as_str()).map(|file| (file, false))
        }
        Err(error) => Err(error),
    };
    opened.map_err(|error| JournalError::File {
        call: "open",
        number,
        error,
    })
}
