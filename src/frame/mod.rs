//! Frames: one picture's pixels, and how they come in.
//!
//! A picture's frame never stands in memory as a whole. Its rows pass through, the region of interest is cut from them, and the
//! resampled rows go straight to the model's input.

mod error;
mod interlaced;
mod metered_reader;
mod orientation;
pub mod png;
pub mod raw;
mod row_layout;
mod samples;

pub use error::FrameError;
pub use png::{FrameInfo, PngSource};
pub use raw::RawSource;
pub(crate) use samples::{Sample, Samples};
