//! Graphs at the limits: each is computed right or refused with an error.

use std::panic::{self, AssertUnwindSafe};
use std::ptr::NonNull;

use super::compare::{Inputs, graph_in_all_ways};
use super::draw_windows::{convolution, window_of_3};
use super::evaluate;
use super::numbers::Random;
use super::tests::pools;
use crate::graph::{
    Border, BufferLayout, Element, Graph, GraphError, Pairing, Pooling, Shape, Tap, Value, Window,
    Windows,
};
use crate::{Isa, Network, NetworkError, Pictures, Planned, Weights};

fn window(size: usize, stride: usize, dilation: usize, pads: [usize; 2]) -> Window {
    let [before, after] = pads;
    Window {
        size,
        stride,
        dilation,
        before,
        after,
    }
}

/// A graph of one node, whose input has this shape; compared with the reference.
fn check(shape: Shape, node: impl FnOnce(&mut Graph, Value) -> Result<Value, GraphError>) {
    let mut graph = Graph::new();
    let x = graph.input(shape).unwrap();
    let y = node(&mut graph, x).unwrap();
    graph.output(y, BufferLayout::Planar, Element::F32);
    graph_in_all_ways(&graph, 0, &mut Random(1), &pools()).unwrap();
}

#[test]
fn wide_strides_dilations_and_pads_are_computed() {
    let mut random = Random(2);
    for (shape, windows) in [
        // Strides and pads that are larger than the plane.
        (
            Shape::new(1, 1, 3),
            Windows {
                rows: window(1, 1, 1, [0, 0]),
                columns: window(1, 65_535, 1, [0, 0]),
            },
        ),
        (
            Shape::new(2, 3, 3),
            Windows {
                rows: window(3, 999, 1, [1, 1]),
                columns: window(2, 40_000, 1, [65_535, 65_535]),
            },
        ),
        (
            Shape::new(2, 1, 1),
            Windows {
                rows: window(3, 1, 1, [1, 1]),
                columns: window(3, 7, 1000, [2000, 1]),
            },
        ),
        (
            Shape::new(1, 2, 2),
            Windows {
                rows: window(3, 1, 1, [1, 1]),
                columns: window(1, 1, 1, [3000, 3000]),
            },
        ),
        (
            Shape::new(1, 70, 2),
            Windows {
                rows: window(64, 3, 1, [1, 1]),
                columns: window(90, 1, 1, [45, 45]),
            },
        ),
    ] {
        let of = convolution(&mut random, windows, shape.channels, 3, 1, 0);
        check(shape, |graph, x| graph.convolution(x, of));
    }
    // A transposed convolution whose strides leave most numbers to the bias.
    let windows = Windows {
        rows: window(1, 300, 1, [0, 0]),
        columns: window(2, 200, 30, [10, 20]),
    };
    let of = convolution(&mut random, windows, 2, 2, 1, 0);
    check(Shape::new(2, 2, 3), |graph, x| graph.transposed(x, of));
    // Strides with billions of phases, of which the result has few.
    let windows = Windows {
        rows: window(2, 65_535, 3, [0, 1]),
        columns: window(3, 65_535, 1, [1, 0]),
    };
    let of = convolution(&mut random, windows, 2, 9, 1, 0);
    check(Shape::new(2, 1, 1), |graph, x| graph.transposed(x, of));
    let windows = Windows {
        rows: window(3, 2, 2, [2, 2]),
        columns: window(2, 5_000, 7, [3, 0]),
    };
    let of = convolution(&mut random, windows, 2, 2, 2, 0);
    check(Shape::new(2, 2, 2), |graph, x| graph.transposed(x, of));
}

/// Rows of pads above and below rows that are longer than what else lies there.
#[test]
fn rows_of_pads_are_as_wide_as_the_plane() {
    let mut random = Random(10);
    let sides = |stride, before| Windows {
        rows: window(3, 1, 1, [2, 2]),
        columns: window(3, stride, 1, [before, 2]),
    };
    for (channels, windows) in [(2, sides(1, 1)), (16, sides(1, 0)), (2, sides(3, 2))] {
        let shape = Shape::new(channels, 1, 1500);
        let of = convolution(&mut random, windows, channels, 16, 1, 0);
        check(shape, |graph, x| graph.convolution(x, of));
    }
    let of = convolution(&mut random, sides(2, 2), 2, 3, 1, 0);
    check(Shape::new(2, 2, 1500), |graph, x| graph.transposed(x, of));
}

#[test]
fn an_input_may_be_unused_or_an_output() {
    let mut graph = Graph::new();
    let shape = Shape::new(2, 5, 5);
    let x = graph.input(shape).unwrap();
    let unused = graph.input(Shape::new(3, 7, 7)).unwrap();
    graph.function(unused, crate::Function::Relu).unwrap();
    let y = graph.input(shape).unwrap();
    let both = graph.concat(vec![y, x, y]).unwrap();
    for value in [x, both, x] {
        graph.output(value, BufferLayout::Interleaved, Element::F32);
    }
    graph_in_all_ways(&graph, 0, &mut Random(3), &pools()).unwrap();
}

