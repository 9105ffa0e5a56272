//! What can be wrong with an operator of a graph.

/// Why an operator does not fit its inputs. The caller knows the operator's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// A value has no channels, rows or columns, or too many numbers.
    #[error(
        "the result would have {0} channels, {1} rows and {2} columns; each must be at least 1, rows at most 65,536, columns at most 2^20, their product below 2^31"
    )]
    Size(usize, usize, usize),
    /// A window has size, stride or dilation 0, or is too large.
    #[error("a window of size {0}, stride {1}, dilation {2}; each must be 1 to 65535")]
    Window(usize, usize, usize),
    /// The window has too many rows.
    #[error("a window of {0} rows; it may have at most {1}")]
    Rows(usize, usize),
    /// The window does not fit into the padded plane.
    #[error("a window that covers {0} positions does not fit {1} positions with their pads")]
    Fit(usize, usize),
    /// The groups do not divide the channels.
    #[error("{0} groups do not divide {1} and {2} channels")]
    Groups(usize, usize, usize),
    /// A constant has the wrong number of numbers.
    #[error("the constant has {0} numbers, the operator needs {1}")]
    Count(usize, usize),
    /// Two inputs do not fit each other.
    #[error("inputs of {0:?} and {1:?} (channels, rows, columns) do not fit each other")]
    Pair([usize; 3], [usize; 3]),
    /// The operator needs at least one input.
    #[error("the operator has no input")]
    Empty,
    /// An index is outside the input.
    #[error("index {0} of an axis of {1}")]
    Index(usize, usize),
    /// Mirrored pads are as large as the plane.
    #[error("{0} mirrored pads of an axis of {1}; there must be fewer pads than numbers")]
    Mirror(usize, usize),
}
