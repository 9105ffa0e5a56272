//! Errors of a resize.

use super::SIDE_MAX_PX;
use super::area::PIXELS_MAX;
use crate::image::Size;

/// Why a frame cannot be resized. The cause is a setting or a bug of the caller, never the pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResampleError {
    /// A side is 0 or longer than [`SIDE_MAX_PX`].
    #[error(
        "cannot resize {region} to {target}: every side must be 1 to {SIDE_MAX_PX} pixels; \
         correct the region or the size"
    )]
    Side {
        /// The size of the region.
        region: Size,
        /// The size that it should get.
        target: Size,
    },
    /// [`Interpolation::Area`](crate::image::Interpolation::Area) would add more pixels than single
    /// precision holds.
    #[error(
        "cannot resize {region} to {target} with area: each pixel would be the mean of more than \
         {PIXELS_MAX}; choose a smaller region, a larger size, or linear_exact"
    )]
    Factor {
        /// The size of the region.
        region: Size,
        /// The size that it should get.
        target: Size,
    },
    /// [`Interpolation::LinearKleidicv`](crate::image::Interpolation::LinearKleidicv) takes the
    /// channels of a pixel from places that are too far apart. Not known to occur.
    #[error(
        "cannot resize {region} to {target} with linear_kleidicv: the channels of a pixel are too \
         far apart; change the region's width by one, or train with linear_exact"
    )]
    Lanes {
        /// The size of the region.
        region: Size,
        /// The size that it should get.
        target: Size,
    },
    /// The output has the wrong length.
    #[error(
        "the output has {found} bytes and the target frame {expected}: \
         pass a slice of exactly that length"
    )]
    OutputLength {
        /// The bytes of a target frame.
        expected: usize,
        /// The bytes of the slice.
        found: usize,
    },
    /// A source row has the wrong length.
    #[error(
        "a source row has {found} bytes instead of {expected}: \
         push the region's columns, three bytes a pixel"
    )]
    RowLength {
        /// The bytes of a source row.
        expected: usize,
        /// The bytes of the slice.
        found: usize,
    },
    /// A frame got too few rows, or too many.
    #[error(
        "the frame got {found} rows instead of {expected}: \
         push every row of the region once, in order"
    )]
    RowCount {
        /// The rows of a source frame.
        expected: u32,
        /// The rows that were pushed. `expected + 1` means any larger number.
        found: u32,
    },
}
