//! Random parts of values, and values put together.

use super::draw::{Draw, Drawn};
use crate::graph::{Border, Pooling, Shape, Value};

impl Draw<'_> {
    /// A value, cut to size 1 along some axes, or the means of its planes.
    pub(super) fn cut(&mut self, input: Value) -> Drawn {
        if self.random.one_in(3) {
            return self.graph.global_pool(input, Pooling::Average);
        }
        let Shape {
            channels,
            height,
            width,
        } = self.graph.shape(input);
        let mut side = |len| match self.random.one_in(2) {
            true => (self.random.below(len), 1),
            false => (0, len),
        };
        let [c, y, x] = [side(channels), side(height), side(width)];
        self.graph
            .slice(input, [c.0, y.0, x.0], Shape::new(c.1, y.1, x.1))
    }

    /// Values side by side, cut to the size of the smallest.
    pub(super) fn concat(&mut self, input: Value) -> Drawn {
        let count = self.random.within(1, 4);
        let mut parts = vec![input];
        for _ in 1..count {
            parts.push(self.any());
        }
        let shapes: Vec<Shape> = parts.iter().map(|part| self.graph.shape(*part)).collect();
        let height = shapes.iter().map(|shape| shape.height).min().unwrap_or(1);
        let width = shapes.iter().map(|shape| shape.width).min().unwrap_or(1);
        for (part, shape) in parts.iter_mut().zip(&shapes) {
            if (shape.height, shape.width) != (height, width) {
                let row = self.random.within(0, shape.height - height);
                let column = self.random.within(0, shape.width - width);
                let shape = Shape::new(shape.channels, height, width);
                *part = self.graph.slice(*part, [0, row, column], shape)?;
            }
        }
        self.graph.concat(parts)
    }

    /// Single channels in any order.
    pub(super) fn many_parts(&mut self, input: Value) -> Drawn {
        let shape = self.graph.shape(input);
        let count = self.random.pick(&[2, 3, 8, 21, 22, 33, 70]);
        let mut parts = Vec::new();
        for _ in 0..count {
            let channel = self.random.below(shape.channels);
            let shape = Shape {
                channels: 1,
                ..shape
            };
            parts.push(self.graph.slice(input, [channel, 0, 0], shape)?);
        }
        self.graph.concat(parts)
    }

    /// Any part of a value, or all of it.
    pub(super) fn slice(&mut self, input: Value) -> Drawn {
        let Shape {
            channels,
            height,
            width,
        } = self.graph.shape(input);
        let is_whole = self.random.one_in(5);
        let mut side = |len: usize| {
            if is_whole || self.random.one_in(3) {
                return (0, len);
            }
            let start = self.random.below(len);
            (start, self.random.within(1, len - start))
        };
        let [c, y, x] = [side(channels), side(height), side(width)];
        self.graph
            .slice(input, [c.0, y.0, x.0], Shape::new(c.1, y.1, x.1))
    }

    pub(super) fn pad(&mut self, input: Value) -> Drawn {
        let most = self.random.pick(&[1, 2, 5, 30]);
        let sides = std::array::from_fn(|_| self.random.within(0, most));
        let number = self.random.numbers(1, self.rarity.min(4))[0];
        let border = [
            Border::Constant(number),
            Border::Constant(0.0),
            Border::Edge,
            Border::Reflect,
        ];
        let border = self.random.pick(&border);
        self.graph.pad(input, border, sides)
    }
}
