//! How the axes of an ONNX tensor map to the planes of an executor's value.

use unet_executor::{BufferLayout, Shape, Value};

use super::reason::Reason;

/// An axis of a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    /// Always of size 1.
    Batch,
    Channel,
    Row,
    Column,
}

/// The usual orders of the axes, by the number of dimensions. They give a dimension of size 1 its
/// meaning.
const ORDERS: [&[Axis]; 5] = [
    &[Axis::Batch, Axis::Channel, Axis::Row, Axis::Column],
    &[Axis::Batch, Axis::Row, Axis::Column, Axis::Channel],
    &[Axis::Channel, Axis::Row, Axis::Column],
    &[Axis::Row, Axis::Column, Axis::Channel],
    &[Axis::Batch, Axis::Channel],
];

/// The size of a shape along an axis.
pub(super) fn size(shape: Shape, axis: Axis) -> usize {
    match axis {
        Axis::Batch => 1,
        Axis::Channel => shape.channels,
        Axis::Row => shape.height,
        Axis::Column => shape.width,
    }
}

/// The dims of an ONNX tensor and the axes that they hold.
///
/// Only axes of more than one position matter: dimensions of size 1 come and go. Each dimension
/// holds none of these axes, one, or several that follow each other in memory (a flattened
/// picture).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axes {
    dims: Vec<usize>,
    /// The axes in each dimension.
    groups: Vec<Vec<Axis>>,
}

/// An ONNX tensor as a value of the executor.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planes {
    pub(super) value: Value,
    pub(super) axes: Axes,
    /// If all numbers are whole and not negative: the largest that is possible.
    pub(super) whole: Option<usize>,
}

impl Axes {
    /// A tensor with these dims. `order` is the order of the axes in memory; those of size 1 do not
    /// count. `None` if a dimension would hold a part of an axis.
    pub(super) fn new(shape: Shape, order: &[Axis], dims: &[usize]) -> Option<Self> {
        let mut rest = order.iter().filter(|axis| size(shape, **axis) > 1);
        let mut groups = Vec::with_capacity(dims.len());
        for dim in dims {
            let (mut product, mut group) = (1_usize, Vec::new());
            while product < *dim {
                let axis = *rest.next()?;
                product = product.checked_mul(size(shape, axis))?;
                group.push(axis);
            }
            if product != *dim {
                return None;
            }
            groups.push(group);
        }
        rest.next().is_none().then(|| Self {
            dims: dims.to_vec(),
            groups,
        })
    }

    pub(super) fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// The axes of more than one position in each dimension.
    pub(super) fn groups(&self) -> &[Vec<Axis>] {
        &self.groups
    }

    /// The axes of more than one position, in their order in memory.
    pub(super) fn order(&self) -> Vec<Axis> {
        self.groups.concat()
    }

    /// The order of the axes in memory after a Transpose.
    pub(super) fn permuted(&self, perm: &[usize]) -> Vec<Axis> {
        let groups = perm.iter().filter_map(|index| self.groups.get(*index));
        groups.flatten().copied().collect()
    }

    /// The axis that a dimension holds. A dimension of size 1 gets its axis from the usual orders.
    pub(super) fn axis(&self, index: usize) -> Option<Axis> {
        match self.groups.get(index)?.as_slice() {
            [] => self.usual()?.get(index).copied(),
            [axis] => Some(*axis),
            _ => None,
        }
    }

    /// The order of the axes in memory, with the channels even if there is one: first if no usual
    /// order gives them a place.
    pub(super) fn order_with_channels(&self) -> Vec<Axis> {
        let mut order = self.whole_order().unwrap_or_else(|| self.order());
        if !order.contains(&Axis::Channel) {
            order.insert(0, Axis::Channel);
        }
        order
    }

    /// The order of all axes in memory, those of size 1 at their usual places. `None` for an order
    /// that is not usual.
    pub(super) fn whole_order(&self) -> Option<Vec<Axis>> {
        let dims = (0..self.dims.len()).map(|index| self.axis(index));
        dims.collect()
    }

    fn usual(&self) -> Option<&'static [Axis]> {
        let fits = |order: &&[Axis]| {
            order.len() == self.groups.len()
                && order.iter().zip(&self.groups).all(|(axis, group)| {
                    group.is_empty() || group.as_slice() == std::slice::from_ref(axis)
                })
        };
        ORDERS.into_iter().find(fits)
    }

    /// Whether the dims are batch, channels, rows and columns in this order.
    pub(super) fn is_nchw(&self) -> bool {
        self.usual() == ORDERS.first().copied()
    }

    /// The layout of the tensor's numbers in memory; `None` for another order of the axes.
    pub(super) fn layout(&self) -> Option<BufferLayout> {
        let is_part_of = |whole: [Axis; 3]| {
            let mut whole = whole.iter();
            let order = self.order();
            order.iter().all(|axis| whole.any(|other| other == axis))
        };
        if is_part_of([Axis::Channel, Axis::Row, Axis::Column]) {
            return Some(BufferLayout::Planar);
        }
        is_part_of([Axis::Row, Axis::Column, Axis::Channel]).then_some(BufferLayout::Interleaved)
    }

    /// Why an operator cannot use the tensor.
    pub(super) fn misfit(&self, name: &str) -> Reason {
        Reason::Axes(name.to_owned(), self.dims.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHW: [Axis; 3] = [Axis::Channel, Axis::Row, Axis::Column];

    fn axes(order: &[Axis], dims: &[usize]) -> Option<Axes> {
        Axes::new(Shape::new(3, 4, 5), order, dims)
    }

    #[test]
    fn each_dimension_holds_whole_axes() {
        for dims in [&[1, 3, 4, 5][..], &[3, 20], &[60], &[1, 12, 1, 5]] {
            assert!(axes(&CHW, dims).is_some(), "{dims:?}");
        }
        for dims in [
            &[1, 3, 4, 4][..],
            &[3, 4],
            &[3, 5, 4],
            &[6, 10],
            &[1, 3, 4, 5, 2],
        ] {
            assert!(axes(&CHW, dims).is_none(), "{dims:?}");
        }
    }

    #[test]
    fn dimensions_of_size_1_get_their_usual_axis() {
        let one = |dims: &[usize]| Axes::new(Shape::new(1, 4, 5), &CHW, dims).unwrap();
        assert_eq!(one(&[1, 1, 4, 5]).axis(1), Some(Axis::Channel));
        assert_eq!(one(&[1, 4, 5, 1]).axis(3), Some(Axis::Channel));
        assert_eq!(one(&[1, 4, 5]).axis(0), Some(Axis::Channel));
        assert_eq!(one(&[4, 1, 5]).axis(1), None);
        assert!(one(&[1, 1, 4, 5]).is_nchw() && !one(&[1, 4, 5, 1]).is_nchw());
    }

    #[test]
    fn the_layout_is_that_of_the_axes_in_memory() {
        let layout = |order, dims: &[usize]| axes(order, dims).unwrap().layout();
        assert_eq!(layout(&CHW, &[1, 3, 20]), Some(BufferLayout::Planar));
        let hwc = &[Axis::Row, Axis::Column, Axis::Channel];
        assert_eq!(layout(hwc, &[20, 3]), Some(BufferLayout::Interleaved));
        let cwh = &[Axis::Channel, Axis::Column, Axis::Row];
        assert_eq!(layout(cwh, &[3, 5, 4]), None);
    }
}
