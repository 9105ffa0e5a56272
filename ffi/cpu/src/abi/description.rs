//! `acl_mdl.h`: descriptions of models: the number of inputs and outputs, their sizes and dims.

use std::ptr;
use std::sync::{Arc, Mutex};

use ascendcl::bindings::{ACL_ERROR_INVALID_PARAM, aclError, aclmdlDesc, aclmdlIODims};

use super::ports::{self, Port, Ports, Side};
use super::{not_null, status, value};
use crate::failure::Failure;
use crate::handles::{Registry, lock, to_pointer};
use crate::runtime::models;

/// The contents of each description; `None` before `aclmdlGetDesc`.
static DESCRIPTIONS: Registry<Mutex<Option<Arc<Ports>>>> = Registry::new("model description");

fn unknown() -> Failure {
    Failure::new(
        ACL_ERROR_INVALID_PARAM,
        "no such description: null, destroyed or never created",
    )
    .argument("modelDesc")
}

/// The contents of a description.
pub(super) fn ports(handle: *const aclmdlDesc) -> Result<Arc<Ports>, Failure> {
    let description = DESCRIPTIONS.get(handle.addr()).ok_or_else(unknown)?;
    let ports = lock(&description).clone();
    ports.ok_or_else(|| {
        Failure::new(
            ACL_ERROR_INVALID_PARAM,
            "the description is empty: call aclmdlGetDesc first",
        )
    })
}

/// Creates an empty description. Never null.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlCreateDesc() -> *mut aclmdlDesc {
    value("aclmdlCreateDesc", ptr::null_mut(), || {
        let (handle, _) = DESCRIPTIONS.add(|_| Mutex::new(None));
        Ok(to_pointer(handle))
    })
}

/// Destroys a description and the names that it returned. Error: 100000 unknown description.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlDestroyDesc(modelDesc: *mut aclmdlDesc) -> aclError {
    status("aclmdlDestroyDesc", || {
        DESCRIPTIONS
            .remove(modelDesc.addr())
            .map(drop)
            .ok_or_else(unknown)
    })
}

/// Describes a model. Errors: 100000 unknown description, 145003 unknown id.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetDesc(modelDesc: *mut aclmdlDesc, modelId: u32) -> aclError {
    status("aclmdlGetDesc", || {
        let description = DESCRIPTIONS.get(modelDesc.addr()).ok_or_else(unknown)?;
        let ports = Ports::of(&*models::find(modelId)?);
        *lock(&description) = Some(Arc::new(ports));
        Ok(())
    })
}

/// The number of inputs; 0 for an unknown description.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetNumInputs(modelDesc: *mut aclmdlDesc) -> usize {
    value("aclmdlGetNumInputs", 0, || {
        Ok(ports(modelDesc)?.side(Side::Input).len())
    })
}

/// The number of outputs; 0 for an unknown description.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetNumOutputs(modelDesc: *mut aclmdlDesc) -> usize {
    value("aclmdlGetNumOutputs", 0, || {
        Ok(ports(modelDesc)?.side(Side::Output).len())
    })
}

/// The size of an input in bytes; 0 for an unknown description or index.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetInputSizeByIndex(modelDesc: *mut aclmdlDesc, index: usize) -> usize {
    value("aclmdlGetInputSizeByIndex", 0, || {
        Ok(ports(modelDesc)?.port(Side::Input, index)?.bytes)
    })
}

/// The size of an output in bytes; 0 for an unknown description or index.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetOutputSizeByIndex(modelDesc: *mut aclmdlDesc, index: usize) -> usize {
    value("aclmdlGetOutputSizeByIndex", 0, || {
        Ok(ports(modelDesc)?.port(Side::Output, index)?.bytes)
    })
}

/// # Safety
///
/// `out` must be null or a valid pointer to dims.
unsafe fn put_dims(
    call: &'static str,
    modelDesc: *const aclmdlDesc,
    side: Side,
    index: usize,
    dims: fn(&Port) -> &[i64],
    out: *mut aclmdlIODims,
) -> aclError {
    status(call, || {
        not_null(out, "dims")?;
        let ports = ports(modelDesc)?;
        let port = ports.port(side, index)?;
        // SAFETY: not null; the caller passes a valid pointer to dims.
        unsafe { out.write(ports::dims(&port.dims_name, dims(port))) };
        Ok(())
    })
}

/// The dims of an input as the caller provides it; with AIPP those of the picture, [n, height,
/// width, channels]. Error: 100000 unknown description or index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetInputDims(
    modelDesc: *const aclmdlDesc,
    index: usize,
    dims: *mut aclmdlIODims,
) -> aclError {
    // SAFETY: the caller of this function keeps the same contract.
    unsafe {
        put_dims(
            "aclmdlGetInputDims",
            modelDesc,
            Side::Input,
            index,
            |port| &port.picture_dims,
            dims,
        )
    }
}

/// Like `aclmdlGetInputDims`, except that the product of the dims is always the size: a
/// `YUV420SP_U8` picture has [n, 3/2 height, width, 1].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetInputDimsV2(
    modelDesc: *const aclmdlDesc,
    index: usize,
    dims: *mut aclmdlIODims,
) -> aclError {
    // SAFETY: the caller of this function keeps the same contract.
    unsafe {
        put_dims(
            "aclmdlGetInputDimsV2",
            modelDesc,
            Side::Input,
            index,
            |port| &port.dims,
            dims,
        )
    }
}

/// The dims of an output. Error: 100000 unknown description or index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetOutputDims(
    modelDesc: *const aclmdlDesc,
    index: usize,
    dims: *mut aclmdlIODims,
) -> aclError {
    // SAFETY: the caller of this function keeps the same contract.
    unsafe {
        put_dims(
            "aclmdlGetOutputDims",
            modelDesc,
            Side::Output,
            index,
            |port| &port.dims,
            dims,
        )
    }
}

/// As `aclmdlGetOutputDims`, because no output changes its size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetCurOutputDims(
    modelDesc: *const aclmdlDesc,
    index: usize,
    dims: *mut aclmdlIODims,
) -> aclError {
    // SAFETY: the caller of this function keeps the same contract.
    unsafe {
        put_dims(
            "aclmdlGetCurOutputDims",
            modelDesc,
            Side::Output,
            index,
            |port| &port.dims,
            dims,
        )
    }
}
