//! The rules of AscendCL's documentation: one sentence for each error code of a caller's error.

use ascendcl::bindings as acl;

/// The rule that a call with this error code has broken.
pub(super) fn of_code(code: acl::aclError) -> &'static str {
    match code {
        acl::ACL_ERROR_INVALID_PARAM => {
            "pointers must not be null, objects must have been created and not destroyed, indices and values must be in range"
        }
        acl::ACL_ERROR_UNINITIALIZE => {
            "aclInit comes before every other call, aclFinalize after all of them"
        }
        acl::ACL_ERROR_REPEAT_INITIALIZE => "aclInit is called once in a process",
        acl::ACL_ERROR_REPEAT_FINALIZE => "aclFinalize is called once in a process",
        acl::ACL_ERROR_RT_PARAM_INVALID => {
            "memory is freed once, by the function that matches its allocation; a range is inside one block and its given size; the kind of a copy matches its two sides; an event is recorded before a call waits for it"
        }
        acl::ACL_ERROR_RT_INVALID_DEVICEID => {
            "a device number is below aclrtGetDeviceCount, and aclrtResetDevice follows aclrtSetDevice"
        }
        acl::ACL_ERROR_RT_CONTEXT_NULL => {
            "every thread makes a context current, with aclrtSetDevice or aclrtSetCurrentContext, before calls that need one; a destroyed context is not used any more"
        }
        acl::ACL_ERROR_RT_STREAM_CONTEXT => {
            "a stream is used in the context that it was created in"
        }
        acl::ACL_ERROR_RT_MODEL_CONTEXT => {
            "a model is loaded, run and unloaded in the same context"
        }
        acl::ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID | acl::ACL_ERROR_RT_EVENT_TIMESTAMP_REVERSAL => {
            "the time between two events is queried after both are recorded, the start first"
        }
        acl::ACL_ERROR_RT_ADDR_UNALIGNED => {
            "asynchronous copies from device to device begin at multiples of 64 bytes"
        }
        acl::ACL_ERROR_RT_STREAM_SUBSCRIBE
        | acl::ACL_ERROR_RT_THREAD_SUBSCRIBE
        | acl::ACL_ERROR_RT_STREAM_NO_CB_REG => {
            "a stream has one callback thread, which aclrtSubscribeReport assigns before the first callback and aclrtUnSubscribeReport removes after the last"
        }
        acl::ACL_ERROR_RT_INVALID_HANDLE => "streams and events are used until they are destroyed",
        acl::ACL_ERROR_RT_INVALID_MALLOC_TYPE => "the policy is one of aclrtMemMallocPolicy",
        acl::ACL_ERROR_GE_PARAM_INVALID => {
            "datasets have one buffer of device memory for each input and output, with the size of aclmdlGetInputSizeByIndex or aclmdlGetOutputSizeByIndex"
        }
        acl::ACL_ERROR_GE_EXEC_MODEL_ID_INVALID => "a model is used until it is unloaded",
        acl::ACL_ERROR_GE_DYNAMIC_BATCH_SIZE_INVALID => {
            "dynamic sizes are set only for models for which aclmdlGetDynamicBatch or aclmdlGetDynamicHW list some"
        }
        acl::ACL_ERROR_GE_EXEC_MODEL_DATA_SIZE_INVALID => {
            "the size of a model in memory is that of its file"
        }
        _ => "the documentation lists this code among the error codes",
    }
}

/// The order of destruction.
pub(crate) const DESTROY_ORDER: &str = "streams and events are destroyed before their context, contexts before aclrtResetDevice, and that comes before aclFinalize";

/// Waiting before an object in use is destroyed.
pub(crate) const WAIT_FIRST: &str = "tasks that use it must be finished: call aclrtSynchronizeStream or aclrtSynchronizeEvent first";

/// One run of a model at a time.
pub(crate) const ONE_AT_A_TIME: &str = "several streams or threads do not run one model at the same time without a lock; load it once for each";

/// Buffers of a run.
pub(crate) const BUFFER_SIZE: &str =
    "a buffer is not smaller than aclmdlGetInputSizeByIndex and aclmdlGetOutputSizeByIndex say";

/// Buffers of a run, again.
pub(crate) const NO_OVERLAP: &str =
    "an output of a run shares no memory with another buffer of that run";
