//! The station program.
#![forbid(unsafe_code)]
fn main() {}
