//! Finds pictures and kept inputs, and reads them.

use super::ReplayError;
use crate::bounded::file::open_regular;
use crate::frame::{FrameError, PictureSource};
use crate::hash::{HashingReader, Sha256};
use crate::station::Station;
use crate::watch::{Name, numbered};
use ascendcl::InputBuffer;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// The error for a kept input. The station deletes a kept part with its directory.
pub(super) fn of_kept(path: &Path, error: ReplayError) -> ReplayError {
    match error {
        ReplayError::NotFound(name) if !path.parent().is_none_or(Path::exists) => {
            ReplayError::Deleted(name)
        }
        error => error,
    }
}

/// Reads a picture into the input. Returns whether it can be used, and the hash of its bytes.
pub(super) fn read(
    source: &mut PictureSource,
    path: &Path,
    input: &mut InputBuffer,
    piece: &mut [u8],
) -> Result<(Result<(), FrameError>, Sha256), ReplayError> {
    let file = open_regular(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => ReplayError::NotFound(path.display().to_string()),
        _ => ReplayError::File {
            path: path.to_owned(),
            error,
        },
    })?;
    let mut reader = HashingReader::new(file);
    let read = source.read_into(&mut reader, input).map(drop);
    let hash = reader.finish(piece).map_err(|error| ReplayError::File {
        path: path.to_owned(),
        error,
    })?;
    Ok((read, hash))
}

/// The picture of this name and part: where it arrived, or where it was moved. If several files are
/// there, the one with the recorded bytes.
pub(super) fn find(
    station: &Station,
    name: &Name,
    sha256: Sha256,
    part: u64,
) -> Result<PathBuf, ReplayError> {
    let Some(directory) = &station.source.directory else {
        let text = format!("{name}: a camera's frames are not kept; use --from history");
        return Err(ReplayError::NotFound(text));
    };
    let moved = Path::new(directory.move_to.as_str());
    let second = numbered(name, crate::part::PartId::new(part));
    let mut places = vec![Path::new(directory.path.as_str()).join(file_name(name))];
    if !directory.move_to.is_empty() {
        places.extend([name, &second].map(|name| moved.join(file_name(name))));
    }
    places.retain(|path| path.is_file());
    let right = places
        .iter()
        .find(|path| Sha256::of_file(path).is_ok_and(|found| found == sha256));
    right
        .or(places.first())
        .cloned()
        .ok_or_else(|| ReplayError::NotFound(name.to_string()))
}

fn file_name(name: &Name) -> &OsStr {
    OsStr::from_bytes(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_part_without_its_directory_was_deleted() {
        let not_found = || ReplayError::NotFound("input".to_owned());
        let of = |path: &Path| of_kept(path, not_found());
        let place = std::env::temp_dir();
        let lost = of(&place.join("no-such-sluice-input.png"));
        assert!(matches!(lost, ReplayError::NotFound(_)), "{lost}");
        let deleted = of(&place.join("no-such-sluice-part/input.png"));
        assert!(matches!(deleted, ReplayError::Deleted(_)), "{deleted}");
    }
}
