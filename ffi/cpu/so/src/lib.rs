//! `libascendcl.so`: the functions of [`ascendcl_cpu`], exported under their names.

pub use ascendcl_cpu::*;
