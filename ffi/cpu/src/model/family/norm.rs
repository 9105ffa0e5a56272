//! Batch normalisation, which is a scale and an offset for each channel.

use super::planes::Axis;
use super::reason::Reason;
use super::values::Values;
use super::with_constant::affine;
use crate::model::onnx::Call;

/// BatchNormalization: `(x - mean) / sqrt(variance + epsilon) * scale + bias`.
pub(super) fn batch<'a>(call: &Call<'a>, values: &mut Values<'a>) -> Result<(), Reason> {
    let part = |index, what| match values.numbers(call, index, what)? {
        Some(part) => Ok(part.numbers),
        None => Err(Reason::Computed(what)),
    };
    let (scale, bias) = (part(1, "scale")?, part(2, "bias")?);
    let (mean, variance) = (part(3, "mean")?, part(4, "variance")?);
    let epsilon = f64::from(call.node.number("epsilon", 1e-5));
    let scale = scale.iter().zip(variance);
    let scale =
        scale.map(|(scale, variance)| f64::from(*scale) / (f64::from(variance) + epsilon).sqrt());
    let scale: Vec<f64> = scale.collect();
    let offset = bias.iter().zip(mean).zip(&scale);
    let offset = offset.map(|((bias, mean), scale)| f64::from(*bias) - f64::from(mean) * scale);
    let offset: Vec<f64> = offset.collect();
    let name = call.node.input_name(0).unwrap_or_default();
    let (axes, channels) = values.axes(name)?;
    if axes.axis(1) != Some(Axis::Channel) {
        return Err(axes.misfit(name));
    }
    if scale.len() != channels || offset.len() != channels {
        return Err(unet_executor::GraphError::Count(scale.len(), channels).into());
    }
    affine(call, values, name, &scale, &offset)
}
