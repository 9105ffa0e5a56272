//! Models that the tests build, load and run as a program would.

mod bounds;
mod engines;
mod external;
mod family;
mod hostile;
mod nan;
mod refused;
mod rewritten;
mod weights;

use prost::Message;

use super::onnx::proto::{
    AttributeProto, DimensionProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto,
    TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto, kind,
};
use super::onnx::{self, OnnxError, Prepared};
use super::{ModelError, Pieces};
use engines::Both;

const FLOAT: i32 = 1;
const UINT8: i32 = 2;
const INT64: i32 = 7;
const BOOL: i32 = 9;

/// A graph for a test model.
struct Graph {
    opset: i64,
    proto: GraphProto,
}

impl Graph {
    /// A graph with the FLOAT input `x`.
    fn new(opset: i64, dims: &[i64]) -> Self {
        let mut proto = GraphProto::default();
        proto.input.push(value("x", FLOAT, dims));
        Self { opset, proto }
    }

    fn node(mut self, node: NodeProto) -> Self {
        self.proto.node.push(node);
        self
    }

    fn weight(mut self, name: &str, dims: &[i64], numbers: &[f32]) -> Self {
        self.proto.initializer.push(floats(name, dims, numbers));
        self
    }

    fn tensor(mut self, tensor: TensorProto) -> Self {
        self.proto.initializer.push(tensor);
        self
    }

    fn output(mut self, name: &str, element: i32, dims: &[i64]) -> Self {
        self.proto.output.push(value(name, element, dims));
        self
    }

    fn proto(self) -> ModelProto {
        ModelProto {
            ir_version: Some(9),
            graph: Some(self.proto),
            opset_import: vec![OperatorSetIdProto {
                domain: None,
                version: Some(self.opset),
            }],
            functions: Vec::new(),
        }
    }

    fn load(self) -> Result<Both, ModelError> {
        load(&self.proto())
    }

    /// The text of the error with which loading fails.
    fn refusal(self) -> String {
        match self.load() {
            Ok(_) => panic!("the model was taken"),
            Err(error) => error.to_string(),
        }
    }

    fn run(self, x: &[f32]) -> Result<Vec<f64>, ModelError> {
        run(&self.load()?, x)
    }
}

fn load(model: &ModelProto) -> Result<Both, ModelError> {
    Both::read(model.encode_to_vec(), None, None)
}

/// A checked model.
fn prepare(data: &[u8]) -> Result<Prepared, OnnxError> {
    let mut bytes = data;
    onnx::prepare(Pieces::new(&mut bytes, data.len()).expect("bytes"), None)
}

/// Runs a model with one FLOAT input; returns the first output.
fn run(model: &Both, x: &[f32]) -> Result<Vec<f64>, ModelError> {
    let bytes: Vec<u8> = x.iter().flat_map(|number| number.to_ne_bytes()).collect();
    model.run(&[&bytes])
}

fn value(name: &str, element: i32, dims: &[i64]) -> ValueInfoProto {
    let dim = dims.iter().map(|size| DimensionProto {
        dim_value: (*size >= 0).then_some(*size),
        dim_param: (*size < 0).then(|| format!("free{size}")),
    });
    ValueInfoProto {
        name: Some(name.to_owned()),
        r#type: Some(TypeProto {
            tensor_type: Some(TensorTypeProto {
                elem_type: Some(element),
                shape: Some(TensorShapeProto { dim: dim.collect() }),
            }),
            sequence_type: None,
        }),
    }
}

fn node(operator: &str, inputs: &[&str], output: &str) -> NodeProto {
    NodeProto {
        input: inputs.iter().map(|name| (*name).to_owned()).collect(),
        output: vec![output.to_owned()],
        name: Some(format!("the_{}", operator.to_lowercase())),
        op_type: Some(operator.to_owned()),
        ..NodeProto::default()
    }
}

fn attribute(name: &str) -> AttributeProto {
    AttributeProto {
        name: Some(name.to_owned()),
        ..AttributeProto::default()
    }
}

impl NodeProto {
    fn with(mut self, attribute: AttributeProto) -> Self {
        self.attribute.push(attribute);
        self
    }

    fn int(self, name: &str, number: i64) -> Self {
        self.with(AttributeProto {
            i: Some(number),
            kind: Some(kind::INT),
            ..attribute(name)
        })
    }

    fn ints(self, name: &str, numbers: &[i64]) -> Self {
        self.with(AttributeProto {
            ints: numbers.to_vec(),
            kind: Some(kind::INTS),
            ..attribute(name)
        })
    }

    fn float(self, name: &str, number: f32) -> Self {
        self.with(AttributeProto {
            f: Some(number),
            kind: Some(1),
            ..attribute(name)
        })
    }

    fn word(self, name: &str, text: &'static str) -> Self {
        self.with(AttributeProto {
            s: Some(text.as_bytes().into()),
            kind: Some(3),
            ..attribute(name)
        })
    }
}

fn floats(name: &str, dims: &[i64], numbers: &[f32]) -> TensorProto {
    TensorProto {
        dims: dims.to_vec(),
        data_type: Some(FLOAT),
        float_data: numbers.to_vec(),
        name: Some(name.to_owned()),
        ..TensorProto::default()
    }
}

fn integers(name: &str, numbers: &[i64]) -> TensorProto {
    TensorProto::of_integers(name, numbers)
}
