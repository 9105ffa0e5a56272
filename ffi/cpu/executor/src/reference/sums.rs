//! The convolutions.

use std::array;

use super::Tensor;
use crate::graph::{Convolution, Shape, Windows};
use crate::method::is_winograd;

/// Bias, then input channel, ky and kx, each one fused multiply-add; pads are zeros.
pub(super) fn convolution(of: &Convolution, input: &Tensor, shape: Shape) -> Tensor {
    if is_winograd(of, input.shape.channels, shape.width) {
        return tiles(of, input, shape);
    }
    let Windows { rows, columns } = of.windows;
    let inputs = input.shape.channels / of.groups;
    let outputs = of.channels / of.groups;
    let weights = of.weights.numbers();
    Tensor::new(shape, |channel, row, column| {
        let mut sum = of.bias[channel];
        for i in 0..inputs {
            let from = channel / outputs * inputs + i;
            for ky in 0..rows.size {
                let y = position(row * rows.stride + ky * rows.dilation, rows.before);
                for kx in 0..columns.size {
                    let x = position(
                        column * columns.stride + kx * columns.dilation,
                        columns.before,
                    );
                    let tap = ((channel * inputs + i) * rows.size + ky) * columns.size + kx;
                    sum = input.or_zero(from, y, x).mul_add(weights[tap], sum);
                }
            }
        }
        sum
    })
}

/// The same sum in double precision, and the sum of the sizes of its terms.
pub(super) fn in_double(
    of: &Convolution,
    input: &Tensor,
    [channel, row, column]: [usize; 3],
) -> (f64, f64) {
    let Windows { rows, columns } = of.windows;
    let weights = of.weights.numbers();
    let mut sum = f64::from(of.bias[channel]);
    let mut size = sum.abs();
    for i in 0..input.shape.channels {
        for ky in 0..3 {
            for kx in 0..3 {
                let y = position(row + ky, rows.before);
                let x = position(column + kx, columns.before);
                let weight = weights[((channel * input.shape.channels + i) * 3 + ky) * 3 + kx];
                let term = f64::from(input.or_zero(i, y, x)) * f64::from(weight);
                sum += term;
                size += term.abs();
            }
        }
    }
    (sum, size)
}

fn position(padded: usize, before: usize) -> isize {
    padded.cast_signed() - before.cast_signed()
}

/// Winograd's method on tiles of 2 by 2 numbers, in the order of the kernel's documentation.
fn tiles(of: &Convolution, input: &Tensor, shape: Shape) -> Tensor {
    let inputs = input.shape.channels;
    let (above, before) = (of.windows.rows.before, of.windows.columns.before);
    let given = of.weights.numbers();
    let mut result = Tensor::new(shape, |_, _, _| 0.0);
    for y in (0..shape.height).step_by(2) {
        for x in (0..shape.width).step_by(2) {
            let transformed: Vec<[[f32; 4]; 4]> = (0..inputs)
                .map(|channel| {
                    let row = |ky| {
                        let at = |kx| {
                            input.or_zero(
                                channel,
                                position(y + ky, above),
                                position(x + kx, before),
                            )
                        };
                        forth(array::from_fn(at))
                    };
                    by_columns(array::from_fn(row), forth)
                })
                .collect();
            for channel in 0..shape.channels {
                let mut sums = [[0.0_f32; 4]; 4];
                for (i, numbers) in transformed.iter().enumerate() {
                    let first = (channel * inputs + i) * 9;
                    let weights = weights(&given[first..first + 9]);
                    for ky in 0..4 {
                        for kx in 0..4 {
                            let sum = sums[ky][kx];
                            sums[ky][kx] = numbers[ky][kx].mul_add(weights[ky][kx], sum);
                        }
                    }
                }
                let rows = sums.map(back);
                let columns: [[f32; 2]; 2] =
                    array::from_fn(|kx| back(array::from_fn(|ky| rows[ky][kx])));
                for (kx, column) in columns.into_iter().enumerate() {
                    for (ky, number) in column.into_iter().enumerate() {
                        if y + ky < shape.height && x + kx < shape.width {
                            let at = (channel * shape.height + y + ky) * shape.width + x + kx;
                            result.numbers[at] = number + of.bias[channel];
                        }
                    }
                }
            }
        }
    }
    result
}

/// `B' d` of one row or column of a tile.
fn forth(d: [f32; 4]) -> [f32; 4] {
    [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]]
}

/// `A' m` of one row or column of a tile.
fn back(m: [f32; 4]) -> [f32; 2] {
    [m[0] + m[1] + m[2], m[1] - m[2] - m[3]]
}

fn by_columns(rows: [[f32; 4]; 4], of: fn([f32; 4]) -> [f32; 4]) -> [[f32; 4]; 4] {
    let columns: [[f32; 4]; 4] = array::from_fn(|x| of(array::from_fn(|y| rows[y][x])));
    array::from_fn(|y| array::from_fn(|x| columns[x][y]))
}

/// `G g G'`, along the rows first; each operation is rounded.
fn weights(g: &[f32]) -> [[f32; 4]; 4] {
    let along = |g: [f32; 3]| {
        let (sum, difference) = (g[0] + g[1] + g[2], g[0] - g[1] + g[2]);
        [g[0], sum * 0.5, difference * 0.5, g[2]]
    };
    let rows: [[f32; 4]; 3] = array::from_fn(|y| along(array::from_fn(|x| g[y * 3 + x])));
    let columns: [[f32; 4]; 4] = array::from_fn(|x| along(array::from_fn(|y| rows[y][x])));
    array::from_fn(|y| array::from_fn(|x| columns[x][y]))
}

/// Bias, then input channel, ky and kx of those that meet a number, each one fused multiply-add;
/// numbers outside the input are zeros.
pub(super) fn transposed(of: &Convolution, input: &Tensor, shape: Shape) -> Tensor {
    let Windows { rows, columns } = of.windows;
    let inputs = input.shape.channels / of.groups;
    let outputs = of.channels / of.groups;
    let weights = of.weights.numbers();
    let source = |at: usize, tap: usize, stride: usize| {
        let distance = position(at, tap);
        let stride = stride.cast_signed();
        (distance.rem_euclid(stride) == 0).then(|| distance.div_euclid(stride))
    };
    Tensor::new(shape, |channel, row, column| {
        let mut sum = of.bias[channel];
        for i in 0..inputs {
            let from = channel / outputs * inputs + i;
            for ky in 0..rows.size {
                let Some(y) = source(row + rows.before, ky * rows.dilation, rows.stride) else {
                    continue;
                };
                for kx in 0..columns.size {
                    let tap = kx * columns.dilation;
                    let Some(x) = source(column + columns.before, tap, columns.stride) else {
                        continue;
                    };
                    let place = (from * outputs + channel % outputs) * rows.size + ky;
                    let weight = weights[place * columns.size + kx];
                    sum = input.or_zero(from, y, x).mul_add(weight, sum);
                }
            }
        }
        sum
    })
}
