//! Faults on demand, for tests of programs: `ASCENDCL_CPU_FAULT`, read by `aclInit`, in builds with the feature
//! `faults` only.
//!
//! The variable holds rules `FUNCTION:CALL:ACTION`, separated by commas. `CALL` counts calls of that function
//! since `aclInit`, from 1; `*` is every call. `ACTION` is
//! * `error=CODE`: the call does nothing and fails with that code;
//! * `delay_ms=N`: the call takes that much longer;
//! * `hang`: the call never comes back.
//!
//! For functions that put a task on a stream (`aclmdlExecuteAsync`, `aclrtMemcpyAsync`, `aclrtMemsetAsync`,
//! `aclrtRecordEvent`, `aclrtResetEvent`, `aclrtStreamWaitEvent`) the task fails, takes longer or hangs, not
//! the launch. Example: `aclmdlExecuteAsync:3:hang,aclrtMemcpy:*:delay_ms=5`.

#[cfg(feature = "faults")]
mod rules;

#[cfg(feature = "faults")]
pub(super) use rules::{at_task, load};

#[cfg(feature = "faults")]
pub(crate) use rules::at_call;

/// Without the feature: a variable that is set is an error, so that no test passes for want of its fault.
#[cfg(not(feature = "faults"))]
pub(super) fn load() -> Result<(), crate::failure::Failure> {
    match super::process::variable("ASCENDCL_CPU_FAULT") {
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
#[expect(clippy::unnecessary_wraps, reason = "the other build can fail here")]
pub(super) fn at_task(_: &str) -> Result<(), crate::failure::Failure> {
    Ok(())
}
