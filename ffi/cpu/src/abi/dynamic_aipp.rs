//! `acl_mdl.h`: AIPP that a program sets at run time. No model here supports it. A set of
//! parameters is only its number of batches: values are checked and dropped, and attaching the set
//! to a model is refused.

use std::ptr;

use ascendcl::bindings::{
    ACL_ERROR_INVALID_PARAM, aclAippInputFormat, aclError, aclmdlAIPP, aclmdlDataset,
};

use super::{dataset, status, value};
use crate::failure::Failure;
use crate::handles::{Registry, to_pointer};
use crate::runtime::models;

/// The largest number of batches in a set.
const BATCHES: u64 = 127;

/// The number of batches of each set.
static SETS: Registry<u64> = Registry::new("set of AIPP parameters");

fn batches(handle: *const aclmdlAIPP) -> Result<u64, Failure> {
    let set = SETS.get(handle.addr()).ok_or_else(unknown)?;
    Ok(*set)
}

fn unknown() -> Failure {
    Failure::new(
        ACL_ERROR_INVALID_PARAM,
        "no such set of AIPP parameters: null, destroyed or never created",
    )
    .argument("aippParmsSet")
}

fn check_batch(handle: *const aclmdlAIPP, index: u64) -> Result<(), Failure> {
    let batches = batches(handle)?;
    if index < batches {
        return Ok(());
    }
    Err(Failure::new(
        ACL_ERROR_INVALID_PARAM,
        format!("batchIndex {index}, the set has {batches} batches"),
    ))
}

/// Creates a set of parameters for 1 to 127 batches; null for any other number.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlCreateAIPP(batchSize: u64) -> *mut aclmdlAIPP {
    value("aclmdlCreateAIPP", ptr::null_mut(), || {
        if !(1..=BATCHES).contains(&batchSize) {
            return Err(Failure::new(
                ACL_ERROR_INVALID_PARAM,
                format!("batchSize is {batchSize}: give 1 to {BATCHES}"),
            ));
        }
        let (handle, _) = SETS.add(|_| batchSize);
        Ok(to_pointer(handle))
    })
}

/// Destroys a set. Error: 100000 unknown set.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlDestroyAIPP(aippParmsSet: *const aclmdlAIPP) -> aclError {
    status("aclmdlDestroyAIPP", || {
        SETS.remove(aippParmsSet.addr())
            .map(drop)
            .ok_or_else(unknown)
    })
}

/// Checks the set. Error: 100000 unknown set.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetAIPPInputFormat(
    aippParmsSet: *mut aclmdlAIPP,
    _inputFormat: aclAippInputFormat,
) -> aclError {
    status("aclmdlSetAIPPInputFormat", || {
        batches(aippParmsSet).map(drop)
    })
}

/// Checks the set. Error: 100000 unknown set.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetAIPPCscParams(
    aippParmsSet: *mut aclmdlAIPP,
    _cscSwitch: i8,
    _cscMatrixR0C0: i16,
    _cscMatrixR0C1: i16,
    _cscMatrixR0C2: i16,
    _cscMatrixR1C0: i16,
    _cscMatrixR1C1: i16,
    _cscMatrixR1C2: i16,
    _cscMatrixR2C0: i16,
    _cscMatrixR2C1: i16,
    _cscMatrixR2C2: i16,
    _cscOutputBiasR0: u8,
    _cscOutputBiasR1: u8,
    _cscOutputBiasR2: u8,
    _cscInputBiasR0: u8,
    _cscInputBiasR1: u8,
    _cscInputBiasR2: u8,
) -> aclError {
    status("aclmdlSetAIPPCscParams", || batches(aippParmsSet).map(drop))
}

/// Checks the set. Error: 100000 unknown set.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetAIPPRbuvSwapSwitch(
    aippParmsSet: *mut aclmdlAIPP,
    _rbuvSwapSwitch: i8,
) -> aclError {
    status("aclmdlSetAIPPRbuvSwapSwitch", || {
        batches(aippParmsSet).map(drop)
    })
}

/// Checks the set. Error: 100000 unknown set.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetAIPPAxSwapSwitch(
    aippParmsSet: *mut aclmdlAIPP,
    _axSwapSwitch: i8,
) -> aclError {
    status("aclmdlSetAIPPAxSwapSwitch", || {
        batches(aippParmsSet).map(drop)
    })
}

/// Checks the set and the size. Error: 100000 unknown set, or a width or height outside 1 to 4096.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetAIPPSrcImageSize(
    aippParmsSet: *mut aclmdlAIPP,
    srcImageSizeW: i32,
    srcImageSizeH: i32,
) -> aclError {
    status("aclmdlSetAIPPSrcImageSize", || {
        batches(aippParmsSet)?;
        let fits = |size| (1..=4096).contains(&size);
        if fits(srcImageSizeW) && fits(srcImageSizeH) {
            return Ok(());
        }
        Err(Failure::new(
            ACL_ERROR_INVALID_PARAM,
            format!("the size is {srcImageSizeW} x {srcImageSizeH}: give 1 to 4096 each way"),
        ))
    })
}

