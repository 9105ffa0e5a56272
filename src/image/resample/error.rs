//! What can be wrong with a resize and its rows.

use super::SIDE_MAX_PX;
use crate::image::Size;

/// Why a frame cannot be resized. Every case is a mistake in a setting or in the calling code, none comes from pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResampleError {
    /// A side is 0 or longer than [`SIDE_MAX_PX`].
    #[error(
        "cannot resize {region} to {target}: every side must be 1 to {SIDE_MAX_PX} pixels; \
         correct the region or the size"
    )]
    Side {
        /// Size of the region that was asked for.
        region: Size,
        /// Size that it was to become.
        target: Size,
    },
    /// The output has the wrong length, in bytes.
    #[error(
        "the output has {found} bytes and the target frame {expected}: \
         pass a slice of exactly that length"
    )]
    OutputLength {
        /// Bytes of a target frame.
        expected: usize,
        /// Bytes of the slice.
        found: usize,
    },
    /// A source row has the wrong length, in bytes.
    #[error(
        "a source row has {found} bytes instead of {expected}: \
         push the region's columns, three bytes a pixel"
    )]
    RowLength {
        /// Bytes of a source row.
        expected: usize,
        /// Bytes of the slice.
        found: usize,
    },
    /// A frame got too few or too many rows.
    #[error(
        "the frame got {found} rows instead of {expected}: \
         push every row of the region once, in order"
    )]
    RowCount {
        /// Rows of a source frame.
        expected: u32,
        /// Rows that came; one more than `expected` stands for any more.
        found: u32,
    },
}
