//! The AscendCL ABI on the CPU: the functions of `acl.h`, running ONNX models with rten behind a static AIPP stage.
//!
//! A program has it linked in and finds the functions with [`symbol`], or loads the shared library
//! `libascendcl.so` that `ffi/cpu/so` makes of it. Either way it is a second implementation of the ABI, not a
//! stand-in for tests: same checks, same codes, same order of things. What a device does not check and this
//! implementation does (unknown handles, ranges, directions of copies) is an error here and undefined there.
//!
//! # Models
//!
//! A model is an ONNX file with fixed dimensions, recognised by its content. The AIPP configuration that ATC gets
//! for it lies beside it, `NAME.aipp.cfg` for `NAME.onnx`, else `aipp.cfg`; then the picture input is `UINT8` NHWC, as
//! on the device. Without one the input is what the graph has. Element types are those of rten: INT64 and BOOL show
//! as INT32, DOUBLE and FLOAT16 as FLOAT.
//!
//! # Environment, read by `aclInit`
//!
//! * `ASCENDCL_CPU_RUN_MODE`: `device` (the default) or `host`. In host mode device memory is out of the CPU's
//!   reach, as with a card: a program that touches it ends with SIGSEGV, and copies must say the right direction.
//! * `ASCENDCL_CPU_THREADS`: threads that compute, 1 to 1024; default: as many as there are cores.
//! * `ASCENDCL_CPU_FAULT`: faults on demand, in builds with the feature `faults` only: rules
//!   `FUNCTION:CALL:ACTION`, separated by commas. `CALL` counts from 1, `*` is every call; `ACTION` is `error=CODE`,
//!   `delay_ms=N` or `hang`. A function that puts a task on a stream lets the task fail, wait or hang. Example:
//!   `aclmdlExecuteAsync:3:hang,aclrtMemcpy:*:delay_ms=5`. Without the feature a variable that is set is an error.
//!
//! # Bounds
//!
//! Streams are threads of this process, and no call but `aclrtSynchronizeStreamWithTimeout` has a time limit. Dynamic
//! shapes, dynamic AIPP, operators called one by one, profiling and dump are not part of the ABI declared here.

// The names are the ABI's.
#![allow(non_snake_case)]

#[expect(
    clippy::missing_safety_doc,
    reason = "the contract of all of them stands at the top of the module"
)]
pub mod abi;
mod aipp;
mod failure;
mod functions;
mod half;
mod handles;
mod model;
mod runtime;
mod symbol;
mod validate;

pub use symbol::{RESOLVER, symbol};
