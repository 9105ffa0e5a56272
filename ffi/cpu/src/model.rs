//! An ONNX model in the form of a device's offline model: named inputs and outputs of fixed size,
//! and a static AIPP stage in front of the picture input.
//!
//! rten supports 32-bit floats, 32-bit integers and 8-bit integers. INT64 and BOOL in the file
//! become INT32, DOUBLE and FLOAT16 become FLOAT.

mod bytes;
mod error;
mod onnx;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rten::{Dimension, NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_tensor::prelude::*;

use crate::aipp::{Config, Format, Precision, Stage};
pub(crate) use error::ModelError;
use onnx::{Declared, ElementType, Prepared, Sum};

/// The element type of a tensor at the ABI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EngineType {
    F32,
    I32,
    I8,
    U8,
}

impl EngineType {
    /// rten represents INT64 and BOOL as INT32, DOUBLE and FLOAT16 as FLOAT.
    fn of(tensor: &str, element: ElementType) -> Result<Self, ModelError> {
        match element {
            ElementType::F32 | ElementType::F16 | ElementType::F64 => Ok(Self::F32),
            ElementType::I32 | ElementType::I64 | ElementType::Bool => Ok(Self::I32),
            ElementType::I8 => Ok(Self::I8),
            ElementType::U8 => Ok(Self::U8),
            ElementType::Other(_) => Err(ModelError::Element(tensor.to_owned())),
        }
    }

    /// Bytes of one element.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::F32 | Self::I32 => 4,
            Self::I8 | Self::U8 => 1,
        }
    }
}

/// An input or output as the caller sees it.
#[derive(Debug, Clone)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) dims: Vec<usize>,
    pub(crate) element: EngineType,
    /// Bytes of the whole tensor.
    pub(crate) bytes: usize,
}

impl Tensor {
    fn new(name: &str, dims: Vec<usize>, element: EngineType) -> Result<Self, ModelError> {
        let bytes = dims
            .iter()
            .try_fold(element.bytes(), |bytes, dim| bytes.checked_mul(*dim));
        match bytes {
            Some(bytes) if bytes > 0 && isize::try_from(bytes).is_ok() => Ok(Self {
                name: name.to_owned(),
                dims,
                element,
                bytes,
            }),
            _ => Err(ModelError::Size(name.to_owned(), dims)),
        }
    }
}

/// The AIPP stage of an input, and the planes that it fills in every run.
struct Front {
    config: Config,
    stage: Stage,
    planes: Mutex<Vec<f32>>,
}

struct Input {
    tensor: Tensor,
    node: NodeId,
    /// The dims of the graph's input. They differ from the tensor's if the input has AIPP.
    graph_dims: Vec<usize>,
    front: Option<Front>,
}

/// A loaded model.
pub(crate) struct Model {
    graph: rten::Model,
    pool: Arc<ThreadPool>,
    inputs: Vec<Input>,
    outputs: Vec<Tensor>,
    /// The sums that detect NaN, in the order of their computation.
    sums: Vec<Sum>,
    /// The sums, then the outputs. rten computes them in this order, so that it keeps no value for
    /// a late sum.
    wanted: Vec<NodeId>,
}

impl Model {
    /// Loads a model from the bytes of an ONNX file. `directory` is the file's directory, `None`
    /// for a model from memory. `aipp` is the AIPP configuration and its precision.
    pub(crate) fn load(
        data: Vec<u8>,
        directory: Option<&Path>,
        aipp: Option<(Config, Precision)>,
        pool: Arc<ThreadPool>,
    ) -> Result<Self, ModelError> {
        if is_for_device(&data) {
            return Err(ModelError::ForDevice);
        }
        let Prepared {
            bytes,
            inputs,
            outputs,
            sums,
        } = onnx::prepare(data, directory)?;
        let graph = rten::Model::load(bytes).map_err(ModelError::Rten)?;
        let inputs = inputs.iter().enumerate().map(|(index, declared)| {
            let node = node_of(&graph, &declared.name)?;
            let tensor = describe(&graph, node, declared)?;
            let here = aipp.as_ref().filter(|(config, _)| config.input == index);
            Input::new(tensor, node, here)
        });
        let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
        if let Some((config, _)) = &aipp
            && config.input >= inputs.len()
        {
            return Err(ModelError::AippInput(config.input, inputs.len()));
        }
        let mut wanted = Vec::with_capacity(sums.len() + outputs.len());
        for sum in &sums {
            wanted.push(node_of(&graph, &sum.name)?);
        }
        let mut tensors = Vec::with_capacity(outputs.len());
        for declared in &outputs {
            let node = node_of(&graph, &declared.name)?;
            wanted.push(node);
            tensors.push(describe(&graph, node, declared)?);
        }
        Ok(Self {
            graph,
            pool,
            inputs,
            outputs: tensors,
            sums,
            wanted,
        })
    }

