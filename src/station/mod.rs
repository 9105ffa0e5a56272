//! The station file: one file describes the station, it is checked whole, and it never changes while it runs.

pub mod file;

pub use file::Station;
