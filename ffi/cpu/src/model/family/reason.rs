//! Why a node is outside the U-Net family.

use unet_executor::GraphError;

use crate::model::onnx::{ElementType, Place};

/// What about a node the executor does not compute. The text follows the node's operator and name.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum Reason {
    #[error("the executor does not have this operator")]
    Operator,
    #[error("the executor does not have {0}={1}")]
    Attribute(&'static str, String),
    /// The executor's values have one batch, channels, rows and columns.
    #[error("its tensor `{0}` with dims {1:?} is not a picture, or its axes are in another order")]
    Axes(String, Vec<usize>),
    #[error("it works along an axis other than {0}")]
    Axis(&'static str),
    #[error("the size of `{0}` depends on the picture")]
    Size(String),
    #[error("its {0} is computed while the model runs, not a constant")]
    Computed(&'static str),
    #[error("its constant `{0}` has a number for each row or column")]
    Varies(String),
    #[error("`{0}` is a constant where the executor needs a picture")]
    Constant(String),
    #[error("it computes {0} numbers")]
    Element(ElementType),
    #[error("it casts numbers that {0} may not hold")]
    Cast(ElementType),
    #[error("`{0}` has several pictures (dims {1:?})")]
    Batch(String, Vec<usize>),
    #[error("no operator reads it")]
    Unread,
    /// A convolution that entered the graph late.
    #[error("{0}: {1}")]
    Before(Place, Box<Reason>),
    #[error(transparent)]
    Graph(#[from] GraphError),
}
