//! From parts to their pictures: which frame or file belongs to which part.
//!
//! Pure logic: every function takes the time as an argument. This module has no clock, camera or
//! thread. After construction nothing allocates, waits or panics.
//!
//! * [`FrameMatcher`] finds the frame of each part: the first one exposed after its edge.
//! * [`FileMatcher`] finds the file of each part, by the time at which the file was finished.

mod files;
mod frames;

pub use files::{FileMatcher, Paired};
pub use frames::{Exposed, FrameMatcher, Shows};
