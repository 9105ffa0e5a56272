//! Why an execution has no outputs.

use crate::error::AclError;

/// Why an execution has no outputs.
///
/// # Examples
///
/// ```
/// use ascendcl::WaitError;
///
/// /// Whether more time may help.
/// fn is_late(error: &WaitError) -> bool {
///     matches!(error, WaitError::Timeout)
/// }
/// assert!(!is_late(&WaitError::WrongInput));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    /// The deadline passed. The device may still be working.
    #[error(
        "the device was not done at the deadline; a longer one helps if the model is only slow"
    )]
    Timeout,
    /// The input buffer belongs to another slot. Nothing was started.
    #[error("the input buffer belongs to another slot")]
    WrongInput,
    /// A call failed. From a wait, this is the failure of the work on the device.
    #[error("{0}")]
    Acl(#[from] AclError),
}
