//! Dims of convolutions, pools, paddings and resizes.

use super::{Call, axis};

/// The window along one spatial dimension.
struct Window {
    kernel: usize,
    stride: usize,
    dilation: usize,
    pads: (usize, usize),
}

fn at(list: Option<&[i64]>, index: usize, otherwise: usize) -> Option<usize> {
    match list.filter(|list| !list.is_empty()) {
        Some(list) => usize::try_from(*list.get(index)?).ok(),
        None => Some(otherwise),
    }
}

impl Window {
    fn of(call: &Call<'_>, index: usize, spatial: usize) -> Option<Self> {
        let node = call.node;
        let kernel = match node
            .integers("kernel_shape")
            .filter(|list| !list.is_empty())
        {
            Some(list) => usize::try_from(*list.get(index)?).ok()?,
            None => *call.dims(1)?.get(index.checked_add(2)?)?,
        };
        let pads = node.integers("pads");
        Some(Self {
            kernel,
            stride: at(node.integers("strides"), index, 1).filter(|stride| *stride > 0)?,
            dilation: at(node.integers("dilations"), index, 1)?,
            pads: (
                at(pads, index, 0)?,
                at(pads, index.checked_add(spatial)?, 0)?,
            ),
        })
    }

    /// The number of input elements that the window spans.
    fn extent(&self) -> Option<usize> {
        self.kernel
            .checked_sub(1)?
            .checked_mul(self.dilation)?
            .checked_add(1)
    }
}

/// The dims of Conv, ConvTranspose and the pools.
pub(super) fn dims(call: &Call<'_>) -> Option<Vec<usize>> {
    let node = call.node;
    let &[batch, channels, ref sizes @ ..] = call.dims(0)? else {
        return None;
    };
    let channels = match node.operator() {
        "Conv" => *call.dims(1)?.first()?,
        "ConvTranspose" => {
            let group = usize::try_from(node.integer("group", 1)).ok()?;
            call.dims(1)?.get(1)?.checked_mul(group)?
        }
        _ => channels,
    };
    let mut dims = vec![batch, channels];
    for (index, size) in sizes.iter().enumerate() {
        let step = Window::of(call, index, sizes.len())?;
        dims.push(match node.operator() {
            "ConvTranspose" => transposed(call, index, *size, &step)?,
            _ => windows(call, *size, &step)?,
        });
    }
    Some(dims)
}

fn windows(call: &Call<'_>, size: usize, step: &Window) -> Option<usize> {
    if call.node.text("auto_pad").starts_with("SAME") {
        return Some(size.div_ceil(step.stride));
    }
    let padded = size.checked_add(step.pads.0)?.checked_add(step.pads.1)?;
    let free = padded.checked_sub(step.extent()?)?;
    if call.node.integer("ceil_mode", 0) == 0 {
        return Some(free / step.stride + 1);
    }
    // A window that would begin in the padding at the end is left out.
    let count = free.div_ceil(step.stride) + 1;
    let last = (count - 1).checked_mul(step.stride)?;
    let begins_in_padding = last >= size.checked_add(step.pads.0)?;
    Some(if begins_in_padding { count - 1 } else { count })
}

fn transposed(call: &Call<'_>, index: usize, size: usize, step: &Window) -> Option<usize> {
    if call.node.integers("output_shape").is_some() {
        return None;
    }
    if call.node.text("auto_pad").starts_with("SAME") {
        return size.checked_mul(step.stride);
    }
    let extra = at(call.node.integers("output_padding"), index, 0)?;
    let whole = size
        .checked_sub(1)?
        .checked_mul(step.stride)?
        .checked_add(step.extent()?)?
        .checked_add(extra)?;
    whole.checked_sub(step.pads.0)?.checked_sub(step.pads.1)
}

/// The pads of SAME along each spatial dimension: first all beginnings, then all ends. `None` if
/// they depend on unknown sizes, or if implementations of ONNX disagree.
pub(in crate::model) fn same_pads(call: &Call<'_>, is_lower: bool) -> Option<Vec<i64>> {
    let spatial = match call
        .node
        .integers("kernel_shape")
        .filter(|list| !list.is_empty())
    {
        Some(list) => list.len(),
        None => call.dims(1)?.len().checked_sub(2)?,
    };
    let (mut begins, mut ends) = (Vec::new(), Vec::new());
    for index in 0..spatial {
        let step = Window::of(call, index, spatial)?;
        let extent = step.extent()?;
        let (extent, stride) = (
            i64::try_from(extent).ok()?,
            i64::try_from(step.stride).ok()?,
        );
        let total = if call.node.operator() == "ConvTranspose" {
            // The output size is the stride times the input size; the total is the excess over it,
            // for any size.
            let extra = at(call.node.integers("output_padding"), index, 0)?;
            let total = extent
                .checked_add(i64::try_from(extra).ok()?)?
                .checked_sub(stride)?;
            Some(total).filter(|total| *total >= 0)?
        } else if stride == 1 {
            extent.checked_sub(1)?
        } else {
            let size = *call.dims(0)?.get(index.checked_add(2)?)?;
            let last = i64::try_from(size.div_ceil(step.stride).checked_sub(1)?).ok()?;
            let needed = last.checked_mul(stride)?.checked_add(extent)?;
            needed.checked_sub(i64::try_from(size).ok()?)?
        };
        // If the stride exceeds the kernel, ONNX Runtime halves a negative total and so moves some
        // windows; ONNX's reference does not. With -1 both begin at the first number.
        let total = Some(total.max(0)).filter(|_| total >= -1)?;
        // The larger part goes to the end, or to the beginning for SAME_LOWER.
        let begin = if is_lower { (total + 1) / 2 } else { total / 2 };
        begins.push(begin);
        ends.push(total - begin);
    }
    begins.extend(ends);
    Some(begins)
}

