//! A picture to draw on, which becomes a PNG file.

use crate::error::{Error, at};
use core::convert::Infallible;
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::prelude::{DrawTarget, OriginDimensions, Pixel, Size};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// The picture: three bytes for each pixel, top row first.
#[derive(Debug)]
pub struct Canvas {
    size: Size,
    pixels: Vec<u8>,
}

impl Canvas {
    /// A white picture.
    pub fn new(size: Size) -> Self {
        let pixels = size.width as usize * size.height as usize;
        Self {
            size,
            pixels: vec![255; 3 * pixels],
        }
    }

    /// Writes the picture as a PNG file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let file = BufWriter::new(File::create(path).map_err(at(path))?);
        let mut encoder = png::Encoder::new(file, self.size.width, self.size.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        let written = encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&self.pixels));
        written.map_err(|error| Error::Picture {
            path: path.to_owned(),
            error: error.to_string(),
        })
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        self.size
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Infallible>
    where
        I: IntoIterator<Item = Pixel<Rgb888>>,
    {
        for Pixel(point, colour) in pixels {
            let (Ok(x), Ok(y)) = (u32::try_from(point.x), u32::try_from(point.y)) else {
                continue;
            };
            if x >= self.size.width || y >= self.size.height {
                continue;
            }
            let place = 3 * (y as usize * self.size.width as usize + x as usize);
            if let Some(pixel) = self.pixels.get_mut(place..place + 3) {
                pixel.copy_from_slice(&[colour.r(), colour.g(), colour.b()]);
            }
        }
        Ok(())
    }
}
