//! Dims of operators that rearrange tensors.

use super::{Call, axis};

/// The dims of the output.
pub(super) fn dims(call: &Call<'_>) -> Option<Vec<usize>> {
    let node = call.node;
    match node.operator() {
        "Transpose" => {
            let dims = call.dims(0)?;
            match node.integers("perm").filter(|perm| !perm.is_empty()) {
                None => Some(dims.iter().rev().copied().collect()),
                Some(perm) if perm.len() == dims.len() => {
                    let dims = perm
                        .iter()
                        .map(|place| dims.get(usize::try_from(*place).ok()?));
                    dims.map(|dim| dim.copied()).collect()
                }
                Some(_) => None,
            }
        }
        "Reshape" => reshape(call),
        "Flatten" => {
            let dims = call.dims(0)?;
            let number = node.integer("axis", 1);
            // Here the axis may equal the rank.
            let split = if number == i64::try_from(dims.len()).ok()? {
                dims.len()
            } else {
                axis(number, dims.len())?
            };
            let (before, after) = dims.split_at(split);
            Some(vec![product(before)?, product(after)?])
        }
        "Squeeze" => {
            let dims = call.dims(0)?;
            let axes = match call.list("axes", 1).ok()? {
                None => (0..dims.len())
                    .filter(|index| dims.get(*index) == Some(&1))
                    .collect(),
                Some(axes) => all_axes(&axes, dims.len())?,
            };
            let kept = dims
                .iter()
                .enumerate()
                .filter(|(index, _)| !axes.contains(index));
            Some(kept.map(|(_, dim)| *dim).collect())
        }
        "Unsqueeze" => {
            let dims = call.dims(0)?;
            let axes = call.list("axes", 1).ok()??;
            let rank = dims.len().checked_add(axes.len())?;
            let axes = all_axes(&axes, rank)?;
            let mut old = dims.iter();
            let dims = (0..rank).map(|index| match axes.contains(&index) {
                true => Some(1),
                false => old.next().copied(),
            });
            dims.collect()
        }
        "Expand" => {
            let shape = call
                .integers(1)?
                .iter()
                .map(|size| usize::try_from(*size).ok());
            super::broadcast(call.dims(0)?, &shape.collect::<Option<Vec<_>>>()?)
        }
        "Tile" => {
            let dims = call.dims(0)?.iter().zip(call.integers(1)?);
            let dims = dims.map(|(dim, times)| dim.checked_mul(usize::try_from(*times).ok()?));
            dims.collect()
        }
        "Gather" => {
            let dims = call.dims(0)?;
            let axis = axis(node.integer("axis", 0), dims.len())?;
            let (before, after) = dims.split_at(axis);
            let mut out = before.to_vec();
            out.extend(call.dims(1)?);
            out.extend(after.get(1..)?);
            Some(out)
        }
        "Slice" => {
            let mut dims = call.dims(0)?.to_vec();
            for (place, range) in slices(call)? {
                let dim = dims.get_mut(place)?;
                *dim = range.count(*dim)?;
            }
            Some(dims)
        }
        "ConstantOfShape" => {
            let shape = call
                .integers(0)?
                .iter()
                .map(|size| usize::try_from(*size).ok());
            shape.collect()
        }
        "Shape" => Some(vec![shape_range(call)?.len()]),
        "Size" => Some(Vec::new()),
        _ => None,
    }
}

/// The number of elements of a tensor.
pub(super) fn product(dims: &[usize]) -> Option<usize> {
    dims.iter()
        .try_fold(1_usize, |product, dim| product.checked_mul(*dim))
}

fn all_axes(axes: &[i64], rank: usize) -> Option<Vec<usize>> {
    axes.iter().map(|number| axis(*number, rank)).collect()
}

fn reshape(call: &Call<'_>) -> Option<Vec<usize>> {
    let dims = call.dims(0)?;
    let shape = call.list("shape", 1).ok()??;
    let keeps_zero = call.node.integer("allowzero", 0) != 0;
    let mut open = None;
    let mut out = Vec::new();
    for (index, size) in shape.iter().enumerate() {
        out.push(match size {
            0 if !keeps_zero => *dims.get(index)?,
            -1 if open.is_none() => {
                open = Some(index);
                1
            }
            size => usize::try_from(*size).ok()?,
        });
    }
    let (whole, known) = (product(dims)?, product(&out)?);
    if let Some(open) = open {
        *out.get_mut(open)? = whole.checked_div(known)?;
    }
    (product(&out)? == whole).then_some(out)
}

/// `start:end:step` of one dimension.
pub(in crate::model) struct SliceRange {
    start: i64,
    end: i64,
    step: i64,
}

impl SliceRange {
    /// The first index and the number of indices in a dimension of size `dim`.
    fn within(&self, dim: usize) -> Option<(i64, i64)> {
        let dim = i64::try_from(dim).ok()?;
        let from_end = |place: i64| {
            if place < 0 {
                place.saturating_add(dim)
            } else {
                place
            }
        };
        let (lowest, highest) = match self.step.signum() {
            1 => (0, dim),
            -1 => (-1, dim.checked_sub(1)?),
            _ => return None,
        };
        let start = from_end(self.start).clamp(lowest, highest);
        let end = from_end(self.end).clamp(lowest, highest);
        let distance = end.checked_sub(start)?;
        let count = if distance.signum() == self.step.signum() {
            distance.unsigned_abs().div_ceil(self.step.unsigned_abs())
        } else {
            0
        };
        Some((start, i64::try_from(count).ok()?))
    }

    fn count(&self, dim: usize) -> Option<usize> {
        usize::try_from(self.within(dim)?.1).ok()
    }

    /// The indices, in their order.
    pub(in crate::model) fn places(&self, dim: usize) -> Option<Vec<usize>> {
        let (start, count) = self.within(dim)?;
        let places = (0..count).map(|index| {
            let distance = index.checked_mul(self.step)?;
            usize::try_from(start.checked_add(distance)?).ok()
        });
        places.collect()
    }
}

pub(in crate::model) fn slices(call: &Call<'_>) -> Option<Vec<(usize, SliceRange)>> {
    let rank = call.input(0)?.rank()?;
    let starts = call.list("starts", 1).ok()??;
    let ends = call.list("ends", 2).ok()??;
    let axes = match call.list("axes", 3).ok()? {
        Some(axes) => all_axes(&axes, rank)?,
        None => (0..starts.len()).collect(),
    };
    let steps = match call.list("steps", 4).ok()? {
        Some(steps) => steps,
        None => vec![1; starts.len()],
    };
    let ranges = axes.into_iter().enumerate().map(|(index, place)| {
        let range = SliceRange {
            start: *starts.get(index)?,
            end: *ends.get(index)?,
            step: *steps.get(index)?,
        };
        Some((place, range))
    });
    ranges.collect()
}

/// The dims in the output of Shape.
pub(super) fn shape_range<'a>(call: &'a Call<'_>) -> Option<&'a [usize]> {
    let dims = call.dims(0)?;
    let rank = i64::try_from(dims.len()).ok()?;
    let place = |number: i64| {
        let number = if number < 0 {
            number.saturating_add(rank)
        } else {
            number
        };
        usize::try_from(number.clamp(0, rank)).ok()
    };
    let start = place(call.node.integer("start", 0))?;
    let end = place(call.node.integer("end", rank))?;
    Some(dims.get(start..end).unwrap_or_default())
}
