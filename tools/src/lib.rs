//! Tools around the station: part generator, demonstration, benchmarks, wiring drawings.
#![forbid(unsafe_code)]

pub mod demo;
pub mod error;
pub mod line;
pub mod parts;
pub mod station;
pub mod wiring;
