//! A convolution of 3 by 3 numbers by Winograd's method, ready to run.

use super::blocks::{Block, whole_blocks};
use super::{Item, Source, Target, Worker};
use crate::graph::{Convolution, Function};
use crate::kernels::convolution::BLOCK;
use crate::kernels::winograd::{
    BlockTiles, POSITIONS, PRODUCTS_LEN, TAPS, apart, block_tiles, plain_len, plain_place,
    transform, transform_weights, transformed, transformed_len, weights_len,
};
use crate::layer::Layer;
use crate::memory::{Arena, Offsets, Ring};

/// Transformed weights of a layer that are kept, at most, bytes. Larger ones take more memory than
/// the transform takes time: a run transforms them anew from 9 instead of 16 numbers.
///
/// In tests both ways are used.
const KEPT_MAX: usize = if cfg!(test) { 32 * 1024 } else { 1024 * 1024 };

/// A layer with its weights.
#[derive(Debug)]
pub(crate) struct WinogradLayer {
    source: Source,
    target: Target,
    /// Pads above, and before each row.
    above: usize,
    before: usize,
    blocks: Vec<Block>,
    /// Whether the weights in memory are the transformed ones.
    is_kept: bool,
}

impl WinogradLayer {
    /// Reserves the weights; [`WinogradLayer::pack`] fills them.
    pub(crate) fn new(
        layer: &Layer,
        of: &Convolution,
        rings: &[Ring],
        target: Target,
        weights: &mut Offsets,
    ) -> Self {
        let source = Source::new(&layer.inputs[0], rings);
        let inputs = source.shape.channels;
        let kept_bytes = POSITIONS * inputs * of.channels * size_of::<f32>();
        let is_kept = kept_bytes <= KEPT_MAX;
        let len = if is_kept {
            weights_len(inputs)
        } else {
            plain_len(inputs)
        };
        Self {
            is_kept,
            target,
            above: of.windows.rows.before,
            before: of.windows.columns.before,
            blocks: whole_blocks(weights, of.channels, len / BLOCK),
            source,
        }
    }

    /// Writes the weights in the kernel's order.
    pub(crate) fn pack(&self, of: &Convolution, numbers: &[f32], weights: &Arena) {
        let inputs = self.source.shape.channels;
        for block in &self.blocks {
            block.put_bias(weights, &of.bias);
            for input in 0..inputs {
                for lane in 0..block.count {
                    let first = ((block.first + lane) * inputs + input) * TAPS;
                    let window: [f32; TAPS] = std::array::from_fn(|tap| numbers[first + tap]);
                    if self.is_kept {
                        for (position, weight) in transformed(&window).into_iter().enumerate() {
                            block.put(weights, lane, position * apart(inputs) + input, weight);
                        }
                    } else {
                        for (tap, weight) in window.into_iter().enumerate() {
                            block.put(weights, lane, plain_place(input, tap), weight);
                        }
                    }
                }
            }
        }
    }

    /// Tiles of a row.
    fn tiles(&self) -> usize {
        self.target.shape.width.div_ceil(2)
    }

    /// Scratch numbers that a thread needs.
    pub(crate) fn scratch(&self) -> usize {
        let inputs = self.source.shape.channels;
        let weights = if self.is_kept { 0 } else { weights_len(inputs) };
        transformed_len(inputs, self.tiles()) + PRODUCTS_LEN + weights
    }

    /// Numbers of the row of zeros that it reads from column 0 on, without margins.
    pub(crate) fn zeros(&self) -> usize {
        self.source.shape.width + 2
    }

    pub(crate) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Multiply-adds of one row of the result.
    pub(crate) fn cost(&self) -> usize {
        let shape = self.target.shape;
        shape.width * shape.channels * self.source.shape.channels * POSITIONS / 4
    }

    /// # Safety
    ///
    /// The rows that the item needs exist, and no other thread writes its rows and blocks. The
    /// item's first row is even.
    pub(crate) unsafe fn compute(&self, worker: &Worker<'_>, item: &Item) {
        for row in item.rows.clone().step_by(2) {
            // SAFETY: the contract is the same.
            unsafe {
                self.transform(worker, row);
                for block in &self.blocks[item.blocks.clone()] {
                    self.block(worker, block, row);
                }
            }
        }
    }

    /// Transforms the four input rows of a row of tiles.
    unsafe fn transform(&self, worker: &Worker<'_>, row: usize) {
        let inputs = self.source.shape.channels;
        let mut channel = 0;
        for part in &self.source.parts {
            let rows: [_; 4] = std::array::from_fn(|ky| {
                let at = (row + ky).checked_sub(self.above);
                let at = at.filter(|at| *at < self.source.shape.height);
                at.map(|at| part.row(worker.arena, at))
            });
            for plane in 0..part.channels {
                let rows = rows.map(|row| {
                    let first = match row {
                        Some(row) => row.first.wrapping_add(plane * row.plane),
                        None => worker.zeros,
                    };
                    first.wrapping_sub(self.before)
                });
                // SAFETY: the rows have margins of zeros; what is read behind them only takes part
                // in columns and rows that are not written.
                unsafe {
                    transform(
                        worker.isa,
                        &rows,
                        self.tiles(),
                        inputs,
                        channel,
                        worker.scratch,
                    )
                };
                channel += 1;
            }
        }
    }

    unsafe fn block(&self, worker: &Worker<'_>, block: &Block, row: usize) {
        let (bias, mut weights) = block.numbers(worker.weights);
        let shape = self.target.shape;
        let inputs = self.source.shape.channels;
        let products = worker
            .scratch
            .wrapping_add(transformed_len(inputs, self.tiles()));
        if !self.is_kept {
            let space = products.wrapping_add(PRODUCTS_LEN);
            // SAFETY: the block has nine weights for each input, and the scratch space for sixteen.
            unsafe { transform_weights(worker.isa, weights, inputs, space) };
            weights = space;
        }
        let to = [row, row + 1].map(|row| {
            (row < shape.height).then(|| self.target.row(worker.arena, row, block.first))
        });
        let of = BlockTiles {
            from: worker.scratch,
            inputs,
            weights,
            bias,
            count: block.count,
            to,
            width: shape.width,
            is_relu: self.target.function == Some(Function::Relu),
            products,
        };
        // SAFETY: the input was transformed above; the target has space for the block's channels.
        unsafe {
            block_tiles(worker.isa, &of);
            for to in to.into_iter().flatten() {
                self.target.apply(worker, to, block.count);
            }
        }
    }
}
