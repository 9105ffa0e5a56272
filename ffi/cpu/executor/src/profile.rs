//! Where the time of a run goes, and what the processor could do.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::graph::{Convolution, Function, Shape};
use crate::isa::{Isa, dispatch};
use crate::lanes::Lanes;
use crate::layer::{Kind, Layer};

/// A layer's share of a run on one thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerTime {
    /// Operator, channels and size.
    pub name: String,
    /// Multiply-adds of the convolutions by their definition, those with pads included. Winograd's
    /// method does fewer.
    pub multiply_adds: u64,
    /// Time of all its rows.
    pub time: Duration,
}

impl LayerTime {
    pub(crate) fn new(layer: &Layer) -> Self {
        Self {
            name: name(layer),
            multiply_adds: multiply_adds(layer),
            time: Duration::ZERO,
        }
    }
}

fn name(layer: &Layer) -> String {
    let Shape {
        channels,
        height,
        width,
    } = layer.shape;
    let inputs: usize = layer.inputs.iter().map(|input| input.shape.channels).sum();
    let mut name = match &layer.kind {
        Kind::Input(_) => "input".to_owned(),
        Kind::Convolution(of) => windowed("convolution", of),
        Kind::Winograd(of) => windowed("Winograd convolution", of),
        Kind::Transposed(of) => windowed("transposed convolution", of),
        Kind::Pool(..) => "pooling".to_owned(),
        Kind::GlobalAverage | Kind::GlobalMax => "global pooling".to_owned(),
        Kind::Function(_) => "function".to_owned(),
        Kind::Affine { .. } => "scale and offset".to_owned(),
        Kind::Pair(_) => "pair".to_owned(),
        Kind::Resize { .. } => "resize".to_owned(),
        Kind::Pad(..) => "pad".to_owned(),
        Kind::Softmax => "softmax".to_owned(),
        Kind::ArgMax => "argmax".to_owned(),
        Kind::Output(_) => "output".to_owned(),
    };
    // Writing to a string does not fail.
    let _ = write!(name, " {inputs} -> {channels}, {width} x {height}");
    if layer.function == Some(Function::Relu) {
        name.push_str(", relu");
    }
    name
}

fn windowed(operator: &str, of: &Convolution) -> String {
    let (rows, columns) = (of.windows.rows, of.windows.columns);
    let groups = match of.groups {
        1 => String::new(),
        groups => format!(" of {groups} groups"),
    };
    format!(
        "{operator} {}x{} / {}{groups}",
        columns.size, rows.size, columns.stride
    )
}

fn multiply_adds(layer: &Layer) -> u64 {
    let inputs = layer.inputs.first().map_or(0, |input| input.shape.channels);
    let (of, results) = match &layer.kind {
        Kind::Convolution(of) | Kind::Winograd(of) => (of, layer.shape),
        // Each number of the input takes part in all windows.
        Kind::Transposed(of) => match layer.inputs.first() {
            Some(input) => (
                of,
                Shape {
                    channels: of.channels,
                    ..input.shape
                },
            ),
            None => return 0,
        },
        _ => return 0,
    };
    let taps = inputs / of.groups * of.windows.rows.size * of.windows.columns.size;
    (results.channels * results.height * results.width * taps) as u64
}

/// Multiply-adds a second that one thread of this processor does with an instruction set when it
/// does nothing else. Measures for about 100 ms, in which a processor reaches its lasting
/// frequency.
#[must_use]
pub fn peak_multiply_adds_per_s(isa: Isa) -> f64 {
    const ROUNDS: usize = 20_000_000;
    let mut count = 0;
    let start = Instant::now();
    // SAFETY: the caller can only have an instruction set of this processor.
    unsafe { multiply_add(isa, ROUNDS, &mut count) };
    count as f64 / start.elapsed().as_secs_f64()
}

dispatch! {
    /// Does independent multiply-adds, and says how many.
    ///
    /// # Safety
    ///
    /// The processor has the instruction set.
    unsafe fn multiply_add(rounds: usize, count: &mut u64) = chains;
}

/// More chains than a processor has multiply-adds in flight, with 16 registers.
const CHAINS: usize = 12;

#[inline(always)]
unsafe fn chains<L: Lanes>(rounds: usize, count: &mut u64) {
    // SAFETY: the caller guarantees the instruction set of `L`.
    unsafe {
        let (factor, addend) = (L::splat(black_box(0.5)), L::splat(black_box(1.0)));
        let mut chains = [L::splat(black_box(1.0)); CHAINS];
        for _ in 0..rounds {
            for chain in &mut chains {
                *chain = chain.fma(factor, addend);
            }
        }
        let mut sum = [0.0; crate::lanes::MOST_LANES];
        for chain in chains {
            chain.store(sum.as_mut_ptr());
            black_box(&mut sum);
        }
    }
    *count = (rounds * CHAINS * L::COUNT) as u64;
}
