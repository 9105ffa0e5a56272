//! `acl_rt.h`: device and contexts.

use std::ffi::c_void;

use ascendcl::bindings::{
    ACL_DEVICE, ACL_HOST, ACL_RT_DEVICE_STATUS_NORMAL, aclError, aclrtContext, aclrtDeviceStatus,
    aclrtRunMode,
};

use super::{not_null, status};
use crate::handles::to_pointer;
use crate::runtime::context;
use crate::runtime::device::{self, DEVICE_COUNT};
use crate::runtime::process::{self, RunMode};
use crate::runtime::stream;

/// Makes the default context of device 0 current on this thread. Error: 107001 any other device.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtSetDevice(deviceId: i32) -> aclError {
    status("aclrtSetDevice", || device::open(deviceId))
}

/// Undoes one `aclrtSetDevice`. The last one waits for the default context's streams, then destroys
/// that context. Error: 107001 the device is not set.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtResetDevice(deviceId: i32) -> aclError {
    status("aclrtResetDevice", || device::close(deviceId))
}

/// The device of this thread's context. Error: 107002 no context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtGetDevice(deviceId: *mut i32) -> aclError {
    status("aclrtGetDevice", || {
        not_null(deviceId, "deviceId")?;
        let device = context::current()?.device;
        // SAFETY: not null; the caller passes a valid pointer to an integer.
        unsafe { deviceId.write(device) };
        Ok(())
    })
}

/// The number of devices: 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtGetDeviceCount(count: *mut u32) -> aclError {
    status("aclrtGetDeviceCount", || {
        not_null(count, "count")?;
        process::settings()?;
        // SAFETY: not null; the caller passes a valid pointer to an integer.
        unsafe { count.write(DEVICE_COUNT) };
        Ok(())
    })
}

/// The status of device 0, always normal. Error: 107001 any other device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtQueryDeviceStatus(
    deviceId: i32,
    deviceStatus: *mut aclrtDeviceStatus,
) -> aclError {
    status("aclrtQueryDeviceStatus", || {
        not_null(deviceStatus, "deviceStatus")?;
        process::settings()?;
        device::check(deviceId)?;
        // SAFETY: not null; the caller passes a valid pointer to the enum.
        unsafe { deviceStatus.write(ACL_RT_DEVICE_STATUS_NORMAL) };
        Ok(())
    })
}

/// `ACL_DEVICE`, or `ACL_HOST` if `ASCENDCL_CPU_RUN_MODE` is `host`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtGetRunMode(runMode: *mut aclrtRunMode) -> aclError {
    status("aclrtGetRunMode", || {
        not_null(runMode, "runMode")?;
        let mode = match process::settings()?.run_mode {
            RunMode::Device => ACL_DEVICE,
            RunMode::Host => ACL_HOST,
        };
        // SAFETY: not null; the caller passes a valid pointer to the mode.
        unsafe { runMode.write(mode) };
        Ok(())
    })
}

/// Waits for all streams of this thread's context. Error: that of a failed task that no call has
/// reported.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtSynchronizeDevice() -> aclError {
    status("aclrtSynchronizeDevice", stream::synchronize_all)
}

/// Creates a context and makes it current on this thread. Error: 107001 a device other than 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtCreateContext(context: *mut aclrtContext, deviceId: i32) -> aclError {
    status("aclrtCreateContext", || {
        not_null(context, "context")?;
        let handle = device::create_context(deviceId)?;
        // SAFETY: not null; the caller passes a valid pointer to the handle.
        unsafe { context.write(to_pointer(handle)) };
        Ok(())
    })
}

/// Waits for the streams of a context of `aclrtCreateContext`, then destroys it. Errors: 107002
/// unknown context, 107000 the default context.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtDestroyContext(context: aclrtContext) -> aclError {
    status("aclrtDestroyContext", || {
        not_null(context, "context")?;
        device::destroy_context(context.addr())
    })
}

/// Makes a context current on this thread. Error: 107002 unknown context.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtSetCurrentContext(context: aclrtContext) -> aclError {
    status("aclrtSetCurrentContext", || {
        not_null(context, "context")?;
        context::set_current(context.addr())
    })
}

/// This thread's context. Error: 107002 no context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtGetCurrentContext(context: *mut aclrtContext) -> aclError {
    status("aclrtGetCurrentContext", || {
        not_null(context, "context")?;
        let handle: *mut c_void = to_pointer(context::current()?.handle);
        // SAFETY: not null; the caller passes a valid pointer to the handle.
        unsafe { context.write(handle) };
        Ok(())
    })
}
