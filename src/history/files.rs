//! The files of a kept part: three PNG files and the record.

use super::error::failed;
use super::{EntryRecord, HistoryError, InputShape};
use crate::image::{CHANNELS, ChannelOrder};
use crate::screen::TINT;
use png::{BitDepth, ColorType, Compression, Encoder};
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// What the model got.
pub const INPUT_FILE: &str = "input.png";
/// What was judged.
pub const MASK_FILE: &str = "mask.png";
/// Both, for people: the input, with the mask's pixels tinted.
pub const OVERLAY_FILE: &str = "overlay.png";
/// The record. A directory without it is no kept part.
pub const RECORD_FILE: &str = "part.json";

/// All of them.
pub(super) const FILES: [&str; 4] = [OVERLAY_FILE, MASK_FILE, INPUT_FILE, RECORD_FILE];

/// The directory of a part that is being written. A dead process may leave it, as the next.
pub(super) const UNFINISHED: &str = ".unfinished";
/// The directory of a part that is being deleted.
const DELETED: &str = ".deleted";

/// White in the mask of a model with two classes.
const DEFECT: u8 = 255;

/// The pictures of a part.
#[derive(Debug, Clone, Copy)]
pub struct KeptPictures<'a> {
    /// Their form.
    pub shape: InputShape,
    /// The model's input: rows of three bytes a pixel.
    pub input: &'a [u8],
    /// The mask: a class for each pixel.
    pub mask: &'a [u8],
}

/// Holds a path of a kept part's file.
pub(super) type FilePath = heapless::String<{ crate::bounded::text::PATH_MAX + 96 }>;

/// The path of a file in a directory in the history.
pub(super) fn path_of(directory: &str, entry: &str, file: &str) -> FilePath {
    let slash = if file.is_empty() { "" } else { "/" };
    crate::bounded::text::cut(format_args!("{directory}/{entry}{slash}{file}"))
}

/// Writes the files of a part into an existing directory. Returns their length together. Only the
/// PNG encoder allocates. `row` holds a row of three bytes a pixel.
pub(super) fn write(
    directory: &str,
    entry: &str,
    record: &EntryRecord,
    pictures: Option<KeptPictures<'_>>,
    row: &mut Vec<u8>,
) -> Result<u64, HistoryError> {
    let mut text = [0; EntryRecord::BYTES_MAX];
    let length = record.encode(&mut text).ok_or(HistoryError::Record)?;
    let path = path_of(directory, entry, RECORD_FILE);
    let path = Path::new(path.as_str());
    let mut file = File::create(path).map_err(failed("create", path))?;
    file.write_all(text.get(..length).unwrap_or_default())
        .map_err(failed("write", path))?;
    let mut bytes = u64::try_from(length).unwrap_or(u64::MAX);
    let Some(KeptPictures { shape, input, mask }) = pictures else {
        return Ok(bytes);
    };
    let rows = || {
        let width = usize::try_from(shape.size.width).unwrap_or_default().max(1);
        let pixels = input.chunks_exact(width * CHANNELS);
        pixels.zip(mask.chunks_exact(width))
    };
    for (name, color) in [
        (INPUT_FILE, ColorType::Rgb),
        (MASK_FILE, ColorType::Grayscale),
        (OVERLAY_FILE, ColorType::Rgb),
    ] {
        let path = path_of(directory, entry, name);
        let rows = rows();
        bytes += encode(Path::new(path.as_str()), shape, color, |put| {
            for (pixels, classes) in rows.clone() {
                row.clear();
                match name {
                    INPUT_FILE => row.extend(rgb(pixels, shape.order).flatten()),
                    MASK_FILE => row.extend(classes.iter().map(|class| label(*class, shape))),
                    _ => row.extend(
                        rgb(pixels, shape.order)
                            .zip(classes)
                            .flat_map(|(pixel, class)| tinted(pixel, *class)),
                    ),
                }
                put(row)?;
            }
            Ok(())
        })?;
    }
    Ok(bytes)
}

fn rgb(pixels: &[u8], order: ChannelOrder) -> impl Iterator<Item = [u8; CHANNELS]> {
    let pixels = pixels.as_chunks::<CHANNELS>().0.iter();
    pixels.map(move |&[first, green, last]| match order {
        ChannelOrder::Rgb => [first, green, last],
        ChannelOrder::Bgr => [last, green, first],
    })
}

/// The grey value of a class in a data set's mask (`labelled::eval` has the rule).
fn label(class: u8, shape: InputShape) -> u8 {
    match class {
        0 => 0,
        _ if shape.classes == 2 => DEFECT,
        class => class,
    }
}

fn tinted(pixel: [u8; CHANNELS], class: u8) -> [u8; CHANNELS] {
    if class == 0 {
        return pixel;
    }
    core::array::from_fn(|channel| pixel[channel].midpoint(TINT[channel]))
}

/// Writes the rows of a picture.
type PutRow<'p> = dyn FnMut(&[u8]) -> std::io::Result<()> + 'p;

/// Writes a PNG file of 8 bits. Returns its length.
fn encode(
    path: &Path,
    shape: InputShape,
    color: ColorType,
    mut rows: impl FnMut(&mut PutRow<'_>) -> std::io::Result<()>,
) -> Result<u64, HistoryError> {
    let file = File::create(path).map_err(failed("create", path))?;
    let mut encoded = || -> Result<(), png::EncodingError> {
        let mut encoder = Encoder::new(&file, shape.size.width, shape.size.height);
        encoder.set_color(color);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Fast);
        let mut writer = encoder.write_header()?;
        let mut stream = writer.stream_writer()?;
        rows(&mut |row| stream.write_all(row))?;
        stream.finish()?;
        writer.finish()
    };
    encoded().map_err(|error| match error {
        png::EncodingError::IoError(error) => failed("write", path)(error),
        error => HistoryError::Encode {
            path: path.to_owned(),
            error,
        },
    })?;
    let length = file.metadata().map_err(failed("fstat", path))?.len();
    Ok(length)
}

/// Deletes a part. Its directory is renamed before, so that a deletion that is cut off leaves no
/// half of a kept part. Files of others stay where they were.
pub(super) fn delete(directory: &str, entry: &str) -> Result<(), HistoryError> {
    let from = path_of(directory, entry, "");
    let to = path_of(directory, DELETED, "");
    match fs::rename(from.as_str(), to.as_str()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        // Files of others are in the way.
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {
            return delete_files(directory, entry).map(drop);
        }
        Err(error) => return Err(failed("rename", from.as_str())(error)),
    }
    if delete_files(directory, DELETED)? {
        return Ok(());
    }
    fs::rename(to.as_str(), from.as_str()).map_err(failed("rename", to.as_str()))
}

/// Deletes what a dead process, or a part that was not kept, has left.
pub(super) fn delete_rest(directory: &str) -> Result<(), HistoryError> {
    delete_files(directory, UNFINISHED)?;
    delete_files(directory, DELETED).map(drop)
}

/// Deletes the files of a part, and its directory if nothing else is in it. Returns whether it is
/// deleted.
fn delete_files(directory: &str, entry: &str) -> Result<bool, HistoryError> {
    for name in FILES {
        let path = path_of(directory, entry, name);
        match fs::remove_file(path.as_str()) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(failed("unlink", path.as_str())(error));
            }
            _ => {}
        }
    }
    // Someone may have put another file there, which stays.
    Ok(fs::remove_dir(path_of(directory, entry, "").as_str()).is_ok())
}
