//! AscendCL for Rust: our declarations of the ABI, the table of its functions filled at run time,
//! and safe types over them.
//!
//! [`bindings`] is generated from `acl.h` by `cargo bindings`. One generated table serves both
//! implementations of the ABI: the vendor's `libascendcl.so`, opened when the program starts, and the
//! one on the CPU, linked into the program. [`symbols`] is where the two meet.

#[allow(
    missing_docs,
    missing_debug_implementations,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    unsafe_op_in_unsafe_fn,
    unused_qualifications,
    clippy::all,
    clippy::undocumented_unsafe_blocks,
    rustdoc::all
)]
#[rustfmt::skip]
pub mod bindings;
pub mod symbols;
