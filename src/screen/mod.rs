//! What the operator sees: state, last verdict with its reason, counters, cycle times and, in colour, the part itself.
//!
//! The layouts draw a [`View`] on any `embedded-graphics` target; which display that is, only `main.rs` knows.
//! Drawing allocates nothing and touches no device.

mod colour;
mod layout;
mod mono;
mod scaled;
mod text;
mod thumbnail;
mod view;

pub use colour::draw as draw_colour;
pub use layout::colour_fits;
pub use mono::draw as draw_mono;
pub use thumbnail::{SIDE_PX, Thumbnail};
pub use view::{Counters, CycleTimes, GateCounters, LastPart, StationState, View};

use board::display::{Display, DisplayError, Panel};
use core::time::Duration;
use embedded_graphics::pixelcolor::{BinaryColor, Rgb888};

/// A screen that a view can be shown on, whatever its colours.
pub trait Screen: Send {
    /// Draws `view` and shows it. Takes as long as the display does, which may be seconds.
    ///
    /// # Errors
    /// The display did not take it; the next view may be shown all the same.
    fn show(&mut self, view: &View<'_>) -> Result<(), DisplayError>;

    /// How long the station may wait for a verdict to be shown before it prints it. Nothing for a device, which must not
    /// hold anything up.
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

/// A screen that is looked at when a verdict's line is printed: who reads the line finds the screen that goes with it, as
/// long as the screen takes no longer than a second. For screens that are files, which are read by programs.
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
