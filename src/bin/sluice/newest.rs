//! The newest picture in the watched directory.

use sluice::station::file::DirectorySettings;
use sluice::watch::Name;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The newest picture by the time of its last change, and that time. `None` if there is not one.
///
/// # Errors
/// The directory cannot be read.
pub fn newest(directory: &DirectorySettings) -> Result<Option<(SystemTime, PathBuf)>, String> {
    let path = Path::new(directory.path.as_str());
    let entries = fs::read_dir(path).map_err(|error| {
        format!(
            "source.directory.path {}: {error}; create it or name another",
            path.display()
        )
    })?;
    let mut found: Option<(SystemTime, PathBuf)> = None;
    for entry in entries.flatten() {
        let name = Name::new(entry.file_name().as_bytes());
        let is_picture = name.is_some_and(|name| name.is_picture(directory.endings));
        let data = entry
            .metadata()
            .ok()
            .filter(|data| data.is_file() && is_picture);
        let Some(time) = data.and_then(|data| data.modified().ok()) else {
            continue;
        };
        if found.as_ref().is_none_or(|(newest, _)| time >= *newest) {
            found = Some((time, entry.path()));
        }
    }
    Ok(found)
}
