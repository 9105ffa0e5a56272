//! Opens and lists. Nothing outside of the directory is opened: each name is a part's, and no link
//! is followed.

use nix::fcntl::{OFlag, openat};
use nix::sys::stat::Mode;
use serde_json::{Value, json};
use sluice::bounded::file::open_directory;
use sluice::history::{EntryName, EntryRecord, Kind, RECORD_FILE};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

/// Parts in the list.
const LISTED_MAX: usize = 12;
/// The station keeps no picture of more bytes.
const PICTURE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Opens a file of a kept part.
pub(super) fn open(directory: &Path, name: &EntryName, file: &str) -> io::Result<File> {
    let flags = OFlag::O_RDONLY | OFlag::O_CLOEXEC | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
    let directory = open_directory(directory)?;
    let entry = openat(
        &directory,
        name.as_str(),
        flags | OFlag::O_DIRECTORY,
        Mode::empty(),
    )?;
    let file = File::from(openat(
        &entry,
        file,
        flags | OFlag::O_NOCTTY,
        Mode::empty(),
    )?);
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.len() <= PICTURE_BYTES_MAX {
        return Ok(file);
    }
    let text = "it is no regular file, or longer than the station's pictures";
    Err(io::Error::new(io::ErrorKind::InvalidInput, text))
}

/// The last rejects and faults, the newest first. Bounded memory, whatever is in the directory.
pub(super) fn list(directory: &Path) -> io::Result<Value> {
    let mut newest = BTreeSet::new();
    for entry in fs::read_dir(directory)? {
        let name = entry?.file_name();
        let name = name.to_str().and_then(EntryName::parse);
        if let Some(name) = name.filter(|name| matches!(name.kind(), Kind::Reject | Kind::Fault)) {
            newest.insert(name);
            if newest.len() > LISTED_MAX {
                newest.pop_first();
            }
        }
    }
    // The station may delete one meanwhile. What cannot be read is left out.
    let parts = newest.iter().rev().filter_map(|name| part(directory, name));
    Ok(parts.collect())
}

fn part(directory: &Path, name: &EntryName) -> Option<Value> {
    let mut text = Vec::new();
    open(directory, name, RECORD_FILE)
        .ok()?
        .take(EntryRecord::BYTES_MAX as u64)
        .read_to_end(&mut text)
        .ok()?;
    let record = EntryRecord::decode(&text)?;
    Some(json!({
        "name": name.as_str(),
        "part": record.part,
        "unix_ms": record.time.unix_us() / 1000,
        "verdict": record.verdict.kind,
        "code": record.verdict.code,
        "detail": record.verdict.detail,
        "recipe": record.recipe,
        "has_picture": record.input.is_some(),
    }))
}
