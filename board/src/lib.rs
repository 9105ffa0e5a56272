//! The Linux devices of the station and their simulated twins, each behind a small trait.

pub mod camera;
pub mod clock;
pub mod display;
pub mod edge;
pub mod heap;
pub mod line;
pub mod realtime;
pub mod rename;
pub mod simulated;
pub mod wake;

pub use clock::Timestamp;
