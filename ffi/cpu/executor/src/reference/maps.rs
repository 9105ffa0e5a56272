//! The operators that mix no channels, and those over all channels of a pixel.

use super::Tensor;
use crate::graph::{Border, Function, Pairing, Pooling, Shape, Tap, Windows};
use crate::lanes::Scalar;
use crate::math;

/// The exponential and what is made of it come from `math`: its tests compare it with f64.
pub(super) fn function(of: Function, x: f32) -> f32 {
    let clip = |x: f32, low: f32, high: f32| {
        let x = if x < low { low } else { x };
        if x > high { high } else { x }
    };
    match of {
        Function::Relu if x < 0.0 => 0.0,
        Function::LeakyRelu { slope } if x < 0.0 => x * slope,
        Function::Relu | Function::LeakyRelu { .. } => x,
        Function::Clip { low, high } => clip(x, low, high),
        Function::Sigmoid => one_lane(x, math::sigmoid),
        Function::HardSigmoid { slope, offset } => clip(x.mul_add(slope, offset), 0.0, 1.0),
        Function::HardSwish => x * clip(x.mul_add(1.0 / 6.0, 0.5), 0.0, 1.0),
    }
}

fn one_lane(x: f32, of: unsafe fn(Scalar) -> Scalar) -> f32 {
    use crate::lanes::Lanes;
    let mut result = 0.0;
    // SAFETY: every processor has scalars, and there is one number to read and to write.
    unsafe { of(Scalar::load(&raw const x)).store(&raw mut result) };
    result
}

fn larger(a: f32, b: f32) -> f32 {
    if a.is_nan() || b.is_nan() {
        return f32::NAN;
    }
    if a < b { b } else { a }
}

pub(super) fn pair(of: Pairing, first: &Tensor, second: &Tensor, shape: Shape) -> Tensor {
    let at = |from: &Tensor, c: usize, y: usize, x: usize| {
        let Shape {
            channels,
            height,
            width,
        } = from.shape;
        from.at(c.min(channels - 1), y.min(height - 1), x.min(width - 1))
    };
    Tensor::new(shape, |c, y, x| {
        let (a, b) = (at(first, c, y, x), at(second, c, y, x));
        match of {
            Pairing::Add => a + b,
            Pairing::Sub => a - b,
            Pairing::Mul => a * b,
            Pairing::Div => a / b,
            Pairing::Max => larger(a, b),
            Pairing::Min if a.is_nan() || b.is_nan() => f32::NAN,
            Pairing::Min if b < a => b,
            Pairing::Min => a,
        }
    })
}

/// Down the columns of the window, then along; pads before and after a row are neutral numbers.
pub(super) fn pool(of: Pooling, windows: &Windows, input: &Tensor, shape: Shape) -> Tensor {
    let Windows { rows, columns } = windows;
    let neutral = if of == Pooling::Max {
        f32::NEG_INFINITY
    } else {
        0.0
    };
    let combine = |a: f32, b: f32| {
        if of == Pooling::Max {
            larger(a, b)
        } else {
            a + b
        }
    };
    let inside =
        |at: usize, before: usize, len: usize| at.checked_sub(before).filter(|at| *at < len);
    Tensor::new(shape, |channel, row, column| {
        let seen_rows: Vec<usize> = (0..rows.size)
            .map(|ky| row * rows.stride + ky * rows.dilation)
            .filter_map(|at| inside(at, rows.before, input.shape.height))
            .collect();
        let mut seen_columns = 0;
        let along = (0..columns.size).map(|kx| {
            let at = column * columns.stride + kx * columns.dilation;
            let Some(x) = inside(at, columns.before, input.shape.width) else {
                return neutral;
            };
            seen_columns += 1;
            let down = seen_rows.iter().map(|y| input.at(channel, *y, x));
            down.reduce(combine).unwrap_or(neutral)
        });
        let all = along.reduce(combine).unwrap_or(neutral);
        match of {
            Pooling::Max => all,
            Pooling::Average => all / (seen_rows.len() * seen_columns) as f32,
            Pooling::AverageWithPads => all / (rows.size * columns.size) as f32,
        }
    })
}

