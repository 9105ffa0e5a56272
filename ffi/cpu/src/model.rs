//! An ONNX model in the form of a device's offline model: named inputs and outputs of fixed size,
//! and a static AIPP stage in front of the picture input.
//!
//! Two engines compute it: our executor if the whole graph is of the U-Net family, else rten. Both
//! have 32-bit floats, 32-bit integers and 8-bit integers. INT64 and BOOL in the file become INT32,
//! DOUBLE and FLOAT16 become FLOAT.

mod engine;
mod error;
mod family;
mod onnx;
mod pieces;
mod port;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::ptr::NonNull;

use prost::bytes::Buf;

use crate::aipp::{Config, Precision, Stage};
use engine::Engine;
pub(crate) use engine::{Choice, Pools};
pub(crate) use error::ModelError;
pub(crate) use pieces::Pieces;
use port::Input;
pub(crate) use port::{EngineType, Tensor};

/// A loaded model.
pub(crate) struct Model {
    inputs: Vec<Input>,
    outputs: Vec<Tensor>,
    engine: Engine,
    engine_text: String,
}

/// A model that is read and checked, but may need memory to run.
pub(crate) struct Draft {
    inputs: Vec<Input>,
    outputs: Vec<Tensor>,
    engine: engine::EngineDraft,
    engine_text: String,
}

impl Draft {
    /// Reads a model from an ONNX file. `directory` is the file's directory, `None` for a model
    /// from memory. `aipp` is the AIPP configuration and its precision.
    pub(crate) fn read(
        file: Pieces<'_>,
        directory: Option<&Path>,
        aipp: Option<&(Config, Precision)>,
        choice: Choice,
        pools: &Pools,
    ) -> Result<Self, ModelError> {
        if is_for_device(&file) {
            return Err(ModelError::ForDevice);
        }
        let prepared = onnx::prepare(file, directory)?;
        let inputs = Input::of(&prepared.inputs, aipp)?;
        let drafted = engine::draft(prepared, &inputs, choice, pools)?;
        Ok(Self {
            inputs,
            outputs: drafted.outputs,
            engine: drafted.draft,
            engine_text: drafted.engine,
        })
    }

    /// Bytes of the values and of the weights. `None` for a model that allocates its memory
    /// itself.
    pub(crate) fn memory(&self) -> Option<(usize, usize)> {
        self.engine.memory()
    }

    /// All inputs and outputs.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = &Tensor> {
        self.inputs
            .iter()
            .map(|input| &input.tensor)
            .chain(&self.outputs)
    }

    /// Places the model in memory of [`Draft::memory`], at any alignment.
    ///
    /// # Safety
    ///
    /// Both are valid, and nothing else accesses them, for as long as the model lives. If there is
    /// no [`Draft::memory`], they are not used.
    pub(crate) unsafe fn place(self, work: NonNull<u8>, weights: NonNull<u8>) -> Model {
        Model {
            inputs: self.inputs,
            outputs: self.outputs,
            // SAFETY: the caller guarantees the memory.
            engine: unsafe { self.engine.place(work, weights) },
            engine_text: self.engine_text,
        }
    }
}

impl Model {
    pub(crate) fn inputs(&self) -> impl ExactSizeIterator<Item = &Tensor> {
        self.inputs.iter().map(|input| &input.tensor)
    }

    pub(crate) fn outputs(&self) -> &[Tensor] {
        &self.outputs
    }

    /// The AIPP stage in front of an input.
    pub(crate) fn aipp(&self, input: usize) -> Option<&(Config, Stage)> {
        self.inputs.get(input)?.aipp.as_ref()
    }

    /// Which engine computes the model: `unet-executor`, or `rten: ` and the reason.
    pub(crate) fn engine(&self) -> &str {
        &self.engine_text
    }

    /// Computes all outputs into buffers of exactly their sizes. `data` gives the bytes of an
    /// input; they may be fewer than its tensor has by the slack of the ABI, and missing bytes
    /// count as 0. The executor allocates nothing, except for an error.
    ///
    /// Fails if an output is not finite, or if NaN reaches an operator that would hide it. The
    /// outputs' contents then mean nothing.
    pub(crate) fn run<'a, 'b>(
        &self,
        data: &(dyn Fn(usize) -> &'a [u8] + Sync),
        buffers: impl Iterator<Item = &'b mut [u8]>,
    ) -> Result<(), ModelError> {
        self.engine
            .run((&self.inputs, &self.outputs), data, buffers)
    }
}

/// Whether the file is an offline model of ATC.
fn is_for_device(file: &Pieces<'_>) -> bool {
    file.chunk().starts_with(b"IMOD")
}

/// The directory of a model's file.
pub(crate) fn directory(model: &Path) -> &Path {
    match model.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The files of weights of a model in `directory`; see [`crate::external_files()`].
pub(crate) fn external_files(
    file: Pieces<'_>,
    directory: &Path,
) -> Result<Vec<PathBuf>, ModelError> {
    if is_for_device(&file) {
        return Ok(Vec::new());
    }
    Ok(onnx::external_files(file, directory)?)
}
