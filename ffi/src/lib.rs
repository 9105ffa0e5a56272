//! AscendCL for Rust.
