//! The methods that add operators to a graph.

use super::sizes::{WINDOW_MAX, check_count, check_groups, check_rows};
use super::{
    Border, BufferLayout, Convolution, Element, Function, Graph, GraphError, Node, Operator,
    Output, Pairing, Pooling, Shape, Tap, Value, Windows,
};

/// The most channels of an ArgMax: an f32 counts them one by one.
const INDICES_MAX: usize = 1 << 24;

impl Graph {
    /// A graph without values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The shape of a value.
    #[must_use]
    pub fn shape(&self, value: Value) -> Shape {
        self.shapes[value.0]
    }

    /// Adds an input; inputs keep their order.
    ///
    /// # Errors
    ///
    /// [`GraphError::Size`].
    pub fn input(&mut self, shape: Shape) -> Result<Value, GraphError> {
        let value = self.value(shape)?;
        self.inputs.push(value);
        Ok(value)
    }

    /// Names a value as an output; outputs keep their order. A value may be named twice.
    pub fn output(&mut self, value: Value, layout: BufferLayout, element: Element) {
        self.outputs.push(Output {
            value,
            layout,
            element,
        });
    }

    /// A convolution.
    ///
    /// # Errors
    ///
    /// [`GraphError::Groups`], [`GraphError::Count`], [`GraphError::Window`],
    /// [`GraphError::Rows`], [`GraphError::Fit`], [`GraphError::Size`].
    pub fn convolution(&mut self, input: Value, of: Convolution) -> Result<Value, GraphError> {
        let from = self.shape(input);
        check_groups(&of, from.channels)?;
        let Windows { rows, columns } = of.windows;
        check_rows(&rows)?;
        let shape = Shape {
            channels: of.channels,
            height: rows.count(from.height)?,
            width: columns.count(from.width)?,
        };
        let sides = [
            of.channels,
            from.channels / of.groups,
            rows.size,
            columns.size,
        ];
        check_count(of.weights.len(), &sides)?;
        check_count(of.bias.len(), &[of.channels])?;
        self.add(Operator::Convolution(of), vec![input], shape)
    }

    /// A transposed convolution.
    ///
    /// # Errors
    ///
    /// As for [`Graph::convolution`].
    pub fn transposed(&mut self, input: Value, of: Convolution) -> Result<Value, GraphError> {
        let from = self.shape(input);
        check_groups(&of, from.channels)?;
        let Windows { rows, columns } = of.windows;
        check_rows(&rows)?;
        let (more_rows, more_columns) = of.output_padding;
        let shape = Shape {
            channels: of.channels,
            height: rows.transposed(from.height, more_rows)?,
            width: columns.transposed(from.width, more_columns)?,
        };
        let sides = [
            from.channels,
            of.channels / of.groups,
            rows.size,
            columns.size,
        ];
        check_count(of.weights.len(), &sides)?;
        check_count(of.bias.len(), &[of.channels])?;
        self.add(Operator::Transposed(of), vec![input], shape)
    }

    /// A pooling. Each window must see at least one number of the plane.
    ///
    /// # Errors
    ///
    /// [`GraphError::Window`], [`GraphError::Rows`], [`GraphError::Fit`], [`GraphError::Size`].
    pub fn pool(
        &mut self,
        input: Value,
        of: Pooling,
        windows: Windows,
    ) -> Result<Value, GraphError> {
        let from = self.shape(input);
        check_rows(&windows.rows)?;
        for (window, len) in [(windows.rows, from.height), (windows.columns, from.width)] {
            if !window.always_sees(len)? {
                return Err(GraphError::Fit(window.extent(), len));
            }
        }
        let shape = Shape {
            channels: from.channels,
            height: windows.rows.count(from.height)?,
            width: windows.columns.count(from.width)?,
        };
        self.add(Operator::Pool(of, windows), vec![input], shape)
    }

    /// The mean ([`Pooling::Average`]) or the largest number of each plane.
    ///
    /// # Errors
    ///
    /// None for a value of this graph.
    pub fn global_pool(&mut self, input: Value, of: Pooling) -> Result<Value, GraphError> {
        let shape = Shape::new(self.shape(input).channels, 1, 1);
        let operator = match of {
            Pooling::Max => Operator::GlobalMax,
            Pooling::Average | Pooling::AverageWithPads => Operator::GlobalAverage,
        };
        self.add(operator, vec![input], shape)
    }

    /// A function of each number.
    ///
    /// # Errors
    ///
    /// None for a value of this graph.
    pub fn function(&mut self, input: Value, of: Function) -> Result<Value, GraphError> {
        self.add(Operator::Function(of), vec![input], self.shape(input))
    }

    /// `number * scale + offset`, rounded once, with one scale and offset per channel.
    ///
    /// # Errors
    ///
    /// [`GraphError::Count`].
    pub fn affine(
        &mut self,
        input: Value,
        scale: Vec<f32>,
        offset: Vec<f32>,
    ) -> Result<Value, GraphError> {
        let shape = self.shape(input);
        check_count(scale.len(), &[shape.channels])?;
        check_count(offset.len(), &[shape.channels])?;
        self.add(Operator::Affine { scale, offset }, vec![input], shape)
    }

