//! Sluice: the program on a standalone industrial inspection station.
#![forbid(unsafe_code)]

#[macro_use]
pub mod console;
pub mod blobs;
pub mod channel;
pub mod check;
pub mod cli;
pub mod dice;
pub mod engine;
pub mod eval;
pub mod explain;
pub mod frame;
pub mod gate;
pub mod hash;
pub mod journal;
pub mod mask;
pub mod npy;
pub mod part;
pub mod places;
pub mod recipe;
pub mod resample;
pub mod run;
pub mod screen;
pub mod station;
pub mod text;
pub mod trigger;
pub mod tune;
pub mod verdict;
pub mod watch;
