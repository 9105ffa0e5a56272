//! Streams and events: the order of work on the device, and whether a point in it was reached.

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

/// A queue of work on the device. The device works in the order of the queue.
///
/// # Examples
///
/// An event shows when the device has finished the work before it.
///
/// ```no_run
/// # use ascendcl::{AclError, Device, Event, Stream};
/// # fn example(device: &std::rc::Rc<Device>) -> Result<(), AclError> {
/// let stream = Stream::new(device)?;
/// let event = Event::new(device)?;
/// event.record(&stream)?;
/// while !event.is_complete()? {
///     std::thread::yield_now();
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Stream {
    device: Rc<Device>,
    raw: aclrtStream,
    /// The number of executions queued so far. The executions share the stream, so the number is in
    /// a cell.
    executions: Cell<u64>,
}

impl Stream {
    /// Makes a stream.
    ///
    /// # Errors
    ///
    /// `aclrtCreateStream` failed.
    pub fn new(device: &Rc<Device>) -> Result<Rc<Self>, AclError> {
        let mut raw = ptr::null_mut();
        // SAFETY: contract of `call!`; `raw` points to the handle to write.
        unsafe { call!(device.library(), aclrtCreateStream(&raw mut raw)) }?;
        Ok(Rc::new(Self {
            device: Rc::clone(device),
            raw,
            executions: Cell::new(0),
        }))
    }

    /// The handle.
    pub(crate) fn raw(&self) -> aclrtStream {
        self.raw
    }

    /// Queues a copy of `len` bytes. `kind` names the sides of the two addresses.
    ///
    /// # Safety
    ///
    /// Both addresses must have `len` bytes on the sides that `kind` names. Until the device has
    /// finished the copy, the bytes must stay allocated, and only the device may use them.
    pub(crate) unsafe fn copy(
        &self,
        to: NonNull<u8>,
        from: NonNull<u8>,
        len: usize,
        kind: aclrtMemcpyKind,
    ) -> Result<(), AclError> {
        let to = to.as_ptr().cast::<c_void>();
        let from = from.as_ptr().cast::<c_void>();
        // SAFETY: contract of `call!`; the caller answers for both addresses, and `self` keeps the
        // stream alive.
        unsafe {
            call!(
                self.device.library(),
                aclrtMemcpyAsync(to, len, from, len, kind, self.raw)
            )
        }
    }

    /// Counts an execution and returns its number.
    pub(crate) fn count_execution(&self) -> u64 {
        let number = self.executions.get().wrapping_add(1);
        self.executions.set(number);
        number
    }

    /// Whether this execution is the last one queued.
    pub(crate) fn is_last(&self, number: u64) -> bool {
        self.executions.get() == number
    }

    /// Sleeps until the stream is empty, at most for `limit`, rounded up to a millisecond.
    ///
    /// Returns `None` if the library cannot wait with a limit, and `Some(Ok(false))` at the limit.
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

/// A limit in milliseconds, rounded up, at least 1. To the library, -1 means no limit, and the
/// meaning of 0 is not documented.
fn limit_ms(limit: Duration) -> i32 {
    i32::try_from(limit.as_micros().div_ceil(1000))
        .unwrap_or(i32::MAX)
        .max(1)
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: contract of `call!`; `aclrtCreateStream` made the handle, and only this line
        // destroys it. Running executions hold the stream.
        let _ = unsafe { call!(self.device.library(), aclrtDestroyStream(self.raw)) };
    }
}

/// A marker that can be queued in a stream any number of times. See [`Stream`] for an example.
#[derive(Debug)]
pub struct Event {
    device: Rc<Device>,
    raw: aclrtEvent,
}

impl Event {
    /// Creates an event.
    ///
    /// # Errors
    ///
    /// `aclrtCreateEvent` failed.
    pub fn new(device: &Rc<Device>) -> Result<Self, AclError> {
        let mut raw = ptr::null_mut();
        // SAFETY: contract of `call!`; `raw` points to the handle to write.
        unsafe { call!(device.library(), aclrtCreateEvent(&raw mut raw)) }?;
        Ok(Self {
            device: Rc::clone(device),
            raw,
        })
    }

    /// Queues the event behind the work that is in the stream now.
    ///
    /// # Errors
    ///
    /// `aclrtRecordEvent` failed.
    pub fn record(&self, stream: &Stream) -> Result<(), AclError> {
        // SAFETY: contract of `call!`; the references keep event and stream alive.
        unsafe {
            call!(
                self.device.library(),
                aclrtRecordEvent(self.raw, stream.raw)
            )
        }
    }

    /// Whether the device has reached the point where the event was recorded last.
    ///
    /// # Errors
    ///
    /// `aclrtQueryEventStatus` failed. This may be the failure of work before the event.
    pub fn is_complete(&self) -> Result<bool, AclError> {
        let mut status = 0;
        // SAFETY: contract of `call!`; `self` keeps the event alive, and `status` points to the
        // enum, an unsigned int.
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
        // SAFETY: contract of `call!`; `aclrtCreateEvent` made the handle, and only this line
        // destroys it. A running execution keeps its event.
        let _ = unsafe { call!(self.device.library(), aclrtDestroyEvent(self.raw)) };
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::limit_ms;

    #[test]
    fn a_limit_is_rounded_up_and_never_means_no_limit() {
        assert_eq!(limit_ms(Duration::ZERO), 1);
        assert_eq!(limit_ms(Duration::from_millis(250)), 250);
        assert_eq!(limit_ms(Duration::from_micros(250_001)), 251);
        assert_eq!(limit_ms(Duration::MAX), i32::MAX);
    }
}
