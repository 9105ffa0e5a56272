//! The list of buffers that one side of an execution uses.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::rc::Rc;

use crate::bindings::{aclDataBuffer, aclmdlDataset};
use crate::device::Device;
use crate::error::AclError;
use crate::library::call;

/// A dataset and its data buffers. It does not own the memory that they name.
#[derive(Debug)]
pub(crate) struct Dataset {
    device: Rc<Device>,
    raw: *mut aclmdlDataset,
    buffers: Vec<*mut aclDataBuffer>,
}

impl Dataset {
    /// A dataset with one data buffer for each address and length, in that order.
    pub(crate) fn new(
        device: &Rc<Device>,
        memory: impl IntoIterator<Item = (NonNull<u8>, usize)>,
    ) -> Result<Self, AclError> {
        let library = device.library();
        // SAFETY: takes nothing.
        let raw = unsafe { library.table().aclmdlCreateDataset() };
        let mut dataset = Self {
            device: Rc::clone(device),
            raw: library.check_created("aclmdlCreateDataset", raw)?,
            buffers: Vec::new(),
        };
        for (address, len) in memory {
            let address = address.as_ptr().cast::<c_void>();
            // SAFETY: a data buffer only notes the address and the length.
            let buffer = unsafe { library.table().aclCreateDataBuffer(address, len) };
            let buffer = library.check_created("aclCreateDataBuffer", buffer)?;
            dataset.buffers.push(buffer);
            // SAFETY: both were just made and are destroyed together.
            unsafe { call!(library, aclmdlAddDatasetBuffer(raw, buffer)) }?;
        }
        Ok(dataset)
    }

    /// The dataset as AscendCL knows it.
    pub(crate) fn raw(&self) -> *mut aclmdlDataset {
        self.raw
    }
}

impl Drop for Dataset {
    fn drop(&mut self) {
        let library = self.device.library();
        for &buffer in &self.buffers {
            // SAFETY: made by aclCreateDataBuffer, destroyed only here; a running execution holds its dataset.
            let _ = unsafe { call!(library, aclDestroyDataBuffer(buffer)) };
        }
        // SAFETY: made by aclmdlCreateDataset, destroyed only here. It does not look at its buffers then.
        let _ = unsafe { call!(library, aclmdlDestroyDataset(self.raw)) };
    }
}
