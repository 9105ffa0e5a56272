//! Sluice.
#![forbid(unsafe_code)]

pub mod frame;
pub mod resample;
