//! Prepares an ONNX file for the engine: reads it, loads and checks its weights, and encodes it for
//! rten.

mod bounds;
mod check;
mod cover;
mod declared;
mod element;
mod error;
mod external;
mod fact;
mod finite;
mod node;
pub(super) mod proto;
mod rewrite;
mod shapes;
mod table;
mod tensors;
mod unread;
mod watch;
mod wide;

use std::path::{Path, PathBuf};

use prost::Message;
use prost::bytes::Bytes;

pub(super) use check::Sum;
pub(super) use declared::Declared;
pub(super) use element::ElementType;
pub(crate) use error::OnnxError;
use proto::{ModelProto, ValueInfoProto};

/// A model that is ready for the engine.
pub(super) struct Prepared {
    /// The whole model in one file.
    pub(super) bytes: Vec<u8>,
    /// In the order of the file, without weights.
    pub(super) inputs: Vec<Declared>,
    /// In the order of the file.
    pub(super) outputs: Vec<Declared>,
    /// Values to compute in addition to the outputs; none of them may be NaN.
    pub(super) sums: Vec<Sum>,
}

/// Prepares the bytes of an ONNX file for the engine, or refuses what the engine would compute
/// differently from ONNX. `directory` is the file's directory; `None` for a model from memory,
/// which has no files beside it.
pub(super) fn prepare(data: Vec<u8>, directory: Option<&Path>) -> Result<Prepared, OnnxError> {
    let mut model = read(data)?;
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
        outputs: facts,
        sums,
    } = check::model(&mut model)?;
    let graph = model.graph.get_or_insert_default();
    wide::check(graph)?;
    // rten infers the shapes of intermediate values itself.
    graph.value_info.clear();
    let (inputs, outputs) = (
        declared::inputs(graph),
        declared::outputs(graph, facts, &ones),
    );
    // rten keeps the values that the model names as outputs, and computes the first ones first.
    let named = sums.iter().map(|sum| ValueInfoProto {
        name: Some(sum.name.clone()),
        r#type: None,
    });
    graph.output.splice(0..0, named);
    Ok(Prepared {
        bytes: model.encode_to_vec(),
        inputs,
        outputs,
        sums,
    })
}

/// The files of weights of a model in `directory`, links left out, each once.
pub(super) fn external_files(data: Vec<u8>, directory: &Path) -> Result<Vec<PathBuf>, OnnxError> {
    external::files(&mut read(data)?, directory)
}

fn read(data: Vec<u8>) -> Result<ModelProto, OnnxError> {
    let model = ModelProto::decode(Bytes::from(data));
    let model = model.map_err(|error| OnnxError::Damaged(error.to_string()))?;
    if model.graph.is_none() {
        return Err(OnnxError::Damaged("it has no graph".to_owned()));
    }
    Ok(model)
}
