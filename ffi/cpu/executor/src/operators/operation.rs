//! The layers, ready to run.

use super::convolution::ConvolutionLayer;
use super::ends::{ChannelsLayer, InputLayer, OutputLayer};
use super::maps::{Map, MapLayer};
use super::transposed::TransposedLayer;
use super::winograd::WinogradLayer;
use super::{Item, Source, Target, Worker};
use crate::graph::Output;
use crate::kernels::resize::ColumnTaps;
use crate::layer::{Kind, Layer};
use crate::memory::{Arena, Offsets, Ring};
use crate::ports::Ports;

/// A layer, ready to run.
#[derive(Debug)]
pub(crate) enum Operation {
    Input(InputLayer),
    Convolution(Box<ConvolutionLayer>),
    Winograd(Box<WinogradLayer>),
    Transposed(Box<TransposedLayer>),
    Map(Box<MapLayer>),
    Channels(ChannelsLayer),
    Output(OutputLayer),
}

impl Operation {
    /// Prepares a layer and reserves its weights.
    pub(crate) fn new(
        layer: &Layer,
        rings: &[Ring],
        outputs: &[Output],
        weights: &mut Offsets,
    ) -> Self {
        let sources = || {
            layer
                .inputs
                .iter()
                .map(|view| Source::new(view, rings))
                .collect::<Vec<_>>()
        };
        let target = || Target {
            shape: layer.shape,
            ring: rings[layer.stored.unwrap_or(0)],
            function: layer.function,
        };
        let map = match &layer.kind {
            Kind::Input(index) => {
                return Self::Input(InputLayer {
                    index: *index,
                    target: target(),
                });
            }
            Kind::Convolution(of) => {
                return Self::Convolution(Box::new(ConvolutionLayer::new(
                    layer,
                    of,
                    rings,
                    target(),
                    weights,
                )));
            }
            Kind::Winograd(of) => {
                let own = WinogradLayer::new(layer, of, rings, target(), weights);
                return Self::Winograd(Box::new(own));
            }
            Kind::Transposed(of) => {
                return Self::Transposed(Box::new(TransposedLayer::new(
                    layer,
                    of,
                    rings,
                    target(),
                    weights,
                )));
            }
            Kind::Softmax | Kind::ArgMax => {
                return Self::Channels(ChannelsLayer {
                    is_softmax: layer.kind == Kind::Softmax,
                    source: Source::new(&layer.inputs[0], rings),
                    target: target(),
                });
            }
            Kind::Output(index) => {
                return Self::Output(OutputLayer {
                    index: *index,
                    source: Source::new(&layer.inputs[0], rings),
                    layout: outputs[*index].layout,
                    element: outputs[*index].element,
                });
            }
            Kind::Pool(of, windows) => Map::Pool(*of, *windows),
            Kind::GlobalAverage => Map::GlobalAverage,
            Kind::GlobalMax => Map::GlobalMax,
            Kind::Function(of) => Map::Function(*of),
            Kind::Affine { scale, offset } => Map::Affine {
                scale: scale.clone(),
                offset: offset.clone(),
            },
            Kind::Pair(of) => Map::Pair(*of),
            Kind::Resize { rows, columns } => Map::Resize {
                rows: rows.clone(),
                columns: ColumnTaps::new(layer.inputs[0].shape.width, columns),
            },
            Kind::Pad(border, sides) => Map::Pad(*border, *sides),
        };
        Self::Map(Box::new(MapLayer {
            map,
            sources: sources(),
            target: target(),
        }))
    }

    /// Writes the weights of the layer from which this was made. The layer gives its own up.
    pub(crate) fn pack(&self, layer: &mut Layer, weights: &Arena) {
        let (Kind::Convolution(of) | Kind::Winograd(of) | Kind::Transposed(of)) = &mut layer.kind
        else {
            return;
        };
        let given = std::mem::take(&mut of.weights);
        let numbers = given.numbers();
        match self {
            Self::Convolution(own) => own.pack(of, &numbers, weights),
            Self::Winograd(own) => own.pack(of, &numbers, weights),
            Self::Transposed(own) => own.pack(of, &numbers, weights),
            Self::Input(_) | Self::Map(_) | Self::Channels(_) | Self::Output(_) => {}
        }
    }

    /// Bytes of all weights that a row of the result needs.
    pub(crate) fn weight_bytes(&self) -> usize {
        match self {
            Self::Convolution(layer) => layer.block_bytes() * layer.blocks(),
            _ => 0,
        }
    }

    /// Scratch numbers that a thread needs.
    pub(crate) fn scratch(&self) -> usize {
        match self {
            Self::Convolution(layer) => layer.scratch(),
            Self::Winograd(layer) => layer.scratch(),
            Self::Transposed(layer) => layer.scratch(),
            Self::Map(layer) => layer.scratch(),
            Self::Input(_) | Self::Channels(_) | Self::Output(_) => 0,
        }
    }

    /// Numbers of the row of zeros that it reads from column 0 on, without margins.
    pub(crate) fn zeros(&self) -> usize {
        match self {
            Self::Convolution(layer) => layer.zeros(),
            Self::Winograd(layer) => layer.zeros(),
            Self::Transposed(layer) => layer.zeros(),
            _ => 0,
        }
    }

    /// Blocks of channels that threads can share.
    pub(crate) fn blocks(&self) -> usize {
        match self {
            Self::Convolution(layer) => layer.blocks(),
            Self::Winograd(layer) => layer.blocks(),
            Self::Transposed(layer) => layer.blocks(),
            Self::Map(layer) => layer.blocks(),
            Self::Input(_) | Self::Channels(_) | Self::Output(_) => 1,
        }
    }

    /// Rows that are computed together.
    pub(crate) fn rows_together(&self) -> usize {
        match self {
            Self::Winograd(_) => 2,
            _ => 1,
        }
    }

    /// Roughly the time of one row of the result, in multiply-adds.
    pub(crate) fn cost(&self) -> usize {
        /// What reading and writing a number costs.
        const NUMBER: usize = 8;
        match self {
            Self::Convolution(layer) => layer.cost(),
            Self::Winograd(layer) => layer.cost(),
            Self::Transposed(layer) => layer.cost(),
            Self::Map(layer) => layer.cost() * NUMBER,
            Self::Input(layer) => {
                layer.target.shape.width * layer.target.shape.channels * 4 * NUMBER
            }
            Self::Channels(layer) => {
                layer.source.shape.width * layer.source.shape.channels * 4 * NUMBER
            }
            Self::Output(layer) => layer.source.shape.width * layer.source.shape.channels * NUMBER,
        }
    }

    /// # Safety
    ///
    /// The rows that the item needs exist, and no other thread writes its rows and blocks.
    pub(crate) unsafe fn compute(&self, worker: &Worker<'_>, ports: &Ports<'_>, item: &Item) {
        // SAFETY: the contract is that of each layer.
        unsafe {
            match self {
                Self::Input(layer) => layer.compute(worker, ports, item),
                Self::Convolution(layer) => layer.compute(worker, item),
                Self::Winograd(layer) => layer.compute(worker, item),
                Self::Transposed(layer) => layer.compute(worker, item),
                Self::Map(layer) => layer.compute(worker, item),
                Self::Channels(layer) => layer.compute(worker, ports, item),
                Self::Output(layer) => layer.compute(worker, ports, item),
            }
        }
    }
}
