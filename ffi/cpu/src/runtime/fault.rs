//! Faults on demand, for tests of programs: `ASCENDCL_CPU_FAULT`, read by `aclInit`, in builds with the feature
//! `faults` only.
//!
//! The variable holds rules `FUNCTION:CALL:ACTION`, separated by commas. `CALL` counts calls of that function
//! since `aclInit`, from 1; `*` is every call. `ACTION` is
//! * `error=CODE`: the call does nothing and fails with that code;
//! * `delay_ms=N`: the call takes that much longer;
//! * `hang`: the call never comes back;
//! * `lost`: the device is gone from that call on: this one and all that need the device fail with 507010;
//! * `short`, for `aclmdlExecute` and `aclmdlExecuteAsync`: the second half of each output is not written;
//! * `corrupt`, for the same: every bit of each output is the other way round;
//! * `oom_bytes=N`, for `aclrtMalloc`, `aclrtMallocCached` and `aclrtMallocHost`: from that call on memory that would
//!   make the sum of all live blocks larger than N is refused with 207001;
//! * `missing`, with `*` as `CALL`: the library does not have the function, for a program that has this one linked in.
//!
//! For functions that put a task on a stream (`aclmdlExecute`, `aclmdlExecuteAsync`, `aclrtMemcpyAsync`,
//! `aclrtMemcpy2dAsync`, `aclrtMemsetAsync`, `aclrtRecordEvent`, `aclrtResetEvent`, `aclrtStreamWaitEvent`,
//! `aclrtLaunchCallback`) the task fails, takes longer or hangs, not the launch, whose own faults are
//! * `refused=CODE`: the launch fails with that code, and there is no task;
//! * `stuck`: the launch never comes back.
//!
//! Example: `aclmdlExecuteAsync:3:hang,aclrtMemcpy:*:delay_ms=5`.

#[cfg(feature = "faults")]
mod rules;

#[cfg(feature = "faults")]
pub(super) use rules::{at_task, load, memory_limit};

#[cfg(feature = "faults")]
pub(crate) use rules::{at_call, missing};

/// What a fault does to the outputs of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Damage {
    short: bool,
    corrupt: bool,
}

impl Damage {
    /// How many of an output's bytes are written.
    pub(super) fn written(self, bytes: usize) -> usize {
        if self.short { bytes / 2 } else { bytes }
    }

    /// Spoils what was written.
    pub(super) fn spoil(self, written: &mut [u8]) {
        if self.corrupt {
            for byte in written {
                *byte = !*byte;
            }
        }
    }
}

/// Without the feature: a variable that is set is an error, so that no test passes for want of its fault.
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
