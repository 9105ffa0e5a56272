//! Infinite bounds of Clip mean "no bound"; other infinite numbers are refused.

use super::{FLOAT, Graph, floats, node};
use crate::model::onnx::proto::{AttributeProto, kind};

const NONE: f32 = f32::INFINITY;

fn clipped(low: f32, high: f32) -> Graph {
    let graph = Graph::new(13, &[1, 3]).weight("low", &[], &[low]);
    let graph = graph.weight("high", &[], &[high]);
    let graph = graph.node(node("Clip", &["x", "low", "high"], "y"));
    graph.output("y", FLOAT, &[1, 3])
}

#[test]
fn an_infinite_bound_is_removed() {
    for (low, high, expected) in [
        (0.0, NONE, [0.0, 0.5, 7.0]),
        (-NONE, 1.0, [-3.0, 0.5, 1.0]),
        (-NONE, NONE, [-3.0, 0.5, 7.0]),
    ] {
        let clipped = clipped(low, high).run(&[-3.0, 0.5, 7.0]);
        assert_eq!(clipped.expect("a run"), expected, "{low} to {high}");
    }
}

#[test]
fn bounds_in_constants_and_attributes_are_removed() {
    let held = AttributeProto {
        t: Some(floats("", &[], &[NONE])),
        kind: Some(kind::TENSOR),
        ..super::attribute("value")
    };
    let graph = Graph::new(13, &[1, 2]).weight("low", &[], &[0.0]);
    let graph = graph.node(node("Constant", &[], "high").with(held));
    let graph = graph.node(node("Clip", &["x", "low", "high"], "y"));
    let clipped = graph.output("y", FLOAT, &[1, 2]).run(&[-3.0, 7.0]);
    assert_eq!(clipped.expect("a run"), [0.0, 7.0]);

    let clip = node("Clip", &["x"], "y").float("min", 0.0);
    let graph = Graph::new(9, &[1, 2]).node(clip.float("max", NONE));
    let clipped = graph.output("y", FLOAT, &[1, 2]).run(&[-3.0, 7.0]);
    assert_eq!(clipped.expect("a run"), [0.0, 7.0]);
}

#[test]
fn other_infinite_numbers_are_refused() {
    for (low, high) in [(NONE, NONE), (0.0, -NONE), (f32::NAN, 1.0), (0.0, f32::NAN)] {
        let text = clipped(low, high).refusal();
        assert!(text.contains("no finite"), "{low} to {high}: {text}");
    }
    // The same number is also a weight of another node.
    let graph = Graph::new(13, &[1, 1]).weight("low", &[], &[0.0]);
    let graph = graph.weight("high", &[], &[NONE]);
    let graph = graph.node(node("Clip", &["x", "low", "high"], "c"));
    let graph = graph.node(node("Add", &["c", "high"], "y"));
    let text = graph.output("y", FLOAT, &[1, 1]).refusal();
    assert!(text.contains("`high`"), "{text}");
}
