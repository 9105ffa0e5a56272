//! `acl_rt.h`: memory.

use std::ffi::c_void;
use std::fs;

use ascendcl::bindings::{
    ACL_DDR_MEM, ACL_DDR_MEM_HUGE, ACL_DDR_MEM_NORMAL, ACL_ERROR_INTERNAL_ERROR,
    ACL_ERROR_RT_ADDR_UNALIGNED, ACL_ERROR_RT_INVALID_MALLOC_TYPE, ACL_ERROR_RT_PARAM_INVALID,
    ACL_MEM_MALLOC_NORMAL_ONLY_P2P, ACL_MEMCPY_DEVICE_TO_DEVICE, ACL_MEMCPY_DEVICE_TO_HOST,
    ACL_MEMCPY_HOST_TO_DEVICE, ACL_MEMCPY_HOST_TO_HOST, aclError, aclrtMemAttr,
    aclrtMemMallocPolicy, aclrtMemcpyKind, aclrtStream,
};

use super::{not_null, status};
use crate::failure::Failure;
use crate::runtime::memory::{self, Kind, Span};
use crate::runtime::process::{self, RunMode};
use crate::runtime::{context, stream};

/// Device memory: 64-byte aligned, not cleared (full of 0xA5), whatever the policy.
/// Errors: 100000 size 0, 207001 no memory, 107018 unknown policy, 107002 no context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMalloc(
    devPtr: *mut *mut c_void,
    size: usize,
    policy: aclrtMemMallocPolicy,
) -> aclError {
    // SAFETY: the contract is the same.
    status("aclrtMalloc", || unsafe { malloc(devPtr, size, policy) })
}

/// As `aclrtMalloc`: device memory is always cached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMallocCached(
    devPtr: *mut *mut c_void,
    size: usize,
    policy: aclrtMemMallocPolicy,
) -> aclError {
    // SAFETY: the contract is the same.
    status("aclrtMallocCached", || unsafe {
        malloc(devPtr, size, policy)
    })
}

/// # Safety
///
/// `out` must be null or a place for a pointer.
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
    // SAFETY: not null; the caller passes a place for a pointer.
    unsafe { out.write(address.as_ptr().cast()) };
    Ok(())
}

/// Gives device memory back. Error: 107000 not the start of a live block of `aclrtMalloc`.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtFree(devPtr: *mut c_void) -> aclError {
    status("aclrtFree", || {
        not_null(devPtr, "devPtr")?;
        memory::free(Kind::Device, devPtr.addr())
    })
}

/// Host memory that the device can copy from and to. In device mode it is as good as device memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMallocHost(hostPtr: *mut *mut c_void, size: usize) -> aclError {
    status("aclrtMallocHost", || {
        not_null(hostPtr, "hostPtr")?;
        let address = memory::allocate(Kind::Host, size)?;
        // SAFETY: not null; the caller passes a place for a pointer.
        unsafe { hostPtr.write(address.as_ptr().cast()) };
        Ok(())
    })
}

/// Gives host memory back. Error: 107000 not the start of a live block of `aclrtMallocHost`.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtFreeHost(hostPtr: *mut c_void) -> aclError {
    status("aclrtFreeHost", || {
        not_null(hostPtr, "hostPtr")?;
        memory::free(Kind::Host, hostPtr.addr())
    })
}

/// Nothing to do: there is one cache. The range is checked.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtMemFlush(devPtr: *mut c_void, size: usize) -> aclError {
    status("aclrtMemFlush", || device_range(devPtr, size))
}

/// Nothing to do: there is one cache. The range is checked.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtMemInvalidate(devPtr: *mut c_void, size: usize) -> aclError {
    status("aclrtMemInvalidate", || device_range(devPtr, size))
}

fn device_range(pointer: *mut c_void, size: usize) -> Result<(), Failure> {
    context::current()?;
    // SAFETY: the span is not used to touch memory.
    let span = unsafe { memory::locate(pointer.cast(), size) }?;
    if span.on_device() {
        Ok(())
    } else {
        Err(wrong("devPtr is not device memory"))
    }
}

/// Copies now. Errors: 107000 more than fits, out of a block, or a kind that does not go with the pointers.
///
/// # Safety
///
/// Memory that is not AscendCL's must be `count` valid bytes; source and target may overlap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMemcpy(
    dst: *mut c_void,
    destMax: usize,
    src: *const c_void,
    count: usize,
    kind: aclrtMemcpyKind,
) -> aclError {
    status("aclrtMemcpy", || {
        // SAFETY: the contract is the same.
        let (target, source) = unsafe { copy_spans(dst, destMax, src, count, kind) }?;
        source.copy_to(&target, count);
        Ok(())
    })
}

