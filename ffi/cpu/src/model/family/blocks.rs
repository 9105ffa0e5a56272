//! DepthToSpace: a transposed convolution whose weights are 0 and 1.

use unet_executor::{Convolution, Window, Windows};

use super::arrange::take;
use super::planes::Axis;
use super::reason::Reason;
use super::values::Values;
use crate::model::onnx::Call;

/// DepthToSpace. Each block of the result is one number of each of `block * block` channels.
pub(super) fn depth_to_space<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let mut input = values.picture(call)?;
    let block = call.node.integer("blocksize", 0);
    let block = usize::try_from(block).ok().filter(|block| *block > 0);
    let block = block.ok_or(Reason::Attribute("blocksize", "0".to_owned()))?;
    let from = values.graph.shape(input).channels;
    let square = block.saturating_mul(block);
    let channels = from / square;
    if channels == 0 || channels * square != from {
        return Err(Reason::Attribute("blocksize", block.to_string()));
    }
    if call.node.text("mode") != "CRD" {
        // The channels of one block are apart by the number of channels of the result.
        let order = (0..channels).flat_map(|channel| (channel..from).step_by(channels));
        let order: Vec<usize> = order.collect();
        input = take(values, input, Axis::Channel, &order)?;
    }
    let window = Window {
        size: block,
        stride: block,
        dilation: 1,
        before: 0,
        after: 0,
    };
    let weights = (0..from * square).map(|index| {
        let is_own = index / square % square == index % square;
        f32::from(u8::from(is_own))
    });
    let of = Convolution {
        windows: Windows {
            rows: window,
            columns: window,
        },
        groups: channels,
        channels,
        weights: weights.collect(),
        bias: vec![0.0; channels],
        output_padding: (0, 0),
    };
    let value = values.graph.transposed(input, of)?;
    values.give_picture(call, value)
}
