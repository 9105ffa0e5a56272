//! Bytes that are not a model, or a damaged one, are refused without a panic.

use std::fs;
use std::path::Path;

use prost::Message;

use super::{Graph, node, prepare};
use crate::model::onnx::proto::{AttributeProto, GraphProto, NodeProto};

fn seg() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/seg.onnx");
    fs::read(path).expect("the model of the tests")
}

#[test]
fn a_truncated_model_does_not_panic() {
    let data = seg();
    for end in 0..data.len() {
        // A cut between two messages leaves a smaller model. No cut may cause a panic.
        let _ = prepare(&data[..end]);
    }
    assert!(prepare(&data[..data.len() / 2]).is_err());
    assert!(prepare(&data).is_ok());
}

#[test]
fn changed_bytes_do_not_panic() {
    let whole = seg();
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 33).expect("31 bits")
    };
    let mut refused = 0;
    for _ in 0..3000 {
        let mut data = whole.clone();
        for _ in 0..=random() % 4 {
            let place = random() % data.len();
            data[place] = u8::try_from(random() % 256).expect("a byte");
        }
        refused += usize::from(prepare(&data).is_err());
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn very_deep_subgraphs_are_refused() {
    let mut graph = GraphProto::default();
    for _ in 0..2000 {
        let attribute = AttributeProto {
            name: Some("then_branch".to_owned()),
            g: Some(graph),
            ..AttributeProto::default()
        };
        graph = GraphProto {
            node: vec![NodeProto {
                op_type: Some("If".to_owned()),
                attribute: vec![attribute],
                ..NodeProto::default()
            }],
            ..GraphProto::default()
        };
    }
    let mut model = Graph::new(17, &[1, 2]).proto();
    model.graph = Some(graph);
    // Writing and dropping the test's model recurse as deeply, so this thread has a large stack.
    let bytes = std::thread::Builder::new()
        .stack_size(1 << 28)
        .spawn(move || {
            let bytes = model.encode_to_vec();
            drop(model);
            bytes
        });
    let bytes = bytes.expect("a thread").join().expect("its bytes");
    let error = prepare(&bytes).err().expect("a refusal");
    assert!(error.to_string().contains("not an ONNX model"), "{error}");
}

#[test]
fn a_value_without_a_source_or_with_two_is_refused() {
    let text = Graph::new(17, &[1, 2])
        .node(node("Relu", &["nothing"], "y"))
        .output("y", 1, &[1, 2])
        .refusal();
    assert!(text.contains("takes `nothing`"), "{text}");
    let text = Graph::new(17, &[1, 2])
        .node(node("Relu", &["x"], "y"))
        .node(node("Relu", &["x"], "y"))
        .output("y", 1, &[1, 2])
        .refusal();
    assert!(text.contains("two nodes give `y`"), "{text}");
    let text = Graph::new(17, &[1, 2])
        .node(node("Relu", &["x"], "y"))
        .output("z", 1, &[1, 2])
        .refusal();
    assert!(text.contains("`z`"), "{text}");
}
