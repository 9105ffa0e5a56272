//! Frames: one picture's pixels, and how they come in.
pub mod geometry;
pub use geometry::{CHANNELS, ChannelOrder, Roi, Size};
