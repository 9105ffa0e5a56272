//! The Linux devices of the station and their simulated twins, each behind a small trait.

pub mod clock;
pub mod display;
pub mod heap;
pub mod realtime;
pub mod simulated;
pub mod wake;

pub use clock::Timestamp;
