//! The layers, ready to run: each knows where its rows, weights and scratch are.

pub(crate) mod blocks;
pub(crate) mod convolution;
pub(crate) mod ends;
pub(crate) mod maps;
pub(crate) mod operation;
pub(crate) mod transposed;
pub(crate) mod winograd;

use std::ops::Range;

use crate::graph::{Function, Shape};
use crate::isa::Isa;
use crate::kernels::pointwise;
use crate::kernels::{Row, RowMut};
use crate::memory::{Arena, Ring};
use crate::view::View;

/// What a thread needs to compute rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Worker<'a> {
    pub(crate) isa: Isa,
    pub(crate) arena: &'a Arena,
    pub(crate) weights: &'a Arena,
    /// This thread's scratch: space for as many numbers as the most demanding layer asked for.
    pub(crate) scratch: *mut f32,
    /// Column 0 of a row of zeros that is as long as any row, with as wide margins.
    pub(crate) zeros: *const f32,
}

/// An input of a layer: the view with its segments in memory.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) shape: Shape,
    pub(crate) parts: Vec<Part>,
}

/// A segment of a view in memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    ring: Ring,
    channel: usize,
    pub(crate) channels: usize,
    row: usize,
    column: usize,
}

impl Source {
    pub(crate) fn new(view: &View, rings: &[Ring]) -> Self {
        let parts = view.segments.iter().map(|segment| Part {
            ring: rings[segment.value],
            channel: segment.channel,
            channels: segment.channels,
            row: segment.row,
            column: segment.column,
        });
        Self {
            shape: view.shape,
            parts: parts.collect(),
        }
    }

    /// One plane of a row of the view.
    pub(crate) fn plane_row(&self, arena: &Arena, row: usize, channel: usize) -> *const f32 {
        let mut left = channel;
        for part in &self.parts {
            if left < part.channels {
                let found = part.row(arena, row);
                return found.first.wrapping_add(left * found.plane);
            }
            left -= part.channels;
        }
        std::ptr::null()
    }
}

impl Part {
    /// A row of the view, from this segment's first channel on.
    pub(crate) fn row(&self, arena: &Arena, row: usize) -> Row {
        let mut found = self.ring.row(arena, self.row + row, self.channel);
        found.first = found.first.wrapping_add(self.column);
        found
    }
}

/// The stored value that a layer makes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) shape: Shape,
    pub(crate) ring: Ring,
    /// Applied to each number.
    pub(crate) function: Option<Function>,
}

impl Target {
    /// A row to write, from a channel on.
    pub(crate) fn row(&self, arena: &Arena, row: usize, channel: usize) -> RowMut {
        self.ring.row_mut(arena, row, channel)
    }

    /// Applies a function other than Relu, which the kernels of convolutions apply, to a row that
    /// was just written.
    ///
    /// # Safety
    ///
    /// `to` is a row of this target, from a channel on that `channels` others follow.
    pub(crate) unsafe fn apply(&self, worker: &Worker<'_>, to: RowMut, channels: usize) {
        let Some(function) = self.function.filter(|of| *of != Function::Relu) else {
            return;
        };
        for channel in 0..channels {
            // SAFETY: the row has these planes and space for the width.
            unsafe {
                let to = to.channel(channel);
                pointwise::function(worker.isa, function, to, to, self.shape.width);
            }
        }
    }
}

/// The part of a step that one thread computes at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Rows of the result.
    pub(crate) rows: Range<usize>,
    /// Blocks of channels; all of them for a layer without blocks.
    pub(crate) blocks: Range<usize>,
}
