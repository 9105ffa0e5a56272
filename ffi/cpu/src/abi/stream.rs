//! `acl_rt.h`: streams.

use std::time::Duration;

use ascendcl::bindings::{ACL_ERROR_INVALID_PARAM, aclError, aclrtEvent, aclrtStream};

use super::{not_null, status};
use crate::failure::Failure;
use crate::handles::to_pointer;
use crate::runtime::{context, event, stream};

/// Creates a stream in this thread's context. Error: 107002 without one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtCreateStream(stream: *mut aclrtStream) -> aclError {
    status("aclrtCreateStream", || {
        not_null(stream, "stream")?;
        let handle = stream::create()?;
        // SAFETY: not null; the caller passes a place for the handle.
        unsafe { stream.write(to_pointer(handle)) };
        Ok(())
    })
}

/// Ends a stream after its tasks have run. Errors: 107017 unknown stream, 107003 of another context.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtDestroyStream(stream: aclrtStream) -> aclError {
    status("aclrtDestroyStream", || stream::destroy(stream.addr()))
}

/// Waits for the tasks of a stream; null is the context's own stream.
/// Errors: that of a task that failed, untold so far; 107017 unknown stream, 107003 of another context.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtSynchronizeStream(stream: aclrtStream) -> aclError {
    status("aclrtSynchronizeStream", || {
        stream::resolve(stream.addr())?.synchronize(None)
    })
}

/// Waits for the tasks of a stream, at most `timeout` ms, or for ever if that is -1.
/// Errors: 507046 when the time is over, else as `aclrtSynchronizeStream`.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtSynchronizeStreamWithTimeout(stream: aclrtStream, timeout: i32) -> aclError {
    status("aclrtSynchronizeStreamWithTimeout", || {
        let limit = match u64::try_from(timeout) {
            Ok(time) => Some(Duration::from_millis(time)),
            Err(_) if timeout == -1 => None,
            Err(_) => {
                return Err(Failure::new(
                    ACL_ERROR_INVALID_PARAM,
                    format!("timeout is {timeout}: give ms, or -1 to wait for ever"),
                ));
            }
        };
        stream::resolve(stream.addr())?.synchronize(limit)
    })
}

/// Lets a stream wait for an event's last record, or its first one if there is none yet.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtStreamWaitEvent(stream: aclrtStream, event: aclrtEvent) -> aclError {
    status("aclrtStreamWaitEvent", || {
        let event = event::resolve(event.addr())?;
        event::hold(&event, &*stream::resolve(stream.addr())?)
    })
}

/// Takes the limit in seconds that `aclrtStreamWaitEvent` has on a device. Here such a wait has none: the task goes on
/// when the event comes. Error: 107002 without a context.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtSetOpWaitTimeout(_timeout: u32) -> aclError {
    status("aclrtSetOpWaitTimeout", || context::current().map(drop))
}
