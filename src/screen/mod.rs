//! What the operator sees: state, last verdict with its reason, counters, cycle times and, in
//! colour, the part.
//!
//! The layouts draw a [`View`] on any `embedded-graphics` target. Only the program knows the actual
//! display. Drawing allocates nothing and accesses no device.

mod colour;
mod layout;
mod lettering;
mod mono;
mod scaled;
mod text;
mod thumbnail;
mod view;
mod words;

pub use colour::draw as draw_colour;
pub use layout::colour_fits;
pub use mono::draw as draw_mono;
pub use thumbnail::{SIDE_PX, TINT, Thumbnail};
pub use view::{
    BeltSpeed, Counters, CycleTimes, GateCounters, LastPart, Notice, StationState, View,
};

use board::display::{Display, DisplayError, Panel};
use core::time::Duration;
use embedded_graphics::pixelcolor::{BinaryColor, Rgb888};

/// A screen that can show a view, in colour or black and white.
pub trait Screen: Send {
    /// Draws `view` and shows it. Takes as long as the display needs, which may be seconds.
    ///
    /// # Errors
    /// The display failed. The next view may still be shown.
    fn show(&mut self, view: &View<'_>) -> Result<(), DisplayError>;

    /// How long the line that reports a verdict may wait for the screen. Zero for a device, because
    /// a device must not delay anything.
    fn line_delay_max(&self) -> Duration {
        Duration::ZERO
    }
}

/// A black-and-white display with the 128 x 64 layout.
#[derive(Debug)]
pub struct Mono<P: Panel>(pub Display<P>);

/// A colour display with the colour layout.
#[derive(Debug)]
pub struct Colour<P: Panel>(pub Display<P>);

/// A screen that is up to date when a verdict's line is printed, unless it takes longer than a
/// second. For screens that are files, which programs read.
#[derive(Debug)]
pub struct Prompt<S>(pub S);

/// No display at all.
#[derive(Debug, Clone, Copy)]
pub struct Dark;

impl<P: Panel<Color = BinaryColor>> Screen for Mono<P> {
    fn show(&mut self, view: &View<'_>) -> Result<(), DisplayError> {
        self.0.show(|canvas| {
            let Ok(()) = draw_mono(view, canvas);
        })
    }
}

impl<P: Panel<Color = Rgb888>> Screen for Colour<P> {
    fn show(&mut self, view: &View<'_>) -> Result<(), DisplayError> {
        self.0.show(|canvas| {
            let Ok(()) = draw_colour(view, canvas);
        })
    }
}

impl<S: Screen> Screen for Prompt<S> {
    fn show(&mut self, view: &View<'_>) -> Result<(), DisplayError> {
        self.0.show(view)
    }

    fn line_delay_max(&self) -> Duration {
        Duration::from_secs(1)
    }
}

impl Screen for Dark {
    fn show(&mut self, _: &View<'_>) -> Result<(), DisplayError> {
        Ok(())
    }
}
