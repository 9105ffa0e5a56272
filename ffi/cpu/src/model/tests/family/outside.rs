//! Models outside the family: the first node that the executor does not compute, and why.

use super::translated;
use crate::model::tests::{BOOL, FLOAT, Graph, INT64, UINT8, node};

/// The text for a graph outside the family.
#[track_caller]
fn reason(graph: Graph) -> String {
    match translated(graph) {
        Ok(_) => panic!("the model is of the family"),
        Err(outside) => outside.to_string(),
    }
}

#[test]
fn the_first_node_outside_is_named() {
    let graph = Graph::new(13, &[1, 2, 3, 4])
        .node(node("Relu", &["x"], "r"))
        .node(node("Erf", &["r"], "e"))
        .node(node("Tanh", &["e"], "y"));
    let text = reason(graph.output("y", FLOAT, &[1, 2, 3, 4]));
    assert!(text.contains("Erf `the_erf`"), "{text}");
}

#[test]
fn a_node_behind_the_transposes_of_keras_is_named() {
    let graph = Graph::new(13, &[1, 4, 5, 2])
        .weight("w", &[3, 2, 1, 1], &[1.0; 6])
        .node(node("Transpose", &["x"], "t").ints("perm", &[0, 3, 1, 2]))
        .node(node("Conv", &["t", "w"], "c"))
        .node(node("Erf", &["c"], "y"));
    let text = reason(graph.output("y", FLOAT, &[1, 3, 4, 5]));
    assert!(text.contains("Erf `the_erf`"), "{text}");
}

#[test]
fn inputs_are_single_pictures_of_known_types() {
    let relu = || node("Relu", &["x"], "y");
    let graph = Graph::new(13, &[2, 2, 3, 4]).node(relu());
    let text = reason(graph.output("y", FLOAT, &[2, 2, 3, 4]));
    assert!(
        text.contains("input `x`") && text.contains("several"),
        "{text}"
    );
    let graph = Graph::new(13, &[1, 2, 3]).node(relu());
    let text = reason(graph.output("y", FLOAT, &[1, 2, 3]));
    assert!(
        text.contains("input `x`") && text.contains("[1, 2, 3]"),
        "{text}"
    );
    let mut graph = Graph::new(13, &[1, 2, 3, 4]);
    graph.proto.input = vec![crate::model::tests::value("x", INT64, &[1, 2, 3, 4])];
    let graph = graph.node(node("Cast", &["x"], "y").int("to", i64::from(FLOAT)));
    let text = reason(graph.output("y", FLOAT, &[1, 2, 3, 4]));
    assert!(
        text.contains("input `x`") && text.contains("INT64"),
        "{text}"
    );
}

#[test]
fn constants_for_rows_or_columns_are_outside() {
    let graph = Graph::new(13, &[1, 2, 3, 4])
        .weight("ramp", &[4], &[1.0, 2.0, 3.0, 4.0])
        .node(node("GlobalMaxPool", &["x"], "p"))
        .node(node("Add", &["x", "p"], "s"))
        .node(node("Add", &["s", "ramp"], "y"));
    let text = reason(graph.output("y", FLOAT, &[1, 2, 3, 4]));
    assert!(
        text.contains("Add `the_add`") && text.contains("`ramp`"),
        "{text}"
    );
}

#[test]
fn kernels_that_are_computed_are_outside() {
    let mut graph = Graph::new(13, &[1, 2, 3, 4]);
    graph
        .proto
        .input
        .push(crate::model::tests::value("w", FLOAT, &[1, 2, 1, 1]));
    let graph = graph.node(node("Conv", &["x", "w"], "y"));
    let text = reason(graph.output("y", FLOAT, &[1, 1, 3, 4]));
    assert!(
        text.contains("the_conv") && text.contains("kernel"),
        "{text}"
    );
}

#[test]
fn casts_that_change_numbers_are_outside() {
    for to in [BOOL, INT64, UINT8] {
        let graph = Graph::new(13, &[1, 2, 3, 4]);
        let graph = graph.node(node("Cast", &["x"], "y").int("to", i64::from(to)));
        let text = reason(graph.output("y", to, &[1, 2, 3, 4]));
        assert!(text.contains("Cast `the_cast`"), "{text}");
    }
}

#[test]
fn whole_numbers_are_not_computed_with() {
    let graph = Graph::new(13, &[1, 2, 3, 4])
        .tensor(crate::model::tests::integers("two", &[2]))
        .node(node("ArgMax", &["x"], "m").int("axis", 1))
        .node(node("Mul", &["m", "two"], "y"));
    let text = reason(graph.output("y", INT64, &[1, 1, 3, 4]));
    assert!(
        text.contains("Mul `the_mul`") && text.contains("INT64"),
        "{text}"
    );
}

#[test]
fn other_axes_and_orders_are_outside() {
    let graph = Graph::new(13, &[1, 2, 3, 4]).node(node("ArgMax", &["x"], "y").int("axis", 2));
    let text = reason(graph.output("y", INT64, &[1, 2, 1, 4]));
    assert!(
        text.contains("ArgMax `the_argmax`") && text.contains("channels"),
        "{text}"
    );
    let graph = Graph::new(13, &[1, 2, 3, 4])
        .node(node("Relu", &["x"], "r"))
        .node(node("Transpose", &["r"], "y").ints("perm", &[0, 1, 3, 2]));
    let text = reason(graph.output("y", FLOAT, &[1, 2, 4, 3]));
    assert!(
        text.contains("output `y`") && text.contains("order"),
        "{text}"
    );
    let graph = Graph::new(13, &[1, 2, 3, 4])
        .node(node("Relu", &["x"], "r"))
        .node(node("Concat", &["x", "r"], "y").int("axis", 2));
    let text = reason(graph.output("y", FLOAT, &[1, 2, 6, 4]));
    assert!(
        text.contains("Concat `the_concat`") && text.contains("channels"),
        "{text}"
    );
}

#[test]
fn means_over_other_axes_are_outside() {
    for axes in [&[1][..], &[3], &[1, 2, 3]] {
        let mean = node("ReduceMean", &["x"], "m").ints("axes", axes);
        let graph = Graph::new(13, &[1, 2, 3, 4])
            .node(node("GlobalMaxPool", &["x"], "p"))
            .node(mean)
            .node(node("Mul", &["p", "m"], "y"));
        let text = reason(graph.output("y", FLOAT, &[1, 2, 3, 4]));
        assert!(
            text.contains("ReduceMean `the_reducemean`") && text.contains("rows and columns"),
            "{text}"
        );
    }
}

#[test]
fn channels_that_are_split_are_outside() {
    let graph = Graph::new(13, &[1, 4, 3, 4])
        .tensor(crate::model::tests::integers("groups", &[1, 2, 2, 3, 4]))
        .node(node("GlobalMaxPool", &["x"], "p"))
        .node(node("Add", &["x", "p"], "s"))
        .node(node("Reshape", &["s", "groups"], "y"));
    let text = reason(graph.output("y", FLOAT, &[1, 2, 2, 3, 4]));
    assert!(text.contains("Reshape `the_reshape`"), "{text}");
}

#[test]
fn an_error_of_a_convolution_names_the_convolution() {
    // Three input channels for a kernel of two.
    let graph = Graph::new(13, &[1, 3, 3, 4])
        .weight("w", &[1, 2, 1, 1], &[1.0; 2])
        .node(node("Conv", &["x", "w"], "c"))
        .node(node("Relu", &["c"], "y"));
    let text = reason(graph.output("y", FLOAT, &[1, 1, 3, 4]));
    assert!(text.contains("Conv `the_conv`"), "{text}");
}
