//! Sizes, regions and channel orders, sharpness, and the resize that gives OpenCV's bytes.

pub mod focus;
pub mod geometry;
mod interpolation;
pub mod resample;

pub use focus::Focus;
pub use geometry::{CHANNELS, ChannelOrder, Roi, Size};
pub use interpolation::{Interpolation, UnknownInterpolation};
