//! What an AscendCL call says when it fails, kept with all that is known about it.

use std::fmt;
use std::sync::Arc;

use crate::bindings::{ERROR_NAMES, aclError};

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
}

impl AclError {
    /// An error that this crate found itself.
    pub(crate) fn new(call: &'static str, code: aclError, text: &str) -> Self {
        let mut message = Arc::default();
        keep_message(&mut message, text);
        Self {
            call,
            code,
            message,
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
        let found = ERROR_NAMES.binary_search_by_key(&self.code, |(code, _)| *code);
        found
            .ok()
            .and_then(|index| ERROR_NAMES.get(index))
            .map_or("a code unknown to header 1.3.0", |(_, name)| name)
    }

    /// Whether this process should end: the device, its set-up or the link to it is lost, and the library does
    /// not promise a usable state after a reset inside the process. Codes 507010, 507011, 507015, 507016, 507033,
    /// 507899 and 507901, chosen from the runtime return codes of CANN 6.0.RC1 (header `acl_rt` error codes, class
    /// 5xxxxx "internal"). The choice is ours; it was not tested on a failing device.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        use crate::bindings as acl;
        matches!(
            self.code,
            acl::ACL_ERROR_RT_LOST_HEARTBEAT
                | acl::ACL_ERROR_RT_MODEL_EXECUTE
                | acl::ACL_ERROR_RT_AICORE_EXCEPTION
                | acl::ACL_ERROR_RT_AICORE_TRAP_EXCEPTION
                | acl::ACL_ERROR_RT_DEV_SETUP_ERROR
                | acl::ACL_ERROR_RT_DRV_INTERNAL_ERROR
                | acl::ACL_ERROR_RT_SOCKET_CLOSE
        )
    }

    /// What to do about it, for the codes that stations meet.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        use crate::bindings as acl;
        Some(match self.code {
            acl::ACL_ERROR_COMPILING_STUB_MODE => {
                "the library is the link-time stub: take lib64/stub out of LD_LIBRARY_PATH"
            }
            acl::ACL_ERROR_REPEAT_INITIALIZE => {
                "another part of the process has called aclInit: make one Runtime"
            }
            acl::ACL_ERROR_RT_CONTEXT_NULL => {
                "the thread has no context: make every call on the thread that opened the device"
            }
            acl::ACL_ERROR_RT_INVALID_DEVICEID
            | acl::ACL_ERROR_INVALID_DEVICE
            | acl::ACL_ERROR_RT_NO_DEVICE => {
                "there is no such device: look at `npu-smi info` and the device number in the station file"
            }
            acl::ACL_ERROR_RT_MEMORY_ALLOCATION
            | acl::ACL_ERROR_BAD_ALLOC
            | acl::ACL_ERROR_RT_DEVIDE_OOM
            | acl::ACL_ERROR_GE_MEMORY_ALLOCATION => {
                "memory ran out: use fewer slots or a smaller model, or end other programs on the device"
            }
            acl::ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID => {
                "the model file is missing, unreadable or empty: check its path and its permissions"
            }
            acl::ACL_ERROR_GE_PARAM_INVALID => {
                "a buffer does not have the size that the model says, or a parameter is out of range"
            }
            acl::ACL_ERROR_RT_SOC_VERSION => {
                "the model was built for another chip: run ATC with --soc_version=Ascend310"
            }
            acl::ACL_ERROR_RT_AICORE_TIMEOUT => {
                "the device gave up on the model: try a smaller input and look in the device log"
            }
            acl::ACL_ERROR_RT_DRV_INTERNAL_ERROR => {
                "the driver failed: check that the user may open the device nodes, then restart the board"
            }
            acl::ACL_ERROR_RT_DEV_SETUP_ERROR
            | acl::ACL_ERROR_RT_LOST_HEARTBEAT
            | acl::ACL_ERROR_RT_SOCKET_CLOSE => "the device is lost: restart the board",
            acl::ACL_ERROR_RT_MODEL_EXECUTE
            | acl::ACL_ERROR_RT_AICORE_EXCEPTION
            | acl::ACL_ERROR_RT_AICORE_TRAP_EXCEPTION => {
                "the model failed on the device: look in the device log (~/ascend/log), then restart"
            }
            _ => return None,
        })
    }
}

impl fmt::Display for AclError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} failed with {} ({})",
            self.call,
            self.code,
            self.name()
        )?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        match self.hint() {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for AclError {}
