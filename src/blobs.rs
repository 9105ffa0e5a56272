//! Connected regions of a mask.

/// Blobs that are counted in one mask; more reject the part.
pub const BLOBS_MAX: usize = 256;
