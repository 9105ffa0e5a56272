//! The reference: a graph on whole tensors, operator by operator and number by number.
//!
//! It shares neither plan nor kernels with the engine, only the documented order of each sum. So
//! its results and the engine's must be the same bits.

mod compare;
mod draw;
mod draw_parts;
mod draw_windows;
mod edges;
mod maps;
mod numbers;
mod sums;
mod tests;

use crate::graph::{Graph, Operator, Shape};

/// The numbers of a value, plane by plane, row by row.
#[derive(Debug, Clone, PartialEq)]
struct Tensor {
    shape: Shape,
    numbers: Vec<f32>,
}

impl Tensor {
    /// Computes each number from its channel, row and column.
    fn new(shape: Shape, mut of: impl FnMut(usize, usize, usize) -> f32) -> Self {
        let mut numbers = Vec::with_capacity(shape.channels * shape.height * shape.width);
        for channel in 0..shape.channels {
            for row in 0..shape.height {
                for column in 0..shape.width {
                    numbers.push(of(channel, row, column));
                }
            }
        }
        Self { shape, numbers }
    }

    fn at(&self, channel: usize, row: usize, column: usize) -> f32 {
        let Shape { height, width, .. } = self.shape;
        self.numbers[(channel * height + row) * width + column]
    }

    /// The number at a position that may be outside the plane, where all numbers are zero.
    fn or_zero(&self, channel: usize, row: isize, column: isize) -> f32 {
        let inside = |at: isize, len| usize::try_from(at).ok().filter(|at| *at < len);
        match (
            inside(row, self.shape.height),
            inside(column, self.shape.width),
        ) {
            (Some(row), Some(column)) => self.at(channel, row, column),
            _ => 0.0,
        }
    }
}

/// All values that an output needs.
struct Results {
    values: Vec<Option<Tensor>>,
    /// Whether NaN reached an ArgMax.
    has_nan: bool,
}

/// Computes all values of a graph that its outputs need.
fn evaluate(graph: &Graph, inputs: &[Tensor]) -> Results {
    let mut needed = vec![false; graph.shapes.len()];
    for output in &graph.outputs {
        needed[output.value.0] = true;
    }
    for node in graph.nodes.iter().rev() {
        if needed[node.output.0] {
            for input in &node.inputs {
                needed[input.0] = true;
            }
        }
    }
    let mut results = Results {
        values: vec![None; graph.shapes.len()],
        has_nan: false,
    };
    for (value, tensor) in graph.inputs.iter().zip(inputs) {
        results.values[value.0] = Some(tensor.clone());
    }
    for node in &graph.nodes {
        if !needed[node.output.0] {
            continue;
        }
        let shape = graph.shapes[node.output.0];
        let inputs: Vec<&Tensor> = node
            .inputs
            .iter()
            .filter_map(|input| results.values[input.0].as_ref())
            .collect();
        let has_nan = node.operator == Operator::ArgMax
            && inputs[0].numbers.iter().any(|number| number.is_nan());
        let result = operator(&node.operator, &inputs, shape);
        results.has_nan |= has_nan;
        results.values[node.output.0] = Some(result);
    }
    results
}

fn operator(of: &Operator, inputs: &[&Tensor], shape: Shape) -> Tensor {
    let input = inputs[0];
    match of {
        Operator::Convolution(of) => sums::convolution(of, input, shape),
        Operator::Transposed(of) => sums::transposed(of, input, shape),
        Operator::Pool(of, windows) => maps::pool(*of, windows, input, shape),
        Operator::GlobalAverage => maps::mean(input, shape),
        Operator::GlobalMax => maps::largest(input, shape),
        Operator::Function(of) => {
            Tensor::new(shape, |c, y, x| maps::function(*of, input.at(c, y, x)))
        }
        Operator::Affine { scale, offset } => Tensor::new(shape, |c, y, x| {
            input.at(c, y, x).mul_add(scale[c], offset[c])
        }),
        Operator::Pair(of) => maps::pair(*of, input, inputs[1], shape),
        Operator::Resize { rows, columns } => maps::resize(rows, columns, input, shape),
        Operator::Concat => maps::concat(inputs, shape),
        Operator::Slice {
            channel,
            row,
            column,
        } => Tensor::new(shape, |c, y, x| input.at(channel + c, row + y, column + x)),
        Operator::Pad(border, sides) => maps::pad(*border, *sides, input, shape),
        Operator::Softmax => maps::softmax(input, shape),
        Operator::ArgMax => maps::argmax(input, shape),
    }
}
