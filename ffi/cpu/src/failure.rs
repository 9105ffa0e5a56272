//! What a failed call reports: a code as its result, and a text for `aclGetRecentErrMsg`.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ffi::c_char;
use std::fmt::{self, Write as _};
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
    pub(crate) text: Cow<'static, str>,
    /// Name of the wrong parameter in `acl.h`; empty if the failure concerns no single parameter.
    pub(crate) argument: &'static str,
    /// A correct program may get this failure: it answers a query, or a fault rule asked for it.
    answer: bool,
}

impl Failure {
    pub(crate) fn new(code: aclError, text: impl Into<Cow<'static, str>>) -> Self {
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

/// The longest text that is kept, in bytes; a longer one is cut.
const TEXT_MAX: usize = 2047;

/// A text that ends in a zero. It has a fixed size, so that a wait that ends at its limit, as the
/// station's do for late parts, allocates nothing.
struct Text {
    bytes: [u8; TEXT_MAX + 1],
    length: usize,
}

impl Text {
    const EMPTY: Self = Self {
        bytes: [0; TEXT_MAX + 1],
        length: 0,
    };
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars().filter(|character| *character != '\0') {
            let end = self.length + character.len_utf8();
            let Some(place) = self.bytes[..TEXT_MAX].get_mut(self.length..end) else {
                // The rest is cut, and nothing shorter may follow.
                return Err(fmt::Error);
            };
            character.encode_utf8(place);
            self.length = end;
        }
        Ok(())
    }
}

/// The error texts of one thread.
struct Messages {
    /// The newest failure that the caller has not fetched. Empty without one.
    recent: Text,
    /// The text that was fetched last. Its pointer is valid until the next fetch.
    fetched: Text,
}

thread_local! {
    static MESSAGES: RefCell<Messages> = const {
        RefCell::new(Messages { recent: Text::EMPTY, fetched: Text::EMPTY })
    };
}

/// Stores the text of a failed call for this thread, replacing an older one.
pub(crate) fn remember(call: &str, failure: &Failure) {
    // Thread-local storage is gone while a thread ends; no caller can fetch the text then.
    let _ = MESSAGES.try_with(|messages| {
        let recent = &mut messages.borrow_mut().recent;
        *recent = Text::EMPTY;
        // An error says that the text was cut.
        let _ = write!(recent, "{call}: {failure}");
    });
}

/// Fetches and clears this thread's text; null when no call has failed since the last fetch. The
/// pointer is valid until this thread fetches again or ends.
pub(crate) fn fetch() -> *const c_char {
    let text = MESSAGES.try_with(|messages| {
        let Messages { recent, fetched } = &mut *messages.borrow_mut();
        *fetched = std::mem::replace(recent, Text::EMPTY);
        if fetched.length == 0 {
            ptr::null()
        } else {
            fetched.bytes.as_ptr().cast()
        }
    });
    text.unwrap_or(ptr::null())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    fn fetched() -> Option<String> {
        let text = fetch();
        // SAFETY: `fetch` gives null or a text of this thread that ends in a zero, and it stays
        // until the next fetch.
        let text = (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) });
        text.map(|text| text.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_newest_text_is_fetched_once_without_zeros_and_up_to_its_limit() {
        assert_eq!(fetched(), None);
        remember("aclInit", &Failure::new(1, "old"));
        remember("aclInit", &Failure::new(2, "a\0b"));
        assert_eq!(fetched().unwrap(), "aclInit: ab (error 2)");
        assert_eq!(fetched(), None);
        // Two bytes a character, from an odd place on.
        remember("aclInit", &Failure::new(3, "\u{e9}".repeat(2000)));
        let text = fetched().unwrap();
        assert!(
            text.len() >= TEXT_MAX - 1 && text.ends_with('\u{e9}'),
            "{text}"
        );
    }
}
