//! Displays: anything that `embedded-graphics` draws on and that shows the drawing when told to.

use core::convert::Infallible;
use core::fmt;
use embedded_graphics::Pixel;
use embedded_graphics::geometry::{OriginDimensions, Size};
use embedded_graphics::pixelcolor::{PixelColor, Rgb888, RgbColor};
use embedded_graphics::prelude::DrawTarget;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// Shows what was drawn since the last time.
pub trait Flush {
    /// Shows it.
    ///
    /// # Errors
    /// The display did not take it. It may be tried again; nothing is lost.
    fn flush(&mut self) -> Result<(), DisplayError>;
}

/// A display did not show the drawing.
#[derive(Debug)]
pub enum DisplayError {
    /// The picture file could not be written.
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The picture could not be encoded.
    Encode {
        /// The file.
        path: PathBuf,
        /// What the encoder said.
        error: png::EncodingError,
    },
}

impl fmt::Display for DisplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write { path, error } => write!(
                f,
                "screen file {}: {error}; check that its directory exists and can be written",
                path.display()
            ),
            Self::Encode { path, error } => write!(f, "screen file {}: {error}", path.display()),
        }
    }
}

impl core::error::Error for DisplayError {}

/// A display that is a PNG file: every flush replaces the file as a whole, so that a reader never sees half of one.
///
/// The drawing is held in memory, allocated once. The encoder allocates at each flush.
#[derive(Debug)]
pub struct PngDisplay<C> {
    pixels: Vec<C>,
    rgb: Vec<u8>,
    size: Size,
    path: PathBuf,
    unfinished: PathBuf,
}

impl<C: PixelColor + Into<Rgb888>> PngDisplay<C> {
    /// A display of `width` x `height` pixels, all `background`, whose file is `path`. Writes nothing yet.
    pub fn new(path: &Path, width: u32, height: u32, background: C) -> Self {
        let count = usize::try_from(u64::from(width) * u64::from(height)).unwrap_or_default();
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".part");
        Self {
            pixels: vec![background; count],
            rgb: Vec::with_capacity(count.saturating_mul(3)),
            size: Size::new(width, height),
            path: path.to_owned(),
            unfinished: unfinished.into(),
        }
    }

    /// The drawing as rows of RGB bytes.
    pub fn to_rgb(&self) -> Vec<u8> {
        self.pixels.iter().flat_map(|colour| rgb(*colour)).collect()
    }
}

fn rgb<C: Into<Rgb888>>(colour: C) -> [u8; 3] {
    let colour: Rgb888 = colour.into();
    [colour.r(), colour.g(), colour.b()]
}

impl<C: PixelColor + Into<Rgb888>> Flush for PngDisplay<C> {
    fn flush(&mut self) -> Result<(), DisplayError> {
        self.rgb.clear();
        self.rgb
            .extend(self.pixels.iter().flat_map(|colour| rgb(*colour)));
        let write = |error| DisplayError::Write {
            path: self.path.clone(),
            error,
        };
        let encode = |error| DisplayError::Encode {
            path: self.path.clone(),
            error,
        };
        let file = File::create(&self.unfinished).map_err(write)?;
        let mut encoder =
            png::Encoder::new(BufWriter::new(file), self.size.width, self.size.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header().map_err(encode)?;
        writer.write_image_data(&self.rgb).map_err(encode)?;
        writer.finish().map_err(encode)?;
        fs::rename(&self.unfinished, &self.path).map_err(write)
    }
}

impl<C> OriginDimensions for PngDisplay<C> {
    fn size(&self) -> Size {
        self.size
    }
}

impl<C: PixelColor> DrawTarget for PngDisplay<C> {
    type Color = C;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<C>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(point, colour) in pixels {
            let (Ok(x), Ok(y)) = (u32::try_from(point.x), u32::try_from(point.y)) else {
                continue;
            };
            if x >= self.size.width || y >= self.size.height {
                continue;
            }
            let index = u64::from(y) * u64::from(self.size.width) + u64::from(x);
            if let Some(pixel) = usize::try_from(index)
                .ok()
                .and_then(|index| self.pixels.get_mut(index))
            {
                *pixel = colour;
            }
        }
        Ok(())
    }
}
