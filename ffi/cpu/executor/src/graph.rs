//! The network: values, which are planes of numbers, and the operators that compute them.
//!
//! A value has `channels` planes of `height` rows and `width` columns; the batch is one. A graph is
//! built front to back, so it has no circles. Each method checks its operator and computes the
//! shape of the result.

mod build;
mod error;
mod sizes;
mod weights;

#[cfg(test)]
mod tests;

pub use error::GraphError;
pub(crate) use sizes::WINDOW_ROWS_MAX;
pub use weights::Weights;

/// Planes of a value, and the size of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Planes.
    pub channels: usize,
    /// Rows of a plane.
    pub height: usize,
    /// Columns of a plane.
    pub width: usize,
}

/// A value of one graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(pub(crate) usize);

/// A window that slides along one axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Numbers that the window sees.
    pub size: usize,
    /// Distance of two windows, at least 1.
    pub stride: usize,
    /// Distance of two numbers of a window, at least 1.
    pub dilation: usize,
    /// Positions before the first number.
    pub before: usize,
    /// Positions after the last number.
    pub after: usize,
}

/// The two windows of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// Along the columns of the plane, from row to row.
    pub rows: Window,
    /// Along a row.
    pub columns: Window,
}

/// A convolution, or a transposed one.
#[derive(Debug, Clone, PartialEq)]
pub struct Convolution {
    /// Kernel, strides, dilations and pads. The pads of a convolution are zeros; those of a
    /// transposed one cut its result.
    pub windows: Windows,
    /// Groups of channels that do not mix.
    pub groups: usize,
    /// Channels of the result.
    pub channels: usize,
    /// For a convolution `[channels][input channels / groups][ky][kx]`, for a transposed one
    /// `[input channels][channels / groups][ky][kx]`: ONNX's order.
    pub weights: Weights,
    /// One number per channel of the result.
    pub bias: Vec<f32>,
    /// Only for a transposed convolution: rows and columns to add at the end of the result.
    pub output_padding: (usize, usize),
}

/// A function of one number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Function {
    /// +0 if the number is below 0. NaN stays NaN, -0 stays -0.
    Relu,
    /// The number times `slope` if it is below 0.
    LeakyRelu {
        /// Factor below 0.
        slope: f32,
    },
    /// `low` if the number is below it, `high` if it is above that. NaN stays NaN.
    Clip {
        /// Lower bound.
        low: f32,
        /// Upper bound.
        high: f32,
    },
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
    /// `clip(slope * x + offset, 0, 1)`.
    HardSigmoid {
        /// Factor.
        slope: f32,
        /// Addend.
        offset: f32,
    },
    /// `x * clip(x / 6 + 1 / 2, 0, 1)`.
    HardSwish,
}

/// How two values become one, number by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairing {
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
    /// Quotient.
    Div,
    /// The larger number; NaN if either is NaN.
    Max,
    /// The smaller number; NaN if either is NaN.
    Min,
}

/// Which number of a window a pooling takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// The largest; NaN if any is NaN. Pads do not count.
    Max,
    /// The mean of the numbers inside the picture; pads do not count.
    Average,
    /// The mean of all numbers of the window; pads count as zeros.
    AverageWithPads,
}

/// One number of a resized axis: `near * (1 - share) + far * share`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tap {
    /// Index of the first number.
    pub near: usize,
    /// Index of the second number.
    pub far: usize,
    /// Share of the second number, 0 to 1; with 0 the result is the first number itself.
    pub share: f32,
}

/// What pads hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Border {
    /// This number.
    Constant(f32),
    /// The nearest number of the plane.
    Edge,
    /// The numbers of the plane, mirrored at its first and last one.
    Reflect,
}

/// An operator of the graph.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operator {
    Convolution(Convolution),
    Transposed(Convolution),
    Pool(Pooling, Windows),
    /// The mean of each plane.
    GlobalAverage,
    /// The largest number of each plane.
    GlobalMax,
    Function(Function),
    /// `number * scale + offset` with the scale and offset of the channel.
    Affine {
        scale: Vec<f32>,
        offset: Vec<f32>,
    },
    /// Of two inputs. A side of size 1 counts for all positions of the other.
    Pair(Pairing),
    Resize {
        rows: Vec<Tap>,
        columns: Vec<Tap>,
    },
    Concat,
    /// Part of the input, from this channel, row and column on.
    Slice {
        channel: usize,
        row: usize,
        column: usize,
    },
    /// Rows above, rows below, columns before, columns after.
    Pad(Border, [usize; 4]),
    /// Over the channels.
    Softmax,
    /// The index of the first largest number of all channels, as a number.
    ArgMax,
}

/// An operator with its inputs and its result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) operator: Operator,
    pub(crate) inputs: Vec<Value>,
    pub(crate) output: Value,
}

/// The order of an output's axes in the caller's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BufferLayout {
    /// Channel by channel.
    Planar,
    /// Pixel by pixel.
    Interleaved,
}

/// The numbers of an output in the caller's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// 4 bytes, single precision.
    F32,
    /// 4 bytes, truncated; for class indices.
    I32,
    /// 1 byte, truncated; for class indices.
    U8,
}

impl Element {
    /// Bytes of one number.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::F32 | Self::I32 => 4,
            Self::U8 => 1,
        }
    }
}

/// A result that the caller reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) value: Value,
    pub(crate) layout: BufferLayout,
    pub(crate) element: Element,
}

/// A network under construction; [`Planned::new`](crate::Planned::new) takes it when it is
/// complete.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Graph {
    pub(crate) shapes: Vec<Shape>,
    pub(crate) inputs: Vec<Value>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) outputs: Vec<Output>,
}
