//! Models of the U-Net family, which our executor computes.

use std::ptr::NonNull;
use std::sync::{Arc, Mutex, PoisonError};

use unet_executor::{BufferLayout, Isa, Network, Pictures, Planned, RunError, Threads};

use super::Pools;
use crate::model::error::ModelError;
use crate::model::family::Family;
use crate::model::onnx::Prepared;
use crate::model::port::{EngineType, Input, Tensor};

/// A network that is planned, but has no memory.
pub(crate) struct NetworkDraft {
    network: Planned,
    threads: Arc<Threads>,
    layouts: Vec<BufferLayout>,
    judges: String,
}

/// A network in its memory.
pub(crate) struct Executor {
    network: Mutex<Network>,
    threads: Arc<Threads>,
    /// The order of each input's axes in the caller's buffer.
    layouts: Vec<BufferLayout>,
    /// The operators that NaN must not reach.
    judges: String,
}

impl NetworkDraft {
    /// Plans a model; also returns its outputs. Drops the rest of the model: from here on the
    /// weights exist once.
    pub(super) fn new(
        family: Family,
        model: Prepared,
        pools: &Pools,
    ) -> Result<(Self, Vec<Tensor>), ModelError> {
        let judges = model
            .nodes
            .iter()
            .filter(|node| node.operator() == "ArgMax");
        let judges: Vec<String> = judges.map(|node| node.place().to_string()).collect();
        let outputs = model.outputs.iter().map(Tensor::declared);
        let outputs = outputs.collect::<Result<Vec<_>, _>>()?;
        drop(model);
        let network = Planned::new(family.graph, pools.count(), Isa::best())?;
        for (tensor, bytes) in outputs.iter().zip(network.output_bytes()) {
            if tensor.bytes != *bytes {
                let elements = vec![bytes / tensor.element.bytes()];
                let (name, dims) = (tensor.name.clone(), tensor.dims.clone());
                return Err(ModelError::OutputShape(name, dims, elements));
            }
        }
        let draft = Self {
            network,
            threads: pools.executor()?,
            layouts: family.inputs,
            judges: judges.join(" or "),
        };
        Ok((draft, outputs))
    }

    /// Bytes of the values and of the weights.
    pub(super) fn bytes(&self) -> (usize, usize) {
        (self.network.memory_bytes(), self.network.weight_bytes())
    }

    /// Places the network in memory of [`NetworkDraft::bytes`], at any alignment.
    ///
    /// # Safety
    ///
    /// Both are valid, and nothing else accesses them, for as long as the result lives.
    pub(super) unsafe fn place(self, work: NonNull<u8>, weights: NonNull<u8>) -> Executor {
        Executor {
            // SAFETY: the caller guarantees the memory.
            network: Mutex::new(unsafe { self.network.build_within(weights, work) }),
            threads: self.threads,
            layouts: self.layouts,
            judges: self.judges,
        }
    }
}

impl Executor {
    /// Computes the outputs from the bytes of the inputs, straight into their buffers. If this
    /// fails, their contents mean nothing. Runs of one model wait for each other. Allocates
    /// nothing, except for an error.
    pub(super) fn run<'a, 'b>(
        &self,
        (inputs, outputs): (&[Input], &[Tensor]),
        data: &(dyn Fn(usize) -> &'a [u8] + Sync),
        buffers: impl Iterator<Item = &'b mut [u8]>,
    ) -> Result<(), ModelError> {
        let pictures = Rows {
            inputs,
            layouts: &self.layouts,
            data,
        };
        let mut network = self.network.lock().unwrap_or_else(PoisonError::into_inner);
        let result = network.run(&self.threads, &pictures, buffers);
        result.map_err(|error| match error {
            RunError::Nan => ModelError::Nan(self.judges.clone()),
            RunError::NotFinite(index) => {
                let output = outputs.get(index);
                ModelError::NotFinite(output.map(|output| output.name.clone()).unwrap_or_default())
            }
            RunError::Outputs(..) | RunError::Buffer(..) => ModelError::Run(error.into()),
        })
    }
}

/// The caller's buffers as rows of planes.
struct Rows<'a, 'b> {
    inputs: &'b [Input],
    layouts: &'b [BufferLayout],
    data: &'b (dyn Fn(usize) -> &'a [u8] + Sync),
}

impl Pictures for Rows<'_, '_> {
    fn fill(&self, index: usize, channel: usize, row: usize, to: &mut [f32]) {
        let (Some(input), Some(layout)) = (self.inputs.get(index), self.layouts.get(index)) else {
            return;
        };
        let bytes = (self.data)(index);
        if let Some((_, stage)) = &input.aipp {
            stage.fill_row(bytes, channel, row, to);
            return;
        }
        let (first, step) = match (layout, input.graph_dims.as_slice()) {
            (BufferLayout::Planar, &[.., height, width]) => ((channel * height + row) * width, 1),
            (BufferLayout::Interleaved, &[.., width, channels]) => {
                (row * width * channels + channel, channels)
            }
            _ => return,
        };
        if input.tensor.element == EngineType::U8 {
            take(bytes, first, step, to, |[byte]| f32::from(byte));
        } else {
            take(bytes, first, step, to, f32::from_ne_bytes);
        }
    }
}

/// Takes numbers `step` apart. Bytes that the buffer lacks at its end count as 0.
fn take<const N: usize>(
    bytes: &[u8],
    first: usize,
    step: usize,
    to: &mut [f32],
    read: impl Fn([u8; N]) -> f32,
) {
    let bytes = bytes.get(first * N..).unwrap_or_default();
    let (numbers, _) = bytes.as_chunks::<N>();
    if numbers.len() <= to.len().saturating_sub(1) * step {
        for (index, to) in to.iter_mut().enumerate() {
            let mut number = [0; N];
            let there = bytes.get(index * step * N..).unwrap_or_default();
            number
                .iter_mut()
                .zip(there)
                .for_each(|(to, byte)| *to = *byte);
            *to = read(number);
        }
    } else if step == 1 {
        // The usual case; the compiler vectorises this loop.
        to.iter_mut()
            .zip(numbers)
            .for_each(|(to, number)| *to = read(*number));
    } else {
        let numbers = numbers.iter().step_by(step);
        to.iter_mut()
            .zip(numbers)
            .for_each(|(to, number)| *to = read(*number));
    }
}
