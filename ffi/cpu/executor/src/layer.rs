//! The graph as it is computed: views are resolved, functions joined to the operator before them,
//! and what no output needs is gone.

#[cfg(test)]
mod tests;

use crate::graph::{
    Border, Convolution, Function, Graph, Node, Operator, Pairing, Pooling, Shape, Tap, Value,
    Windows,
};
use crate::method::{is_winograd, reads_in_place};
use crate::reach::Reach;
use crate::view::View;

/// The most segments of a view. A concatenation of more is copied: of two that are concatenations
/// of two, and so on, they would be a power of two.
const SEGMENTS_MAX: usize = 64;

/// What a layer computes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// The input with this index.
    Input(usize),
    Convolution(Convolution),
    /// A convolution by Winograd's method.
    Winograd(Convolution),
    Transposed(Convolution),
    Pool(Pooling, Windows),
    GlobalAverage,
    GlobalMax,
    Function(Function),
    Affine {
        scale: Vec<f32>,
        offset: Vec<f32>,
    },
    Pair(Pairing),
    Resize {
        rows: Vec<Tap>,
        columns: Vec<Tap>,
    },
    Pad(Border, [usize; 4]),
    Softmax,
    ArgMax,
    /// The output with this index.
    Output(usize),
}

/// A step of the computation, which makes one stored value or one output.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layer {
    pub(crate) kind: Kind,
    /// Applied to each number after the operator.
    pub(crate) function: Option<Function>,
    pub(crate) inputs: Vec<View>,
    /// What each input must have for each row of the result.
    pub(crate) reaches: Vec<Reach>,
    /// The shape of the result.
    pub(crate) shape: Shape,
    /// The stored value; `None` for an output.
    pub(crate) stored: Option<usize>,
}

impl Layer {
    /// Rows that are computed together: a step begins at a multiple of them.
    pub(crate) fn rows_together(&self) -> usize {
        match self.kind {
            Kind::Winograd(_) => 2,
            _ => 1,
        }
    }
}

/// All layers in the order of computation, and the shapes of the stored values.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Layers {
    pub(crate) layers: Vec<Layer>,
    pub(crate) stored: Vec<Shape>,
}

impl Layers {
    /// Lowers a graph. It must have at least one output.
    pub(crate) fn new(graph: Graph) -> Self {
        let readers = readers(&graph);
        let mut lowering = Lowering {
            layers: Self::default(),
            views: vec![None; graph.shapes.len()],
            made: Vec::new(),
            shapes: graph.shapes,
        };
        for (index, input) in graph.inputs.iter().enumerate() {
            if readers[input.0] > 0 {
                lowering.layer(Kind::Input(index), Vec::new(), *input);
            }
        }
        for node in graph.nodes {
            if readers[node.output.0] > 0 {
                lowering.node(node, &readers);
            }
        }
        for (index, output) in graph.outputs.iter().enumerate() {
            let view = lowering.whole(output.value);
            lowering.push(Kind::Output(index), vec![view.clone()], view.shape, None);
        }
        lowering.layers
    }
}

/// How often each value is read by something that an output needs. What reads a concatenation or a
/// slice reads its inputs.
fn readers(graph: &Graph) -> Vec<usize> {
    let mut readers = vec![0_usize; graph.shapes.len()];
    for output in &graph.outputs {
        readers[output.value.0] += 1;
    }
    for node in graph.nodes.iter().rev() {
        let of_output = readers[node.output.0];
        let count = match node.operator {
            Operator::Concat | Operator::Slice { .. } => of_output,
            _ => of_output.min(1),
        };
        for input in &node.inputs {
            readers[input.0] = readers[input.0].saturating_add(count);
        }
    }
    readers
}

struct Lowering {
    layers: Layers,
    /// How each value that exists is read.
    views: Vec<Option<View>>,
    /// The value that each stored value is; `None` for a copy.
    made: Vec<Option<Value>>,
    shapes: Vec<Shape>,
}

impl Lowering {
    fn node(&mut self, node: Node, readers: &[usize]) {
        let (output, shape) = (node.output, self.shapes[node.output.0]);
        let inputs: Vec<View> = node.inputs.iter().map(|input| self.view(*input)).collect();
        let kind = match node.operator {
            Operator::Concat => {
                let views: Vec<&View> = inputs.iter().collect();
                let mut view = View::concat(&views, shape);
                if view.segments.len() > SEGMENTS_MAX {
                    view = self.copy(view);
                }
                self.views[output.0] = Some(view);
                return;
            }
            Operator::Slice {
                channel,
                row,
                column,
            } => {
                let part = inputs
                    .first()
                    .map(|view| view.slice(channel, row, column, shape));
                self.views[output.0] = part;
                return;
            }
            Operator::Function(function) => {
                if let Some(stored) = self.join(&inputs, function, readers) {
                    self.made[stored] = Some(output);
                    self.views[output.0] = inputs.into_iter().next();
                    return;
                }
                Kind::Function(function)
            }
            Operator::Convolution(of) => {
                let columns = of.windows.columns;
                let has_pads = columns.before > 0 || columns.after > 0;
                let channels = inputs.iter().map(|view| view.shape.channels).sum();
                let rows = of.windows.rows.size;
                let inputs = inputs
                    .into_iter()
                    .map(|view| self.windowed(view, has_pads, rows))
                    .collect();
                let kind = if is_winograd(&of, channels, shape.width) {
                    Kind::Winograd(of)
                } else {
                    Kind::Convolution(of)
                };
                self.layer(kind, inputs, output);
                return;
            }
            Operator::Transposed(of) => {
                let rows = of.windows.rows.size;
                let inputs = inputs
                    .into_iter()
                    .map(|view| self.windowed(view, true, rows))
                    .collect();
                self.layer(Kind::Transposed(of), inputs, output);
                return;
            }
            Operator::Pool(of, windows) => Kind::Pool(of, windows),
            Operator::GlobalAverage => Kind::GlobalAverage,
            Operator::GlobalMax => Kind::GlobalMax,
            Operator::Affine { scale, offset } => Kind::Affine { scale, offset },
            Operator::Pair(of) => Kind::Pair(of),
            Operator::Resize { rows, columns } => Kind::Resize { rows, columns },
            Operator::Pad(border, sides) => Kind::Pad(border, sides),
            Operator::Softmax | Operator::ArgMax => {
                let kind = match node.operator {
                    Operator::Softmax => Kind::Softmax,
                    _ => Kind::ArgMax,
                };
                let inputs = node.inputs.iter().map(|input| self.whole(*input)).collect();
                self.layer(kind, inputs, output);
                return;
            }
        };
        self.layer(kind, inputs, output);
    }

