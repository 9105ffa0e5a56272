//! A transposed convolution, ready to run.
//!
//! With stride `s` the result's rows and columns fall into `s` phases each. Every phase is a
//! convolution with some of the taps. A row is computed phase by phase into the scratch, then the
//! phases are interleaved.

use super::blocks::{self, Block};
use super::{Item, Source, Target, Worker};
use crate::graph::{Convolution, Function, WINDOW_ROWS_MAX, Window, Windows};
use crate::kernels::convolution::{BLOCK, BlockRow, block_row};
use crate::kernels::phases::join_row;
use crate::kernels::{Row, RowMut};
use crate::lanes::MOST_LANES;
use crate::layer::Layer;
use crate::memory::{Arena, Offsets, Ring};

/// The taps of one phase along an axis: each tap of the kernel, and which number of the input it
/// takes, counted from the phase's own position.
type Taps = Vec<(usize, isize)>;

/// The phases of one axis. A large stride has many phases without taps; they are one here.
#[derive(Debug)]
struct Phases {
    /// The taps of each phase that has any, in the order of the kernel; the last entry is empty.
    taps: Vec<Taps>,
    /// For each phase that the result has: its place in `taps`.
    places: Vec<usize>,
}

impl Phases {
    /// The phases of an axis whose result has `len` positions.
    fn new(window: &Window, len: usize) -> Self {
        let stride = window.stride.cast_signed();
        let mut places = vec![usize::MAX; window.stride.min(len)];
        let mut all: Vec<Taps> = Vec::new();
        for tap in 0..window.size {
            // Position p of the result gets number (p - distance) / stride of the input.
            let distance = (tap * window.dilation).cast_signed() - window.before.cast_signed();
            let phase = distance.rem_euclid(stride).cast_unsigned();
            let Some(place) = places.get_mut(phase) else {
                continue;
            };
            if *place == usize::MAX {
                *place = all.len();
                all.push(Taps::new());
            }
            all[*place].push((tap, -distance.div_euclid(stride)));
        }
        for place in &mut places {
            *place = (*place).min(all.len());
        }
        all.push(Taps::new());
        Self { taps: all, places }
    }
}

/// Positions of a phase along an axis of `len` positions.
fn positions(phase: usize, stride: usize, len: usize) -> usize {
    (len - phase).div_ceil(stride)
}

/// The zeros that it needs before and after each plane of its input, in columns.
pub(crate) fn margins(windows: &Windows, input: usize, width: usize) -> (usize, usize) {
    let (mut before, mut after) = (0, 0);
    let phases = Phases::new(&windows.columns, width);
    for (phase, place) in phases.places.iter().enumerate() {
        let last = positions(phase, windows.columns.stride, width).cast_signed() - 1;
        for (_, distance) in &phases.taps[*place] {
            before = before.max(-distance);
            after = after.max(last + distance + 1 - input.cast_signed());
        }
    }
    (before.unsigned_abs(), after.unsigned_abs())
}

/// The convolution that computes a phase of columns in a phase of rows.
#[derive(Debug)]
struct Phase {
    /// Taps of the kernel: ky times its width plus kx.
    taps: Vec<usize>,
    blocks: Vec<Block>,
}

/// A layer with its weights.
#[derive(Debug)]
pub(crate) struct TransposedLayer {
    sources: Vec<Source>,
    channels: Vec<Vec<usize>>,
    target: Target,
    windows: Windows,
    rows: Phases,
    columns: Phases,
    /// Which input rows each phase of rows takes.
    distances: Vec<Vec<isize>>,
    /// Where the numbers of each phase of columns are, from the phase's own column.
    offsets: Vec<Vec<isize>>,
    /// For each phase of rows, for each phase of columns.
    phases: Vec<Vec<Phase>>,
}

impl TransposedLayer {
    /// Reserves the weights; [`TransposedLayer::pack`] fills them.
    pub(crate) fn new(
        layer: &Layer,
        of: &Convolution,
        rings: &[Ring],
        target: Target,
        weights: &mut Offsets,
    ) -> Self {
        let views = blocks::groups(&layer.inputs[0], of.groups);
        let sources: Vec<Source> = views.iter().map(|view| Source::new(view, rings)).collect();
        let channels = sources
            .iter()
            .map(|source| source.parts.iter().map(|part| part.channels).collect());
        let inputs = views[0].shape.channels;
        let rows = Phases::new(&of.windows.rows, target.shape.height);
        let columns = Phases::new(&of.windows.columns, target.shape.width);
        let mut phase = |row_taps: &Taps, column_taps: &Taps| {
            let taps = row_taps.iter().flat_map(|(ky, _)| {
                let first = ky * of.windows.columns.size;
                column_taps.iter().map(move |(kx, _)| first + kx)
            });
            let taps: Vec<usize> = taps.collect();
            Phase {
                blocks: blocks::blocks(weights, of.channels, of.groups, inputs * taps.len()),
                taps,
            }
        };
        let phases = rows.taps.iter().map(|row_taps| {
            let phases = columns.taps.iter().map(|taps| phase(row_taps, taps));
            phases.collect()
        });
        let distances = |phases: &Phases| {
            let taps = phases.taps.iter();
            taps.map(|taps| taps.iter().map(|(_, distance)| *distance).collect())
                .collect()
        };
        Self {
            phases: phases.collect(),
            channels: channels.collect(),
            sources,
            target,
            windows: of.windows,
            distances: distances(&rows),
            offsets: distances(&columns),
            rows,
            columns,
        }
    }

