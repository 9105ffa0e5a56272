//! The program's callback for failed tasks.

use std::cell::Cell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use ascendcl::bindings::{aclError, aclrtExceptionInfoCallback};

use crate::handles::{Registry, lock, to_pointer};

/// The details that the callback can query. An info exists only while the callback runs.
#[derive(Clone, Copy)]
pub(crate) struct Info {
    pub(crate) task: u32,
    pub(crate) stream: u32,
    pub(crate) thread: u32,
    pub(crate) device: u32,
    pub(crate) code: u32,
}

static CALLBACK: Mutex<aclrtExceptionInfoCallback> = Mutex::new(None);
static INFOS: Registry<Info> = Registry::new("exception info");

pub(crate) fn set_callback(callback: aclrtExceptionInfoCallback) {
    *lock(&CALLBACK) = callback;
}

/// Calls the callback on the stream's thread, before any other call can report the error.
pub(super) fn raise(task: u32, stream: u32, thread: u32, code: aclError) {
    // The lock is released before the call, because the callback may set another one.
    let callback = *lock(&CALLBACK);
    let Some(callback) = callback else { return };
    let (handle, _) = INFOS.add_own(|_| Info {
        task,
        stream,
        thread,
        device: 0,
        code: code.unsigned_abs(),
    });
    // SAFETY: the caller of `aclrtSetExceptionInfoCallback` guarantees that the function may be
    // called from any thread; the info exists until after the call.
    unsafe { callback(to_pointer(handle)) };
    INFOS.remove(handle);
}

/// The info that the callback got.
pub(crate) fn info(handle: usize) -> Option<Info> {
    INFOS.get(handle).map(|info| *info)
}

/// A number for the calling thread that no stream handle has.
pub(crate) fn thread_key() -> usize {
    usize::try_from(thread_number()).unwrap_or(0)
}

/// The number of the calling thread: threads count from 1, in the order of their first task.
pub(super) fn thread_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    thread_local! {
        static NUMBER: Cell<u32> = const { Cell::new(0) };
    }
    if NUMBER.get() == 0 {
        NUMBER.set(NEXT.fetch_add(1, Ordering::Relaxed));
    }
    NUMBER.get()
}
