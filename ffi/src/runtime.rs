//! `aclInit` to `aclFinalize`: the one use of the library by this process.

use std::ffi::CStr;
use std::marker::PhantomData;
use std::ptr;
use std::rc::Rc;

use crate::error::AclError;
use crate::exception;
use crate::library::{Library, call};

/// AscendCL, initialised. Everything made from it holds it, so it is finalised after all of that is gone.
///
/// Like all that is made from it, it stays on the thread that made it; `tests/rules.rs` shows that the compiler knows.
#[derive(Debug)]
pub struct Runtime {
    library: Library,
    /// AscendCL keeps the current context per thread.
    this_thread: PhantomData<*mut ()>,
}

impl Runtime {
    /// Initialises the library, once per process. `config` is the path of an `acl.json`; `None` takes the
    /// library's defaults. Asks the library to tell of tasks that fail on the device, if it can: see
    /// [`AclError::exception`].
    ///
    /// # Errors
    ///
    /// Whatever `aclInit` returns, for example 100002 when the process has initialised already.
    pub fn new(library: Library, config: Option<&CStr>) -> Result<Rc<Self>, AclError> {
        let config = config.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: contract of `call!`; the call needs no context. `config` is null or a C string that outlives the call.
        unsafe { call!(&library, aclInit(config)) }?;
        exception::listen(library.table());
        Ok(Rc::new(Self {
            library,
            this_thread: PhantomData,
        }))
    }

    /// The library.
    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    /// Version of the ACL interface as major, minor, patch: 1.3.0 for CANN 6.0.RC1. It is not the number of
    /// the CANN release.
    ///
    /// # Errors
    ///
    /// Whatever `aclrtGetVersion` returns.
    pub fn version(&self) -> Result<(i32, i32, i32), AclError> {
        let (mut major, mut minor, mut patch) = (0, 0, 0);
        // SAFETY: contract of `call!`; the call needs no context. All three are places for an int32_t.
        unsafe {
            call!(
                &self.library,
                aclrtGetVersion(&raw mut major, &raw mut minor, &raw mut patch)
            )
        }?;
        Ok((major, minor, patch))
    }

    /// How many devices there are; they are numbered from 0.
    ///
    /// # Errors
    ///
    /// Whatever `aclrtGetDeviceCount` returns.
    pub fn device_count(&self) -> Result<u32, AclError> {
        let mut count = 0;
        // SAFETY: contract of `call!`; the call needs no context. `count` is a place for a uint32_t.
        unsafe { call!(&self.library, aclrtGetDeviceCount(&raw mut count)) }?;
        Ok(count)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // SAFETY: contract of `call!`; everything made from the library holds this value and is gone. A failure is ignored,
        // because nothing is left to do.
        let _ = unsafe { self.library.table().aclFinalize() };
    }
}
