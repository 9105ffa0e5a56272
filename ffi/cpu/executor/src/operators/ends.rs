//! Where numbers come in and go out, and the operators over all channels of a pixel.

use std::sync::atomic::Ordering;

use super::{Item, Source, Target, Worker};
use crate::graph::{BufferLayout, Element};
use crate::kernels::argmax::argmax;
use crate::kernels::output::write;
use crate::kernels::pointwise;
use crate::kernels::softmax::softmax;
use crate::ports::Ports;

/// An input of the network.
#[derive(Debug)]
pub(crate) struct InputLayer {
    pub(crate) index: usize,
    pub(crate) target: Target,
}

impl InputLayer {
    /// # Safety
    ///
    /// No other thread uses the item's rows.
    pub(crate) unsafe fn compute(&self, worker: &Worker<'_>, ports: &Ports<'_>, item: &Item) {
        let shape = self.target.shape;
        for row in item.rows.clone() {
            for channel in 0..shape.channels {
                let to = self.target.row(worker.arena, row, channel).first;
                // SAFETY: the target has space for the width, and the caller guarantees that no
                // other thread uses it.
                let to = unsafe { std::slice::from_raw_parts_mut(to, shape.width) };
                ports.inputs.fill(self.index, channel, row, to);
            }
        }
    }
}

/// A softmax, or the index of the largest channel.
#[derive(Debug)]
pub(crate) struct ChannelsLayer {
    pub(crate) is_softmax: bool,
    pub(crate) source: Source,
    pub(crate) target: Target,
}

impl ChannelsLayer {
    /// # Safety
    ///
    /// The rows that the item needs exist, and no other thread writes its rows.
    pub(crate) unsafe fn compute(&self, worker: &Worker<'_>, ports: &Ports<'_>, item: &Item) {
        let (channels, width) = (self.source.shape.channels, self.source.shape.width);
        for row in item.rows.clone() {
            let from = self.source.parts[0].row(worker.arena, row);
            let to = self.target.row(worker.arena, row, 0);
            // SAFETY: the schedule keeps the row, and the target has space for the width.
            unsafe {
                if self.is_softmax {
                    softmax(worker.isa, from, channels, to, width);
                } else if argmax(worker.isa, from, channels, to.first, width) {
                    ports.has_nan.store(true, Ordering::Relaxed);
                }
                if let Some(function) = self.target.function {
                    for channel in 0..self.target.shape.channels {
                        let to = to.channel(channel);
                        pointwise::function(worker.isa, function, to, to, width);
                    }
                }
            }
        }
    }
}

/// An output of the network.
#[derive(Debug)]
pub(crate) struct OutputLayer {
    pub(crate) index: usize,
    pub(crate) source: Source,
    pub(crate) layout: BufferLayout,
    pub(crate) element: Element,
}

impl OutputLayer {
    /// # Safety
    ///
    /// The rows that the item needs exist, and no other thread writes its rows.
    pub(crate) unsafe fn compute(&self, worker: &Worker<'_>, ports: &Ports<'_>, item: &Item) {
        let shape = self.source.shape;
        let row_len = shape.width * self.element.bytes();
        let port = &ports.outputs[self.index];
        for row in item.rows.clone() {
            let from = self.source.parts[0].row(worker.arena, row);
            let offset = match self.layout {
                BufferLayout::Planar => row * row_len,
                BufferLayout::Interleaved => row * row_len * shape.channels,
            };
            // SAFETY: the schedule keeps the row, and the buffer has space for all rows.
            let is_finite = unsafe {
                let to = port.first.add(offset);
                write(
                    worker.isa,
                    from,
                    shape.channels,
                    shape.width,
                    self.layout,
                    self.element,
                    to,
                    row_len * shape.height,
                )
            };
            if !is_finite {
                port.is_finite.store(false, Ordering::Relaxed);
            }
        }
    }
}
