//! `libascendcl.so`: the functions of [`ascendcl_cpu`], exported under their names.

pub use ascendcl_cpu::*;

/// What the library's own code allocates; a program that loads it keeps its own allocator.
#[global_allocator]
static ALLOCATOR: Recycler = Recycler;
