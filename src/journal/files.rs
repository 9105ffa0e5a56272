//! The names of the journal's files, and which files exist.

use super::Error;
use crate::station::file;
use core::fmt::Write as _;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;

const PREFIX: &str = "journal-";
const SUFFIX: &str = ".jsonl";

/// Holds the name of any file.
pub(super) type FileName = heapless::String<32>;

/// The name of the file with this number: `journal-000001.jsonl`.
pub fn file_name(number: u32) -> FileName {
    let mut name = FileName::new();
    // 8 + 10 + 6 bytes at most.
    let _ = write!(name, "{PREFIX}{number:06}{SUFFIX}");
    name
}

fn number_of(name: &OsStr) -> Option<u32> {
    let name = name.to_str()?;
    let digits = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let number = digits.parse().ok()?;
    (file_name(number) == name).then_some(number)
}

/// The numbers of the existing files, in ascending order. Allocates; for start-up.
pub(super) fn list(directory: &str) -> Result<Vec<u32>, Error> {
    let failed = |call| move |error| Error::Directory { call, error };
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
) -> Result<(File, bool), Error> {
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
    opened.map_err(|error| Error::File {
        call: "open",
        number,
        error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_exactly_one_name() {
        for (name, number) in [
            ("journal-000001.jsonl", Some(1)),
            ("journal-123456.jsonl", Some(123_456)),
            ("journal-4294967295.jsonl", Some(u32::MAX)),
            ("journal-4294967296.jsonl", None),
            ("journal-1.jsonl", None),
            ("journal-0000001.jsonl", None),
            ("journal-+00001.jsonl", None),
            ("journal-000001.jsonl.bak", None),
        ] {
            assert_eq!(number_of(OsStr::new(name)), number, "{name}");
            if let Some(number) = number {
                assert_eq!(file_name(number), name);
            }
        }
    }
}
