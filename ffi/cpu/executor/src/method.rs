//! By which method a convolution is computed, and whether its input must be copied first.

use crate::graph::{Convolution, WINDOW_ROWS_MAX, Window};
use crate::lanes::MOST_LANES;

/// Input and output channels from which on the saved multiplications are worth the transforms.
const CHANNELS_MIN: usize = 16;

/// Whether a convolution of `inputs` channels is computed by Winograd's method, with a result of
/// `width` columns. This depends on the network alone, because the method decides the bits of the
/// result.
///
/// For two rows the direct method multiplies 18 times each vector of 16 columns, Winograd's 16
/// times each vector of 16 tiles, which are 32 columns. So it does not pay for a width such as 16.
pub(crate) fn is_winograd(of: &Convolution, inputs: usize, width: usize) -> bool {
    let is_3 = |window: &Window| (window.size, window.stride, window.dilation) == (3, 1, 1);
    let columns = width.div_ceil(MOST_LANES);
    let tiles = width.div_ceil(2).div_ceil(MOST_LANES);
    tiles < columns
        && is_3(&of.windows.rows)
        && is_3(&of.windows.columns)
        && of.groups == 1
        && inputs >= CHANNELS_MIN
        && of.channels >= CHANNELS_MIN
}

/// Whether a convolution reads this many segments in place: its row pointers must fit on the stack.
pub(crate) fn reads_in_place(segments: usize, window_rows: usize) -> bool {
    segments * window_rows <= WINDOW_ROWS_MAX
}
