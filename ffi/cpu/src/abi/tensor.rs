//! `acl_mdl.h`: names, formats and element types of a described model's inputs and outputs.

use std::ffi::{CStr, c_char};
use std::ptr;

use ascendcl::bindings::{
    ACL_CPU_ATTR_ENGINE, ACL_DT_UNDEFINED, ACL_ERROR_INVALID_PARAM, ACL_FORMAT_UNDEFINED,
    aclDataType, aclError, aclFormat, aclmdlDesc,
};

use super::description::ports;
use super::ports::Side;
use super::{not_null, status, text, value};
use crate::failure::Failure;

/// The name of an input; null for an unknown description or index. Valid until the description is
/// filled again or destroyed.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetInputNameByIndex(
    modelDesc: *const aclmdlDesc,
    index: usize,
) -> *const c_char {
    value("aclmdlGetInputNameByIndex", ptr::null(), || {
        // The description keeps the ports in memory.
        Ok(ports(modelDesc)?.port(Side::Input, index)?.name.as_ptr())
    })
}

/// The name of an output; null for an unknown description or index. Valid until the description is
/// filled again or destroyed.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetOutputNameByIndex(
    modelDesc: *const aclmdlDesc,
    index: usize,
) -> *const c_char {
    value("aclmdlGetOutputNameByIndex", ptr::null(), || {
        Ok(ports(modelDesc)?.port(Side::Output, index)?.name.as_ptr())
    })
}

/// The format of an input: NHWC with AIPP, NCHW with four dims, else ND; undefined for an unknown
/// input.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetInputFormat(modelDesc: *const aclmdlDesc, index: usize) -> aclFormat {
    value("aclmdlGetInputFormat", ACL_FORMAT_UNDEFINED, || {
        Ok(ports(modelDesc)?.port(Side::Input, index)?.format)
    })
}

/// The format of an output: ND, because ONNX does not define one; undefined for an unknown output.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetOutputFormat(modelDesc: *const aclmdlDesc, index: usize) -> aclFormat {
    value("aclmdlGetOutputFormat", ACL_FORMAT_UNDEFINED, || {
        Ok(ports(modelDesc)?.port(Side::Output, index)?.format)
    })
}

/// The element type of an input; undefined for an unknown input.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetInputDataType(
    modelDesc: *const aclmdlDesc,
    index: usize,
) -> aclDataType {
    value("aclmdlGetInputDataType", ACL_DT_UNDEFINED, || {
        Ok(ports(modelDesc)?.port(Side::Input, index)?.data_type)
    })
}

/// The element type of an output; undefined for an unknown output.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlGetOutputDataType(
    modelDesc: *const aclmdlDesc,
    index: usize,
) -> aclDataType {
    value("aclmdlGetOutputDataType", ACL_DT_UNDEFINED, || {
        Ok(ports(modelDesc)?.port(Side::Output, index)?.data_type)
    })
}

/// The index of the input with this name. Error: 100000 unknown description or name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetInputIndexByName(
    modelDesc: *const aclmdlDesc,
    name: *const c_char,
    index: *mut usize,
) -> aclError {
    status("aclmdlGetInputIndexByName", || {
        not_null(index, "index")?;
        // SAFETY: the caller passes a text as the prototype requires.
        let found = find(modelDesc, Side::Input, unsafe { text(name, "name") }?)?;
        // SAFETY: not null; the caller passes a valid pointer to the index.
        unsafe { index.write(found) };
        Ok(())
    })
}

/// The index of the output with this name. Error: 100000 unknown description or name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetOutputIndexByName(
    modelDesc: *const aclmdlDesc,
    name: *const c_char,
    index: *mut usize,
) -> aclError {
    status("aclmdlGetOutputIndexByName", || {
        not_null(index, "index")?;
        // SAFETY: the caller passes a text as the prototype requires.
        let found = find(modelDesc, Side::Output, unsafe { text(name, "name") }?)?;
        // SAFETY: not null; the caller passes a valid pointer to the index.
        unsafe { index.write(found) };
        Ok(())
    })
}

/// The name of an input or output in the model's file; null for an unknown name. `name` is that
/// name or the generated one in dims. Valid until the description is filled again or destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetTensorRealName(
    modelDesc: *const aclmdlDesc,
    name: *const c_char,
) -> *const c_char {
    value("aclmdlGetTensorRealName", ptr::null(), || {
        let ports = ports(modelDesc)?;
        // SAFETY: the caller passes a text as the prototype requires.
        let name = unsafe { text(name, "name") }?;
        let mut all = ports
            .side(Side::Input)
            .iter()
            .chain(ports.side(Side::Output));
        let found =
            all.find(|port| port.name.as_c_str() == name || port.dims_name.as_c_str() == name);
        let found = found.ok_or_else(|| {
            Failure::new(
                ACL_ERROR_INVALID_PARAM,
                format!("no tensor `{}`", name.to_string_lossy()),
            )
            .into_answer()
        })?;
        // The description keeps the ports in memory.
        Ok(found.name.as_ptr())
    })
}

fn find(description: *const aclmdlDesc, side: Side, name: &CStr) -> Result<usize, Failure> {
    let ports = ports(description)?;
    let mut names = ports.side(side).iter();
    names
        .position(|port| port.name.as_c_str() == name)
        .ok_or_else(|| {
            let known: Vec<_> = ports
                .side(side)
                .iter()
                .map(|port| port.name.to_string_lossy())
                .collect();
            Failure::new(
                ACL_ERROR_INVALID_PARAM,
                format!(
                    "no {} `{}`: there are {known:?}",
                    side.word(),
                    name.to_string_lossy()
                ),
            )
            .into_answer()
        })
}

/// An attribute of an operator; null for an unknown one. There is only `ACL_CPU_ATTR_ENGINE` of the
/// whole model, whose name is empty: the engine that computes the model, and for rten the first
/// operator that the executor does not compute, and why. Valid until the description is filled
/// again or destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetOpAttr(
    modelDesc: *mut aclmdlDesc,
    opName: *const c_char,
    attr: *const c_char,
) -> *const c_char {
    value("aclmdlGetOpAttr", ptr::null(), || {
        let ports = ports(modelDesc)?;
        // SAFETY: the caller passes texts as the prototype requires.
        let (name, attribute) = unsafe { (text(opName, "opName")?, text(attr, "attr")?) };
        if !name.is_empty() || attribute.to_bytes_with_nul() != ACL_CPU_ATTR_ENGINE {
            return Err(Failure::new(
                ACL_ERROR_INVALID_PARAM,
                format!(
                    "operator `{}` has no attribute `{}`: only the whole model, named ``, has `_cpu_engine`",
                    name.to_string_lossy(),
                    attribute.to_string_lossy()
                ),
            ));
        }
        Ok(ports.engine.as_ptr())
    })
}
