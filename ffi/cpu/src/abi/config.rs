//! `acl_mdl.h`: loading a model with a list of settings.

use std::borrow::Cow;
use std::ffi::{CStr, CString, OsStr, c_char, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::sync::{Arc, Mutex};

use ascendcl::bindings::{
    ACL_CPU_MDL_AIPP_PTR, ACL_CPU_MDL_THREADS_SIZET, ACL_ERROR_FEATURE_UNSUPPORTED,
    ACL_ERROR_INVALID_PARAM, ACL_MDL_INPUTQ_ADDR_PTR, ACL_MDL_INPUTQ_NUM_SIZET,
    ACL_MDL_LOAD_FROM_FILE, ACL_MDL_LOAD_FROM_FILE_WITH_MEM, ACL_MDL_LOAD_FROM_MEM,
    ACL_MDL_LOAD_FROM_MEM_WITH_MEM, ACL_MDL_LOAD_TYPE_SIZET, ACL_MDL_MEM_ADDR_PTR,
    ACL_MDL_MEM_SIZET, ACL_MDL_OUTPUTQ_ADDR_PTR, ACL_MDL_OUTPUTQ_NUM_SIZET, ACL_MDL_PATH_PTR,
    ACL_MDL_PRIORITY_INT32, ACL_MDL_WEIGHT_ADDR_PTR, ACL_MDL_WEIGHT_SIZET,
    ACL_MDL_WORKSPACE_ADDR_PTR, ACL_MDL_WORKSPACE_SIZET, aclError, aclmdlConfigAttr,
    aclmdlConfigHandle,
};

use super::loading::{self, Memory};
use super::{not_null, status, value};
use crate::failure::Failure;
use crate::handles::{Registry, lock, to_pointer};
use crate::runtime::models::{Options, Source};

/// The settings of one handle; until they are set, numbers are 0 and pointers null.
#[derive(Default)]
struct LoadSettings {
    load_type: usize,
    path: Option<CString>,
    memory: Pointer,
    memory_size: usize,
    weights: Pointer,
    weights_size: usize,
    work: Pointer,
    work_size: usize,
    aipp: Option<CString>,
    threads: usize,
}

/// An address from the caller. Only loading a model dereferences it.
#[derive(Clone, Copy)]
struct Pointer(*mut c_void);

// SAFETY: this type never dereferences the address; `aclmdlLoadWithConfig` requires valid memory.
unsafe impl Send for Pointer {}

impl Default for Pointer {
    fn default() -> Self {
        Self(ptr::null_mut())
    }
}

static HANDLES: Registry<Mutex<LoadSettings>> = Registry::new("config handle");

fn settings(handle: *const aclmdlConfigHandle) -> Result<Arc<Mutex<LoadSettings>>, Failure> {
    HANDLES.get(handle.addr()).ok_or_else(unknown)
}

fn unknown() -> Failure {
    wrong("no such config handle: null, destroyed or never created").argument("handle")
}

fn wrong(text: impl Into<Cow<'static, str>>) -> Failure {
    Failure::new(ACL_ERROR_INVALID_PARAM, text)
}

/// Creates an empty list of settings. Never null.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlCreateConfigHandle() -> *mut aclmdlConfigHandle {
    value("aclmdlCreateConfigHandle", ptr::null_mut(), || {
        let (handle, _) = HANDLES.add(|_| Mutex::default());
        Ok(to_pointer(handle))
    })
}

/// Destroys a list of settings. Error: 100000 unknown handle.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlDestroyConfigHandle(handle: *mut aclmdlConfigHandle) -> aclError {
    status("aclmdlDestroyConfigHandle", || {
        HANDLES.remove(handle.addr()).map(drop).ok_or_else(unknown)
    })
}

