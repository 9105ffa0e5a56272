//! `libascendcl.so` from [`ascendcl_cpu`].
pub use ascendcl_cpu::*;
