//! The shapes of results, and what is refused.

use super::{
    Border, BufferLayout, Convolution, Element, Graph, GraphError, Pairing, Pooling, Shape, Tap,
    Value, Window, Windows,
};

/// Size, stride, dilation, positions before and after.
fn window([size, stride, dilation, before, after]: [usize; 5]) -> Window {
    Window {
        size,
        stride,
        dilation,
        before,
        after,
    }
}

fn both(window: Window) -> Windows {
    Windows {
        rows: window,
        columns: window,
    }
}

/// A convolution of `inputs` channels with as many weights as it needs.
fn convolution(windows: Windows, groups: usize, [inputs, channels]: [usize; 2]) -> Convolution {
    let kernel = windows.rows.size * windows.columns.size;
    Convolution {
        windows,
        groups,
        channels,
        weights: vec![1.0; channels * (inputs / groups.max(1)) * kernel].into(),
        bias: vec![0.0; channels],
        output_padding: (0, 0),
    }
}

fn input(shape: [usize; 3]) -> (Graph, Value) {
    let mut graph = Graph::new();
    let [channels, height, width] = shape;
    let x = graph.input(Shape::new(channels, height, width)).unwrap();
    (graph, x)
}

/// ONNX: floor((length + pads - extent) / stride) + 1.
#[test]
fn windows_slide_as_often_as_they_fit() {
    for (sides, lengths) in [
        ([3, 1, 1, 1, 1], [(1, 1), (7, 7), (8, 8)]),
        ([3, 2, 1, 1, 1], [(1, 1), (7, 4), (8, 4)]),
        ([2, 2, 1, 0, 0], [(2, 1), (7, 3), (8, 4)]),
        ([7, 3, 1, 2, 5], [(1, 1), (7, 3), (8, 3)]),
        ([3, 1, 4, 0, 0], [(9, 1), (10, 2), (20, 12)]),
        ([1, 4, 3, 0, 0], [(1, 1), (4, 1), (5, 2)]),
    ] {
        for (len, count) in lengths {
            let (mut graph, x) = input([2, len, len + 1]);
            let windows = both(window(sides));
            let y = graph.convolution(x, convolution(windows, 1, [2, 5]));
            let shape = graph.shape(y.unwrap());
            assert_eq!(
                (shape.channels, shape.height),
                (5, count),
                "{sides:?}, {len}"
            );
            let pooled = graph.pool(x, Pooling::Max, windows);
            let pooled = graph.shape(pooled.unwrap());
            assert_eq!(pooled.channels, 2);
            assert_eq!((pooled.height, pooled.width), (shape.height, shape.width));
        }
    }
}

/// ONNX: (length - 1) * stride + extent + output padding - pads.
#[test]
fn a_transposed_convolution_gives_every_position_that_it_reaches() {
    for (sides, padding, len, count) in [
        ([2, 2, 1, 0, 0], 0, 5, 10),
        ([3, 2, 1, 1, 1], 1, 5, 10),
        ([3, 2, 1, 1, 0], 0, 5, 10),
        ([4, 2, 1, 1, 1], 0, 5, 10),
        ([3, 1, 2, 1, 1], 0, 5, 7),
        ([1, 3, 1, 0, 0], 2, 1, 3),
    ] {
        let (mut graph, x) = input([4, len, len]);
        let mut of = convolution(both(window(sides)), 2, [4, 6]);
        of.output_padding = (padding, 0);
        let y = graph.transposed(x, of).unwrap();
        let shape = Shape::new(6, count, count - padding);
        assert_eq!(graph.shape(y), shape, "{sides:?}");
    }
}

#[test]
fn other_results_have_the_shape_of_their_inputs() {
    let (mut graph, x) = input([3, 4, 5]);
    let tap = Tap {
        near: 3,
        far: 0,
        share: 0.5,
    };
    let values = [
        (graph.pad(x, Border::Edge, [1, 2, 3, 4]), [3, 7, 12]),
        (graph.resize(x, vec![tap; 9], vec![tap; 2]), [3, 9, 2]),
        (graph.concat(vec![x, x]), [6, 4, 5]),
        (graph.slice(x, [1, 2, 3], Shape::new(2, 1, 2)), [2, 1, 2]),
        (graph.global_pool(x, Pooling::Max), [3, 1, 1]),
        (graph.softmax(x), [3, 4, 5]),
        (graph.argmax(x), [1, 4, 5]),
        (graph.affine(x, vec![1.0; 3], vec![0.0; 3]), [3, 4, 5]),
    ];
    for (value, [channels, height, width]) in values {
        let shape = Shape::new(channels, height, width);
        assert_eq!(graph.shape(value.unwrap()), shape);
    }
    let row = graph.slice(x, [0, 1, 0], Shape::new(1, 1, 5)).unwrap();
    let column = graph.slice(x, [0, 0, 1], Shape::new(3, 4, 1)).unwrap();
    let all = graph.pair(Pairing::Sub, row, column).unwrap();
    assert_eq!(graph.shape(all), Shape::new(3, 4, 5));
}

