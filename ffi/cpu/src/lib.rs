//! The AscendCL ABI on the CPU: every function of `acl.h`, with two engines for ONNX models and
//! static AIPP in front of them.
//!
//! A program links this crate and looks up the functions with [`symbol`] or [`RESOLVER`]. Any other
//! program loads `libascendcl.so`, which the crate in `ffi/cpu/so` builds. Either way this is a
//! second implementation of the ABI, not a test double. Checks, error codes and the order of
//! operations are those of the device. In addition it checks handles, ranges and the direction of
//! copies; on a device such misuse is undefined behaviour.
//!
//! ```
//! let library = ascendcl::Library::builtin(ascendcl_cpu::RESOLVER)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Models
//!
//! A model is an ONNX file with fixed dimensions, recognised by its content. A batch size that the
//! file leaves open is 1. Weights may be in other files, in the model's directory or below it (see
//! [`external_files`]); a model from memory has no such files. An offline model (`.om`) is refused;
//! the message asks for its ONNX file.
//!
//! The AIPP configuration is the one that ATC uses. Its file is beside the model: `NAME.aipp.cfg`
//! for `NAME.onnx`, else `aipp.cfg`. `ACL_CPU_MDL_AIPP_PTR` in `aclmdlSetConfigOpt` names another.
//! With AIPP the picture input is `UINT8` NHWC, as on the device, even if the graph's own input is
//! NCHW. Dimensions that fit both layouts count as NCHW. Without AIPP the graph's own input is
//! shown. Static AIPP supports `RGB888_U8`, `YUV420SP_U8` and `YUV400_U8`, channel swap, crop,
//! colour conversion, mean, min, var_reci and padding.
//!
//! INT64 and BOOL appear as INT32, DOUBLE and FLOAT16 as FLOAT.
//!
//! A model computes what ONNX defines, or loading fails. `operators.txt` lists the supported
//! operators; a test compares each row with ONNX Runtime, in both engines. If no row covers a node,
//! the error names the node, the attribute and the change to make. Loading refuses weights that are
//! not finite.
//!
//! # Engines
//!
//! A model whose whole graph is of the U-Net family runs on the crate `unet-executor`. It reads the
//! picture row by row through AIPP, and writes the outputs into the caller's memory. It has the
//! same bits with every instruction set and any number of threads. Runs of one model wait for each
//! other. The model works in the memory of `aclmdlLoadFromFileWithMem`; `aclmdlQuerySize` tells how
//! much. No two models may share memory. The other loaders allocate it.
//!
//! Every other model runs on rten. Where rten deviates from ONNX, the node is rewritten into an
//! exact equivalent.
//!
//! `aclmdlGetOpAttr` tells which of the two runs a model, and for rten the first operator that the
//! executor does not compute.
//!
//! A run fails if NaN reaches an operator that would hide it, or if an output is not finite. In the
//! executor NaN passes through every operator, and only ArgMax would hide it. In rten many would
//! (Relu, Clip, MaxPool, ArgMax ...), so each such operator's input is read and summed once more.
//! Two cases are not detected: NaN inside the subgraphs of If, and NaN that an operator drops by
//! definition (Slice, Gather, Where). After a run that failed, the outputs' contents mean nothing.
//!
//! Two choices could not be compared with a device. The dims of a `YUV420SP_U8` input are [n,
//! height, width, 3] in `aclmdlGetInputDims` and [n, 3/2 height, width, 1] in
//! `aclmdlGetInputDimsV2`. Colour conversion rounds to the nearest integer.
//!
//! # Environment, read by `aclInit`
//!
//! * `ASCENDCL_CPU_RUN_MODE`: `device` (the default) or `host`. In host mode the CPU cannot access
//!   device memory, as with an accelerator card: a program that touches it gets SIGSEGV, and each
//!   copy must name the right direction.
//! * `ASCENDCL_CPU_THREADS`: compute threads, 1 to 1024; the default is the number of cores. All
//!   models share them. `ACL_CPU_MDL_THREADS_SIZET` in `aclmdlSetConfigOpt` gives one model threads
//!   of its own.
//! * `ASCENDCL_CPU_ENGINE`: `auto` (the default) or `rten`, which then computes every model.
//! * `ASCENDCL_CPU_AIPP_PRECISION`: `fp32` (the default) or `fp16`, which rounds as a device does.
//! * `ASCENDCL_CPU_VALIDATE`: reports every misuse and every leak. `1` writes to the standard error
//!   output; any other value except `0` is the file to append to. A report has the function, the
//!   argument, the rule of the documentation and a backtrace. `ASCENDCL_CPU_BACKTRACE=0` turns the
//!   backtrace off. The last line is `validation: N misuses, N leaks`. The first call of any
//!   function reads these two variables.
//! * `ASCENDCL_CPU_FAULT`: fault injection, only in builds with the feature `faults`; other builds
//!   report an error if the variable is set. The value is a list of rules
//!   `FUNCTION:CALL:ACTION`, separated by commas, for example
//!   `aclmdlExecuteAsync:3:hang,aclrtMemcpy:*:delay_ms=5`. `CALL` counts from 1; `*` is every call.
//!   `faults.md` says how a station reacts to each. The actions are:
//!   * `error=CODE`, `delay_ms=N`, `hang`. If the function enqueues a task, the task fails, is
//!     delayed or hangs.
//!   * `refused=CODE` and `stuck`: the call that enqueues the task itself fails or hangs.
//!   * `lost`: the device is lost from this call on.
//!   * for runs: `short` (half of each output is written) or `corrupt`.
//!   * for memory: `oom_bytes=N`, the limit from this call on.
//!   * `missing`, only with `*`: the library does not have the function. This works only for
//!     programs that link this crate.
//! * `ASCENDCL_CPU_FAULT_LOG`: a file to which each call at which a rule acts adds the name of its
//!   function, on a line of its own.
//! * `ASCEND_GLOBAL_LOG_LEVEL`: the lowest level that `aclAppLog` writes, 0 to 4; the default is 3,
//!   errors.
//!
//! # Allocation
//!
//! After a model's first run, `aclmdlExecute` and `aclmdlExecuteAsync` allocate nothing on the
//! calling thread, nor does a wait that ends at its limit. The executor allocates nothing on any
//! thread. There are three exceptions: a run that fails, an output's buffer that is shorter than
//! the output, and buffers of one run that share memory. rten allocates on the streams' threads.
//!
//! # Limits
//!
//! Streams are threads of this process. Only `aclrtSynchronizeStreamWithTimeout` and
//! `aclrtProcessReport` have a time limit. Dynamic shapes and dynamic AIPP are refused; queries
//! about them get the answer for a static model. This ABI declares no single operators, queues,
//! profiling or dump.

// The ABI defines the names.
#![allow(non_snake_case)]

#[expect(
    clippy::missing_safety_doc,
    reason = "the head of the module gives the contract of all functions"
)]
pub mod abi;
mod aipp;
mod external_files;
mod failure;
mod functions;
mod handles;
mod mapping;
mod model;
mod regular_file;
mod runtime;
mod symbol;
mod validate;

pub use external_files::{ExternalFilesError, external_files};
pub use symbol::{RESOLVER, symbol};
