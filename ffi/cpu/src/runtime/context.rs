//! Contexts. A thread has at most one current context, and nearly every call needs one. This module
//! does not know what a context contains (streams, models).

use std::cell::Cell;
use std::sync::Arc;

use ascendcl::bindings::ACL_ERROR_RT_CONTEXT_NULL;

use super::process;
use crate::failure::Failure;
use crate::handles::Registry;

pub(crate) struct Context {
    pub(crate) handle: usize,
    pub(crate) device: i32,
}

static CONTEXTS: Registry<Context> = Registry::new("context");

thread_local! {
    static CURRENT: Cell<usize> = const { Cell::new(0) };
}

/// The calling thread's context.
pub(crate) fn current() -> Result<Arc<Context>, Failure> {
    process::settings()?;
    CONTEXTS.get(CURRENT.get()).ok_or_else(|| {
        Failure::new(
            ACL_ERROR_RT_CONTEXT_NULL,
            "this thread has no context: call aclrtSetDevice or aclrtSetCurrentContext on it first",
        )
    })
}

/// Makes a context current on this thread.
pub(crate) fn set_current(handle: usize) -> Result<(), Failure> {
    process::settings()?;
    find(handle)?;
    CURRENT.set(handle);
    Ok(())
}

/// Fails if the context does not exist.
pub(super) fn find(handle: usize) -> Result<(), Failure> {
    match CONTEXTS.get(handle) {
        Some(_) => Ok(()),
        None => Err(Failure::new(
            ACL_ERROR_RT_CONTEXT_NULL,
            "no such context: it was destroyed or never created",
        )
        .argument("context")),
    }
}

/// Creates a context and makes it current on this thread. It is the device's default context or one
/// of the program's.
pub(super) fn add(device: i32, default: bool) -> usize {
    let make = |handle| Context { handle, device };
    let (handle, _) = match default {
        true => CONTEXTS.add_own(make),
        false => CONTEXTS.add(make),
    };
    CURRENT.set(handle);
    handle
}

/// The number of contexts.
pub(super) fn count() -> usize {
    CONTEXTS.all().len()
}

/// Removes a context. Its streams must already be destroyed.
pub(super) fn remove(handle: usize) {
    CONTEXTS.remove(handle);
}

/// Removes all contexts. Their streams must already be destroyed.
pub(super) fn clear() {
    CONTEXTS.remove_where(|_| true);
}
