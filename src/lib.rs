//! Sluice: the program on a standalone industrial inspection station.
#![forbid(unsafe_code)]

pub mod blobs;
pub mod dice;
pub mod frame;
pub mod gate;
pub mod journal;
pub mod mask;
pub mod npy;
pub mod part;
pub mod recipe;
pub mod screen;
pub mod station;
pub mod verdict;
pub mod watch;