/// Checks the set and the batch. Error: 100000 unknown set or batch.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetAIPPScfParams(
    aippParmsSet: *mut aclmdlAIPP,
    _scfSwitch: i8,
    _scfInputSizeW: i32,
    _scfInputSizeH: i32,
    _scfOutputSizeW: i32,
    _scfOutputSizeH: i32,
    batchIndex: u64,
) -> aclError {
    status("aclmdlSetAIPPScfParams", || {
        check_batch(aippParmsSet, batchIndex)
    })
}

/// Checks the set and the batch. Error: 100000 unknown set or batch.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetAIPPCropParams(
    aippParmsSet: *mut aclmdlAIPP,
    _cropSwitch: i8,
    _cropStartPosW: i32,
    _cropStartPosH: i32,
    _cropSizeW: i32,
    _cropSizeH: i32,
    batchIndex: u64,
) -> aclError {
    status("aclmdlSetAIPPCropParams", || {
        check_batch(aippParmsSet, batchIndex)
    })
}

/// Checks the set and the batch. Error: 100000 unknown set or batch.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetAIPPPaddingParams(
    aippParmsSet: *mut aclmdlAIPP,
    _paddingSwitch: i8,
    _paddingSizeTop: i32,
    _paddingSizeBottom: i32,
    _paddingSizeLeft: i32,
    _paddingSizeRight: i32,
    batchIndex: u64,
) -> aclError {
    status("aclmdlSetAIPPPaddingParams", || {
        check_batch(aippParmsSet, batchIndex)
    })
}

/// Checks the set and the batch. Error: 100000 unknown set or batch.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetAIPPDtcPixelMean(
    aippParmsSet: *mut aclmdlAIPP,
    _dtcPixelMeanChn0: i16,
    _dtcPixelMeanChn1: i16,
    _dtcPixelMeanChn2: i16,
    _dtcPixelMeanChn3: i16,
    batchIndex: u64,
) -> aclError {
    status("aclmdlSetAIPPDtcPixelMean", || {
        check_batch(aippParmsSet, batchIndex)
    })
}

/// Checks the set and the batch. Error: 100000 unknown set or batch.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetAIPPDtcPixelMin(
    aippParmsSet: *mut aclmdlAIPP,
    _dtcPixelMinChn0: f32,
    _dtcPixelMinChn1: f32,
    _dtcPixelMinChn2: f32,
    _dtcPixelMinChn3: f32,
    batchIndex: u64,
) -> aclError {
    status("aclmdlSetAIPPDtcPixelMin", || {
        check_batch(aippParmsSet, batchIndex)
    })
}

/// Checks the set and the batch. Error: 100000 unknown set or batch.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetAIPPPixelVarReci(
    aippParmsSet: *mut aclmdlAIPP,
    _dtcPixelVarReciChn0: f32,
    _dtcPixelVarReciChn1: f32,
    _dtcPixelVarReciChn2: f32,
    _dtcPixelVarReciChn3: f32,
    batchIndex: u64,
) -> aclError {
    status("aclmdlSetAIPPPixelVarReci", || {
        check_batch(aippParmsSet, batchIndex)
    })
}

/// Refused: the model has no dynamic AIPP. Errors: 100000, or 145003 for an unknown model.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetInputAIPP(
    modelId: u32,
    dataset: *mut aclmdlDataset,
    _index: usize,
    aippParmsSet: *const aclmdlAIPP,
) -> aclError {
    status("aclmdlSetInputAIPP", || {
        refuse(modelId, dataset, aippParmsSet)
    })
}

/// Refused, as `aclmdlSetInputAIPP`.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlSetAIPPByInputIndex(
    modelId: u32,
    dataset: *mut aclmdlDataset,
    _index: usize,
    aippParmsSet: *const aclmdlAIPP,
) -> aclError {
    status("aclmdlSetAIPPByInputIndex", || {
        refuse(modelId, dataset, aippParmsSet)
    })
}

fn refuse(
    model: u32,
    dataset: *const aclmdlDataset,
    set: *const aclmdlAIPP,
) -> Result<(), Failure> {
    dataset::dataset(dataset)?;
    batches(set)?;
    let loaded = models::resolve(model)?;
    Err(Failure::new(
        ACL_ERROR_INVALID_PARAM,
        format!(
            "model {} has no dynamic AIPP: give it a static AIPP configuration file and leave this call out",
            loaded.id
        ),
    ))
}