    /// Pairs two values number by number. Along an axis of size 1 a value counts for all positions
    /// of the other.
    ///
    /// # Errors
    ///
    /// [`GraphError::Pair`].
    pub fn pair(&mut self, of: Pairing, first: Value, second: Value) -> Result<Value, GraphError> {
        let (a, b) = (self.shape(first).sides(), self.shape(second).sides());
        let mut sides = [0; 3];
        for ((side, a_side), b_side) in sides.iter_mut().zip(a).zip(b) {
            *side = match (a_side, b_side) {
                (1, other) | (other, 1) => other,
                (one, other) if one == other => one,
                _ => return Err(GraphError::Pair(a, b)),
            };
        }
        let [channels, height, width] = sides;
        self.add(
            Operator::Pair(of),
            vec![first, second],
            Shape::new(channels, height, width),
        )
    }

    /// Interpolates along rows and columns; one [`Tap`] for each row and column of the result.
    ///
    /// # Errors
    ///
    /// [`GraphError::Index`], [`GraphError::Size`].
    pub fn resize(
        &mut self,
        input: Value,
        rows: Vec<Tap>,
        columns: Vec<Tap>,
    ) -> Result<Value, GraphError> {
        let from = self.shape(input);
        for (taps, len) in [(&rows, from.height), (&columns, from.width)] {
            let mut indices = taps.iter().flat_map(|tap| [tap.near, tap.far]);
            if let Some(index) = indices.find(|index| *index >= len) {
                return Err(GraphError::Index(index, len));
            }
        }
        let shape = Shape::new(from.channels, rows.len(), columns.len());
        self.add(Operator::Resize { rows, columns }, vec![input], shape)
    }

    /// The channels of all inputs, one input after the other.
    ///
    /// # Errors
    ///
    /// [`GraphError::Pair`], [`GraphError::Empty`].
    pub fn concat(&mut self, inputs: Vec<Value>) -> Result<Value, GraphError> {
        let first = self.shape(*inputs.first().ok_or(GraphError::Empty)?);
        let mut channels = 0;
        for input in &inputs {
            let shape = self.shape(*input);
            if (shape.height, shape.width) != (first.height, first.width) {
                return Err(GraphError::Pair(first.sides(), shape.sides()));
            }
            channels += shape.channels;
        }
        self.add(Operator::Concat, inputs, Shape { channels, ..first })
    }

    /// The part of a value that begins at this channel, row and column and has this shape.
    ///
    /// # Errors
    ///
    /// [`GraphError::Index`], [`GraphError::Size`].
    pub fn slice(
        &mut self,
        input: Value,
        [channel, row, column]: [usize; 3],
        shape: Shape,
    ) -> Result<Value, GraphError> {
        let from = self.shape(input).sides();
        let starts = [channel, row, column];
        for ((start, side), len) in starts.into_iter().zip(shape.sides()).zip(from) {
            match start.checked_add(side) {
                Some(end) if end <= len => {}
                _ => return Err(GraphError::Index(start.saturating_add(side), len)),
            }
        }
        self.add(
            Operator::Slice {
                channel,
                row,
                column,
            },
            vec![input],
            shape,
        )
    }

    /// Adds rows above and below, columns before and after.
    ///
    /// # Errors
    ///
    /// [`GraphError::Mirror`], [`GraphError::Window`] for a side above 65535, [`GraphError::Size`].
    pub fn pad(
        &mut self,
        input: Value,
        border: Border,
        sides: [usize; 4],
    ) -> Result<Value, GraphError> {
        let from = self.shape(input);
        let [above, below, before, after] = sides;
        if let Some(side) = sides.iter().find(|side| **side > WINDOW_MAX) {
            return Err(GraphError::Window(*side, 1, 1));
        }
        if border == Border::Reflect {
            for (pads, len) in [
                (above.max(below), from.height),
                (before.max(after), from.width),
            ] {
                if pads >= len {
                    return Err(GraphError::Mirror(pads, len));
                }
            }
        }
        let shape = Shape::new(
            from.channels,
            from.height + above + below,
            from.width + before + after,
        );
        self.add(Operator::Pad(border, sides), vec![input], shape)
    }

    /// The softmax over the channels.
    ///
    /// # Errors
    ///
    /// None for a value of this graph.
    pub fn softmax(&mut self, input: Value) -> Result<Value, GraphError> {
        self.add(Operator::Softmax, vec![input], self.shape(input))
    }

    /// The index of the first largest number of all channels, as a number; one plane.
    ///
    /// # Errors
    ///
    /// [`GraphError::Index`] for more than 2^24 channels.
    pub fn argmax(&mut self, input: Value) -> Result<Value, GraphError> {
        let from = self.shape(input);
        if from.channels > INDICES_MAX {
            return Err(GraphError::Index(from.channels, INDICES_MAX));
        }
        let shape = Shape {
            channels: 1,
            ..from
        };
        self.add(Operator::ArgMax, vec![input], shape)
    }

    fn value(&mut self, shape: Shape) -> Result<Value, GraphError> {
        self.shapes.push(shape.checked()?);
        Ok(Value(self.shapes.len() - 1))
    }

    fn add(
        &mut self,
        operator: Operator,
        inputs: Vec<Value>,
        shape: Shape,
    ) -> Result<Value, GraphError> {
        let output = self.value(shape)?;
        self.nodes.push(Node {
            operator,
            inputs,
            output,
        });
        Ok(output)
    }
}
