//! What the library reports about a task that failed on the device.
//!
//! The library calls back on its own thread, at any time. The callback carries no user pointer, so
//! the last exception is kept in a static, and the next failed call takes it. Nothing here
//! allocates.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::bindings::{AscendCl, aclrtExceptionInfo};

/// A task that failed on the device. `AclError::exception` returns it.
///
/// # Examples
///
/// ```
/// use ascendcl::Exception;
///
/// let exception = Exception { task: 7, stream: 3, thread: 11, device: 0, code: Some(507015) };
/// assert_eq!(exception.to_string(), "task 7 of stream 3 (code 507015)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The number of the task in its stream.
    pub task: u32,
    /// The number of the stream.
    pub stream: u32,
    /// The runtime's number for the thread that launched the task.
    pub thread: u32,
    /// The number of the device.
    pub device: u32,
    /// The code that the task failed with. Libraries before header 1.3.0 do not report it.
    pub code: Option<u32>,
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {} of stream {}", self.task, self.stream)?;
        match self.code {
            Some(code) => write!(f, " (code {code})"),
            None => Ok(()),
        }
    }
}

/// Reads one number from the library's description of an exception.
type Getter = unsafe extern "C" fn(*const aclrtExceptionInfo) -> u32;

/// The library's functions that the callback calls.
#[derive(Clone, Copy)]
struct Getters {
    task: Getter,
    stream: Getter,
    thread: Getter,
    device: Getter,
    code: Option<Getter>,
}

static GETTERS: Mutex<Option<Getters>> = Mutex::new(None);
static LAST: Mutex<Option<Exception>> = Mutex::new(None);

/// Locks a mutex. Its value is `Copy`, so it is usable even if the lock is poisoned.
fn lock<T: Copy>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets the callback. It is optional: without it, errors only lack the task's number.
pub(crate) fn set_callback(table: &AscendCl) {
    let (Ok(set), Ok(task), Ok(stream), Ok(thread), Ok(device)) = (
        &table.aclrtSetExceptionInfoCallback,
        &table.aclrtGetTaskIdFromExceptionInfo,
        &table.aclrtGetStreamIdFromExceptionInfo,
        &table.aclrtGetThreadIdFromExceptionInfo,
        &table.aclrtGetDeviceIdFromExceptionInfo,
    ) else {
        return;
    };
    *lock(&GETTERS) = Some(Getters {
        task: *task,
        stream: *stream,
        thread: *thread,
        device: *device,
        code: table
            .aclrtGetErrorCodeFromExceptionInfo
            .as_ref()
            .ok()
            .copied(),
    });
    // SAFETY: the call needs no context. `on_exception` has the callback's type, lives as long as
    // the process, may run on any thread, and does not panic.
    let _ = unsafe { set(Some(on_exception)) };
}

/// Returns the last reported exception, and each exception only once.
pub(crate) fn take() -> Option<Exception> {
    lock(&LAST).take()
}

/// The callback. The library calls it on any thread.
extern "C" fn on_exception(info: *mut aclrtExceptionInfo) {
    let Some(getters) = *lock(&GETTERS) else {
        return;
    };
    let get = |getter: Getter| {
        // SAFETY: the getters need no context and belong to the library, which keeps `info` valid
        // during the callback.
        unsafe { getter(info) }
    };
    *lock(&LAST) = Some(Exception {
        task: get(getters.task),
        stream: get(getters.stream),
        thread: get(getters.thread),
        device: get(getters.device),
        code: getters.code.map(get),
    });
}
