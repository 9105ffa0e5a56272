//! `acl_rt.h`: callbacks of streams.

use std::ffi::c_void;
use std::time::Duration;

use ascendcl::bindings::{
    ACL_CALLBACK_BLOCK, ACL_CALLBACK_NO_BLOCK, ACL_ERROR_INVALID_PARAM, aclError, aclrtCallback,
    aclrtCallbackBlockType, aclrtStream,
};

use super::{null, status};
use crate::failure::Failure;
use crate::runtime::report::{self, Callback};
use crate::runtime::work::Work;
use crate::runtime::{process, stream};

/// Assigns the thread that runs a stream's callbacks, by the value of its `pthread_self`. A thread
/// may serve many streams; a stream has one thread. Errors: 107011 the stream has a thread, 107017
/// unknown stream.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtSubscribeReport(threadId: u64, stream: aclrtStream) -> aclError {
    status("aclrtSubscribeReport", || {
        report::subscribe(threadId, stream::resolve(stream.addr())?.handle())
    })
}

/// Enqueues a call of `fn` with `userData`; the stream's callback thread makes the call. With
/// `ACL_CALLBACK_BLOCK` the stream waits until the call returns. Errors: 107015 the stream has no
/// callback thread, 100000 no function or an unknown `blockType`, 107017 unknown stream.
///
/// # Safety
///
/// The callback thread must be allowed to call the function with this data.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclrtLaunchCallback(
    function: aclrtCallback,
    userData: *mut c_void,
    blockType: aclrtCallbackBlockType,
    stream: aclrtStream,
) -> aclError {
    status("aclrtLaunchCallback", || {
        let function = function.ok_or_else(|| null("fn"))?;
        let block = match blockType {
            ACL_CALLBACK_NO_BLOCK => false,
            ACL_CALLBACK_BLOCK => true,
            _ => {
                return Err(Failure::new(
                    ACL_ERROR_INVALID_PARAM,
                    format!("blockType {blockType} is not one of aclrtCallbackBlockType"),
                ));
            }
        };
        let stream = stream::resolve(stream.addr())?;
        let callback = Callback::new(stream.handle(), function, userData, block)?;
        stream.launch(Work::Callback(callback))
    })
}

/// Runs the next callback of the streams that this thread serves. Waits at most `timeout` ms, or
/// without a limit if it is -1. Errors: 507012 no callback in time, 107012 this thread serves no
/// stream, 100000 any other timeout below 1.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtProcessReport(timeout: i32) -> aclError {
    status("aclrtProcessReport", || {
        process::settings()?;
        let limit = match u64::try_from(timeout) {
            Ok(time @ 1..) => Some(Duration::from_millis(time)),
            _ if timeout == -1 => None,
            _ => {
                return Err(Failure::new(
                    ACL_ERROR_INVALID_PARAM,
                    format!(
                        "timeout is {timeout}: give at least 1 ms, or -1 to wait without a limit"
                    ),
                ));
            }
        };
        report::process(limit)
    })
}

/// Removes a stream's callback thread. Errors: 107011 the stream has no thread, 107012 it has
/// another one.
#[unsafe(no_mangle)]
pub extern "C" fn aclrtUnSubscribeReport(threadId: u64, stream: aclrtStream) -> aclError {
    status("aclrtUnSubscribeReport", || {
        report::unsubscribe(threadId, stream::resolve(stream.addr())?.handle())
    })
}
