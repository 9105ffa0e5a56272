//! Contexts: every thread has at most one current, and nearly every call needs one.

use std::cell::Cell;
use std::sync::{Arc, Mutex, OnceLock};

use ascendcl::bindings::{
    ACL_ERROR_RT_CONTEXT_NULL, ACL_ERROR_RT_INVALID_DEVICEID, ACL_ERROR_RT_PARAM_INVALID,
};

use super::stream::Stream;
use super::{process, stream};
use crate::failure::Failure;
use crate::handles::{Registry, lock};

/// The devices there are: number 0.
pub(crate) const DEVICE_COUNT: u32 = 1;

pub(crate) struct Context {
    pub(crate) handle: usize,
    pub(crate) device: i32,
    /// The stream that null names, started when first used.
    null_stream: OnceLock<Arc<Stream>>,
}

/// The device's default context and how many `aclrtSetDevice` calls are open.
struct Device {
    default_context: usize,
    users: u32,
}

const UNUSED: Device = Device {
    default_context: 0,
    users: 0,
};

static CONTEXTS: Registry<Context> = Registry::new();
static DEVICE: Mutex<Device> = Mutex::new(UNUSED);

thread_local! {
    static CURRENT: Cell<usize> = const { Cell::new(0) };
}

impl Context {
    /// The stream that a null handle names.
    pub(super) fn null_stream(&self) -> Result<Arc<Stream>, Failure> {
        if let Some(stream) = self.null_stream.get() {
            return Ok(Arc::clone(stream));
        }
        let (_, stream) = stream::add(self.handle)?;
        Ok(Arc::clone(self.null_stream.get_or_init(|| stream)))
    }
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

/// Makes the device's default context current on this thread.
pub(crate) fn set_device(device: i32) -> Result<(), Failure> {
    process::settings()?;
    check_device(device)?;
    let mut state = lock(&DEVICE);
    if state.users == 0 {
        state.default_context = add(device);
    }
    state.users = state.users.saturating_add(1);
    CURRENT.set(state.default_context);
    Ok(())
}

/// Gives one `aclrtSetDevice` back; with the last one the default context and its streams go.
pub(crate) fn reset_device(device: i32) -> Result<(), Failure> {
    process::settings()?;
    check_device(device)?;
    let mut state = lock(&DEVICE);
    let ended = match state.users {
        0 => {
            return Err(Failure::new(
                ACL_ERROR_RT_INVALID_DEVICEID,
                format!("device {device} is not in use: call aclrtSetDevice before"),
            ));
        }
        1 => Some(state.default_context),
        _ => None,
    };
    state.users -= 1;
    drop(state);
    if let Some(context) = ended {
        end(context);
    }
    Ok(())
}

/// A new context, current on this thread.
pub(crate) fn create(device: i32) -> Result<usize, Failure> {
    process::settings()?;
    check_device(device)?;
    let handle = add(device);
    CURRENT.set(handle);
    Ok(handle)
}

/// Ends a context that [`create`] made, after its streams have run dry.
pub(crate) fn destroy(handle: usize) -> Result<(), Failure> {
    process::settings()?;
    if CONTEXTS.get(handle).is_none() {
        return Err(unknown());
    }
    if lock(&DEVICE).default_context == handle {
        return Err(Failure::new(
            ACL_ERROR_RT_PARAM_INVALID,
            "this is the device's default context: aclrtResetDevice ends it",
        ));
    }
    end(handle);
    Ok(())
}

pub(crate) fn set_current(handle: usize) -> Result<(), Failure> {
    process::settings()?;
    if CONTEXTS.get(handle).is_none() {
        return Err(unknown());
    }
    CURRENT.set(handle);
    Ok(())
}

/// Forgets all contexts; their streams are gone already.
pub(super) fn clear() {
    CONTEXTS.remove_where(|_| true);
    *lock(&DEVICE) = UNUSED;
}

fn add(device: i32) -> usize {
    let (handle, _) = CONTEXTS.add(|handle| Context {
        handle,
        device,
        null_stream: OnceLock::new(),
    });
    handle
}

fn end(handle: usize) {
    stream::destroy_where(|stream| stream.context == handle);
    CONTEXTS.remove(handle);
}

fn check_device(device: i32) -> Result<(), Failure> {
    if u32::try_from(device).is_ok_and(|device| device < DEVICE_COUNT) {
        return Ok(());
    }
    Err(Failure::new(
        ACL_ERROR_RT_INVALID_DEVICEID,
        format!("device {device} does not exist: the CPU is device 0"),
    ))
}

fn unknown() -> Failure {
    Failure::new(
        ACL_ERROR_RT_CONTEXT_NULL,
        "no such context: it was destroyed or never created",
    )
}
