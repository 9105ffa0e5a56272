//! Random graphs.

use super::draw_windows::{convolution, taps, window_of_3, windows};
use super::numbers::Random;
use crate::graph::{
    BufferLayout, Element, Function, Graph, GraphError, Operator, Pairing, Pooling, Shape, Value,
};

/// The most numbers of a value.
const NUMBERS_MAX: usize = 12_000;
/// The most multiply-adds of a node.
const COST_MAX: usize = 500_000;
/// The most multiply-adds of a graph.
const GRAPH_COST_MAX: usize = 900_000;

/// A graph under construction.
pub(super) struct Draw<'a> {
    pub(super) graph: Graph,
    pub(super) random: &'a mut Random,
    values: Vec<Value>,
    /// One in this many numbers is a notable one; 0 for none.
    pub(super) rarity: usize,
}

pub(super) type Drawn = Result<Value, GraphError>;

/// Draws a graph and how rare notable numbers are in its inputs.
pub(super) fn graph(random: &mut Random) -> (Graph, usize) {
    let rarity = random.pick(&[0, 0, 0, 0, 2000, 300, 30, 4]);
    let mut draw = Draw {
        graph: Graph::new(),
        random,
        values: Vec::new(),
        rarity,
    };
    draw.inputs();
    let (mut left, mut cost) = (draw.random.within(0, 14), 0);
    for _ in 0..60 {
        if left == 0 {
            break;
        }
        let (before, count) = (draw.graph.clone(), draw.values.len());
        let drawn = draw.node();
        let nodes = draw.graph.nodes.get(before.nodes.len()..).unwrap_or(&[]);
        let costs: Vec<usize> = nodes
            .iter()
            .map(|node| node_cost(&draw.graph, node))
            .collect();
        let is_small = costs.iter().all(|cost| *cost <= COST_MAX)
            && cost + costs.iter().sum::<usize>() <= GRAPH_COST_MAX
            && draw
                .graph
                .shapes
                .iter()
                .all(|shape| numbers(*shape) <= NUMBERS_MAX);
        match drawn {
            Ok(value) if is_small => {
                cost += costs.iter().sum::<usize>();
                draw.values.push(value);
                left -= 1;
            }
            _ => {
                draw.graph = before;
                draw.values.truncate(count);
            }
        }
    }
    draw.outputs();
    (draw.graph, rarity)
}

fn numbers(shape: Shape) -> usize {
    shape.channels * shape.height * shape.width
}

fn node_cost(graph: &Graph, node: &crate::graph::Node) -> usize {
    let (shape, input) = (graph.shape(node.output), graph.shape(node.inputs[0]));
    let each = match &node.operator {
        Operator::Convolution(of) | Operator::Transposed(of) => {
            let kernel = of.windows.rows.size * of.windows.columns.size;
            input.channels / of.groups * kernel
        }
        Operator::Pool(_, windows) => windows.rows.size * windows.columns.size,
        Operator::Softmax => shape.channels * 10,
        _ => 1,
    };
    numbers(shape) * each + numbers(input)
}

