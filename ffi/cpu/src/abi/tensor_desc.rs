//! `acl_base.h`: tensor descriptions, and the place for one beside each buffer of a dataset. Nothing here computes
//! with them: models have fixed shapes.

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
    /// The product of the dims; 1 without dims, 0 with a dim below 0 (not known yet) or beyond all memory.
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

/// Refuses a handle that is no tensor description.
pub(super) fn check(handle: *const aclTensorDesc) -> Result<(), Failure> {
    description(handle).map(drop)
}

/// A tensor description. Null for less than 0 dims, or for dims that are null though there are some.
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
            // SAFETY: not null; the caller passes as many dims as it says.
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

/// Ends a tensor description and the name it gave out.
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

/// Bytes of all elements; 0 when unknown.
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

/// How many elements; 1 without dims, 0 when unknown.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetTensorDescElementCount(desc: *const aclTensorDesc) -> usize {
    value("aclGetTensorDescElementCount", 0, || {
        Ok(description(desc)?.elements())
    })
}

/// How many dims; 0 for an unknown description.
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

/// A dim by its position; -1 when there is none.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetTensorDescDim(desc: *const aclTensorDesc, index: usize) -> i64 {
    value("aclGetTensorDescDim", -1, || dim(desc, index))
}

/// A dim by its position. Error: 100000 unknown description or position.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclGetTensorDescDimV2(
    desc: *const aclTensorDesc,
    index: usize,
    dimSize: *mut i64,
) -> aclError {
    status("aclGetTensorDescDimV2", || {
        not_null(dimSize, "dimSize")?;
        let dim = dim(desc, index)?;
        // SAFETY: not null; the caller passes a place for the dim.
        unsafe { dimSize.write(dim) };
        Ok(())
    })
}

/// Gives a name; null takes it away.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclSetTensorDescName(desc: *mut aclTensorDesc, name: *const c_char) {
    value("aclSetTensorDescName", (), || {
        let description = description(desc)?;
        *lock(&description.name) = if name.is_null() {
            CString::default()
        } else {
            // SAFETY: not null; the caller passes a text as the prototype says.
            unsafe { CStr::from_ptr(name) }.to_owned()
        };
        Ok(())
    });
}

/// The name, empty without one; good until it is set anew or the description is ended. Null for an unknown
/// description.
#[unsafe(no_mangle)]
pub extern "C" fn aclGetTensorDescName(desc: *mut aclTensorDesc) -> *const c_char {
    value("aclGetTensorDescName", ptr::null(), || {
        let description = description(desc)?;
        // The text stays in memory as long as the description holds it.
        let name = lock(&description.name).as_ptr();
        Ok(name)
    })
}