/// Each of many concatenations joins the one before it with itself.
#[test]
fn the_parts_of_a_value_do_not_become_a_power_of_two() {
    let mut graph = Graph::new();
    let mut x = graph.input(Shape::new(1, 3, 2)).unwrap();
    for _ in 0..8 {
        x = graph.concat(vec![x, x]).unwrap();
    }
    let of = convolution(&mut Random(3), window_of_3(&mut Random(1)), 256, 3, 1, 0);
    let sums = graph.convolution(x, of).unwrap();
    graph.output(x, BufferLayout::Planar, Element::F32);
    graph.output(sums, BufferLayout::Planar, Element::F32);
    graph_in_all_ways(&graph, 0, &mut Random(3), &pools()).unwrap();

    let mut graph = Graph::new();
    let mut x = graph.input(Shape::new(1, 1, 1)).unwrap();
    for _ in 0..30 {
        x = graph.concat(vec![x, x]).unwrap();
    }
    graph.output(x, BufferLayout::Planar, Element::F32);
    let planned = Planned::new(graph, 2, Isa::Scalar).unwrap();
    assert!(planned.memory_bytes() > 1 << 36);
}

/// A function must not change a value that is read through a slice, too.
#[test]
fn a_function_of_a_whole_slice_leaves_the_value_as_it_is() {
    let mut graph = Graph::new();
    let shape = Shape::new(2, 5, 5);
    let x = graph.input(shape).unwrap();
    let sum = graph.pair(Pairing::Add, x, x).unwrap();
    let slice = graph.slice(sum, [0, 0, 0], shape).unwrap();
    let positive = graph.function(slice, crate::Function::Relu).unwrap();
    let both = graph.pair(Pairing::Sub, positive, sum).unwrap();
    graph.output(both, BufferLayout::Planar, Element::F32);
    graph_in_all_ways(&graph, 0, &mut Random(4), &pools()).unwrap();
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut graph = Graph::new();
    let x = graph.input(Shape::new(1, 80, 80)).unwrap();
    let high = Windows {
        rows: window(65, 1, 1, [0, 0]),
        columns: window(1, 1, 1, [0, 0]),
    };
    let of = convolution(&mut Random(5), high, 1, 1, 1, 0);
    let too_high = GraphError::Rows(65, 64);
    assert_eq!(graph.convolution(x, of.clone()), Err(too_high.clone()));
    assert_eq!(graph.transposed(x, of), Err(too_high.clone()));
    assert_eq!(graph.pool(x, Pooling::Max, high), Err(too_high));

    // The windows in the middle see only pads.
    let small = graph.input(Shape::new(1, 1, 1)).unwrap();
    let around = window(2, 1, 3, [3, 3]);
    let windows = Windows {
        rows: around,
        columns: around,
    };
    let hidden = graph.pool(small, Pooling::Average, windows);
    assert_eq!(hidden, Err(GraphError::Fit(4, 1)));

    // 2^64 weights, which is 0 in 64 bits.
    let many = graph.input(Shape::new(1 << 30, 1, 1)).unwrap();
    let wide = window(1 << 15, 1, 1, [1 << 15, 1 << 15]);
    let windows = Windows {
        rows: window(64, 1, 1, [64, 64]),
        columns: wide,
    };
    let mut of = convolution(&mut Random(6), high, 1, 1, 1, 0);
    of.windows = windows;
    of.channels = 1 << 13;
    of.weights = Vec::new().into();
    of.bias = vec![0.0; 1 << 13];
    assert_eq!(
        graph.convolution(many, of.clone()),
        Err(GraphError::Count(0, usize::MAX))
    );
    assert_eq!(graph.argmax(many), Err(GraphError::Index(1 << 30, 1 << 24)));

    of = convolution(&mut Random(7), windows, 1, 1, 1, 0);
    of.output_padding = (0, usize::MAX);
    assert!(matches!(
        graph.transposed(x, of),
        Err(GraphError::Window(..))
    ));
    for (height, width) in [((1 << 16) + 1, 1), (1, (1 << 20) + 1)] {
        let refused = graph.input(Shape::new(1, height, width));
        assert_eq!(refused, Err(GraphError::Size(1, height, width)));
        let (height, width) = (height.min(1 << 16), width.min(1 << 20));
        assert!(graph.input(Shape::new(1, height, width)).is_ok());
    }
    let sides = [usize::MAX, 0, 0, 0];
    assert!(graph.pad(x, Border::Edge, sides).is_err());
    let outside = graph.slice(x, [0, usize::MAX, 0], Shape::new(1, 2, 2));
    assert!(matches!(outside, Err(GraphError::Index(..))));
    let tap = Tap {
        near: 80,
        far: 0,
        share: 0.0,
    };
    assert_eq!(
        graph.resize(x, vec![tap], vec![tap]),
        Err(GraphError::Index(80, 80))
    );
}

