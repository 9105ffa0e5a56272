//! Convolutions, pools, Pad and Resize: values that ONNX makes optional become explicit, and
//! automatic padding becomes a number.

use super::{Replacement, refuse};
use crate::model::onnx::error::OnnxError;
use crate::model::onnx::proto::NodeProto;
use crate::model::onnx::shapes::{Call, axis, window};

/// Takes kernel_shape from the weights, sets missing strides and dilations to 1, and makes pads
/// explicit.
pub(super) fn convolution(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let mut node = call.node.clone();
    if is_left_out(&node, "kernel_shape") {
        let kernel = call.dims(1).and_then(|dims| dims.get(2..));
        let kernel = kernel.and_then(|dims| {
            dims.iter()
                .map(|dim| i64::try_from(*dim).ok())
                .collect::<Option<Vec<_>>>()
        });
        match kernel {
            Some(kernel) => node.set_integers("kernel_shape", &kernel),
            None => {
                return refuse(
                    call,
                    "kernel_shape is missing and unknown",
                    "export it with kernel_shape",
                );
            }
        }
    }
    complete(&mut node, true);
    padded(call, node, out)
}

/// Sets missing strides to 1 and makes pads explicit.
pub(super) fn pool(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let mut node = call.node.clone();
    complete(&mut node, false);
    padded(call, node, out)
}

fn is_left_out(node: &NodeProto, name: &str) -> bool {
    node.integers(name).is_none_or(<[i64]>::is_empty)
}

fn complete(node: &mut NodeProto, has_dilations: bool) {
    let spatial = node.integers("kernel_shape").map_or(0, <[i64]>::len);
    let ones = vec![1; spatial];
    if is_left_out(node, "strides") {
        node.set_integers("strides", &ones);
    }
    if has_dilations && is_left_out(node, "dilations") {
        node.set_integers("dilations", &ones);
    }
    if node.integers("pads").is_some_and(<[i64]>::is_empty) {
        node.remove("pads");
    }
}

fn padded(
    call: &Call<'_>,
    mut node: NodeProto,
    out: &mut Replacement<'_>,
) -> Result<(), OnnxError> {
    let auto_pad = call.node.text("auto_pad").to_owned();
    match auto_pad.as_str() {
        "SAME_UPPER" | "SAME_LOWER" => {
            let Some(pads) = window::same_pads(call, auto_pad == "SAME_LOWER") else {
                return refuse(
                    call,
                    format!(
                        "auto_pad={auto_pad} needs the size of its input, which depends on the picture"
                    ),
                    "export with explicit pads",
                );
            };
            node.remove("auto_pad");
            // With these pads both rounding modes give the same number of windows as SAME, so the
            // default one is used.
            node.remove("ceil_mode");
            node.set_integers("pads", &pads);
        }
        "VALID" => {
            node.remove("auto_pad");
            node.remove("pads");
        }
        "" | "NOTSET" => node.remove("auto_pad"),
        _ => {
            return refuse(
                call,
                format!("auto_pad={auto_pad}"),
                "export with explicit pads",
            );
        }
    }
    if let Some(pads) = node.integers("pads")
        && pads.iter().any(|pad| *pad < 0)
    {
        return refuse(call, "pads are negative", "export with a Slice instead");
    }
    out.nodes.push(node);
    Ok(())
}

/// Expands pads for some axes to all dimensions.
pub(super) fn pad(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let Some(pads) = window::full_pads(call) else {
        if call.node.input_name(3).is_some() {
            return refuse(
                call,
                "its pads or axes are computed while the model runs",
                "export it with constants",
            );
        }
        out.nodes.push(call.node.clone());
        return Ok(());
    };
    let mut node = call.node.clone();
    if call.node.input_name(3).is_some() {
        let full = out.integers(&pads);
        if let Some(input) = node.input.get_mut(1) {
            *input = full;
        }
        node.input.truncate(3);
        if node.input.last().is_some_and(String::is_empty) {
            node.input.pop();
        }
    }
    out.nodes.push(node);
    Ok(())
}

/// Expands scales or sizes for some axes to all dimensions. Removes attributes that rten refuses
/// and that have no effect in the covered modes.
pub(super) fn resize(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let mut node = call.node.clone();
    for name in [
        "antialias",
        "cubic_coeff_a",
        "exclude_outside",
        "extrapolation_value",
        "keep_aspect_ratio_policy",
    ] {
        node.remove(name);
    }
    // The region is only for tf_crop_and_resize.
    if let (Some(region), true) = (node.input.get_mut(1), call.opset >= 11) {
        region.clear();
    }
    let Some(axes) = call.node.integers("axes") else {
        out.nodes.push(node);
        return Ok(());
    };
    let unknown = || {
        refuse(
            call,
            "its axes, sizes or scales are computed while the model runs",
            "export it with constants",
        )
    };
    let Some(dims) = call.dims(0) else {
        return unknown();
    };
    let axes = axes.iter().map(|number| axis(*number, dims.len()));
    let Some(axes) = axes.collect::<Option<Vec<_>>>() else {
        return unknown();
    };
    let (scales, sizes) = window::resize_inputs(call);
    if let Some(list) = call.input(sizes).and_then(|fact| fact.integers.as_ref()) {
        let mut full: Vec<i64> = dims
            .iter()
            .map(|dim| i64::try_from(*dim).unwrap_or(0))
            .collect();
        for (axis, size) in axes.iter().zip(list) {
            if let Some(place) = full.get_mut(*axis) {
                *place = *size;
            }
        }
        let name = out.integers(&full);
        if let Some(input) = node.input.get_mut(sizes) {
            *input = name;
        }
    } else if let Some(list) = call.input(scales).and_then(|fact| fact.floats.as_ref()) {
        let mut full = vec![1.0; dims.len()];
        for (axis, scale) in axes.iter().zip(list) {
            if let Some(place) = full.get_mut(*axis) {
                #[expect(clippy::cast_possible_truncation, reason = "scales are 32-bit floats")]
                let scale = *scale as f32;
                *place = scale;
            }
        }
        let name = out.floats(&full);
        if let Some(input) = node.input.get_mut(scales) {
            *input = name;
        }
    } else {
        return unknown();
    }
    node.remove("axes");
    out.nodes.push(node);
    Ok(())
}
