//! Sizes of values and windows, and their limits.

use super::{Convolution, GraphError, Shape, Window};

/// The largest size, stride or dilation of a window, and the most pads on a side.
pub(super) const WINDOW_MAX: usize = 65_535;

/// The most rows of a value. The plan lists each row of each layer, so this bounds its memory.
const HEIGHT_MAX: usize = 1 << 16;

/// The most columns of a value.
const WIDTH_MAX: usize = 1 << 20;

/// The most rows of a window. The engine's pointers to them have a fixed number of places.
pub(crate) const WINDOW_ROWS_MAX: usize = 64;

impl Shape {
    /// Channels, rows and columns.
    #[must_use]
    pub fn new(channels: usize, height: usize, width: usize) -> Self {
        Self {
            channels,
            height,
            width,
        }
    }

    pub(super) fn sides(self) -> [usize; 3] {
        [self.channels, self.height, self.width]
    }

    /// The shape itself if it is not empty and its numbers can be counted in 31 bits.
    pub(super) fn checked(self) -> Result<Self, GraphError> {
        let [channels, height, width] = self.sides();
        let count = self
            .sides()
            .iter()
            .try_fold(1_usize, |count, side| count.checked_mul(*side));
        match count {
            Some(1..=0x7FFF_FFFF) if height <= HEIGHT_MAX && width <= WIDTH_MAX => Ok(self),
            _ => Err(GraphError::Size(channels, height, width)),
        }
    }
}

impl Window {
    /// Positions from the first to the last number that the window sees.
    pub(crate) fn extent(&self) -> usize {
        (self.size - 1) * self.dilation + 1
    }

    fn check(&self) -> Result<(), GraphError> {
        let sides = [self.size, self.stride, self.dilation];
        let is_sound = sides.iter().all(|side| (1..=WINDOW_MAX).contains(side))
            && self.before <= WINDOW_MAX
            && self.after <= WINDOW_MAX;
        if is_sound {
            return Ok(());
        }
        Err(GraphError::Window(self.size, self.stride, self.dilation))
    }

    /// Windows along an axis of `len` numbers.
    pub(super) fn count(&self, len: usize) -> Result<usize, GraphError> {
        self.check()?;
        let padded = len + self.before + self.after;
        let free = padded.checked_sub(self.extent());
        let free = free.ok_or(GraphError::Fit(self.extent(), padded))?;
        Ok(free / self.stride + 1)
    }

    /// Numbers of a transposed convolution's result along an axis of `len` numbers.
    pub(super) fn transposed(
        &self,
        len: usize,
        output_padding: usize,
    ) -> Result<usize, GraphError> {
        self.check()?;
        if output_padding > WINDOW_MAX {
            return Err(GraphError::Window(
                output_padding,
                self.stride,
                self.dilation,
            ));
        }
        let whole = (len - 1) * self.stride + self.extent() + output_padding;
        let pads = self.before + self.after;
        whole.checked_sub(pads).ok_or(GraphError::Fit(pads, whole))
    }

    /// Whether each window along an axis of `len` numbers sees at least one of them.
    pub(super) fn always_sees(&self, len: usize) -> Result<bool, GraphError> {
        let mut starts = (0..self.count(len)?).map(|index| index * self.stride);
        Ok(starts.all(|start| {
            // The first tap that is not before the axis.
            let tap = self.before.saturating_sub(start).div_ceil(self.dilation);
            tap < self.size && start + tap * self.dilation < self.before + len
        }))
    }
}

pub(super) fn check_rows(window: &Window) -> Result<(), GraphError> {
    if window.size <= WINDOW_ROWS_MAX {
        return Ok(());
    }
    Err(GraphError::Rows(window.size, WINDOW_ROWS_MAX))
}

pub(super) fn check_groups(of: &Convolution, channels: usize) -> Result<(), GraphError> {
    let groups = of.groups;
    if groups > 0
        && of.channels > 0
        && channels.is_multiple_of(groups)
        && of.channels.is_multiple_of(groups)
    {
        return Ok(());
    }
    Err(GraphError::Groups(groups, channels, of.channels))
}

/// Checks that a constant has as many numbers as the product of these sides.
pub(super) fn check_count(count: usize, sides: &[usize]) -> Result<(), GraphError> {
    let mut sides = sides.iter();
    match sides.try_fold(1_usize, |product, side| product.checked_mul(*side)) {
        Some(needed) if needed == count => Ok(()),
        needed => Err(GraphError::Count(count, needed.unwrap_or(usize::MAX))),
    }
}
