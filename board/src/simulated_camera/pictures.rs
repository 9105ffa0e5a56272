//! PNG files as frames in a camera's format, and JPEG files as the frames of a camera that
//! compresses.

use crate::camera::{FrameLayout, PixelFormat, Samples};
use nix::fcntl::OFlag;
use std::fs::{self, File};
use std::io::{self, BufReader, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Most bytes of all frames together.
const BYTES_MAX: usize = 1024 * 1024 * 1024;

/// Loads the PNG files of a directory in the order of their names as frames of `layout`, without
/// row padding; for MJPEG its JPEG files as they are.
pub fn load(layout: FrameLayout, directory: &Path) -> Result<Vec<Vec<u8>>, String> {
    let unreadable = |error| format!("{}: {error}", directory.display());
    let is_compressed = layout.format() == PixelFormat::Mjpeg;
    let (ending, kind) = if is_compressed {
        ("jpg", "JPEG file (NAME.jpg)")
    } else {
        ("png", "PNG file")
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path: PathBuf = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|name| name == ending) {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(format!("there is no {kind} in it"));
    }
    let frame_bytes = layout.bytes(layout.row_bytes()).unwrap_or(usize::MAX);
    if frame_bytes.saturating_mul(files.len()) > BYTES_MAX {
        return Err(format!(
            "{} frames of {frame_bytes} bytes are more than {BYTES_MAX} bytes, keep fewer files in it",
            files.len()
        ));
    }
    if is_compressed {
        return read_all(&files, BYTES_MAX);
    }
    files
        .iter()
        .map(|file| from_png(layout, file).map_err(|error| format!("{}: {error}", file.display())))
        .collect()
}

/// The bytes of each file, at most `bytes_max` of all together.
pub(super) fn read_all(files: &[PathBuf], bytes_max: usize) -> Result<Vec<Vec<u8>>, String> {
    let mut left = bytes_max;
    let read = |file: &PathBuf| {
        let mut bytes = Vec::new();
        // One byte more shows that there are too many. A file may grow while it is read.
        let limit = u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1);
        open_regular(file)
            .and_then(|opened| opened.take(limit).read_to_end(&mut bytes))
            .map_err(|error| format!("{}: {error}", file.display()))?;
        left = left.checked_sub(bytes.len()).ok_or_else(|| {
            format!("its frames have more than {bytes_max} bytes, keep fewer files in it")
        })?;
        Ok(bytes)
    };
    files.iter().map(read).collect()
}

/// Opens a regular file. A pipe or a device is not waited for.
fn open_regular(file: &Path) -> io::Result<File> {
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    let mut options = File::options();
    let opened = options.read(true).custom_flags(flags.bits()).open(file)?;
    if opened.metadata()?.is_file() {
        return Ok(opened);
    }
    let text = "it is a directory, a pipe or a device; keep only pictures in that directory";
    Err(io::Error::new(io::ErrorKind::InvalidInput, text))
}

/// Loads a PNG file as a frame of `layout`, without row padding. Ignores its alpha channel.
///
/// # Errors
/// The file cannot be read, is not a PNG file, or has a different size.
pub fn from_png(layout: FrameLayout, file: &Path) -> Result<Vec<u8>, String> {
    decode(layout, file).map(|rgb| from_rgb(layout, &rgb))
}

/// The pixels of a file, three bytes each: red, green, blue.
fn decode(layout: FrameLayout, file: &Path) -> Result<Vec<u8>, String> {
    let mut decoder = png::Decoder::new(BufReader::new(
        open_regular(file).map_err(|error| error.to_string())?,
    ));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|error| error.to_string())?;
    let (width, height) = (reader.info().width, reader.info().height);
    if (width, height) != (layout.width(), layout.height()) {
        return Err(format!(
            "it is {width}x{height} and the camera {layout}, store it at that size"
        ));
    }
    let size = reader
        .output_buffer_size()
        .ok_or_else(|| "it is too large for memory".to_owned())?;
    let mut pixels = vec![0; size];
    let info = reader
        .next_frame(&mut pixels)
        .map_err(|error| error.to_string())?;
    pixels.truncate(info.buffer_size());
    Ok(match info.color_type {
        png::ColorType::Rgb => pixels,
        png::ColorType::Rgba => spread::<4>(&pixels, |[r, g, b, _]| [r, g, b]),
        png::ColorType::GrayscaleAlpha => spread::<2>(&pixels, |[grey, _]| [grey; 3]),
        png::ColorType::Grayscale | png::ColorType::Indexed => {
            spread::<1>(&pixels, |[grey]| [grey; 3])
        }
    })
}

fn spread<const N: usize>(pixels: &[u8], rgb: impl Fn([u8; N]) -> [u8; 3]) -> Vec<u8> {
    let (pixels, _) = pixels.as_chunks::<N>();
    pixels.iter().flat_map(|pixel| rgb(*pixel)).collect()
}

