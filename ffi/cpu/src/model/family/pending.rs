//! A convolution that is not in the executor's graph yet, because a scale and an offset for each
//! channel may still join it.

use unet_executor::{Convolution, Graph, Value, Weights};

use super::reason::Reason;
use crate::model::onnx::Place;

/// `convolution * scale + offset`.
pub(super) struct Pending {
    pub(super) place: Place,
    input: Value,
    of: Convolution,
    is_transposed: bool,
    /// For each channel of the result.
    scale: Vec<f64>,
    offset: Vec<f64>,
}

impl Pending {
    pub(super) fn new(place: Place, input: Value, of: Convolution, is_transposed: bool) -> Self {
        let (scale, offset) = (vec![1.0; of.channels], vec![0.0; of.channels]);
        Self {
            place,
            input,
            of,
            is_transposed,
            scale,
            offset,
        }
    }

    /// Channels of the result.
    pub(super) fn channels(&self) -> usize {
        self.of.channels
    }

    /// Scales the result and then adds the offset, each for its channel.
    pub(super) fn join(&mut self, scale: &[f64], offset: &[f64]) {
        let mine = self.scale.iter_mut().zip(&mut self.offset);
        for ((mine, mine_offset), (scale, offset)) in mine.zip(scale.iter().zip(offset)) {
            *mine *= scale;
            *mine_offset = *mine_offset * scale + offset;
        }
    }

    /// Adds it to the graph. Weights and bias are rounded once. If one would not be finite, scale
    /// and offset become an operator of their own.
    pub(super) fn add(self, graph: &mut Graph) -> Result<Value, Reason> {
        let place = self.place.clone();
        let added = self.add_here(graph);
        added.map_err(|reason| Reason::Before(place, Box::new(reason)))
    }

    fn add_here(mut self, graph: &mut Graph) -> Result<Value, Reason> {
        let is_changed = self.scale.iter().any(|scale| *scale != 1.0)
            || self.offset.iter().any(|offset| *offset != 0.0);
        if !is_changed {
            return add(graph, self.input, self.of, self.is_transposed);
        }
        if !self.fits() {
            let value = add(graph, self.input, self.of, self.is_transposed)?;
            let scale = self.scale.iter().map(|number| narrow(*number));
            let offset = self.offset.iter().map(|number| narrow(*number));
            return Ok(graph.affine(value, scale.collect(), offset.collect())?);
        }
        let joined = self.scale.iter().zip(&self.offset);
        for (bias, (scale, offset)) in self.of.bias.iter_mut().zip(joined) {
            *bias = narrow(f64::from(*bias) * scale + offset);
        }
        if self.scale.iter().any(|scale| *scale != 1.0) {
            self.scale_weights();
        }
        add(graph, self.input, self.of, self.is_transposed)
    }

    /// Whether all scaled weights are finite.
    fn fits(&self) -> bool {
        let largest = |numbers: &[f64]| {
            numbers
                .iter()
                .fold(0.0_f64, |most, one| most.max(one.abs()))
        };
        let weights = self.of.weights.numbers();
        let weights = weights.iter().chain(&self.of.bias);
        let weight = weights.fold(0.0_f32, |most, one| most.max(one.abs()));
        let most = f64::from(weight) * largest(&self.scale).max(1.0) + largest(&self.offset);
        most < f64::from(f32::MAX)
    }

    /// Scales the weights when they are read.
    fn scale_weights(&mut self) {
        let Convolution {
            windows,
            groups,
            channels,
            weights,
            ..
        } = &mut self.of;
        let (len, scale) = (weights.len(), std::mem::take(&mut self.scale));
        let given = std::mem::take(weights);
        if !self.is_transposed {
            let each = (len / (*channels).max(1)).max(1);
            *weights = Weights::later(len, move || {
                let mut numbers = given.numbers().into_owned();
                let all = numbers.chunks_mut(each).zip(&scale);
                all.for_each(|(numbers, scale)| multiply(numbers, *scale));
                numbers
            });
            return;
        }
        // Each input channel has the weights of all channels of its group.
        let taps = (windows.rows.size * windows.columns.size).max(1);
        let per_group = (*channels / (*groups).max(1)).max(1);
        let each = (len / (*groups).max(1)).max(1);
        *weights = Weights::later(len, move || {
            let mut numbers = given.numbers().into_owned();
            for (numbers, scale) in numbers.chunks_mut(each).zip(scale.chunks(per_group)) {
                let all = numbers.chunks_mut(taps).zip(scale.iter().cycle());
                all.for_each(|(numbers, scale)| multiply(numbers, *scale));
            }
            numbers
        });
    }
}

fn add(
    graph: &mut Graph,
    input: Value,
    of: Convolution,
    is_transposed: bool,
) -> Result<Value, Reason> {
    Ok(match is_transposed {
        true => graph.transposed(input, of)?,
        false => graph.convolution(input, of)?,
    })
}

fn multiply(weights: &mut [f32], scale: f64) {
    for weight in weights {
        *weight = narrow(f64::from(*weight) * scale);
    }
}

/// The nearest FLOAT.
#[expect(
    clippy::cast_possible_truncation,
    reason = "rounds to the nearest FLOAT"
)]
pub(super) fn narrow(number: f64) -> f32 {
    number as f32
}
