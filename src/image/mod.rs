//! Sizes, regions and channel orders, and the resize that gives OpenCV's bytes.

pub mod geometry;
pub mod resample;

pub use geometry::{CHANNELS, ChannelOrder, Roi, Size};
