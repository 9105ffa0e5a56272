//! Where reports go, as `ASCENDCL_CPU_VALIDATE` says.

use std::backtrace::Backtrace;
use std::env;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Mutex, OnceLock};

use ascendcl::bindings::ACL_ERROR_INVALID_PARAM;

use crate::failure::{Failure, lock};

/// The caller's backtrace; empty if `ASCENDCL_CPU_BACKTRACE` is `0`. Resolving the names takes a
/// second in a program with debug information.
pub(super) fn backtrace() -> Backtrace {
    static WANTED: OnceLock<bool> = OnceLock::new();
    let wanted = || env::var_os("ASCENDCL_CPU_BACKTRACE").is_none_or(|value| value != "0");
    if *WANTED.get_or_init(wanted) {
        Backtrace::force_capture()
    } else {
        Backtrace::disabled()
    }
}

pub(super) enum Output {
    Stderr,
    File(Mutex<File>),
}

/// Opened once, at the first use: a program may create objects before `aclInit`.
static OUTPUT: OnceLock<Result<Option<Output>, String>> = OnceLock::new();

unsafe extern "C" {
    /// C's `atexit`.
    fn atexit(function: extern "C" fn()) -> i32;
}

/// `None` if validation is off.
pub(super) fn get() -> Option<&'static Output> {
    OUTPUT.get_or_init(open).as_ref().ok()?.as_ref()
}

/// Fails if the report's file cannot be written.
pub(super) fn check() -> Result<(), Failure> {
    match OUTPUT.get_or_init(open) {
        Ok(_) => Ok(()),
        Err(text) => Err(Failure::new(ACL_ERROR_INVALID_PARAM, text.clone())),
    }
}

fn open() -> Result<Option<Output>, String> {
    let output = match env::var_os("ASCENDCL_CPU_VALIDATE") {
        None => return Ok(None),
        Some(value) if value.is_empty() || value == "0" => return Ok(None),
        Some(value) if value == "1" => Output::Stderr,
        Some(path) => match OpenOptions::new().create(true).append(true).open(&path) {
            Ok(file) => Output::File(Mutex::new(file)),
            Err(error) => {
                return Err(format!(
                    "ASCENDCL_CPU_VALIDATE is `{}`, which cannot be written: {error}; set it to 1 or to a file",
                    path.display()
                ));
            }
        },
    };
    // SAFETY: `at_exit` may run at the end of the process. If it cannot be registered, only the
    // last line is missing.
    let _ = unsafe { atexit(super::at_exit) };
    Ok(Some(output))
}

impl Output {
    /// Writes the whole text at once. Text that cannot be written is lost.
    pub(super) fn write(&self, text: &str) {
        let _ = match self {
            Self::Stderr => std::io::stderr().write_all(text.as_bytes()),
            Self::File(file) => lock(file).write_all(text.as_bytes()),
        };
    }
}
