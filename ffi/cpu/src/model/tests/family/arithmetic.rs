//! Functions, arithmetic and comparisons.

use unet_executor::{Element, Function, Pairing, Shape};

use super::{expect, family, planar};
use crate::model::tests::{FLOAT, Graph, INT64, UINT8, integers, node};

fn unary(operator: &str) -> Graph {
    let graph = Graph::new(16, &[1, 2, 3, 4]).node(node(operator, &["x"], "y"));
    graph.output("y", FLOAT, &[1, 2, 3, 4])
}

#[test]
fn functions_have_the_defaults_of_onnx() {
    for (operator, of) in [
        ("Relu", Function::Relu),
        ("LeakyRelu", Function::LeakyRelu { slope: 0.01 }),
        ("Sigmoid", Function::Sigmoid),
        (
            "HardSigmoid",
            Function::HardSigmoid {
                slope: 0.2,
                offset: 0.5,
            },
        ),
        ("HardSwish", Function::HardSwish),
        (
            "Clip",
            Function::Clip {
                low: f32::NEG_INFINITY,
                high: f32::INFINITY,
            },
        ),
    ] {
        expect(unary(operator), [2, 3, 4], |graph, x| {
            graph.function(x, of).expect(operator)
        });
    }
}

#[test]
fn bounds_of_clip_are_attributes_or_inputs() {
    let old = node("Clip", &["x"], "y").float("max", 6.0);
    let old = Graph::new(10, &[1, 2, 3, 4]).node(old.float("min", 0.0));
    let new = Graph::new(13, &[1, 2, 3, 4])
        .weight("low", &[], &[0.0])
        .weight("high", &[], &[6.0])
        .node(node("Clip", &["x", "low", "high"], "y"));
    for graph in [old, new] {
        expect(
            graph.output("y", FLOAT, &[1, 2, 3, 4]),
            [2, 3, 4],
            |graph, x| {
                let of = Function::Clip {
                    low: 0.0,
                    high: 6.0,
                };
                graph.function(x, of).expect("Clip")
            },
        );
    }
}

#[test]
fn bounds_in_the_wrong_order_give_the_upper_one() {
    let graph = Graph::new(13, &[1, 2, 3, 4])
        .weight("low", &[], &[2.0])
        .weight("high", &[], &[1.0])
        .node(node("Clip", &["x", "low", "high"], "y"));
    expect(
        graph.output("y", FLOAT, &[1, 2, 3, 4]),
        [2, 3, 4],
        |graph, x| {
            let of = Function::Clip {
                low: 1.0,
                high: 1.0,
            };
            graph.function(x, of).expect("Clip")
        },
    );
}

/// A graph with `operator` of the input and a constant, in this order or reversed.
fn with_constant(operator: &str, is_reversed: bool, dims: &[i64], numbers: &[f32]) -> Graph {
    let graph = Graph::new(13, &[1, 2, 3, 4]).weight("c", dims, numbers);
    let inputs = if is_reversed { ["c", "x"] } else { ["x", "c"] };
    let graph = graph.node(node(operator, &inputs, "y"));
    graph.output("y", FLOAT, &[1, 2, 3, 4])
}

#[test]
fn arithmetic_with_a_constant_is_a_scale_and_an_offset() {
    for (operator, is_reversed, scale, offset) in [
        ("Add", false, [1.0, 1.0], [3.0, 5.0]),
        ("Sub", false, [1.0, 1.0], [-3.0, -5.0]),
        ("Sub", true, [-1.0, -1.0], [3.0, 5.0]),
        ("Mul", true, [3.0, 5.0], [0.0, 0.0]),
    ] {
        let graph = with_constant(operator, is_reversed, &[2, 1, 1], &[3.0, 5.0]);
        expect(graph, [2, 3, 4], |graph, x| {
            graph
                .affine(x, scale.to_vec(), offset.to_vec())
                .expect(operator)
        });
    }
    let graph = with_constant("Mul", false, &[], &[3.0]);
    expect(graph, [2, 3, 4], |graph, x| {
        graph.affine(x, vec![3.0; 2], vec![0.0; 2]).expect("Mul")
    });
}

#[test]
fn a_division_is_a_product_only_if_that_is_exact() {
    let graph = with_constant("Div", false, &[], &[4.0]);
    expect(graph, [2, 3, 4], |graph, x| {
        graph.affine(x, vec![0.25; 2], vec![0.0; 2]).expect("Div")
    });
    let graph = with_constant("Div", false, &[], &[255.0]);
    expect(graph, [2, 3, 4], |graph, x| {
        let corner = graph.slice(x, [0; 3], Shape::new(2, 1, 1)).expect("part");
        let bounds = Function::Clip {
            low: 0.0,
            high: 0.0,
        };
        let zero = graph.function(corner, bounds).expect("zeros");
        let constant = graph.affine(zero, vec![1.0; 2], vec![255.0; 2]);
        graph
            .pair(Pairing::Div, x, constant.expect("the constant"))
            .expect("Div")
    });
}

