//! How a value is found in memory: concatenations, slices and crops are lists of parts of stored
//! values, and are never copied.

use crate::graph::Shape;

/// Some channels of a stored value, from a row and a column on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    /// The stored value.
    pub(crate) value: usize,
    /// The first channel.
    pub(crate) channel: usize,
    /// Channels.
    pub(crate) channels: usize,
    /// The stored row that is the view's row 0.
    pub(crate) row: usize,
    /// The stored column that is the view's column 0.
    pub(crate) column: usize,
}

/// A value as an operator reads it: all channels of all segments, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) shape: Shape,
    pub(crate) segments: Vec<Segment>,
}

impl View {
    /// A whole stored value.
    pub(crate) fn stored(value: usize, shape: Shape) -> Self {
        Self {
            shape,
            segments: vec![Segment {
                value,
                channel: 0,
                channels: shape.channels,
                row: 0,
                column: 0,
            }],
        }
    }

    /// The channels of several views with equal rows and columns.
    pub(crate) fn concat(views: &[&Self], shape: Shape) -> Self {
        let segments = views.iter().flat_map(|view| view.segments.iter().copied());
        Self {
            shape,
            segments: segments.collect(),
        }
    }

    /// A part of this view.
    pub(crate) fn slice(&self, channel: usize, row: usize, column: usize, shape: Shape) -> Self {
        let (mut skip, mut left) = (channel, shape.channels);
        let mut segments = Vec::new();
        for segment in &self.segments {
            let skipped = skip.min(segment.channels);
            let channels = left.min(segment.channels - skipped);
            skip -= skipped;
            left -= channels;
            if channels > 0 {
                segments.push(Segment {
                    channel: segment.channel + skipped,
                    channels,
                    row: segment.row + row,
                    column: segment.column + column,
                    ..*segment
                });
            }
        }
        Self { shape, segments }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_of_a_concatenation_keeps_its_channels_and_offsets() {
        let (a, b) = (Shape::new(3, 9, 9), Shape::new(4, 9, 9));
        let both = View::concat(
            &[&View::stored(0, a), &View::stored(1, b)],
            Shape::new(7, 9, 9),
        );
        let part = both.slice(2, 1, 2, Shape::new(3, 5, 5));
        let part = part.slice(0, 1, 1, Shape::new(2, 2, 2));
        let found: Vec<_> = part
            .segments
            .iter()
            .map(|part| {
                (
                    part.value,
                    part.channel,
                    part.channels,
                    part.row,
                    part.column,
                )
            })
            .collect();
        assert_eq!(found, [(0, 2, 1, 2, 3), (1, 0, 1, 2, 3)]);
    }
}
