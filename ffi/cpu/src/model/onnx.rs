//! An ONNX file before the engine sees it: read, its weights fetched and checked, and written again for rten.

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

/// A model as the engine gets it.
pub(super) struct Prepared {
    /// The whole model, no part of it in another file.
    pub(super) bytes: Vec<u8>,
    /// In the order of the file, weights left out.
    pub(super) inputs: Vec<Declared>,
    /// In the order of the file.
    pub(super) outputs: Vec<Declared>,
    /// Values to compute besides the outputs; none of them may be NaN.
    pub(super) sums: Vec<Sum>,
}

/// Makes an ONNX file's bytes ready for the engine, or says what the engine would compute otherwise than ONNX.
/// `directory` is where the file lies; `None` for a model from memory, which can have no files beside it.
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
    // What is between the inputs and the outputs is inferred anew.
    graph.value_info.clear();
    let (inputs, outputs) = (
        declared::inputs(graph),
        declared::outputs(graph, facts, &ones),
    );
    // rten keeps what the model names as its outputs; the first are computed first.
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

/// The files beside the model in `directory` that hold its weights, without links, each once.
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