/// Copies on a stream. Errors: as `aclrtMemcpy`, at once; 107008 device to device from or to an address that is
/// no multiple of 64.
///
/// # Safety
///
/// Memory that is not AscendCL's must be `count` valid bytes until the stream has done it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMemcpyAsync(
    dst: *mut c_void,
    destMax: usize,
    src: *const c_void,
    count: usize,
    kind: aclrtMemcpyKind,
    stream: aclrtStream,
) -> aclError {
    status("aclrtMemcpyAsync", || {
        let stream = stream::resolve(stream.addr())?;
        // SAFETY: the contract is the same.
        let (target, source) = unsafe { copy_spans(dst, destMax, src, count, kind) }?;
        if kind == ACL_MEMCPY_DEVICE_TO_DEVICE && !(dst.addr() | src.addr()).is_multiple_of(64) {
            return Err(Failure::new(
                ACL_ERROR_RT_ADDR_UNALIGNED,
                format!("{dst:p} and {src:p} must be multiples of 64 bytes"),
            ));
        }
        stream.launch("aclrtMemcpyAsync", move |_| {
            source.copy_to(&target, count);
            Ok(())
        })
    })
}

/// # Safety
///
/// As [`memory::locate`], for both pointers.
unsafe fn copy_spans(
    dst: *mut c_void,
    max: usize,
    src: *const c_void,
    count: usize,
    kind: aclrtMemcpyKind,
) -> Result<(Span, Span), Failure> {
    context::current()?;
    not_null(dst, "dst")?;
    not_null(src, "src")?;
    if count > max {
        return Err(wrong(format!("count {count} is more than destMax {max}")));
    }
    // SAFETY: the contract is the same.
    let target = unsafe { memory::locate(dst.cast(), count) }?;
    // SAFETY: the contract is the same; the source is only read.
    let source = unsafe { memory::locate(src.cast_mut().cast(), count) }?;
    let (from_device, to_device) = match kind {
        ACL_MEMCPY_HOST_TO_HOST => (false, false),
        ACL_MEMCPY_HOST_TO_DEVICE => (false, true),
        ACL_MEMCPY_DEVICE_TO_HOST => (true, false),
        ACL_MEMCPY_DEVICE_TO_DEVICE => (true, true),
        _ => return Err(wrong(format!("kind {kind} is not one of aclrtMemcpyKind"))),
    };
    // On the device itself there is one memory, and every direction is the same.
    if process::settings()?.run_mode == RunMode::Host {
        check_side("dst", &target, to_device)?;
        check_side("src", &source, from_device)?;
    }
    Ok((target, source))
}

fn check_side(name: &str, span: &Span, device: bool) -> Result<(), Failure> {
    match (span.kind() == Some(Kind::Device), device) {
        (true, false) => Err(wrong(format!(
            "the kind says {name} is host memory, it is device memory"
        ))),
        (false, true) => Err(wrong(format!(
            "the kind says {name} is device memory, it is not"
        ))),
        _ => Ok(()),
    }
}

/// Sets bytes now. Errors: 107000 more than fits, or out of a block.
///
/// # Safety
///
/// Memory that is not AscendCL's must be `count` valid bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMemset(
    devPtr: *mut c_void,
    maxCount: usize,
    value: i32,
    count: usize,
) -> aclError {
    status("aclrtMemset", || {
        // SAFETY: the contract is the same.
        let span = unsafe { set_span(devPtr, maxCount, count) }?;
        span.fill(low_byte(value), count);
        Ok(())
    })
}

/// Sets bytes on a stream. Errors: as `aclrtMemset`, at once.
///
/// # Safety
///
/// Memory that is not AscendCL's must be `count` valid bytes until the stream has done it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMemsetAsync(
    devPtr: *mut c_void,
    maxCount: usize,
    value: i32,
    count: usize,
    stream: aclrtStream,
) -> aclError {
    status("aclrtMemsetAsync", || {
        let stream = stream::resolve(stream.addr())?;
        // SAFETY: the contract is the same.
        let span = unsafe { set_span(devPtr, maxCount, count) }?;
        stream.launch("aclrtMemsetAsync", move |_| {
            span.fill(low_byte(value), count);
            Ok(())
        })
    })
}

/// # Safety
///
/// As [`memory::locate`].
unsafe fn set_span(pointer: *mut c_void, max: usize, count: usize) -> Result<Span, Failure> {
    context::current()?;
    not_null(pointer, "devPtr")?;
    if count > max {
        return Err(wrong(format!("count {count} is more than maxCount {max}")));
    }
    // SAFETY: the contract is the same.
    unsafe { memory::locate(pointer.cast(), count) }
}

fn low_byte(value: i32) -> u8 {
    let [low, ..] = value.to_le_bytes();
    low
}

/// Free and total memory of this machine, bytes. Error: 107000 for memory other than DDR.
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
        // SAFETY: not null; the caller passes places for sizes.
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

fn wrong(text: impl Into<String>) -> Failure {
    Failure::new(ACL_ERROR_RT_PARAM_INVALID, text)
}
