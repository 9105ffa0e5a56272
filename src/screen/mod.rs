//! What the operator sees: state, last verdict with its reason, counters, cycle times and, in colour, the part itself.
//!
//! The layouts draw a [`View`] on any `embedded-graphics` target; which display that is, only `main.rs` knows.
//! Drawing allocates nothing and touches no device.

mod colour;
mod mono;
mod text;
mod thumbnail;
mod view;

pub use colour::draw as draw_colour;
pub use mono::draw as draw_mono;
pub use thumbnail::{SIDE_PX, Thumbnail};
pub use view::{Counters, Cycle, Last, State, View};

use board::display::{DisplayError, Flush};
use core::convert::Infallible;
use embedded_graphics::pixelcolor::{BinaryColor, Rgb888};
use embedded_graphics::prelude::DrawTarget;

/// A screen that a view can be shown on, whatever its colours.
pub trait Screen: Send {
    /// Draws `view` and shows it.
    ///
    /// # Errors
    /// The display did not take it; the next view may be shown all the same.
    fn show(&mut self, view: &View<'_>) -> Result<(), DisplayError>;
}

/// A black-and-white display with the 128 x 64 layout.
#[derive(Debug)]
pub struct Mono<D>(pub D);

/// A colour display with the 240 x 320 layout.
#[derive(Debug)]
pub struct Colour<D>(pub D);

/// No display at all.
#[derive(Debug, Clone, Copy)]
pub struct Dark;

impl<D: DrawTarget<Color = BinaryColor, Error = Infallible> + Flush + Send> Screen for Mono<D> {
    fn show(&mut self, view: &View<'_>) -> Result<(), DisplayError> {
        let Ok(()) = draw_mono(view, &mut self.0);
        self.0.flush()
    }
}

impl<D: DrawTarget<Color = Rgb888, Error = Infallible> + Flush + Send> Screen for Colour<D> {
    fn show(&mut self, view: &View<'_>) -> Result<(), DisplayError> {
        let Ok(()) = draw_colour(view, &mut self.0);
        self.0.flush()
    }
}

impl Screen for Dark {
    fn show(&mut self, _: &View<'_>) -> Result<(), DisplayError> {
        Ok(())
    }
}