    /// Writes the weights in the kernel's order.
    pub(crate) fn pack(&self, of: &Convolution, numbers: &[f32], weights: &Arena) {
        let kernel = of.windows.rows.size * of.windows.columns.size;
        let (inputs, outputs) = (self.sources[0].shape.channels, of.channels / of.groups);
        for phase in self.phases.iter().flatten() {
            let used = phase.taps.len();
            for block in &phase.blocks {
                block.pack(weights, &of.bias, inputs * used, |channel, tap| {
                    let input = block.group * inputs + tap / used;
                    let output = channel - block.group * outputs;
                    numbers[(input * outputs + output) * kernel + phase.taps[tap % used]]
                });
            }
        }
    }

    /// Scratch numbers that a thread needs.
    pub(crate) fn scratch(&self) -> usize {
        self.columns.places.len() * BLOCK * self.plane()
    }

    /// Numbers of one channel of one phase in the scratch.
    fn plane(&self) -> usize {
        let width = self.target.shape.width;
        width
            .div_ceil(self.windows.columns.stride)
            .next_multiple_of(MOST_LANES)
    }

    /// Numbers of the row of zeros that it reads from column 0 on, without margins.
    pub(crate) fn zeros(&self) -> usize {
        self.sources[0].shape.width
    }

    pub(crate) fn blocks(&self) -> usize {
        self.phases[0][0].blocks.len()
    }

    /// Multiply-adds of one row of the result.
    pub(crate) fn cost(&self) -> usize {
        let shape = self.target.shape;
        let Windows { rows, columns } = self.windows;
        let taps = (rows.size * columns.size).div_ceil(rows.stride * columns.stride);
        shape.width * shape.channels * self.sources[0].shape.channels * taps
    }

    /// # Safety
    ///
    /// The rows that the item needs exist, and no other thread writes its rows and blocks.
    pub(crate) unsafe fn compute(&self, worker: &Worker<'_>, item: &Item) {
        for row in item.rows.clone() {
            for block in item.blocks.clone() {
                // SAFETY: the contract is the same.
                unsafe { self.block(worker, block, row) };
            }
        }
    }

    unsafe fn block(&self, worker: &Worker<'_>, index: usize, row: usize) {
        let stride = self.windows.rows.stride;
        let place = self.rows.places[row % stride];
        let (distances, phases) = (&self.distances[place], &self.phases[place]);
        let block = &phases[0].blocks[index];
        let source = &self.sources[block.group];
        let zeros = Row {
            first: worker.zeros,
            plane: 0,
        };
        let mut rows = [zeros; WINDOW_ROWS_MAX];
        let own = (row / stride).cast_signed();
        let parts = source
            .parts
            .iter()
            .flat_map(|part| distances.iter().map(move |distance| (part, distance)));
        let mut count = 0;
        for ((part, distance), place) in parts.zip(&mut rows) {
            let at = own + distance;
            if (0..source.shape.height.cast_signed()).contains(&at) {
                *place = part.row(worker.arena, at.cast_unsigned());
            }
            count += 1;
        }
        let to = self.target.row(worker.arena, row, block.first);
        let stride = self.windows.columns.stride;
        for (column, place) in self.columns.places.iter().enumerate() {
            let phase = &phases[*place];
            let (bias, weights) = phase.blocks[index].numbers(worker.weights);
            let scratch = RowMut {
                first: worker.scratch.wrapping_add(column * BLOCK * self.plane()),
                plane: self.plane(),
            };
            let of = BlockRow {
                channels: &self.channels[block.group],
                rows: &rows[..count],
                offsets: &self.offsets[*place],
                weights,
                stride: block.stride,
                bias,
                count: block.count,
                to: if stride == 1 { to } else { scratch },
                width: positions(column, stride, self.target.shape.width),
                is_relu: self.target.function == Some(Function::Relu),
            };
            // SAFETY: the rows have margins of zeros for all offsets, and the scratch or the target
            // has space for the block's channels.
            unsafe { block_row(worker.isa, &of) };
        }
        if stride > 1 {
            for channel in 0..block.count {
                let from = worker.scratch.wrapping_add(channel * self.plane());
                let distance = BLOCK * self.plane();
                let to = to.first.wrapping_add(channel * to.plane);
                // SAFETY: the phases were computed above; the target has space for its width.
                unsafe {
                    join_row(
                        worker.isa,
                        from,
                        distance,
                        stride,
                        self.target.shape.width,
                        to,
                    )
                };
            }
        }
        // SAFETY: the row belongs to the target, and has the block's channels.
        unsafe { self.target.apply(worker, to, block.count) };
    }
}
