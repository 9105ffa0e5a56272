//! Where a drawing may be written: no file but an earlier drawing of the same command is replaced.

use sluice::bounded::file::open_regular;
use sluice::station::Station;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Bytes of a PNG file before the type of its second chunk.
const HEADER_BYTES: usize = 8 + 25 + 4;

/// Why a drawing of `software` may not be written at `path`; nothing if it may.
pub fn refused(station: &Station, path: &Path, software: &str) -> Option<String> {
    let directory = station.source.directory.as_ref();
    let watched = directory.map(|directory| directory.path.as_str());
    refused_beside(watched, path, software)
}

/// [`refused`] for a station that watches this directory.
pub fn refused_beside(watched: Option<&str>, path: &Path, software: &str) -> Option<String> {
    if path.extension().is_none_or(|ending| ending != "png") {
        let why = "a drawing is a PNG file; give a name that ends in .png";
        return Some(why.to_owned());
    }
    let above = match directory_of(path) {
        Ok(above) => above,
        Err(why) => return Some(why),
    };
    let is_watched = watched
        .is_some_and(|watched| fs::canonicalize(watched).is_ok_and(|watched| watched == above));
    if is_watched {
        let why = "is in source.directory.path, where a station would take it for a part; name a file elsewhere";
        return Some(why.to_owned());
    }
    refused_file(path, software)
}

/// The directory of a file that need not exist.
///
/// # Errors
/// There is no such directory.
pub fn directory_of(path: &Path) -> Result<PathBuf, String> {
    let above = path.parent().filter(|above| *above != Path::new(""));
    fs::canonicalize(above.unwrap_or(Path::new(".")))
        .map_err(|error| format!("its directory: {error}; create it or name another"))
}

/// Why a drawing of `software` may not replace what is at `path`; nothing if it may.
fn refused_file(path: &Path, software: &str) -> Option<String> {
    // The drawing has this name until it is whole.
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = Path::new(&unfinished);
    if !matches!(fs::symlink_metadata(unfinished), Err(error) if error.kind() == io::ErrorKind::NotFound)
    {
        return Some(format!(
            "{} exists; remove it or name another file",
            unfinished.display()
        ));
    }
    let is_free = match fs::symlink_metadata(path) {
        Err(error) => error.kind() == io::ErrorKind::NotFound,
        Ok(data) => data.is_file() && is_own(path, software).unwrap_or(false),
    };
    (!is_free).then(|| {
        format!("exists and is no drawing of {software}, so it is not replaced; name another file")
    })
}

/// Whether the file is a drawing of this command. It must be a regular file.
///
/// # Errors
/// It cannot be read.
pub fn is_own(path: &Path, software: &str) -> io::Result<bool> {
    let text = format!("tEXtSoftware\0{software}");
    let mut bytes = Vec::new();
    let length = u64::try_from(HEADER_BYTES + text.len()).unwrap_or(u64::MAX);
    open_regular(path)?.take(length).read_to_end(&mut bytes)?;
    let is_png = bytes.starts_with(b"\x89PNG\r\n\x1a\n");
    Ok(is_png && bytes.get(HEADER_BYTES..) == Some(text.as_bytes()))
}
