//! The weights of a convolution, packed in the order in which the kernel reads them.

use crate::graph::Shape;
use crate::kernels::convolution::BLOCK;
use crate::memory::{Arena, Offsets};
use crate::view::View;

/// Channels of the result that are computed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    /// The first channel.
    pub(crate) first: usize,
    /// Channels, 1 to 8.
    pub(crate) count: usize,
    /// The group of the channels.
    pub(crate) group: usize,
    /// Weights of one tap: the count, rounded up to a power of two.
    pub(crate) stride: usize,
    /// Where the block's biases are; its weights follow.
    offset: usize,
}

impl Block {
    /// The biases and the weights.
    pub(crate) fn numbers(&self, weights: &Arena) -> (*const f32, *const f32) {
        (
            weights.at(self.offset),
            weights.at(self.offset + self.stride),
        )
    }

    /// Writes the numbers of this block. `weight` gives the weight for a channel of the result and
    /// a tap, `taps` is their number.
    pub(crate) fn pack(
        &self,
        weights: &Arena,
        bias: &[f32],
        taps: usize,
        weight: impl Fn(usize, usize) -> f32,
    ) {
        self.put_bias(weights, bias);
        for tap in 0..taps {
            for lane in 0..self.count {
                self.put(weights, lane, tap, weight(self.first + lane, tap));
            }
        }
    }

    /// Writes the bias of each channel.
    pub(super) fn put_bias(&self, weights: &Arena, bias: &[f32]) {
        for (lane, bias) in bias[self.first..].iter().take(self.count).enumerate() {
            // SAFETY: the block begins with `stride` numbers, and `lane` is below `stride`. No
            // other reference to them exists while a network is made.
            unsafe { weights.at(self.offset + lane).write(*bias) };
        }
    }

    /// Writes one weight. `lane` is the channel's place in the block.
    pub(super) fn put(&self, weights: &Arena, lane: usize, tap: usize, number: f32) {
        // SAFETY: `blocks` reserved `stride` numbers for each tap after the bias, and `lane` is
        // below `stride`. No other reference to them exists while a network is made.
        unsafe {
            let at = self.offset + self.stride * (1 + tap) + lane;
            weights.at(at).write(number);
        }
    }
}

/// Divides the channels of a result into blocks, no block in two groups, and reserves the space for
/// their weights. `taps` is the number of weights of one channel.
pub(crate) fn blocks(
    offsets: &mut Offsets,
    channels: usize,
    groups: usize,
    taps: usize,
) -> Vec<Block> {
    let of_group = channels / groups;
    let mut blocks = Vec::new();
    for group in 0..groups {
        for first in (0..of_group).step_by(BLOCK) {
            let count = BLOCK.min(of_group - first);
            let stride = count.next_power_of_two();
            blocks.push(Block {
                first: group * of_group + first,
                count,
                group,
                stride,
                offset: offsets.take(stride * (1 + taps)),
            });
        }
    }
    blocks
}

/// Divides the channels of a result into blocks with space for eight channels each.
pub(crate) fn whole_blocks(offsets: &mut Offsets, channels: usize, taps: usize) -> Vec<Block> {
    let block = |first| Block {
        first,
        count: BLOCK.min(channels - first),
        group: 0,
        stride: BLOCK,
        offset: offsets.take(BLOCK * (1 + taps)),
    };
    (0..channels).step_by(BLOCK).map(block).collect()
}

/// The view of each group's channels.
pub(crate) fn groups(view: &View, groups: usize) -> Vec<View> {
    let channels = view.shape.channels / groups;
    let shape = Shape {
        channels,
        ..view.shape
    };
    (0..groups)
        .map(|group| view.slice(group * channels, 0, 0, shape))
        .collect()
}
