//! Products with a constant matrix, which are convolutions with a kernel of one number.

use unet_executor::{Convolution, Window, Windows};

use super::planes::Axis;
use super::reason::Reason;
use super::values::{Held, Values};
use crate::model::onnx::Call;

/// A window of one number.
const ONE: Window = Window {
    size: 1,
    stride: 1,
    dilation: 1,
    before: 0,
    after: 0,
};

/// MatMul and Gemm of a value, whose last dimension is the channels, and a constant matrix.
pub(super) fn matrix<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.input(call)?;
    let matrix = values.numbers(call, 1, "matrix")?;
    let Held { dims, numbers } = matrix.ok_or(Reason::Computed("matrix"))?;
    let &[first, second] = dims.as_slice() else {
        return Err(Reason::Axes("the matrix".to_owned(), dims));
    };
    let node = call.node;
    let is_gemm = node.operator() == "Gemm";
    let is_turned = is_gemm && node.integer("transB", 0) != 0;
    let (from, to) = match is_turned {
        true => (second, first),
        false => (first, second),
    };
    for (name, number) in [
        ("alpha", node.number("alpha", 1.0)),
        ("beta", node.number("beta", 1.0)),
    ] {
        if is_gemm && number.to_bits() != 1.0_f32.to_bits() {
            return Err(Reason::Attribute(name, number.to_string()));
        }
    }
    if is_gemm && node.integer("transA", 0) != 0 {
        return Err(Reason::Attribute("transA", "1".to_owned()));
    }
    let last = input.axes.dims().len().saturating_sub(1);
    let channels = values.graph.shape(input.value).channels;
    if input.axes.axis(last) != Some(Axis::Channel) || channels != from {
        let name = node.input_name(0).unwrap_or_default();
        return Err(input.axes.misfit(name));
    }
    let weights = match is_turned {
        true => numbers,
        false => {
            let rows = (0..to).flat_map(|to| (0..from).map(move |from| (from, to)));
            let number =
                |(row, column): (usize, usize)| numbers.get(row * second + column).copied();
            rows.map(|place| number(place).unwrap_or(0.0)).collect()
        }
    };
    let bias = match values.numbers(call, 2, "bias")?.map(|bias| bias.numbers) {
        None => vec![0.0; to],
        Some(bias) if bias.len() == 1 => vec![bias[0]; to],
        Some(bias) => bias,
    };
    let of = Convolution {
        windows: Windows {
            rows: ONE,
            columns: ONE,
        },
        groups: 1,
        channels: to,
        weights: weights.into(),
        bias,
        output_padding: (0, 0),
    };
    let value = values.graph.convolution(input.value, of)?;
    values.give(call, value, &input.axes.order_with_channels())
}
