//! Why an execution did not give outputs.

use std::fmt;

use crate::error::AclError;

/// Why an execution has no outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitError {
    /// The deadline passed. The device may still be working.
    Timeout,
    /// The input buffer belongs to another slot; nothing was started.
    WrongInput,
    /// A call failed. From a wait, this is what the work on the device ran into.
    Acl(AclError),
}

impl From<AclError> for WaitError {
    fn from(error: AclError) -> Self {
        Self::Acl(error)
    }
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str(
                "the device was not done at the deadline; a longer one helps if the model only is slow",
            ),
            Self::WrongInput => f.write_str("the input buffer belongs to another slot"),
            Self::Acl(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for WaitError {}