    pub(crate) fn inputs(&self) -> impl ExactSizeIterator<Item = &Tensor> {
        self.inputs.iter().map(|input| &input.tensor)
    }

    pub(crate) fn outputs(&self) -> &[Tensor] {
        &self.outputs
    }

    /// The AIPP stage in front of an input.
    pub(crate) fn aipp(&self, input: usize) -> Option<(&Config, &Stage)> {
        let front = self.inputs.get(input)?.front.as_ref()?;
        Some((&front.config, &front.stage))
    }

    /// Computes all outputs from the bytes of the inputs. An input may be shorter than its tensor
    /// by the slack of the ABI; missing bytes count as 0.
    ///
    /// Fails if an output is not finite, or if NaN reaches an operator that would hide it. Runs of
    /// one model with AIPP wait for each other.
    pub(crate) fn run(&self, data: &[&[u8]]) -> Result<Vec<Value>, ModelError> {
        if data.len() != self.inputs.len() {
            return Err(ModelError::InputCount(self.inputs.len(), data.len()));
        }
        let mut planes = Vec::with_capacity(data.len());
        for (input, data) in self.inputs.iter().zip(data) {
            planes.push(input.planes(data));
        }
        let mut values: Vec<(NodeId, ValueOrView)> = Vec::with_capacity(data.len());
        for ((input, data), planes) in self.inputs.iter().zip(data).zip(&planes) {
            let dims = input.graph_dims.as_slice();
            let value = match planes {
                Some(planes) => bytes::view(dims, planes.as_slice())?.into(),
                None => bytes::value(dims, input.tensor.element, data)?,
            };
            values.push((input.node, value));
        }
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let values = self.graph.run(values, &self.wanted, Some(options));
        let mut values = values.map_err(|error| ModelError::Run(error.into()))?;
        for (sum, value) in self.sums.iter().zip(&values) {
            if !matches!(value, Value::FloatTensor(sum) if sum.iter().all(|sum| !sum.is_nan())) {
                return Err(ModelError::Nan(sum.place.to_string()));
            }
        }
        values.drain(..self.sums.len().min(values.len()));
        for (output, value) in self.outputs.iter().zip(&values) {
            if let Value::FloatTensor(numbers) = value
                && !bytes::are_finite(numbers.view())
            {
                return Err(ModelError::NotFinite(output.name.clone()));
            }
        }
        Ok(values)
    }

    /// Writes one output of [`Model::run`] into the caller's buffer: all of it, or as much as fits.
    pub(crate) fn store(
        &self,
        index: usize,
        value: &Value,
        buffer: &mut [u8],
    ) -> Result<(), ModelError> {
        let tensor = self
            .outputs
            .get(index)
            .ok_or(ModelError::OutputCount(self.outputs.len(), index))?;
        if value.shape().as_slice() != tensor.dims.as_slice() {
            return Err(ModelError::OutputShape(
                tensor.name.clone(),
                tensor.dims.clone(),
                value.shape().to_vec(),
            ));
        }
        match (tensor.element, value) {
            (EngineType::F32, Value::FloatTensor(values)) => {
                bytes::store(values.view(), buffer, |value| value.to_ne_bytes());
            }
            (EngineType::I32, Value::Int32Tensor(values)) => {
                bytes::store(values.view(), buffer, |value| value.to_ne_bytes());
            }
            (EngineType::I8, Value::Int8Tensor(values)) => {
                bytes::store(values.view(), buffer, |value| value.to_ne_bytes());
            }
            (EngineType::U8, Value::UInt8Tensor(values)) => {
                bytes::store(values.view(), buffer, |value| value.to_ne_bytes());
            }
            _ => return Err(ModelError::OutputElement(tensor.name.clone())),
        }
        Ok(())
    }
}

