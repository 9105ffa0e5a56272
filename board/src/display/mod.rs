//! Displays: a canvas for `embedded-graphics`, and panels that receive its changes.
//!
//! A [`Display`] opens its panel when there is something to show. If the panel fails, the display
//! drops it and opens it again the next time. Then it sends the whole picture, because the panel
//! may have lost its power and memory. A panel that does not exist at the start is treated the
//! same.
//!
//! ```
//! use board::display::{Canvas, Display, PngFile};
//! use embedded_graphics::pixelcolor::BinaryColor;
//! use embedded_graphics::prelude::{DrawTarget as _, Size};
//!
//! let path = std::env::temp_dir().join(format!("display-{}.png", std::process::id()));
//! let file = path.clone();
//! let mut display = Display::new("screen", move || {
//!     Ok(PngFile::<BinaryColor>::new(&file, Size::new(128, 64)))
//! });
//! display.show(|canvas: &mut Canvas<BinaryColor>| {
//!     let Ok(()) = canvas.clear(BinaryColor::On);
//! })?;
//! assert!(path.exists());
//! # std::fs::remove_file(path).unwrap();
//! # Ok::<(), board::display::DisplayError>(())
//! ```

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
pub use error::{BusKind, DisplayError, Fault, LineRole};
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
    /// The colour of a pixel of its canvas.
    type Color: PixelColor + From<BinaryColor>;

    /// The size of its canvas, in pixels.
    fn size(&self) -> Size;

    /// Sends the changes of `canvas` since it was last shown, or everything if it was not shown
    /// yet.
    ///
    /// # Errors
    /// The device refused a transfer. Its content is unknown now; open it again.
    fn send(&mut self, canvas: &Canvas<Self::Color>) -> Result<(), Fault>;
}

/// A panel and its canvas, opened when needed.
pub struct Display<P: Panel> {
    device: Arc<str>,
    open: Box<dyn FnMut() -> Result<P, Fault> + Send>,
    opened: Option<(P, Canvas<P::Color>)>,
}

impl<P: Panel> Display<P> {
    /// A display that `open` opens and sets up. Opens nothing yet. Errors name the display
    /// `device`.
    pub fn new(device: &str, open: impl FnMut() -> Result<P, Fault> + Send + 'static) -> Self {
        Self {
            device: device.into(),
            open: Box::new(open),
            opened: None,
        }
    }

    /// Lets `draw` change the canvas and sends the changes. Opens the panel first if needed; its
    /// canvas is black then. Otherwise the canvas still holds the previous drawing.
    ///
    /// Blocks while the device is busy. Allocates only when it opens the panel.
    ///
    /// # Errors
    /// The panel cannot be opened or refused the drawing. The next call tries again.
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
