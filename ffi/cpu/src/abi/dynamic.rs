//! `acl_mdl.h`: batches, sizes and dims that a program chooses at run time. No model here supports
//! this: queries get the answer for a static model, and settings are refused.

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
        // SAFETY: not null; the caller passes a valid pointer to the struct. The count tells that
        // the rest is unused.
        unsafe { (&raw mut (*batch).batchCount).write(0) };
        Ok(())
    })
}

/// The picture sizes to choose from: none. `index` is not checked, because the answer holds for
/// every input. Error: 100000 unknown description.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetDynamicHW(
    modelDesc: *const aclmdlDesc,
    _index: usize,
    hw: *mut aclmdlHW,
) -> aclError {
    status("aclmdlGetDynamicHW", || {
        not_null(hw, "hw")?;
        ports(modelDesc)?;
        // SAFETY: not null; the caller passes a valid pointer to the struct. The count tells that
        // the rest is unused.
        unsafe { (&raw mut (*hw).hwCount).write(0) };
        Ok(())
    })
}

/// The number of sets of dims to choose from: 0. Error: 100000 unknown description.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetInputDynamicGearCount(
    modelDesc: *const aclmdlDesc,
    _index: usize,
    gearCount: *mut usize,
) -> aclError {
    status("aclmdlGetInputDynamicGearCount", || {
        not_null(gearCount, "gearCount")?;
        ports(modelDesc)?;
        // SAFETY: not null; the caller passes a valid pointer to the count.
        unsafe { gearCount.write(0) };
        Ok(())
    })
}

/// The sets of dims to choose from: writes nothing, because the model has no dynamic dims. Error:
/// 100000 unknown description, or a count that differs from `aclmdlGetInputDynamicGearCount`.
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
                    "gearCount is {gearCount}, the model has 0: use aclmdlGetInputDynamicGearCount"
                ),
            ));
        }
        Ok(())
    })
}

/// Refuses a setting that only dynamic models have.
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

/// Refused, because shapes are fixed. Errors: 145013, or 100000 and 145003 for an unknown dataset,
/// index or model.
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

/// Attaches a tensor description to a buffer of a dataset. It has no effect, because shapes are
/// fixed. Error: 100000 unknown dataset, description or index.
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

/// The tensor description of a buffer; null without one.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetDatasetTensorDesc(
    dataset: *const aclmdlDataset,
    index: usize,
) -> *mut aclTensorDesc {
    value("aclmdlGetDatasetTensorDesc", ptr::null_mut(), || {
        Ok(to_pointer(dataset::tensor_desc(dataset, index)?))
    })
}
