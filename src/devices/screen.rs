//! The operator's screen.

use board::display::PngDisplay;
use embedded_graphics::pixelcolor::{BinaryColor, Rgb888};
use embedded_graphics::prelude::RgbColor;
use sluice::screen::{Colour, Dark, Mono, Screen};
use sluice::station::file::{Display, DisplayKind};
use std::path::Path;

/// The screen that `display` describes.
///
/// # Errors
/// It cannot be opened.
pub fn open(display: &Display) -> Result<Box<dyn Screen>, String> {
    let file = Path::new(display.file.as_str());
    Ok(match display.kind {
        DisplayKind::None => Box::new(Dark),
        DisplayKind::PngMono => Box::new(Mono(PngDisplay::new(file, 128, 64, BinaryColor::Off))),
        DisplayKind::PngColour => Box::new(Colour(PngDisplay::new(file, 240, 320, Rgb888::BLACK))),
        kind => return Err(format!("display.kind: {kind:?} is not served yet")),
    })
}
