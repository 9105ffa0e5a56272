//! One run of a model with the caller's buffers, checked as the device's graph engine checks it.

use std::sync::Arc;

use ascendcl::bindings::{
    ACL_ERROR_GE_PARAM_INVALID, ACL_ERROR_RT_MODEL_EXECUTE, ACL_ERROR_RT_OVER_FLOW,
};

use super::fault::Damage;
use super::memory::{self, Span};
use super::models::{Loaded, Spans};
use crate::failure::Failure;
use crate::model::{ModelError, Tensor};
use crate::validate;

/// A buffer may be shorter than its tensor by this many bytes, as on the device.
const SLACK_BYTES: usize = 64;

/// A run with checked buffers, once `set_inputs` and `set_outputs` have succeeded.
pub(crate) struct Run {
    loaded: Arc<Loaded>,
    spans: Spans,
}

impl Run {
    /// A run without buffers. It reuses the lists of an earlier run, so after the first run this
    /// allocates nothing. `caller` is the handle of the stream or the key of the thread.
    pub(crate) fn new(loaded: Arc<Loaded>, caller: usize) -> Self {
        let spans = loaded.take_spans();
        if loaded.begin_run(caller) {
            validate::forbidden(
                "modelId",
                || format!("another stream or thread runs model {} now", loaded.id),
                validate::ONE_AT_A_TIME,
            );
        }
        Self { loaded, spans }
    }

    /// Checks the number, sizes and addresses of the input buffers and stores them. Each item is
    /// the address and size of a buffer.
    pub(crate) fn set_inputs(
        &mut self,
        buffers: impl ExactSizeIterator<Item = Result<(*mut u8, usize), Failure>>,
    ) -> Result<(), Failure> {
        let tensors = self.loaded.model.inputs();
        set(&mut self.spans.inputs, "input", tensors, buffers)
    }

    /// Like [`Run::set_inputs`], for the outputs.
    pub(crate) fn set_outputs(
        &mut self,
        buffers: impl ExactSizeIterator<Item = Result<(*mut u8, usize), Failure>>,
    ) -> Result<(), Failure> {
        let tensors = self.loaded.model.outputs().iter();
        set(&mut self.spans.outputs, "output", tensors, buffers)
    }

    /// Reports a violation of the documentation that a device would not notice. Inputs and outputs
    /// must be set.
    pub(crate) fn validate(&self) {
        if !validate::active() {
            return;
        }
        for index in self.spans.overlapping() {
            validate::forbidden(
                "output",
                || format!("output {index} shares memory with another buffer of the run"),
                validate::NO_OVERLAP,
            );
        }
    }

    /// Runs the model and writes the outputs, damaged if a fault rule says so. If the run fails,
    /// the outputs' contents mean nothing.
    pub(super) fn execute(mut self, damage: Damage) -> Result<(), Failure> {
        let model = &self.loaded.model;
        let failed = |error: ModelError| {
            let text = format!("model {}: {error}", self.loaded.id);
            // The device's code for an overflow: this run failed, but the device still works.
            let code = match error {
                ModelError::Nan(_) | ModelError::NotFinite(_) => ACL_ERROR_RT_OVER_FLOW,
                _ => ACL_ERROR_RT_MODEL_EXECUTE,
            };
            Failure::new(code, text)
        };
        let are_whole = {
            let outputs = self.spans.outputs.iter().zip(model.outputs());
            outputs.fold(true, |whole, (span, tensor)| {
                whole && span.len() >= tensor.bytes
            })
        };
        let is_direct =
            are_whole && damage == Damage::default() && self.spans.overlapping().next().is_none();
        let Spans { inputs, outputs } = &mut self.spans;
        let inputs = &*inputs;
        let data = |index: usize| {
            let (Some(span), Some(tensor)) = (inputs.get(index), model.inputs().nth(index)) else {
                return &[][..];
            };
            // SAFETY: the ABI forbids the caller to write to the inputs during the run. The run
            // writes no output that shares memory with an input while it reads.
            unsafe { span.bytes(tensor.bytes) }
        };
        if is_direct {
            let buffers = outputs.iter_mut().zip(model.outputs());
            // SAFETY: the ABI forbids the caller to access the outputs during the run, and they
            // share no memory with each other or with an input.
            let buffers = buffers.map(|(span, tensor)| unsafe { span.bytes_mut(tensor.bytes) });
            return model.run(&data, buffers).map_err(failed);
        }
        let computed = model.outputs().iter().map(|tensor| vec![0; tensor.bytes]);
        let mut computed: Vec<Vec<u8>> = computed.collect();
        let buffers = computed.iter_mut().map(Vec::as_mut_slice);
        model.run(&data, buffers).map_err(failed)?;
        for (computed, span) in computed.iter().zip(outputs) {
            // SAFETY: the ABI forbids the caller to access the outputs during the run.
            let buffer = unsafe { span.bytes_mut(damage.written(computed.len())) };
            buffer
                .iter_mut()
                .zip(computed)
                .for_each(|(to, byte)| *to = *byte);
            damage.spoil(buffer);
        }
        Ok(())
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.loaded.keep_spans(&mut self.spans);
        self.loaded.end_run();
    }
}

fn set<'a>(
    spans: &mut Vec<Span>,
    role: &'static str,
    tensors: impl ExactSizeIterator<Item = &'a Tensor>,
    buffers: impl ExactSizeIterator<Item = Result<(*mut u8, usize), Failure>>,
) -> Result<(), Failure> {
    if tensors.len() != buffers.len() {
        return Err(Failure::new(
            ACL_ERROR_GE_PARAM_INVALID,
            format!(
                "the {role} dataset has {} buffers, the model {} {role}s",
                buffers.len(),
                tensors.len()
            ),
        )
        .argument(role));
    }
    for (tensor, buffer) in tensors.zip(buffers) {
        let (pointer, size) = buffer?;
        spans.push(span(role, tensor, pointer, size)?);
    }
    Ok(())
}

fn span(
    role: &'static str,
    tensor: &Tensor,
    pointer: *mut u8,
    size: usize,
) -> Result<Span, Failure> {
    let wrong = |reason: &str| {
        let (name, bytes) = (&tensor.name, tensor.bytes);
        Failure::new(
            ACL_ERROR_GE_PARAM_INVALID,
            format!("{role} `{name}` of {bytes} bytes: {reason}"),
        )
        .argument(role)
    };
    if size < tensor.bytes && size.saturating_add(SLACK_BYTES) >= tensor.bytes {
        validate::forbidden(
            role,
            || {
                format!(
                    "{role} `{}` has {} bytes, its buffer {size}",
                    tensor.name, tensor.bytes
                )
            },
            validate::BUFFER_SIZE,
        );
    }
    if size.saturating_add(SLACK_BYTES) < tensor.bytes {
        return Err(wrong(&format!("the buffer has {size}")));
    }
    // SAFETY: memory that is not AscendCL's is refused below, before any access.
    let span = unsafe { memory::locate(pointer, size) };
    let span = span.map_err(|error| wrong(&error.text))?;
    if !span.on_device() {
        return Err(wrong("the buffer is not device memory: use aclrtMalloc"));
    }
    Ok(span)
}
