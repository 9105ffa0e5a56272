//! `acl.h`: initialisation, the end, the version, the text of the last error.

use std::ffi::c_char;

use ascendcl::bindings::{ACL_ERROR_INVALID_FILE, aclError};

use super::{not_null, path, status};
use crate::failure::{self, Failure};
use crate::regular_file;
use crate::runtime::device;

/// Initialises AscendCL and reads the environment (see the crate's documentation). A configuration
/// file, if given, must be readable. Its contents (dump, profiling) are for a device and ignored
/// here.
///
/// Errors: 100002 already initialised, 100003 file not readable, 100000 a variable with a wrong
/// value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclInit(configPath: *const c_char) -> aclError {
    status("aclInit", || {
        if !configPath.is_null() {
            // SAFETY: not null; the caller passes a text as the prototype requires.
            let path = unsafe { path(configPath, "configPath") }?;
            regular_file::open(path).map_err(|error| {
                Failure::new(
                    ACL_ERROR_INVALID_FILE,
                    format!("configuration {}: {error}", path.display()),
                )
                .into_answer()
            })?;
        }
        device::init()
    })
}

/// Ends AscendCL: waits for the streams, then removes contexts, streams and models.
///
/// Errors: 100001 never initialised, 100037 already ended.
#[unsafe(no_mangle)]
pub extern "C" fn aclFinalize() -> aclError {
    status("aclFinalize", device::finalize)
}

/// The version of the header that this implementation follows: 1.3.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtGetVersion(
    majorVersion: *mut i32,
    minorVersion: *mut i32,
    patchVersion: *mut i32,
) -> aclError {
    status("aclrtGetVersion", || {
        not_null(majorVersion, "majorVersion")?;
        not_null(minorVersion, "minorVersion")?;
        not_null(patchVersion, "patchVersion")?;
        // SAFETY: not null; the caller passes valid pointers to integers.
        unsafe {
            majorVersion.write(1);
            minorVersion.write(3);
            patchVersion.write(0);
        }
        Ok(())
    })
}

/// Fetches and clears the text of this thread's last failed call; null if no call failed. The text
/// is valid until this thread fetches again or ends.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetRecentErrMsg() -> *const c_char {
    failure::fetch()
}
