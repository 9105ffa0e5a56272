//! `acl_mdl.h`: datasets, the lists of data buffers of a run.

use std::ptr;
use std::sync::{Arc, Mutex};

use ascendcl::bindings::{ACL_ERROR_INVALID_PARAM, aclDataBuffer, aclError, aclmdlDataset};

use super::{base, status, value};
use crate::failure::Failure;
use crate::handles::{Registry, lock, to_pointer};

/// A buffer in a dataset: the handles of the buffer and of its tensor description, 0 without one.
pub(super) struct Entry {
    buffer: usize,
    tensor_desc: usize,
}

type Dataset = Mutex<Vec<Entry>>;

static DATASETS: Registry<Dataset> = Registry::new("dataset");

pub(super) fn dataset(handle: *const aclmdlDataset) -> Result<Arc<Dataset>, Failure> {
    DATASETS.get(handle.addr()).ok_or_else(unknown)
}

fn unknown() -> Failure {
    Failure::new(
        ACL_ERROR_INVALID_PARAM,
        "no such dataset: null, destroyed or never created",
    )
    .argument("dataset")
}

fn out_of_range(index: usize, count: usize) -> Failure {
    Failure::new(
        ACL_ERROR_INVALID_PARAM,
        format!("index {index}, the dataset has {count} buffers"),
    )
}

/// Attaches a tensor description to a buffer.
pub(super) fn set_tensor_desc(
    handle: *const aclmdlDataset,
    index: usize,
    tensor_desc: usize,
) -> Result<(), Failure> {
    let dataset = dataset(handle)?;
    let mut entries = lock(&dataset);
    let count = entries.len();
    let entry = entries
        .get_mut(index)
        .ok_or_else(|| out_of_range(index, count))?;
    entry.tensor_desc = tensor_desc;
    Ok(())
}

/// The tensor description of a buffer; 0 without one.
pub(super) fn tensor_desc(handle: *const aclmdlDataset, index: usize) -> Result<usize, Failure> {
    let dataset = dataset(handle)?;
    let entries = lock(&dataset);
    let entry = entries.get(index);
    entry
        .map(|entry| entry.tensor_desc)
        .ok_or_else(|| out_of_range(index, entries.len()))
}

/// The current address and size of each buffer.
pub(super) fn contents(
    entries: &[Entry],
) -> impl ExactSizeIterator<Item = Result<(*mut u8, usize), Failure>> {
    let buffers = entries.iter().map(|entry| base::contents(entry.buffer));
    buffers.map(|buffer| buffer.map(|buffer| (buffer.data, buffer.size)))
}

/// Creates an empty dataset. Never null.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlCreateDataset() -> *mut aclmdlDataset {
    value("aclmdlCreateDataset", ptr::null_mut(), || {
        let (handle, _) = DATASETS.add(|_| Mutex::new(Vec::new()));
        Ok(to_pointer(handle))
    })
}

/// Destroys a dataset but not its buffers. Error: 100000 unknown dataset.
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
        lock(&dataset).push(Entry {
            buffer: dataBuffer.addr(),
            tensor_desc: 0,
        });
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

/// The buffer at an index; null for an unknown dataset or index.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetDatasetBuffer(
    dataset: *const aclmdlDataset,
    index: usize,
) -> *mut aclDataBuffer {
    value("aclmdlGetDatasetBuffer", ptr::null_mut(), || {
        let dataset = self::dataset(dataset)?;
        let entries = lock(&dataset);
        let entry = entries
            .get(index)
            .ok_or_else(|| out_of_range(index, entries.len()))?;
        Ok(to_pointer(entry.buffer))
    })
}
