//! The user's own pictures, read as the station reads them.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::super::Window;
use super::OntoError;
use sluice::frame::{FrameError, PictureSource, SizeReader};
use sluice::image::{ChannelOrder, Interpolation, Roi, Size};

/// The most bytes of a picture in memory, as for the station's own.
const PICTURE_BYTES_MAX: u64 = 512 * 1024 * 1024;
const ENDINGS: [&str; 8] = ["png", "jpg", "jpeg", "bmp", "pgm", "ppm", "tif", "tiff"];

/// A picture in memory.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its file.
    pub path: PathBuf,
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Whether every pixel is grey.
    pub is_grey: bool,
    /// Red, green and blue of each pixel, row by row.
    pub pixels: Vec<u8>,
}

impl Picture {
    /// All of it.
    pub(super) const fn window(&self) -> Window {
        Window {
            x: 0,
            y: 0,
            width: self.width,
            height: self.height,
        }
    }
}

/// The files of pictures in `folder`, by absolute paths in the order of their names. A PNG beside a
/// picture of another ending with the same name is its mask, as in `model/`, and left out.
///
/// # Errors
///
/// The folder cannot be read, or has no picture.
pub fn find(folder: &Path) -> Result<Vec<PathBuf>, OntoError> {
    let failed = |error| OntoError::Folder(folder.to_owned(), error);
    let mut files = Vec::new();
    // Their names are written down, and read from another folder.
    let whole = folder.canonicalize().map_err(failed)?;
    for entry in fs::read_dir(whole).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if ending(&path).is_some_and(|ending| ENDINGS.contains(&ending.as_str())) && path.is_file()
        {
            files.push(path);
        }
    }
    files.sort();
    let is_png = |path: &Path| ending(path).is_some_and(|ending| ending == "png");
    let pictures: Vec<PathBuf> = files.iter().filter(|path| !is_png(path)).cloned().collect();
    files.retain(|path| {
        !is_png(path)
            || !pictures
                .iter()
                .any(|other| other.file_stem() == path.file_stem())
    });
    if files.is_empty() {
        return Err(OntoError::Empty(folder.to_owned()));
    }
    Ok(files)
}

/// Reads a picture in 8 bits, as the station does.
///
/// # Errors
///
/// The file cannot be opened, or is no whole picture that the station reads.
pub fn read(path: &Path) -> Result<Picture, OntoError> {
    let open = || File::open(path).map_err(|error| OntoError::Open(path.to_owned(), error));
    let unusable = |error| OntoError::Picture(path.to_owned(), error);
    let size = SizeReader::new().size(open()?).map_err(unusable)?;
    if size.pixels() * 3 > PICTURE_BYTES_MAX {
        return Err(unusable(FrameError::TooLarge {
            frame: size,
            limit_bytes: PICTURE_BYTES_MAX,
        }));
    }
    let pixels = whole(size, open()?).map_err(unusable)?;
    let is_grey = pixels
        .chunks_exact(3)
        .all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]);
    let side = |pixels: u32| usize::try_from(pixels).unwrap_or(usize::MAX);
    Ok(Picture {
        path: path.to_owned(),
        width: side(size.width),
        height: side(size.height),
        is_grey,
        pixels,
    })
}

fn whole(size: Size, file: File) -> Result<Vec<u8>, FrameError> {
    let roi = Roi {
        x: 0,
        y: 0,
        width: size.width,
        height: size.height,
    };
    let mut source = PictureSource::new(roi, size, ChannelOrder::Rgb, Interpolation::Linear)
        .map_err(FrameError::Output)?;
    let mut pixels = vec![0; size.bytes().unwrap_or_default()];
    source.read_into(file, &mut pixels)?;
    Ok(pixels)
}

fn ending(path: &Path) -> Option<String> {
    let ending = path.extension().and_then(OsStr::to_str)?;
    Some(ending.to_ascii_lowercase())
}
