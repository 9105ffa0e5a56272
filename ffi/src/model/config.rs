//! Loading with a list of settings. Only the implementation on the CPU needs it here.

use std::ffi::{CStr, c_void};

use crate::bindings as acl;
use crate::error::AclError;
use crate::library::Library;

/// Loads a model that `threads` threads compute; returns its number.
pub(super) fn load(library: &Library, path: &CStr, threads: usize) -> Result<u32, AclError> {
    let table = library.table();
    let functions = (
        table.aclmdlCreateConfigHandle.as_ref(),
        table.aclmdlSetConfigOpt.as_ref(),
        table.aclmdlLoadWithConfig.as_ref(),
        table.aclmdlDestroyConfigHandle.as_ref(),
    );
    let (Ok(create), Ok(set), Ok(load), Ok(destroy)) = functions else {
        return Err(AclError::new(
            "aclmdlLoadWithConfig",
            acl::ACL_ERROR_FEATURE_UNSUPPORTED,
            "the library does not have this function, so it takes no number of threads",
        ));
    };
    // SAFETY: contract of `call!`; no argument.
    let handle = unsafe { create() };
    let handle = library.check_created("aclmdlCreateConfigHandle", handle)?;
    let set_all = || {
        let load_type = acl::ACL_MDL_LOAD_FROM_FILE as usize;
        let path = path.as_ptr();
        let settings: [(_, *const c_void, usize); 3] = [
            (
                acl::ACL_MDL_LOAD_TYPE_SIZET,
                (&raw const load_type).cast(),
                size_of_val(&load_type),
            ),
            (
                acl::ACL_MDL_PATH_PTR,
                (&raw const path).cast(),
                size_of_val(&path),
            ),
            (
                acl::ACL_CPU_MDL_THREADS_SIZET,
                (&raw const threads).cast(),
                size_of_val(&threads),
            ),
        ];
        for (attribute, value, len) in settings {
            // SAFETY: contract of `call!`; the handle was just made, and `value` points to a
            // variable of `len` bytes, which the library copies.
            let code = unsafe { set(handle, attribute, value, len) };
            library.check("aclmdlSetConfigOpt", code)?;
        }
        let mut id = 0;
        // SAFETY: contract of `call!`; the handle was just made, and `id` points to a number.
        let code = unsafe { load(handle, &raw mut id) };
        library.check("aclmdlLoadWithConfig", code)?;
        Ok(id)
    };
    let loaded = set_all();
    // SAFETY: contract of `call!`; the handle was just made, and only this line destroys it.
    unsafe { destroy(handle) };
    loaded
}