#[test]
fn a_grey_picture_gets_the_channels_of_the_constant() {
    let graph = Graph::new(13, &[1, 1, 3, 4])
        .weight("c", &[1, 3, 1, 1], &[1.0, 2.0, 3.0])
        .node(node("Sub", &["x", "c"], "y"));
    let graph = graph.output("y", FLOAT, &[1, 3, 3, 4]);
    expect(graph, [1, 3, 4], |graph, x| {
        let wide = graph.concat(vec![x; 3]).expect("three channels");
        graph
            .affine(wide, vec![1.0; 3], vec![-1.0, -2.0, -3.0])
            .expect("Sub")
    });
}

#[test]
fn two_values_are_paired_with_their_axes_aligned() {
    let graph = Graph::new(13, &[1, 2, 3, 4])
        .node(node("GlobalAveragePool", &["x"], "p"))
        .node(node("Squeeze", &["p"], "s"))
        .tensor(integers("axes", &[-1, -2]))
        .node(node("Unsqueeze", &["s", "axes"], "u"))
        .node(node("Mul", &["x", "u"], "m"))
        .node(node("Max", &["m", "x", "x"], "y"));
    let graph = graph.output("y", FLOAT, &[1, 2, 3, 4]);
    expect(graph, [2, 3, 4], |graph, x| {
        let p = graph.global_pool(x, unet_executor::Pooling::Average);
        let m = graph.pair(Pairing::Mul, x, p.expect("a pooling"));
        let first = graph.pair(Pairing::Max, m.expect("a product"), x);
        graph
            .pair(Pairing::Max, first.expect("Max"), x)
            .expect("Max")
    });
}

#[test]
fn a_slope_for_each_channel_is_two_functions() {
    let graph = |slopes: &[f32]| with_constant("PRelu", false, &[2, 1, 1], slopes);
    expect(graph(&[0.25, 0.25]), [2, 3, 4], |graph, x| {
        graph
            .function(x, Function::LeakyRelu { slope: 0.25 })
            .expect("PRelu")
    });
    expect(graph(&[0.25, 0.5]), [2, 3, 4], |graph, x| {
        let above = graph.function(x, Function::Relu).expect("Relu");
        let bounds = Function::Clip {
            low: f32::NEG_INFINITY,
            high: 0.0,
        };
        let below = graph.function(x, bounds).expect("Clip");
        let below = graph.affine(below, vec![0.25, 0.5], vec![0.0; 2]);
        graph
            .pair(Pairing::Add, above, below.expect("a product"))
            .expect("a sum")
    });
}

#[test]
fn a_comparison_is_the_argmax_of_both() {
    for (operator, is_swapped, is_negated) in [
        ("Greater", true, false),
        ("Less", false, false),
        ("GreaterOrEqual", false, true),
        ("LessOrEqual", true, true),
    ] {
        let graph = Graph::new(13, &[1, 1, 3, 4])
            .weight("c", &[], &[0.5])
            .node(node(operator, &["x", "c"], "b"))
            .node(node("Cast", &["b"], "y").int("to", i64::from(UINT8)));
        let family = family(graph.output("y", UINT8, &[1, 1, 3, 4]));
        let expected = planar([1, 3, 4], |graph, x| {
            let bounds = Function::Clip {
                low: 0.5,
                high: 0.5,
            };
            let constant = graph.function(x, bounds).expect("the constant");
            let both = match is_swapped {
                true => vec![constant, x],
                false => vec![x, constant],
            };
            let both = graph.concat(both).expect("both");
            let value = graph.argmax(both).expect("the larger");
            match is_negated {
                true => graph.affine(value, vec![-1.0], vec![1.0]).expect("not"),
                false => value,
            }
        });
        assert_eq!(family.graph, expected(Element::U8), "{operator}");
    }
}

#[test]
fn classes_are_cast_only_if_the_type_holds_them() {
    for (to, element) in [
        (INT64, Element::I32),
        (UINT8, Element::U8),
        (FLOAT, Element::F32),
    ] {
        let argmax = node("ArgMax", &["x"], "m").int("axis", 1);
        let graph = Graph::new(13, &[1, 2, 3, 4]).node(argmax.int("keepdims", 0));
        let graph = graph.node(node("Cast", &["m"], "y").int("to", i64::from(to)));
        let family = family(graph.output("y", to, &[1, 3, 4]));
        let expected = planar([2, 3, 4], |graph, x| graph.argmax(x).expect("ArgMax"));
        assert_eq!(family.graph, expected(element), "{to}");
    }
}
