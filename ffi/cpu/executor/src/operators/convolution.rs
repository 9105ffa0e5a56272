//! A convolution, ready to run.

use super::blocks::{self, Block};
use super::{Item, Source, Target, Worker};
use crate::graph::{Convolution, Function, WINDOW_ROWS_MAX, Window, Windows};
use crate::kernels::Row;
use crate::kernels::convolution::{BlockRow, block_row};
use crate::kernels::phases::split_row;
use crate::layer::Layer;
use crate::memory::{Arena, Offsets, Ring};

/// The zeros that a convolution needs before and after each plane of its input, in columns.
pub(crate) fn margins(windows: &Windows) -> (usize, usize) {
    let columns = &windows.columns;
    match columns.stride {
        1 => (columns.before, columns.after),
        stride => (
            columns.before.next_multiple_of(stride),
            columns.after + stride,
        ),
    }
}

/// A layer with its weights.
#[derive(Debug)]
pub(crate) struct ConvolutionLayer {
    /// One source for each group.
    sources: Vec<Source>,
    /// The whole input.
    input: Source,
    target: Target,
    rows: Window,
    blocks: Vec<Block>,
    /// The channels of each segment, group by group.
    channels: Vec<Vec<usize>>,
    /// Where each kx reads, from the column of the result.
    offsets: Vec<isize>,
    phases: Option<Phases>,
}

/// The columns of an input row, sorted by their remainder, for a stride above 1.
#[derive(Debug, Clone)]
struct Phases {
    stride: usize,
    /// Zero columns of each phase before column 0.
    before: usize,
    /// Numbers of each phase.
    len: usize,
    /// The remainders that the window uses.
    used: Vec<usize>,
}

impl Phases {
    fn new(columns: &Window, width: usize) -> Option<Self> {
        if columns.stride == 1 {
            return None;
        }
        let before = columns.before.div_ceil(columns.stride);
        let taps = (0..columns.size).map(|tap| position(columns, tap));
        let (mut used, quotients): (Vec<usize>, Vec<isize>) = taps.unzip();
        let last = quotients.into_iter().max().unwrap_or(0);
        used.sort_unstable();
        used.dedup();
        Some(Self {
            stride: columns.stride,
            before,
            // No tap takes more, and what follows may be outside the memory.
            len: (before + width).saturating_add_signed(last),
            used,
        })
    }

    /// Numbers of one plane.
    fn plane(&self) -> usize {
        self.used.len() * self.len
    }
}

/// A tap's column: the remainder and the quotient of its distance from the result's column.
fn position(columns: &Window, tap: usize) -> (usize, isize) {
    let distance = (tap * columns.dilation).cast_signed() - columns.before.cast_signed();
    let stride = columns.stride.cast_signed();
    (
        distance.rem_euclid(stride).cast_unsigned(),
        distance.div_euclid(stride),
    )
}

impl ConvolutionLayer {
    /// Reserves the weights; [`ConvolutionLayer::pack`] fills them.
    pub(crate) fn new(
        layer: &Layer,
        of: &Convolution,
        rings: &[Ring],
        target: Target,
        weights: &mut Offsets,
    ) -> Self {
        let view = &layer.inputs[0];
        let views = blocks::groups(view, of.groups);
        let Windows { rows, columns } = of.windows;
        let taps = views[0].shape.channels * rows.size * columns.size;
        let phases = Phases::new(&columns, layer.shape.width);
        let offsets = (0..columns.size).map(|tap| {
            let (remainder, quotient) = position(&columns, tap);
            match &phases {
                None => quotient,
                Some(phases) => {
                    let place = phases.used.binary_search(&remainder).unwrap_or(0);
                    (place * phases.len + phases.before).cast_signed() + quotient
                }
            }
        });
        let sources: Vec<Source> = views.iter().map(|view| Source::new(view, rings)).collect();
        let channels = sources
            .iter()
            .map(|source| source.parts.iter().map(|part| part.channels).collect());
        Self {
            offsets: offsets.collect(),
            channels: channels.collect(),
            sources,
            input: Source::new(view, rings),
            target,
            rows,
            blocks: blocks::blocks(weights, of.channels, of.groups, taps),
            phases,
        }
    }

    /// Writes the weights in the kernel's order.
    pub(crate) fn pack(&self, of: &Convolution, numbers: &[f32], weights: &Arena) {
        let taps = numbers.len() / of.channels;
        for block in &self.blocks {
            block.pack(weights, &of.bias, taps, |channel, tap| {
                numbers[channel * taps + tap]
            });
        }
    }

