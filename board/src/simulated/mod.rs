//! Lines without hardware.
//!
//! A [`Chip`] has output lines, which are `embedded_hal` output pins. It records each change with
//! its time. A [`Timeline`] returns the changes to a test; a [`TimelineFile`] writes them to a text
//! file. A dropped line takes the level that its wiring gives it while nothing drives it.
//!
//! A [`SimulatedInput`] is an input line that a test changes through its [`Stimulus`]. A
//! [`FifoInput`] is changed by lines of text in a FIFO.
//!
//! ```
//! use board::simulated::{Change, Chip};
//! use embedded_hal::digital::{OutputPin, PinState};
//!
//! let (mut chip, timeline) = Chip::new(16);
//! let mut lamp = chip.line(7, PinState::Low)?;
//! lamp.set_high()?;
//! drop(lamp);
//! let levels: Vec<_> = timeline.changes().map(|change| (change.offset, change.level)).collect();
//! assert_eq!(levels, [(7, PinState::Low), (7, PinState::High), (7, PinState::Low)]);
//! # Ok::<(), board::simulated::ChipError>(())
//! ```
//!
//! ```
//! use board::edge::Edges;
//! use board::simulated::SimulatedInput;
//! use embedded_hal::digital::PinState;
//!
//! let (mut input, stimulus) = SimulatedInput::new(PinState::Low)?;
//! stimulus.set(PinState::High);
//! let edge = input.next_edge().unwrap().expect("the edge is queued");
//! assert_eq!((edge.level, edge.lost), (PinState::High, 0));
//! # Ok::<(), board::wake::WakeError>(())
//! ```

mod fifo;
mod output;
mod timeline_file;
mod wire;

pub use fifo::{FifoError, FifoInput};
pub use output::{Change, Chip, ChipError, LINES_MAX, SimulatedLine, Timeline};
pub use timeline_file::{HEADER, TimelineFile};
pub use wire::{CHANGES_MAX, SimulatedInput, Stimulus};
