//! Connected regions of a mask.
//!
//! Two pixels of the same class that touch, even at a corner, belong to one blob. The mask is read
//! once, row by row, as runs. Only the runs of two rows and the blobs that reach the last row are
//! kept. So the memory depends on the width and not on the content.

mod finder;
#[cfg(test)]
mod tests;

pub use finder::BlobFinder;

use heapless::Vec as FixedVec;

/// Largest number of blobs in one mask; more reject the part. Noise does not count.
pub const BLOBS_MAX: usize = 256;

/// One connected region of one class. Positions are in pixels of the model's input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Blob {
    /// Class, as an index into the recipe's classes.
    pub class: u8,
    /// Number of pixels.
    pub area_px: u32,
    /// Left edge of the bounding box.
    pub x: u16,
    /// Upper edge of the bounding box.
    pub y: u16,
    /// Width of the bounding box.
    pub width: u16,
    /// Height of the bounding box.
    pub height: u16,
    /// Mean column of its pixels.
    pub centroid_x: f32,
    /// Mean row of its pixels.
    pub centroid_y: f32,
    /// The `NoDefect` zones that it touches: bit n for zone n of the recipe.
    pub zones: u8,
}

impl Blob {
    /// Centre of its bounding box, rounded towards the upper left.
    pub fn centre(&self) -> (u16, u16) {
        let middle = |start: u16, length: u16| start.saturating_add(length.saturating_sub(1) / 2);
        (middle(self.x, self.width), middle(self.y, self.height))
    }
}

/// The blobs of one mask without noise, in the order of their last rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Blobs {
    list: FixedVec<Blob, BLOBS_MAX>,
    overflowed: bool,
}

impl Blobs {
    /// No blobs.
    pub const fn new() -> Self {
        Self {
            list: FixedVec::new(),
            overflowed: false,
        }
    }

    /// The blobs; only the first [`BLOBS_MAX`] if there were more.
    pub fn as_slice(&self) -> &[Blob] {
        &self.list
    }

    /// Whether there were more than [`BLOBS_MAX`].
    pub const fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// Adds a blob. If the list is full, the blob is lost and [`Self::overflowed`] becomes true.
    pub fn push(&mut self, blob: Blob) {
        self.overflowed |= self.list.push(blob).is_err();
    }

    /// Removes all blobs.
    pub fn clear(&mut self) {
        self.list.clear();
        self.overflowed = false;
    }
}