#[test]
fn a_window_that_cannot_be_is_refused() {
    let most = 65_535;
    let (mut graph, x) = input([2, 9, 9]);
    for sides in [
        [0, 1, 1, 0, 0],
        [1, 0, 1, 0, 0],
        [1, 1, 0, 0, 0],
        [most + 1, 1, 1, most, most],
        [1, most + 1, 1, 0, 0],
        [1, 1, most + 1, 0, 0],
        [1, 1, 1, most + 1, 0],
        [1, 1, 1, 0, most + 1],
    ] {
        let columns = window(sides);
        let rows = window([1, 1, 1, 0, 0]);
        for windows in [Windows { rows, columns }, both(columns)] {
            if windows.rows.size > 64 {
                continue;
            }
            let refused = Err(GraphError::Window(sides[0], sides[1], sides[2]));
            let of = convolution(windows, 1, [2, 1]);
            assert_eq!(graph.convolution(x, of.clone()), refused, "{sides:?}");
            assert_eq!(graph.transposed(x, of), refused, "{sides:?}");
            assert_eq!(graph.pool(x, Pooling::Max, windows), refused, "{sides:?}");
        }
    }
    // One more than fits, and one less.
    let windows = both(window([3, 1, 5, 1, 0]));
    let of = convolution(windows, 1, [2, 1]);
    assert_eq!(graph.convolution(x, of), Err(GraphError::Fit(11, 10)));
    let windows = both(window([3, 1, 5, 1, 1]));
    assert!(
        graph
            .convolution(x, convolution(windows, 1, [2, 1]))
            .is_ok()
    );
    // Pads that cut more than there is.
    let windows = both(window([1, 1, 1, 5, 5]));
    let of = convolution(windows, 1, [2, 1]);
    assert_eq!(graph.transposed(x, of), Err(GraphError::Fit(10, 9)));
}

#[test]
fn a_pooling_window_must_see_a_number() {
    for (sides, len, is_right) in [
        ([2, 1, 1, 1, 1], 1, true),
        ([2, 1, 1, 2, 0], 1, false),
        ([2, 1, 1, 0, 2], 1, false),
        // The window in the middle looks at both sides of the only number.
        ([2, 1, 2, 2, 2], 1, false),
        ([2, 1, 2, 2, 1], 1, false),
        ([3, 1, 2, 2, 2], 1, true),
        ([3, 2, 2, 2, 2], 1, true),
        ([2, 2, 1, 1, 1], 4, true),
    ] {
        let (mut graph, x) = input([1, len, len]);
        let pooled = graph.pool(x, Pooling::Average, both(window(sides)));
        assert_eq!(pooled.is_ok(), is_right, "{sides:?} over {len}");
    }
}

#[test]
fn constants_groups_and_sizes_must_fit() {
    let (mut graph, x) = input([4, 3, 3]);
    let windows = both(window([1, 1, 1, 0, 0]));
    for (groups, channels) in [(0, 4), (3, 3), (2, 3), (4, 0)] {
        let of = convolution(windows, groups, [4, channels]);
        let refused = Err(GraphError::Groups(groups, 4, channels));
        assert_eq!(graph.convolution(x, of.clone()), refused);
        assert_eq!(graph.transposed(x, of), refused);
    }
    let mut of = convolution(windows, 2, [4, 6]);
    of.bias.pop();
    assert_eq!(
        graph.convolution(x, of.clone()),
        Err(GraphError::Count(5, 6))
    );
    assert_eq!(graph.transposed(x, of), Err(GraphError::Count(5, 6)));
    let mut of = convolution(windows, 2, [4, 6]);
    of.weights = vec![0.0; 13].into();
    assert_eq!(
        graph.convolution(x, of.clone()),
        Err(GraphError::Count(13, 12))
    );
    assert_eq!(graph.transposed(x, of), Err(GraphError::Count(13, 12)));
    for counts in [[3, 4], [4, 5]] {
        let [scale, offset] = counts.map(|count| vec![0.0; count]);
        let refused = graph.affine(x, scale, offset);
        assert!(matches!(refused, Err(GraphError::Count(3 | 5, 4))));
    }
    let other = graph.input(Shape::new(4, 3, 2)).unwrap();
    let refused = Err(GraphError::Pair([4, 3, 3], [4, 3, 2]));
    assert_eq!(graph.pair(Pairing::Add, x, other), refused);
    assert_eq!(graph.concat(vec![x, other]), refused);
    assert_eq!(graph.concat(Vec::new()), Err(GraphError::Empty));
    for sides in [[3, 0, 0, 0], [0, 3, 0, 0], [0, 0, 3, 0], [0, 0, 0, 3]] {
        let refused = graph.pad(x, Border::Reflect, sides);
        assert_eq!(refused, Err(GraphError::Mirror(3, 3)));
        assert!(
            graph
                .pad(x, Border::Reflect, sides.map(|side| side.min(2)))
                .is_ok()
        );
    }
    for start in [[1, 0, 0], [0, 1, 0], [0, 0, 1]] {
        let refused = graph.slice(x, start, Shape::new(4, 3, 3));
        assert!(matches!(
            refused,
            Err(GraphError::Index(5, 4) | GraphError::Index(4, 3))
        ));
    }
    for sides in [[0, 1, 1], [1, 0, 1], [1, 1, 0], [1 << 11, 1 << 10, 1 << 10]] {
        let [channels, height, width] = sides;
        let refused = graph.input(Shape::new(channels, height, width));
        assert_eq!(refused, Err(GraphError::Size(channels, height, width)));
    }
    assert!(
        graph
            .input(Shape::new((1 << 11) - 1, 1 << 10, 1 << 10))
            .is_ok()
    );
    // None of what was refused is left.
    graph.output(x, BufferLayout::Planar, Element::F32);
    assert!(
        graph
            .nodes
            .iter()
            .all(|node| graph.shapes.len() > node.output.0)
    );
}
