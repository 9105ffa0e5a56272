//! The catalogue of error codes: every code of header 1.3.0, its class, and what to do about it.
//!
//! Names and numbers are those of `acl.h`, and a test compares them. The class follows from the
//! number's range. We chose the fatal codes from the headers and from reports of users. They were
//! not tested on a failing device.

use std::fmt;

use crate::bindings as acl;

/// Who has to act on a code. It is the code's first digit.
///
/// # Examples
///
/// ```
/// use ascendcl::codes::Class;
///
/// assert_eq!(Class::of(507_033), Some(Class::Internal));
/// assert_eq!(Class::of(0), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// 1xxxxx: the program, its settings or the model is wrong.
    Caller,
    /// 2xxxxx: something is used up, absent or not allowed. Later, or with less load, it may work.
    Resource,
    /// 3xxxxx: a limit of the service was reached.
    Business,
    /// 5xxxxx: the library, the driver or the device failed.
    Internal,
}

impl Class {
    /// The class of any code, known or not. `None` outside the ranges that AscendCL uses.
    #[must_use]
    pub const fn of(code: acl::aclError) -> Option<Self> {
        Some(match code / 100_000 {
            1 => Self::Caller,
            2 => Self::Resource,
            3 => Self::Business,
            5 => Self::Internal,
            _ => return None,
        })
    }
}

/// The class in one word, and its meaning.
impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Caller => "caller: the program, its settings or the model is wrong",
            Self::Resource => "resource: something is used up, absent or not allowed",
            Self::Business => "business: a limit of the service was reached",
            Self::Internal => "internal: the library, the driver or the device failed",
        })
    }
}

/// What is known about one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The number.
    pub code: acl::aclError,
    /// The name in the headers.
    pub name: &'static str,
    /// Whether the process should end: the device, its set-up or the link to it is lost. The
    /// library does not promise a usable state after a reset inside the process.
    pub fatal: bool,
    /// What an integrator should do, in one sentence without a full stop.
    pub advice: &'static str,
}

/// The entry of a code. `None` for 0 and for codes that header 1.3.0 does not have.
///
/// # Examples
///
/// ```
/// use ascendcl::codes;
///
/// let code = codes::find(507_033).unwrap();
/// assert_eq!(code.name, "ACL_ERROR_RT_DEV_SETUP_ERROR");
/// assert!(code.fatal);
/// println!("{}", code.advice);
/// ```
#[must_use]
pub fn find(code: acl::aclError) -> Option<&'static Code> {
    let found = CODES.binary_search_by_key(&code, |entry| entry.code).ok()?;
    CODES.get(found)
}

/// The entry of a name in upper or lower case.
///
/// # Examples
///
/// ```
/// use ascendcl::codes;
///
/// assert_eq!(codes::find_name("acl_error_rt_context_null").unwrap().code, 107_002);
/// ```
#[must_use]
pub fn find_name(name: &str) -> Option<&'static Code> {
    CODES
        .iter()
        .find(|entry| entry.name.eq_ignore_ascii_case(name))
}

/// Makes the table from rows of name, `fatal` where the code is fatal, and advice.
macro_rules! codes {
    ($($name:ident $($fatal:ident)?, $advice:expr;)*) => {
        /// All codes, in the order of their numbers.
        pub const CODES: &[Code] = &[$(Code {
            code: acl::$name,
            name: stringify!($name),
            fatal: codes!(is $($fatal)?),
            advice: $advice,
        },)*];
    };
    (is fatal) => { true };
    (is) => { false };
}

const ACL_JSON: &str = "check the acl.json given to aclInit; Sluice gives none";
const AICPU: &str = "an operator on the AI CPU failed: find its name in the device log and convert the model without it";
const CORE: &str = "the model failed on the device: read the device log (~/ascend/log), restart, and try another model";
const DUMP: &str = "it concerns dumps, which a station does not need: remove them from acl.json";
const DIE: &str = "it concerns chips with several dies, and the Ascend 310 has one: check that the library is made for this board";
const DYNAMIC: &str = "convert the model with a fixed shape: run ATC without --dynamic_batch_size, --dynamic_image_size and --dynamic_dims";
const GROUP: &str = "it concerns groups of AI cores, which Sluice does not use: check how other programs set up the device";
const LOADED: &str = "the model file is damaged or from another release: convert it again with the ATC of the CANN that is installed";
const LOST: &str = "the device is lost: restart the board; if it happens again, check the power supply and the temperature";
const MEMORY: &str =
    "memory ran out: use fewer slots or a smaller model, or end other programs on the device";
