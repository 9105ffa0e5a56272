//! `acl_mdl.h`: batches, sizes and dims that a model may be given at run time. No model here has any, so questions get
//! the answer of a static model, and settings are refused.

use std::ptr;

use ascendcl::bindings::{
    ACL_ERROR_GE_DYNAMIC_BATCH_SIZE_INVALID, ACL_ERROR_INVALID_PARAM, aclError, aclTensorDesc,
    aclmdlBatch, aclmdlDataset, aclmdlDesc, aclmdlHW, aclmdlIODims,
};

use super::description::ports;
use super::{dataset, not_null, status, tensor_desc, value};
use crate::failure::Failure;
use crate::handles::{lock, to_pointer};
use crate::runtime::models;

/// The batch sizes to choose from: none. Error: 100000 unknown description.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetDynamicBatch(
    modelDesc: *const aclmdlDesc,
    batch: *mut aclmdlBatch,
) -> aclError {
    status("aclmdlGetDynamicBatch", || {
        not_null(batch, "batch")?;
        ports(modelDesc)?;
        // SAFETY: not null; the caller passes a place for the struct, of which the count says the rest.
        unsafe { (&raw mut (*batch).batchCount).write(0) };
        Ok(())
    })
}

/// The picture sizes to choose from: none. `index` is taken as it is, as for the whole model.
/// Error: 100000 unknown description.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetDynamicHW(
    modelDesc: *const aclmdlDesc,
    _index: usize,
    hw: *mut aclmdlHW,
) -> aclError {
    status("aclmdlGetDynamicHW", || {
        not_null(hw, "hw")?;
        ports(modelDesc)?;
        // SAFETY: not null; the caller passes a place for the struct, of which the count says the rest.
        unsafe { (&raw mut (*hw).hwCount).write(0) };
        Ok(())
    })
}

/// How many sets of dims there are to choose from: 0. Error: 100000 unknown description.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetInputDynamicGearCount(
    modelDesc: *const aclmdlDesc,
    _index: usize,
    gearCount: *mut usize,
) -> aclError {
    status("aclmdlGetInputDynamicGearCount", || {
        not_null(gearCount, "gearCount")?;
        ports(modelDesc)?;
        // SAFETY: not null; the caller passes a place for the count.
        unsafe { gearCount.write(0) };
        Ok(())
    })
}

/// The sets of dims to choose from: there are none, so nothing is written.
/// Error: 100000 unknown description, or a count other than `aclmdlGetInputDynamicGearCount` gives.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetInputDynamicDims(
    modelDesc: *const aclmdlDesc,
    _index: usize,
    _dims: *mut aclmdlIODims,
    gearCount: usize,
) -> aclError {
    status("aclmdlGetInputDynamicDims", || {
        ports(modelDesc)?;
        if gearCount != 0 {
            return Err(Failure::new(
                ACL_ERROR_INVALID_PARAM,
                format!(
                    "gearCount is {gearCount}, the model has 0: ask aclmdlGetInputDynamicGearCount"
                ),
            ));
        }
        Ok(())
    })
}

/// Refuses what only a dynamic model can be set to.
fn refuse(model: u32, dataset: *const aclmdlDataset, index: usize) -> Result<(), Failure> {
    let dataset = dataset::dataset(dataset)?;
    let count = lock(&dataset).len();
    let loaded = models::resolve(model)?;
    if index >= count {
        return Err(Failure::new(
            ACL_ERROR_INVALID_PARAM,
            format!("index {index}, the dataset has {count} buffers"),
        ));
    }
    Err(Failure::new(
        ACL_ERROR_GE_DYNAMIC_BATCH_SIZE_INVALID,
        format!("model {} has fixed shapes: leave this call out", loaded.id),
    ))
}

/// Refused: shapes are fixed. Errors: 145013, or 100000 and 145003 for an unknown dataset, index or model.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetDynamicBatchSize(
    modelId: u32,
    dataset: *mut aclmdlDataset,
    index: usize,
    _batchSize: u64,
) -> aclError {
    status("aclmdlSetDynamicBatchSize", || {
        refuse(modelId, dataset, index)
    })
}

/// Refused, as `aclmdlSetDynamicBatchSize`.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetDynamicHWSize(
    modelId: u32,
    dataset: *mut aclmdlDataset,
    index: usize,
    _height: u64,
    _width: u64,
) -> aclError {
    status("aclmdlSetDynamicHWSize", || refuse(modelId, dataset, index))
}

/// Refused, as `aclmdlSetDynamicBatchSize`.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetInputDynamicDims(
    modelId: u32,
    dataset: *mut aclmdlDataset,
    index: usize,
    dims: *const aclmdlIODims,
) -> aclError {
    status("aclmdlSetInputDynamicDims", || {
        not_null(dims, "dims")?;
        refuse(modelId, dataset, index)
    })
}

/// Puts a tensor description beside a buffer of a dataset; it changes nothing where shapes are fixed.
/// Error: 100000 unknown dataset, description or index.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetDatasetTensorDesc(
    dataset: *mut aclmdlDataset,
    tensorDesc: *mut aclTensorDesc,
    index: usize,
) -> aclError {
    status("aclmdlSetDatasetTensorDesc", || {
        if !tensorDesc.is_null() {
            tensor_desc::check(tensorDesc)?;
        }
        dataset::set_tensor_desc(dataset, index, tensorDesc.addr())
    })
}

/// The tensor description beside a buffer; null when there is none.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetDatasetTensorDesc(
    dataset: *const aclmdlDataset,
    index: usize,
) -> *mut aclTensorDesc {
    value("aclmdlGetDatasetTensorDesc", ptr::null_mut(), || {
        Ok(to_pointer(dataset::tensor_desc(dataset, index)?))
    })
}