impl Input {
    fn new(
        tensor: Tensor,
        node: NodeId,
        aipp: Option<&(Config, Precision)>,
    ) -> Result<Self, ModelError> {
        let graph_dims = tensor.dims.clone();
        let Some((config, precision)) = aipp else {
            return Ok(Self {
                tensor,
                node,
                graph_dims,
                front: None,
            });
        };
        let (EngineType::F32, &[batch, first, second, third]) =
            (tensor.element, graph_dims.as_slice())
        else {
            return Err(ModelError::AippTensor(tensor.name, graph_dims));
        };
        let stage = config.fit_dims([first, second, third], *precision)?;
        let (source_width, source_height) = stage.source_size();
        let dims = match config.format {
            // The product of these dims is the size: U and V are below Y.
            Format::Yuv420sp => vec![batch, source_height / 2 * 3, source_width, 1],
            format => vec![batch, source_height, source_width, format.channels()],
        };
        let planes = vec![0.0; tensor.bytes / tensor.element.bytes()];
        Ok(Self {
            tensor: Tensor::new(&tensor.name, dims, EngineType::U8)?,
            node,
            graph_dims,
            front: Some(Front {
                config: config.clone(),
                stage,
                planes: Mutex::new(planes),
            }),
        })
    }

    /// The planes after AIPP, computed from the pictures; `None` for an input without AIPP.
    fn planes(&self, pictures: &[u8]) -> Option<std::sync::MutexGuard<'_, Vec<f32>>> {
        let front = self.front.as_ref()?;
        let mut planes = front.planes.lock().unwrap_or_else(PoisonError::into_inner);
        front
            .stage
            .apply(&bytes::whole(pictures, self.tensor.bytes), &mut planes);
        Some(planes)
    }
}

/// Whether the bytes are an offline model of ATC.
fn is_for_device(data: &[u8]) -> bool {
    data.starts_with(b"IMOD")
}

/// The directory of a model's file.
pub(crate) fn directory(model: &Path) -> &Path {
    match model.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The files of weights of a model in `directory`; see [`crate::external_files()`].
pub(crate) fn external_files(data: Vec<u8>, directory: &Path) -> Result<Vec<PathBuf>, ModelError> {
    if is_for_device(&data) {
        return Ok(Vec::new());
    }
    Ok(onnx::external_files(data, directory)?)
}

fn node_of(graph: &rten::Model, name: &str) -> Result<NodeId, ModelError> {
    let node = graph.find_node(name);
    node.filter(|_| !name.is_empty())
        .ok_or(ModelError::Nameless)
}

/// Describes an input or output. If neither the file nor the operators determine the dims, rten
/// infers them.
fn describe(graph: &rten::Model, node: NodeId, declared: &Declared) -> Result<Tensor, ModelError> {
    let name = declared.name.as_str();
    let dims = match &declared.dims {
        Some(dims) => dims.clone(),
        None => inferred(graph, node, name)?,
    };
    Tensor::new(name, dims, EngineType::of(name, declared.element)?)
}

fn inferred(graph: &rten::Model, node: NodeId, name: &str) -> Result<Vec<usize>, ModelError> {
    let shape = graph.node_info(node).and_then(|info| info.shape());
    let shape = shape.ok_or_else(|| ModelError::Shape(name.to_owned()))?;
    let dims = shape.into_iter().map(|dim| match dim {
        Dimension::Fixed(size) => Ok(size),
        Dimension::Symbolic(symbol) => Err(ModelError::Symbol(name.to_owned(), symbol)),
    });
    dims.collect()
}
