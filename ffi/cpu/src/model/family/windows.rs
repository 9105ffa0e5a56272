//! Convolutions and poolings.

use unet_executor::{Convolution, Pooling, Window, Windows};

use super::pending::Pending;
use super::planes::Axis;
use super::reason::Reason;
use super::values::{Values, output};
use crate::model::onnx::{Call, axis, window};

/// Conv and ConvTranspose.
pub(super) fn convolution<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let is_transposed = call.node.operator() == "ConvTranspose";
    let (input, zeros) = match is_transposed {
        true => (values.picture(call)?, [0; 4]),
        false => values.padded_picture(call)?,
    };
    let name = call.node.input_name(1);
    let kernel = name.and_then(|name| values.constant(name));
    let kernel = kernel.ok_or(Reason::Computed("kernel"))?;
    let &[first, second, height, width] = kernel.dims.as_slice() else {
        return Err(Reason::Axes("the kernel".to_owned(), kernel.dims.clone()));
    };
    let weights = kernel.weights().ok_or(Reason::Computed("kernel"))?;
    let groups = number("group", call.node.integer("group", 1))?;
    let channels = match is_transposed {
        true => second.saturating_mul(groups),
        false => first,
    };
    let bias = match values.numbers(call, 2, "bias")? {
        Some(bias) => bias.numbers,
        None => vec![0.0; channels],
    };
    let extra = pair(call, "output_padding", 0)?;
    let mut windows = windows(call, [height, width])?;
    windows.rows.before += zeros[0];
    windows.rows.after += zeros[1];
    windows.columns.before += zeros[2];
    windows.columns.after += zeros[3];
    let of = Convolution {
        windows,
        groups,
        channels,
        weights,
        bias,
        output_padding: (extra[0], extra[1]),
    };
    values.give_convolution(
        call,
        Pending::new(call.node.place(), input, of, is_transposed),
    )
}

/// MaxPool and AveragePool.
pub(super) fn pool<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.picture(call)?;
    let shape = values.graph.shape(input);
    let mut windows = windows(call, pair(call, "kernel_shape", 0)?)?;
    let counts = values.dims(output(call))?.get(2..).unwrap_or_default();
    let sides = [
        (&mut windows.rows, shape.height),
        (&mut windows.columns, shape.width),
    ];
    let mut is_longer = false;
    for ((window, len), count) in sides.into_iter().zip(counts) {
        // With ceil_mode the last window may end behind the pads.
        let extent = window.size.saturating_sub(1) * window.dilation + 1;
        let needed = count.saturating_sub(1) * window.stride + extent;
        let more = needed.saturating_sub(len + window.before + window.after);
        window.after += more;
        is_longer |= more > 0;
    }
    let counts_pads = call.node.integer("count_include_pad", 0) != 0;
    let of = match call.node.operator() {
        "MaxPool" => Pooling::Max,
        _ if counts_pads && is_longer => {
            return Err(Reason::Attribute(
                "ceil_mode",
                "1 with count_include_pad=1".to_owned(),
            ));
        }
        _ if counts_pads => Pooling::AverageWithPads,
        _ => Pooling::Average,
    };
    let value = values.graph.pool(input, of, windows)?;
    values.give_picture(call, value)
}

/// GlobalAveragePool, GlobalMaxPool, ReduceMean and ReduceMax over rows and columns.
pub(super) fn whole_planes<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let input = values.input(call)?;
    let of = match call.node.operator() {
        "GlobalMaxPool" | "ReduceMax" => Pooling::Max,
        _ => Pooling::Average,
    };
    let shape = values.graph.shape(input.value);
    if call.node.operator().starts_with("Global") {
        values.picture(call)?;
    } else {
        let rank = input.axes.dims().len();
        let axes = call
            .list("axes", 1)
            .map_err(|()| Reason::Computed("axes"))?;
        let axes = axes.filter(|axes| !axes.is_empty());
        let is_summed = |index: usize| match &axes {
            None => true,
            Some(axes) => axes.iter().any(|number| axis(*number, rank) == Some(index)),
        };
        for (index, group) in input.axes.groups().iter().enumerate() {
            let is_plane = group
                .iter()
                .all(|axis| matches!(axis, Axis::Row | Axis::Column));
            if !group.is_empty() && is_summed(index) != is_plane {
                return Err(Reason::Axis("rows and columns"));
            }
        }
    }
    if (shape.height, shape.width) == (1, 1) {
        return values.give(call, input.value, &input.axes.order());
    }
    let value = values.graph.global_pool(input.value, of)?;
    values.give(call, value, &input.axes.order())
}

/// The windows along rows and columns, with the pads as numbers.
fn windows(call: &Call<'_>, kernel: [usize; 2]) -> Result<Windows, Reason> {
    let kernel = match call.node.integers("kernel_shape") {
        Some([_, _]) => pair(call, "kernel_shape", 1)?,
        _ => kernel,
    };
    let (strides, dilations) = (pair(call, "strides", 1)?, pair(call, "dilations", 1)?);
    let auto_pad = call.node.text("auto_pad");
    let pads = match auto_pad {
        "SAME_UPPER" | "SAME_LOWER" => window::same_pads(call, auto_pad == "SAME_LOWER"),
        "VALID" => None,
        _ => call.node.integers("pads").map(<[i64]>::to_vec),
    };
    let pads = pads.filter(|pads| !pads.is_empty());
    let pads = pads.unwrap_or_else(|| vec![0; 4]);
    let pads = pads.iter().map(|pad| number("pads", *pad));
    let pads = pads.collect::<Result<Vec<_>, _>>()?;
    let &[top, left, bottom, right] = pads.as_slice() else {
        return Err(Reason::Attribute("pads", format!("{pads:?}")));
    };
    let along = |index: usize, before, after| Window {
        size: kernel[index],
        stride: strides[index],
        dilation: dilations[index],
        before,
        after,
    };
    Ok(Windows {
        rows: along(0, top, bottom),
        columns: along(1, left, right),
    })
}

/// An attribute with a number for rows and one for columns.
fn pair(call: &Call<'_>, name: &'static str, otherwise: usize) -> Result<[usize; 2], Reason> {
    match call.node.integers(name) {
        None | Some([]) => Ok([otherwise; 2]),
        Some([rows, columns]) => Ok([number(name, *rows)?, number(name, *columns)?]),
        Some(other) => Err(Reason::Attribute(name, format!("{other:?}"))),
    }
}

fn number(name: &'static str, number: i64) -> Result<usize, Reason> {
    usize::try_from(number).map_err(|_| Reason::Attribute(name, number.to_string()))
}