/// Converts RGB to a frame of this layout. Colours are BT.601 with Y from 16 to 235 and U and V
/// from 16 to 240. A chroma sample that several pixels share is the mean of their chroma.
pub fn from_rgb(layout: FrameLayout, rgb: &[u8]) -> Vec<u8> {
    let (pixels, _) = rgb.as_chunks::<3>();
    match layout.format() {
        // A JPEG frame cannot be made here.
        PixelFormat::Mjpeg => Vec::new(),
        PixelFormat::Rgb24 => rgb.to_owned(),
        PixelFormat::Bgr24 => pixels.iter().flat_map(|[r, g, b]| [*b, *g, *r]).collect(),
        PixelFormat::Grey(samples) => {
            let grey: Vec<u8> = pixels.iter().map(|pixel| luma(*pixel, 0, 255)).collect();
            stored(&grey, samples)
        }
        PixelFormat::Bayer(mosaic, samples) => {
            let width = usize::try_from(layout.width()).unwrap_or(usize::MAX);
            let behind_filter = |(place, [r, g, b]): (usize, &[u8; 3])| {
                let (row, column) = (place / width, place % width);
                let is_green = ((row + column) % 2 == 0) == mosaic.is_green_first();
                let is_red_row = (row % 2 == 0) == mosaic.is_red_first();
                match (is_green, is_red_row) {
                    (true, _) => *g,
                    (false, true) => *r,
                    (false, false) => *b,
                }
            };
            let values: Vec<u8> = pixels.iter().enumerate().map(behind_filter).collect();
            stored(&values, samples)
        }
        PixelFormat::Yuyv => pairs(pixels)
            .flat_map(|(first, second, [u, v])| [y(first), u, y(second), v])
            .collect(),
        PixelFormat::Uyvy => pairs(pixels)
            .flat_map(|(first, second, [u, v])| [u, y(first), v, y(second)])
            .collect(),
        PixelFormat::Nv12 => {
            let width = usize::try_from(layout.width()).unwrap_or(usize::MAX);
            let mut frame: Vec<u8> = pixels.iter().map(|pixel| y(*pixel)).collect();
            for rows in pixels.chunks_exact(width.saturating_mul(2)) {
                let (upper, lower) = rows.split_at(width);
                for (upper, lower) in upper.chunks_exact(2).zip(lower.chunks_exact(2)) {
                    frame.extend(chroma([upper, lower].concat().as_slice()));
                }
            }
            frame
        }
    }
}

/// Stores values of 8 bits as samples with more: the low bits are 0.
fn stored(values: &[u8], samples: Samples) -> Vec<u8> {
    let high = samples.bits() - 8;
    match samples {
        Samples::Bits8 => values.to_owned(),
        Samples::Bits10 | Samples::Bits12 | Samples::Bits16 => {
            let words = values.iter().map(|value| u16::from(*value) << high);
            words.flat_map(u16::to_le_bytes).collect()
        }
        Samples::Packed10 | Samples::Packed12 => {
            let (columns, _) = samples.group();
            let groups = values.chunks(columns);
            groups.flat_map(|group| [group, &[0]].concat()).collect()
        }
    }
}

fn pairs(pixels: &[[u8; 3]]) -> impl Iterator<Item = ([u8; 3], [u8; 3], [u8; 2])> {
    let (pairs, _) = pixels.as_chunks::<2>();
    pairs
        .iter()
        .map(|pair| (pair[0], pair[1], chroma(pair.as_slice())))
}

/// Brightness from `black` to `black + range`, rounded.
fn luma([r, g, b]: [u8; 3], black: u32, range: u32) -> u8 {
    let sum = 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b);
    u8::try_from(black + (sum * range + 127_500) / 255_000).unwrap_or(u8::MAX)
}

fn y(pixel: [u8; 3]) -> u8 {
    luma(pixel, 16, 219)
}

/// U and V of the mean of these pixels, rounded.
fn chroma(pixels: &[[u8; 3]]) -> [u8; 2] {
    let sum =
        |channel: usize| -> i64 { pixels.iter().map(|pixel| i64::from(pixel[channel])).sum() };
    let [r, g, b] = [sum(0), sum(1), sum(2)];
    let luma = 299 * r + 587 * g + 114 * b;
    // The difference from the brightness is at most `most` thousandths of 255. It is scaled to 112.
    let level = |difference: i64, most: i64| {
        let count = i64::try_from(pixels.len()).unwrap_or(1).max(1);
        let unit = most * 255 * count;
        let level = (128 * unit + difference * 112 + unit / 2).div_euclid(unit);
        u8::try_from(level).unwrap_or(128)
    };
    [level(1000 * b - luma, 886), level(1000 * r - luma, 701)]
}
