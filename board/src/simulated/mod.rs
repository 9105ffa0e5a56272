//! Lines without hardware.
//!
//! A [`Chip`] hands out output lines as `embedded_hal` output pins. Each change is kept with its time, as an oscilloscope on
//! the wires would see it, and comes out of a [`Timeline`]: into a test, or with [`TimelineFile`] into a text file that the
//! demo draws. A line that is dropped falls to the level that its wiring gives it when nothing drives it.
//!
//! An [`Input`] is an input line whose level somebody sets: a test with a [`Stimulus`], or whoever writes to a FIFO
//! ([`Input::from_fifo`]).
//!
//! ```
//! use board::simulated::{Chip, Change};
//! use embedded_hal::digital::{OutputPin, PinState};
//!
//! let (mut chip, timeline) = Chip::new(16);
//! let mut lamp = chip.line(7, PinState::Low)?;
//! lamp.set_high()?;
//! drop(lamp);
//! let levels: Vec<_> = timeline.changes().map(|change| (change.offset, change.level)).collect();
//! assert_eq!(levels, [(7, PinState::Low), (7, PinState::High), (7, PinState::Low)]);
//! # Ok::<(), board::simulated::LineError>(())
//! ```

mod fifo;
mod input;
mod output;
mod timeline_file;

pub use fifo::FifoError;
pub use input::{CHANGES_MAX, Input, Stimulus};
pub use output::{Change, Chip, LINES_MAX, Line, LineError, Timeline};
pub use timeline_file::{HEADER, TimelineFile};
