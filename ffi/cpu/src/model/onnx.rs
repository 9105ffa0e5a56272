//! Prepares an ONNX file for the engine: reads it, loads and checks its weights and nodes, and
//! encodes it for rten.

mod bounds;
mod check;
mod cover;
mod declared;
mod element;
mod error;
mod external;
mod fact;
mod finite;
mod fold;
mod node;
pub(super) mod proto;
mod rewrite;
mod shapes;
mod table;
mod tensors;
mod unread;
mod watch;
mod wide;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use prost::Message;

pub(super) use check::Sum;
pub(super) use declared::Declared;
pub(super) use element::ElementType;
pub(crate) use error::{OnnxError, Place};
pub(super) use fact::Fact;
use proto::{ModelProto, NodeProto, TensorProto, ValueInfoProto};
pub(super) use shapes::{Call, axis, lists, window};

use super::pieces::Pieces;

/// A model whose nodes are checked.
pub(super) struct Prepared {
    /// The model with the nodes that rten computes exactly.
    model: ModelProto,
    pub(super) opset: i64,
    /// The nodes as the file has them.
    pub(super) nodes: Vec<NodeProto>,
    /// All values by name.
    pub(super) facts: HashMap<String, Fact>,
    /// In the order of the file, without weights.
    pub(super) inputs: Vec<Declared>,
    /// In the order of the file.
    pub(super) outputs: Vec<Declared>,
    /// Values to compute in addition to the outputs; none of them may be NaN.
    pub(super) sums: Vec<Sum>,
}

impl Prepared {
    /// The weights of the graph.
    pub(super) fn weights(&self) -> &[TensorProto] {
        match &self.model.graph {
            Some(graph) => &graph.initializer,
            None => &[],
        }
    }

    /// The whole model in one file, for rten.
    pub(super) fn encode(&self) -> Vec<u8> {
        self.model.encode_to_vec()
    }
}

/// Prepares an ONNX file for the engine, or refuses what the engine would compute differently from
/// ONNX. `directory` is the file's directory; `None` for a model from memory, which has no files
/// beside it.
pub(super) fn prepare(file: Pieces<'_>, directory: Option<&Path>) -> Result<Prepared, OnnxError> {
    let mut model = read(file)?;
    external::load(&mut model, directory)?;
    if let Some(graph) = &mut model.graph {
        bounds::leave_out(graph);
        unread::leave_out(graph);
    }
    finite::check(&mut model)?;
    let ones = match &mut model.graph {
        Some(graph) => declared::fix_batch(graph)?,
        None => Default::default(),
    };
    let check::Checked {
        opset,
        nodes,
        facts,
        outputs,
        sums,
    } = check::model(&mut model)?;
    let graph = model.graph.get_or_insert_default();
    wide::check(graph)?;
    // rten infers the shapes of intermediate values itself.
    graph.value_info.clear();
    let (inputs, outputs) = (
        declared::inputs(graph),
        declared::outputs(graph, outputs, &ones),
    );
    // rten keeps the values that the model names as outputs, and computes the first ones first.
    let named = sums.iter().map(|sum| ValueInfoProto {
        name: Some(sum.name.clone()),
        r#type: None,
    });
    graph.output.splice(0..0, named);
    Ok(Prepared {
        model,
        opset,
        nodes,
        facts,
        inputs,
        outputs,
        sums,
    })
}

/// The files of weights of a model in `directory`, links left out, each once.
pub(super) fn external_files(
    file: Pieces<'_>,
    directory: &Path,
) -> Result<Vec<PathBuf>, OnnxError> {
    external::files(&mut read(file)?, directory)
}

fn read(mut file: Pieces<'_>) -> Result<ModelProto, OnnxError> {
    let model = ModelProto::decode(&mut file);
    if let Some(error) = file.error() {
        return Err(OnnxError::Unread(error.to_string()));
    }
    let model = model.map_err(|error| OnnxError::Damaged(error.to_string()))?;
    if model.graph.is_none() {
        return Err(OnnxError::Damaged("it has no graph".to_owned()));
    }
    Ok(model)
}
