//! The list of buffers that one side of an execution uses.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::rc::Rc;

use crate::bindings::{aclDataBuffer, aclmdlDataset};
use crate::device::Device;
use crate::error::AclError;
use crate::library::call;

/// A dataset and its data buffers. It does not own the memory that the data buffers describe.
#[derive(Debug)]
pub(crate) struct Dataset {
    device: Rc<Device>,
    raw: *mut aclmdlDataset,
    buffers: Vec<*mut aclDataBuffer>,
}

impl Dataset {
    /// Makes a dataset with one data buffer for each address and length, in that order.
    pub(crate) fn new(
        device: &Rc<Device>,
        memory: impl IntoIterator<Item = (NonNull<u8>, usize)>,
    ) -> Result<Self, AclError> {
        let library = device.library();
        // SAFETY: contract of `call!`; no argument.
        let raw = unsafe { library.table().aclmdlCreateDataset() };
        let mut dataset = Self {
            device: Rc::clone(device),
            raw: library.check_created("aclmdlCreateDataset", raw)?,
            buffers: Vec::new(),
        };
        for (address, len) in memory {
            let address = address.as_ptr().cast::<c_void>();
            // SAFETY: contract of `call!`; a data buffer only records address and length.
            let buffer = unsafe { library.table().aclCreateDataBuffer(address, len) };
            let buffer = library.check_created("aclCreateDataBuffer", buffer)?;
            dataset.buffers.push(buffer);
            // SAFETY: contract of `call!`; both handles were just made, and `drop` destroys both.
            unsafe { call!(library, aclmdlAddDatasetBuffer(raw, buffer)) }?;
        }
        Ok(dataset)
    }

    /// The handle.
    pub(crate) fn raw(&self) -> *mut aclmdlDataset {
        self.raw
    }
}

impl Drop for Dataset {
    fn drop(&mut self) {
        let library = self.device.library();
        for &buffer in &self.buffers {
            // SAFETY: contract of `call!`; `aclCreateDataBuffer` made the handle, and only this
            // line destroys it. A running execution keeps its dataset.
            let _ = unsafe { call!(library, aclDestroyDataBuffer(buffer)) };
        }
        // SAFETY: contract of `call!`; `aclmdlCreateDataset` made the handle, and only this line
        // destroys it. The call does not read the data buffers, which are gone.
        let _ = unsafe { call!(library, aclmdlDestroyDataset(self.raw)) };
    }
}
