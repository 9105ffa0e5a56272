//! The AscendCL ABI on the CPU, called as a program calls it: through the table of functions, linked in or, in
//! `library`, loaded from `libascendcl.so`. What belongs to the process (`aclInit`, the environment) makes every
//! test a process of its own.

mod alone;
mod callbacks;
mod contexts;
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
