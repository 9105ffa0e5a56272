//! `acl_base.h`: data buffers, half precision, element sizes.

use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::{Arc, Mutex};

use ascendcl::CPU_NAME;
use ascendcl::bindings::{
    ACL_BF16, ACL_BOOL, ACL_COMPLEX64, ACL_COMPLEX128, ACL_DOUBLE, ACL_ERROR_INVALID_PARAM,
    ACL_FLOAT, ACL_FLOAT16, ACL_INT8, ACL_INT16, ACL_INT32, ACL_INT64, ACL_UINT8, ACL_UINT16,
    ACL_UINT32, ACL_UINT64, aclDataBuffer, aclDataType, aclError, aclFloat16,
};

use half::f16;

use super::{status, value};
use crate::failure::Failure;
use crate::handles::{Registry, lock, to_pointer};

/// The memory that a data buffer describes; it belongs to the caller.
#[derive(Clone, Copy)]
pub(super) struct Buffer {
    pub(super) data: *mut u8,
    pub(super) size: usize,
}

// SAFETY: this type never dereferences the address; code that does has its own contract.
unsafe impl Send for Buffer {}

static BUFFERS: Registry<Mutex<Buffer>> = Registry::new("data buffer");

/// Looks up a data buffer.
fn buffer(handle: *const aclDataBuffer) -> Result<Arc<Mutex<Buffer>>, Failure> {
    BUFFERS.get(handle.addr()).ok_or_else(unknown)
}

/// The address and size that a data buffer has now.
pub(super) fn contents(handle: usize) -> Result<Buffer, Failure> {
    BUFFERS
        .get(handle)
        .map(|buffer| *lock(&buffer))
        .ok_or_else(unknown)
}

fn unknown() -> Failure {
    Failure::new(
        ACL_ERROR_INVALID_PARAM,
        "no such data buffer: null, destroyed or never created",
    )
    .argument("dataBuffer")
}

/// Creates a data buffer for the caller's memory. Never null.
#[unsafe(no_mangle)]
pub extern "C" fn aclCreateDataBuffer(data: *mut c_void, size: usize) -> *mut aclDataBuffer {
    value("aclCreateDataBuffer", ptr::null_mut(), || {
        let data = data.cast();
        let (handle, _) = BUFFERS.add(|_| Mutex::new(Buffer { data, size }));
        Ok(to_pointer(handle))
    })
}

/// Destroys a data buffer but not its memory. Error: 100000 unknown buffer.
#[unsafe(no_mangle)]
pub extern "C" fn aclDestroyDataBuffer(dataBuffer: *const aclDataBuffer) -> aclError {
    status("aclDestroyDataBuffer", || {
        BUFFERS
            .remove(dataBuffer.addr())
            .map(drop)
            .ok_or_else(unknown)
    })
}

/// Gives a data buffer another address and size. Error: 100000 unknown buffer.
#[unsafe(no_mangle)]
pub extern "C" fn aclUpdateDataBuffer(
    dataBuffer: *mut aclDataBuffer,
    data: *mut c_void,
    size: usize,
) -> aclError {
    status("aclUpdateDataBuffer", || {
        let data = data.cast();
        *lock(&*buffer(dataBuffer)?) = Buffer { data, size };
        Ok(())
    })
}

/// The address of the memory; null for an unknown buffer.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetDataBufferAddr(dataBuffer: *const aclDataBuffer) -> *mut c_void {
    value("aclGetDataBufferAddr", ptr::null_mut(), || {
        Ok(contents(dataBuffer.addr())?.data.cast())
    })
}

/// The size in bytes, at most `u32::MAX`; 0 for an unknown buffer. `aclGetDataBufferSizeV2` has no
/// such limit.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetDataBufferSize(dataBuffer: *const aclDataBuffer) -> u32 {
    value("aclGetDataBufferSize", 0, || {
        let size = contents(dataBuffer.addr())?.size;
        Ok(u32::try_from(size).unwrap_or(u32::MAX))
    })
}

/// The size in bytes; 0 for an unknown buffer.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetDataBufferSizeV2(dataBuffer: *const aclDataBuffer) -> usize {
    value("aclGetDataBufferSizeV2", 0, || {
        Ok(contents(dataBuffer.addr())?.size)
    })
}

/// The size of one element in bytes; 0 for an unknown type or one without a fixed size.
#[unsafe(no_mangle)]
pub extern "C" fn aclDataTypeSize(dataType: aclDataType) -> usize {
    match dataType {
        ACL_INT8 | ACL_UINT8 | ACL_BOOL => 1,
        ACL_FLOAT16 | ACL_BF16 | ACL_INT16 | ACL_UINT16 => 2,
        ACL_FLOAT | ACL_INT32 | ACL_UINT32 => 4,
        ACL_INT64 | ACL_UINT64 | ACL_DOUBLE | ACL_COMPLEX64 => 8,
        ACL_COMPLEX128 => 16,
        _ => 0,
    }
}

/// Half to single precision; exact.
#[unsafe(no_mangle)]
pub extern "C" fn aclFloat16ToFloat(value: aclFloat16) -> f32 {
    f16::from_bits(value).to_f32()
}

/// Single to half precision: to the nearest, ties to even. Numbers out of range become infinity;
/// NaN stays NaN.
#[unsafe(no_mangle)]
pub extern "C" fn aclFloatToFloat16(value: f32) -> aclFloat16 {
    f16::from_f32(value).to_bits()
}

/// The name of the chip: `CPU`, so that a record shows that no device computed the run.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtGetSocName() -> *const c_char {
    CPU_NAME.as_ptr()
}
