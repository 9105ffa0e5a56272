//! Convolutions, what joins them, and poolings.

use unet_executor::{Convolution, Pooling, Window, Windows};

use super::{expect, family, plain, square, window};
use crate::model::tests::{FLOAT, Graph, node};

/// Weights 1, 2, 3 ... for a kernel.
fn counted(count: u8) -> Vec<f32> {
    (1..=count).map(f32::from).collect()
}

#[test]
fn a_convolution_gets_its_kernel_from_the_weights_and_a_bias_of_zeros() {
    let graph = Graph::new(13, &[1, 1, 4, 4]).weight("w", &[2, 1, 3, 1], &counted(6));
    let graph = graph.node(node("Conv", &["x", "w"], "y"));
    let graph = graph.output("y", FLOAT, &[1, 2, 2, 4]);
    expect(graph, [1, 4, 4], |graph, x| {
        let of = Convolution {
            windows: Windows {
                rows: window(3, 1),
                columns: window(1, 1),
            },
            ..plain(2, window(1, 1), &counted(6), &[0.0; 2])
        };
        graph.convolution(x, of).expect("a convolution")
    });
}

#[test]
fn attributes_of_a_convolution_are_kept() {
    let graph = Graph::new(13, &[1, 2, 9, 9]).weight("w", &[2, 1, 2, 2], &counted(8));
    let conv = node("Conv", &["x", "w", "b"], "y")
        .int("group", 2)
        .ints("strides", &[2, 1])
        .ints("dilations", &[1, 3])
        .ints("pads", &[1, 2, 3, 4]);
    let graph = graph.weight("b", &[2], &[5.0, 6.0]).node(conv);
    let graph = graph.output("y", FLOAT, &[1, 2, 6, 12]);
    expect(graph, [2, 9, 9], |graph, x| {
        let rows = Window {
            size: 2,
            stride: 2,
            dilation: 1,
            before: 1,
            after: 3,
        };
        let columns = Window {
            size: 2,
            stride: 1,
            dilation: 3,
            before: 2,
            after: 4,
        };
        let of = Convolution {
            windows: Windows { rows, columns },
            groups: 2,
            ..plain(2, window(2, 1), &counted(8), &[5.0, 6.0])
        };
        graph.convolution(x, of).expect("a convolution")
    });
}

#[test]
fn automatic_pads_become_numbers() {
    for (auto_pad, before, after) in [("SAME_UPPER", 0, 1), ("SAME_LOWER", 1, 0), ("VALID", 0, 0)] {
        let graph = Graph::new(13, &[1, 1, 4, 4]).weight("w", &[1, 1, 2, 2], &counted(4));
        let conv = node("Conv", &["x", "w"], "y").word("auto_pad", auto_pad);
        let graph = graph.node(conv).output("y", FLOAT, &[1, 1, 4, 4]);
        expect(graph, [1, 4, 4], |graph, x| {
            let padded = Window {
                before,
                after,
                ..window(2, 1)
            };
            let of = plain(1, padded, &counted(4), &[0.0]);
            graph.convolution(x, of).expect("a convolution")
        });
    }
}

/// A network whose convolution has weights 1 to 4, and a norm with the scales 2 and -1 after it.
fn normed(operator: &str, dims: &[i64]) -> Graph {
    let graph = Graph::new(13, &[1, 2, 2, 2]).weight("w", dims, &counted(4));
    let graph = graph
        .weight("b", &[2], &[1.0, 1.0])
        .weight("scale", &[2], &[2.0, -1.0])
        .weight("bias", &[2], &[0.5, 0.25])
        .weight("mean", &[2], &[3.0, 1.0])
        .weight("variance", &[2], &[1.0, 1.0]);
    let inputs = ["c", "scale", "bias", "mean", "variance"];
    let norm = node("BatchNormalization", &inputs, "n").float("epsilon", 0.0);
    graph.node(node(operator, &["x", "w", "b"], "c")).node(norm)
}