#[test]
fn no_threads_and_too_many_are_refused() {
    let mut graph = Graph::new();
    let x = graph.input(Shape::new(1, 3, 3)).unwrap();
    graph.output(x, BufferLayout::Planar, Element::F32);
    for threads in [0, 1025, usize::MAX] {
        let refused = Planned::new(graph.clone(), threads, Isa::Scalar).err();
        assert_eq!(refused, Some(NetworkError::Threads(threads)));
    }
    assert!(Planned::new(graph, 1024, Isa::Scalar).is_ok());
}

/// 16,000 * 2^16 rows with margins of 2^16 numbers each: 2^48 bytes, more than a process can
/// address.
#[test]
fn memory_that_does_not_exist_is_refused() {
    let mut graph = Graph::new();
    let x = graph.input(Shape::new(16_000, 1 << 16, 1)).unwrap();
    let mean = graph.global_pool(x, Pooling::Average).unwrap();
    let all = graph.pair(Pairing::Sub, x, mean).unwrap();
    let windows = Windows {
        rows: window(1, 1, 1, [0, 0]),
        columns: window(1, 65_535, 1, [65_535, 0]),
    };
    let of = convolution(&mut Random(8), windows, 16_000, 16_000, 16_000, 0);
    let (again, other) = (of.clone(), all);
    let first = graph.convolution(x, of).unwrap();
    let second = graph.convolution(other, again).unwrap();
    let sum = graph.pair(Pairing::Add, first, second).unwrap();
    graph.output(sum, BufferLayout::Planar, Element::F32);
    match Network::new(graph, 2, Isa::Scalar) {
        Err(NetworkError::Memory(bytes)) => assert!(bytes > 1 << 47, "{bytes}"),
        other => panic!("{other:?}"),
    }
}

struct Broken;

impl Pictures for Broken {
    fn fill(&self, _input: usize, _channel: usize, row: usize, _to: &mut [f32]) {
        assert_ne!(row, 30, "a row that cannot be read");
    }
}

/// The memory begins at any byte and holds anything; a run that panicked leaves no trace.
#[test]
fn a_network_in_lent_memory_runs_after_a_panic() {
    let mut random = Random(9);
    let mut graph = Graph::new();
    let shape = Shape::new(16, 50, 9);
    let x = graph.input(shape).unwrap();
    let of = convolution(&mut random, window_of_3(&mut Random(1)), 16, 16, 1, 0);
    let y = graph.convolution(x, of).unwrap();
    graph.output(y, BufferLayout::Planar, Element::F32);
    let input = [random.tensor(shape, 0)];
    let results = evaluate(&graph, &input);
    let wanted = results.values[y.0].as_ref().unwrap();
    for threads in pools() {
        let planned = Planned::new(graph.clone(), threads.count(), Isa::best()).unwrap();
        let mut weights = vec![0xFF_u8; planned.weight_bytes() + 1];
        let mut memory = vec![0xFF_u8; planned.memory_bytes() + 3];
        let [first, second] = [(&mut weights, 1), (&mut memory, 3)].map(|(bytes, skipped)| {
            NonNull::new(bytes.as_mut_ptr().wrapping_add(skipped)).unwrap()
        });
        let bytes = planned.output_bytes()[0];
        // SAFETY: both have the bytes that the plan names, and live longer than the network.
        let mut network = unsafe { planned.build_within(first, second) };
        let mut buffer = vec![0; bytes];
        let run = || network.run(&threads, &Broken, [buffer.as_mut_slice()]);
        assert!(panic::catch_unwind(AssertUnwindSafe(run)).is_err());
        network
            .run(&threads, &Inputs(&input), [buffer.as_mut_slice()])
            .unwrap();
        let found = buffer
            .chunks_exact(4)
            .map(|bytes| bytes.try_into().unwrap());
        let found: Vec<f32> = found.map(f32::from_ne_bytes).collect();
        assert_eq!(found, wanted.numbers);
    }
}

/// They would be written behind the memory that the plan reserved.
#[test]
#[should_panic(expected = "another number of weights")]
fn more_weights_than_announced_are_refused() {
    let mut graph = Graph::new();
    let x = graph.input(Shape::new(1, 3, 3)).unwrap();
    let mut of = convolution(&mut Random(1), window_of_3(&mut Random(1)), 1, 1, 1, 0);
    of.weights = Weights::later(9, || vec![0.0; 90_000]);
    let y = graph.convolution(x, of).unwrap();
    graph.output(y, BufferLayout::Planar, Element::F32);
    let _ = Network::new(graph, 1, Isa::Scalar);
}
