//! Cutting, joining, padding and resizing.

use unet_executor::{Border, Convolution, Shape, Tap, Window, Windows};

use super::{expect, family, plain, window};
use crate::model::tests::{FLOAT, Graph, integers, node};

#[test]
fn concat_joins_channels() {
    let graph = Graph::new(13, &[1, 2, 3, 4])
        .node(node("Relu", &["x"], "r"))
        .node(node("Concat", &["x", "r"], "y").int("axis", 1));
    let graph = graph.output("y", FLOAT, &[1, 4, 3, 4]);
    expect(graph, [2, 3, 4], |graph, x| {
        let r = graph.function(x, unet_executor::Function::Relu);
        graph.concat(vec![x, r.expect("Relu")]).expect("Concat")
    });
}

#[test]
fn a_slice_may_reverse_channels_but_not_rows() {
    let graph = |axis: i64, start: i64, end: i64, step: i64, dims: &[i64]| {
        let graph = Graph::new(13, &[1, 3, 4, 5])
            .tensor(integers("starts", &[start]))
            .tensor(integers("ends", &[end]))
            .tensor(integers("axes", &[axis]))
            .tensor(integers("steps", &[step]));
        let inputs = ["x", "starts", "ends", "axes", "steps"];
        graph
            .node(node("Slice", &inputs, "y"))
            .output("y", FLOAT, dims)
    };
    expect(graph(2, 1, -1, 1, &[1, 3, 2, 5]), [3, 4, 5], |graph, x| {
        graph
            .slice(x, [0, 1, 0], Shape::new(3, 2, 5))
            .expect("rows")
    });
    let reversed = graph(1, -1, -4, -1, &[1, 3, 4, 5]);
    expect(reversed, [3, 4, 5], |graph, x| {
        let one = |channel| (x, [channel, 0, 0], Shape::new(1, 4, 5));
        let parts = [one(2), one(1), one(0)]
            .map(|(x, starts, shape)| graph.slice(x, starts, shape).expect("a channel"));
        graph.concat(parts.to_vec()).expect("channels")
    });
    let outside = super::translated(graph(2, 0, 4, 2, &[1, 3, 2, 5]));
    let text = outside.expect_err("steps").to_string();
    assert!(
        text.contains("Slice `the_slice`") && text.contains("steps"),
        "{text}"
    );
}

#[test]
fn split_and_gather_take_parts() {
    let mut split = node("Split", &["x", "sizes"], "a").int("axis", 1);
    split.output.push("b".to_owned());
    let graph = Graph::new(13, &[1, 3, 4, 5])
        .tensor(integers("sizes", &[1, 2]))
        .tensor(integers("last", &[-1]))
        .node(split)
        .node(node("Gather", &["b", "last"], "g").int("axis", 1))
        .node(node("Sub", &["a", "g"], "y"));
    let graph = graph.output("y", FLOAT, &[1, 1, 4, 5]);
    expect(graph, [3, 4, 5], |graph, x| {
        let a = graph.slice(x, [0, 0, 0], Shape::new(1, 4, 5)).expect("a");
        let b = graph.slice(x, [1, 0, 0], Shape::new(2, 4, 5)).expect("b");
        let last = graph.slice(b, [1, 0, 0], Shape::new(1, 4, 5));
        graph
            .pair(unet_executor::Pairing::Sub, a, last.expect("the last"))
            .expect("a difference")
    });
}

#[test]
fn pads_are_those_of_rows_and_columns_and_negative_ones_cut() {
    let graph = |mode: &'static str, pads: &[i64], dims: &[i64]| {
        let graph = Graph::new(13, &[1, 2, 4, 5])
            .tensor(integers("pads", pads))
            .weight("value", &[], &[1.5]);
        let pad = node("Pad", &["x", "pads", "value"], "y").word("mode", mode);
        graph.node(pad).output("y", FLOAT, dims)
    };
    for (mode, border) in [
        ("constant", Border::Constant(1.5)),
        ("edge", Border::Edge),
        ("reflect", Border::Reflect),
    ] {
        let padded = graph(mode, &[0, 0, 1, 2, 0, 0, 3, 0], &[1, 2, 8, 7]);
        expect(padded, [2, 4, 5], |graph, x| {
            graph.pad(x, border, [1, 3, 2, 0]).expect("Pad")
        });
    }
    let cut = graph("constant", &[0, 0, -1, 0, 0, 0, 0, 2], &[1, 2, 3, 7]);
    expect(cut, [2, 4, 5], |graph, x| {
        let part = graph.slice(x, [0, 1, 0], Shape::new(2, 3, 5));
        graph
            .pad(part.expect("a part"), Border::Constant(1.5), [0, 0, 0, 2])
            .expect("Pad")
    });
    let graph = Graph::new(13, &[1, 2, 4, 5])
        .tensor(integers("pads", &[0, 1, 0, 0, 0, 0, 0, 0]))
        .node(node("GlobalMaxPool", &["x"], "p"))
        .node(node("Pad", &["p", "pads"], "y"));
    let outside = super::translated(graph.output("y", FLOAT, &[1, 3, 1, 1]));
    let text = outside.expect_err("channels").to_string();
    assert!(
        text.contains("Pad `the_pad`") && text.contains("rows and columns"),
        "{text}"
    );
}

