//! One run of a model over the caller's buffers, checked as the graph engine checks it.

use std::sync::Arc;

use ascendcl::bindings::{ACL_ERROR_GE_PARAM_INVALID, ACL_ERROR_RT_MODEL_EXECUTE};

use super::memory::{self, Span};
use super::models::Loaded;
use crate::failure::Failure;
use crate::model::{ModelError, Tensor};

/// A buffer may be this many bytes shorter than its tensor, as on the device.
const SLACK_BYTES: usize = 64;

/// A run whose buffers have been found good.
pub(crate) struct Run {
    loaded: Arc<Loaded>,
    inputs: Vec<Span>,
    outputs: Vec<Span>,
}

impl Run {
    /// Checks the number, sizes and addresses of the buffers (address and size of each) against the model.
    pub(crate) fn prepare(
        loaded: Arc<Loaded>,
        inputs: &[(*mut u8, usize)],
        outputs: &[(*mut u8, usize)],
    ) -> Result<Self, Failure> {
        let inputs = spans("input", loaded.model.inputs(), inputs)?;
        let outputs = spans("output", loaded.model.outputs().iter(), outputs)?;
        Ok(Self {
            loaded,
            inputs,
            outputs,
        })
    }

    /// Computes, and writes the outputs into their buffers.
    pub(crate) fn execute(mut self) -> Result<(), Failure> {
        let model = &self.loaded.model;
        let failed = |error: ModelError| {
            let text = format!("model {}: {error}", self.loaded.id);
            Failure::new(ACL_ERROR_RT_MODEL_EXECUTE, text)
        };
        let values = {
            let pairs = self.inputs.iter().zip(model.inputs());
            // SAFETY: the ABI lets the caller not write the inputs until the run is over; the slices go with
            // this block, before any output is written.
            let inputs: Vec<&[u8]> = pairs
                .map(|(span, tensor)| unsafe { span.bytes(tensor.bytes) })
                .collect();
            model.run(&inputs).map_err(failed)?
        };
        for (index, (value, span)) in values.iter().zip(&mut self.outputs).enumerate() {
            // SAFETY: the ABI lets the caller not touch the outputs until the run is over.
            let buffer = unsafe { span.bytes_mut(usize::MAX) };
            model.store(index, value, buffer).map_err(failed)?;
        }
        Ok(())
    }
}

fn spans<'a>(
    role: &str,
    tensors: impl ExactSizeIterator<Item = &'a Tensor>,
    buffers: &[(*mut u8, usize)],
) -> Result<Vec<Span>, Failure> {
    let failure = |text: String| Failure::new(ACL_ERROR_GE_PARAM_INVALID, text);
    if tensors.len() != buffers.len() {
        return Err(failure(format!(
            "the {role} dataset has {} buffers, the model {} {role}s",
            buffers.len(),
            tensors.len()
        )));
    }
    let spans = tensors.zip(buffers).map(|(tensor, (pointer, size))| {
        let wrong = |reason: &str| {
            let (name, bytes) = (&tensor.name, tensor.bytes);
            failure(format!("{role} `{name}` of {bytes} bytes: {reason}"))
        };
        if size.saturating_add(SLACK_BYTES) < tensor.bytes {
            return Err(wrong(&format!("the buffer has {size}")));
        }
        // SAFETY: memory that is not this implementation's is refused below, before it is touched.
        let span = unsafe { memory::locate(*pointer, *size) };
        let span = span.map_err(|error| wrong(&error.text))?;
        if !span.on_device() {
            return Err(wrong(
                "the buffer is not memory of the device: use aclrtMalloc",
            ));
        }
        Ok(span)
    });
    spans.collect()
}
