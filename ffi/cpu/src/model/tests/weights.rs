//! Weights that are not finite, in every type and place, and integers beyond 32 bits.

use super::{FLOAT, Graph, INT64, attribute, floats, integers, load, node, value};
use crate::model::onnx::proto::{
    AttributeProto, FunctionProto, GraphProto, SparseTensorProto, TensorProto, kind,
};

/// A graph that adds the weight `w`.
fn graph(weight: TensorProto) -> Graph {
    let graph = Graph::new(17, &[1, 2]).tensor(weight);
    let graph = graph.node(node("Add", &["x", "w"], "y"));
    graph.output("y", FLOAT, &[1, 2])
}

fn raw(element: i32, bytes: &[u8]) -> TensorProto {
    TensorProto {
        dims: vec![1],
        data_type: Some(element),
        name: Some("w".to_owned()),
        raw_data: Some(bytes.to_vec().into()),
        ..TensorProto::default()
    }
}

fn typed(element: i32) -> TensorProto {
    TensorProto {
        dims: vec![1],
        data_type: Some(element),
        name: Some("w".to_owned()),
        ..TensorProto::default()
    }
}

#[test]
fn weights_that_are_not_finite_are_refused_in_every_type() {
    let mut half = typed(10);
    half.int32_data = vec![0x7C00];
    let mut brain = typed(16);
    brain.int32_data = vec![0x7FC0];
    let mut double = typed(11);
    double.double_data = vec![f64::NEG_INFINITY];
    let weights = [
        raw(1, &f32::NAN.to_le_bytes()),
        floats("w", &[1], &[f32::INFINITY]),
        raw(11, &f64::NAN.to_le_bytes()),
        raw(11, &1e300_f64.to_le_bytes()),
        double,
        raw(10, &0x7E01_u16.to_le_bytes()),
        half,
        raw(16, &0xFF80_u16.to_le_bytes()),
        brain,
    ];
    for weight in weights {
        let text = graph(weight.clone()).refusal();
        assert!(
            text.contains("`w`") && text.contains("no finite"),
            "{weight:?}: {text}"
        );
    }
    assert!(graph(floats("w", &[1], &[f32::MAX])).load().is_ok());
}

#[test]
fn weights_that_are_not_finite_are_refused_in_every_place() {
    let nan = || floats("w", &[1], &[f32::NAN]);
    let refused = |graph: Graph| graph.output("y", FLOAT, &[1, 2]).refusal();
    let new = || Graph::new(17, &[1, 2]);
    let held = |name: &str| AttributeProto {
        t: Some(nan()),
        kind: Some(kind::TENSOR),
        ..attribute(name)
    };
    let within = GraphProto {
        initializer: vec![nan()],
        ..GraphProto::default()
    };
    let branch = AttributeProto {
        g: Some(within),
        ..attribute("then_branch")
    };
    let mut sparse = new();
    sparse.proto.sparse_initializer.push(SparseTensorProto {
        values: Some(nan()),
        ..SparseTensorProto::default()
    });
    let texts = [
        refused(new().node(node("Constant", &[], "y").with(held("value")))),
        refused(new().node(node("Constant", &[], "y").float("value_float", f32::NAN))),
        refused(new().node(node("Constant", &[], "y").with(AttributeProto {
            floats: vec![1.0, f32::INFINITY],
            ..attribute("value_floats")
        }))),
        refused(new().node(node("ConstantOfShape", &["s"], "y").with(held("value")))),
        refused(new().node(node("If", &["x"], "y").with(branch))),
        refused(new().node(node("LeakyRelu", &["x"], "y").float("alpha", f32::NAN))),
        refused(sparse),
    ];
    for text in texts {
        assert!(text.contains("no finite"), "{text}");
    }
    let mut model = new().proto();
    model.functions.push(FunctionProto {
        node: vec![node("Constant", &[], "y").with(held("value"))],
        ..FunctionProto::default()
    });
    let text = load(&model).err().expect("a refusal").to_string();
    assert!(text.contains("no finite"), "{text}");
}

#[test]
fn a_variance_that_is_not_positive_is_refused() {
    let normalised = |variance: f32| {
        let graph = Graph::new(17, &[1, 1]).weight("one", &[1], &[1.0]);
        let graph = graph.weight("variance", &[1], &[variance]);
        let inputs = ["x", "one", "one", "one", "variance"];
        let graph = graph.node(node("BatchNormalization", &inputs, "y"));
        graph.output("y", FLOAT, &[1, 1])
    };
    assert!(normalised(0.0).load().is_ok());
    let text = normalised(-1.0).refusal();
    assert!(
        text.contains("the_batchnormalization") && text.contains("variance -1"),
        "{text}"
    );
}

#[test]
fn wide_integers_are_allowed_only_as_bounds_of_slices() {
    let sliced = Graph::new(17, &[1, 4])
        .tensor(integers("starts", &[1]))
        .tensor(integers("ends", &[i64::MAX]))
        .tensor(integers("axes", &[1]))
        .node(node("Slice", &["x", "starts", "ends", "axes"], "y"))
        .output("y", FLOAT, &[1, 3]);
    assert_eq!(
        sliced.run(&[1.0, 2.0, 3.0, 4.0]).expect("a run"),
        [2.0, 3.0, 4.0]
    );
    let added = Graph::new(17, &[1, 4])
        .tensor(integers("a", &[1 << 40]))
        .node(node("Add", &["a", "a"], "y"))
        .output("y", INT64, &[1]);
    let text = added.refusal();
    assert!(text.contains("`y`") && text.contains("32 bits"), "{text}");
    let mut added = Graph::new(17, &[1]).tensor(integers("a", &[1 << 40]));
    added.proto.input = vec![value("x", INT64, &[1])];
    let added = added.node(node("Add", &["x", "a"], "y"));
    let text = added.output("y", INT64, &[1]).refusal();
    assert!(
        text.contains("Add `the_add`, `a`") && text.contains("1099511627776"),
        "{text}"
    );
}

#[test]
fn the_number_of_elements_must_match_the_dims() {
    let text = graph(floats("w", &[2], &[1.0])).refusal();
    assert!(text.contains("`w`") && text.contains("dims"), "{text}");
}
