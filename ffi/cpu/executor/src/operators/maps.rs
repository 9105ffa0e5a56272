//! Operators that compute each plane by itself: functions, pairs, pooling, interpolation, pads.

use super::{Item, Source, Target, Worker};
use crate::graph::{Border, Function, Pairing, Pooling, Tap, WINDOW_ROWS_MAX, Windows};
use crate::kernels::pointwise::{self, Side};
use crate::kernels::pool;
use crate::kernels::resize::{self, ColumnTaps};
use crate::kernels::{copy, global};
use crate::reach::source_row;

/// Channels that a mean over whole planes collects together.
const MEANS: usize = 8;

/// What is computed for each row of each plane.
#[derive(Debug)]
pub(crate) enum Map {
    Function(Function),
    Affine { scale: Vec<f32>, offset: Vec<f32> },
    Pair(Pairing),
    Pool(Pooling, Windows),
    Resize { rows: Vec<Tap>, columns: ColumnTaps },
    Pad(Border, [usize; 4]),
    GlobalAverage,
    GlobalMax,
}

/// A layer of planes.
#[derive(Debug)]
pub(crate) struct MapLayer {
    pub(crate) map: Map,
    pub(crate) sources: Vec<Source>,
    pub(crate) target: Target,
}

impl MapLayer {
    /// Scratch numbers that a thread needs.
    pub(crate) fn scratch(&self) -> usize {
        match &self.map {
            Map::Pool(_, windows) => pool::scratch_len(windows, self.sources[0].shape.width),
            Map::Resize { columns, .. } => columns.scratch_len(),
            _ => 0,
        }
    }

    /// Blocks of channels: only a mean over whole planes has more than one.
    pub(crate) fn blocks(&self) -> usize {
        match self.map {
            Map::GlobalAverage | Map::GlobalMax => self.target.shape.channels.div_ceil(MEANS),
            _ => 1,
        }
    }

    /// Numbers of one row of the result.
    pub(crate) fn cost(&self) -> usize {
        let shape = self.target.shape;
        match self.map {
            Map::GlobalAverage | Map::GlobalMax => {
                shape.channels * self.sources[0].shape.width * self.sources[0].shape.height
            }
            _ => shape.channels * shape.width,
        }
    }

    /// # Safety
    ///
    /// The rows that the item needs exist, and no other thread writes its rows and blocks.
    pub(crate) unsafe fn compute(&self, worker: &Worker<'_>, item: &Item) {
        for row in item.rows.clone() {
            // SAFETY: the contract is the same.
            unsafe {
                match &self.map {
                    Map::GlobalAverage | Map::GlobalMax => {
                        for block in item.blocks.clone() {
                            self.global(worker, block);
                        }
                    }
                    Map::Pair(of) => self.pair(worker, *of, row),
                    _ => self.plane_by_plane(worker, row),
                }
            }
        }
    }

    unsafe fn plane_by_plane(&self, worker: &Worker<'_>, row: usize) {
        let width = self.target.shape.width;
        let mut channel = 0;
        for part in &self.sources[0].parts {
            for plane in 0..part.channels {
                let to = self.target.row(worker.arena, row, channel).first;
                // SAFETY: the schedule keeps the rows that this row needs, and the target has space
                // for the width.
                unsafe {
                    self.plane(worker, part, plane, row, channel, to);
                    if let Some(function) = self.target.function {
                        pointwise::function(worker.isa, function, to, to, width);
                    }
                }
                channel += 1;
            }
        }
    }

