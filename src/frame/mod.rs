//! Frames: how the pixels of a picture file or a camera are read.
//!
//! Rows are read one by one, the region of interest is cropped from them, and the resampled rows go
//! straight into the model's input. Where a format allows it, no frame is ever in memory whole.

mod bmp;
mod camera_source;
mod crop;
mod error;
mod format;
mod interlaced;
mod jpeg;
mod metered_reader;
mod orientation;
mod picture;
mod plain_rows;
mod png;
mod pnm;
pub mod raw;
mod row_layout;
mod samples;
mod still;
mod tiff;

pub use camera_source::CameraSource;
pub use error::FrameError;
pub use format::PictureFormat;
pub use picture::{FrameInfo, PictureSource, SizeReader};
pub use raw::{Conversion, Demosaic, RawSource};
pub(crate) use samples::{Sample, Samples};
pub use still::Still;
