//! Where everything is in memory, and what the threads do step by step.

mod share;

use std::thread;
use std::time::Instant;

use crate::claims::Claims;
use crate::graph::{Output, Shape};
use crate::isa::Isa;
use crate::lanes::MOST_LANES;
use crate::layer::{Kind, Layers};
use crate::memory::{Arena, Offsets, Ring};
use crate::operators::operation::Operation;
use crate::operators::{Worker, convolution, transposed};
use crate::ports::Ports;
use crate::profile::LayerTime;
use crate::progress::Progress;
use crate::schedule::Schedule;
use share::Shared;

/// A network without its memory.
#[derive(Debug)]
pub(crate) struct Plan {
    operations: Vec<Operation>,
    steps: Vec<Shared>,
    pub(crate) inputs: Vec<Shape>,
    pub(crate) output_bytes: Vec<usize>,
    /// The end of each operation's weights.
    weight_ends: Vec<usize>,
    arena_len: usize,
    zeros: usize,
    /// The scratch of each thread.
    scratches: Vec<usize>,
    #[cfg(test)]
    rings: Vec<(Ring, Shape)>,
}

impl Plan {
    pub(crate) fn new(
        layers: &Layers,
        schedule: &Schedule,
        inputs: Vec<Shape>,
        outputs: &[Output],
        threads: usize,
    ) -> Self {
        let (mut offsets, mut weights) = (Offsets::default(), Offsets::default());
        let margins = margins(layers);
        // A row of zeros replaces any row, so it is as long as the longest with its margins.
        let lead = margins.iter().map(|(before, _)| *before).max().unwrap_or(0);
        let tail = margins.iter().map(|(_, after)| *after).max().unwrap_or(0);
        let rings = layers.stored.iter().zip(&schedule.rows).zip(margins);
        let rings: Vec<Ring> = rings
            .map(|((shape, rows), margins)| Ring::new(&mut offsets, *shape, *rows, margins))
            .collect();
        let operations = layers.layers.iter().map(|layer| {
            let operation = Operation::new(layer, &rings, outputs, &mut weights);
            (operation, weights.used())
        });
        let (operations, weight_ends): (Vec<_>, Vec<_>) = operations.unzip();
        let (mut scratch, mut zeros) = (0, 0);
        for operation in &operations {
            scratch = scratch.max(operation.scratch());
            zeros = zeros.max(operation.zeros());
        }
        let lead = lead.next_multiple_of(MOST_LANES);
        let zeros = offsets.take(lead + zeros + tail + 16 * MOST_LANES) + lead;
        let scratches = (0..threads).map(|_| offsets.take(scratch + 16 * MOST_LANES));
        let scratches = scratches.collect();
        let mut before = 0;
        let steps = schedule.steps.iter().map(|step| {
            let shared = Shared::new(&operations[step.layer], *step, threads, before);
            before += shared.items;
            shared
        });
        let mut output_bytes = vec![0; outputs.len()];
        for layer in &layers.layers {
            if let Kind::Output(index) = layer.kind {
                let Shape {
                    channels,
                    height,
                    width,
                } = layer.shape;
                output_bytes[index] = channels * height * width * outputs[index].element.bytes();
            }
        }
        Self {
            steps: steps.collect(),
            operations,
            inputs,
            output_bytes,
            weight_ends,
            arena_len: offsets.used(),
            zeros,
            scratches,
            #[cfg(test)]
            rings: rings.into_iter().zip(layers.stored.clone()).collect(),
        }
    }

    /// Writes NaN wherever a run may not read before it writes: all but the zeros.
    #[cfg(test)]
    pub(crate) fn poison(&self, arena: &Arena) {
        for offsets in self
            .rings
            .iter()
            .flat_map(|(ring, shape)| ring.planes(*shape))
        {
            arena.poison(offsets);
        }
        if let Some(first) = self.scratches.first() {
            arena.poison(*first..self.arena_len);
        }
    }

