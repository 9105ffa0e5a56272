//! `acl_rt.h`: events.

use ascendcl::bindings::{
    ACL_EVENT_RECORDED_STATUS_COMPLETE, ACL_EVENT_RECORDED_STATUS_NOT_READY,
    ACL_EVENT_STATUS_COMPLETE, ACL_EVENT_STATUS_NOT_READY, ACL_EVENT_WAIT_STATUS_COMPLETE,
    ACL_EVENT_WAIT_STATUS_NOT_READY, aclError, aclrtEvent, aclrtEventRecordedStatus,
    aclrtEventStatus, aclrtEventWaitStatus, aclrtStream,
};

use super::{not_null, status};
use crate::failure::Failure;
use crate::handles::to_pointer;
use crate::runtime::{event, stream};

/// Creates an event. Error: 107002 without a context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtCreateEvent(event: *mut aclrtEvent) -> aclError {
    // SAFETY: the contract is the same.
    status("aclrtCreateEvent", || unsafe { create(event) })
}

/// Creates an event. Every event here can be timed, whatever the flag says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtCreateEventWithFlag(event: *mut aclrtEvent, _flag: u32) -> aclError {
    // SAFETY: the contract is the same.
    status("aclrtCreateEventWithFlag", || unsafe { create(event) })
}

/// # Safety
///
/// `event` must be null or a place for a handle.
unsafe fn create(event: *mut aclrtEvent) -> Result<(), Failure> {
    not_null(event, "event")?;
    let handle = event::create()?;
    // SAFETY: not null; the caller passes a place for the handle.
    unsafe { event.write(to_pointer(handle)) };
    Ok(())
}

/// Ends an event; tasks that wait for it go on waiting for its record. Error: 107017 unknown event.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtDestroyEvent(event: aclrtEvent) -> aclError {
    status("aclrtDestroyEvent", || event::destroy(event.addr()))
}

/// Appends a record of the event to a stream.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtRecordEvent(event: aclrtEvent, stream: aclrtStream) -> aclError {
    status("aclrtRecordEvent", || {
        event::record(
            &event::resolve(event.addr())?,
            &*stream::resolve(stream.addr())?,
        )
    })
}

/// Appends a reset of the event to a stream.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtResetEvent(event: aclrtEvent, stream: aclrtStream) -> aclError {
    status("aclrtResetEvent", || {
        event::reset(
            &event::resolve(event.addr())?,
            &*stream::resolve(stream.addr())?,
        )
    })
}

/// Whether the last record is done: complete 0, not ready 1 (also when there is none).
/// Error: that of a task in front of the record that failed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtQueryEvent(
    event: aclrtEvent,
    status: *mut aclrtEventStatus,
) -> aclError {
    self::status("aclrtQueryEvent", || {
        not_null(status, "status")?;
        let complete = match event::resolve(event.addr())?.query()? {
            true => ACL_EVENT_STATUS_COMPLETE,
            false => ACL_EVENT_STATUS_NOT_READY,
        };
        // SAFETY: not null; the caller passes a place for the status.
        unsafe { status.write(complete) };
        Ok(())
    })
}

/// Whether the last record is done: complete 1, not ready 0 (also when there is none).
/// Error: that of a task in front of the record that failed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtQueryEventStatus(
    event: aclrtEvent,
    status: *mut aclrtEventRecordedStatus,
) -> aclError {
    self::status("aclrtQueryEventStatus", || {
        not_null(status, "status")?;
        let complete = match event::resolve(event.addr())?.query()? {
            true => ACL_EVENT_RECORDED_STATUS_COMPLETE,
            false => ACL_EVENT_RECORDED_STATUS_NOT_READY,
        };
        // SAFETY: not null; the caller passes a place for the status.
        unsafe { status.write(complete) };
        Ok(())
    })
}

/// Whether streams that wait for the event may go on: complete 0, not ready 1 (also when it was never recorded).
/// Error: that of a task in front of the record that failed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtQueryEventWaitStatus(
    event: aclrtEvent,
    status: *mut aclrtEventWaitStatus,
) -> aclError {
    self::status("aclrtQueryEventWaitStatus", || {
        not_null(status, "status")?;
        let complete = match event::resolve(event.addr())?.query()? {
            true => ACL_EVENT_WAIT_STATUS_COMPLETE,
            false => ACL_EVENT_WAIT_STATUS_NOT_READY,
        };
        // SAFETY: not null; the caller passes a place for the status.
        unsafe { status.write(complete) };
        Ok(())
    })
}

/// Waits for the last record. Errors: that of a task in front of the record that failed; 107000 never recorded.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtSynchronizeEvent(event: aclrtEvent) -> aclError {
    status("aclrtSynchronizeEvent", || {
        event::resolve(event.addr())?.synchronize()
    })
}

/// Milliseconds between two records.
/// Errors: 107006 never recorded, 507006 not done yet, 107007 the end was before the start.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtEventElapsedTime(
    ms: *mut f32,
    startEvent: aclrtEvent,
    endEvent: aclrtEvent,
) -> aclError {
    status("aclrtEventElapsedTime", || {
        not_null(ms, "ms")?;
        let start = event::resolve(startEvent.addr())?;
        let end = event::resolve(endEvent.addr())?;
        let elapsed = event::elapsed(&start, &end)?;
        // SAFETY: not null; the caller passes a place for a number.
        unsafe { ms.write(elapsed.as_secs_f32() * 1000.0) };
        Ok(())
    })
}
