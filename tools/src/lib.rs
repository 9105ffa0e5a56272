//! Tools around the station.
#![forbid(unsafe_code)]

pub mod demo;
pub mod error;
pub mod line;
pub mod parts;
pub mod station;
pub mod wiring;
