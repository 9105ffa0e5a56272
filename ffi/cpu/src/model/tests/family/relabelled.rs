//! Operators that only rename axes.

use unet_executor::{BufferLayout, Element, Function, Shape};

use super::{expect, family, plain, window};
use crate::model::tests::{FLOAT, Graph, INT64, integers, node};

#[test]
fn a_model_of_keras_has_interleaved_inputs_and_outputs() {
    let graph = Graph::new(13, &[1, 4, 5, 2])
        .weight("w", &[3, 2, 1, 1], &[1.0; 6])
        .node(node("Transpose", &["x"], "t").ints("perm", &[0, 3, 1, 2]))
        .node(node("Conv", &["t", "w"], "c"))
        .node(node("Transpose", &["c"], "logits").ints("perm", &[0, 2, 3, 1]))
        .node(node("Softmax", &["logits"], "scores").int("axis", -1))
        .node(
            node("ArgMax", &["logits"], "mask")
                .int("axis", 3)
                .int("keepdims", 0),
        );
    let graph = graph.output("scores", FLOAT, &[1, 4, 5, 3]);
    let family = family(graph.output("mask", INT64, &[1, 4, 5]));
    assert_eq!(family.inputs, [BufferLayout::Interleaved]);
    let mut expected = unet_executor::Graph::new();
    let x = expected.input(Shape::new(2, 4, 5)).expect("an input");
    let of = plain(3, window(1, 1), &[1.0; 6], &[0.0; 3]);
    let c = expected.convolution(x, of).expect("a convolution");
    let scores = expected.softmax(c).expect("Softmax");
    let mask = expected.argmax(c).expect("ArgMax");
    expected.output(scores, BufferLayout::Interleaved, Element::F32);
    expected.output(mask, BufferLayout::Planar, Element::I32);
    assert_eq!(family.graph, expected);
}

#[test]
fn a_flattened_picture_stays_the_same_value() {
    let graph = |perm: &[i64], to: &[i64]| {
        let graph = Graph::new(13, &[1, 3, 4, 5]).tensor(integers("to", to));
        let graph = graph
            .node(node("Transpose", &["x"], "t").ints("perm", perm))
            .node(node("Reshape", &["t", "to"], "f"))
            .node(node("Softmax", &["f"], "y").int("axis", if to[2] == 3 { 2 } else { 1 }));
        family(graph.output("y", FLOAT, to))
    };
    for (family, layout) in [
        (graph(&[0, 1, 2, 3], &[1, 3, 20]), BufferLayout::Planar),
        (graph(&[0, 2, 3, 1], &[1, 20, 3]), BufferLayout::Interleaved),
    ] {
        let mut expected = unet_executor::Graph::new();
        let x = expected.input(Shape::new(3, 4, 5)).expect("an input");
        let scores = expected.softmax(x).expect("Softmax");
        expected.output(scores, layout, Element::F32);
        assert_eq!(family.graph, expected, "{layout:?}");
    }
}

#[test]
fn dimensions_of_size_1_come_and_go() {
    let graph = Graph::new(11, &[1, 1, 4, 5])
        .node(node("Squeeze", &["x"], "s"))
        .node(node("Unsqueeze", &["s"], "u").ints("axes", &[0, 3]))
        .node(node("Identity", &["u"], "i"))
        .node(node("Dropout", &["i"], "d"))
        .node(node("Cast", &["d"], "c").int("to", i64::from(FLOAT)))
        .node(node("Relu", &["c"], "y"));
    let graph = graph.output("y", FLOAT, &[1, 4, 5, 1]);
    expect(graph, [1, 4, 5], |graph, x| {
        graph.function(x, Function::Relu).expect("Relu")
    });
}

#[test]
fn softmax_before_opset_13_needs_one_axis() {
    let graph = |opset, axis| {
        let graph = Graph::new(opset, &[1, 3, 4, 5])
            .node(node("Transpose", &["x"], "t").ints("perm", &[0, 2, 3, 1]))
            .node(node("Softmax", &["t"], "y").int("axis", axis));
        super::translated(graph.output("y", FLOAT, &[1, 4, 5, 3]))
    };
    assert!(graph(11, 3).is_ok() && graph(13, 3).is_ok());
    for (opset, axis) in [(11, 1), (13, 1), (11, 2)] {
        let outside = graph(opset, axis).expect_err("another axis");
        assert_eq!(outside.node.node, "the_softmax", "{outside}");
    }
}
