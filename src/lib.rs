//! Sluice: the program on a standalone industrial inspection station.
#![forbid(unsafe_code)]

#[macro_use]
pub mod console;
pub mod blobs;
pub mod bounded;
pub mod check;
pub mod engine;
pub mod frame;
pub mod gate;
pub mod hash;
pub mod image;
pub mod journal;
pub mod labelled;
pub mod mask;
pub mod matching;
pub mod part;
pub mod places;
pub mod recipe;
pub mod run;
pub mod screen;
pub mod station;
pub mod trigger;
pub mod verdict;
pub mod watch;
