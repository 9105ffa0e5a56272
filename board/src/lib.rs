//! The Linux devices of the station and their simulated twins, each behind a small trait.

pub mod clock;
pub mod display;

pub use clock::Timestamp;