impl Draw<'_> {
    fn inputs(&mut self) {
        let of_any_width = |random: &mut Random| match random.below(4) {
            0 => random.within(1, 5),
            1 => random.within(1, 70),
            _ => random.within(1, 24),
        };
        let (height, mut width) = (of_any_width(self.random), of_any_width(self.random));
        if self.random.one_in(10) {
            // Around whole vectors and around the distance of planes that the memory avoids.
            width = self
                .random
                .pick(&[127, 128, 129, 240, 257, 336, 495, 496, 511, 512]);
        }
        for _ in 0..self.random.pick(&[1, 1, 1, 2, 3]) {
            let mut shape = Shape::new(self.random.within(1, 6), height, width);
            match self.random.below(10) {
                0 => shape.channels = self.random.within(1, 20),
                1 => shape = Shape::new(shape.channels, 1, 1),
                2 => shape.height = of_any_width(self.random),
                _ => {}
            }
            shape.height = shape
                .height
                .min(NUMBERS_MAX / shape.channels / shape.width)
                .max(1);
            if let Ok(value) = self.graph.input(shape) {
                self.values.push(value);
            }
        }
    }

    fn outputs(&mut self) {
        for index in 0..self.random.pick(&[1, 1, 2, 3]) {
            let last = self.values[self.values.len() - 1];
            let value = if index == 0 && !self.random.one_in(4) {
                last
            } else {
                self.any()
            };
            let layout = self
                .random
                .pick(&[BufferLayout::Planar, BufferLayout::Interleaved]);
            let element = self.random.pick(&[
                Element::F32,
                Element::F32,
                Element::F32,
                Element::U8,
                Element::I32,
            ]);
            self.graph.output(value, layout, element);
        }
    }

    /// A value, mostly one of the last.
    pub(super) fn any(&mut self) -> Value {
        let count = self.values.len();
        let back = if self.random.one_in(2) {
            self.random.below(count)
        } else {
            self.random.below(count.min(3))
        };
        self.values[count - 1 - back]
    }

    fn node(&mut self) -> Drawn {
        let mut input = self.any();
        if self.random.one_in(7) {
            input = self.slice(input)?;
            self.values.push(input);
        }
        match self.random.below(30) {
            0..5 => self.convolution(input),
            5..7 => self.winograd(input),
            7..9 => self.transposed(input),
            9..11 => self.pool(input),
            11 => {
                let of = self.random.pick(&[Pooling::Max, Pooling::Average]);
                self.graph.global_pool(input, of)
            }
            12..16 => self.function(input),
            16 => {
                let channels = self.graph.shape(input).channels;
                let scale = self.random.numbers(channels, self.rarity);
                let offset = self.random.numbers(channels, self.rarity);
                self.graph.affine(input, scale, offset)
            }
            17..20 => self.pair(input),
            20..22 => {
                let shape = self.graph.shape(input);
                let rows = taps(self.random, shape.height);
                let columns = taps(self.random, shape.width);
                self.graph.resize(input, rows, columns)
            }
            22..24 => self.concat(input),
            24 => self.many_parts(input),
            25..27 => self.slice(input),
            27..29 => self.pad(input),
            _ if self.random.one_in(2) => self.graph.softmax(input),
            _ => self.graph.argmax(input),
        }
    }

    fn convolution(&mut self, input: Value) -> Drawn {
        let shape = self.graph.shape(input);
        let windows = windows(self.random, shape.height, shape.width);
        let (groups, channels) = self.groups(shape.channels);
        let of = convolution(
            self.random,
            windows,
            shape.channels,
            channels,
            groups,
            self.rarity,
        );
        self.graph.convolution(input, of)
    }

    fn transposed(&mut self, input: Value) -> Drawn {
        let shape = self.graph.shape(input);
        let windows = windows(self.random, shape.height, shape.width);
        let (groups, channels) = self.groups(shape.channels);
        let of = convolution(
            self.random,
            windows,
            shape.channels,
            channels,
            groups,
            self.rarity,
        );
        self.graph.transposed(input, of)
    }

    /// A divisor of the input's channels, mostly 1, and the channels of a result.
    fn groups(&mut self, inputs: usize) -> (usize, usize) {
        let groups = match self.random.below(5) {
            0 => inputs,
            1 => {
                let divisors: Vec<usize> = (1..=inputs)
                    .filter(|of| inputs.is_multiple_of(*of))
                    .collect();
                self.random.pick(&divisors)
            }
            _ => 1,
        };
        let most = if groups == 1 { 20 } else { 3 };
        (groups, groups * self.random.within(1, most))
    }

    /// A convolution of many channels, which the value gets by repetition if it has too few.
    fn winograd(&mut self, input: Value) -> Drawn {
        let channels = self.graph.shape(input).channels;
        let input = match 16_usize.div_ceil(channels) {
            1 => input,
            count => self.graph.concat(vec![input; count])?,
        };
        let inputs = self.graph.shape(input).channels;
        let windows = window_of_3(self.random);
        let channels = self.random.within(16, 25);
        let of = convolution(self.random, windows, inputs, channels, 1, self.rarity);
        self.graph.convolution(input, of)
    }

    fn pool(&mut self, input: Value) -> Drawn {
        let shape = self.graph.shape(input);
        let of = [Pooling::Max, Pooling::Average, Pooling::AverageWithPads];
        let of = self.random.pick(&of);
        let windows = windows(self.random, shape.height, shape.width);
        self.graph.pool(input, of, windows)
    }

    fn function(&mut self, input: Value) -> Drawn {
        let numbers = self.random.numbers(2, if self.rarity > 0 { 3 } else { 0 });
        let (a, b) = (numbers[0], numbers[1]);
        let of = match self.random.below(8) {
            0..3 => Function::Relu,
            3 => Function::LeakyRelu { slope: a },
            4 if self.random.one_in(8) => Function::Clip { low: a, high: b },
            4 => Function::Clip {
                low: self.random.pick(&[a.min(b), 0.0, f32::NEG_INFINITY]),
                high: self.random.pick(&[a.max(b), f32::INFINITY]),
            },
            5 => Function::Sigmoid,
            6 => Function::HardSigmoid {
                slope: a,
                offset: b,
            },
            _ => Function::HardSwish,
        };
        self.graph.function(input, of)
    }

    /// Two values, each cut to size 1 along any axes.
    fn pair(&mut self, input: Value) -> Drawn {
        let shape = self.graph.shape(input);
        let fits = |value: &&Value| self.graph.shape(**value) == shape;
        let same: Vec<Value> = self.values.iter().filter(fits).copied().collect();
        let mut sides = [input, self.random.pick(&same)];
        for side in &mut sides {
            if self.random.one_in(2) {
                *side = self.cut(*side)?;
            }
        }
        if self.random.one_in(2) {
            sides.reverse();
        }
        let of = self.random.pick(&[
            Pairing::Add,
            Pairing::Sub,
            Pairing::Mul,
            Pairing::Div,
            Pairing::Max,
            Pairing::Min,
        ]);
        self.graph.pair(of, sides[0], sides[1])
    }
}
