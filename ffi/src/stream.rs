//! Streams and events: the order of the work on the device, and whether a point in it was reached.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::{self, NonNull};
use std::rc::Rc;
use std::time::Duration;

use crate::bindings::{
    ACL_ERROR_RT_STREAM_SYNC_TIMEOUT, ACL_EVENT_RECORDED_STATUS_COMPLETE, aclrtEvent,
    aclrtMemcpyKind, aclrtStream,
};
use crate::device::Device;
use crate::error::AclError;
use crate::library::call;

/// A queue of work on the device, done in the order in which it was put in.
#[derive(Debug)]
pub struct Stream {
    device: Rc<Device>,
    raw: aclrtStream,
    /// Executions put in so far.
    executions: Cell<u64>,
}

impl Stream {
    /// Makes a stream.
    ///
    /// # Errors
    ///
    /// Whatever `aclrtCreateStream` returns.
    pub fn new(device: &Rc<Device>) -> Result<Rc<Self>, AclError> {
        let mut raw = ptr::null_mut();
        // SAFETY: contract of `call!`; `raw` is a place for the handle.
        unsafe { call!(device.library(), aclrtCreateStream(&raw mut raw)) }?;
        Ok(Rc::new(Self {
            device: Rc::clone(device),
            raw,
            executions: Cell::new(0),
        }))
    }

    /// The stream as AscendCL knows it.
    pub(crate) fn raw(&self) -> aclrtStream {
        self.raw
    }

    /// Puts a copy of `len` bytes into the stream. `kind` says on which sides the addresses are.
    ///
    /// # Safety
    ///
    /// Both addresses must have `len` bytes on the sides that `kind` names. Until the copy has finished, these bytes must
    /// stay allocated, and only the device may use them.
    pub(crate) unsafe fn copy(
        &self,
        to: NonNull<u8>,
        from: NonNull<u8>,
        len: usize,
        kind: aclrtMemcpyKind,
    ) -> Result<(), AclError> {
        let (to, from) = (to.as_ptr().cast::<c_void>(), from.as_ptr().cast::<c_void>());
        // SAFETY: contract of `call!`; the caller answers for both addresses, and `self` keeps the stream alive.
        unsafe {
            call!(
                self.device.library(),
                aclrtMemcpyAsync(to, len, from, len, kind, self.raw)
            )
        }
    }

    /// Counts an execution and gives its number.
    pub(crate) fn count_execution(&self) -> u64 {
        let number = self.executions.get().wrapping_add(1);
        self.executions.set(number);
        number
    }

    /// Whether the execution of that number is the last one put in.
    pub(crate) fn is_last(&self, number: u64) -> bool {
        self.executions.get() == number
    }

    /// Sleeps until the stream is empty, or for `limit` (rounded up to a millisecond). `None` when the library
    /// cannot wait with a limit; `Some(false)` when the time ran out.
    pub(crate) fn synchronize(&self, limit: Duration) -> Option<Result<bool, AclError>> {
        let library = self.device.library();
        let synchronize = library
            .table()
            .aclrtSynchronizeStreamWithTimeout
            .as_ref()
            .ok()?;
        // SAFETY: contract of `call!`; `self` keeps the stream alive.
        let code = unsafe { synchronize(self.raw, limit_ms(limit)) };
        Some(if code == ACL_ERROR_RT_STREAM_SYNC_TIMEOUT {
            Ok(false)
        } else {
            library
                .check("aclrtSynchronizeStreamWithTimeout", code)
                .map(|()| true)
        })
    }
}

/// A limit in the library's unit, rounded up, at least 1: -1 means for ever, and 0 is not described.
fn limit_ms(limit: Duration) -> i32 {
    i32::try_from(limit.as_micros().div_ceil(1000))
        .unwrap_or(i32::MAX)
        .max(1)
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: contract of `call!`; `aclrtCreateStream` made the handle, and only this line destroys it. Running executions
        // hold the stream.
        let _ = unsafe { call!(self.device.library(), aclrtDestroyStream(self.raw)) };
    }
}

/// A mark that can be put into a stream again and again.
#[derive(Debug)]
pub struct Event {
    device: Rc<Device>,
    raw: aclrtEvent,
}

impl Event {
    /// Makes an event.
    ///
    /// # Errors
    ///
    /// Whatever `aclrtCreateEvent` returns.
    pub fn new(device: &Rc<Device>) -> Result<Self, AclError> {
        let mut raw = ptr::null_mut();
        // SAFETY: contract of `call!`; `raw` is a place for the handle.
        unsafe { call!(device.library(), aclrtCreateEvent(&raw mut raw)) }?;
        Ok(Self {
            device: Rc::clone(device),
            raw,
        })
    }

    /// Puts the event behind the work that is in the stream now.
    ///
    /// # Errors
    ///
    /// Whatever `aclrtRecordEvent` returns.
    pub fn record(&self, stream: &Stream) -> Result<(), AclError> {
        // SAFETY: contract of `call!`; the references keep event and stream alive.
        unsafe {
            call!(
                self.device.library(),
                aclrtRecordEvent(self.raw, stream.raw)
            )
        }
    }

    /// Whether the device has reached the place where the event was recorded last.
    ///
    /// # Errors
    ///
    /// Whatever `aclrtQueryEventStatus` returns, which may be the failure of work before the event.
    pub fn is_complete(&self) -> Result<bool, AclError> {
        let mut status = 0;
        // SAFETY: contract of `call!`; `self` keeps the event alive, and `status` is a place for the enum, an unsigned int.
        unsafe {
            call!(
                self.device.library(),
                aclrtQueryEventStatus(self.raw, &raw mut status)
            )
        }?;
        Ok(status == ACL_EVENT_RECORDED_STATUS_COMPLETE)
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        // SAFETY: contract of `call!`; `aclrtCreateEvent` made the handle, and only this line destroys it. A running execution
        // keeps its event.
        let _ = unsafe { call!(self.device.library(), aclrtDestroyEvent(self.raw)) };
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::limit_ms;

    #[test]
    fn a_limit_is_rounded_up_and_never_for_ever() {
        assert_eq!(limit_ms(Duration::ZERO), 1);
        assert_eq!(limit_ms(Duration::from_millis(250)), 250);
        assert_eq!(limit_ms(Duration::from_micros(250_001)), 251);
        assert_eq!(limit_ms(Duration::MAX), i32::MAX);
    }
}
