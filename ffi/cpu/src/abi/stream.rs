//! `acl_rt.h`: streams.

use std::time::Duration;

use ascendcl::bindings::{ACL_ERROR_INVALID_PARAM, aclError, aclrtEvent, aclrtStream};

use super::{not_null, status};
use crate::failure::Failure;
use crate::handles::to_pointer;
use crate::runtime::{context, event, stream};

/// Creates a stream in this thread's context. Error: 107002 no context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtCreateStream(stream: *mut aclrtStream) -> aclError {
    status("aclrtCreateStream", || {
        not_null(stream, "stream")?;
        let handle = stream::create()?;
        // SAFETY: not null; the caller passes a valid pointer to the handle.
        unsafe { stream.write(to_pointer(handle)) };
        Ok(())
    })
}

/// Waits for a stream's tasks, then destroys it. Errors: 107017 unknown stream, 107003 another
/// context's stream.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtDestroyStream(stream: aclrtStream) -> aclError {
    status("aclrtDestroyStream", || stream::destroy(stream.addr()))
}

/// Waits for the tasks of a stream; null means the context's own stream. Errors: that of a failed
/// task that no call has reported; 107017 unknown stream, 107003 another context's stream.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtSynchronizeStream(stream: aclrtStream) -> aclError {
    status("aclrtSynchronizeStream", || {
        stream::resolve(stream.addr())?.synchronize(None)
    })
}

/// Waits for the tasks of a stream, at most `timeout` ms, or without a limit if it is -1. Errors:
/// 507046 timeout, others as `aclrtSynchronizeStream`.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtSynchronizeStreamWithTimeout(stream: aclrtStream, timeout: i32) -> aclError {
    status("aclrtSynchronizeStreamWithTimeout", || {
        let limit = match u64::try_from(timeout) {
            Ok(time) => Some(Duration::from_millis(time)),
            Err(_) if timeout == -1 => None,
            Err(_) => {
                return Err(Failure::new(
                    ACL_ERROR_INVALID_PARAM,
                    format!("timeout is {timeout}: give ms, or -1 to wait without a limit"),
                ));
            }
        };
        stream::resolve(stream.addr())?.synchronize(limit)
    })
}

/// Makes a stream wait for an event's last record, or for its first one if it was never recorded.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtStreamWaitEvent(stream: aclrtStream, event: aclrtEvent) -> aclError {
    status("aclrtStreamWaitEvent", || {
        let event = event::resolve(event.addr())?;
        event::hold(&event, &*stream::resolve(stream.addr())?)
    })
}

/// Ignores the limit in seconds. On a device it bounds the waits of `aclrtStreamWaitEvent`; here
/// they have no limit. Error: 107002 no context.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtSetOpWaitTimeout(_timeout: u32) -> aclError {
    status("aclrtSetOpWaitTimeout", || context::current().map(drop))
}