    /// Scratch numbers that a thread needs.
    pub(crate) fn scratch(&self) -> usize {
        let planes = self.input.shape.channels * self.rows.size;
        self.phases
            .as_ref()
            .map_or(0, |phases| planes * phases.plane())
    }

    /// Numbers of the row of zeros that it reads from column 0 on, without margins.
    pub(crate) fn zeros(&self) -> usize {
        self.phases
            .as_ref()
            .map_or(self.input.shape.width, Phases::plane)
    }

    pub(crate) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Multiply-adds of one row of the result.
    pub(crate) fn cost(&self) -> usize {
        let shape = self.target.shape;
        let taps = self.sources[0].shape.channels * self.rows.size * self.offsets.len();
        shape.width * shape.channels * taps
    }

    /// Bytes of the weights of one block.
    pub(crate) fn block_bytes(&self) -> usize {
        let taps = self.sources[0].shape.channels * self.rows.size * self.offsets.len();
        self.blocks.first().map_or(0, |block| block.stride) * (taps + 1) * size_of::<f32>()
    }

    /// # Safety
    ///
    /// The rows that the item needs exist, and no other thread writes its rows and blocks.
    pub(crate) unsafe fn compute(&self, worker: &Worker<'_>, item: &Item) {
        // SAFETY: the contract is the same.
        unsafe {
            match &self.phases {
                Some(phases) => {
                    for row in item.rows.clone() {
                        self.split(worker, phases, row);
                        for block in &self.blocks[item.blocks.clone()] {
                            self.block(worker, block, row);
                        }
                    }
                }
                // The weights of a block stay in the cache while all rows pass.
                None => {
                    for block in &self.blocks[item.blocks.clone()] {
                        for row in item.rows.clone() {
                            self.block(worker, block, row);
                        }
                    }
                }
            }
        }
    }

    /// The input row under a row of the window; `None` for a pad.
    fn input_row(&self, row: usize, ky: usize) -> Option<usize> {
        let at = row * self.rows.stride + ky * self.rows.dilation;
        let at = at.checked_sub(self.rows.before)?;
        (at < self.input.shape.height).then_some(at)
    }

    /// Sorts the columns of all input rows under the window into the scratch.
    unsafe fn split(&self, worker: &Worker<'_>, phases: &Phases, row: usize) {
        for ky in 0..self.rows.size {
            let Some(at) = self.input_row(row, ky) else {
                continue;
            };
            let mut plane = ky * self.input.shape.channels;
            for part in &self.input.parts {
                let from = part.row(worker.arena, at);
                for channel in 0..part.channels {
                    for (place, phase) in phases.used.iter().enumerate() {
                        let to = worker
                            .scratch
                            .wrapping_add(plane * phases.plane() + place * phases.len);
                        let skipped = phases.before * phases.stride;
                        let first = from
                            .first
                            .wrapping_add(channel * from.plane + phase)
                            .wrapping_sub(skipped);
                        // SAFETY: the margins of the input cover the phases' columns, and the
                        // scratch has space for all phases of all planes.
                        unsafe { split_row(worker.isa, first, phases.stride, phases.len, to) };
                    }
                    plane += 1;
                }
            }
        }
    }

    unsafe fn block(&self, worker: &Worker<'_>, block: &Block, row: usize) {
        let zeros = Row {
            first: worker.zeros,
            plane: 0,
        };
        let mut rows = [zeros; WINDOW_ROWS_MAX];
        let source = &self.sources[block.group];
        let first_channel = block.group * source.shape.channels;
        let mut channel = first_channel;
        let mut count = 0;
        for part in &source.parts {
            for ky in 0..self.rows.size {
                if let (Some(at), Some(place)) = (self.input_row(row, ky), rows.get_mut(count)) {
                    *place = match &self.phases {
                        None => part.row(worker.arena, at),
                        Some(phases) => {
                            let plane = ky * self.input.shape.channels + channel;
                            Row {
                                first: worker.scratch.wrapping_add(plane * phases.plane()),
                                plane: phases.plane(),
                            }
                        }
                    };
                }
                count += 1;
            }
            channel += part.channels;
        }
        let (bias, weights) = block.numbers(worker.weights);
        let of = BlockRow {
            channels: &self.channels[block.group],
            rows: &rows[..count.min(WINDOW_ROWS_MAX)],
            offsets: &self.offsets,
            weights,
            stride: block.stride,
            bias,
            count: block.count,
            to: self.target.row(worker.arena, row, block.first),
            width: self.target.shape.width,
            is_relu: self.target.function == Some(Function::Relu),
        };
        // SAFETY: the rows are those of the window, with their margins of zeros; the target has
        // space for the block's channels.
        unsafe {
            block_row(worker.isa, &of);
            self.target.apply(worker, of.to, block.count);
        }
    }
}