    /// Whether all numbers are +0 that no run may write: those around the planes, and the row of
    /// zeros.
    #[cfg(test)]
    pub(crate) fn has_zeros(&self, arena: &Arena) -> bool {
        let end = self.scratches.first().copied().unwrap_or(self.arena_len);
        let mut is_written = vec![false; end];
        for offset in self
            .rings
            .iter()
            .flat_map(|(ring, shape)| ring.planes(*shape))
        {
            is_written[offset].fill(true);
        }
        let mut offsets = (0..end).zip(is_written);
        offsets.all(|(offset, is_written)| is_written || arena.bits(offset) == 0)
    }

    /// The number of threads.
    pub(crate) fn threads(&self) -> usize {
        self.scratches.len()
    }

    pub(crate) fn weights_len(&self) -> usize {
        self.weight_ends.last().copied().unwrap_or(0)
    }

    pub(crate) fn arena_len(&self) -> usize {
        self.arena_len
    }

    /// Writes all weights, layer by layer. Each layer's own are dropped before the next layer's
    /// part of the arena is written, so the memory never holds all weights twice.
    pub(crate) fn pack(&self, layers: &mut Layers, weights: &Arena) {
        let operations = self.operations.iter().zip(&self.weight_ends);
        let mut start = 0;
        for (layer, (operation, end)) in layers.layers.iter_mut().zip(operations) {
            weights.clear(start, Some(*end));
            operation.pack(layer, weights);
            start = *end;
        }
        weights.clear(start, None);
    }

    /// What a thread works with; `None` for a thread that the plan does not need.
    pub(crate) fn worker<'a>(
        &self,
        thread: usize,
        isa: Isa,
        arena: &'a Arena,
        weights: &'a Arena,
    ) -> Option<Worker<'a>> {
        Some(Worker {
            isa,
            arena,
            weights,
            scratch: arena.at(*self.scratches.get(thread)?),
            zeros: arena.at(self.zeros),
        })
    }

    /// A thread's part of a run.
    pub(crate) fn work(
        &self,
        worker: &Worker<'_>,
        ports: &Ports<'_>,
        thread: usize,
        (claims, progress): (&Claims, &Progress),
    ) {
        let _abort = AbortOnPanic(progress);
        for (shared, step) in self.steps.iter().zip(0..) {
            if !progress.wait(shared.before) {
                return;
            }
            let operation = &self.operations[shared.step.layer];
            let mut computed = 0;
            while let Some(number) = claims.next(thread, step, shared.items) {
                let item = shared.item(operation, number);
                // SAFETY: `Claims` gives each item to one thread, and `Progress` let this step
                // begin after all earlier ones. The schedule made the rows that this step needs in
                // earlier steps and keeps them.
                unsafe { operation.compute(worker, ports, &item) };
                computed += 1;
            }
            if computed > 0 {
                progress.finish(computed);
            }
        }
    }

    /// A whole run on one thread, which adds the time of each layer to `times`.
    pub(crate) fn profile(&self, worker: &Worker<'_>, ports: &Ports<'_>, times: &mut [LayerTime]) {
        for shared in &self.steps {
            let operation = &self.operations[shared.step.layer];
            let start = Instant::now();
            for number in 0..shared.items {
                let item = shared.item(operation, number);
                // SAFETY: as for `work`, with one thread.
                unsafe { operation.compute(worker, ports, &item) };
            }
            times[shared.step.layer].time += start.elapsed();
        }
    }
}

/// Ends the run of the other threads if this thread panics.
struct AbortOnPanic<'a>(&'a Progress);

impl Drop for AbortOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.abort();
        }
    }
}

/// The zeros that each stored value needs before and after its planes.
fn margins(layers: &Layers) -> Vec<(usize, usize)> {
    let mut margins = vec![(0, 0); layers.stored.len()];
    for layer in &layers.layers {
        let needed = match &layer.kind {
            Kind::Convolution(of) | Kind::Winograd(of) => convolution::margins(&of.windows),
            Kind::Transposed(of) => {
                transposed::margins(&of.windows, layer.inputs[0].shape.width, layer.shape.width)
            }
            _ => continue,
        };
        for part in layer.inputs.iter().flat_map(|view| &view.segments) {
            let (before, after) = margins[part.value];
            margins[part.value] = (before.max(needed.0), after.max(needed.1));
        }
    }
    margins
}
