//! The error of an AscendCL call.

use std::fmt;
use std::sync::Arc;

use crate::bindings::{
    ACL_ERROR_RT_AICORE_OVER_FLOW, ACL_ERROR_RT_AIVEC_OVER_FLOW, ACL_ERROR_RT_OVER_FLOW, aclError,
};
use crate::codes;
use crate::exception::Exception;

/// How many bytes of the library's own text an error keeps. The rest is cut off.
pub const MESSAGE_CAPACITY: usize = 512;

/// The library's text, cut to its capacity.
pub(crate) type Message = heapless::String<MESSAGE_CAPACITY>;

/// Replaces the text in `kept`. Allocates only if an older error still holds the text.
pub(crate) fn keep_message(kept: &mut Arc<Message>, text: &str) {
    if Arc::get_mut(kept).is_none() {
        *kept = Arc::new(Message::new());
    }
    if let Some(kept) = Arc::get_mut(kept) {
        kept.clear();
        for character in text.trim().chars() {
            if kept.push(character).is_err() {
                break;
            }
        }
    }
}

/// An AscendCL call that failed.
///
/// The failure of work on the device appears at the wait, not at the call that started the work.
/// Making an error allocates nothing unless an older one is still held.
///
/// # Examples
///
/// ```no_run
/// # use ascendcl::{AclError, Device};
/// # fn example(device: &Device) {
/// if let Err(error) = device.memory_bytes() {
///     println!("{error}"); // call, code, the library's text, and advice
///     if error.is_fatal() {
///         std::process::exit(1);
///     }
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclError {
    /// The name of the call, such as `aclrtMalloc`.
    pub call: &'static str,
    /// The code that it returned. It is never 0.
    pub code: aclError,
    pub(crate) message: Arc<Message>,
    pub(crate) exception: Option<Exception>,
    /// Whether the implementation on the CPU returned the code.
    pub(crate) is_cpu: bool,
}

/// The implementation on the CPU names this variable in the text of an injected fault.
const FAULT_VARIABLE: &str = "ASCENDCL_CPU_FAULT";

impl AclError {
    /// An error that this crate detected itself.
    pub(crate) fn new(call: &'static str, code: aclError, text: &str) -> Self {
        let mut message = Arc::default();
        keep_message(&mut message, text);
        Self {
            call,
            code,
            message,
            exception: None,
            is_cpu: false,
        }
    }

    /// The text of `aclGetRecentErrMsg` right after the call, at most [`MESSAGE_CAPACITY`] bytes.
    /// It is empty if the library gave none.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The code's name in the AscendCL headers.
    #[must_use]
    pub fn name(&self) -> &'static str {
        codes::find(self.code).map_or("a code unknown to header 1.3.0", |code| code.name)
    }

    /// Whether this process should end, see [`codes::Code::fatal`]. An unknown code is not fatal.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        codes::find(self.code).is_some_and(|code| code.fatal)
    }

    /// Whether the execution produced an infinite value or NaN. The device itself works.
    #[must_use]
    pub fn is_overflow(&self) -> bool {
        matches!(
            self.code,
            ACL_ERROR_RT_AICORE_OVER_FLOW | ACL_ERROR_RT_AIVEC_OVER_FLOW | ACL_ERROR_RT_OVER_FLOW
        )
    }

    /// The advice in [`codes::CODES`].
    ///
    /// `None` for an unknown code, and for an error of the implementation on the CPU: the advice is
    /// about devices, and that implementation's own text contains advice. An injected fault counts
    /// as an error of a device.
    #[must_use]
    pub fn advice(&self) -> Option<&'static str> {
        if self.is_cpu && !self.message.contains(FAULT_VARIABLE) {
            return None;
        }
        codes::find(self.code).map(|code| code.advice)
    }

    /// The task that failed on the device, if the library reported one since the previous error.
    #[must_use]
    pub fn exception(&self) -> Option<Exception> {
        self.exception
    }
}

/// The code comes before the library's text, which may be long. So a record that cuts the text off
/// still has the code.
impl fmt::Display for AclError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (call, code, name, advice) = (self.call, self.code, self.name(), self.advice());
        write!(f, "{call} failed with {code} ({name}")?;
        if advice.is_some() || codes::find(code).is_none() {
            write!(f, ", see `sluice explain {code}`")?;
        }
        f.write_str(")")?;
        if let Some(exception) = &self.exception {
            write!(f, " in {exception}")?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        match advice {
            Some(advice) => write!(f, "; {advice}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for AclError {}
