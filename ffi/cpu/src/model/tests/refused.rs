//! An unsupported use of an operator is refused. The error names node, operator, attribute and
//! remedy.

use super::{FLOAT, Graph, node};

#[test]
fn unknown_operators_and_operator_sets_are_refused() {
    let graph = Graph::new(13, &[1, 3]).node(node("Frobnicate", &["x"], "y"));
    let text = graph.output("y", FLOAT, &[1, 3]).refusal();
    assert!(
        text.contains("Frobnicate `the_frobnicate`") && text.contains("without it"),
        "{text}"
    );
    let mut other = node("Relu", &["x"], "y");
    other.domain = Some("com.microsoft".to_owned());
    let text = Graph::new(13, &[1, 3])
        .node(other)
        .output("y", FLOAT, &[1, 3])
        .refusal();
    assert!(
        text.contains("`com.microsoft`") && text.contains("ai.onnx"),
        "{text}"
    );
}

#[test]
fn the_error_names_the_attribute_its_value_and_the_remedy() {
    let graph = Graph::new(13, &[1, 1, 2, 2]).weight("s", &[4], &[1.0, 1.0, 2.0, 2.0]);
    let graph = graph.node(node("Resize", &["x", "", "s"], "y").word("mode", "cubic"));
    let text = graph.output("y", FLOAT, &[1, 1, 4, 4]).refusal();
    for words in ["Resize `the_resize`", "mode=cubic", "nearest, linear"] {
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn the_error_names_the_attribute_if_only_that_differs() {
    // Another row of Mod allows the attribute to be absent, but not FLOAT.
    let graph = Graph::new(13, &[2]).node(node("Mod", &["x", "x"], "y"));
    let text = graph.output("y", FLOAT, &[2]).refusal();
    assert!(text.contains("fmod"), "{text}");
}

#[test]
fn unsupported_versions_types_and_inputs_are_refused() {
    let graph = Graph::new(3, &[1, 3]).node(node("Relu", &["x"], "y"));
    let text = graph.output("y", FLOAT, &[1, 3]).refusal();
    assert!(
        text.contains("operator set 3") && text.contains("opset_version"),
        "{text}"
    );
    let mut graph = Graph::new(13, &[1, 3]).node(node("Relu", &["x"], "y"));
    graph.proto.input = vec![super::value("x", 10, &[1, 3])];
    let text = graph.output("y", 10, &[1, 3]).refusal();
    assert!(text.contains("`x` is FLOAT16; supported: FLOAT"), "{text}");
    let mut graph = Graph::new(13, &[1, 3]).node(node("Tile", &["x", "times"], "y"));
    graph.proto.input.push(super::value("times", 7, &[2]));
    let text = graph.output("y", FLOAT, &[1, 3]).refusal();
    assert!(
        text.contains("`repeats` is computed while the model runs"),
        "{text}"
    );
}

#[test]
fn the_error_names_a_free_dimension_and_how_to_fix_it() {
    let graph = Graph::new(13, &[1, 3, -5, 8]).node(node("Relu", &["x"], "y"));
    let text = graph.output("y", FLOAT, &[1, 3, -5, 8]).refusal();
    for words in [
        "dimension 2",
        "`x`",
        "`free-5`",
        "dynamic_axes",
        "make_dynamic_shape_fixed",
    ] {
        assert!(text.contains(words), "{text}");
    }
}
