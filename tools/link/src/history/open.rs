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
/// Names that are tried for them, the newest. The others are tried as long as some fail.
const TRIED_MAX: usize = 48;
/// The station keeps no picture of more bytes.
const PICTURE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Opens a file of a kept part. Returns it with its length.
pub(super) fn open(directory: &Path, name: &EntryName, file: &str) -> io::Result<(File, u64)> {
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
        return Ok((file, metadata.len()));
    }
    let text = "it is no regular file, or longer than the station's pictures";
    Err(io::Error::new(io::ErrorKind::InvalidInput, text))
}

/// The last rejects and faults, the newest first, and how many newer ones cannot be read. Bounded
/// memory, whatever is in the directory.
///
/// # Errors
/// The directory cannot be read, or none of its parts.
pub(super) fn list(directory: &Path) -> io::Result<Value> {
    let mut newest = BTreeSet::new();
    for entry in fs::read_dir(directory)? {
        let name = entry?.file_name();
        let name = name.to_str().and_then(EntryName::parse);
        if let Some(name) = name.filter(|name| matches!(name.kind(), Kind::Reject | Kind::Fault)) {
            newest.insert(name);
            if newest.len() > TRIED_MAX {
                newest.pop_first();
            }
        }
    }
    let (mut parts, mut unreadable, mut failure) = (Vec::new(), 0_usize, None);
    for name in newest.iter().rev() {
        match part(directory, name) {
            Ok(part) => parts.push(part),
            // The station has deleted it meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                unreadable += 1;
                failure = failure.or(Some(error));
            }
        }
        if parts.len() == LISTED_MAX {
            break;
        }
    }
    match failure {
        Some(failure) if parts.is_empty() => Err(failure),
        _ => Ok(json!({ "parts": parts, "unreadable": unreadable })),
    }
}

fn part(directory: &Path, name: &EntryName) -> io::Result<Value> {
    let mut text = Vec::new();
    let (file, _) = open(directory, name, RECORD_FILE)?;
    file.take(EntryRecord::BYTES_MAX as u64)
        .read_to_end(&mut text)?;
    let record = EntryRecord::decode(&text).ok_or_else(|| {
        let text = "a record that this version does not know, or that is damaged";
        io::Error::new(io::ErrorKind::InvalidData, text)
    })?;
    Ok(json!({
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