/// Sets one attribute. `attrValue` is the address of the value, even if the value is a pointer.
/// Texts are copied, memory is not.
///
/// `ACL_CPU_MDL_AIPP_PTR` names the AIPP configuration file, in place of the one beside the model.
/// `ACL_CPU_MDL_THREADS_SIZET` is the number of threads that compute this model, 1 to 1024. The
/// priority has no effect here.
///
/// Errors: 100000 unknown handle or attribute, wrong size or value; 200006 queues.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlSetConfigOpt(
    handle: *mut aclmdlConfigHandle,
    attr: aclmdlConfigAttr,
    attrValue: *const c_void,
    valueSize: usize,
) -> aclError {
    status("aclmdlSetConfigOpt", || {
        let settings = settings(handle)?;
        not_null(attrValue, "attrValue")?;
        let mut settings = lock(&settings);
        // SAFETY: the caller passes the address of `valueSize` bytes.
        let number = || unsafe { read::<usize>(attrValue, valueSize) };
        // SAFETY: the caller passes the address of `valueSize` bytes.
        let pointer = || unsafe { read::<*mut c_void>(attrValue, valueSize) }.map(Pointer);
        // SAFETY: the caller passes the address of `valueSize` bytes, here a pointer to a text.
        let text = || unsafe { text(attrValue, valueSize) }.map(Some);
        match attr {
            // SAFETY: the caller passes the address of `valueSize` bytes.
            ACL_MDL_PRIORITY_INT32 => drop(unsafe { read::<i32>(attrValue, valueSize) }?),
            ACL_MDL_LOAD_TYPE_SIZET => settings.load_type = number()?,
            ACL_MDL_PATH_PTR => settings.path = text()?,
            ACL_MDL_MEM_ADDR_PTR => settings.memory = pointer()?,
            ACL_MDL_MEM_SIZET => settings.memory_size = number()?,
            ACL_MDL_WEIGHT_ADDR_PTR => settings.weights = pointer()?,
            ACL_MDL_WEIGHT_SIZET => settings.weights_size = number()?,
            ACL_MDL_WORKSPACE_ADDR_PTR => settings.work = pointer()?,
            ACL_MDL_WORKSPACE_SIZET => settings.work_size = number()?,
            ACL_CPU_MDL_AIPP_PTR => settings.aipp = text()?,
            ACL_CPU_MDL_THREADS_SIZET => match number()? {
                threads @ 1..=1024 => settings.threads = threads,
                other => return Err(wrong(format!("{other} threads: give 1 to 1024"))),
            },
            ACL_MDL_INPUTQ_NUM_SIZET
            | ACL_MDL_INPUTQ_ADDR_PTR
            | ACL_MDL_OUTPUTQ_NUM_SIZET
            | ACL_MDL_OUTPUTQ_ADDR_PTR => return Err(queues()),
            _ => return Err(wrong(format!("attr {attr} is not one of aclmdlConfigAttr"))),
        }
        Ok(())
    })
}

fn queues() -> Failure {
    Failure::new(
        ACL_ERROR_FEATURE_UNSUPPORTED,
        "there are no queues on the CPU: load from a file or from memory",
    )
}

/// # Safety
///
/// `value` must be the address of `size` valid bytes.
unsafe fn read<T: Copy>(value: *const c_void, size: usize) -> Result<T, Failure> {
    if size != size_of::<T>() {
        return Err(wrong(format!(
            "valueSize is {size}, the value has {} bytes",
            size_of::<T>()
        )));
    }
    // SAFETY: `size` valid bytes; every bit pattern is valid for the three types that are read.
    Ok(unsafe { value.cast::<T>().read_unaligned() })
}

/// # Safety
///
/// `value` must be the address of `size` valid bytes, which hold a pointer to a text that ends with
/// a zero byte.
unsafe fn text(value: *const c_void, size: usize) -> Result<CString, Failure> {
    // SAFETY: the caller of this function keeps the same contract.
    let text = unsafe { read::<*const c_char>(value, size) }?;
    not_null(text, "*attrValue")?;
    // SAFETY: not null; the caller of this function guarantees the rest.
    Ok(unsafe { CStr::from_ptr(text) }.to_owned())
}

/// Loads a model with these settings. Errors: 100000 unknown handle, or a setting that the load
/// type needs is missing; 200006 queues; others as in `aclmdlLoadFromFile` and the other loaders.
///
/// # Safety
///
/// Memory in the settings must be valid for the duration of this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlLoadWithConfig(
    handle: *const aclmdlConfigHandle,
    modelId: *mut u32,
) -> aclError {
    status("aclmdlLoadWithConfig", || {
        let settings = settings(handle)?;
        let settings = lock(&settings);
        let (from_file, with_memory) = match u32::try_from(settings.load_type) {
            Ok(ACL_MDL_LOAD_FROM_FILE) => (true, false),
            Ok(ACL_MDL_LOAD_FROM_FILE_WITH_MEM) => (true, true),
            Ok(ACL_MDL_LOAD_FROM_MEM) => (false, false),
            Ok(ACL_MDL_LOAD_FROM_MEM_WITH_MEM) => (false, true),
            Ok(5 | 6) => return Err(queues()),
            _ => {
                return Err(wrong(
                    "ACL_MDL_LOAD_TYPE_SIZET is not set to a load type, 1 to 6",
                ));
            }
        };
        let source = if from_file {
            let path = settings.path.as_deref();
            Source::File(as_path(
                path.ok_or_else(|| wrong("ACL_MDL_PATH_PTR is not set"))?,
            ))
        } else {
            // SAFETY: the caller guarantees that memory in the settings is valid.
            unsafe { loading::in_memory(settings.memory.0, settings.memory_size) }?
        };
        let memory = if with_memory {
            Memory {
                work: (settings.work.0, settings.work_size),
                weights: (settings.weights.0, settings.weights_size),
            }
        } else {
            Memory::NONE
        };
        let options = Options {
            aipp: settings.aipp.as_deref().map(as_path),
            threads: Some(settings.threads).filter(|threads| *threads > 0),
        };
        // SAFETY: the caller passes null or a valid pointer to the id.
        unsafe { loading::load(source, &options, &memory, modelId) }
    })
}

fn as_path(text: &CStr) -> &Path {
    Path::new(OsStr::from_bytes(text.to_bytes()))
}
