//! Frames: how the pixels of a picture file or a camera are read.
//!
//! A frame is never in memory as a whole. Its rows are read one by one, the region of interest is
//! cropped from them, and the resampled rows go straight into the model's input.

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
