//! Frames: where a picture's pixels come from and what part of them is wanted.

mod geometry;

pub use geometry::{ChannelOrder, Roi, Size};
