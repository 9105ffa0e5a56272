//! The functions of the ABI, one file for each part of `acl.h`.
//!
//! Each function checks its arguments, calls the runtime and turns the result into an error code;
//! the text is stored for `aclGetRecentErrMsg`. No panic crosses the ABI: `status` and `value` turn
//! a panic into `ACL_ERROR_INTERNAL_ERROR`. A program built with `panic = "abort"` ends instead.
//!
//! Handles are looked up, never dereferenced, so a function that takes only handles and numbers is
//! safe. The other functions dereference the caller's pointers: each pointer must be null or valid
//! for what the prototype says, as in C.

pub mod aipp;
pub mod base;
pub mod config;
pub mod copy;
pub mod dataset;
pub mod description;
pub mod device;
pub mod dynamic;
pub mod dynamic_aipp;
pub mod event;
pub mod exception;
pub mod init;
pub mod loading;
pub mod log;
pub mod memory;
pub mod model;
mod ports;
pub mod report;
pub mod rows;
pub mod stream;
pub mod tensor;
pub mod tensor_desc;

use std::ffi::{CStr, OsStr, c_char};
use std::os::unix::ffi::OsStrExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ascendcl::bindings::{
    ACL_ERROR_INTERNAL_ERROR, ACL_ERROR_INVALID_PARAM, ACL_SUCCESS, aclError,
};

use crate::failure::{Failure, remember};
use crate::runtime::fault;
use crate::validate;

/// Runs the body of a function that returns an error code.
fn status(call: &'static str, body: impl FnOnce() -> Result<(), Failure>) -> aclError {
    match guarded(call, body) {
        Ok(()) => ACL_SUCCESS,
        Err(code) => code,
    }
}

/// Runs the body of a function that returns a value; a failure returns `otherwise`.
fn value<T>(call: &'static str, otherwise: T, body: impl FnOnce() -> Result<T, Failure>) -> T {
    guarded(call, body).unwrap_or(otherwise)
}

fn guarded<T>(
    call: &'static str,
    body: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, aclError> {
    validate::enter(call);
    let body = || fault::at_call(call).and_then(|()| body());
    let failure = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(result)) => return Ok(result),
        Ok(Err(failure)) => failure,
        Err(_) => Failure::new(ACL_ERROR_INTERNAL_ERROR, "the implementation panicked"),
    };
    validate::failed(call, &failure);
    remember(call, &failure);
    Err(failure.code)
}

fn null(name: &'static str) -> Failure {
    Failure::new(ACL_ERROR_INVALID_PARAM, format!("{name} is null")).argument(name)
}

/// Refuses a null pointer; `name` is its parameter.
fn not_null<T>(pointer: *const T, name: &'static str) -> Result<(), Failure> {
    if pointer.is_null() {
        Err(null(name))
    } else {
        Ok(())
    }
}

/// A file name from the caller.
///
/// # Safety
///
/// The pointer must be null, or a text that ends with a zero byte and outlives `'a`.
unsafe fn path<'a>(text: *const c_char, name: &'static str) -> Result<&'a Path, Failure> {
    // SAFETY: the caller of this function keeps the same contract.
    Ok(Path::new(OsStr::from_bytes(
        unsafe { self::text(text, name) }?.to_bytes(),
    )))
}

/// A text from the caller.
///
/// # Safety
///
/// The pointer must be null, or a text that ends with a zero byte and outlives `'a`.
unsafe fn text<'a>(text: *const c_char, name: &'static str) -> Result<&'a CStr, Failure> {
    not_null(text, name)?;
    // SAFETY: not null; the caller of this function guarantees the rest.
    Ok(unsafe { CStr::from_ptr(text) })
}