#[test]
fn a_batch_norm_joins_the_convolution_before_it() {
    let graph = normed("Conv", &[2, 2, 1, 1]).output("n", FLOAT, &[1, 2, 2, 2]);
    expect(graph, [2, 2, 2], |graph, x| {
        // (1 - 3) * 2 + 0.5 and (1 - 1) * -1 + 0.25
        let of = plain(2, window(1, 1), &[2.0, 4.0, -3.0, -4.0], &[-3.5, 0.25]);
        graph.convolution(x, of).expect("a convolution")
    });
    // A transposed convolution has its channels in another order.
    let graph = normed("ConvTranspose", &[2, 2, 1, 1]).output("n", FLOAT, &[1, 2, 2, 2]);
    expect(graph, [2, 2, 2], |graph, x| {
        let of = plain(2, window(1, 1), &[2.0, -2.0, 6.0, -4.0], &[-3.5, 0.25]);
        graph.transposed(x, of).expect("a convolution")
    });
}

#[test]
fn several_operators_join_a_convolution_in_their_order() {
    let graph = Graph::new(13, &[1, 1, 2, 2])
        .weight("w", &[1, 1, 1, 1], &[3.0])
        .weight("one", &[], &[1.0])
        .weight("ten", &[1, 1, 1, 1], &[10.0])
        .weight("three", &[], &[3.0])
        .node(node("Conv", &["x", "w"], "c"))
        .node(node("Add", &["c", "one"], "a"))
        .node(node("Mul", &["ten", "a"], "m"))
        .node(node("Div", &["m", "three"], "d"))
        .node(node("Sub", &["one", "d"], "y"));
    let graph = graph.output("y", FLOAT, &[1, 1, 2, 2]);
    expect(graph, [1, 2, 2], |graph, x| {
        // 1 - (3 x + 1) * 10 / 3
        let of = plain(1, window(1, 1), &[-10.0], &[-7.0 / 3.0]);
        graph.convolution(x, of).expect("a convolution")
    });
}

#[test]
fn scales_of_a_transposed_convolution_go_to_its_groups() {
    let graph = Graph::new(13, &[1, 4, 2, 2]).weight("w", &[4, 1, 1, 1], &counted(4));
    let graph = graph
        .weight("scale", &[1, 2, 1, 1], &[10.0, 100.0])
        .node(node("ConvTranspose", &["x", "w"], "c").int("group", 2))
        .node(node("Mul", &["c", "scale"], "y"));
    let graph = graph.output("y", FLOAT, &[1, 2, 2, 2]);
    expect(graph, [4, 2, 2], |graph, x| {
        let of = Convolution {
            groups: 2,
            ..plain(2, window(1, 1), &[10.0, 20.0, 300.0, 400.0], &[0.0; 2])
        };
        graph.transposed(x, of).expect("a convolution")
    });
}

#[test]
fn a_batch_norm_is_an_operator_of_its_own_if_the_convolution_is_read_twice() {
    let graph = normed("Conv", &[2, 2, 1, 1]).node(node("Add", &["c", "n"], "y"));
    let graph = graph.output("y", FLOAT, &[1, 2, 2, 2]);
    expect(graph, [2, 2, 2], |graph, x| {
        let of = plain(2, window(1, 1), &counted(4), &[1.0, 1.0]);
        let c = graph.convolution(x, of).expect("a convolution");
        let n = graph.affine(c, vec![2.0, -1.0], vec![-5.5, 1.25]);
        graph
            .pair(unet_executor::Pairing::Add, c, n.expect("a norm"))
            .expect("a sum")
    });
}

#[test]
fn a_scale_that_would_make_a_weight_infinite_stays_an_operator() {
    let large = f32::MAX / 2.0;
    let graph = Graph::new(13, &[1, 1, 2, 2])
        .weight("w", &[1, 1, 1, 1], &[large])
        .weight("four", &[], &[4.0])
        .node(node("Conv", &["x", "w"], "c"))
        .node(node("Mul", &["c", "four"], "y"));
    let graph = graph.output("y", FLOAT, &[1, 1, 2, 2]);
    expect(graph, [1, 2, 2], |graph, x| {
        let of = plain(1, window(1, 1), &[large], &[0.0]);
        let c = graph.convolution(x, of).expect("a convolution");
        graph.affine(c, vec![4.0], vec![0.0]).expect("a product")
    });
}

