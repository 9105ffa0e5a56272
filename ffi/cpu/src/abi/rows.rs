//! `acl_rt.h`: copying rows, for example of a picture with a row pitch.

use std::ffi::c_void;

use ascendcl::bindings::{aclError, aclrtMemcpyKind, aclrtStream};

use super::copy::check_kind;
use super::memory::wrong;
use super::{not_null, status};
use crate::failure::Failure;
use crate::runtime::memory::{self, Rows, Span};
use crate::runtime::work::Work;
use crate::runtime::{context, stream};

/// Copies rows before it returns. Errors: 107000 a pitch below the width, a range outside a block,
/// no rows or no width, or a kind that does not match the pointers.
///
/// # Safety
///
/// Memory that AscendCL did not allocate must be valid from the first row to the end of the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMemcpy2d(
    dst: *mut c_void,
    dpitch: usize,
    src: *const c_void,
    spitch: usize,
    width: usize,
    height: usize,
    kind: aclrtMemcpyKind,
) -> aclError {
    let rows = rows(dpitch, spitch, width, height);
    status("aclrtMemcpy2d", || {
        // SAFETY: the caller of this function keeps the same contract.
        let (target, source) = unsafe { spans(dst, src, rows, kind) }?;
        source.copy_rows_to(&target, rows);
        Ok(())
    })
}

/// Enqueues a copy of rows. Errors: as `aclrtMemcpy2d`, from this call.
///
/// # Safety
///
/// Memory that AscendCL did not allocate must be valid from the first row to the end of the last,
/// until the stream has finished the copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtMemcpy2dAsync(
    dst: *mut c_void,
    dpitch: usize,
    src: *const c_void,
    spitch: usize,
    width: usize,
    height: usize,
    kind: aclrtMemcpyKind,
    stream: aclrtStream,
) -> aclError {
    let rows = rows(dpitch, spitch, width, height);
    status("aclrtMemcpy2dAsync", || {
        let stream = stream::resolve(stream.addr())?;
        // SAFETY: the caller of this function keeps the same contract.
        let (target, source) = unsafe { spans(dst, src, rows, kind) }?;
        stream.launch(Work::CopyRows(target, source, rows))
    })
}

fn rows(target_pitch: usize, source_pitch: usize, width: usize, height: usize) -> Rows {
    Rows {
        target_pitch,
        source_pitch,
        width,
        height,
    }
}

/// # Safety
///
/// As [`memory::locate`], for both pointers and the lengths of the rows.
unsafe fn spans(
    dst: *mut c_void,
    src: *const c_void,
    rows: Rows,
    kind: aclrtMemcpyKind,
) -> Result<(Span, Span), Failure> {
    context::current()?;
    not_null(dst, "dst")?;
    not_null(src, "src")?;
    if rows.width == 0 || rows.height == 0 {
        return Err(wrong("width and height must be at least 1"));
    }
    for (name, pitch) in [("dpitch", rows.target_pitch), ("spitch", rows.source_pitch)] {
        if pitch < rows.width {
            return Err(wrong(format!(
                "{name} {pitch} is below the width {}",
                rows.width
            )));
        }
    }
    let (Some(to), Some(from)) = (rows.len(rows.target_pitch), rows.len(rows.source_pitch)) else {
        return Err(wrong("the rows exceed the address space"));
    };
    // SAFETY: the caller of this function keeps the same contract.
    let target = unsafe { memory::locate(dst.cast(), to) }?;
    // SAFETY: the caller of this function keeps the same contract; the source is only read.
    let source = unsafe { memory::locate(src.cast_mut().cast(), from) }?;
    check_kind(&target, &source, kind)?;
    Ok((target, source))
}
