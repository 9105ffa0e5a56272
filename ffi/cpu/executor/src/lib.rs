//! Computes convolutional networks of the U-Net family on the CPU, row by row.
//!
//! A [`Graph`] is built operator by operator. [`Planned`] decides where all values are in memory
//! and in which order rows are computed; then the sizes of the memory are known. [`Network`] is the
//! plan with its weights and memory. A run allocates nothing, and its result has the same bits with
//! any instruction set and any number of threads. `docs/engine.md` explains the design.
//!
//! ```
//! use unet_executor::{Element, Graph, Isa, BufferLayout, Network, Pictures, Shape, Threads};
//!
//! struct Ramp;
//!
//! impl Pictures for Ramp {
//!     fn fill(&self, _input: usize, _channel: usize, row: usize, to: &mut [f32]) {
//!         to.fill(row as f32);
//!     }
//! }
//!
//! let mut graph = Graph::new();
//! let picture = graph.input(Shape::new(2, 4, 8))?;
//! let classes = graph.argmax(picture)?;
//! graph.output(classes, BufferLayout::Planar, Element::U8);
//! let threads = Threads::new(2)?;
//! let mut network = Network::new(graph, threads.count(), Isa::best())?;
//! let mut mask = [1; 4 * 8];
//! network.run(&threads, &Ramp, [mask.as_mut_slice()])?;
//! assert_eq!(mask, [0; 4 * 8]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod claims;
mod error;
mod graph;
mod isa;
mod kernels;
mod lanes;
mod layer;
mod math;
mod memory;
mod method;
mod network;
mod operators;
mod plan;
mod ports;
mod profile;
mod progress;
mod reach;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod samples;
mod schedule;
mod threads;
mod view;

pub use error::{NetworkError, RunError};
pub use graph::*;
pub use isa::Isa;
pub use network::{Network, Planned};
pub use ports::Pictures;
pub use profile::{LayerTime, peak_multiply_adds_per_s};
pub use threads::Threads;
