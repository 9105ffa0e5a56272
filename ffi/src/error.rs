//! What an AscendCL call says when it fails, kept with all that is known about it.

use std::fmt;
use std::sync::Arc;

use crate::bindings::{
    ACL_ERROR_RT_AICORE_OVER_FLOW, ACL_ERROR_RT_AIVEC_OVER_FLOW, ACL_ERROR_RT_OVER_FLOW, aclError,
};
use crate::codes;
use crate::exception::Exception;

/// Bytes kept of the library's own text; the rest is cut off.
pub const MESSAGE_CAPACITY: usize = 512;

/// As much of the library's text as is kept.
pub(crate) type Message = heapless::String<MESSAGE_CAPACITY>;

/// Replaces the text in `kept`, which is allocated anew only if an older error still holds it.
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

/// An AscendCL call that failed. Errors of work on the device appear at the wait, not at the call that
/// started the work. Making one allocates nothing while no older error is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclError {
    /// The call that returned the code, such as `aclrtMalloc`.
    pub call: &'static str,
    /// The code that it returned; never 0.
    pub code: aclError,
    pub(crate) message: Arc<Message>,
    pub(crate) exception: Option<Exception>,
    /// Whether the implementation on the CPU returned it.
    pub(crate) is_cpu: bool,
}

/// The implementation on the CPU names this variable in a fault that it was asked for.
const FAULT_VARIABLE: &str = "ASCENDCL_CPU_FAULT";

impl AclError {
    /// An error that this crate found itself.
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

    /// The text of `aclGetRecentErrMsg` right after the call, at most [`MESSAGE_CAPACITY`] bytes of it; empty when
    /// there was none.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The name that the AscendCL headers give to the code.
    #[must_use]
    pub fn name(&self) -> &'static str {
        codes::find(self.code).map_or("a code unknown to header 1.3.0", |code| code.name)
    }

    /// Whether this process should end, see [`codes::Code::fatal`]. An unknown code is not fatal.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        codes::find(self.code).is_some_and(|code| code.fatal)
    }

    /// Whether the run came to a number that is infinite or no number at all. The device itself is well.
    #[must_use]
    pub fn is_overflow(&self) -> bool {
        matches!(
            self.code,
            ACL_ERROR_RT_AICORE_OVER_FLOW | ACL_ERROR_RT_AIVEC_OVER_FLOW | ACL_ERROR_RT_OVER_FLOW
        )
    }

    /// What to do, from the catalogue; `None` where the advice is about a device and the CPU implementation is used.
    /// Its own messages say what to do. A fault that it was asked to inject is treated as a device's.
    #[must_use]
    pub fn advice(&self) -> Option<&'static str> {
        if self.is_cpu && !self.message.contains(FAULT_VARIABLE) {
            return None;
        }
        codes::find(self.code).map(|code| code.advice)
    }

    /// The task on the device that failed, when the library told of one since the error before.
    #[must_use]
    pub fn exception(&self) -> Option<Exception> {
        self.exception
    }
}

/// The code comes before the library's text, which may be long, so that a text that is cut off still has it.
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
