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

/// Creates an event. Error: 107002 no context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtCreateEvent(event: *mut aclrtEvent) -> aclError {
    // SAFETY: the caller of this function keeps the same contract.
    status("aclrtCreateEvent", || unsafe { create(event) })
}

/// Creates an event. Every event here has a time, with any flag.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtCreateEventWithFlag(event: *mut aclrtEvent, _flag: u32) -> aclError {
    // SAFETY: the caller of this function keeps the same contract.
    status("aclrtCreateEventWithFlag", || unsafe { create(event) })
}

/// # Safety
///
/// `event` must be null or a valid pointer to a handle.
unsafe fn create(event: *mut aclrtEvent) -> Result<(), Failure> {
    not_null(event, "event")?;
    let handle = event::create()?;
    // SAFETY: not null; the caller passes a valid pointer to the handle.
    unsafe { event.write(to_pointer(handle)) };
    Ok(())
}

/// Destroys an event; tasks that wait for it still wait for its record. Error: 107017 unknown
/// event.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtDestroyEvent(event: aclrtEvent) -> aclError {
    status("aclrtDestroyEvent", || event::destroy(event.addr()))
}

/// Enqueues a record of the event.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtRecordEvent(event: aclrtEvent, stream: aclrtStream) -> aclError {
    status("aclrtRecordEvent", || {
        event::record(
            &event::resolve(event.addr())?,
            &*stream::resolve(stream.addr())?,
        )
    })
}

/// Enqueues a reset of the event.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtResetEvent(event: aclrtEvent, stream: aclrtStream) -> aclError {
    status("aclrtResetEvent", || {
        event::reset(
            &event::resolve(event.addr())?,
            &*stream::resolve(stream.addr())?,
        )
    })
}

/// Whether the last record is complete: 0 complete, 1 not ready or never recorded. Error: that of a
/// failed task before the record.
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
        // SAFETY: not null; the caller passes a valid pointer to the status.
        unsafe { status.write(complete) };
        Ok(())
    })
}

/// Whether the last record is complete: 1 complete, 0 not ready or never recorded. Error: that of a
/// failed task before the record.
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
        // SAFETY: not null; the caller passes a valid pointer to the status.
        unsafe { status.write(complete) };
        Ok(())
    })
}

/// Whether streams that wait for the event may continue: 0 complete, 1 not ready or never recorded.
/// Error: the error of a failed task before the record.
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
        // SAFETY: not null; the caller passes a valid pointer to the status.
        unsafe { status.write(complete) };
        Ok(())
    })
}

/// Waits for the last record. Errors: the error of a failed task before the record; 107000 never
/// recorded.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtSynchronizeEvent(event: aclrtEvent) -> aclError {
    status("aclrtSynchronizeEvent", || {
        event::resolve(event.addr())?.synchronize()
    })
}

/// Milliseconds between two records. Errors: 107006 never recorded, 507006 not complete, 107007 the
/// end is before the start.
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
        // SAFETY: not null; the caller passes a valid pointer to a number.
        unsafe { ms.write(elapsed.as_secs_f32() * 1000.0) };
        Ok(())
    })
}
