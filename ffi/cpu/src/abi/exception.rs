//! `acl_rt.h`: the callback for failed tasks.

use ascendcl::bindings::{
    ACL_ERROR_INVALID_PARAM, aclError, aclrtExceptionInfo, aclrtExceptionInfoCallback,
};

use super::{status, value};
use crate::failure::Failure;
use crate::runtime::exception::{self, Info};
use crate::runtime::process;

/// Sets the function that a stream's thread calls when a task fails; null removes it.
///
/// # Safety
///
/// The function must stay callable from any thread until another is set or the process ends.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtSetExceptionInfoCallback(
    callback: aclrtExceptionInfoCallback,
) -> aclError {
    status("aclrtSetExceptionInfoCallback", || {
        process::settings()?;
        exception::set_callback(callback);
        Ok(())
    })
}

fn ask(
    call: &'static str,
    info: *const aclrtExceptionInfo,
    field: impl FnOnce(Info) -> u32,
) -> u32 {
    value(call, u32::MAX, || {
        exception::info(info.addr()).map(field).ok_or_else(|| {
            Failure::new(
                ACL_ERROR_INVALID_PARAM,
                "no such info: it exists only while the callback runs",
            )
        })
    })
}

/// The number of the task; `u32::MAX` outside the callback.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtGetTaskIdFromExceptionInfo(info: *const aclrtExceptionInfo) -> u32 {
    ask("aclrtGetTaskIdFromExceptionInfo", info, |info| info.task)
}

/// The number of the stream; `u32::MAX` outside the callback.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtGetStreamIdFromExceptionInfo(info: *const aclrtExceptionInfo) -> u32 {
    ask("aclrtGetStreamIdFromExceptionInfo", info, |info| {
        info.stream
    })
}

/// The number of the thread that enqueued the task, as this implementation counts threads;
/// `u32::MAX` outside the callback.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtGetThreadIdFromExceptionInfo(info: *const aclrtExceptionInfo) -> u32 {
    ask("aclrtGetThreadIdFromExceptionInfo", info, |info| {
        info.thread
    })
}

/// The device: 0; `u32::MAX` outside the callback.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtGetDeviceIdFromExceptionInfo(info: *const aclrtExceptionInfo) -> u32 {
    ask("aclrtGetDeviceIdFromExceptionInfo", info, |info| {
        info.device
    })
}

/// The error code of the task; `u32::MAX` outside the callback.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtGetErrorCodeFromExceptionInfo(info: *const aclrtExceptionInfo) -> u32 {
    ask("aclrtGetErrorCodeFromExceptionInfo", info, |info| info.code)
}
