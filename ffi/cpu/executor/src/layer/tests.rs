//! Which layers a graph becomes.

use super::{Kind, Layers};
use crate::graph::{
    BufferLayout, Convolution, Element, Function, Graph, Pairing, Shape, Value, Window, Windows,
};

/// The layers in short; `f` is a joined function.
fn layers(graph: Graph) -> String {
    let layers = Layers::new(graph).layers;
    let names = layers.iter().map(|layer| {
        let name = match layer.kind {
            Kind::Input(_) => "input",
            Kind::Convolution(_) => "convolution",
            Kind::Winograd(_) => "winograd",
            Kind::Transposed(_) => "transposed",
            Kind::Function(_) => "function",
            Kind::Pair(_) => "pair",
            Kind::Pad(..) => "copy",
            Kind::Softmax => "softmax",
            Kind::Output(_) => "output",
            _ => "other",
        };
        format!("{name}{}", if layer.function.is_some() { "+f" } else { "" })
    });
    names.collect::<Vec<_>>().join(" ")
}

/// An input of this many channels, 8 rows and 8 columns.
fn input(channels: usize) -> (Graph, Value) {
    let mut graph = Graph::new();
    let x = graph.input(Shape::new(channels, 8, 8)).unwrap();
    (graph, x)
}

fn output(graph: &mut Graph, value: Value) {
    graph.output(value, BufferLayout::Planar, Element::F32);
}

/// A square window of this size, with pads before and after each row, to `channels` channels.
fn convolution(
    graph: &mut Graph,
    input: Value,
    channels: usize,
    (size, [before, after]): (usize, [usize; 2]),
) -> Value {
    let columns = Window {
        size,
        stride: 1,
        dilation: 1,
        before,
        after,
    };
    let rows = Window {
        before: size / 2,
        after: size / 2,
        ..columns
    };
    let inputs = graph.shape(input).channels;
    let of = Convolution {
        windows: Windows { rows, columns },
        groups: 1,
        channels,
        weights: vec![0.5; channels * inputs * size * size].into(),
        bias: vec![0.0; channels],
        output_padding: (0, 0),
    };
    graph.convolution(input, of).unwrap()
}

#[test]
fn a_function_joins_what_only_it_reads() {
    let (mut graph, x) = input(2);
    let sums = convolution(&mut graph, x, 2, (3, [1, 1]));
    let positive = graph.function(sums, Function::Relu).unwrap();
    let twice = graph.function(positive, Function::Sigmoid).unwrap();
    output(&mut graph, twice);
    assert_eq!(layers(graph.clone()), "input convolution+f function output");
    // Each other reader keeps it apart, also one that reads through a slice of everything.
    output(&mut graph, sums);
    assert_eq!(layers(graph), "input convolution function+f output output");

    let (mut graph, x) = input(2);
    let sums = convolution(&mut graph, x, 2, (3, [1, 1]));
    let slice = graph.slice(sums, [0, 0, 0], graph.shape(sums)).unwrap();
    let positive = graph.function(slice, Function::Relu).unwrap();
    let both = graph.pair(Pairing::Add, positive, slice).unwrap();
    output(&mut graph, both);
    assert_eq!(layers(graph), "input convolution function pair output");

    let (mut graph, x) = input(2);
    let positive = graph.function(x, Function::Relu).unwrap();
    output(&mut graph, positive);
    assert_eq!(layers(graph), "input function output");
}

#[test]
fn what_no_output_needs_is_gone() {
    let (mut graph, x) = input(2);
    let unused = graph.input(Shape::new(1, 3, 3)).unwrap();
    let dead = convolution(&mut graph, unused, 2, (3, [1, 1]));
    graph.softmax(dead).unwrap();
    let sums = convolution(&mut graph, x, 2, (1, [0, 0]));
    let positive = graph.function(sums, Function::Relu).unwrap();
    graph.function(sums, Function::Sigmoid).unwrap();
    output(&mut graph, positive);
    assert_eq!(layers(graph), "input convolution+f output");
}

/// The two convolutions of a U-Net read both halves where they are.
#[test]
fn a_concatenation_is_not_copied_for_a_window() {
    let mut graph = Graph::new();
    let x = graph.input(Shape::new(20, 8, 24)).unwrap();
    let other = convolution(&mut graph, x, 20, (1, [0, 0]));
    let both = graph.concat(vec![x, other]).unwrap();
    let sums = convolution(&mut graph, both, 16, (3, [1, 1]));
    let few = convolution(&mut graph, both, 15, (3, [1, 1]));
    output(&mut graph, sums);
    output(&mut graph, few);
    assert_eq!(
        layers(graph),
        "input convolution winograd convolution output output"
    );
}

#[test]
fn a_crop_is_copied_only_for_pads_beside_it() {
    for (origin, size, pads, copy) in [
        // Rows above and below are no part of a row.
        ([1, 2, 0], [1, 5, 8], [1, 1], ""),
        ([0, 0, 1], [2, 8, 7], [1, 1], "copy "),
        ([0, 0, 1], [2, 8, 7], [1, 0], "copy "),
        ([0, 0, 0], [2, 8, 7], [0, 1], "copy "),
        ([0, 0, 1], [2, 8, 7], [0, 0], ""),
    ] {
        let (mut graph, x) = input(2);
        let [channels, height, width] = size;
        let part = graph.slice(x, origin, Shape::new(channels, height, width));
        let sums = convolution(&mut graph, part.unwrap(), 1, (3, pads));
        output(&mut graph, sums);
        let wanted = format!("input {copy}convolution output");
        assert_eq!(layers(graph), wanted, "{origin:?}, {size:?}, {pads:?}");
    }
}

#[test]
fn many_parts_are_copied_once() {
    // Parts, rows of the window. 64 pointers to rows have a place.
    for (parts, size, copy) in [(21, 3, ""), (22, 3, "copy "), (64, 1, ""), (65, 1, "copy ")] {
        let (mut graph, x) = input(1);
        let all = graph.concat(vec![x; parts]).unwrap();
        let sums = convolution(&mut graph, all, 1, (size, [size / 2; 2]));
        output(&mut graph, sums);
        let wanted = format!("input {copy}convolution output");
        assert_eq!(layers(graph), wanted, "{parts} parts, {size} rows");
    }
    let (mut graph, x) = input(1);
    let all = graph.concat(vec![x; 65]).unwrap();
    for _ in 0..2 {
        let sums = convolution(&mut graph, all, 1, (3, [1, 1]));
        output(&mut graph, sums);
    }
    output(&mut graph, all);
    assert_eq!(
        layers(graph),
        "input copy convolution convolution output output output"
    );
}

#[test]
fn all_channels_of_a_pixel_are_in_one_part() {
    let (mut graph, x) = input(3);
    let part = graph.slice(x, [1, 1, 1], Shape::new(2, 5, 5)).unwrap();
    let first = graph.softmax(part).unwrap();
    let both = graph.concat(vec![part, part]).unwrap();
    let second = graph.softmax(both).unwrap();
    output(&mut graph, first);
    output(&mut graph, second);
    output(&mut graph, part);
    assert_eq!(
        layers(graph),
        "input softmax copy softmax output output output"
    );
}
