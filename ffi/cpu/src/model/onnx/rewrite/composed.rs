//! Operators that rten does not have, or computes differently, in terms of others.

use super::{Replacement, refuse};
use crate::model::onnx::element::ElementType;
use crate::model::onnx::error::OnnxError;
use crate::model::onnx::shapes::Call;

/// Above this, Softplus of a 32-bit float equals that float. rten's own is infinite above 88.
const SOFTPLUS_MAX: f32 = 30.0;

/// log(1 + exp(x)).
pub(super) fn softplus(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let x = call.node.input_name(0).unwrap_or_default();
    let low = low_softplus(x, out);
    out.finish("Max", &[x, &low], call, |_| {});
    Ok(())
}

/// x * tanh(softplus(x)).
pub(super) fn mish(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let x = call.node.input_name(0).unwrap_or_default();
    let low = low_softplus(x, out);
    let softplus = out.add("Max", &[x, &low], |_| {});
    let tanh = out.add("Tanh", &[&softplus], |_| {});
    out.finish("Mul", &[x, &tanh], call, |_| {});
    Ok(())
}

/// Softplus of the smaller of x and `SOFTPLUS_MAX`. The larger of this and x is Softplus of any x.
fn low_softplus(x: &str, out: &mut Replacement<'_>) -> String {
    let most = out.float(SOFTPLUS_MAX);
    let low = out.add("Min", &[x, &most], |_| {});
    out.add("Softplus", &[&low], |_| {})
}

/// gamma * elu(x, alpha), with ONNX's defaults.
pub(super) fn selu(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let x = call.node.input_name(0).unwrap_or_default();
    let alpha = call.node.number("alpha", 1.673_263_2);
    let gamma = out.float(call.node.number("gamma", 1.050_701));
    let elu = out.add("Elu", &[x], |node| node.set_float("alpha", alpha));
    out.finish("Mul", &[&elu, &gamma], call, |_| {});
    Ok(())
}

/// x above alpha, otherwise 0.
pub(super) fn thresholded(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let x = call.node.input_name(0).unwrap_or_default();
    let alpha = out.float(call.node.number("alpha", 1.0));
    let zero = out.float(0.0);
    let is_above = out.add("Greater", &[x, &alpha], |_| {});
    out.finish("Where", &[&is_above, x, &zero], call, |_| {});
    Ok(())
}

/// rten gives a positive sign for 0. Here the sign is (x > 0) - (x < 0).
pub(super) fn sign(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let x = call.node.input_name(0).unwrap_or_default();
    if call.input(0).map(|fact| fact.element) != Some(ElementType::F32) {
        out.nodes.push(call.node.clone());
        return Ok(());
    }
    let zero = out.float(0.0);
    let mut side = |operator: &str| {
        let is_there = out.add(operator, &[x, &zero], |_| {});
        out.add("Cast", &[&is_there], |node| {
            node.set_integer("to", i64::from(ElementType::F32.number()));
        })
    };
    let (above, below) = (side("Greater"), side("Less"));
    out.finish("Sub", &[&above, &below], call, |_| {});
    Ok(())
}

/// Moves blocks of pixels into channels.
pub(super) fn space_to_depth(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let x = call.node.input_name(0).unwrap_or_default();
    let block = call.node.integer("blocksize", 0);
    let Some([batch, channels, height, width]) = sizes(call) else {
        return refuse(
            call,
            "its size depends on the picture",
            "export with fixed sizes",
        );
    };
    if block < 1 || height % block != 0 || width % block != 0 {
        return refuse(
            call,
            format!("blocks of {block} do not divide {height} x {width} pixels"),
            "export the model again",
        );
    }
    let (rows, columns) = (height / block, width / block);
    let split = out.integers(&[batch, channels, rows, block, columns, block]);
    let split = out.add("Reshape", &[x, &split], |_| {});
    let turned = out.add("Transpose", &[&split], |node| {
        node.set_integers("perm", &[0, 3, 5, 1, 2, 4]);
    });
    let channels = channels.saturating_mul(block.saturating_mul(block));
    let joined = out.integers(&[batch, channels, rows, columns]);
    out.finish("Reshape", &[&turned, &joined], call, |_| {});
    Ok(())
}

/// Normalises each group of channels, then scales each channel. Before operator set 21 a group has
/// one scale.
pub(super) fn group_norm(call: &Call<'_>, out: &mut Replacement<'_>) -> Result<(), OnnxError> {
    let x = call.node.input_name(0).unwrap_or_default();
    let groups = usize::try_from(call.node.integer("num_groups", 0)).unwrap_or(0);
    let dims = call.dims(0).unwrap_or_default();
    let channels = dims.get(1).copied().unwrap_or(0);
    let Some(each) = channels
        .checked_div(groups)
        .filter(|each| each * groups == channels && *each > 0)
    else {
        return refuse(
            call,
            format!("{groups} groups do not divide {channels} channels"),
            "export with fixed sizes",
        );
    };
    let mut spread = |index: usize| {
        let numbers = call.input(index)?.floats.as_ref()?;
        #[expect(clippy::cast_possible_truncation, reason = "were 32-bit floats")]
        let numbers = numbers.iter().map(|number| *number as f32);
        let numbers: Vec<f32> = match call.opset {
            ..21 => numbers
                .flat_map(|number| std::iter::repeat_n(number, each))
                .collect(),
            _ => numbers.collect(),
        };
        let mut dims = vec![1; dims.len().saturating_sub(1)];
        *dims.first_mut()? = i64::try_from(channels).ok()?;
        (numbers.len() == channels).then(|| out.tensor(dims, numbers))
    };
    let (Some(scale), Some(bias)) = (spread(1), spread(2)) else {
        return refuse(
            call,
            format!("it does not have one scale for each of {channels} channels"),
            "export it with opset_version 21",
        );
    };
    let count = i64::try_from(groups).unwrap_or(i64::MAX);
    let whole = out.add("Shape", &[x], |_| {});
    let grouped = out.integers(&[0, count, -1]);
    let grouped = out.add("Reshape", &[x, &grouped], |_| {});
    let one = out.floats(&vec![1.0; groups]);
    let zero = out.floats(&vec![0.0; groups]);
    let epsilon = call.node.number("epsilon", 1e-5);
    let normal = out.add("InstanceNormalization", &[&grouped, &one, &zero], |node| {
        node.set_float("epsilon", epsilon);
    });
    let normal = out.add("Reshape", &[&normal, &whole], |_| {});
    let scaled = out.add("Mul", &[&normal, &scale], |_| {});
    out.finish("Add", &[&scaled, &bias], call, |_| {});
    Ok(())
}

fn sizes(call: &Call<'_>) -> Option<[i64; 4]> {
    let dims = call.dims(0)?.iter();
    let dims = dims.map(|dim| i64::try_from(*dim).ok());
    dims.collect::<Option<Vec<_>>>()?.try_into().ok()
}
