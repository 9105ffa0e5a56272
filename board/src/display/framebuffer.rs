//! The Linux framebuffer (`/dev/fb0`). Only changed rows are written.
//!
//! Layout and requests are those of `linux/fb.h`. A text console on the same framebuffer draws over
//! the picture; switch it off (`fbcon=map:9` or no `console=tty`).

mod layout;

pub use layout::{Channel, Format};

use super::{Canvas, Fault, Panel, Turn};
use embedded_graphics::geometry::Size;
use embedded_graphics::pixelcolor::Rgb888;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Rows of the canvas that are compared together.
const BAND_ROWS: usize = 8;

/// A framebuffer, or a file with the same layout.
#[derive(Debug)]
pub struct Framebuffer<F> {
    file: F,
    format: Format,
    turn: Turn,
    row: Vec<u8>,
}

impl Framebuffer<File> {
    /// Opens the framebuffer `path` and reads its layout. Draws nothing.
    ///
    /// # Errors
    /// It does not exist, may not be opened, or has an unsupported layout.
    pub fn open(path: &Path, turn: Turn) -> Result<Self, Fault> {
        let file = File::options()
            .read(true)
            .write(true)
            .open(path)
            .map_err(Fault::Open)?;
        let format = layout::format(&file)?;
        Ok(Self::new(file, format, turn))
    }
}

impl<F> Framebuffer<F> {
    /// A framebuffer in `file` with this layout.
    pub fn new(file: F, format: Format, turn: Turn) -> Self {
        Self {
            file,
            row: vec![0; format.width * format.bytes_per_pixel],
            format,
            turn,
        }
    }

    /// The layout of its pixels.
    pub const fn format(&self) -> &Format {
        &self.format
    }
}

impl<F: FileExt + Send> Panel for Framebuffer<F> {
    type Color = Rgb888;

    fn size(&self) -> Size {
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or_default();
        self.turn
            .size(Size::new(side(self.format.width), side(self.format.height)))
    }

    fn send(&mut self, canvas: &Canvas<Rgb888>) -> Result<(), Fault> {
        let size = (self.format.width, self.format.height);
        for area in canvas.changes(BAND_ROWS) {
            let area = self.turn.on_panel(size, &area);
            for y in area.y {
                let row = self
                    .row
                    .get_mut(..area.x.len() * self.format.bytes_per_pixel)
                    .unwrap_or_default();
                let pixels = row.chunks_exact_mut(self.format.bytes_per_pixel);
                for (place, x) in pixels.zip(area.x.clone()) {
                    let (x, y) = self.turn.on_canvas(size, (x, y));
                    if let Some(colour) = canvas.pixel(x, y) {
                        self.format.encode(colour, place);
                    }
                }
                self.file
                    .write_all_at(row, self.format.place(area.x.start, y))
                    .map_err(Fault::Write)?;
            }
        }
        Ok(())
    }
}
