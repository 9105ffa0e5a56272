//! Fault injection for tests of programs: `ASCENDCL_CPU_FAULT`, which `aclInit` reads. Only builds
//! with the feature `faults` have it.
//!
//! The variable holds rules `FUNCTION:CALL:ACTION`, separated by commas, for example
//! `aclmdlExecuteAsync:3:hang,aclrtMemcpy:*:delay_ms=5`. `CALL` counts the calls of that function
//! since `aclInit`, from 1; `*` is every call. `ACTION` is
//! * `error=CODE`: the call does nothing and fails with that code;
//! * `delay_ms=N`: the call takes that much longer;
//! * `hang`: the call never returns;
//! * `lost`: the device is lost from this call on; every call that needs it fails with 507010;
//! * `short`, for `aclmdlExecute` and `aclmdlExecuteAsync`: the second half of each output is not
//!   written;
//! * `corrupt`, for the same functions: every bit of each output is inverted;
//! * `oom_bytes=N`, for `aclrtMalloc`, `aclrtMallocCached` and `aclrtMallocHost`: from this call
//!   on, an allocation fails with 207001 if all live blocks together would exceed N bytes;
//! * `missing`, with `*` as `CALL`: the library does not have the function. This works only for a
//!   program that links this crate.
//!
//! `ASCENDCL_CPU_FAULT_LOG` names a file. Each call at which a rule acts adds a line with the name
//! of its function.
//!
//! Some functions enqueue a task: `aclmdlExecute`, `aclmdlExecuteAsync`, `aclrtMemcpyAsync`,
//! `aclrtMemcpy2dAsync`, `aclrtMemsetAsync`, `aclrtRecordEvent`, `aclrtResetEvent`,
//! `aclrtStreamWaitEvent`, `aclrtLaunchCallback`. There the task fails, is delayed or hangs, and
//! not the call. Two more actions are for the call itself:
//! * `refused=CODE`: the call fails with that code and enqueues no task;
//! * `stuck`: the call never returns.

#[cfg(feature = "faults")]
mod rules;

#[cfg(feature = "faults")]
pub(super) use rules::{at_task, load, memory_limit};

#[cfg(feature = "faults")]
pub(crate) use rules::{at_call, missing};

/// How a fault damages the outputs of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Damage {
    short: bool,
    corrupt: bool,
}

impl Damage {
    /// The number of an output's bytes that are written.
    pub(super) fn written(self, bytes: usize) -> usize {
        if self.short { bytes / 2 } else { bytes }
    }

    /// Corrupts the written bytes.
    pub(super) fn spoil(self, written: &mut [u8]) {
        if self.corrupt {
            for byte in written {
                *byte = !*byte;
            }
        }
    }
}

/// In a build without the feature, a set variable is an error. Otherwise a test could pass without
/// its fault.
#[cfg(not(feature = "faults"))]
pub(super) fn load() -> Result<(), crate::failure::Failure> {
    match super::environment::variable("ASCENDCL_CPU_FAULT") {
        None => Ok(()),
        Some(_) => Err(crate::failure::Failure::new(
            ascendcl::bindings::ACL_ERROR_INVALID_PARAM,
            "ASCENDCL_CPU_FAULT is set, but this build has no faults: unset it or build with the feature `faults`",
        )),
    }
}

#[cfg(not(feature = "faults"))]
#[expect(clippy::unnecessary_wraps, reason = "the other build can fail here")]
pub(crate) fn at_call(_: &str) -> Result<(), crate::failure::Failure> {
    Ok(())
}

#[cfg(not(feature = "faults"))]
pub(crate) fn missing(_: &str) -> bool {
    false
}

#[cfg(not(feature = "faults"))]
#[expect(clippy::unnecessary_wraps, reason = "the other build can fail here")]
pub(super) fn at_task(_: &str) -> Result<Damage, crate::failure::Failure> {
    Ok(Damage::default())
}

#[cfg(not(feature = "faults"))]
pub(super) fn memory_limit() -> usize {
    usize::MAX
}
