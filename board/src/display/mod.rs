//! Displays: a canvas that `embedded-graphics` draws on, and panels that are sent what has changed on it.
//!
//! A [`Display`] opens its panel when there is something to show. A panel that fails at anything is dropped and opened
//! anew the next time, and is then sent everything, since it may have lost its power and with it its memory. A panel that
//! is not there at the start is the same case.

mod bus;
mod canvas;
mod error;
mod framebuffer;
mod linux;
mod oled;
mod png_file;
#[cfg(test)]
mod tests;
mod tft;
mod turn;

pub use bus::{CommandBus, I2cBus, Lit, SpiBus, reset};
pub use canvas::{Area, Canvas};
pub use error::{Bus, DisplayError, Fault, Wire};
pub use framebuffer::{Channel, Format, Framebuffer};
pub use linux::{Delay, open_i2c, open_spi, probe_oled, probe_spi};
pub use oled::{Controller, Oled};
pub use png_file::PngFile;
pub use tft::Tft;
pub use turn::Turn;

use core::fmt;
use embedded_graphics::geometry::Size;
use embedded_graphics::pixelcolor::{BinaryColor, PixelColor};
use std::sync::Arc;

/// A device that shows a canvas.
pub trait Panel: Send {
    /// What a pixel of its canvas is.
    type Color: PixelColor + From<BinaryColor>;

    /// Size of its canvas, in pixels.
    fn size(&self) -> Size;

    /// Sends what has changed on `canvas` since it was shown the last time; everything when it never was.
    ///
    /// # Errors
    /// The device did not take it. What it shows now is not known; it has to be opened anew.
    fn send(&mut self, canvas: &Canvas<Self::Color>) -> Result<(), Fault>;
}

/// A panel with its canvas, opened when it is needed.
pub struct Display<P: Panel> {
    device: Arc<str>,
    open: Box<dyn FnMut() -> Result<P, Fault> + Send>,
    opened: Option<(P, Canvas<P::Color>)>,
}

impl<P: Panel> Display<P> {
    /// The display that `open` opens and sets up. Touches no device yet. Errors name it `device`.
    pub fn new(device: &str, open: impl FnMut() -> Result<P, Fault> + Send + 'static) -> Self {
        Self {
            device: device.into(),
            open: Box::new(open),
            opened: None,
        }
    }

    /// Lets `draw` draw on the canvas, which still holds what was drawn before, and shows it. Opens the panel first where
    /// that has not been done or the panel has failed since; the canvas is black then.
    ///
    /// Takes as long as the device does. Allocates only where it opens.
    ///
    /// # Errors
    /// The panel cannot be opened or does not take the drawing. Call again, whenever that is, to try again.
    pub fn show(&mut self, draw: impl FnOnce(&mut Canvas<P::Color>)) -> Result<(), DisplayError> {
        let named = |fault| DisplayError {
            device: Arc::clone(&self.device),
            fault,
        };
        let (mut panel, mut canvas) = match self.opened.take() {
            Some(opened) => opened,
            None => {
                let panel = (self.open)().map_err(named)?;
                let canvas = Canvas::new(panel.size());
                (panel, canvas)
            }
        };
        draw(&mut canvas);
        panel.send(&canvas).map_err(named)?;
        canvas.set_shown();
        self.opened = Some((panel, canvas));
        Ok(())
    }
}

impl<P: Panel> fmt::Debug for Display<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Display")
            .field("device", &self.device)
            .field("open", &self.opened.is_some())
            .finish()
    }
}