const NO_DEVICE: &str =
    "there is no such device: compare `npu-smi info` with the device number in the station file";
const OPERATOR: &str =
    "it concerns single operators, which Sluice does not run: check that ATC converted the model";
const ORDER: &str = "calls were made in the wrong order: report it to the makers of the program with its earlier messages";
const OTHER_RELEASE: &str = "the library cannot do this: install CANN 6.0.RC1 or newer";
const PROFILING: &str =
    "it concerns profiling, which a station does not need: remove it from acl.json and end msprof";
const QUEUE: &str = "it concerns queues between models, which Sluice does not use: check that the model was not converted for one";
const REPORT: &str = "the library failed internally: keep the device log (~/ascend/log) and restart the program; if it happens again, ask the vendor";
const SUBSCRIBE: &str = "it concerns callbacks on streams, which Sluice does not use: subscribe a thread once before launching one";
const UNALIGNED: &str = "an address is not aligned: device memory for asynchronous copies must start at a multiple of 64";
const UNUSED_CORE: &str = "it concerns vector cores, which the Ascend 310 does not have: check that the model was converted with --soc_version=Ascend310";

codes! {
    ACL_ERROR_INVALID_PARAM, "a parameter is null, out of range or does not fit the model: report it with the text that the library gave";
    ACL_ERROR_UNINITIALIZE, "aclInit has not been called or has failed: look at the first error that the program printed";
    ACL_ERROR_REPEAT_INITIALIZE, "another part of the process has called aclInit: make one Runtime";
    ACL_ERROR_INVALID_FILE, "a file is invalid: check its path, its permissions and that it was copied completely";
    ACL_ERROR_WRITE_FILE, "a file cannot be written: free disk space and give the user the right to write there";
    ACL_ERROR_INVALID_FILE_SIZE, "a file is empty or too large: check that it was copied completely";
    ACL_ERROR_PARSE_FILE, "acl.json is not JSON: fix it, or give aclInit none";
    ACL_ERROR_FILE_MISSING_ATTR, "a key is missing in acl.json: fix it, or give aclInit none";
    ACL_ERROR_FILE_ATTR_INVALID, "a value in acl.json is not allowed: fix it, or give aclInit none";
    ACL_ERROR_INVALID_DUMP_CONFIG, DUMP;
    ACL_ERROR_INVALID_PROFILING_CONFIG, PROFILING;
    ACL_ERROR_INVALID_MODEL_ID, "the model is not loaded, or was unloaded: report it with the program's earlier messages";
    ACL_ERROR_DESERIALIZE_MODEL, LOADED;
    ACL_ERROR_PARSE_MODEL, LOADED;
    ACL_ERROR_READ_MODEL_FAILURE, "the model file cannot be read: check its path and that the station's user may read it";
    ACL_ERROR_MODEL_SIZE_INVALID, LOADED;
    ACL_ERROR_MODEL_MISSING_ATTR, LOADED;
    ACL_ERROR_MODEL_INPUT_NOT_MATCH, "the inputs are not those of the model: convert it with the size of `image.size` and with static AIPP";
    ACL_ERROR_MODEL_OUTPUT_NOT_MATCH, "the outputs are not those of the model: run `sluice check`, which lists them";
    ACL_ERROR_MODEL_NOT_DYNAMIC, "the model has one fixed shape, as a station requires: do not set another";
    ACL_ERROR_OP_TYPE_NOT_MATCH, OPERATOR;
    ACL_ERROR_OP_INPUT_NOT_MATCH, OPERATOR;
    ACL_ERROR_OP_OUTPUT_NOT_MATCH, OPERATOR;
    ACL_ERROR_OP_ATTR_NOT_MATCH, OPERATOR;
    ACL_ERROR_OP_NOT_FOUND, OPERATOR;
    ACL_ERROR_OP_LOAD_FAILED, OPERATOR;
    ACL_ERROR_UNSUPPORTED_DATA_TYPE, "the device does not compute with this data type: convert the model with --precision_mode=force_fp16";
    ACL_ERROR_FORMAT_NOT_MATCH, "the order of the axes differs: give ATC the --input_format of the ONNX file, NCHW";
    ACL_ERROR_BIN_SELECTOR_NOT_REGISTERED, OPERATOR;
    ACL_ERROR_KERNEL_NOT_FOUND, OPERATOR;
    ACL_ERROR_BIN_SELECTOR_ALREADY_REGISTERED, OPERATOR;
    ACL_ERROR_KERNEL_ALREADY_REGISTERED, OPERATOR;
    ACL_ERROR_INVALID_QUEUE_ID, QUEUE;
    ACL_ERROR_REPEAT_SUBSCRIBE, SUBSCRIBE;
    ACL_ERROR_STREAM_NOT_SUBSCRIBE, SUBSCRIBE;
    ACL_ERROR_THREAD_NOT_SUBSCRIBE, SUBSCRIBE;
    ACL_ERROR_WAIT_CALLBACK_TIMEOUT, "no callback arrived in the time given to aclrtProcessReport: call it again, this is not a failure";
    ACL_ERROR_REPEAT_FINALIZE, "aclFinalize was called twice: make one Runtime, and drop it instead of calling aclFinalize";
    ACL_ERROR_NOT_STATIC_AIPP, "the model has no static AIPP: convert it with --insert_op_conf=aipp.cfg";
    ACL_ERROR_COMPILING_STUB_MODE, "the library is the link-time stub: remove lib64/stub from LD_LIBRARY_PATH";
    ACL_ERROR_GROUP_NOT_SET, GROUP;
    ACL_ERROR_GROUP_NOT_CREATE, GROUP;
    ACL_ERROR_PROF_ALREADY_RUN, PROFILING;
    ACL_ERROR_PROF_NOT_RUN, PROFILING;
    ACL_ERROR_DUMP_ALREADY_RUN, DUMP;
    ACL_ERROR_DUMP_NOT_RUN, DUMP;
    ACL_ERROR_RT_PARAM_INVALID, "the runtime refuses a parameter: report it with the text that the library gave";
    ACL_ERROR_RT_INVALID_DEVICEID, NO_DEVICE;
    ACL_ERROR_RT_CONTEXT_NULL, "the thread has no context: make every call on the thread that opened the device";
    ACL_ERROR_RT_STREAM_CONTEXT, "the stream belongs to another context: use it on the thread that made it";
    ACL_ERROR_RT_MODEL_CONTEXT, "the model was loaded in another context: execute it on the thread that loaded it";
    ACL_ERROR_RT_STREAM_MODEL, "the stream is bound to another model: use one stream per model";
    ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID, "an event has no time: make it with ACL_EVENT_TIME_LINE, and record it before the query";
    ACL_ERROR_RT_EVENT_TIMESTAMP_REVERSAL, "the end event precedes the start event: exchange them";
    ACL_ERROR_RT_ADDR_UNALIGNED, UNALIGNED;
    ACL_ERROR_RT_FILE_OPEN, "the runtime cannot open one of its files: reinstall CANN and check the permissions of its directory";
    ACL_ERROR_RT_FILE_WRITE, "the runtime cannot write a file: free disk space, above all under ~/ascend/log";
    ACL_ERROR_RT_STREAM_SUBSCRIBE, SUBSCRIBE;
    ACL_ERROR_RT_THREAD_SUBSCRIBE, SUBSCRIBE;
    ACL_ERROR_RT_GROUP_NOT_SET, GROUP;
    ACL_ERROR_RT_GROUP_NOT_CREATE, GROUP;
    ACL_ERROR_RT_STREAM_NO_CB_REG, SUBSCRIBE;
    ACL_ERROR_RT_INVALID_MEMORY_TYPE, "a pointer is not in the memory that the call expects: report it with the program's earlier messages";
    ACL_ERROR_RT_INVALID_HANDLE, "a handle is invalid or was destroyed: report it with the program's earlier messages";
    ACL_ERROR_RT_INVALID_MALLOC_TYPE, "the board does not have this kind of memory: use ACL_MEM_MALLOC_HUGE_FIRST";
    ACL_ERROR_RT_WAIT_TIMEOUT, "a wait reached its limit: a longer limit helps if the model is only slow";
    ACL_ERROR_RT_TASK_TIMEOUT, "a task took longer than the runtime allows: try a smaller input and read the device log";
    ACL_ERROR_GE_PARAM_INVALID, "a buffer does not have the size that the model requires, or a parameter is out of range";
    ACL_ERROR_GE_EXEC_NOT_INIT, "the graph engine has not started: look at the first error that the program printed";
    ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID, "the model file is missing, unreadable or empty: check its path and its permissions";
    ACL_ERROR_GE_EXEC_MODEL_ID_INVALID, "the model is not loaded, or was unloaded: report it with the program's earlier messages";
    ACL_ERROR_GE_EXEC_MODEL_DATA_SIZE_INVALID, LOADED;
    ACL_ERROR_GE_EXEC_MODEL_ADDR_INVALID, "the memory given to the model is null or too small: report it with the program's earlier messages";
    ACL_ERROR_GE_EXEC_MODEL_QUEUE_ID_INVALID, QUEUE;
    ACL_ERROR_GE_EXEC_LOAD_MODEL_REPEATED, "the model is loaded twice under one number: load it once for each process";
    ACL_ERROR_GE_DYNAMIC_INPUT_ADDR_INVALID, DYNAMIC;
    ACL_ERROR_GE_DYNAMIC_INPUT_LENGTH_INVALID, DYNAMIC;
    ACL_ERROR_GE_DYNAMIC_BATCH_SIZE_INVALID, DYNAMIC;
    ACL_ERROR_GE_AIPP_BATCH_EMPTY, "dynamic AIPP was set without a batch: convert the model with static AIPP instead";
    ACL_ERROR_GE_AIPP_NOT_EXIST, "the input has no AIPP: convert the model with --insert_op_conf=aipp.cfg";
    ACL_ERROR_GE_AIPP_MODE_INVALID, "the model's AIPP is dynamic: write aipp_mode: static into aipp.cfg and convert it again";
    ACL_ERROR_GE_OP_TASK_TYPE_INVALID, LOADED;
    ACL_ERROR_GE_OP_KERNEL_TYPE_INVALID, LOADED;
    ACL_ERROR_GE_PLGMGR_PATH_INVALID, "a directory of CANN is not where its variables point: source its set_env.sh, and check ASCEND_OPP_PATH";
    ACL_ERROR_GE_FORMAT_INVALID, "the order of the axes differs: give ATC the --input_format of the ONNX file, NCHW";
    ACL_ERROR_GE_SHAPE_INVALID, DYNAMIC;
    ACL_ERROR_GE_DATATYPE_INVALID, "the model's data type is not the buffer's: run `sluice check`, which lists inputs and outputs";
    ACL_ERROR_PROF_REPEAT_SUBSCRIBE, PROFILING;
    ACL_ERROR_PROF_API_CONFLICT, PROFILING;
    ACL_ERROR_INVALID_MAX_OPQUEUE_NUM_CONFIG, ACL_JSON;
    ACL_ERROR_INVALID_OPP_PATH, "ASCEND_OPP_PATH does not name the operators of CANN: source its set_env.sh";
    ACL_ERROR_OP_UNSUPPORTED_DYNAMIC, DYNAMIC;
    ACL_ERROR_RELATIVE_RESOURCE_NOT_CLEARED, "objects made from it still exist: destroy them in the reverse order of their creation";
    ACL_ERROR_UNSUPPORTED_JPEG, "the decoder of the device does not take this JPEG: save it as baseline JPEG, or as PNG, which Sluice reads itself";
    ACL_ERROR_BAD_ALLOC, MEMORY;
    ACL_ERROR_API_NOT_SUPPORT, OTHER_RELEASE;
    ACL_ERROR_INVALID_DEVICE, NO_DEVICE;
    ACL_ERROR_MEMORY_ADDRESS_UNALIGNED, UNALIGNED;
    ACL_ERROR_RESOURCE_NOT_MATCH, "two handles do not belong together: report it with the program's earlier messages";
    ACL_ERROR_INVALID_RESOURCE_HANDLE, "a handle is invalid or was destroyed: report it with the program's earlier messages";
    ACL_ERROR_FEATURE_UNSUPPORTED, OTHER_RELEASE;
    ACL_ERROR_PROF_MODULES_UNSUPPORTED, PROFILING;
    ACL_ERROR_RT_FEATURE_NOT_SUPPORT, OTHER_RELEASE;
    ACL_ERROR_RT_MEMORY_ALLOCATION, MEMORY;
    ACL_ERROR_RT_MEMORY_FREE, "memory cannot be freed: restart the program, and report it with the earlier messages";
    ACL_ERROR_RT_AICORE_OVER_FLOW, "a value overflowed on an AI core: check the AIPP values and the model's weights for FP16";
    ACL_ERROR_RT_NO_DEVICE, NO_DEVICE;
    ACL_ERROR_RT_RESOURCE_ALLOC_FAIL, "the device's internal tables are full: end other programs on it, then restart the board";
    ACL_ERROR_RT_NO_PERMISSION, "the user may not use the device: put it into the group HwHiAiUser and check the device nodes";
    ACL_ERROR_RT_NO_EVENT_RESOURCE, "the device has no event left: end other programs on it, or use fewer slots";
    ACL_ERROR_RT_NO_STREAM_RESOURCE, "the device has no stream left: end other programs on it";
    ACL_ERROR_RT_NO_NOTIFY_RESOURCE, "the device has no notification left: end other programs on it";
    ACL_ERROR_RT_NO_MODEL_RESOURCE, "the device has no space for another model: end other programs on it";
    ACL_ERROR_RT_NO_CDQ_RESOURCE, "the device has no dispatch queue left: end other programs on it";
    ACL_ERROR_RT_OVER_LIMIT, "a limit of the runtime is reached: end other programs on the device, or use fewer slots";
    ACL_ERROR_RT_QUEUE_EMPTY, QUEUE;
    ACL_ERROR_RT_QUEUE_FULL, QUEUE;
    ACL_ERROR_RT_REPEATED_INIT, "the runtime was initialised twice: make one Runtime in one process";
    ACL_ERROR_RT_AIVEC_OVER_FLOW, UNUSED_CORE;
    ACL_ERROR_RT_OVER_FLOW, "a value overflowed: check the AIPP values and the model's weights for FP16";
    ACL_ERROR_RT_DEVIDE_OOM, MEMORY;
    ACL_ERROR_GE_MEMORY_ALLOCATION, MEMORY;
    ACL_ERROR_GE_MEMORY_OPERATE_FAILED, "memory of the model cannot be used: end other programs on the device, then restart the board";
    ACL_ERROR_GE_DEVICE_MEMORY_OPERATE_FAILED, "device memory cannot be used: end other programs on the device, then restart the board";
    ACL_ERROR_STORAGE_OVER_LIMIT, "the disk or the memory that the library may use is full: free space, above all under ~/ascend/log";
    ACL_ERROR_INTERNAL_ERROR, REPORT;
    ACL_ERROR_FAILURE, REPORT;
    ACL_ERROR_GE_FAILURE, REPORT;
    ACL_ERROR_RT_FAILURE, REPORT;
    ACL_ERROR_DRV_FAILURE, "the driver failed: compare the versions of driver, firmware and CANN, then restart the board";
    ACL_ERROR_PROFILING_FAILURE, PROFILING;
    ACL_ERROR_RT_INTERNAL_ERROR, REPORT;
    ACL_ERROR_RT_TS_ERROR, "the task scheduler of the device failed: read the device log, then restart the board";
    ACL_ERROR_RT_STREAM_TASK_FULL, "too much work is queued in the stream: use fewer slots";
    ACL_ERROR_RT_STREAM_TASK_EMPTY, REPORT;
    ACL_ERROR_RT_STREAM_NOT_COMPLETE, "the stream still has work: wait for it; this is not a failure";
    ACL_ERROR_RT_END_OF_SEQUENCE, QUEUE;
    ACL_ERROR_RT_EVENT_NOT_COMPLETE, "the event has not been reached: wait for it; this is not a failure";
    ACL_ERROR_RT_CONTEXT_RELEASE_ERROR, "a context cannot be released: objects made in it still exist, or the device does not answer; restart the program";
    ACL_ERROR_RT_SOC_VERSION, "the model was built for another chip: run ATC with --soc_version=Ascend310";
    ACL_ERROR_RT_TASK_TYPE_NOT_SUPPORT, "the device does not know a task of the model: convert it with the ATC of the CANN that is installed";
    ACL_ERROR_RT_LOST_HEARTBEAT fatal, LOST;
    ACL_ERROR_RT_MODEL_EXECUTE fatal, CORE;
    ACL_ERROR_RT_REPORT_TIMEOUT, "the device did not report in time: read the device log; if it happens again, restart the board";
    ACL_ERROR_RT_SYS_DMA, "a transfer between memories failed: read the device log, then restart the board";
    ACL_ERROR_RT_AICORE_TIMEOUT, "the device gave up on the model: try a smaller input and read the device log";
    ACL_ERROR_RT_AICORE_EXCEPTION fatal, CORE;
    ACL_ERROR_RT_AICORE_TRAP_EXCEPTION fatal, CORE;
    ACL_ERROR_RT_AICPU_TIMEOUT, AICPU;
    ACL_ERROR_RT_AICPU_EXCEPTION, AICPU;
    ACL_ERROR_RT_AICPU_DATADUMP_RSP_ERR, DUMP;
    ACL_ERROR_RT_AICPU_MODEL_RSP_ERR, AICPU;
    ACL_ERROR_RT_PROFILING_ERROR, PROFILING;
    ACL_ERROR_RT_IPC_ERROR, "two processes cannot reach each other's memory, which Sluice does not need: end other programs on the device";
    ACL_ERROR_RT_MODEL_ABORT_NORMAL, "another program ended the model: find the program that resets the device";
    ACL_ERROR_RT_KERNEL_UNREGISTERING, "an operator was unloaded while it was in use: restart the program";
    ACL_ERROR_RT_RINGBUFFER_NOT_INIT, REPORT;
    ACL_ERROR_RT_RINGBUFFER_NO_DATA, REPORT;
    ACL_ERROR_RT_KERNEL_LOOKUP, LOADED;
    ACL_ERROR_RT_KERNEL_DUPLICATE, OPERATOR;
    ACL_ERROR_RT_DEBUG_REGISTER_FAIL, "it concerns debugging on the device: end the debugger, and remove it from acl.json";
    ACL_ERROR_RT_DEBUG_UNREGISTER_FAIL, "it concerns debugging on the device: end the debugger, and remove it from acl.json";
    ACL_ERROR_RT_LABEL_CONTEXT, ORDER;
    ACL_ERROR_RT_PROGRAM_USE_OUT, "the device holds as many programs as it can: end other programs on it";
    ACL_ERROR_RT_DEV_SETUP_ERROR fatal, "the device cannot be set up: check that no other program holds it and that the user may open its nodes, then restart the board";
    ACL_ERROR_RT_VECTOR_CORE_TIMEOUT, UNUSED_CORE;
    ACL_ERROR_RT_VECTOR_CORE_EXCEPTION, UNUSED_CORE;
    ACL_ERROR_RT_VECTOR_CORE_TRAP_EXCEPTION, UNUSED_CORE;
    ACL_ERROR_RT_CDQ_BATCH_ABNORMAL, REPORT;
    ACL_ERROR_RT_DIE_MODE_CHANGE_ERROR, DIE;
    ACL_ERROR_RT_DIE_SET_ERROR, DIE;
    ACL_ERROR_RT_INVALID_DIEID, DIE;
    ACL_ERROR_RT_DIE_MODE_NOT_SET, DIE;
    ACL_ERROR_RT_AICORE_TRAP_READ_OVERFLOW, CORE;
    ACL_ERROR_RT_AICORE_TRAP_WRITE_OVERFLOW, CORE;
    ACL_ERROR_RT_VECTOR_CORE_TRAP_READ_OVERFLOW, UNUSED_CORE;
    ACL_ERROR_RT_VECTOR_CORE_TRAP_WRITE_OVERFLOW, UNUSED_CORE;
    ACL_ERROR_RT_STREAM_SYNC_TIMEOUT, "the device did not finish in time: a longer limit helps if the model is only slow";
    ACL_ERROR_RT_DRV_INTERNAL_ERROR fatal, "the driver failed: check that the user may open the device nodes, then restart the board";
    ACL_ERROR_RT_AICPU_INTERNAL_ERROR, AICPU;
    ACL_ERROR_RT_SOCKET_CLOSE fatal, LOST;
    ACL_ERROR_GE_INTERNAL_ERROR, REPORT;
    ACL_ERROR_GE_LOAD_MODEL, LOADED;
    ACL_ERROR_GE_EXEC_LOAD_MODEL_PARTITION_FAILED, LOADED;
    ACL_ERROR_GE_EXEC_LOAD_WEIGHT_PARTITION_FAILED, LOADED;
    ACL_ERROR_GE_EXEC_LOAD_TASK_PARTITION_FAILED, LOADED;
    ACL_ERROR_GE_EXEC_LOAD_KERNEL_PARTITION_FAILED, LOADED;
    ACL_ERROR_GE_EXEC_RELEASE_MODEL_DATA, "the model's memory cannot be released: restart the program";
    ACL_ERROR_GE_COMMAND_HANDLE, REPORT;
    ACL_ERROR_GE_GET_TENSOR_INFO, LOADED;
    ACL_ERROR_GE_UNLOAD_MODEL, "the model cannot be unloaded, perhaps while it runs: restart the program";
}