    fn view(&self, value: Value) -> View {
        let shape = self.shapes[value.0];
        // The graph is built front to back, so every input has a view.
        self.views[value.0]
            .clone()
            .unwrap_or_else(|| View::stored(0, shape))
    }

    /// A view of one segment; other values are copied first.
    fn whole(&mut self, value: Value) -> View {
        let view = self.view(value);
        if view.segments.len() == 1 {
            view
        } else {
            self.copy(view)
        }
    }

    /// A view for windows of `rows` rows: it has zeros before and after its columns if it needs
    /// them, and few enough segments.
    fn windowed(&mut self, view: View, has_pads: bool, rows: usize) -> View {
        let stored = &self.layers.stored;
        let mut segments = view.segments.iter();
        let is_cut =
            segments.any(|part| part.column > 0 || stored[part.value].width != view.shape.width);
        if (is_cut && has_pads) || !reads_in_place(view.segments.len(), rows) {
            self.copy(view)
        } else {
            view
        }
    }

    /// Joins a function to the layer that makes this view, if nothing else reads what that makes.
    fn join(&mut self, inputs: &[View], function: Function, readers: &[usize]) -> Option<usize> {
        let [view] = inputs else { return None };
        let [part] = view.segments.as_slice() else {
            return None;
        };
        let stored = part.value;
        let is_whole = *view == View::stored(stored, self.layers.stored[stored]);
        if !is_whole || readers[self.made[stored]?.0] != 1 {
            return None;
        }
        let mut layers = self.layers.layers.iter_mut();
        let layer = layers.find(|layer| layer.stored == Some(stored))?;
        if layer.function.is_some() || matches!(layer.kind, Kind::Input(_)) {
            return None;
        }
        layer.function = Some(function);
        Some(stored)
    }

    fn copy(&mut self, view: View) -> View {
        let shape = view.shape;
        let kind = Kind::Pad(Border::Constant(0.0), [0; 4]);
        View::stored(self.store(kind, vec![view], shape, None), shape)
    }

    /// Adds the layer that makes a value of the graph.
    fn layer(&mut self, kind: Kind, inputs: Vec<View>, output: Value) {
        let shape = self.shapes[output.0];
        let stored = self.store(kind, inputs, shape, Some(output));
        self.views[output.0] = Some(View::stored(stored, shape));
    }

    fn store(
        &mut self,
        kind: Kind,
        inputs: Vec<View>,
        shape: Shape,
        value: Option<Value>,
    ) -> usize {
        let stored = self.layers.stored.len();
        self.layers.stored.push(shape);
        self.made.push(value);
        self.push(kind, inputs, shape, Some(stored));
        stored
    }

    fn push(&mut self, kind: Kind, inputs: Vec<View>, shape: Shape, stored: Option<usize>) {
        let reaches = inputs.iter().map(|input| reach(&kind, shape, input.shape));
        self.layers.layers.push(Layer {
            reaches: reaches.collect(),
            kind,
            function: None,
            inputs,
            shape,
            stored,
        });
    }
}

/// The rows of an input that each row of the result needs.
fn reach(kind: &Kind, shape: Shape, input: Shape) -> Reach {
    let height = shape.height;
    match kind {
        Kind::Convolution(of) | Kind::Winograd(of) => {
            Reach::window(&of.windows.rows, height, input.height)
        }
        Kind::Transposed(of) => Reach::transposed(&of.windows.rows, height, input.height),
        Kind::Pool(_, windows) => Reach::window(&windows.rows, height, input.height),
        Kind::GlobalAverage | Kind::GlobalMax => Reach::whole(height, input.height),
        Kind::Resize { rows, .. } => Reach::taps(rows),
        Kind::Pad(border, [above, ..]) => Reach::border(*border, *above, height, input.height),
        Kind::Pair(_) if input.height == 1 && height > 1 => Reach::whole(height, 1),
        Kind::Input(_)
        | Kind::Function(_)
        | Kind::Affine { .. }
        | Kind::Pair(_)
        | Kind::Softmax
        | Kind::ArgMax
        | Kind::Output(_) => Reach::same(height),
    }
}
