//! The files of the journal: which exist, and opening them.

use super::JournalError;
use super::disk::{self, failed};
use super::file_name::{file_name, number_of};
use crate::bounded::file::append_to_regular;
use crate::station::file;
use core::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;

/// The numbers of the existing files, in ascending order. Allocates; for start-up and tools.
///
/// # Errors
/// [`JournalError::Directory`] when the directory cannot be read.
pub fn list(directory: &str) -> Result<Vec<u32>, JournalError> {
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
    if let Some(file) = disk::create(&path, number)? {
        return Ok((file, true));
    }
    let file = append_to_regular(Path::new(path.as_str()));
    Ok((file.map_err(failed("open", number))?, false))
}

#[cfg(test)]
mod tests {
    use super::super::tests::Place;
    use super::*;

    #[test]
    fn the_longest_path_is_not_cut() {
        let mut settings = Place::new("path").settings();
        let directory = "d".repeat(file::PATH_MAX);
        settings.directory = directory.as_str().try_into().unwrap();
        assert_eq!(
            path(&settings, u32::MAX),
            format!("{directory}/journal-4294967295.jsonl").as_str()
        );
    }

    #[test]
    fn the_files_are_listed_in_ascending_order_without_other_names() {
        let place = Place::new("list");
        let settings = place.settings();
        for number in [10, 2, 100_000] {
            let (_, created) = open_file(&settings, number).unwrap();
            assert!(created);
        }
        let (_, created) = open_file(&settings, 2).unwrap();
        assert!(!created);
        fs::write(place.path.join("journal-3.jsonl"), "").unwrap();
        assert_eq!(list(&settings.directory).unwrap(), [2, 10, 100_000]);
        fs::create_dir(place.path.join(file_name(4).as_str())).unwrap();
        let error = open_file(&settings, 4).unwrap_err();
        assert!(matches!(
            error,
            JournalError::File {
                call: "open",
                number: 4,
                ..
            }
        ));
    }

    #[test]
    fn the_error_of_creating_a_file_is_kept() {
        let mut settings = Place::new("refused").settings();
        // The kernel lets no process create a file there, and the file does not exist.
        settings.directory = "/sys".try_into().unwrap();
        let error = open_file(&settings, 1).unwrap_err();
        assert!(
            !error.to_string().contains("create the directory"),
            "{error}"
        );
    }
}
