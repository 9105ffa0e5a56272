//! Runs a graph on the engine in many ways and compares each result with the reference.

use std::panic::{self, AssertUnwindSafe};

use super::numbers::Random;
use super::{Results, Tensor, draw, evaluate};
use crate::graph::{BufferLayout, Element, Graph, Output, Shape};
use crate::samples::is_same;
use crate::{Isa, Pictures, Planned, RunError, Threads};

/// Heights of bands in rows, and for how many threads more than it gets a network is planned.
const BANDS: [(usize, isize); 4] = [(1, 0), (3, 2), (7, -2), (32, 0)];

/// Tensors as the inputs of a run.
pub(super) struct Inputs<'a>(pub(super) &'a [Tensor]);

impl Pictures for Inputs<'_> {
    fn fill(&self, input: usize, channel: usize, row: usize, to: &mut [f32]) {
        for (column, number) in to.iter_mut().enumerate() {
            *number = self.0[input].at(channel, row, column);
        }
    }
}

/// Draws the graph of a seed and compares it. The text says what went wrong.
pub(super) fn seed(seed: u64, pools: &[Threads]) -> Result<(), String> {
    let attempt = || {
        let mut random = Random(seed);
        let (graph, rarity) = draw::graph(&mut random);
        graph_in_all_ways(&graph, rarity, &mut random, pools)
    };
    match panic::catch_unwind(AssertUnwindSafe(attempt)) {
        Ok(result) => result.map_err(|text| format!("seed {seed}: {text}")),
        Err(_) => Err(format!("seed {seed}: panic")),
    }
}

/// Compares a graph with every instruction set, number of threads and height of bands, two pictures
/// one after the other, and the first one again in a profile.
pub(super) fn graph_in_all_ways(
    graph: &Graph,
    rarity: usize,
    random: &mut Random,
    pools: &[Threads],
) -> Result<(), String> {
    let mut picture = || {
        let shapes = graph.inputs.iter().map(|input| graph.shapes[input.0]);
        let tensors: Vec<Tensor> = shapes.map(|shape| random.tensor(shape, rarity)).collect();
        let results = evaluate(graph, &tensors);
        (tensors, results)
    };
    let pictures = [picture(), picture()];
    for isa in Isa::available() {
        for threads in pools {
            for (band, more) in BANDS {
                let way = format!("{isa:?}, {} threads, band {band}", threads.count());
                let wanted = threads.count().saturating_add_signed(more).max(1);
                let planned = Planned::with_band(graph.clone(), wanted, *isa, band);
                let planned = planned.map_err(|error| format!("{way}: {error}"))?;
                let bytes = planned.output_bytes().to_vec();
                let buffers = || bytes.iter().map(|len| vec![0xAA; *len]).collect::<Vec<_>>();
                let network = planned.build_poisoned();
                let mut network = network.map_err(|error| format!("{way}: {error}"))?;
                for (number, (tensors, wanted)) in pictures.iter().enumerate() {
                    let mut buffers = buffers();
                    let outputs = buffers.iter_mut().map(Vec::as_mut_slice);
                    let result = network.run(threads, &Inputs(tensors), outputs);
                    compare(graph, wanted, result, &buffers)
                        .map_err(|text| format!("{way}, picture {number}: {text}"))?;
                }
                let (tensors, wanted) = &pictures[0];
                let mut buffers = buffers();
                let outputs = buffers.iter_mut().map(Vec::as_mut_slice);
                let result = network.profile(&Inputs(tensors), outputs).map(|_| ());
                compare(graph, wanted, result, &buffers)
                    .map_err(|text| format!("{way}, profile: {text}"))?;
                if !network.has_zeros() {
                    return Err(format!("{way}: a number between the planes is not 0"));
                }
            }
        }
    }
    Ok(())
}

fn compare(
    graph: &Graph,
    wanted: &Results,
    result: Result<(), RunError>,
    buffers: &[Vec<u8>],
) -> Result<(), String> {
    let tensors: Vec<&Tensor> = graph
        .outputs
        .iter()
        .filter_map(|output| wanted.values[output.value.0].as_ref())
        .collect();
    let is_finite = |tensor: &&Tensor| tensor.numbers.iter().all(|number| number.is_finite());
    let wanted_result = match tensors.iter().position(|tensor| !is_finite(tensor)) {
        _ if wanted.has_nan => Err(RunError::Nan),
        Some(index) => Err(RunError::NotFinite(index)),
        None => Ok(()),
    };
    if result != wanted_result {
        return Err(format!("{result:?} instead of {wanted_result:?}"));
    }
    if wanted.has_nan {
        return Ok(());
    }
    for (index, output) in graph.outputs.iter().enumerate() {
        compare_output(output, tensors[index], &buffers[index])
            .map_err(|text| format!("output {index}, {text}"))?;
    }
    Ok(())
}

fn compare_output(output: &Output, wanted: &Tensor, buffer: &[u8]) -> Result<(), String> {
    let Shape {
        channels,
        height,
        width,
    } = wanted.shape;
    for channel in 0..channels {
        for row in 0..height {
            for column in 0..width {
                let index = match output.layout {
                    BufferLayout::Planar => (channel * height + row) * width + column,
                    BufferLayout::Interleaved => (row * width + column) * channels + channel,
                };
                let number = wanted.at(channel, row, column);
                let found = &buffer[index * output.element.bytes()..][..output.element.bytes()];
                let is_equal = match output.element {
                    Element::F32 => {
                        let found = found.try_into().map(f32::from_ne_bytes);
                        found.is_ok_and(|found| is_same(found, number))
                    }
                    _ if number.is_nan() => true,
                    #[expect(clippy::cast_possible_truncation, reason = "as documented")]
                    Element::I32 => found == (number.min(2_147_483_520.0) as i32).to_ne_bytes(),
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "as documented"
                    )]
                    Element::U8 => found == [number as u8],
                };
                if !is_equal {
                    return Err(format!(
                        "channel {channel} of {channels}, row {row} of {height}, column {column} of \
                         {width}: bytes {found:x?} instead of {number:?} ({:x?})",
                        number.to_ne_bytes()
                    ));
                }
            }
        }
    }
    Ok(())
}