fn near(index: usize) -> Tap {
    Tap {
        near: index,
        far: index,
        share: 0.0,
    }
}

/// The taps of the columns of a Resize from 2 to 4 of `dims`.
fn resized(
    mode: &'static str,
    transformation: &'static str,
    rounding: &'static str,
    taps: Vec<Tap>,
) {
    let resize = node("Resize", &["x", "", "scales"], "y")
        .word("mode", mode)
        .word("coordinate_transformation_mode", transformation)
        .word("nearest_mode", rounding);
    let graph = Graph::new(13, &[1, 1, 1, 2])
        .weight("scales", &[4], &[1.0, 1.0, 1.0, 2.0])
        .node(resize);
    expect(
        graph.output("y", FLOAT, &[1, 1, 1, 4]),
        [1, 1, 2],
        |graph, x| graph.resize(x, vec![near(0)], taps).expect("Resize"),
    );
}

#[test]
fn resize_to_the_nearest_follows_its_modes() {
    // The places are -0.25, 0.25, 0.75, 1.25.
    let indices = |list: [usize; 4]| list.map(near).to_vec();
    for (rounding, list) in [
        ("round_prefer_floor", [0, 0, 1, 1]),
        ("floor", [0, 0, 0, 1]),
        ("ceil", [0, 1, 1, 1]),
    ] {
        resized("nearest", "half_pixel", rounding, indices(list));
    }
    // The places are 0, 0.5, 1, 1.5.
    for (rounding, list) in [
        ("round_prefer_floor", [0, 0, 1, 1]),
        ("round_prefer_ceil", [0, 1, 1, 1]),
        ("floor", [0, 0, 1, 1]),
    ] {
        resized("nearest", "asymmetric", rounding, indices(list));
    }
}

#[test]
fn linear_resize_takes_two_neighbours() {
    let between = |share| Tap {
        near: 0,
        far: 1,
        share,
    };
    let last = Tap {
        near: 1,
        far: 1,
        share: 0.0,
    };
    let half = vec![between(0.0), between(0.25), between(0.75), last];
    resized("linear", "half_pixel", "floor", half.clone());
    resized("linear", "pytorch_half_pixel", "floor", half);
    let asymmetric = vec![between(0.0), between(0.5), last, last];
    resized("linear", "asymmetric", "floor", asymmetric);
    let corners = vec![between(0.0), between(1.0 / 3.0), between(2.0 / 3.0), last];
    resized("linear", "align_corners", "floor", corners);
}

#[test]
fn sizes_from_shapes_are_numbers() {
    let resize = node("Resize", &["p", "", "", "to"], "y")
        .word("coordinate_transformation_mode", "asymmetric")
        .word("nearest_mode", "floor");
    let graph = Graph::new(13, &[1, 2, 4, 6])
        .node(node("MaxPool", &["x"], "p").ints("kernel_shape", &[4, 6]))
        .node(node("Shape", &["x"], "to"))
        .node(resize);
    let graph = graph.output("y", FLOAT, &[1, 2, 4, 6]);
    expect(graph, [2, 4, 6], |graph, x| {
        let windows = Windows {
            rows: window(4, 1),
            columns: window(6, 1),
        };
        let p = graph.pool(x, unet_executor::Pooling::Max, windows);
        graph
            .resize(p.expect("a pooling"), vec![near(0); 4], vec![near(0); 6])
            .expect("Resize")
    });
}

#[test]
fn sizes_and_scales_may_be_for_some_axes_and_upsample_has_an_attribute() {
    let doubled = |graph: &mut unet_executor::Graph, x| {
        let columns = [0, 0, 1, 1].map(near).to_vec();
        graph.resize(x, vec![near(0)], columns).expect("Resize")
    };
    let resize = node("Resize", &["x", "", "", "sizes"], "y")
        .ints("axes", &[-1])
        .word("coordinate_transformation_mode", "asymmetric")
        .word("nearest_mode", "floor");
    let graph = Graph::new(18, &[1, 1, 1, 2]).tensor(integers("sizes", &[4]));
    let graph = graph.node(resize).output("y", FLOAT, &[1, 1, 1, 4]);
    expect(graph, [1, 1, 2], doubled);
    let mut scales = crate::model::tests::attribute("scales");
    scales.floats = vec![1.0, 1.0, 1.0, 2.0];
    scales.kind = Some(6);
    let graph = Graph::new(7, &[1, 1, 1, 2]).node(node("Upsample", &["x"], "y").with(scales));
    let graph = graph.output("y", FLOAT, &[1, 1, 1, 4]);
    expect(graph, [1, 1, 2], doubled);
}

