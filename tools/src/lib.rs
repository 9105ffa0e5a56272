//! Tools around the station.
#![forbid(unsafe_code)]

pub mod demo;
pub mod parts;
