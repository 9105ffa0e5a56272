//! What a call that fails tells its caller: a code at once, a text for `aclGetRecentErrMsg`.

use std::cell::RefCell;
use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ascendcl::bindings::aclError;

/// Locks, and goes on with the data as they are if a thread panicked with the lock held: every change made
/// under a lock in this crate is one assignment or one call to a collection.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A code of the ABI and the reason in words: what is wrong, with which value, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text} (error {code})")]
pub(crate) struct Failure {
    pub(crate) code: aclError,
    pub(crate) text: String,
    /// The parameter that is wrong, by its name in `acl.h`; empty where no single one is.
    pub(crate) argument: &'static str,
    /// A right program may get this: it is the answer to a question, or a fault that was asked for.
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

    /// Names the parameter that is wrong.
    pub(crate) fn argument(self, argument: &'static str) -> Self {
        Self { argument, ..self }
    }

    /// Says that a right program may get this.
    pub(crate) fn into_answer(self) -> Self {
        Self {
            answer: true,
            ..self
        }
    }

    /// Whether the caller did something wrong: codes of the class 1xxxxx, but for answers.
    pub(crate) fn is_misuse(&self) -> bool {
        self.code / 100_000 == 1 && !self.answer
    }
}

/// The texts of one thread.
struct Messages {
    /// The newest failure, not yet fetched.
    recent: Option<CString>,
    /// The text handed out last: it stays in memory until the next one is fetched.
    fetched: Option<CString>,
}

thread_local! {
    static MESSAGES: RefCell<Messages> = const {
        RefCell::new(Messages { recent: None, fetched: None })
    };
}

/// Keeps a failed call's text for this thread; the newest replaces the one before.
pub(crate) fn remember(call: &str, failure: &Failure) {
    let mut text = format!("{call}: {failure}").into_bytes();
    text.retain(|byte| *byte != 0);
    // A thread that is ending has no storage left, and nobody who could ask.
    let _ = MESSAGES.try_with(|messages| messages.borrow_mut().recent = CString::new(text).ok());
}

/// Fetches and clears this thread's text; null when nothing failed since the last fetch. The pointer is good
/// until this thread fetches again or ends.
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
