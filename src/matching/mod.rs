//! From parts to their pictures: which frame or file belongs to a part.
//!
//! Pure logic: every function takes the time as an argument. There is no clock, camera or thread here, and nothing
//! allocates after construction, waits or panics.
//!
//! * [`FrameMatcher`] finds the frame of each part: the first one exposed after its edge, never a stale one.
//! * [`FileMatcher`] finds the file of each part, by the time at which it was finished.

mod files;
mod frames;

pub use files::{FileMatcher, Paired};
pub use frames::{Exposed, FrameMatcher, Shows};
