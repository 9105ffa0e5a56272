//! `acl_mdl.h`: datasets, the lists of data buffers that a run takes.

use std::ptr;
use std::sync::{Arc, Mutex};

use ascendcl::bindings::{ACL_ERROR_INVALID_PARAM, aclDataBuffer, aclError, aclmdlDataset};

use super::{base, status, value};
use crate::failure::Failure;
use crate::handles::{Registry, lock, to_pointer};

/// Handles of the data buffers, in order.
static DATASETS: Registry<Mutex<Vec<usize>>> = Registry::new();

fn dataset(handle: *const aclmdlDataset) -> Result<Arc<Mutex<Vec<usize>>>, Failure> {
    DATASETS.get(handle.addr()).ok_or_else(unknown)
}

fn unknown() -> Failure {
    Failure::new(
        ACL_ERROR_INVALID_PARAM,
        "no such dataset: null, destroyed or never created",
    )
}

/// Addresses and sizes of a dataset's buffers as they are now.
pub(super) fn contents(handle: *const aclmdlDataset) -> Result<Vec<(*mut u8, usize)>, Failure> {
    let dataset = dataset(handle)?;
    let handles = lock(&dataset);
    let buffers = handles.iter().map(|handle| base::contents(*handle));
    buffers
        .map(|buffer| buffer.map(|buffer| (buffer.data, buffer.size)))
        .collect()
}

/// An empty dataset. Never null.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlCreateDataset() -> *mut aclmdlDataset {
    value("aclmdlCreateDataset", ptr::null_mut(), || {
        let (handle, _) = DATASETS.add(|_| Mutex::new(Vec::new()));
        Ok(to_pointer(handle))
    })
}

/// Ends a dataset, not its buffers. Error: 100000 unknown dataset.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlDestroyDataset(dataset: *const aclmdlDataset) -> aclError {
    status("aclmdlDestroyDataset", || {
        DATASETS
            .remove(dataset.addr())
            .map(drop)
            .ok_or_else(unknown)
    })
}

/// Appends a data buffer. Error: 100000 unknown dataset or buffer.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlAddDatasetBuffer(
    dataset: *mut aclmdlDataset,
    dataBuffer: *mut aclDataBuffer,
) -> aclError {
    status("aclmdlAddDatasetBuffer", || {
        let dataset = self::dataset(dataset)?;
        base::contents(dataBuffer.addr())?;
        lock(&dataset).push(dataBuffer.addr());
        Ok(())
    })
}

/// The number of buffers; 0 for an unknown dataset.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetDatasetNumBuffers(dataset: *const aclmdlDataset) -> usize {
    value("aclmdlGetDatasetNumBuffers", 0, || {
        Ok(lock(&*self::dataset(dataset)?).len())
    })
}

/// A buffer by its position; null when there is none.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetDatasetBuffer(
    dataset: *const aclmdlDataset,
    index: usize,
) -> *mut aclDataBuffer {
    value("aclmdlGetDatasetBuffer", ptr::null_mut(), || {
        let dataset = self::dataset(dataset)?;
        let handles = lock(&dataset);
        let handle = handles.get(index).copied().ok_or_else(|| {
            Failure::new(
                ACL_ERROR_INVALID_PARAM,
                format!("index {index}, the dataset has {} buffers", handles.len()),
            )
        })?;
        Ok(to_pointer(handle))
    })
}