/// The pads of every dimension: first all beginnings, then all ends.
pub(in crate::model) fn full_pads(call: &Call<'_>) -> Option<Vec<i64>> {
    let rank = call.input(0)?.rank()?;
    let pads = call.list("pads", 1).ok()??;
    let Some(axes) = call.list("axes", 3).ok()? else {
        return Some(pads);
    };
    let mut full = vec![0; rank.checked_mul(2)?];
    for (index, number) in axes.iter().enumerate() {
        let place = axis(*number, rank)?;
        *full.get_mut(place)? = *pads.get(index)?;
        *full.get_mut(place + rank)? = *pads.get(index + axes.len())?;
    }
    Some(full)
}

/// The dims of Pad.
pub(super) fn padded(call: &Call<'_>) -> Option<Vec<usize>> {
    let dims = call.dims(0)?;
    let pads = full_pads(call)?;
    let dims = dims.iter().enumerate().map(|(index, dim)| {
        let begin = *pads.get(index)?;
        let end = *pads.get(index.checked_add(dims.len())?)?;
        let size = i64::try_from(*dim).ok()?;
        usize::try_from(size.checked_add(begin)?.checked_add(end)?).ok()
    });
    dims.collect()
}

/// The index of the input with the scales of Resize or Upsample, and of the one with the sizes.
pub(in crate::model) fn resize_inputs(call: &Call<'_>) -> (usize, usize) {
    match call.node.operator() {
        "Resize" if call.opset >= 11 => (2, 3),
        _ => (1, usize::MAX),
    }
}

/// The dims of Resize and Upsample.
pub(super) fn resized(call: &Call<'_>) -> Option<Vec<usize>> {
    let dims = call.dims(0)?;
    let (scales, sizes) = resize_inputs(call);
    let axes: Vec<usize> = match call.node.integers("axes") {
        None => (0..dims.len()).collect(),
        Some(axes) => {
            let axes = axes.iter().map(|number| axis(*number, dims.len()));
            axes.collect::<Option<_>>()?
        }
    };
    let mut out = dims.to_vec();
    if let Some(sizes) = call.input(sizes).and_then(|fact| fact.integers.as_ref()) {
        for (place, size) in axes.iter().zip(sizes) {
            *out.get_mut(*place)? = usize::try_from(*size).ok()?;
        }
        return Some(out);
    }
    if call.node.input_name(sizes).is_some() {
        return None;
    }
    let scales = match call.node.attribute("scales") {
        // Upsample before operator set 9.
        Some(scales) => scales.floats.iter().copied().map(f64::from).collect(),
        None => call.input(scales)?.floats.clone()?,
    };
    for (place, scale) in axes.iter().zip(&scales) {
        let dim = out.get_mut(*place)?;
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "ONNX multiplies in 32 bits"
        )]
        let size = (*dim as f32 * *scale as f32).floor();
        if !(0.0..16_777_216.0).contains(&size) {
            return None;
        }
        #[expect(
            clippy::cast_sign_loss,
            clippy::cast_possible_truncation,
            reason = "a whole number in the range above"
        )]
        let size = size as usize;
        *dim = size;
    }
    Some(out)
}

/// The dims of DepthToSpace and SpaceToDepth.
pub(super) fn blocks(call: &Call<'_>) -> Option<Vec<usize>> {
    let &[batch, channels, height, width] = call.dims(0)? else {
        return None;
    };
    let block = usize::try_from(call.node.integer("blocksize", 0)).ok()?;
    let square = block.checked_mul(block).filter(|square| *square > 0)?;
    Some(if call.node.operator() == "DepthToSpace" {
        vec![
            batch,
            channels / square,
            height.checked_mul(block)?,
            width.checked_mul(block)?,
        ]
    } else {
        vec![
            batch,
            channels.checked_mul(square)?,
            height / block,
            width / block,
        ]
    })
}
