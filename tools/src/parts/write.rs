//! Data sets on disk: `N/image.png`, `N/mask.png` and `parts.json`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::{Defect, Kind, Part, Window};

/// Why a data set could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder could not be made.
    #[error("cannot make the folder {}: {}", .0.display(), .1)]
    Folder(PathBuf, #[source] io::Error),
    /// A file could not be created or written.
    #[error("cannot write {}: {}", .0.display(), .1)]
    File(PathBuf, #[source] io::Error),
    /// The list of an earlier run could not be read.
    #[error("cannot read the list of an earlier run, {}: {}", .0.display(), .1)]
    Read(PathBuf, #[source] io::Error),
    /// The folder's list was not written by this program.
    #[error(
        "{} is not a list of parts written by this program: move it or choose another folder",
        .0.display()
    )]
    Foreign(PathBuf),
    /// A picture could not be encoded or written.
    #[error("cannot write the picture {}: {}", .0.display(), .1)]
    Picture(PathBuf, #[source] png::EncodingError),
}

/// Writes `bytes`, row by row, as an 8-bit PNG file of `window`'s size.
///
/// # Errors
///
/// The file cannot be written.
fn write_png(
    path: &Path,
    window: Window,
    color: png::ColorType,
    bytes: &[u8],
) -> Result<(), Error> {
    let file = File::create(path).map_err(|error| Error::File(path.to_owned(), error))?;
    let failed = |error| Error::Picture(path.to_owned(), error);
    let too_large = || {
        failed(png::EncodingError::from(io::Error::from(
            io::ErrorKind::InvalidInput,
        )))
    };
    let width = u32::try_from(window.width).map_err(|_| too_large())?;
    let height = u32::try_from(window.height).map_err(|_| too_large())?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::Sub);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(bytes).map_err(failed)?;
    writer.finish().map_err(failed)
}

/// Writes `image.png` and `mask.png` of `part` within `window` into `folder`. Creates the folder if
/// it is missing, and replaces files of these names.
///
/// # Errors
///
/// The folder or a file cannot be written.
pub fn write_part(folder: &Path, part: &Part, window: Window) -> Result<(), Error> {
    write_pair(folder, window, &part.pixels(window), &part.mask(window))
}

/// Writes `image.png` of three bytes a pixel, or of one if `pixels` has one, and `mask.png`, as
/// [`write_part`] does. Only the size of `window` matters.
///
/// # Errors
///
/// The folder or a file cannot be written.
pub fn write_pair(folder: &Path, window: Window, pixels: &[u8], mask: &[u8]) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| Error::Folder(folder.to_owned(), error))?;
    let color = if pixels.len() == mask.len() {
        png::ColorType::Grayscale
    } else {
        png::ColorType::Rgb
    };
    write_png(&folder.join("image.png"), window, color, pixels)?;
    write_png(
        &folder.join("mask.png"),
        window,
        png::ColorType::Grayscale,
        mask,
    )
}

/// The entry of a part in `parts.json`: its seed, kind and defects as a JSON object on one line,
/// and the picture that it was drawn onto. Bounding boxes are in pixels of the whole frame, even if
/// only a window was written.
pub fn describe(seed: u64, kind: Kind, onto: Option<&Path>, defects: &[Defect]) -> String {
    let mut line = format!(r#"{{"seed": {seed}, "kind": "{}", "#, kind.name());
    if let Some(path) = onto {
        // Writing to a string cannot fail.
        let _ = write!(
            line,
            r#""picture": "{}", "#,
            escaped(&path.to_string_lossy())
        );
    }
    line.push_str(r#""defects": ["#);
    for (i, defect) in defects.iter().enumerate() {
        let Window {
            x,
            y,
            width,
            height,
        } = defect.bounds;
        let comma = if i == 0 { "" } else { ", " };
        let _ = write!(
            line,
            r#"{comma}{{"kind": "{}", "x": {x}, "y": {y}, "width": {width}, "height": {height}, "area_px": {}}}"#,
            defect.kind.name(),
            defect.area_px
        );
    }
    line.push_str("]}");
    line
}

/// The entries of `parts.json` in `folder`, none if there is no such file.
///
/// # Errors
///
/// The file cannot be read, or [`write_list`] did not write it.
pub fn read_list(folder: &Path) -> Result<BTreeMap<usize, String>, Error> {
    let path = folder.join("parts.json");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(Error::Read(path, error)),
    };
    let entries = text
        .lines()
        .filter(|line| !matches!(*line, "{" | "}"))
        .map(entry)
        .collect();
    Option::ok_or(entries, Error::Foreign(path))
}

/// Writes `parts.json` into `folder`: one object with an entry for each part number, made by
/// [`describe`].
///
/// # Errors
///
/// The file cannot be written.
pub fn write_list(folder: &Path, parts: &BTreeMap<usize, String>) -> Result<(), Error> {
    let path = folder.join("parts.json");
    let lines: Vec<String> = parts
        .iter()
        .map(|(number, value)| format!("\"{number}\": {value}"))
        .collect();
    let text = format!("{{\n{}\n}}\n", lines.join(",\n"));
    fs::write(&path, text).map_err(|error| Error::File(path, error))
}

/// `text` inside the quotes of JSON.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => escaped.extend(['\\', letter]),
            control if control < ' ' => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(control));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// The part number and the object in one line of `parts.json`.
fn entry(line: &str) -> Option<(usize, String)> {
    let (number, value) = line.strip_prefix('"')?.split_once("\": ")?;
    let value = value.strip_suffix(',').unwrap_or(value);
    (value.starts_with('{') && value.ends_with('}'))
        .then_some((number.parse().ok()?, value.to_owned()))
}
