//! A PNG file as a display.

use super::{Canvas, Fault, Panel};
use core::marker::PhantomData;
use embedded_graphics::geometry::{OriginDimensions as _, Size};
use embedded_graphics::pixelcolor::{BinaryColor, PixelColor, Rgb888, RgbColor};
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// A PNG file that is replaced as a whole, so that a reader always sees a complete picture.
///
/// The encoder allocates for each picture.
#[derive(Debug)]
pub struct PngFile<C> {
    path: PathBuf,
    unfinished: PathBuf,
    rgb: Vec<u8>,
    size: Size,
    software: Option<&'static str>,
    colour: PhantomData<C>,
}

impl<C> PngFile<C> {
    /// The file `path` as a display of `size` pixels. Writes nothing yet.
    pub fn new(path: &Path, size: Size) -> Self {
        let count = u64::from(size.width) * u64::from(size.height);
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".part");
        Self {
            path: path.to_owned(),
            unfinished: unfinished.into(),
            rgb: Vec::with_capacity(usize::try_from(count * 3).unwrap_or_default()),
            size,
            software: None,
            colour: PhantomData,
        }
    }

    /// Names the program in the file, as a text `Software` right behind the header. The name is
    /// ISO 8859-1; another one makes each [`send`](Panel::send) fail.
    #[must_use]
    pub const fn with_software(mut self, name: &'static str) -> Self {
        self.software = Some(name);
        self
    }
}

impl<C: PixelColor + From<BinaryColor> + Into<Rgb888> + Send> Panel for PngFile<C> {
    type Color = C;

    fn size(&self) -> Size {
        self.size
    }

    fn send(&mut self, canvas: &Canvas<C>) -> Result<(), Fault> {
        self.rgb.clear();
        self.rgb.extend(canvas.pixels().iter().flat_map(|colour| {
            let colour: Rgb888 = (*colour).into();
            [colour.r(), colour.g(), colour.b()]
        }));
        let file = File::create(&self.unfinished).map_err(Fault::Write)?;
        let size = canvas.size();
        let mut encoder = png::Encoder::new(BufWriter::new(file), size.width, size.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Fast);
        if let Some(name) = self.software {
            encoder
                .add_text_chunk("Software".to_owned(), name.to_owned())
                .map_err(Fault::Encode)?;
        }
        let mut writer = encoder.write_header().map_err(Fault::Encode)?;
        writer.write_image_data(&self.rgb).map_err(Fault::Encode)?;
        writer.finish().map_err(Fault::Encode)?;
        fs::rename(&self.unfinished, &self.path).map_err(Fault::Write)
    }
}
