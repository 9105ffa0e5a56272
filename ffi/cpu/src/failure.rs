//! What a failed call reports: a code as its result, and a text for `aclGetRecentErrMsg`.

use std::cell::RefCell;
use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ascendcl::bindings::aclError;

/// Locks a mutex, even if a thread panicked while it held the lock. The data is still consistent
/// then: in this crate every change under a lock is one assignment or one call to a collection.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until `is_waiting` is false, but at most `timeout`; `None` waits without a limit.
pub(crate) fn wait_while<'a, T>(
    changed: &Condvar,
    guard: MutexGuard<'a, T>,
    timeout: Option<Duration>,
    is_waiting: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'a, T> {
    match timeout {
        None => changed
            .wait_while(guard, is_waiting)
            .unwrap_or_else(PoisonError::into_inner),
        Some(timeout) => {
            let woken = changed.wait_timeout_while(guard, timeout, is_waiting);
            woken.unwrap_or_else(PoisonError::into_inner).0
        }
    }
}

/// An error code of the ABI and the reason: what is wrong, which value, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text} (error {code})")]
pub(crate) struct Failure {
    pub(crate) code: aclError,
    pub(crate) text: String,
    /// Name of the wrong parameter in `acl.h`; empty if the failure concerns no single parameter.
    pub(crate) argument: &'static str,
    /// A correct program may get this failure: it answers a query, or a fault rule asked for it.
    answer: bool,
}

impl Failure {
    pub(crate) fn new(code: aclError, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
            argument: "",
            answer: false,
        }
    }

    /// Names the wrong parameter.
    pub(crate) fn argument(self, argument: &'static str) -> Self {
        Self { argument, ..self }
    }

    /// Marks a failure that a correct program may get.
    pub(crate) fn into_answer(self) -> Self {
        Self {
            answer: true,
            ..self
        }
    }

    /// Whether the caller made an error: codes 1xxxxx, except answers.
    pub(crate) fn is_misuse(&self) -> bool {
        self.code / 100_000 == 1 && !self.answer
    }
}

/// The error texts of one thread.
struct Messages {
    /// The newest failure that the caller has not fetched.
    recent: Option<CString>,
    /// The text that was fetched last. Its pointer is valid until the next fetch.
    fetched: Option<CString>,
}

thread_local! {
    static MESSAGES: RefCell<Messages> = const {
        RefCell::new(Messages { recent: None, fetched: None })
    };
}

/// Stores the text of a failed call for this thread, replacing an older one.
pub(crate) fn remember(call: &str, failure: &Failure) {
    let mut text = format!("{call}: {failure}").into_bytes();
    text.retain(|byte| *byte != 0);
    // Thread-local storage is gone while a thread ends; no caller can fetch the text then.
    let _ = MESSAGES.try_with(|messages| messages.borrow_mut().recent = CString::new(text).ok());
}

/// Fetches and clears this thread's text; null when no call has failed since the last fetch. The
/// pointer is valid until this thread fetches again or ends.
pub(crate) fn fetch() -> *const c_char {
    let text = MESSAGES.try_with(|messages| {
        let mut messages = messages.borrow_mut();
        messages.fetched = messages.recent.take();
        messages
            .fetched
            .as_ref()
            .map_or(ptr::null(), |text| text.as_ptr())
    });
    text.unwrap_or(ptr::null())
}
