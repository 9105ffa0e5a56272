//! `acl_base.h`: tensor descriptions, one of which may be attached to each buffer of a dataset.
//! Nothing computes with them here: models have fixed shapes.

use std::ffi::{CStr, CString, c_char};
use std::ptr;
use std::sync::{Arc, Mutex};

use ascendcl::bindings::{
    ACL_DT_UNDEFINED, ACL_ERROR_INVALID_PARAM, ACL_FORMAT_UNDEFINED, aclDataType, aclError,
    aclFormat, aclTensorDesc,
};

use super::base::aclDataTypeSize;
use super::{not_null, status, value};
use crate::failure::Failure;
use crate::handles::{Registry, lock, to_pointer};

struct Description {
    data_type: aclDataType,
    format: aclFormat,
    dims: Vec<i64>,
    name: Mutex<CString>,
}

impl Description {
    /// The product of the dims; 1 without dims; 0 if a dim is negative (unknown) or the product
    /// overflows.
    fn elements(&self) -> usize {
        let product = self.dims.iter().try_fold(1_usize, |product, dim| {
            product.checked_mul(usize::try_from(*dim).ok()?)
        });
        product.unwrap_or(0)
    }
}

static DESCRIPTIONS: Registry<Description> = Registry::new("tensor description");

fn description(handle: *const aclTensorDesc) -> Result<Arc<Description>, Failure> {
    DESCRIPTIONS.get(handle.addr()).ok_or_else(|| {
        Failure::new(
            ACL_ERROR_INVALID_PARAM,
            "no such tensor description: null, destroyed or never created",
        )
        .argument("desc")
    })
}

/// Refuses an unknown handle.
pub(super) fn check(handle: *const aclTensorDesc) -> Result<(), Failure> {
    description(handle).map(drop)
}

/// Creates a tensor description. Null for a negative number of dims, or for null dims if there
/// should be some.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclCreateTensorDesc(
    dataType: aclDataType,
    numDims: i32,
    dims: *const i64,
    format: aclFormat,
) -> *mut aclTensorDesc {
    value("aclCreateTensorDesc", ptr::null_mut(), || {
        let count = usize::try_from(numDims).map_err(|_| {
            Failure::new(
                ACL_ERROR_INVALID_PARAM,
                format!("numDims is {numDims}: give 0 or more"),
            )
        })?;
        let dims = if count == 0 {
            Vec::new()
        } else {
            not_null(dims, "dims")?;
            // SAFETY: not null; the caller passes `numDims` dims.
            unsafe { std::slice::from_raw_parts(dims, count) }.to_vec()
        };
        let (handle, _) = DESCRIPTIONS.add(|_| Description {
            data_type: dataType,
            format,
            dims,
            name: Mutex::default(),
        });
        Ok(to_pointer(handle))
    })
}

/// Destroys a tensor description and the name that it returned.
#[unsafe(no_mangle)]
pub extern "C" fn aclDestroyTensorDesc(desc: *const aclTensorDesc) {
    value("aclDestroyTensorDesc", (), || {
        description(desc)?;
        DESCRIPTIONS.remove(desc.addr());
        Ok(())
    });
}

/// The element type; undefined for an unknown description.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetTensorDescType(desc: *const aclTensorDesc) -> aclDataType {
    value("aclGetTensorDescType", ACL_DT_UNDEFINED, || {
        Ok(description(desc)?.data_type)
    })
}

/// The format; undefined for an unknown description.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetTensorDescFormat(desc: *const aclTensorDesc) -> aclFormat {
    value("aclGetTensorDescFormat", ACL_FORMAT_UNDEFINED, || {
        Ok(description(desc)?.format)
    })
}

/// The size of all elements in bytes; 0 if unknown.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetTensorDescSize(desc: *const aclTensorDesc) -> usize {
    value("aclGetTensorDescSize", 0, || {
        let description = description(desc)?;
        let bytes = description
            .elements()
            .checked_mul(aclDataTypeSize(description.data_type));
        Ok(bytes.unwrap_or(0))
    })
}

/// The number of elements; 1 without dims, 0 if unknown.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetTensorDescElementCount(desc: *const aclTensorDesc) -> usize {
    value("aclGetTensorDescElementCount", 0, || {
        Ok(description(desc)?.elements())
    })
}

/// The number of dims; 0 for an unknown description.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetTensorDescNumDims(desc: *const aclTensorDesc) -> usize {
    value("aclGetTensorDescNumDims", 0, || {
        Ok(description(desc)?.dims.len())
    })
}

fn dim(desc: *const aclTensorDesc, index: usize) -> Result<i64, Failure> {
    let description = description(desc)?;
    description.dims.get(index).copied().ok_or_else(|| {
        Failure::new(
            ACL_ERROR_INVALID_PARAM,
            format!("dim {index}, there are {}", description.dims.len()),
        )
    })
}

/// The dim at an index; -1 for an unknown description or index.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetTensorDescDim(desc: *const aclTensorDesc, index: usize) -> i64 {
    value("aclGetTensorDescDim", -1, || dim(desc, index))
}

/// The dim at an index. Error: 100000 unknown description or index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclGetTensorDescDimV2(
    desc: *const aclTensorDesc,
    index: usize,
    dimSize: *mut i64,
) -> aclError {
    status("aclGetTensorDescDimV2", || {
        not_null(dimSize, "dimSize")?;
        let dim = dim(desc, index)?;
        // SAFETY: not null; the caller passes a valid pointer to the dim.
        unsafe { dimSize.write(dim) };
        Ok(())
    })
}

/// Sets the name; null removes it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclSetTensorDescName(desc: *mut aclTensorDesc, name: *const c_char) {
    value("aclSetTensorDescName", (), || {
        let description = description(desc)?;
        *lock(&description.name) = if name.is_null() {
            CString::default()
        } else {
            // SAFETY: not null; the caller passes a text as the prototype requires.
            unsafe { CStr::from_ptr(name) }.to_owned()
        };
        Ok(())
    });
}

/// The name, empty without one; null for an unknown description. Valid until the name is set again
/// or the description is destroyed.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetTensorDescName(desc: *mut aclTensorDesc) -> *const c_char {
    value("aclGetTensorDescName", ptr::null(), || {
        let description = description(desc)?;
        // The description keeps the text in memory.
        let name = lock(&description.name).as_ptr();
        Ok(name)
    })
}
