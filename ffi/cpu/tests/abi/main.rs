//! The AscendCL ABI on the CPU, called as a program calls it: through the table of functions, which
//! are linked or, in `library`, loaded from `libascendcl.so`. `aclInit` and the environment concern
//! the whole process, so every test has its own process.

mod alone;
mod callbacks;
mod contexts;
mod engines;
#[cfg(feature = "faults")]
mod faults;
mod host;
mod library;
mod lifecycle;
mod loading;
mod memory;
mod misuse;
mod models;
mod safe;
mod session;
mod static_models;
mod streams;
mod validation;
