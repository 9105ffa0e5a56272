//! The AscendCL ABI on the CPU: the functions of `acl.h`, running ONNX models with rten behind a static AIPP stage.
//!
//! A program has it linked in and finds the functions with [`symbol`], or loads the shared library
//! `libascendcl.so` that `ffi/cpu/so` makes of it. Either way it is a second implementation of the ABI, not a
//! stand-in for tests: same checks, same codes, same order of things. What a device does not check and this
//! implementation does (unknown handles, ranges, directions of copies) is an error here and undefined there.
//!
//! # Models
//!
//! A model is an ONNX file with fixed dimensions, recognised by its content. The AIPP configuration that ATC gets for
//! it lies beside it, `NAME.aipp.cfg` for `NAME.onnx`, else `aipp.cfg`, or is named by `ACL_CPU_MDL_AIPP_PTR` in
//! `aclmdlSetConfigOpt`. With one the picture input is `UINT8` NHWC, as on the device, whether the graph's own is NCHW
//! or NHWC. Dimensions that allow both count as NCHW. Without one the input is what the graph has. Static AIPP with
//! `RGB888_U8`, `YUV420SP_U8` or `YUV400_U8` is taken, with exchange of channels, crop, colour conversion, mean, min,
//! var_reci and padding. Element types are those of rten: INT64 and BOOL show as INT32, DOUBLE and FLOAT16 as FLOAT. A
//! batch that the file leaves open is 1. Weights may lie in files beside the model, in its directory or below it
//! ([`external_files`]); a model from memory has none. An offline model (`.om`) is refused with a text that says to
//! give its ONNX file.
//!
//! A model gives what ONNX says, or is refused when it is loaded. `operators.txt` lists what is computed, and each row
//! was shown equal to ONNX Runtime. A node that no row covers is named with its attribute and what to change. Where
//! rten differs, the node is rewritten exactly. Weights that are not finite are refused. NaN in front of an operator
//! that would hide it (Relu, Clip, MaxPool, ArgMax ...) is an error of the run. So is an output that is not finite. Not
//! detected: NaN inside the subgraphs of If, and NaN that an operator drops by its meaning (Slice, Gather, Where). The
//! sums that tell NaN read each such operator's input once more.
//!
//! What is chosen here because no device was at hand to look at: the dims of a `YUV420SP_U8` input are [n, height,
//! width, 3] in `aclmdlGetInputDims` and [n, 3/2 height, width, 1] in `aclmdlGetInputDimsV2`; colour conversion rounds
//! to the nearest.
//!
//! # Environment, read by `aclInit`
//!
//! * `ASCENDCL_CPU_RUN_MODE`: `device` (the default) or `host`. In host mode device memory is out of the CPU's
//!   reach, as with a card: a program that touches it ends with SIGSEGV, and copies must say the right direction.
//! * `ASCENDCL_CPU_THREADS`: threads that compute, 1 to 1024; default: as many as there are cores. One model can have
//!   its own, by `ACL_CPU_MDL_THREADS_SIZET` in `aclmdlSetConfigOpt`.
//! * `ASCENDCL_CPU_AIPP_PRECISION`: `fp32` (the default) or `fp16`, which rounds as the device does.
//! * `ASCENDCL_CPU_VALIDATE`: `1` reports every misuse and every leak to the standard error output, anything else but
//!   `0` is the file to append to. A report has the function, the argument, what the documentation says, and a
//!   backtrace, unless `ASCENDCL_CPU_BACKTRACE` is `0`; at the end comes a line `validation: N misuses, N leaks`. These
//!   two are read by the first call.
//! * `ASCENDCL_CPU_FAULT`: faults on demand, in builds with the feature `faults` only: rules
//!   `FUNCTION:CALL:ACTION`, separated by commas. `CALL` counts from 1, `*` is every call; `ACTION` is `error=CODE`,
//!   `delay_ms=N`, `hang`, `lost` (the device, from that call on), for runs `short` (half of each output is written) or
//!   `corrupt`, for memory `oom_bytes=N` (the limit from that call on), with `*` as `CALL` also `missing` (the library does
//!   not have the function, for programs with this one linked in). A function that puts a task on a stream lets the
//!   task fail, wait or hang; its call itself does with `refused=CODE` and `stuck`. What a station does about each of
//!   them stands in `faults.md`. Example: `aclmdlExecuteAsync:3:hang,aclrtMemcpy:*:delay_ms=5`. Without the feature a
//!   variable that is set is an error.
//! * `ASCEND_GLOBAL_LOG_LEVEL`: the lowest level that `aclAppLog` writes, 0 to 4; default 3, errors.
//!
//! # Allocation
//!
//! `aclmdlExecute` and `aclmdlExecuteAsync` allocate nothing on the calling thread once the model has run before; rten
//! allocates on the streams' threads.
//!
//! # Bounds
//!
//! Streams are threads of this process, and no call but `aclrtSynchronizeStreamWithTimeout` and `aclrtProcessReport` has
//! a time limit. Dynamic shapes and dynamic AIPP are refused, questions about them get the answer of a static model.
//! Operators called one by one, queues, profiling and dump are not part of the ABI declared here.

// The names are the ABI's.
#![allow(non_snake_case)]

#[expect(
    clippy::missing_safety_doc,
    reason = "the contract of all of them stands at the top of the module"
)]
pub mod abi;
mod aipp;
mod external_files;
mod failure;
mod functions;
mod handles;
mod model;
mod runtime;
mod symbol;
mod validate;

pub use external_files::{ExternalFilesError, external_files};
pub use symbol::{RESOLVER, symbol};
