//! `aclInit` to `aclFinalize`: the use of the library by this process.

use std::ffi::CStr;
use std::marker::PhantomData;
use std::ptr;
use std::rc::Rc;

use crate::error::AclError;
use crate::exception;
use crate::library::{Library, call};

/// AscendCL, initialised for this process.
///
/// Everything made from it holds it. So AscendCL is finalised after everything else is gone. It
/// stays on the thread that made it.
#[derive(Debug)]
pub struct Runtime {
    library: Library,
    /// Makes the type neither `Send` nor `Sync`: AscendCL keeps the current context per thread.
    this_thread: PhantomData<*mut ()>,
}

impl Runtime {
    /// Initialises the library. A process can do this once at a time. `config` is the path of an
    /// `acl.json`, and `None` selects the library's defaults.
    ///
    /// It also sets a callback for tasks that fail on the device, if the library has one. See
    /// [`AclError::exception`].
    ///
    /// # Errors
    ///
    /// `aclInit` failed. For example, 100002 means that the process has initialised already.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use ascendcl::{Library, Runtime};
    ///
    /// let runtime = Runtime::new(Library::open("libascendcl.so".as_ref())?, None)?;
    /// println!("AscendCL {:?}, {} devices", runtime.version()?, runtime.device_count()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(library: Library, config: Option<&CStr>) -> Result<Rc<Self>, AclError> {
        let config = config.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: contract of `call!`; the call needs no context. `config` is null or a C string
        // that outlives the call.
        unsafe { call!(&library, aclInit(config)) }?;
        exception::set_callback(library.table());
        Ok(Rc::new(Self {
            library,
            this_thread: PhantomData,
        }))
    }

    /// The library.
    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    /// The version of the ACL interface: major, minor, patch. CANN 6.0.RC1 has 1.3.0. This is not
    /// the number of the CANN release.
    ///
    /// # Errors
    ///
    /// `aclrtGetVersion` failed.
    pub fn version(&self) -> Result<(i32, i32, i32), AclError> {
        let (mut major, mut minor, mut patch) = (0, 0, 0);
        // SAFETY: contract of `call!`; the call needs no context. All three are places for an
        // int32_t.
        unsafe {
            call!(
                &self.library,
                aclrtGetVersion(&raw mut major, &raw mut minor, &raw mut patch)
            )
        }?;
        Ok((major, minor, patch))
    }

    /// The number of devices. They are numbered from 0.
    ///
    /// # Errors
    ///
    /// `aclrtGetDeviceCount` failed.
    pub fn device_count(&self) -> Result<u32, AclError> {
        let mut count = 0;
        // SAFETY: contract of `call!`; the call needs no context. `count` is a place for a
        // uint32_t.
        unsafe { call!(&self.library, aclrtGetDeviceCount(&raw mut count)) }?;
        Ok(count)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // SAFETY: contract of `call!`; everything made from the library holds this value, so
        // nothing of it is left. A failure is ignored, because nothing is left to do.
        let _ = unsafe { self.library.table().aclFinalize() };
    }
}
