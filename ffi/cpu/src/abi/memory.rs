//! `acl_rt.h`: blocks of memory.

use std::borrow::Cow;
use std::ffi::c_void;
use std::fs;

use ascendcl::bindings::{
    ACL_DDR_MEM, ACL_DDR_MEM_HUGE, ACL_DDR_MEM_NORMAL, ACL_ERROR_INTERNAL_ERROR,
    ACL_ERROR_RT_INVALID_MALLOC_TYPE, ACL_ERROR_RT_PARAM_INVALID, ACL_MEM_MALLOC_NORMAL_ONLY_P2P,
    aclError, aclrtMemAttr, aclrtMemMallocPolicy,
};

use super::{not_null, status};
use crate::failure::Failure;
use crate::runtime::context;
use crate::runtime::memory::{self, Kind};

/// Allocates device memory: 64-byte aligned, filled with 0xA5, with any policy. More than 16 MiB is
/// filled only in validation mode. Errors: 100000 size 0, 207001 out of memory, 107018 unknown
/// policy, 107002 no context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMalloc(
    devPtr: *mut *mut c_void,
    size: usize,
    policy: aclrtMemMallocPolicy,
) -> aclError {
    // SAFETY: the caller of this function keeps the same contract.
    status("aclrtMalloc", || unsafe { malloc(devPtr, size, policy) })
}

/// As `aclrtMalloc`, because device memory is always cached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMallocCached(
    devPtr: *mut *mut c_void,
    size: usize,
    policy: aclrtMemMallocPolicy,
) -> aclError {
    // SAFETY: the caller of this function keeps the same contract.
    status("aclrtMallocCached", || unsafe {
        malloc(devPtr, size, policy)
    })
}

/// # Safety
///
/// `out` must be null or a valid pointer to a pointer.
unsafe fn malloc(
    out: *mut *mut c_void,
    size: usize,
    policy: aclrtMemMallocPolicy,
) -> Result<(), Failure> {
    not_null(out, "devPtr")?;
    if policy > ACL_MEM_MALLOC_NORMAL_ONLY_P2P {
        return Err(Failure::new(
            ACL_ERROR_RT_INVALID_MALLOC_TYPE,
            format!("policy {policy} is not one of aclrtMemMallocPolicy"),
        ));
    }
    let address = memory::allocate(Kind::Device, size)?;
    // SAFETY: not null; the caller passes a valid pointer to a pointer.
    unsafe { out.write(address.as_ptr().cast()) };
    Ok(())
}

/// Frees device memory. Error: 107000 the address is not the start of a live block of
/// `aclrtMalloc`.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtFree(devPtr: *mut c_void) -> aclError {
    status("aclrtFree", || {
        not_null(devPtr, "devPtr")?;
        memory::free(Kind::Device, devPtr.addr())
    })
}

/// Allocates host memory for copies to and from the device. In device mode it can also serve as
/// device memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMallocHost(hostPtr: *mut *mut c_void, size: usize) -> aclError {
    status("aclrtMallocHost", || {
        not_null(hostPtr, "hostPtr")?;
        let address = memory::allocate(Kind::Host, size)?;
        // SAFETY: not null; the caller passes a valid pointer to a pointer.
        unsafe { hostPtr.write(address.as_ptr().cast()) };
        Ok(())
    })
}

/// Frees host memory. Error: 107000 the address is not the start of a live block of
/// `aclrtMallocHost`.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtFreeHost(hostPtr: *mut c_void) -> aclError {
    status("aclrtFreeHost", || {
        not_null(hostPtr, "hostPtr")?;
        memory::free(Kind::Host, hostPtr.addr())
    })
}

/// Checks the range and does nothing else: there is only one cache.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtMemFlush(devPtr: *mut c_void, size: usize) -> aclError {
    status("aclrtMemFlush", || device_range(devPtr, size))
}

/// Checks the range and does nothing else: there is only one cache.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtMemInvalidate(devPtr: *mut c_void, size: usize) -> aclError {
    status("aclrtMemInvalidate", || device_range(devPtr, size))
}

fn device_range(pointer: *mut c_void, size: usize) -> Result<(), Failure> {
    context::current()?;
    // SAFETY: the span is not used to access memory.
    let span = unsafe { memory::locate(pointer.cast(), size) }?;
    if span.on_device() {
        Ok(())
    } else {
        Err(wrong("devPtr is not device memory"))
    }
}

/// Free and total memory of this machine, bytes. Error: 107000 memory other than DDR.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtGetMemInfo(
    attr: aclrtMemAttr,
    free: *mut usize,
    total: *mut usize,
) -> aclError {
    status("aclrtGetMemInfo", || {
        not_null(free, "free")?;
        not_null(total, "total")?;
        context::current()?;
        if !matches!(attr, ACL_DDR_MEM | ACL_DDR_MEM_HUGE | ACL_DDR_MEM_NORMAL) {
            return Err(wrong(format!(
                "there is DDR memory only, not attribute {attr}"
            )));
        }
        let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let (available, all) = (
            meminfo(&text, "MemAvailable:")?,
            meminfo(&text, "MemTotal:")?,
        );
        // SAFETY: not null; the caller passes valid pointers to sizes.
        unsafe {
            free.write(available);
            total.write(all);
        }
        Ok(())
    })
}

/// One line of `/proc/meminfo`, in bytes.
fn meminfo(text: &str, name: &str) -> Result<usize, Failure> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    kib.and_then(|kib| kib.checked_mul(1024)).ok_or_else(|| {
        Failure::new(
            ACL_ERROR_INTERNAL_ERROR,
            format!("/proc/meminfo has no usable line {name}"),
        )
    })
}

pub(super) fn wrong(text: impl Into<Cow<'static, str>>) -> Failure {
    Failure::new(ACL_ERROR_RT_PARAM_INVALID, text)
}
