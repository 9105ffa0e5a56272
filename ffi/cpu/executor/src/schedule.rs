//! The order in which rows are computed, and the rows of each value that must be kept.
//!
//! The layers run in rounds. In each round every layer, in order, makes the rows that its inputs
//! allow, but no more than its share of a band. So a band of rows goes through many layers while it
//! is in the cache, and a row is dropped as soon as no layer needs it. A network of windows keeps
//! about as many rows as its windows reach; a mean over a whole plane keeps all.

use crate::layer::{Layer, Layers};

/// Rows of one layer to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) layer: usize,
    pub(crate) first: usize,
    pub(crate) end: usize,
}

/// All steps in their order, and how many rows of each stored value exist at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(crate) steps: Vec<Step>,
    pub(crate) rows: Vec<usize>,
}

impl Schedule {
    /// Simulates the rounds; `band` is the share of the highest layer, in rows.
    pub(crate) fn new(layers: &Layers, band: usize) -> Self {
        let mut state = State::new(layers);
        let heights = layers.layers.iter().map(|layer| layer.shape.height);
        let highest = heights.max().unwrap_or(1);
        let mut steps = Vec::new();
        loop {
            let before = steps.len();
            for (index, layer) in layers.layers.iter().enumerate() {
                let first = state.produced[index];
                let together = layer.rows_together();
                let share = (band * layer.shape.height).div_ceil(highest);
                let mut end = first + share.next_multiple_of(together);
                end = end.min(state.producible(layer));
                if end < layer.shape.height {
                    end -= end % together;
                }
                if end > first {
                    steps.push(Step {
                        layer: index,
                        first,
                        end,
                    });
                    state.produce(index, layer, end);
                }
            }
            if steps.len() == before {
                break;
            }
        }
        Self {
            steps,
            rows: state.kept,
        }
    }
}

/// A reader of a stored value: its layer, which input, and the value's row that is the view's row
/// 0.
type Reader = (usize, usize, usize);

struct State<'a> {
    layers: &'a Layers,
    /// Rows made, for each layer.
    produced: Vec<usize>,
    /// Rows made, for each stored value.
    available: Vec<usize>,
    /// The most rows at a time, for each stored value.
    kept: Vec<usize>,
    readers: Vec<Vec<Reader>>,
}

impl<'a> State<'a> {
    fn new(layers: &'a Layers) -> Self {
        let mut readers = vec![Vec::new(); layers.stored.len()];
        for (index, layer) in layers.layers.iter().enumerate() {
            for (input, view) in layer.inputs.iter().enumerate() {
                for part in &view.segments {
                    readers[part.value].push((index, input, part.row));
                }
            }
        }
        Self {
            layers,
            produced: vec![0; layers.layers.len()],
            available: vec![0; layers.stored.len()],
            kept: vec![1; layers.stored.len()],
            readers,
        }
    }

    /// The rows that the inputs of a layer allow.
    fn producible(&self, layer: &Layer) -> usize {
        let mut rows = layer.shape.height;
        for (view, reach) in layer.inputs.iter().zip(&layer.reaches) {
            let parts = view.segments.iter();
            let available = parts.map(|part| self.available[part.value].saturating_sub(part.row));
            let available = available.min().unwrap_or(0).min(view.shape.height);
            rows = rows.min(reach.producible(available));
        }
        rows
    }

    fn produce(&mut self, index: usize, layer: &Layer, end: usize) {
        // Threads write the rows of a step in any order, so each needs a place of its own, even if
        // no reader needs the first ones.
        let start = std::mem::replace(&mut self.produced[index], end);
        if let Some(value) = layer.stored {
            self.available[value] = end;
            let needed = self.readers[value].iter();
            let needed = needed.map(|reader| self.first_needed(*reader));
            let first = needed.min().unwrap_or(end).min(start);
            self.kept[value] = self.kept[value].max(end.saturating_sub(first));
        }
    }

    /// The first row of a value that a reader still needs.
    fn first_needed(&self, (index, input, row): Reader) -> usize {
        let layer = &self.layers.layers[index];
        let first = layer.reaches[input].first_needed(self.produced[index]);
        first.saturating_add(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{
        BufferLayout, Convolution, Element, Graph, Pooling, Shape, Window, Windows,
    };

    fn window(size: usize, stride: usize, pad: usize) -> Windows {
        let window = Window {
            size,
            stride,
            dilation: 1,
            before: pad,
            after: pad,
        };
        Windows {
            rows: window,
            columns: window,
        }
    }

    fn graph(height: usize) -> Graph {
        let mut graph = Graph::new();
        let x = graph.input(Shape::new(1, height, 4)).unwrap();
        let conv = Convolution {
            windows: window(3, 1, 1),
            groups: 1,
            channels: 1,
            weights: vec![1.0; 9].into(),
            bias: vec![0.0],
            output_padding: (0, 0),
        };
        let skip = graph.convolution(x, conv.clone()).unwrap();
        let low = graph.pool(skip, Pooling::Max, window(2, 2, 0)).unwrap();
        let low = graph.convolution(low, conv.clone()).unwrap();
        let up = Convolution {
            windows: window(2, 2, 0),
            weights: vec![1.0; 4].into(),
            ..conv.clone()
        };
        let up = graph.transposed(low, up).unwrap();
        let both = graph.concat(vec![skip, up]).unwrap();
        let last = Convolution {
            weights: vec![1.0; 18].into(),
            ..conv
        };
        let last = graph.convolution(both, last).unwrap();
        graph.output(last, BufferLayout::Planar, Element::F32);
        graph
    }

    #[test]
    fn every_row_is_made_once_and_after_what_it_needs() {
        for band in [1, 2, 5, 64] {
            let layers = Layers::new(graph(40));
            let schedule = Schedule::new(&layers, band);
            let mut made = vec![0; layers.layers.len()];
            for step in &schedule.steps {
                assert_eq!(step.first, made[step.layer]);
                made[step.layer] = step.end;
            }
            let heights: Vec<_> = layers
                .layers
                .iter()
                .map(|layer| layer.shape.height)
                .collect();
            assert_eq!(made, heights, "band {band}");
        }
    }

    /// A window of one number and stride 2 skips every other row.
    #[test]
    fn the_rows_of_a_step_do_not_share_a_place() {
        let mut graph = Graph::new();
        let x = graph.input(Shape::new(1, 64, 4)).unwrap();
        let all = graph.pool(x, Pooling::Max, window(3, 1, 1)).unwrap();
        let last = graph.pool(all, Pooling::Max, window(1, 2, 0)).unwrap();
        graph.output(last, BufferLayout::Planar, Element::F32);
        let layers = Layers::new(graph);
        for band in [1, 2, 3, 5] {
            let schedule = Schedule::new(&layers, band);
            for step in &schedule.steps {
                let Some(value) = layers.layers[step.layer].stored else {
                    continue;
                };
                let places = schedule.rows[value];
                assert!(step.end - step.first <= places, "{step:?}, {places} places");
            }
        }
    }

    #[test]
    fn the_rows_kept_do_not_grow_with_the_picture() {
        let (low, high) = (Layers::new(graph(64)), Layers::new(graph(6400)));
        let rows = |layers| Schedule::new(layers, 4).rows;
        // The bands of the two schedules are in the same proportion to the height.
        assert_eq!(rows(&low), rows(&high));
        assert!(
            rows(&low).iter().all(|rows| *rows <= 16),
            "{:?}",
            rows(&low)
        );
    }
}
