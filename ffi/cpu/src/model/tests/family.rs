//! Models as graphs of the executor for the U-Net family. Each test builds the graph that must come
//! out with the executor's own methods, and both engines compute the model.

mod arithmetic;
mod convolution;
mod outside;
mod pictures;
mod relabelled;

use prost::Message;
use unet_executor::{BufferLayout, Convolution, Element, Shape, Value, Window, Windows};

use super::engines::Both;
use super::{FLOAT, Graph, node, prepare};
use crate::model::family::{Family, Outside, translate};

fn translated(graph: Graph) -> Result<Family, Outside> {
    let bytes = graph.proto().encode_to_vec();
    translate(&prepare(&bytes).expect("a checked model"), None)
}

/// The translation of a model with one input, which both engines must compute alike.
#[track_caller]
fn family(graph: Graph) -> Family {
    let proto = graph.proto();
    let model = prepare(&proto.encode_to_vec()).expect("a checked model");
    let family = match translate(&model, None) {
        Ok(family) => family,
        Err(outside) => panic!("{outside}"),
    };
    let both = Both::read(proto.encode_to_vec(), None, None).expect("both engines");
    assert!(both.has_executor());
    let count = both.model().inputs().map(|input| input.bytes / 4).sum();
    // Numbers from -2 to 2 that do not repeat.
    let numbers = (0..count).map(|index: usize| {
        let step = u16::try_from(index * 7919 % 997).expect("below 997");
        (f32::from(step) / 498.0 - 1.0) * 2.0
    });
    let bytes: Vec<u8> = numbers.flat_map(f32::to_ne_bytes).collect();
    // Fails on both engines if the results are not finite.
    let _ = both.run(&[&bytes]);
    family
}

/// Compares the translation of a model with the graph that `build` makes of its input. The input
/// and the output are planar numbers.
#[track_caller]
fn expect(
    graph: Graph,
    input: [usize; 3],
    build: impl FnOnce(&mut unet_executor::Graph, Value) -> Value,
) {
    let (expected, element) = (planar(input, build), Element::F32);
    let family = family(graph);
    assert_eq!(family.inputs, [BufferLayout::Planar]);
    assert_eq!(family.graph, expected(element));
}

/// A graph with a planar output of these numbers.
fn planar(
    [channels, height, width]: [usize; 3],
    build: impl FnOnce(&mut unet_executor::Graph, Value) -> Value,
) -> impl FnOnce(Element) -> unet_executor::Graph {
    move |element| {
        let mut graph = unet_executor::Graph::new();
        let shape = Shape::new(channels, height, width);
        let input = graph.input(shape).expect("an input");
        let output = build(&mut graph, input);
        graph.output(output, BufferLayout::Planar, element);
        graph
    }
}

/// A window without pads.
fn window(size: usize, stride: usize) -> Window {
    Window {
        size,
        stride,
        dilation: 1,
        before: 0,
        after: 0,
    }
}

fn square(window: Window) -> Windows {
    Windows {
        rows: window,
        columns: window,
    }
}

/// A convolution of one group without pads.
fn plain(channels: usize, window: Window, weights: &[f32], bias: &[f32]) -> Convolution {
    Convolution {
        windows: square(window),
        groups: 1,
        channels,
        weights: weights.to_vec().into(),
        bias: bias.to_vec(),
        output_padding: (0, 0),
    }
}

#[test]
fn the_shipped_models_are_of_the_family() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../model");
    for name in ["unet_simple_parts.onnx", "magnetic_tile.onnx"] {
        let bytes = std::fs::read(directory.join(name)).expect("a shipped model");
        let model = prepare(&bytes).expect("a checked model");
        let family = translate(&model, None).expect(name);
        assert_eq!(family.inputs, [BufferLayout::Planar], "{name}");
    }
}

#[test]
fn a_node_that_no_output_needs_does_not_count() {
    let graph = Graph::new(13, &[1, 2, 4, 4])
        .node(node("Erf", &["x"], "unread"))
        .node(node("Relu", &["x"], "y"));
    let graph = graph.output("y", FLOAT, &[1, 2, 4, 4]);
    expect(graph, [2, 4, 4], |graph, x| {
        graph
            .function(x, unet_executor::Function::Relu)
            .expect("Relu")
    });
}