#[test]
fn depth_to_space_is_a_transposed_convolution_of_ones_and_zeros() {
    let graph = Graph::new(13, &[1, 8, 3, 3]);
    let shuffle = node("DepthToSpace", &["x"], "y").int("blocksize", 2);
    let graph = graph.node(shuffle.word("mode", "CRD"));
    let graph = graph.output("y", FLOAT, &[1, 2, 6, 6]);
    expect(graph, [8, 3, 3], |graph, x| {
        let mut weights = [0.0; 32];
        for (index, weight) in weights.iter_mut().enumerate() {
            *weight = f32::from(u8::from(
                index % 5 == 0 && index < 16 || index > 15 && (index - 16) % 5 == 0,
            ));
        }
        let of = Convolution {
            groups: 2,
            ..plain(2, window(2, 2), &weights, &[0.0; 2])
        };
        graph.transposed(x, of).expect("DepthToSpace")
    });
}

#[test]
fn zeros_become_the_pads_of_a_convolution() {
    let graph = |operator: &str| {
        let graph = Graph::new(13, &[1, 1, 4, 5])
            .tensor(integers("pads", &[0, 0, 0, 1, 0, 0, 1, 2]))
            .weight("w", &[1, 1, 2, 2], &[1.0; 4])
            .node(node("Pad", &["x", "pads"], "p"));
        let conv = node(operator, &["p", "w"], "y").ints("pads", &[1, 0, 0, 0]);
        graph.node(conv).output("y", FLOAT, &[1, 1, 5, 7])
    };
    expect(graph("Conv"), [1, 4, 5], |graph, x| {
        let side = |before, after| Window {
            before,
            after,
            ..window(2, 1)
        };
        let of = Convolution {
            windows: Windows {
                rows: side(1, 1),
                columns: side(1, 2),
            },
            ..plain(1, window(2, 1), &[1.0; 4], &[0.0])
        };
        graph.convolution(x, of).expect("a convolution")
    });
    // Another operator reads them, too.
    let both = graph("Conv").node(node("Relu", &["p"], "r"));
    let family = family(both.output("r", FLOAT, &[1, 1, 5, 8]));
    let padded = format!("{:?}", family.graph);
    assert!(
        padded.contains("Pad(Constant(0.0), [0, 1, 1, 2])"),
        "{padded}"
    );
}

#[test]
fn tile_and_reshape_repeat_rows_and_columns() {
    let graph = Graph::new(13, &[1, 2, 3, 4])
        .tensor(integers("times", &[1, 1, 1, 2, 1]))
        .tensor(integers("three", &[3]))
        .tensor(integers("joined", &[1, 6, 4, 2]))
        .node(node("Unsqueeze", &["x", "three"], "u"))
        .node(node("Tile", &["u", "times"], "t"))
        .node(node("Transpose", &["t"], "v").ints("perm", &[0, 2, 3, 4, 1]))
        .node(node("Reshape", &["v", "joined"], "j"))
        .node(node("Transpose", &["j"], "y").ints("perm", &[0, 3, 1, 2]));
    let graph = graph.output("y", FLOAT, &[1, 2, 6, 4]);
    expect(graph, [2, 3, 4], |graph, x| {
        let rows = [0, 0, 1, 1, 2, 2].map(near).to_vec();
        let columns = [0, 1, 2, 3].map(near).to_vec();
        graph.resize(x, rows, columns).expect("Resize")
    });
}

#[test]
fn expand_repeats_the_only_number() {
    let graph = Graph::new(13, &[1, 2, 3, 4])
        .tensor(integers("to", &[1, 2, 2, 3]))
        .node(node("GlobalMaxPool", &["x"], "p"))
        .node(node("Expand", &["p", "to"], "y"));
    let family = family(graph.output("y", FLOAT, &[1, 2, 2, 3]));
    let expected = super::planar([2, 3, 4], |graph, x| {
        let p = graph.global_pool(x, unet_executor::Pooling::Max);
        graph
            .resize(p.expect("a pooling"), vec![near(0); 2], vec![near(0); 3])
            .expect("Expand")
    });
    assert_eq!(family.graph, expected(unet_executor::Element::F32));
}
