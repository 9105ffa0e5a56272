//! One device and the context of the thread that opened it.

use std::fmt;
use std::ptr;
use std::rc::Rc;

use crate::bindings::{self as acl, ACL_DDR_MEM, ACL_DEVICE, aclrtContext};
use crate::error::AclError;
use crate::library::{Library, call};
use crate::named::named;
use crate::runtime::Runtime;

/// Where the program runs, seen from the device.
///
/// # Examples
///
/// ```no_run
/// # fn example(device: &ascendcl::Device) {
/// use ascendcl::RunMode;
///
/// match device.run_mode() {
///     RunMode::Device => println!("nothing is copied"),
///     RunMode::Host => println!("inputs and outputs are copied"),
/// }
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunMode {
    /// On the device's own CPUs, as on the Atlas 200 as a board: device memory is CPU memory.
    Device,
    /// On the host of an accelerator card: the CPU cannot reach device memory.
    Host,
}

/// Whether the driver can work with the device (`aclrtDeviceStatus`).
///
/// # Examples
///
/// ```
/// use ascendcl::DeviceStatus;
///
/// assert_eq!(DeviceStatus::ABNORMAL.to_string(), "abnormal");
/// assert_eq!(DeviceStatus(7).name(), None);
/// ```
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeviceStatus(pub acl::aclrtDeviceStatus);

named! { DeviceStatus:
    NORMAL = acl::ACL_RT_DEVICE_STATUS_NORMAL, "normal";
    ABNORMAL = acl::ACL_RT_DEVICE_STATUS_ABNORMAL, "abnormal";
}

/// An open device, with a context that is current on this thread.
///
/// When the last holder is dropped, the context is destroyed and the device reset.
#[derive(Debug)]
pub struct Device {
    // Fields are dropped in this order: the context before the device.
    _context: Context,
    selected: Selected,
    run_mode: RunMode,
}

/// From `aclrtSetDevice` to `aclrtResetDevice`.
#[derive(Debug)]
struct Selected {
    runtime: Rc<Runtime>,
    id: i32,
}

impl Drop for Selected {
    fn drop(&mut self) {
        // SAFETY: contract of `call!`; this thread set the device. Everything made on it holds the
        // `Device`, so nothing of it is left.
        let _ = unsafe { call!(self.runtime.library(), aclrtResetDevice(self.id)) };
    }
}

/// From `aclrtCreateContext` to `aclrtDestroyContext`.
#[derive(Debug)]
struct Context {
    runtime: Rc<Runtime>,
    raw: aclrtContext,
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: contract of `call!`; `aclrtCreateContext` made the handle, and only this line
        // destroys it. Everything made in the context holds the `Device`, so all of it is already
        // gone.
        let _ = unsafe { call!(self.runtime.library(), aclrtDestroyContext(self.raw)) };
    }
}

impl Device {
    /// Opens device `id` for this thread and makes its context current. The first time takes
    /// seconds on a board.
    ///
    /// Use one device per thread. Opening a second one makes its context current, and calls for
    /// the first then fail.
    ///
    /// # Errors
    ///
    /// A call failed. The calls before it are undone.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use ascendcl::{AclError, Device, Runtime};
    /// # fn example(runtime: &std::rc::Rc<Runtime>) -> Result<(), AclError> {
    /// let device = Device::open(runtime, 0)?;
    /// let (free, total) = device.memory_bytes()?;
    /// println!("{:?}, {free} of {total} bytes free", device.soc_name());
    /// # Ok(())
    /// # }
    /// ```
    pub fn open(runtime: &Rc<Runtime>, id: i32) -> Result<Rc<Self>, AclError> {
        let library = runtime.library();
        // SAFETY: contract of `call!`; the call needs no context, and takes a number.
        unsafe { call!(library, aclrtSetDevice(id)) }?;
        let selected = Selected {
            runtime: Rc::clone(runtime),
            id,
        };
        let mut raw = ptr::null_mut();
        // SAFETY: contract of `call!`; the call makes the context, and `raw` points to the handle
        // to write.
        unsafe { call!(library, aclrtCreateContext(&raw mut raw, id)) }?;
        let context = Context {
            runtime: Rc::clone(runtime),
            raw,
        };
        let mut run_mode = 0;
        // SAFETY: contract of `call!`; `run_mode` points to the enum, an unsigned int.
        unsafe { call!(library, aclrtGetRunMode(&raw mut run_mode)) }?;
        Ok(Rc::new(Self {
            _context: context,
            selected,
            // An unknown mode counts as `Host`, which assumes less: it copies.
            run_mode: if run_mode == ACL_DEVICE {
                RunMode::Device
            } else {
                RunMode::Host
            },
        }))
    }

    /// The library.
    pub(crate) fn library(&self) -> &Library {
        self.selected.runtime.library()
    }

    /// The number of the device.
    #[must_use]
    pub fn id(&self) -> i32 {
        self.selected.id
    }

    /// Whether the CPU can reach device memory.
    #[must_use]
    pub fn run_mode(&self) -> RunMode {
        self.run_mode
    }

    /// The state of the device as the driver sees it. Libraries before header 1.10 cannot report
    /// it and give `None`.
    ///
    /// # Errors
    ///
    /// `aclrtQueryDeviceStatus` failed.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use ascendcl::{AclError, Device, DeviceStatus};
    /// # fn example(device: &Device) -> Result<(), AclError> {
    /// match device.status()? {
    ///     None | Some(DeviceStatus::NORMAL) => println!("go on"),
    ///     Some(status) => println!("the device is {status}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn status(&self) -> Result<Option<DeviceStatus>, AclError> {
        let Ok(query) = self.library().table().aclrtQueryDeviceStatus.as_ref() else {
            return Ok(None);
        };
        let mut status = 0;
        // SAFETY: contract of `call!`; `status` points to the enum, an unsigned int.
        let code = unsafe { query(self.id(), &raw mut status) };
        self.library().check("aclrtQueryDeviceStatus", code)?;
        Ok(Some(DeviceStatus(status)))
    }

    /// The name of the chip, such as `Ascend310`, or `None` if the library does not know it.
    #[must_use]
    pub fn soc_name(&self) -> Option<&str> {
        self.library().soc_name()?.to_str().ok()
    }

    /// The version of the library, as [`Runtime::version`] has it.
    ///
    /// # Errors
    ///
    /// `aclrtGetVersion` failed.
    pub fn version(&self) -> Result<(i32, i32, i32), AclError> {
        self.selected.runtime.version()
    }

    /// Whether the models run on the CPU. Then there is no chip, no ATC and no device log.
    #[must_use]
    pub fn is_cpu(&self) -> bool {
        self.library().is_cpu()
    }

    /// The free and the total bytes of the device's DDR memory.
    ///
    /// # Errors
    ///
    /// `aclrtGetMemInfo` failed.
    pub fn memory_bytes(&self) -> Result<(usize, usize), AclError> {
        let (mut free, mut total) = (0, 0);
        // SAFETY: contract of `call!`; `free` and `total` each point to a size_t.
        unsafe {
            call!(
                self.library(),
                aclrtGetMemInfo(ACL_DDR_MEM, &raw mut free, &raw mut total)
            )
        }?;
        Ok((free, total))
    }
}
