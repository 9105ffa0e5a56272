//! `acl_rt.h`: copying and filling memory.

use std::ffi::c_void;

use ascendcl::bindings::{
    ACL_ERROR_RT_ADDR_UNALIGNED, ACL_MEMCPY_DEVICE_TO_DEVICE, ACL_MEMCPY_DEVICE_TO_HOST,
    ACL_MEMCPY_HOST_TO_DEVICE, ACL_MEMCPY_HOST_TO_HOST, aclError, aclrtMemcpyKind, aclrtStream,
};

use super::memory::wrong;
use super::{not_null, status};
use crate::failure::Failure;
use crate::runtime::memory::{self, Kind, Span};
use crate::runtime::process::{self, RunMode};
use crate::runtime::work::Work;
use crate::runtime::{context, stream};

/// Copies before it returns. Errors: 107000 the range exceeds `destMax` or a block, or the kind
/// does not match the pointers.
///
/// # Safety
///
/// Memory that AscendCL did not allocate must be `count` valid bytes. Source and target may
/// overlap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMemcpy(
    dst: *mut c_void,
    destMax: usize,
    src: *const c_void,
    count: usize,
    kind: aclrtMemcpyKind,
) -> aclError {
    status("aclrtMemcpy", || {
        // SAFETY: the caller of this function keeps the same contract.
        let (target, source) = unsafe { copy_spans(dst, destMax, src, count, kind) }?;
        source.copy_to(&target, count);
        Ok(())
    })
}

/// Enqueues a copy. Errors: as `aclrtMemcpy`, from this call; 107008 a copy from device to device
/// with an address that is not a multiple of 64.
///
/// # Safety
///
/// Memory that AscendCL did not allocate must be `count` valid bytes until the stream has finished
/// the copy.
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
        // SAFETY: the caller of this function keeps the same contract.
        let (target, source) = unsafe { copy_spans(dst, destMax, src, count, kind) }?;
        if kind == ACL_MEMCPY_DEVICE_TO_DEVICE && !(dst.addr() | src.addr()).is_multiple_of(64) {
            return Err(Failure::new(
                ACL_ERROR_RT_ADDR_UNALIGNED,
                format!("{dst:p} and {src:p} must be multiples of 64 bytes"),
            ));
        }
        stream.launch(Work::Copy(target, source, count))
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
    // SAFETY: the caller of this function keeps the same contract.
    let target = unsafe { memory::locate(dst.cast(), count) }?;
    // SAFETY: the caller of this function keeps the same contract; the source is only read.
    let source = unsafe { memory::locate(src.cast_mut().cast(), count) }?;
    check_kind(&target, &source, kind)?;
    Ok((target, source))
}

/// Refuses a kind that does not match the two sides.
pub(super) fn check_kind(
    target: &Span,
    source: &Span,
    kind: aclrtMemcpyKind,
) -> Result<(), Failure> {
    let (from_device, to_device) = match kind {
        ACL_MEMCPY_HOST_TO_HOST => (false, false),
        ACL_MEMCPY_HOST_TO_DEVICE => (false, true),
        ACL_MEMCPY_DEVICE_TO_HOST => (true, false),
        ACL_MEMCPY_DEVICE_TO_DEVICE => (true, true),
        _ => return Err(wrong(format!("kind {kind} is not one of aclrtMemcpyKind"))),
    };
    // In device mode there is one memory, so every direction is valid.
    if process::settings()?.run_mode == RunMode::Host {
        check_side("dst", target, to_device)?;
        check_side("src", source, from_device)?;
    }
    Ok(())
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

/// Fills bytes before it returns. Errors: 107000 the range exceeds `maxCount` or a block.
///
/// # Safety
///
/// Memory that AscendCL did not allocate must be `count` valid bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMemset(
    devPtr: *mut c_void,
    maxCount: usize,
    value: i32,
    count: usize,
) -> aclError {
    status("aclrtMemset", || {
        // SAFETY: the caller of this function keeps the same contract.
        let span = unsafe { set_span(devPtr, maxCount, count) }?;
        span.fill(low_byte(value), count);
        Ok(())
    })
}

/// Enqueues a fill. Errors: as `aclrtMemset`, from this call.
///
/// # Safety
///
/// Memory that AscendCL did not allocate must be `count` valid bytes until the stream has finished
/// the fill.
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
        // SAFETY: the caller of this function keeps the same contract.
        let span = unsafe { set_span(devPtr, maxCount, count) }?;
        stream.launch(Work::Fill(span, low_byte(value), count))
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
    // SAFETY: the caller of this function keeps the same contract.
    unsafe { memory::locate(pointer.cast(), count) }
}

fn low_byte(value: i32) -> u8 {
    let [low, ..] = value.to_le_bytes();
    low
}
