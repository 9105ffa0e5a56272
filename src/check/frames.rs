//! Whether the pictures in the watched directory match the station file: their size, and the region
//! in it.

use super::{Finding, recipes};
use crate::bounded::file::open_regular;
use crate::frame::SizeReader;
use crate::image::{Roi, Size};
use crate::station::Station;
use crate::station::file::Endings;
use crate::watch::Name;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Number of pictures to examine: enough to decide, and fast in a full directory.
const EXAMINED_MAX: usize = 256;
/// Each size found, with the number of such pictures and the path of the first one.
type Sizes = Vec<(Size, usize, String)>;

/// Checks the sizes, for a station whose pictures are files. A camera's size is in the station file
/// and is checked there.
pub(super) fn findings(station: &Station) -> Vec<Finding> {
    let Some(directory) = &station.source.directory else {
        return Vec::new();
    };
    let sizes = sizes(Path::new(directory.path.as_str()), directory.endings);
    let mut findings = recipes::each(station, |_, one| outside(&sizes, one.image.roi));
    findings.extend(match station.image.frame {
        None => vec![unknown(&sizes)],
        Some(frame) => others(&sizes, frame),
    });
    findings
}

/// The sizes of the first pictures in a directory, each once. Files that cannot be read are passed
/// over.
pub fn picture_sizes(directory: &Path) -> Vec<Size> {
    let sizes = sizes(directory, Endings::All);
    sizes.into_iter().map(|(size, ..)| size).collect()
}

fn sizes(path: &Path, endings: Endings) -> Sizes {
    let mut sizes = Sizes::new();
    let mut reader = SizeReader::new();
    let Ok(entries) = fs::read_dir(path) else {
        return sizes;
    };
    let pictures = entries.flatten().filter(|entry| {
        let name = Name::new(entry.file_name().as_bytes());
        name.is_some_and(|name| name.is_picture(endings))
            && entry.file_type().is_ok_and(|kind| kind.is_file())
    });
    for entry in pictures.take(EXAMINED_MAX) {
        // The inspection reports files that cannot be read.
        let Some(size) = open_regular(&entry.path())
            .ok()
            .and_then(|file| reader.size(file).ok())
        else {
            continue;
        };
        match sizes.iter_mut().find(|(known, ..)| *known == size) {
            Some((_, count, _)) => *count += 1,
            None => sizes.push((size, 1, entry.path().display().to_string())),
        }
    }
    sizes
}

/// Pictures that do not contain the region.
fn outside(sizes: &Sizes, roi: Roi) -> Vec<Finding> {
    let outside = sizes.iter().filter(|(size, ..)| !roi.is_inside(*size));
    outside
        .map(|(size, count, first)| {
            Finding::warn(format!(
                "image.roi: is {roi}, but {} {size}, which does not contain it \
                 (for example {first}); correct image.roi, or remove them",
                these(*count)
            ))
        })
        .collect()
}

/// Pictures that would be faults.
fn others(sizes: &Sizes, frame: Size) -> Vec<Finding> {
    let others = sizes.iter().filter(|(size, ..)| *size != frame);
    others
        .map(|(size, count, first)| {
            Finding::warn(format!(
                "image.frame: is {frame}, but {} {size} (for example {first}): \
                 each is a fault; correct image.frame and image.roi, or remove them",
                these(*count)
            ))
        })
        .collect()
}

fn these(count: usize) -> String {
    let noun = if count == 1 { "picture" } else { "pictures" };
    let verb = if count == 1 { "is" } else { "are" };
    format!("{count} {noun} in source.directory.path {verb}")
}

fn unknown(sizes: &Sizes) -> Finding {
    let seen = match &sizes[..] {
        [] => "give the width and height of the camera's pictures".to_owned(),
        [(size, count, _)] => format!(
            "give \"frame\": {{ \"width\": {}, \"height\": {} }}, as the {count} there are",
            size.width, size.height
        ),
        several => {
            let sizes: Vec<_> = several.iter().map(|(size, ..)| size.to_string()).collect();
            format!("choose from those there: {}", sizes.join(", "))
        }
    };
    Finding::warn(format!(
        "image.frame: is not given, so a picture of another size is judged as well, at another place of the part, if \
         image.roi lies in it; {seen}"
    ))
}
