//! From edges to parts, and from parts to their pictures: which change of the input line is a trigger, and which frame or
//! file belongs to it.
//!
//! Everything here is told the time and asks nobody: no clock, no line, no camera, no thread. Nothing allocates after it
//! is made, waits or panics.
//!
//! * [`Input`] makes triggers of an input line's changes: debounced where the kernel did not, and with lost changes counted.
//! * [`Frames`] finds the frame of each part: the first one exposed after its edge, never a stale one.
//! * [`Pairing`] finds the file of each part, by the time at which it was finished.

mod debounce;
mod frames;
mod input;
mod pairing;

pub use debounce::{Debounce, Settled};
pub use frames::{Exposed, Frames, Shows};
pub use input::{Input, Signal};
pub use pairing::{Paired, Pairing};
