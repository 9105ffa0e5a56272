//! Values that are not in the executor's graph yet, because the operator that reads them decides
//! how they are computed.

use unet_executor::{Border, Graph, Value};

use super::planes::Planes;
use super::reason::Reason;
use crate::model::onnx::Place;

/// A value with zeros around it. They become the pads of the convolution that reads it; Keras
/// writes such zeros as an operator of their own.
#[derive(Debug)]
pub(super) struct Padded {
    pub(super) place: Place,
    pub(super) value: Value,
    /// Rows above, rows below, columns before, columns after.
    pub(super) sides: [usize; 4],
}

/// A value whose rows or columns are repeated when the next Reshape joins two dimensions.
#[derive(Debug, Clone)]
pub(super) struct Repeated {
    pub(super) planes: Planes,
    /// The dimension of the repeated numbers, after that of the rows or columns.
    pub(super) index: usize,
    pub(super) times: usize,
}

impl Padded {
    /// Adds the zeros to the graph.
    pub(super) fn add(self, graph: &mut Graph) -> Result<Value, Reason> {
        let value = graph.pad(self.value, Border::Constant(0.0), self.sides);
        value.map_err(|error| Reason::Before(self.place, Box::new(error.into())))
    }
}
