//! Tools around the station: part generator, demonstration, benchmarks, wiring drawings, timing
//! diagrams, jitter, simulation of the whole station.
#![forbid(unsafe_code)]

pub mod demo;
pub mod error;
pub mod jitter;
pub mod line;
pub mod parts;
pub mod simulate;
pub mod stalls;
pub mod station;
pub mod station_file;
mod svg;
pub mod timing;
pub mod wiring;
