//! What the library tells about a task that failed on the device, from a thread of its own and at any time.
//!
//! The callback of AscendCL carries no pointer of ours, so the last exception lies in this process, and the next failed
//! call takes it along. Nothing here allocates.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::bindings::{AscendCl, aclrtExceptionInfo};

/// A task that failed on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Number of the task in its stream.
    pub task: u32,
    /// Number of the stream.
    pub stream: u32,
    /// Number that the runtime gives to the thread that launched the task.
    pub thread: u32,
    /// The device.
    pub device: u32,
    /// The code that the task failed with, by libraries from header 1.3.0 on.
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

/// Asks an info for one number.
type Getter = unsafe extern "C" fn(*const aclrtExceptionInfo) -> u32;

/// The library's functions that the callback needs.
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

/// What is in there is a plain value, good whatever happened to whoever held it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets the callback. A library without it, or that refuses it, is as good as before.
pub(crate) fn listen(table: &AscendCl) {
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
    // SAFETY: `keep` has the callback's type, lives as long as the process, may run on any thread, and does not panic.
    let _ = unsafe { set(Some(keep)) };
}

/// The exception since the last call of this.
pub(crate) fn take() -> Option<Exception> {
    lock(&LAST).take()
}

/// Called by the library, on any thread.
extern "C" fn keep(info: *mut aclrtExceptionInfo) {
    let Some(getters) = *lock(&GETTERS) else {
        return;
    };
    let get = |getter: Getter| {
        // SAFETY: the getters are the library's, and it keeps the info valid during the callback.
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