    /// One row of one plane.
    unsafe fn plane(
        &self,
        worker: &Worker<'_>,
        part: &super::Part,
        plane: usize,
        row: usize,
        channel: usize,
        to: *mut f32,
    ) {
        let (isa, width) = (worker.isa, self.target.shape.width);
        let input = self.sources[0].shape;
        let from = |row: usize| {
            let found = part.row(worker.arena, row);
            found.first.wrapping_add(plane * found.plane)
        };
        // SAFETY: the contract is that of `plane_by_plane`.
        unsafe {
            match &self.map {
                Map::Function(function) => {
                    pointwise::function(isa, *function, from(row), to, width)
                }
                Map::Affine { scale, offset } => {
                    pointwise::affine(isa, scale[channel], offset[channel], from(row), to, width);
                }
                Map::Pool(of, windows) => {
                    let mut rows = [worker.zeros; WINDOW_ROWS_MAX];
                    let mut count = 0;
                    let window = &windows.rows;
                    for ky in 0..window.size {
                        let at =
                            (row * window.stride + ky * window.dilation).checked_sub(window.before);
                        if let Some(at) = at.filter(|at| *at < input.height) {
                            rows[count] = from(at);
                            count += 1;
                        }
                    }
                    pool::pool(
                        isa,
                        *of,
                        windows,
                        &rows[..count],
                        input.width,
                        worker.scratch,
                        to,
                        width,
                    );
                }
                Map::Resize { rows, columns } => {
                    let tap = rows[row];
                    let far = if tap.share == 0.0 { tap.near } else { tap.far };
                    resize::resize(
                        isa,
                        columns,
                        from(tap.near),
                        from(far),
                        tap.share,
                        worker.scratch,
                        to,
                    );
                }
                Map::Pad(border, [above, _, before, after]) => {
                    match source_row(*border, *above, row, input.height) {
                        Some(at) => {
                            copy::pad(isa, *border, *before, *after, from(at), input.width, to)
                        }
                        None => {
                            let Border::Constant(number) = *border else {
                                return;
                            };
                            copy::fill(isa, number, to, width);
                        }
                    }
                }
                Map::Pair(_) | Map::GlobalAverage | Map::GlobalMax => {}
            }
        }
    }

    /// One row of all planes of a pair.
    unsafe fn pair(&self, worker: &Worker<'_>, of: Pairing, row: usize) {
        let shape = self.target.shape;
        for channel in 0..shape.channels {
            let to = self.target.row(worker.arena, row, channel).first;
            let side = |source: &Source| {
                let channel = if source.shape.channels == 1 {
                    0
                } else {
                    channel
                };
                let row = if source.shape.height == 1 { 0 } else { row };
                let from = source.plane_row(worker.arena, row, channel);
                match source.shape.width {
                    // SAFETY: the schedule keeps this row; column 0 exists.
                    1 => Side::Number(unsafe { from.read() }),
                    _ => Side::Row(from),
                }
            };
            let sides = [side(&self.sources[0]), side(&self.sources[1])];
            // SAFETY: the schedule keeps both rows, and the target has space for the width.
            unsafe {
                pointwise::pair(worker.isa, of, sides[0], sides[1], to, shape.width);
                if let Some(function) = self.target.function {
                    pointwise::function(worker.isa, function, to, to, shape.width);
                }
            }
        }
    }

    /// The means, or the largest numbers, of some channels.
    unsafe fn global(&self, worker: &Worker<'_>, block: usize) {
        let source = &self.sources[0];
        let first = block * MEANS;
        for channel in first..(first + MEANS).min(self.target.shape.channels) {
            let (mut sum, mut largest) = ([0.0], [f32::NEG_INFINITY]);
            for row in 0..source.shape.height {
                let from = crate::kernels::Row {
                    first: source.plane_row(worker.arena, row, channel),
                    plane: 0,
                };
                // SAFETY: the schedule keeps all rows.
                unsafe {
                    match self.map {
                        Map::GlobalMax => {
                            global::raise(worker.isa, from, source.shape.width, &mut largest)
                        }
                        _ => global::add(worker.isa, from, source.shape.width, &mut sum),
                    }
                }
            }
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                reason = "the mean is rounded to a single once"
            )]
            let number = match self.map {
                Map::GlobalMax => largest[0],
                _ => (sum[0] / (source.shape.width * source.shape.height) as f64) as f32,
            };
            let to = self.target.row(worker.arena, 0, channel).first;
            // SAFETY: the target has space for a vector in each plane.
            unsafe {
                copy::fill(worker.isa, number, to, 1);
                if let Some(function) = self.target.function {
                    pointwise::function(worker.isa, function, to, to, 1);
                }
            }
        }
    }
}