/// 16 sums in double precision by column of each row, halved; rounded once.
#[expect(clippy::cast_possible_truncation, reason = "the mean is rounded")]
pub(super) fn mean(input: &Tensor, shape: Shape) -> Tensor {
    let Shape { height, width, .. } = input.shape;
    Tensor::new(shape, |channel, _, _| {
        let mut sum = 0.0;
        for row in 0..height {
            let mut parts = vec![0.0_f64; 16];
            for column in 0..width {
                parts[column % 16] += f64::from(input.at(channel, row, column));
            }
            while parts.len() > 1 {
                let (low, high) = parts.split_at(parts.len() / 2);
                parts = low.iter().zip(high).map(|(low, high)| low + high).collect();
            }
            sum += parts[0];
        }
        (sum / (height * width) as f64) as f32
    })
}

/// A zero becomes +0.
pub(super) fn largest(input: &Tensor, shape: Shape) -> Tensor {
    let plane = input.shape.height * input.shape.width;
    Tensor::new(shape, |channel, _, _| {
        let numbers = &input.numbers[channel * plane..(channel + 1) * plane];
        numbers.iter().copied().fold(f32::NEG_INFINITY, larger) + 0.0
    })
}

/// Rows first, then columns: two products and a sum, each rounded; with share 0 the number itself.
pub(super) fn resize(rows: &[Tap], columns: &[Tap], input: &Tensor, shape: Shape) -> Tensor {
    let blend = |tap: Tap, near: f32, far: f32| {
        if tap.share == 0.0 {
            return near;
        }
        near * (1.0 - tap.share) + far * tap.share
    };
    Tensor::new(shape, |c, y, x| {
        let (row, column) = (rows[y], columns[x]);
        let at = |x| blend(row, input.at(c, row.near, x), input.at(c, row.far, x));
        blend(column, at(column.near), at(column.far))
    })
}

pub(super) fn concat(inputs: &[&Tensor], shape: Shape) -> Tensor {
    let numbers = inputs
        .iter()
        .flat_map(|input| input.numbers.iter().copied());
    Tensor {
        shape,
        numbers: numbers.collect(),
    }
}

pub(super) fn pad(border: Border, sides: [usize; 4], input: &Tensor, shape: Shape) -> Tensor {
    let [above, _, before, _] = sides;
    let place = |at: usize, before: usize, len: usize| {
        let (at, last) = (
            at.cast_signed() - before.cast_signed(),
            len.cast_signed() - 1,
        );
        let nearest = at.clamp(0, last);
        match border {
            Border::Constant(_) if at != nearest => None,
            Border::Constant(_) | Border::Edge => Some(nearest.cast_unsigned()),
            Border::Reflect => Some((2 * nearest - at).cast_unsigned()),
        }
    };
    Tensor::new(shape, |c, y, x| {
        let row = place(y, above, input.shape.height);
        match (row, place(x, before, input.shape.width), border) {
            (Some(row), Some(column), _) => input.at(c, row, column),
            (_, _, Border::Constant(number)) => number,
            _ => f32::NAN,
        }
    })
}

/// The largest number first; `exp(x - largest)`; the sum in channel order; one division each.
pub(super) fn softmax(input: &Tensor, shape: Shape) -> Tensor {
    Tensor::new(shape, |channel, row, column| {
        let at = |c| input.at(c, row, column);
        let most = (1..shape.channels).fold(at(0), |most, c| larger(most, at(c)));
        let power = |c| one_lane(at(c) - most, math::exp);
        let sum = (0..shape.channels).fold(0.0, |sum, c| sum + power(c));
        power(channel) / sum
    })
}

pub(super) fn argmax(input: &Tensor, shape: Shape) -> Tensor {
    Tensor::new(shape, |_, row, column| {
        let mut best = 0;
        for c in 1..input.shape.channels {
            if input.at(c, row, column) > input.at(best, row, column) {
                best = c;
            }
        }
        best as f32
    })
}
