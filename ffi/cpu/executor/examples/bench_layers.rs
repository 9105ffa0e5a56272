//! The time of each layer of `unet_simple` on one thread, and its share of the processor's peak of
//! multiply-adds, measured in the same run. Then the time of whole runs on one thread and on
//! several.
//!
//! ```sh
//! cargo run --release -p unet-executor --example bench_layers -- [BASE] [SIZE] [RUNS] [THREADS]
//! ```
//!
//! BASE is the channels at full resolution, default 8; SIZE the width and height, default 960. Each
//! layer's time is the least of RUNS runs, default 20. THREADS is 2 by default. Prints Markdown.

use std::error::Error;
use std::time::{Duration, Instant};

use unet_executor::{
    BufferLayout, Convolution, Element, Function, Graph, GraphError, Isa, LayerTime, Network,
    Pictures, Pooling, Shape, Threads, Value, Window, Windows, peak_multiply_adds_per_s,
};

const LEVELS: usize = 5;
const CLASSES: usize = 2;

/// Numbers between -1 and 1.
struct Noise;

impl Pictures for Noise {
    fn fill(&self, _: usize, channel: usize, row: usize, to: &mut [f32]) {
        for (column, number) in to.iter_mut().enumerate() {
            *number = noise(channel * 7919 + row * 104_729 + column);
        }
    }
}

fn noise(seed: usize) -> f32 {
    let mut bits = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits ^= bits >> 29;
    (bits % 2001) as f32 / 1000.0 - 1.0
}

fn windows(size: usize, stride: usize, pad: usize) -> Windows {
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

/// A convolution whose results have about the size of its inputs.
fn convolution(inputs: usize, channels: usize, windows: Windows) -> Convolution {
    let taps = inputs * windows.rows.size * windows.columns.size / windows.rows.stride.pow(2);
    let scale = (6.0 / taps as f32).sqrt();
    let count = inputs * channels * windows.rows.size * windows.columns.size;
    Convolution {
        windows,
        groups: 1,
        channels,
        weights: (0..count).map(|index| noise(index) * scale).collect(),
        bias: vec![0.1; channels],
        output_padding: (0, 0),
    }
}

struct Builder(Graph);

impl Builder {
    fn block(&mut self, mut x: Value, channels: usize) -> Result<Value, GraphError> {
        for _ in 0..2 {
            let of = convolution(self.0.shape(x).channels, channels, windows(3, 1, 1));
            x = self.0.convolution(x, of)?;
            x = self.0.function(x, Function::Relu)?;
        }
        Ok(x)
    }

    fn unet_simple(mut self, base: usize, size: usize) -> Result<Graph, GraphError> {
        let mut x = self.0.input(Shape::new(3, size, size))?;
        let mut skips = Vec::new();
        for level in 0..LEVELS {
            if level > 0 {
                skips.push(x);
                x = self.0.pool(x, Pooling::Max, windows(2, 2, 0))?;
            }
            x = self.block(x, base << level)?;
        }
        while let Some(skip) = skips.pop() {
            let channels = self.0.shape(skip).channels;
            let of = convolution(self.0.shape(x).channels, channels, windows(2, 2, 0));
            x = self.0.transposed(x, of)?;
            x = self.0.concat(vec![x, skip])?;
            x = self.block(x, channels)?;
        }
        x = self
            .0
            .convolution(x, convolution(base, CLASSES, windows(1, 1, 0)))?;
        let scores = self.0.softmax(x)?;
        let classes = self.0.argmax(scores)?;
        self.0
            .output(scores, BufferLayout::Interleaved, Element::F32);
        self.0.output(classes, BufferLayout::Planar, Element::I32);
        Ok(self.0)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default| arguments.next().map_or(Ok(default), |text| text.parse());
    let (base, size, runs): (usize, usize, usize) = (number(8)?, number(960)?, number(20)?);
    let threads = number(2)?;
    let isa = Isa::best();
    let graph = Builder(Graph::new()).unet_simple(base, size)?;
    let mut network = Network::new(graph, 1, isa)?;
    let (mut scores, mut classes) = (vec![0; size * size * CLASSES * 4], vec![0; size * size * 4]);
    let mut least: Vec<LayerTime> = Vec::new();
    let mut peak = 0_f64;
    for _ in 0..runs {
        peak = peak.max(peak_multiply_adds_per_s(isa));
        let times = network.profile(&Noise, [scores.as_mut_slice(), classes.as_mut_slice()])?;
        if least.is_empty() {
            least = times;
        } else {
            for (least, time) in least.iter_mut().zip(times) {
                least.time = least.time.min(time.time);
            }
        }
    }
    let whole: Duration = least.iter().map(|layer| layer.time).sum();
    let work: u64 = least.iter().map(|layer| layer.multiply_adds).sum();
    println!(
        "unet_simple, base {base}, {size}x{size}, {isa:?}, one thread; peak {:.0} GFLOP/s\n",
        peak * 2e-9
    );
    println!("| layer | ms | GFLOP/s | of the peak | of the time |\n|---|---|---|---|---|");
    for layer in &least {
        row(&layer.name, layer.multiply_adds, layer.time, peak, whole);
    }
    row("**all**", work, whole, peak, whole);
    println!(
        "\nvalues {} KiB, weights {} KiB",
        network.memory_bytes() >> 10,
        network.weight_bytes() >> 10
    );
    let several = Builder(Graph::new()).unet_simple(base, size)?;
    let mut several = Network::new(several, threads, isa)?;
    let pools = (Threads::new(1)?, Threads::new(threads)?);
    let (mut one_ms, mut several_ms) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        for (network, pool, times) in [
            (&mut network, &pools.0, &mut one_ms),
            (&mut several, &pools.1, &mut several_ms),
        ] {
            let start = Instant::now();
            network.run(
                pool,
                &Noise,
                [scores.as_mut_slice(), classes.as_mut_slice()],
            )?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    let (one, several) = (median(one_ms), median(several_ms));
    println!(
        "\nwhole runs, medians: 1 thread {one:.2} ms, {threads} threads {several:.2} ms, {:.2} times as fast",
        one / several
    );
    Ok(())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn row(name: &str, work: u64, time: Duration, peak: f64, whole: Duration) {
    let seconds = time.as_secs_f64();
    let rate = work as f64 / seconds;
    let (speed, share) = match work {
        0 => (String::new(), String::new()),
        _ => (
            format!("{:.0}", rate * 2e-9),
            format!("{:.0} %", rate / peak * 100.0),
        ),
    };
    println!(
        "| {name} | {:.2} | {speed} | {share} | {:.1} % |",
        seconds * 1e3,
        seconds / whole.as_secs_f64() * 100.0
    );
}