#[test]
fn the_last_window_of_ceil_mode_ends_behind_the_pads() {
    for (operator, of) in [("MaxPool", Pooling::Max), ("AveragePool", Pooling::Average)] {
        let pool = node(operator, &["x"], "y")
            .ints("kernel_shape", &[3, 3])
            .ints("strides", &[2, 2])
            .int("ceil_mode", 1);
        let graph = Graph::new(13, &[1, 2, 6, 6]).node(pool);
        let graph = graph.output("y", FLOAT, &[1, 2, 3, 3]);
        expect(graph, [2, 6, 6], |graph, x| {
            let longer = Window {
                after: 1,
                ..window(3, 2)
            };
            graph.pool(x, of, square(longer)).expect("a pooling")
        });
    }
}

#[test]
fn pads_count_as_zeros_if_the_model_says_so() {
    let pool = node("AveragePool", &["x"], "y")
        .ints("kernel_shape", &[3, 3])
        .ints("pads", &[1, 1, 1, 1])
        .int("count_include_pad", 1);
    let graph = Graph::new(13, &[1, 2, 6, 6]).node(pool);
    let graph = graph.output("y", FLOAT, &[1, 2, 6, 6]);
    expect(graph, [2, 6, 6], |graph, x| {
        let padded = Window {
            before: 1,
            after: 1,
            ..window(3, 1)
        };
        let of = Pooling::AverageWithPads;
        graph.pool(x, of, square(padded)).expect("a pooling")
    });
}

#[test]
fn means_over_rows_and_columns_are_global_poolings() {
    let mean = node("ReduceMean", &["x"], "y")
        .ints("axes", &[-1, -2])
        .int("keepdims", 0);
    let max = node("GlobalMaxPool", &["x"], "y");
    for (node, of, dims) in [
        (mean, Pooling::Average, &[1, 3][..]),
        (max, Pooling::Max, &[1, 3, 1, 1]),
    ] {
        let graph = Graph::new(13, &[1, 3, 4, 5]).node(node);
        let graph = graph.output("y", FLOAT, dims);
        expect(graph, [3, 4, 5], |graph, x| {
            graph.global_pool(x, of).expect("a pooling")
        });
    }
}

#[test]
fn a_product_with_a_matrix_is_a_convolution() {
    let graph = Graph::new(13, &[1, 2, 4, 5])
        .weight("turned", &[3, 2], &counted(6))
        .weight("bias", &[3], &[7.0, 8.0, 9.0])
        .node(node("GlobalAveragePool", &["x"], "p"))
        .node(node("Flatten", &["p"], "f"))
        .node(node("Gemm", &["f", "turned", "bias"], "y").int("transB", 1));
    let graph = graph.output("y", FLOAT, &[1, 3]);
    expect(graph, [2, 4, 5], |graph, x| {
        let p = graph.global_pool(x, Pooling::Average).expect("a pooling");
        let of = plain(3, window(1, 1), &counted(6), &[7.0, 8.0, 9.0]);
        graph.convolution(p, of).expect("a product")
    });
    let graph = Graph::new(13, &[1, 4, 5, 2])
        .weight("w", &[2, 3], &counted(6))
        .node(node("MatMul", &["x", "w"], "m"))
        .node(node("Transpose", &["m"], "y").ints("perm", &[0, 3, 1, 2]));
    let family = family(graph.output("y", FLOAT, &[1, 3, 4, 5]));
    assert_eq!(family.inputs, [unet_executor::BufferLayout::Interleaved]);
    let expected = super::planar([2, 4, 5], |graph, x| {
        let weights = [1.0, 4.0, 2.0, 5.0, 3.0, 6.0];
        let of = plain(3, window(1, 1), &weights, &[0.0; 3]);
        graph.convolution(x, of).expect("a product")
    });
    assert_eq!(family.graph, expected(unet_executor::Element::F32));
}
