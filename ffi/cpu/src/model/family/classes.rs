//! Scores and classes: Softmax and ArgMax over the channels.

use super::planes::Axis;
use super::reason::Reason;
use super::values::{Values, output};
use crate::model::onnx::{Call, axis};

/// Softmax. Before operator set 13 it works along the axis and all that follow.
pub(super) fn softmax<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.input(call)?;
    let is_old = call.opset < 13;
    let number = call.node.integer("axis", if is_old { 1 } else { -1 });
    let at = axis(number, input.axes.dims().len()).ok_or(Reason::Axis("the channels"))?;
    let mut following = input.axes.dims().iter().skip(at + 1);
    let is_one_axis = !is_old || following.all(|dim| *dim == 1);
    if input.axes.axis(at) != Some(Axis::Channel) || !is_one_axis {
        return Err(Reason::Axis("the channels"));
    }
    let value = values.graph.softmax(input.value)?;
    values.give(call, value, &input.axes.order())
}

/// ArgMax.
pub(super) fn argmax<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.input(call)?;
    if call.node.integer("select_last_index", 0) != 0 {
        return Err(Reason::Attribute("select_last_index", "1".to_owned()));
    }
    let at = axis(call.node.integer("axis", 0), input.axes.dims().len());
    if at.and_then(|at| input.axes.axis(at)) != Some(Axis::Channel) {
        return Err(Reason::Axis("the channels"));
    }
    let classes = values.graph.shape(input.value).channels;
    let value = values.graph.argmax(input.value)?;
    let mut planes = values.tensor(output(call), value, &input.axes.order())?;
    planes.whole = Some(classes - 1);
    values.name(output(call), planes);
    Ok(())
}
