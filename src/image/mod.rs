//! What a picture is made of: sizes, regions and channel orders, and the resize that keeps OpenCV's bytes.

pub mod geometry;
pub mod resample;

pub use geometry::{CHANNELS, ChannelOrder, Roi, Size};
