//! Models that rten computes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rten::{Dimension, NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_tensor::prelude::*;

use super::{Pools, bytes};
use crate::aipp::Stage;
use crate::model::error::ModelError;
use crate::model::onnx::{Prepared, Sum};
use crate::model::port::{EngineType, Input, Tensor};

/// A graph of rten.
pub(crate) struct Rten {
    graph: rten::Model,
    pool: Arc<ThreadPool>,
    inputs: Vec<NodeId>,
    /// For each input with AIPP, the planes that every run fills.
    planes: Vec<Mutex<Vec<f32>>>,
    /// The sums that detect NaN, in the order of their computation.
    sums: Vec<Sum>,
    /// The sums, then the outputs. rten computes them in this order, so that it keeps no value for
    /// a late sum.
    wanted: Vec<NodeId>,
}

impl Rten {
    /// Loads a checked model; also returns its outputs.
    pub(super) fn load(model: Prepared, pools: &Pools) -> Result<(Self, Vec<Tensor>), ModelError> {
        let graph = rten::Model::load(model.encode()).map_err(ModelError::Rten)?;
        let Prepared {
            inputs,
            outputs,
            sums,
            ..
        } = model;
        let inputs = inputs.iter().map(|input| node_of(&graph, &input.name));
        let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
        let sum_nodes = sums.iter().map(|sum| node_of(&graph, &sum.name));
        let mut wanted = sum_nodes.collect::<Result<Vec<_>, _>>()?;
        let mut tensors = Vec::with_capacity(outputs.len());
        for declared in &outputs {
            let node = node_of(&graph, &declared.name)?;
            wanted.push(node);
            let inferred = || inferred(&graph, node, &declared.name);
            tensors.push(Tensor::of(declared, inferred)?);
        }
        let planes = inputs.iter().map(|_| Mutex::default()).collect();
        let rten = Self {
            graph,
            pool: pools.rten(),
            inputs,
            planes,
            sums,
            wanted,
        };
        Ok((rten, tensors))
    }

    /// Computes the outputs from the bytes of the inputs and writes them.
    ///
    /// Runs of one model with AIPP wait for each other.
    pub(super) fn run<'a, 'b>(
        &self,
        (inputs, outputs): (&[Input], &[Tensor]),
        data: &dyn Fn(usize) -> &'a [u8],
        buffers: impl Iterator<Item = &'b mut [u8]>,
    ) -> Result<(), ModelError> {
        let mut planes = Vec::with_capacity(inputs.len());
        for (index, (input, planes_of)) in inputs.iter().zip(&self.planes).enumerate() {
            let stage = input.aipp.as_ref().map(|(_, stage)| stage);
            planes.push(stage.map(|stage| fill(stage, input, data(index), planes_of)));
        }
        let mut values: Vec<(NodeId, ValueOrView)> = Vec::with_capacity(inputs.len());
        for (index, ((input, node), planes)) in
            inputs.iter().zip(&self.inputs).zip(&planes).enumerate()
        {
            let dims = input.graph_dims.as_slice();
            let value = match planes {
                Some(planes) => bytes::view(dims, planes.as_slice())?.into(),
                None => bytes::value(dims, input.tensor.element, data(index))?,
            };
            values.push((*node, value));
        }
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let values = self.graph.run(values, &self.wanted, Some(options));
        let values = values.map_err(|error| ModelError::Run(error.into()))?;
        for (sum, value) in self.sums.iter().zip(&values) {
            if !matches!(value, Value::FloatTensor(sum) if sum.iter().all(|sum| !sum.is_nan())) {
                return Err(ModelError::Nan(sum.place.to_string()));
            }
        }
        let values = values.get(self.sums.len()..).unwrap_or_default();
        for (output, value) in outputs.iter().zip(values) {
            if let Value::FloatTensor(numbers) = value
                && !bytes::are_finite(numbers.view())
            {
                return Err(ModelError::NotFinite(output.name.clone()));
            }
        }
        for ((tensor, value), buffer) in outputs.iter().zip(values).zip(buffers) {
            store(tensor, value, buffer)?;
        }
        Ok(())
    }
}

/// Fills the planes of an input after AIPP.
fn fill<'a>(
    stage: &Stage,
    input: &Input,
    pictures: &[u8],
    planes: &'a Mutex<Vec<f32>>,
) -> MutexGuard<'a, Vec<f32>> {
    let mut planes = planes.lock().unwrap_or_else(PoisonError::into_inner);
    planes.resize(input.graph_dims.iter().product(), 0.0);
    stage.apply(&bytes::whole(pictures, input.tensor.bytes), &mut planes);
    planes
}

/// Writes an output into the caller's buffer.
fn store(tensor: &Tensor, value: &Value, buffer: &mut [u8]) -> Result<(), ModelError> {
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

fn node_of(graph: &rten::Model, name: &str) -> Result<NodeId, ModelError> {
    let node = graph.find_node(name);
    node.filter(|_| !name.is_empty())
        .ok_or(ModelError::Nameless)
}

/// The dims of a value that neither the file nor the operators determine.
fn inferred(graph: &rten::Model, node: NodeId, name: &str) -> Result<Vec<usize>, ModelError> {
    let shape = graph.node_info(node).and_then(|info| info.shape());
    let shape = shape.ok_or_else(|| ModelError::Shape(name.to_owned()))?;
    let dims = shape.into_iter().map(|dim| match dim {
        Dimension::Fixed(size) => Ok(size),
        Dimension::Symbolic(symbol) => Err(ModelError::Symbol(name.to_owned(), symbol)),
    });
    dims.collect()
}
