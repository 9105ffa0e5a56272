// Made by `cargo bindings` from ffi/acl.h. Do not edit.

pub const ACL_MAX_DIM_CNT: u32 = 128;
pub const ACL_MAX_TENSOR_NAME_LEN: u32 = 128;
pub const ACL_MAX_BATCH_NUM: u32 = 128;
pub const ACL_MAX_HW_NUM: u32 = 128;
pub const ACL_MAX_SHAPE_COUNT: u32 = 128;
pub const ACL_INVALID_NODE_INDEX: u32 = 4294967295;
pub const ACL_DYNAMIC_TENSOR_NAME: &[u8; 25] = b"ascend_mbatch_shape_data\0";
pub const ACL_DYNAMIC_AIPP_NAME: &[u8; 25] = b"ascend_dynamic_aipp_data\0";
pub const ACL_EVENT_TIME_LINE: u32 = 8;
pub const ACL_CPU_ATTR_ENGINE: &[u8; 12] = b"_cpu_engine\0";
pub const ACL_MDL_LOAD_FROM_FILE: u32 = 1;
pub const ACL_MDL_LOAD_FROM_FILE_WITH_MEM: u32 = 2;
pub const ACL_MDL_LOAD_FROM_MEM: u32 = 3;
pub const ACL_MDL_LOAD_FROM_MEM_WITH_MEM: u32 = 4;
pub const ACL_MDL_LOAD_FROM_FILE_WITH_Q: u32 = 5;
pub const ACL_MDL_LOAD_FROM_MEM_WITH_Q: u32 = 6;
pub type aclError = ::std::os::raw::c_int;
pub type aclFloat16 = u16;
pub type aclrtContext = *mut ::std::os::raw::c_void;
pub type aclrtStream = *mut ::std::os::raw::c_void;
pub type aclrtEvent = *mut ::std::os::raw::c_void;
#[repr(C)]
#[derive(Debug)]
pub struct aclDataBuffer {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct aclTensorDesc {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct aclmdlDataset {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct aclmdlDesc {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct aclmdlAIPP {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct aclmdlConfigHandle {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct aclAippExtendInfo {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct rtExceptionInfo {
    _unused: [u8; 0],
}
pub type aclrtExceptionInfo = rtExceptionInfo;
pub type aclrtExceptionInfoCallback = ::std::option::Option<
    unsafe extern "C" fn(info: *mut aclrtExceptionInfo),
>;
pub type aclrtCallback = ::std::option::Option<
    unsafe extern "C" fn(userData: *mut ::std::os::raw::c_void),
>;
pub const ACL_ERROR_NONE: aclError = 0;
pub const ACL_SUCCESS: aclError = 0;
pub const ACL_ERROR_INVALID_PARAM: aclError = 100000;
pub const ACL_ERROR_UNINITIALIZE: aclError = 100001;
pub const ACL_ERROR_REPEAT_INITIALIZE: aclError = 100002;
pub const ACL_ERROR_INVALID_FILE: aclError = 100003;
pub const ACL_ERROR_WRITE_FILE: aclError = 100004;
pub const ACL_ERROR_INVALID_FILE_SIZE: aclError = 100005;
pub const ACL_ERROR_PARSE_FILE: aclError = 100006;
pub const ACL_ERROR_FILE_MISSING_ATTR: aclError = 100007;
pub const ACL_ERROR_FILE_ATTR_INVALID: aclError = 100008;
pub const ACL_ERROR_INVALID_DUMP_CONFIG: aclError = 100009;
pub const ACL_ERROR_INVALID_PROFILING_CONFIG: aclError = 100010;
pub const ACL_ERROR_INVALID_MODEL_ID: aclError = 100011;
pub const ACL_ERROR_DESERIALIZE_MODEL: aclError = 100012;
pub const ACL_ERROR_PARSE_MODEL: aclError = 100013;
pub const ACL_ERROR_READ_MODEL_FAILURE: aclError = 100014;
pub const ACL_ERROR_MODEL_SIZE_INVALID: aclError = 100015;
pub const ACL_ERROR_MODEL_MISSING_ATTR: aclError = 100016;
pub const ACL_ERROR_MODEL_INPUT_NOT_MATCH: aclError = 100017;
pub const ACL_ERROR_MODEL_OUTPUT_NOT_MATCH: aclError = 100018;
pub const ACL_ERROR_MODEL_NOT_DYNAMIC: aclError = 100019;
pub const ACL_ERROR_OP_TYPE_NOT_MATCH: aclError = 100020;
pub const ACL_ERROR_OP_INPUT_NOT_MATCH: aclError = 100021;
pub const ACL_ERROR_OP_OUTPUT_NOT_MATCH: aclError = 100022;
pub const ACL_ERROR_OP_ATTR_NOT_MATCH: aclError = 100023;
pub const ACL_ERROR_OP_NOT_FOUND: aclError = 100024;
pub const ACL_ERROR_OP_LOAD_FAILED: aclError = 100025;
pub const ACL_ERROR_UNSUPPORTED_DATA_TYPE: aclError = 100026;
pub const ACL_ERROR_FORMAT_NOT_MATCH: aclError = 100027;
pub const ACL_ERROR_BIN_SELECTOR_NOT_REGISTERED: aclError = 100028;
pub const ACL_ERROR_KERNEL_NOT_FOUND: aclError = 100029;
pub const ACL_ERROR_BIN_SELECTOR_ALREADY_REGISTERED: aclError = 100030;
pub const ACL_ERROR_KERNEL_ALREADY_REGISTERED: aclError = 100031;
pub const ACL_ERROR_INVALID_QUEUE_ID: aclError = 100032;
pub const ACL_ERROR_REPEAT_SUBSCRIBE: aclError = 100033;
pub const ACL_ERROR_STREAM_NOT_SUBSCRIBE: aclError = 100034;
pub const ACL_ERROR_THREAD_NOT_SUBSCRIBE: aclError = 100035;
pub const ACL_ERROR_WAIT_CALLBACK_TIMEOUT: aclError = 100036;
pub const ACL_ERROR_REPEAT_FINALIZE: aclError = 100037;
pub const ACL_ERROR_NOT_STATIC_AIPP: aclError = 100038;
pub const ACL_ERROR_COMPILING_STUB_MODE: aclError = 100039;
pub const ACL_ERROR_GROUP_NOT_SET: aclError = 100040;
pub const ACL_ERROR_GROUP_NOT_CREATE: aclError = 100041;
pub const ACL_ERROR_PROF_ALREADY_RUN: aclError = 100042;
pub const ACL_ERROR_PROF_NOT_RUN: aclError = 100043;
pub const ACL_ERROR_DUMP_ALREADY_RUN: aclError = 100044;
pub const ACL_ERROR_DUMP_NOT_RUN: aclError = 100045;
pub const ACL_ERROR_PROF_REPEAT_SUBSCRIBE: aclError = 148046;
pub const ACL_ERROR_PROF_API_CONFLICT: aclError = 148047;
pub const ACL_ERROR_INVALID_MAX_OPQUEUE_NUM_CONFIG: aclError = 148048;
pub const ACL_ERROR_INVALID_OPP_PATH: aclError = 148049;
pub const ACL_ERROR_OP_UNSUPPORTED_DYNAMIC: aclError = 148050;
pub const ACL_ERROR_RELATIVE_RESOURCE_NOT_CLEARED: aclError = 148051;
pub const ACL_ERROR_UNSUPPORTED_JPEG: aclError = 148052;
pub const ACL_ERROR_BAD_ALLOC: aclError = 200000;
pub const ACL_ERROR_API_NOT_SUPPORT: aclError = 200001;
pub const ACL_ERROR_INVALID_DEVICE: aclError = 200002;
pub const ACL_ERROR_MEMORY_ADDRESS_UNALIGNED: aclError = 200003;
pub const ACL_ERROR_RESOURCE_NOT_MATCH: aclError = 200004;
pub const ACL_ERROR_INVALID_RESOURCE_HANDLE: aclError = 200005;
pub const ACL_ERROR_FEATURE_UNSUPPORTED: aclError = 200006;
pub const ACL_ERROR_PROF_MODULES_UNSUPPORTED: aclError = 200007;
pub const ACL_ERROR_STORAGE_OVER_LIMIT: aclError = 300000;
pub const ACL_ERROR_INTERNAL_ERROR: aclError = 500000;
pub const ACL_ERROR_FAILURE: aclError = 500001;
pub const ACL_ERROR_GE_FAILURE: aclError = 500002;
pub const ACL_ERROR_RT_FAILURE: aclError = 500003;
pub const ACL_ERROR_DRV_FAILURE: aclError = 500004;
pub const ACL_ERROR_PROFILING_FAILURE: aclError = 500005;
pub const ACL_RT_SUCCESS: aclError = 0;
pub const ACL_ERROR_RT_PARAM_INVALID: aclError = 107000;
pub const ACL_ERROR_RT_INVALID_DEVICEID: aclError = 107001;
pub const ACL_ERROR_RT_CONTEXT_NULL: aclError = 107002;
pub const ACL_ERROR_RT_STREAM_CONTEXT: aclError = 107003;
pub const ACL_ERROR_RT_MODEL_CONTEXT: aclError = 107004;
pub const ACL_ERROR_RT_STREAM_MODEL: aclError = 107005;
pub const ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID: aclError = 107006;
pub const ACL_ERROR_RT_EVENT_TIMESTAMP_REVERSAL: aclError = 107007;
pub const ACL_ERROR_RT_ADDR_UNALIGNED: aclError = 107008;
pub const ACL_ERROR_RT_FILE_OPEN: aclError = 107009;
pub const ACL_ERROR_RT_FILE_WRITE: aclError = 107010;
pub const ACL_ERROR_RT_STREAM_SUBSCRIBE: aclError = 107011;
pub const ACL_ERROR_RT_THREAD_SUBSCRIBE: aclError = 107012;
pub const ACL_ERROR_RT_GROUP_NOT_SET: aclError = 107013;
pub const ACL_ERROR_RT_GROUP_NOT_CREATE: aclError = 107014;
pub const ACL_ERROR_RT_STREAM_NO_CB_REG: aclError = 107015;
pub const ACL_ERROR_RT_INVALID_MEMORY_TYPE: aclError = 107016;
pub const ACL_ERROR_RT_INVALID_HANDLE: aclError = 107017;
pub const ACL_ERROR_RT_INVALID_MALLOC_TYPE: aclError = 107018;
pub const ACL_ERROR_RT_WAIT_TIMEOUT: aclError = 107019;
pub const ACL_ERROR_RT_TASK_TIMEOUT: aclError = 107020;
pub const ACL_ERROR_RT_FEATURE_NOT_SUPPORT: aclError = 207000;
pub const ACL_ERROR_RT_MEMORY_ALLOCATION: aclError = 207001;
pub const ACL_ERROR_RT_MEMORY_FREE: aclError = 207002;
pub const ACL_ERROR_RT_AICORE_OVER_FLOW: aclError = 207003;
pub const ACL_ERROR_RT_NO_DEVICE: aclError = 207004;
pub const ACL_ERROR_RT_RESOURCE_ALLOC_FAIL: aclError = 207005;
pub const ACL_ERROR_RT_NO_PERMISSION: aclError = 207006;
pub const ACL_ERROR_RT_NO_EVENT_RESOURCE: aclError = 207007;
pub const ACL_ERROR_RT_NO_STREAM_RESOURCE: aclError = 207008;
pub const ACL_ERROR_RT_NO_NOTIFY_RESOURCE: aclError = 207009;
pub const ACL_ERROR_RT_NO_MODEL_RESOURCE: aclError = 207010;
pub const ACL_ERROR_RT_NO_CDQ_RESOURCE: aclError = 207011;
pub const ACL_ERROR_RT_OVER_LIMIT: aclError = 207012;
pub const ACL_ERROR_RT_QUEUE_EMPTY: aclError = 207013;
pub const ACL_ERROR_RT_QUEUE_FULL: aclError = 207014;
pub const ACL_ERROR_RT_REPEATED_INIT: aclError = 207015;
pub const ACL_ERROR_RT_AIVEC_OVER_FLOW: aclError = 207016;
pub const ACL_ERROR_RT_OVER_FLOW: aclError = 207017;
pub const ACL_ERROR_RT_DEVIDE_OOM: aclError = 207018;
pub const ACL_ERROR_RT_INTERNAL_ERROR: aclError = 507000;
pub const ACL_ERROR_RT_TS_ERROR: aclError = 507001;
pub const ACL_ERROR_RT_STREAM_TASK_FULL: aclError = 507002;
pub const ACL_ERROR_RT_STREAM_TASK_EMPTY: aclError = 507003;
pub const ACL_ERROR_RT_STREAM_NOT_COMPLETE: aclError = 507004;
pub const ACL_ERROR_RT_END_OF_SEQUENCE: aclError = 507005;
pub const ACL_ERROR_RT_EVENT_NOT_COMPLETE: aclError = 507006;
pub const ACL_ERROR_RT_CONTEXT_RELEASE_ERROR: aclError = 507007;
pub const ACL_ERROR_RT_SOC_VERSION: aclError = 507008;
pub const ACL_ERROR_RT_TASK_TYPE_NOT_SUPPORT: aclError = 507009;
pub const ACL_ERROR_RT_LOST_HEARTBEAT: aclError = 507010;
pub const ACL_ERROR_RT_MODEL_EXECUTE: aclError = 507011;
pub const ACL_ERROR_RT_REPORT_TIMEOUT: aclError = 507012;
pub const ACL_ERROR_RT_SYS_DMA: aclError = 507013;
pub const ACL_ERROR_RT_AICORE_TIMEOUT: aclError = 507014;
pub const ACL_ERROR_RT_AICORE_EXCEPTION: aclError = 507015;
pub const ACL_ERROR_RT_AICORE_TRAP_EXCEPTION: aclError = 507016;
pub const ACL_ERROR_RT_AICPU_TIMEOUT: aclError = 507017;
pub const ACL_ERROR_RT_AICPU_EXCEPTION: aclError = 507018;
pub const ACL_ERROR_RT_AICPU_DATADUMP_RSP_ERR: aclError = 507019;
pub const ACL_ERROR_RT_AICPU_MODEL_RSP_ERR: aclError = 507020;
pub const ACL_ERROR_RT_PROFILING_ERROR: aclError = 507021;
pub const ACL_ERROR_RT_IPC_ERROR: aclError = 507022;
pub const ACL_ERROR_RT_MODEL_ABORT_NORMAL: aclError = 507023;
pub const ACL_ERROR_RT_KERNEL_UNREGISTERING: aclError = 507024;
pub const ACL_ERROR_RT_RINGBUFFER_NOT_INIT: aclError = 507025;
pub const ACL_ERROR_RT_RINGBUFFER_NO_DATA: aclError = 507026;
pub const ACL_ERROR_RT_KERNEL_LOOKUP: aclError = 507027;
pub const ACL_ERROR_RT_KERNEL_DUPLICATE: aclError = 507028;
pub const ACL_ERROR_RT_DEBUG_REGISTER_FAIL: aclError = 507029;
pub const ACL_ERROR_RT_DEBUG_UNREGISTER_FAIL: aclError = 507030;
pub const ACL_ERROR_RT_LABEL_CONTEXT: aclError = 507031;
pub const ACL_ERROR_RT_PROGRAM_USE_OUT: aclError = 507032;
pub const ACL_ERROR_RT_DEV_SETUP_ERROR: aclError = 507033;
pub const ACL_ERROR_RT_VECTOR_CORE_TIMEOUT: aclError = 507034;
pub const ACL_ERROR_RT_VECTOR_CORE_EXCEPTION: aclError = 507035;
pub const ACL_ERROR_RT_VECTOR_CORE_TRAP_EXCEPTION: aclError = 507036;
pub const ACL_ERROR_RT_CDQ_BATCH_ABNORMAL: aclError = 507037;
pub const ACL_ERROR_RT_DIE_MODE_CHANGE_ERROR: aclError = 507038;
pub const ACL_ERROR_RT_DIE_SET_ERROR: aclError = 507039;
pub const ACL_ERROR_RT_INVALID_DIEID: aclError = 507040;
pub const ACL_ERROR_RT_DIE_MODE_NOT_SET: aclError = 507041;
pub const ACL_ERROR_RT_AICORE_TRAP_READ_OVERFLOW: aclError = 507042;
pub const ACL_ERROR_RT_AICORE_TRAP_WRITE_OVERFLOW: aclError = 507043;
pub const ACL_ERROR_RT_VECTOR_CORE_TRAP_READ_OVERFLOW: aclError = 507044;
pub const ACL_ERROR_RT_VECTOR_CORE_TRAP_WRITE_OVERFLOW: aclError = 507045;
pub const ACL_ERROR_RT_STREAM_SYNC_TIMEOUT: aclError = 507046;
pub const ACL_ERROR_RT_DRV_INTERNAL_ERROR: aclError = 507899;
pub const ACL_ERROR_RT_AICPU_INTERNAL_ERROR: aclError = 507900;
pub const ACL_ERROR_RT_SOCKET_CLOSE: aclError = 507901;
pub const ACL_ERROR_GE_PARAM_INVALID: aclError = 145000;
pub const ACL_ERROR_GE_EXEC_NOT_INIT: aclError = 145001;
pub const ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID: aclError = 145002;
pub const ACL_ERROR_GE_EXEC_MODEL_ID_INVALID: aclError = 145003;
pub const ACL_ERROR_GE_EXEC_MODEL_DATA_SIZE_INVALID: aclError = 145006;
pub const ACL_ERROR_GE_EXEC_MODEL_ADDR_INVALID: aclError = 145007;
pub const ACL_ERROR_GE_EXEC_MODEL_QUEUE_ID_INVALID: aclError = 145008;
pub const ACL_ERROR_GE_EXEC_LOAD_MODEL_REPEATED: aclError = 145009;
pub const ACL_ERROR_GE_DYNAMIC_INPUT_ADDR_INVALID: aclError = 145011;
pub const ACL_ERROR_GE_DYNAMIC_INPUT_LENGTH_INVALID: aclError = 145012;
pub const ACL_ERROR_GE_DYNAMIC_BATCH_SIZE_INVALID: aclError = 145013;
pub const ACL_ERROR_GE_AIPP_BATCH_EMPTY: aclError = 145014;
pub const ACL_ERROR_GE_AIPP_NOT_EXIST: aclError = 145015;
pub const ACL_ERROR_GE_AIPP_MODE_INVALID: aclError = 145016;
pub const ACL_ERROR_GE_OP_TASK_TYPE_INVALID: aclError = 145017;
pub const ACL_ERROR_GE_OP_KERNEL_TYPE_INVALID: aclError = 145018;
pub const ACL_ERROR_GE_PLGMGR_PATH_INVALID: aclError = 145019;
pub const ACL_ERROR_GE_FORMAT_INVALID: aclError = 145020;
pub const ACL_ERROR_GE_SHAPE_INVALID: aclError = 145021;
pub const ACL_ERROR_GE_DATATYPE_INVALID: aclError = 145022;
pub const ACL_ERROR_GE_MEMORY_ALLOCATION: aclError = 245000;
pub const ACL_ERROR_GE_MEMORY_OPERATE_FAILED: aclError = 245001;
pub const ACL_ERROR_GE_DEVICE_MEMORY_OPERATE_FAILED: aclError = 245002;
pub const ACL_ERROR_GE_INTERNAL_ERROR: aclError = 545000;
pub const ACL_ERROR_GE_LOAD_MODEL: aclError = 545001;
pub const ACL_ERROR_GE_EXEC_LOAD_MODEL_PARTITION_FAILED: aclError = 545002;
pub const ACL_ERROR_GE_EXEC_LOAD_WEIGHT_PARTITION_FAILED: aclError = 545003;
pub const ACL_ERROR_GE_EXEC_LOAD_TASK_PARTITION_FAILED: aclError = 545004;
pub const ACL_ERROR_GE_EXEC_LOAD_KERNEL_PARTITION_FAILED: aclError = 545005;
pub const ACL_ERROR_GE_EXEC_RELEASE_MODEL_DATA: aclError = 545006;
pub const ACL_ERROR_GE_COMMAND_HANDLE: aclError = 545007;
pub const ACL_ERROR_GE_GET_TENSOR_INFO: aclError = 545008;
pub const ACL_ERROR_GE_UNLOAD_MODEL: aclError = 545009;
pub const ACL_DT_UNDEFINED: aclDataType = -1;
pub const ACL_FLOAT: aclDataType = 0;
pub const ACL_FLOAT16: aclDataType = 1;
pub const ACL_INT8: aclDataType = 2;
pub const ACL_INT32: aclDataType = 3;
pub const ACL_UINT8: aclDataType = 4;
pub const ACL_INT16: aclDataType = 6;
pub const ACL_UINT16: aclDataType = 7;
pub const ACL_UINT32: aclDataType = 8;
pub const ACL_INT64: aclDataType = 9;
pub const ACL_UINT64: aclDataType = 10;
pub const ACL_DOUBLE: aclDataType = 11;
pub const ACL_BOOL: aclDataType = 12;
pub const ACL_STRING: aclDataType = 13;
pub const ACL_COMPLEX64: aclDataType = 16;
pub const ACL_COMPLEX128: aclDataType = 17;
pub const ACL_BF16: aclDataType = 27;
pub type aclDataType = ::std::os::raw::c_int;
pub const ACL_FORMAT_UNDEFINED: aclFormat = -1;
pub const ACL_FORMAT_NCHW: aclFormat = 0;
pub const ACL_FORMAT_NHWC: aclFormat = 1;
pub const ACL_FORMAT_ND: aclFormat = 2;
pub const ACL_FORMAT_NC1HWC0: aclFormat = 3;
pub const ACL_FORMAT_FRACTAL_Z: aclFormat = 4;
pub const ACL_FORMAT_NC1HWC0_C04: aclFormat = 12;
pub const ACL_FORMAT_HWCN: aclFormat = 16;
pub const ACL_FORMAT_NDHWC: aclFormat = 27;
pub const ACL_FORMAT_FRACTAL_NZ: aclFormat = 29;
pub const ACL_FORMAT_NCDHW: aclFormat = 30;
pub const ACL_FORMAT_NDC1HWC0: aclFormat = 32;
pub const ACL_FRACTAL_Z_3D: aclFormat = 33;
pub type aclFormat = ::std::os::raw::c_int;
pub const ACL_DEVICE: aclrtRunMode = 0;
pub const ACL_HOST: aclrtRunMode = 1;
pub type aclrtRunMode = ::std::os::raw::c_uint;
pub const ACL_MEMCPY_HOST_TO_HOST: aclrtMemcpyKind = 0;
pub const ACL_MEMCPY_HOST_TO_DEVICE: aclrtMemcpyKind = 1;
pub const ACL_MEMCPY_DEVICE_TO_HOST: aclrtMemcpyKind = 2;
pub const ACL_MEMCPY_DEVICE_TO_DEVICE: aclrtMemcpyKind = 3;
pub type aclrtMemcpyKind = ::std::os::raw::c_uint;
pub const ACL_MEM_MALLOC_HUGE_FIRST: aclrtMemMallocPolicy = 0;
pub const ACL_MEM_MALLOC_HUGE_ONLY: aclrtMemMallocPolicy = 1;
pub const ACL_MEM_MALLOC_NORMAL_ONLY: aclrtMemMallocPolicy = 2;
pub const ACL_MEM_MALLOC_HUGE_FIRST_P2P: aclrtMemMallocPolicy = 3;
pub const ACL_MEM_MALLOC_HUGE_ONLY_P2P: aclrtMemMallocPolicy = 4;
pub const ACL_MEM_MALLOC_NORMAL_ONLY_P2P: aclrtMemMallocPolicy = 5;
pub type aclrtMemMallocPolicy = ::std::os::raw::c_uint;
pub const ACL_DDR_MEM: aclrtMemAttr = 0;
pub const ACL_HBM_MEM: aclrtMemAttr = 1;
pub const ACL_DDR_MEM_HUGE: aclrtMemAttr = 2;
pub const ACL_DDR_MEM_NORMAL: aclrtMemAttr = 3;
pub const ACL_HBM_MEM_HUGE: aclrtMemAttr = 4;
pub const ACL_HBM_MEM_NORMAL: aclrtMemAttr = 5;
pub const ACL_DDR_MEM_P2P_HUGE: aclrtMemAttr = 6;
pub const ACL_DDR_MEM_P2P_NORMAL: aclrtMemAttr = 7;
pub const ACL_HBM_MEM_P2P_HUGE: aclrtMemAttr = 8;
pub const ACL_HBM_MEM_P2P_NORMAL: aclrtMemAttr = 9;
pub type aclrtMemAttr = ::std::os::raw::c_uint;
pub const ACL_EVENT_STATUS_COMPLETE: aclrtEventStatus = 0;
pub const ACL_EVENT_STATUS_NOT_READY: aclrtEventStatus = 1;
pub const ACL_EVENT_STATUS_RESERVED: aclrtEventStatus = 2;
pub type aclrtEventStatus = ::std::os::raw::c_uint;
pub const ACL_EVENT_RECORDED_STATUS_NOT_READY: aclrtEventRecordedStatus = 0;
pub const ACL_EVENT_RECORDED_STATUS_COMPLETE: aclrtEventRecordedStatus = 1;
pub type aclrtEventRecordedStatus = ::std::os::raw::c_uint;
pub const ACL_EVENT_WAIT_STATUS_COMPLETE: aclrtEventWaitStatus = 0;
pub const ACL_EVENT_WAIT_STATUS_NOT_READY: aclrtEventWaitStatus = 1;
pub const ACL_EVENT_WAIT_STATUS_RESERVED: aclrtEventWaitStatus = 65535;
pub type aclrtEventWaitStatus = ::std::os::raw::c_uint;
pub const ACL_CALLBACK_NO_BLOCK: aclrtCallbackBlockType = 0;
pub const ACL_CALLBACK_BLOCK: aclrtCallbackBlockType = 1;
pub type aclrtCallbackBlockType = ::std::os::raw::c_uint;
pub const ACL_DEBUG: aclLogLevel = 0;
pub const ACL_INFO: aclLogLevel = 1;
pub const ACL_WARNING: aclLogLevel = 2;
pub const ACL_ERROR: aclLogLevel = 3;
pub type aclLogLevel = ::std::os::raw::c_uint;
pub const ACL_YUV420SP_U8: aclAippInputFormat = 1;
pub const ACL_XRGB8888_U8: aclAippInputFormat = 2;
pub const ACL_RGB888_U8: aclAippInputFormat = 3;
pub const ACL_YUV400_U8: aclAippInputFormat = 4;
pub const ACL_NC1HWC0DI_FP16: aclAippInputFormat = 5;
pub const ACL_NC1HWC0DI_S8: aclAippInputFormat = 6;
pub const ACL_ARGB8888_U8: aclAippInputFormat = 7;
pub const ACL_YUYV_U8: aclAippInputFormat = 8;
pub const ACL_YUV422SP_U8: aclAippInputFormat = 9;
pub const ACL_AYUV444_U8: aclAippInputFormat = 10;
pub const ACL_RAW10: aclAippInputFormat = 11;
pub const ACL_RAW12: aclAippInputFormat = 12;
pub const ACL_RAW16: aclAippInputFormat = 13;
pub const ACL_RAW24: aclAippInputFormat = 14;
pub const ACL_AIPP_RESERVED: aclAippInputFormat = 65535;
pub type aclAippInputFormat = ::std::os::raw::c_uint;
pub const ACL_DATA_WITHOUT_AIPP: aclmdlInputAippType = 0;
pub const ACL_DATA_WITH_STATIC_AIPP: aclmdlInputAippType = 1;
pub const ACL_DATA_WITH_DYNAMIC_AIPP: aclmdlInputAippType = 2;
pub const ACL_DYNAMIC_AIPP_NODE: aclmdlInputAippType = 3;
pub type aclmdlInputAippType = ::std::os::raw::c_uint;
pub const ACL_MDL_PRIORITY_INT32: aclmdlConfigAttr = 0;
pub const ACL_MDL_LOAD_TYPE_SIZET: aclmdlConfigAttr = 1;
pub const ACL_MDL_PATH_PTR: aclmdlConfigAttr = 2;
pub const ACL_MDL_MEM_ADDR_PTR: aclmdlConfigAttr = 3;
pub const ACL_MDL_MEM_SIZET: aclmdlConfigAttr = 4;
pub const ACL_MDL_WEIGHT_ADDR_PTR: aclmdlConfigAttr = 5;
pub const ACL_MDL_WEIGHT_SIZET: aclmdlConfigAttr = 6;
pub const ACL_MDL_WORKSPACE_ADDR_PTR: aclmdlConfigAttr = 7;
pub const ACL_MDL_WORKSPACE_SIZET: aclmdlConfigAttr = 8;
pub const ACL_MDL_INPUTQ_NUM_SIZET: aclmdlConfigAttr = 9;
pub const ACL_MDL_INPUTQ_ADDR_PTR: aclmdlConfigAttr = 10;
pub const ACL_MDL_OUTPUTQ_NUM_SIZET: aclmdlConfigAttr = 11;
pub const ACL_MDL_OUTPUTQ_ADDR_PTR: aclmdlConfigAttr = 12;
pub const ACL_CPU_MDL_AIPP_PTR: aclmdlConfigAttr = 65536;
pub const ACL_CPU_MDL_THREADS_SIZET: aclmdlConfigAttr = 65537;
pub type aclmdlConfigAttr = ::std::os::raw::c_uint;
pub const ACL_RT_DEVICE_STATUS_NORMAL: aclrtDeviceStatus = 0;
pub const ACL_RT_DEVICE_STATUS_ABNORMAL: aclrtDeviceStatus = 1;
pub const ACL_RT_DEVICE_STATUS_END: aclrtDeviceStatus = 65535;
pub type aclrtDeviceStatus = ::std::os::raw::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct aclmdlIODims {
    pub name: [::std::os::raw::c_char; 128usize],
    pub dimCount: usize,
    pub dims: [i64; 128usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of aclmdlIODims"][::std::mem::size_of::<aclmdlIODims>() - 1160usize];
    ["Alignment of aclmdlIODims"][::std::mem::align_of::<aclmdlIODims>() - 8usize];
    [
        "Offset of field: aclmdlIODims::name",
    ][::std::mem::offset_of!(aclmdlIODims, name) - 0usize];
    [
        "Offset of field: aclmdlIODims::dimCount",
    ][::std::mem::offset_of!(aclmdlIODims, dimCount) - 128usize];
    [
        "Offset of field: aclmdlIODims::dims",
    ][::std::mem::offset_of!(aclmdlIODims, dims) - 136usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct aclAippDims {
    pub srcDims: aclmdlIODims,
    pub srcSize: usize,
    pub aippOutdims: aclmdlIODims,
    pub aippOutSize: usize,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of aclAippDims"][::std::mem::size_of::<aclAippDims>() - 2336usize];
    ["Alignment of aclAippDims"][::std::mem::align_of::<aclAippDims>() - 8usize];
    [
        "Offset of field: aclAippDims::srcDims",
    ][::std::mem::offset_of!(aclAippDims, srcDims) - 0usize];
    [
        "Offset of field: aclAippDims::srcSize",
    ][::std::mem::offset_of!(aclAippDims, srcSize) - 1160usize];
    [
        "Offset of field: aclAippDims::aippOutdims",
    ][::std::mem::offset_of!(aclAippDims, aippOutdims) - 1168usize];
    [
        "Offset of field: aclAippDims::aippOutSize",
    ][::std::mem::offset_of!(aclAippDims, aippOutSize) - 2328usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct aclmdlBatch {
    pub batchCount: usize,
    pub batch: [u64; 128usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of aclmdlBatch"][::std::mem::size_of::<aclmdlBatch>() - 1032usize];
    ["Alignment of aclmdlBatch"][::std::mem::align_of::<aclmdlBatch>() - 8usize];
    [
        "Offset of field: aclmdlBatch::batchCount",
    ][::std::mem::offset_of!(aclmdlBatch, batchCount) - 0usize];
    [
        "Offset of field: aclmdlBatch::batch",
    ][::std::mem::offset_of!(aclmdlBatch, batch) - 8usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct aclmdlHW {
    pub hwCount: usize,
    pub hw: [[u64; 2usize]; 128usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of aclmdlHW"][::std::mem::size_of::<aclmdlHW>() - 2056usize];
    ["Alignment of aclmdlHW"][::std::mem::align_of::<aclmdlHW>() - 8usize];
    [
        "Offset of field: aclmdlHW::hwCount",
    ][::std::mem::offset_of!(aclmdlHW, hwCount) - 0usize];
    ["Offset of field: aclmdlHW::hw"][::std::mem::offset_of!(aclmdlHW, hw) - 8usize];
};
#[repr(C)]
#[derive(Debug)]
pub struct aclAippInfo {
    pub inputFormat: aclAippInputFormat,
    pub srcImageSizeW: i32,
    pub srcImageSizeH: i32,
    pub cropSwitch: i8,
    pub loadStartPosW: i32,
    pub loadStartPosH: i32,
    pub cropSizeW: i32,
    pub cropSizeH: i32,
    pub resizeSwitch: i8,
    pub resizeOutputW: i32,
    pub resizeOutputH: i32,
    pub paddingSwitch: i8,
    pub leftPaddingSize: i32,
    pub rightPaddingSize: i32,
    pub topPaddingSize: i32,
    pub bottomPaddingSize: i32,
    pub cscSwitch: i8,
    pub rbuvSwapSwitch: i8,
    pub axSwapSwitch: i8,
    pub singleLineMode: i8,
    pub matrixR0C0: i32,
    pub matrixR0C1: i32,
    pub matrixR0C2: i32,
    pub matrixR1C0: i32,
    pub matrixR1C1: i32,
    pub matrixR1C2: i32,
    pub matrixR2C0: i32,
    pub matrixR2C1: i32,
    pub matrixR2C2: i32,
    pub outputBias0: i32,
    pub outputBias1: i32,
    pub outputBias2: i32,
    pub inputBias0: i32,
    pub inputBias1: i32,
    pub inputBias2: i32,
    pub meanChn0: i32,
    pub meanChn1: i32,
    pub meanChn2: i32,
    pub meanChn3: i32,
    pub minChn0: f32,
    pub minChn1: f32,
    pub minChn2: f32,
    pub minChn3: f32,
    pub varReciChn0: f32,
    pub varReciChn1: f32,
    pub varReciChn2: f32,
    pub varReciChn3: f32,
    pub srcFormat: aclFormat,
    pub srcDatatype: aclDataType,
    pub srcDimNum: usize,
    pub shapeCount: usize,
    pub outDims: [aclAippDims; 128usize],
    pub aippExtend: *mut aclAippExtendInfo,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of aclAippInfo"][::std::mem::size_of::<aclAippInfo>() - 299216usize];
    ["Alignment of aclAippInfo"][::std::mem::align_of::<aclAippInfo>() - 8usize];
    [
        "Offset of field: aclAippInfo::inputFormat",
    ][::std::mem::offset_of!(aclAippInfo, inputFormat) - 0usize];
    [
        "Offset of field: aclAippInfo::srcImageSizeW",
    ][::std::mem::offset_of!(aclAippInfo, srcImageSizeW) - 4usize];
    [
        "Offset of field: aclAippInfo::srcImageSizeH",
    ][::std::mem::offset_of!(aclAippInfo, srcImageSizeH) - 8usize];
    [
        "Offset of field: aclAippInfo::cropSwitch",
    ][::std::mem::offset_of!(aclAippInfo, cropSwitch) - 12usize];
    [
        "Offset of field: aclAippInfo::loadStartPosW",
    ][::std::mem::offset_of!(aclAippInfo, loadStartPosW) - 16usize];
    [
        "Offset of field: aclAippInfo::loadStartPosH",
    ][::std::mem::offset_of!(aclAippInfo, loadStartPosH) - 20usize];
    [
        "Offset of field: aclAippInfo::cropSizeW",
    ][::std::mem::offset_of!(aclAippInfo, cropSizeW) - 24usize];
    [
        "Offset of field: aclAippInfo::cropSizeH",
    ][::std::mem::offset_of!(aclAippInfo, cropSizeH) - 28usize];
    [
        "Offset of field: aclAippInfo::resizeSwitch",
    ][::std::mem::offset_of!(aclAippInfo, resizeSwitch) - 32usize];
    [
        "Offset of field: aclAippInfo::resizeOutputW",
    ][::std::mem::offset_of!(aclAippInfo, resizeOutputW) - 36usize];
    [
        "Offset of field: aclAippInfo::resizeOutputH",
    ][::std::mem::offset_of!(aclAippInfo, resizeOutputH) - 40usize];
    [
        "Offset of field: aclAippInfo::paddingSwitch",
    ][::std::mem::offset_of!(aclAippInfo, paddingSwitch) - 44usize];
    [
        "Offset of field: aclAippInfo::leftPaddingSize",
    ][::std::mem::offset_of!(aclAippInfo, leftPaddingSize) - 48usize];
    [
        "Offset of field: aclAippInfo::rightPaddingSize",
    ][::std::mem::offset_of!(aclAippInfo, rightPaddingSize) - 52usize];
    [
        "Offset of field: aclAippInfo::topPaddingSize",
    ][::std::mem::offset_of!(aclAippInfo, topPaddingSize) - 56usize];
    [
        "Offset of field: aclAippInfo::bottomPaddingSize",
    ][::std::mem::offset_of!(aclAippInfo, bottomPaddingSize) - 60usize];
    [
        "Offset of field: aclAippInfo::cscSwitch",
    ][::std::mem::offset_of!(aclAippInfo, cscSwitch) - 64usize];
    [
        "Offset of field: aclAippInfo::rbuvSwapSwitch",
    ][::std::mem::offset_of!(aclAippInfo, rbuvSwapSwitch) - 65usize];
    [
        "Offset of field: aclAippInfo::axSwapSwitch",
    ][::std::mem::offset_of!(aclAippInfo, axSwapSwitch) - 66usize];
    [
        "Offset of field: aclAippInfo::singleLineMode",
    ][::std::mem::offset_of!(aclAippInfo, singleLineMode) - 67usize];
    [
        "Offset of field: aclAippInfo::matrixR0C0",
    ][::std::mem::offset_of!(aclAippInfo, matrixR0C0) - 68usize];
    [
        "Offset of field: aclAippInfo::matrixR0C1",
    ][::std::mem::offset_of!(aclAippInfo, matrixR0C1) - 72usize];
    [
        "Offset of field: aclAippInfo::matrixR0C2",
    ][::std::mem::offset_of!(aclAippInfo, matrixR0C2) - 76usize];
    [
        "Offset of field: aclAippInfo::matrixR1C0",
    ][::std::mem::offset_of!(aclAippInfo, matrixR1C0) - 80usize];
    [
        "Offset of field: aclAippInfo::matrixR1C1",
    ][::std::mem::offset_of!(aclAippInfo, matrixR1C1) - 84usize];
    [
        "Offset of field: aclAippInfo::matrixR1C2",
    ][::std::mem::offset_of!(aclAippInfo, matrixR1C2) - 88usize];
    [
        "Offset of field: aclAippInfo::matrixR2C0",
    ][::std::mem::offset_of!(aclAippInfo, matrixR2C0) - 92usize];
    [
        "Offset of field: aclAippInfo::matrixR2C1",
    ][::std::mem::offset_of!(aclAippInfo, matrixR2C1) - 96usize];
    [
        "Offset of field: aclAippInfo::matrixR2C2",
    ][::std::mem::offset_of!(aclAippInfo, matrixR2C2) - 100usize];
    [
        "Offset of field: aclAippInfo::outputBias0",
    ][::std::mem::offset_of!(aclAippInfo, outputBias0) - 104usize];
    [
        "Offset of field: aclAippInfo::outputBias1",
    ][::std::mem::offset_of!(aclAippInfo, outputBias1) - 108usize];
    [
        "Offset of field: aclAippInfo::outputBias2",
    ][::std::mem::offset_of!(aclAippInfo, outputBias2) - 112usize];
    [
        "Offset of field: aclAippInfo::inputBias0",
    ][::std::mem::offset_of!(aclAippInfo, inputBias0) - 116usize];
    [
        "Offset of field: aclAippInfo::inputBias1",
    ][::std::mem::offset_of!(aclAippInfo, inputBias1) - 120usize];
    [
        "Offset of field: aclAippInfo::inputBias2",
    ][::std::mem::offset_of!(aclAippInfo, inputBias2) - 124usize];
    [
        "Offset of field: aclAippInfo::meanChn0",
    ][::std::mem::offset_of!(aclAippInfo, meanChn0) - 128usize];
    [
        "Offset of field: aclAippInfo::meanChn1",
    ][::std::mem::offset_of!(aclAippInfo, meanChn1) - 132usize];
    [
        "Offset of field: aclAippInfo::meanChn2",
    ][::std::mem::offset_of!(aclAippInfo, meanChn2) - 136usize];
    [
        "Offset of field: aclAippInfo::meanChn3",
    ][::std::mem::offset_of!(aclAippInfo, meanChn3) - 140usize];
    [
        "Offset of field: aclAippInfo::minChn0",
    ][::std::mem::offset_of!(aclAippInfo, minChn0) - 144usize];
    [
        "Offset of field: aclAippInfo::minChn1",
    ][::std::mem::offset_of!(aclAippInfo, minChn1) - 148usize];
    [
        "Offset of field: aclAippInfo::minChn2",
    ][::std::mem::offset_of!(aclAippInfo, minChn2) - 152usize];
    [
        "Offset of field: aclAippInfo::minChn3",
    ][::std::mem::offset_of!(aclAippInfo, minChn3) - 156usize];
    [
        "Offset of field: aclAippInfo::varReciChn0",
    ][::std::mem::offset_of!(aclAippInfo, varReciChn0) - 160usize];
    [
        "Offset of field: aclAippInfo::varReciChn1",
    ][::std::mem::offset_of!(aclAippInfo, varReciChn1) - 164usize];
    [
        "Offset of field: aclAippInfo::varReciChn2",
    ][::std::mem::offset_of!(aclAippInfo, varReciChn2) - 168usize];
    [
        "Offset of field: aclAippInfo::varReciChn3",
    ][::std::mem::offset_of!(aclAippInfo, varReciChn3) - 172usize];
    [
        "Offset of field: aclAippInfo::srcFormat",
    ][::std::mem::offset_of!(aclAippInfo, srcFormat) - 176usize];
    [
        "Offset of field: aclAippInfo::srcDatatype",
    ][::std::mem::offset_of!(aclAippInfo, srcDatatype) - 180usize];
    [
        "Offset of field: aclAippInfo::srcDimNum",
    ][::std::mem::offset_of!(aclAippInfo, srcDimNum) - 184usize];
    [
        "Offset of field: aclAippInfo::shapeCount",
    ][::std::mem::offset_of!(aclAippInfo, shapeCount) - 192usize];
    [
        "Offset of field: aclAippInfo::outDims",
    ][::std::mem::offset_of!(aclAippInfo, outDims) - 200usize];
    [
        "Offset of field: aclAippInfo::aippExtend",
    ][::std::mem::offset_of!(aclAippInfo, aippExtend) - 299208usize];
};
pub struct AscendCl {
    __library: crate::symbols::SymbolSource,
    pub aclInit: Result<
        unsafe extern "C" fn(configPath: *const ::std::os::raw::c_char) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclFinalize: Result<unsafe extern "C" fn() -> aclError, crate::symbols::LoadError>,
    pub aclrtGetVersion: Result<
        unsafe extern "C" fn(
            majorVersion: *mut i32,
            minorVersion: *mut i32,
            patchVersion: *mut i32,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclGetRecentErrMsg: Result<
        unsafe extern "C" fn() -> *const ::std::os::raw::c_char,
        crate::symbols::LoadError,
    >,
    pub aclFloat16ToFloat: Result<
        unsafe extern "C" fn(value: aclFloat16) -> f32,
        crate::symbols::LoadError,
    >,
    pub aclFloatToFloat16: Result<
        unsafe extern "C" fn(value: f32) -> aclFloat16,
        crate::symbols::LoadError,
    >,
    pub aclCreateDataBuffer: Result<
        unsafe extern "C" fn(
            data: *mut ::std::os::raw::c_void,
            size: usize,
        ) -> *mut aclDataBuffer,
        crate::symbols::LoadError,
    >,
    pub aclDestroyDataBuffer: Result<
        unsafe extern "C" fn(dataBuffer: *const aclDataBuffer) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclUpdateDataBuffer: Result<
        unsafe extern "C" fn(
            dataBuffer: *mut aclDataBuffer,
            data: *mut ::std::os::raw::c_void,
            size: usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclGetDataBufferAddr: Result<
        unsafe extern "C" fn(
            dataBuffer: *const aclDataBuffer,
        ) -> *mut ::std::os::raw::c_void,
        crate::symbols::LoadError,
    >,
    pub aclGetDataBufferSize: Result<
        unsafe extern "C" fn(dataBuffer: *const aclDataBuffer) -> u32,
        crate::symbols::LoadError,
    >,
    pub aclGetDataBufferSizeV2: Result<
        unsafe extern "C" fn(dataBuffer: *const aclDataBuffer) -> usize,
        crate::symbols::LoadError,
    >,
    pub aclDataTypeSize: Result<
        unsafe extern "C" fn(dataType: aclDataType) -> usize,
        crate::symbols::LoadError,
    >,
    pub aclCreateTensorDesc: Result<
        unsafe extern "C" fn(
            dataType: aclDataType,
            numDims: ::std::os::raw::c_int,
            dims: *const i64,
            format: aclFormat,
        ) -> *mut aclTensorDesc,
        crate::symbols::LoadError,
    >,
    pub aclDestroyTensorDesc: Result<
        unsafe extern "C" fn(desc: *const aclTensorDesc),
        crate::symbols::LoadError,
    >,
    pub aclGetTensorDescType: Result<
        unsafe extern "C" fn(desc: *const aclTensorDesc) -> aclDataType,
        crate::symbols::LoadError,
    >,
    pub aclGetTensorDescFormat: Result<
        unsafe extern "C" fn(desc: *const aclTensorDesc) -> aclFormat,
        crate::symbols::LoadError,
    >,
    pub aclGetTensorDescSize: Result<
        unsafe extern "C" fn(desc: *const aclTensorDesc) -> usize,
        crate::symbols::LoadError,
    >,
    pub aclGetTensorDescElementCount: Result<
        unsafe extern "C" fn(desc: *const aclTensorDesc) -> usize,
        crate::symbols::LoadError,
    >,
    pub aclGetTensorDescNumDims: Result<
        unsafe extern "C" fn(desc: *const aclTensorDesc) -> usize,
        crate::symbols::LoadError,
    >,
    pub aclGetTensorDescDim: Result<
        unsafe extern "C" fn(desc: *const aclTensorDesc, index: usize) -> i64,
        crate::symbols::LoadError,
    >,
    pub aclGetTensorDescDimV2: Result<
        unsafe extern "C" fn(
            desc: *const aclTensorDesc,
            index: usize,
            dimSize: *mut i64,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclSetTensorDescName: Result<
        unsafe extern "C" fn(
            desc: *mut aclTensorDesc,
            name: *const ::std::os::raw::c_char,
        ),
        crate::symbols::LoadError,
    >,
    pub aclGetTensorDescName: Result<
        unsafe extern "C" fn(desc: *mut aclTensorDesc) -> *const ::std::os::raw::c_char,
        crate::symbols::LoadError,
    >,
    pub aclAppLog: Result<
        unsafe extern "C" fn(
            logLevel: aclLogLevel,
            func: *const ::std::os::raw::c_char,
            file: *const ::std::os::raw::c_char,
            line: u32,
            fmt: *const ::std::os::raw::c_char,
            ...
        ),
        crate::symbols::LoadError,
    >,
    pub aclrtGetSocName: Result<
        unsafe extern "C" fn() -> *const ::std::os::raw::c_char,
        crate::symbols::LoadError,
    >,
    pub aclrtSetExceptionInfoCallback: Result<
        unsafe extern "C" fn(callback: aclrtExceptionInfoCallback) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtGetTaskIdFromExceptionInfo: Result<
        unsafe extern "C" fn(info: *const aclrtExceptionInfo) -> u32,
        crate::symbols::LoadError,
    >,
    pub aclrtGetStreamIdFromExceptionInfo: Result<
        unsafe extern "C" fn(info: *const aclrtExceptionInfo) -> u32,
        crate::symbols::LoadError,
    >,
    pub aclrtGetThreadIdFromExceptionInfo: Result<
        unsafe extern "C" fn(info: *const aclrtExceptionInfo) -> u32,
        crate::symbols::LoadError,
    >,
    pub aclrtGetDeviceIdFromExceptionInfo: Result<
        unsafe extern "C" fn(info: *const aclrtExceptionInfo) -> u32,
        crate::symbols::LoadError,
    >,
    pub aclrtGetErrorCodeFromExceptionInfo: Result<
        unsafe extern "C" fn(info: *const aclrtExceptionInfo) -> u32,
        crate::symbols::LoadError,
    >,
    pub aclrtSubscribeReport: Result<
        unsafe extern "C" fn(threadId: u64, stream: aclrtStream) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtLaunchCallback: Result<
        unsafe extern "C" fn(
            fn_: aclrtCallback,
            userData: *mut ::std::os::raw::c_void,
            blockType: aclrtCallbackBlockType,
            stream: aclrtStream,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtProcessReport: Result<
        unsafe extern "C" fn(timeout: i32) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtUnSubscribeReport: Result<
        unsafe extern "C" fn(threadId: u64, stream: aclrtStream) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtSetDevice: Result<
        unsafe extern "C" fn(deviceId: i32) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtResetDevice: Result<
        unsafe extern "C" fn(deviceId: i32) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtGetDevice: Result<
        unsafe extern "C" fn(deviceId: *mut i32) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtGetDeviceCount: Result<
        unsafe extern "C" fn(count: *mut u32) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtGetRunMode: Result<
        unsafe extern "C" fn(runMode: *mut aclrtRunMode) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtSynchronizeDevice: Result<
        unsafe extern "C" fn() -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtCreateContext: Result<
        unsafe extern "C" fn(context: *mut aclrtContext, deviceId: i32) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtDestroyContext: Result<
        unsafe extern "C" fn(context: aclrtContext) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtSetCurrentContext: Result<
        unsafe extern "C" fn(context: aclrtContext) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtGetCurrentContext: Result<
        unsafe extern "C" fn(context: *mut aclrtContext) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtCreateStream: Result<
        unsafe extern "C" fn(stream: *mut aclrtStream) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtDestroyStream: Result<
        unsafe extern "C" fn(stream: aclrtStream) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtSynchronizeStream: Result<
        unsafe extern "C" fn(stream: aclrtStream) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtStreamWaitEvent: Result<
        unsafe extern "C" fn(stream: aclrtStream, event: aclrtEvent) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtCreateEvent: Result<
        unsafe extern "C" fn(event: *mut aclrtEvent) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtCreateEventWithFlag: Result<
        unsafe extern "C" fn(event: *mut aclrtEvent, flag: u32) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtDestroyEvent: Result<
        unsafe extern "C" fn(event: aclrtEvent) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtRecordEvent: Result<
        unsafe extern "C" fn(event: aclrtEvent, stream: aclrtStream) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtResetEvent: Result<
        unsafe extern "C" fn(event: aclrtEvent, stream: aclrtStream) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtQueryEvent: Result<
        unsafe extern "C" fn(
            event: aclrtEvent,
            status: *mut aclrtEventStatus,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtQueryEventStatus: Result<
        unsafe extern "C" fn(
            event: aclrtEvent,
            status: *mut aclrtEventRecordedStatus,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtQueryEventWaitStatus: Result<
        unsafe extern "C" fn(
            event: aclrtEvent,
            status: *mut aclrtEventWaitStatus,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtSynchronizeEvent: Result<
        unsafe extern "C" fn(event: aclrtEvent) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtEventElapsedTime: Result<
        unsafe extern "C" fn(
            ms: *mut f32,
            startEvent: aclrtEvent,
            endEvent: aclrtEvent,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtMalloc: Result<
        unsafe extern "C" fn(
            devPtr: *mut *mut ::std::os::raw::c_void,
            size: usize,
            policy: aclrtMemMallocPolicy,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtMallocCached: Result<
        unsafe extern "C" fn(
            devPtr: *mut *mut ::std::os::raw::c_void,
            size: usize,
            policy: aclrtMemMallocPolicy,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtMemFlush: Result<
        unsafe extern "C" fn(
            devPtr: *mut ::std::os::raw::c_void,
            size: usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtMemInvalidate: Result<
        unsafe extern "C" fn(
            devPtr: *mut ::std::os::raw::c_void,
            size: usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtFree: Result<
        unsafe extern "C" fn(devPtr: *mut ::std::os::raw::c_void) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtMallocHost: Result<
        unsafe extern "C" fn(
            hostPtr: *mut *mut ::std::os::raw::c_void,
            size: usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtFreeHost: Result<
        unsafe extern "C" fn(hostPtr: *mut ::std::os::raw::c_void) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtMemcpy: Result<
        unsafe extern "C" fn(
            dst: *mut ::std::os::raw::c_void,
            destMax: usize,
            src: *const ::std::os::raw::c_void,
            count: usize,
            kind: aclrtMemcpyKind,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtMemcpyAsync: Result<
        unsafe extern "C" fn(
            dst: *mut ::std::os::raw::c_void,
            destMax: usize,
            src: *const ::std::os::raw::c_void,
            count: usize,
            kind: aclrtMemcpyKind,
            stream: aclrtStream,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtMemcpy2d: Result<
        unsafe extern "C" fn(
            dst: *mut ::std::os::raw::c_void,
            dpitch: usize,
            src: *const ::std::os::raw::c_void,
            spitch: usize,
            width: usize,
            height: usize,
            kind: aclrtMemcpyKind,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtMemcpy2dAsync: Result<
        unsafe extern "C" fn(
            dst: *mut ::std::os::raw::c_void,
            dpitch: usize,
            src: *const ::std::os::raw::c_void,
            spitch: usize,
            width: usize,
            height: usize,
            kind: aclrtMemcpyKind,
            stream: aclrtStream,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtMemset: Result<
        unsafe extern "C" fn(
            devPtr: *mut ::std::os::raw::c_void,
            maxCount: usize,
            value: i32,
            count: usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtMemsetAsync: Result<
        unsafe extern "C" fn(
            devPtr: *mut ::std::os::raw::c_void,
            maxCount: usize,
            value: i32,
            count: usize,
            stream: aclrtStream,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtGetMemInfo: Result<
        unsafe extern "C" fn(
            attr: aclrtMemAttr,
            free: *mut usize,
            total: *mut usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtSetOpWaitTimeout: Result<
        unsafe extern "C" fn(timeout: u32) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlQuerySize: Result<
        unsafe extern "C" fn(
            fileName: *const ::std::os::raw::c_char,
            workSize: *mut usize,
            weightSize: *mut usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlQuerySizeFromMem: Result<
        unsafe extern "C" fn(
            model: *const ::std::os::raw::c_void,
            modelSize: usize,
            workSize: *mut usize,
            weightSize: *mut usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlLoadFromFile: Result<
        unsafe extern "C" fn(
            modelPath: *const ::std::os::raw::c_char,
            modelId: *mut u32,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlLoadFromMem: Result<
        unsafe extern "C" fn(
            model: *const ::std::os::raw::c_void,
            modelSize: usize,
            modelId: *mut u32,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlLoadFromFileWithMem: Result<
        unsafe extern "C" fn(
            modelPath: *const ::std::os::raw::c_char,
            modelId: *mut u32,
            workPtr: *mut ::std::os::raw::c_void,
            workSize: usize,
            weightPtr: *mut ::std::os::raw::c_void,
            weightSize: usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlLoadFromMemWithMem: Result<
        unsafe extern "C" fn(
            model: *const ::std::os::raw::c_void,
            modelSize: usize,
            modelId: *mut u32,
            workPtr: *mut ::std::os::raw::c_void,
            workSize: usize,
            weightPtr: *mut ::std::os::raw::c_void,
            weightSize: usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlLoadWithConfig: Result<
        unsafe extern "C" fn(
            handle: *const aclmdlConfigHandle,
            modelId: *mut u32,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlCreateConfigHandle: Result<
        unsafe extern "C" fn() -> *mut aclmdlConfigHandle,
        crate::symbols::LoadError,
    >,
    pub aclmdlDestroyConfigHandle: Result<
        unsafe extern "C" fn(handle: *mut aclmdlConfigHandle) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetConfigOpt: Result<
        unsafe extern "C" fn(
            handle: *mut aclmdlConfigHandle,
            attr: aclmdlConfigAttr,
            attrValue: *const ::std::os::raw::c_void,
            valueSize: usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlUnload: Result<
        unsafe extern "C" fn(modelId: u32) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlCreateDesc: Result<
        unsafe extern "C" fn() -> *mut aclmdlDesc,
        crate::symbols::LoadError,
    >,
    pub aclmdlDestroyDesc: Result<
        unsafe extern "C" fn(modelDesc: *mut aclmdlDesc) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetDesc: Result<
        unsafe extern "C" fn(modelDesc: *mut aclmdlDesc, modelId: u32) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetNumInputs: Result<
        unsafe extern "C" fn(modelDesc: *mut aclmdlDesc) -> usize,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetNumOutputs: Result<
        unsafe extern "C" fn(modelDesc: *mut aclmdlDesc) -> usize,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetInputSizeByIndex: Result<
        unsafe extern "C" fn(modelDesc: *mut aclmdlDesc, index: usize) -> usize,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetOutputSizeByIndex: Result<
        unsafe extern "C" fn(modelDesc: *mut aclmdlDesc, index: usize) -> usize,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetInputDims: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            index: usize,
            dims: *mut aclmdlIODims,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetInputDimsV2: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            index: usize,
            dims: *mut aclmdlIODims,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetOutputDims: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            index: usize,
            dims: *mut aclmdlIODims,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetCurOutputDims: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            index: usize,
            dims: *mut aclmdlIODims,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetInputNameByIndex: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            index: usize,
        ) -> *const ::std::os::raw::c_char,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetOutputNameByIndex: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            index: usize,
        ) -> *const ::std::os::raw::c_char,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetInputFormat: Result<
        unsafe extern "C" fn(modelDesc: *const aclmdlDesc, index: usize) -> aclFormat,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetOutputFormat: Result<
        unsafe extern "C" fn(modelDesc: *const aclmdlDesc, index: usize) -> aclFormat,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetInputDataType: Result<
        unsafe extern "C" fn(modelDesc: *const aclmdlDesc, index: usize) -> aclDataType,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetOutputDataType: Result<
        unsafe extern "C" fn(modelDesc: *const aclmdlDesc, index: usize) -> aclDataType,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetInputIndexByName: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            name: *const ::std::os::raw::c_char,
            index: *mut usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetOutputIndexByName: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            name: *const ::std::os::raw::c_char,
            index: *mut usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetDynamicBatch: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            batch: *mut aclmdlBatch,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetDynamicHW: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            index: usize,
            hw: *mut aclmdlHW,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetInputDynamicGearCount: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            index: usize,
            gearCount: *mut usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetInputDynamicDims: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            index: usize,
            dims: *mut aclmdlIODims,
            gearCount: usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetTensorRealName: Result<
        unsafe extern "C" fn(
            modelDesc: *const aclmdlDesc,
            name: *const ::std::os::raw::c_char,
        ) -> *const ::std::os::raw::c_char,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetOpAttr: Result<
        unsafe extern "C" fn(
            modelDesc: *mut aclmdlDesc,
            opName: *const ::std::os::raw::c_char,
            attr: *const ::std::os::raw::c_char,
        ) -> *const ::std::os::raw::c_char,
        crate::symbols::LoadError,
    >,
    pub aclmdlCreateDataset: Result<
        unsafe extern "C" fn() -> *mut aclmdlDataset,
        crate::symbols::LoadError,
    >,
    pub aclmdlDestroyDataset: Result<
        unsafe extern "C" fn(dataset: *const aclmdlDataset) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlAddDatasetBuffer: Result<
        unsafe extern "C" fn(
            dataset: *mut aclmdlDataset,
            dataBuffer: *mut aclDataBuffer,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetDatasetNumBuffers: Result<
        unsafe extern "C" fn(dataset: *const aclmdlDataset) -> usize,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetDatasetBuffer: Result<
        unsafe extern "C" fn(
            dataset: *const aclmdlDataset,
            index: usize,
        ) -> *mut aclDataBuffer,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetDatasetTensorDesc: Result<
        unsafe extern "C" fn(
            dataset: *mut aclmdlDataset,
            tensorDesc: *mut aclTensorDesc,
            index: usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetDatasetTensorDesc: Result<
        unsafe extern "C" fn(
            dataset: *const aclmdlDataset,
            index: usize,
        ) -> *mut aclTensorDesc,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetDynamicBatchSize: Result<
        unsafe extern "C" fn(
            modelId: u32,
            dataset: *mut aclmdlDataset,
            index: usize,
            batchSize: u64,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetDynamicHWSize: Result<
        unsafe extern "C" fn(
            modelId: u32,
            dataset: *mut aclmdlDataset,
            index: usize,
            height: u64,
            width: u64,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetInputDynamicDims: Result<
        unsafe extern "C" fn(
            modelId: u32,
            dataset: *mut aclmdlDataset,
            index: usize,
            dims: *const aclmdlIODims,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlExecute: Result<
        unsafe extern "C" fn(
            modelId: u32,
            input: *const aclmdlDataset,
            output: *mut aclmdlDataset,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlExecuteAsync: Result<
        unsafe extern "C" fn(
            modelId: u32,
            input: *const aclmdlDataset,
            output: *mut aclmdlDataset,
            stream: aclrtStream,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetAippType: Result<
        unsafe extern "C" fn(
            modelId: u32,
            index: usize,
            type_: *mut aclmdlInputAippType,
            dynamicAttachedDataIndex: *mut usize,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlGetFirstAippInfo: Result<
        unsafe extern "C" fn(
            modelId: u32,
            index: usize,
            aippInfo: *mut aclAippInfo,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlCreateAIPP: Result<
        unsafe extern "C" fn(batchSize: u64) -> *mut aclmdlAIPP,
        crate::symbols::LoadError,
    >,
    pub aclmdlDestroyAIPP: Result<
        unsafe extern "C" fn(aippParmsSet: *const aclmdlAIPP) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetAIPPInputFormat: Result<
        unsafe extern "C" fn(
            aippParmsSet: *mut aclmdlAIPP,
            inputFormat: aclAippInputFormat,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetAIPPCscParams: Result<
        unsafe extern "C" fn(
            aippParmsSet: *mut aclmdlAIPP,
            cscSwitch: i8,
            cscMatrixR0C0: i16,
            cscMatrixR0C1: i16,
            cscMatrixR0C2: i16,
            cscMatrixR1C0: i16,
            cscMatrixR1C1: i16,
            cscMatrixR1C2: i16,
            cscMatrixR2C0: i16,
            cscMatrixR2C1: i16,
            cscMatrixR2C2: i16,
            cscOutputBiasR0: u8,
            cscOutputBiasR1: u8,
            cscOutputBiasR2: u8,
            cscInputBiasR0: u8,
            cscInputBiasR1: u8,
            cscInputBiasR2: u8,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetAIPPRbuvSwapSwitch: Result<
        unsafe extern "C" fn(
            aippParmsSet: *mut aclmdlAIPP,
            rbuvSwapSwitch: i8,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetAIPPAxSwapSwitch: Result<
        unsafe extern "C" fn(
            aippParmsSet: *mut aclmdlAIPP,
            axSwapSwitch: i8,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetAIPPSrcImageSize: Result<
        unsafe extern "C" fn(
            aippParmsSet: *mut aclmdlAIPP,
            srcImageSizeW: i32,
            srcImageSizeH: i32,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetAIPPScfParams: Result<
        unsafe extern "C" fn(
            aippParmsSet: *mut aclmdlAIPP,
            scfSwitch: i8,
            scfInputSizeW: i32,
            scfInputSizeH: i32,
            scfOutputSizeW: i32,
            scfOutputSizeH: i32,
            batchIndex: u64,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetAIPPCropParams: Result<
        unsafe extern "C" fn(
            aippParmsSet: *mut aclmdlAIPP,
            cropSwitch: i8,
            cropStartPosW: i32,
            cropStartPosH: i32,
            cropSizeW: i32,
            cropSizeH: i32,
            batchIndex: u64,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetAIPPPaddingParams: Result<
        unsafe extern "C" fn(
            aippParmsSet: *mut aclmdlAIPP,
            paddingSwitch: i8,
            paddingSizeTop: i32,
            paddingSizeBottom: i32,
            paddingSizeLeft: i32,
            paddingSizeRight: i32,
            batchIndex: u64,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetAIPPDtcPixelMean: Result<
        unsafe extern "C" fn(
            aippParmsSet: *mut aclmdlAIPP,
            dtcPixelMeanChn0: i16,
            dtcPixelMeanChn1: i16,
            dtcPixelMeanChn2: i16,
            dtcPixelMeanChn3: i16,
            batchIndex: u64,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetAIPPDtcPixelMin: Result<
        unsafe extern "C" fn(
            aippParmsSet: *mut aclmdlAIPP,
            dtcPixelMinChn0: f32,
            dtcPixelMinChn1: f32,
            dtcPixelMinChn2: f32,
            dtcPixelMinChn3: f32,
            batchIndex: u64,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetAIPPPixelVarReci: Result<
        unsafe extern "C" fn(
            aippParmsSet: *mut aclmdlAIPP,
            dtcPixelVarReciChn0: f32,
            dtcPixelVarReciChn1: f32,
            dtcPixelVarReciChn2: f32,
            dtcPixelVarReciChn3: f32,
            batchIndex: u64,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetInputAIPP: Result<
        unsafe extern "C" fn(
            modelId: u32,
            dataset: *mut aclmdlDataset,
            index: usize,
            aippParmsSet: *const aclmdlAIPP,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclmdlSetAIPPByInputIndex: Result<
        unsafe extern "C" fn(
            modelId: u32,
            dataset: *mut aclmdlDataset,
            index: usize,
            aippParmsSet: *const aclmdlAIPP,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtSynchronizeStreamWithTimeout: Result<
        unsafe extern "C" fn(stream: aclrtStream, timeout: i32) -> aclError,
        crate::symbols::LoadError,
    >,
    pub aclrtQueryDeviceStatus: Result<
        unsafe extern "C" fn(
            deviceId: i32,
            deviceStatus: *mut aclrtDeviceStatus,
        ) -> aclError,
        crate::symbols::LoadError,
    >,
}
impl AscendCl {
    pub unsafe fn new<P>(path: P) -> Result<Self, crate::symbols::LoadError>
    where
        P: AsRef<::std::ffi::OsStr>,
    {
        let path = path.as_ref();
        let library = crate::symbols::SymbolSource::new(path)?;
        Self::from_library(library)
    }
    pub unsafe fn from_library<L>(library: L) -> Result<Self, crate::symbols::LoadError>
    where
        L: Into<crate::symbols::SymbolSource>,
    {
        let __library = library.into();
        let aclInit = __library.get(b"aclInit\0").map(|sym| *sym);
        let aclFinalize = __library.get(b"aclFinalize\0").map(|sym| *sym);
        let aclrtGetVersion = __library.get(b"aclrtGetVersion\0").map(|sym| *sym);
        let aclGetRecentErrMsg = __library.get(b"aclGetRecentErrMsg\0").map(|sym| *sym);
        let aclFloat16ToFloat = __library.get(b"aclFloat16ToFloat\0").map(|sym| *sym);
        let aclFloatToFloat16 = __library.get(b"aclFloatToFloat16\0").map(|sym| *sym);
        let aclCreateDataBuffer = __library
            .get(b"aclCreateDataBuffer\0")
            .map(|sym| *sym);
        let aclDestroyDataBuffer = __library
            .get(b"aclDestroyDataBuffer\0")
            .map(|sym| *sym);
        let aclUpdateDataBuffer = __library
            .get(b"aclUpdateDataBuffer\0")
            .map(|sym| *sym);
        let aclGetDataBufferAddr = __library
            .get(b"aclGetDataBufferAddr\0")
            .map(|sym| *sym);
        let aclGetDataBufferSize = __library
            .get(b"aclGetDataBufferSize\0")
            .map(|sym| *sym);
        let aclGetDataBufferSizeV2 = __library
            .get(b"aclGetDataBufferSizeV2\0")
            .map(|sym| *sym);
        let aclDataTypeSize = __library.get(b"aclDataTypeSize\0").map(|sym| *sym);
        let aclCreateTensorDesc = __library
            .get(b"aclCreateTensorDesc\0")
            .map(|sym| *sym);
        let aclDestroyTensorDesc = __library
            .get(b"aclDestroyTensorDesc\0")
            .map(|sym| *sym);
        let aclGetTensorDescType = __library
            .get(b"aclGetTensorDescType\0")
            .map(|sym| *sym);
        let aclGetTensorDescFormat = __library
            .get(b"aclGetTensorDescFormat\0")
            .map(|sym| *sym);
        let aclGetTensorDescSize = __library
            .get(b"aclGetTensorDescSize\0")
            .map(|sym| *sym);
        let aclGetTensorDescElementCount = __library
            .get(b"aclGetTensorDescElementCount\0")
            .map(|sym| *sym);
        let aclGetTensorDescNumDims = __library
            .get(b"aclGetTensorDescNumDims\0")
            .map(|sym| *sym);
        let aclGetTensorDescDim = __library
            .get(b"aclGetTensorDescDim\0")
            .map(|sym| *sym);
        let aclGetTensorDescDimV2 = __library
            .get(b"aclGetTensorDescDimV2\0")
            .map(|sym| *sym);
        let aclSetTensorDescName = __library
            .get(b"aclSetTensorDescName\0")
            .map(|sym| *sym);
        let aclGetTensorDescName = __library
            .get(b"aclGetTensorDescName\0")
            .map(|sym| *sym);
        let aclAppLog = __library.get(b"aclAppLog\0").map(|sym| *sym);
        let aclrtGetSocName = __library.get(b"aclrtGetSocName\0").map(|sym| *sym);
        let aclrtSetExceptionInfoCallback = __library
            .get(b"aclrtSetExceptionInfoCallback\0")
            .map(|sym| *sym);
        let aclrtGetTaskIdFromExceptionInfo = __library
            .get(b"aclrtGetTaskIdFromExceptionInfo\0")
            .map(|sym| *sym);
        let aclrtGetStreamIdFromExceptionInfo = __library
            .get(b"aclrtGetStreamIdFromExceptionInfo\0")
            .map(|sym| *sym);
        let aclrtGetThreadIdFromExceptionInfo = __library
            .get(b"aclrtGetThreadIdFromExceptionInfo\0")
            .map(|sym| *sym);
        let aclrtGetDeviceIdFromExceptionInfo = __library
            .get(b"aclrtGetDeviceIdFromExceptionInfo\0")
            .map(|sym| *sym);
        let aclrtGetErrorCodeFromExceptionInfo = __library
            .get(b"aclrtGetErrorCodeFromExceptionInfo\0")
            .map(|sym| *sym);
        let aclrtSubscribeReport = __library
            .get(b"aclrtSubscribeReport\0")
            .map(|sym| *sym);
        let aclrtLaunchCallback = __library
            .get(b"aclrtLaunchCallback\0")
            .map(|sym| *sym);
        let aclrtProcessReport = __library.get(b"aclrtProcessReport\0").map(|sym| *sym);
        let aclrtUnSubscribeReport = __library
            .get(b"aclrtUnSubscribeReport\0")
            .map(|sym| *sym);
        let aclrtSetDevice = __library.get(b"aclrtSetDevice\0").map(|sym| *sym);
        let aclrtResetDevice = __library.get(b"aclrtResetDevice\0").map(|sym| *sym);
        let aclrtGetDevice = __library.get(b"aclrtGetDevice\0").map(|sym| *sym);
        let aclrtGetDeviceCount = __library
            .get(b"aclrtGetDeviceCount\0")
            .map(|sym| *sym);
        let aclrtGetRunMode = __library.get(b"aclrtGetRunMode\0").map(|sym| *sym);
        let aclrtSynchronizeDevice = __library
            .get(b"aclrtSynchronizeDevice\0")
            .map(|sym| *sym);
        let aclrtCreateContext = __library.get(b"aclrtCreateContext\0").map(|sym| *sym);
        let aclrtDestroyContext = __library
            .get(b"aclrtDestroyContext\0")
            .map(|sym| *sym);
        let aclrtSetCurrentContext = __library
            .get(b"aclrtSetCurrentContext\0")
            .map(|sym| *sym);
        let aclrtGetCurrentContext = __library
            .get(b"aclrtGetCurrentContext\0")
            .map(|sym| *sym);
        let aclrtCreateStream = __library.get(b"aclrtCreateStream\0").map(|sym| *sym);
        let aclrtDestroyStream = __library.get(b"aclrtDestroyStream\0").map(|sym| *sym);
        let aclrtSynchronizeStream = __library
            .get(b"aclrtSynchronizeStream\0")
            .map(|sym| *sym);
        let aclrtStreamWaitEvent = __library
            .get(b"aclrtStreamWaitEvent\0")
            .map(|sym| *sym);
        let aclrtCreateEvent = __library.get(b"aclrtCreateEvent\0").map(|sym| *sym);
        let aclrtCreateEventWithFlag = __library
            .get(b"aclrtCreateEventWithFlag\0")
            .map(|sym| *sym);
        let aclrtDestroyEvent = __library.get(b"aclrtDestroyEvent\0").map(|sym| *sym);
        let aclrtRecordEvent = __library.get(b"aclrtRecordEvent\0").map(|sym| *sym);
        let aclrtResetEvent = __library.get(b"aclrtResetEvent\0").map(|sym| *sym);
        let aclrtQueryEvent = __library.get(b"aclrtQueryEvent\0").map(|sym| *sym);
        let aclrtQueryEventStatus = __library
            .get(b"aclrtQueryEventStatus\0")
            .map(|sym| *sym);
        let aclrtQueryEventWaitStatus = __library
            .get(b"aclrtQueryEventWaitStatus\0")
            .map(|sym| *sym);
        let aclrtSynchronizeEvent = __library
            .get(b"aclrtSynchronizeEvent\0")
            .map(|sym| *sym);
        let aclrtEventElapsedTime = __library
            .get(b"aclrtEventElapsedTime\0")
            .map(|sym| *sym);
        let aclrtMalloc = __library.get(b"aclrtMalloc\0").map(|sym| *sym);
        let aclrtMallocCached = __library.get(b"aclrtMallocCached\0").map(|sym| *sym);
        let aclrtMemFlush = __library.get(b"aclrtMemFlush\0").map(|sym| *sym);
        let aclrtMemInvalidate = __library.get(b"aclrtMemInvalidate\0").map(|sym| *sym);
        let aclrtFree = __library.get(b"aclrtFree\0").map(|sym| *sym);
        let aclrtMallocHost = __library.get(b"aclrtMallocHost\0").map(|sym| *sym);
        let aclrtFreeHost = __library.get(b"aclrtFreeHost\0").map(|sym| *sym);
        let aclrtMemcpy = __library.get(b"aclrtMemcpy\0").map(|sym| *sym);
        let aclrtMemcpyAsync = __library.get(b"aclrtMemcpyAsync\0").map(|sym| *sym);
        let aclrtMemcpy2d = __library.get(b"aclrtMemcpy2d\0").map(|sym| *sym);
        let aclrtMemcpy2dAsync = __library.get(b"aclrtMemcpy2dAsync\0").map(|sym| *sym);
        let aclrtMemset = __library.get(b"aclrtMemset\0").map(|sym| *sym);
        let aclrtMemsetAsync = __library.get(b"aclrtMemsetAsync\0").map(|sym| *sym);
        let aclrtGetMemInfo = __library.get(b"aclrtGetMemInfo\0").map(|sym| *sym);
        let aclrtSetOpWaitTimeout = __library
            .get(b"aclrtSetOpWaitTimeout\0")
            .map(|sym| *sym);
        let aclmdlQuerySize = __library.get(b"aclmdlQuerySize\0").map(|sym| *sym);
        let aclmdlQuerySizeFromMem = __library
            .get(b"aclmdlQuerySizeFromMem\0")
            .map(|sym| *sym);
        let aclmdlLoadFromFile = __library.get(b"aclmdlLoadFromFile\0").map(|sym| *sym);
        let aclmdlLoadFromMem = __library.get(b"aclmdlLoadFromMem\0").map(|sym| *sym);
        let aclmdlLoadFromFileWithMem = __library
            .get(b"aclmdlLoadFromFileWithMem\0")
            .map(|sym| *sym);
        let aclmdlLoadFromMemWithMem = __library
            .get(b"aclmdlLoadFromMemWithMem\0")
            .map(|sym| *sym);
        let aclmdlLoadWithConfig = __library
            .get(b"aclmdlLoadWithConfig\0")
            .map(|sym| *sym);
        let aclmdlCreateConfigHandle = __library
            .get(b"aclmdlCreateConfigHandle\0")
            .map(|sym| *sym);
        let aclmdlDestroyConfigHandle = __library
            .get(b"aclmdlDestroyConfigHandle\0")
            .map(|sym| *sym);
        let aclmdlSetConfigOpt = __library.get(b"aclmdlSetConfigOpt\0").map(|sym| *sym);
        let aclmdlUnload = __library.get(b"aclmdlUnload\0").map(|sym| *sym);
        let aclmdlCreateDesc = __library.get(b"aclmdlCreateDesc\0").map(|sym| *sym);
        let aclmdlDestroyDesc = __library.get(b"aclmdlDestroyDesc\0").map(|sym| *sym);
        let aclmdlGetDesc = __library.get(b"aclmdlGetDesc\0").map(|sym| *sym);
        let aclmdlGetNumInputs = __library.get(b"aclmdlGetNumInputs\0").map(|sym| *sym);
        let aclmdlGetNumOutputs = __library
            .get(b"aclmdlGetNumOutputs\0")
            .map(|sym| *sym);
        let aclmdlGetInputSizeByIndex = __library
            .get(b"aclmdlGetInputSizeByIndex\0")
            .map(|sym| *sym);
        let aclmdlGetOutputSizeByIndex = __library
            .get(b"aclmdlGetOutputSizeByIndex\0")
            .map(|sym| *sym);
        let aclmdlGetInputDims = __library.get(b"aclmdlGetInputDims\0").map(|sym| *sym);
        let aclmdlGetInputDimsV2 = __library
            .get(b"aclmdlGetInputDimsV2\0")
            .map(|sym| *sym);
        let aclmdlGetOutputDims = __library
            .get(b"aclmdlGetOutputDims\0")
            .map(|sym| *sym);
        let aclmdlGetCurOutputDims = __library
            .get(b"aclmdlGetCurOutputDims\0")
            .map(|sym| *sym);
        let aclmdlGetInputNameByIndex = __library
            .get(b"aclmdlGetInputNameByIndex\0")
            .map(|sym| *sym);
        let aclmdlGetOutputNameByIndex = __library
            .get(b"aclmdlGetOutputNameByIndex\0")
            .map(|sym| *sym);
        let aclmdlGetInputFormat = __library
            .get(b"aclmdlGetInputFormat\0")
            .map(|sym| *sym);
        let aclmdlGetOutputFormat = __library
            .get(b"aclmdlGetOutputFormat\0")
            .map(|sym| *sym);
        let aclmdlGetInputDataType = __library
            .get(b"aclmdlGetInputDataType\0")
            .map(|sym| *sym);
        let aclmdlGetOutputDataType = __library
            .get(b"aclmdlGetOutputDataType\0")
            .map(|sym| *sym);
        let aclmdlGetInputIndexByName = __library
            .get(b"aclmdlGetInputIndexByName\0")
            .map(|sym| *sym);
        let aclmdlGetOutputIndexByName = __library
            .get(b"aclmdlGetOutputIndexByName\0")
            .map(|sym| *sym);
        let aclmdlGetDynamicBatch = __library
            .get(b"aclmdlGetDynamicBatch\0")
            .map(|sym| *sym);
        let aclmdlGetDynamicHW = __library.get(b"aclmdlGetDynamicHW\0").map(|sym| *sym);
        let aclmdlGetInputDynamicGearCount = __library
            .get(b"aclmdlGetInputDynamicGearCount\0")
            .map(|sym| *sym);
        let aclmdlGetInputDynamicDims = __library
            .get(b"aclmdlGetInputDynamicDims\0")
            .map(|sym| *sym);
        let aclmdlGetTensorRealName = __library
            .get(b"aclmdlGetTensorRealName\0")
            .map(|sym| *sym);
        let aclmdlGetOpAttr = __library.get(b"aclmdlGetOpAttr\0").map(|sym| *sym);
        let aclmdlCreateDataset = __library
            .get(b"aclmdlCreateDataset\0")
            .map(|sym| *sym);
        let aclmdlDestroyDataset = __library
            .get(b"aclmdlDestroyDataset\0")
            .map(|sym| *sym);
        let aclmdlAddDatasetBuffer = __library
            .get(b"aclmdlAddDatasetBuffer\0")
            .map(|sym| *sym);
        let aclmdlGetDatasetNumBuffers = __library
            .get(b"aclmdlGetDatasetNumBuffers\0")
            .map(|sym| *sym);
        let aclmdlGetDatasetBuffer = __library
            .get(b"aclmdlGetDatasetBuffer\0")
            .map(|sym| *sym);
        let aclmdlSetDatasetTensorDesc = __library
            .get(b"aclmdlSetDatasetTensorDesc\0")
            .map(|sym| *sym);
        let aclmdlGetDatasetTensorDesc = __library
            .get(b"aclmdlGetDatasetTensorDesc\0")
            .map(|sym| *sym);
        let aclmdlSetDynamicBatchSize = __library
            .get(b"aclmdlSetDynamicBatchSize\0")
            .map(|sym| *sym);
        let aclmdlSetDynamicHWSize = __library
            .get(b"aclmdlSetDynamicHWSize\0")
            .map(|sym| *sym);
        let aclmdlSetInputDynamicDims = __library
            .get(b"aclmdlSetInputDynamicDims\0")
            .map(|sym| *sym);
        let aclmdlExecute = __library.get(b"aclmdlExecute\0").map(|sym| *sym);
        let aclmdlExecuteAsync = __library.get(b"aclmdlExecuteAsync\0").map(|sym| *sym);
        let aclmdlGetAippType = __library.get(b"aclmdlGetAippType\0").map(|sym| *sym);
        let aclmdlGetFirstAippInfo = __library
            .get(b"aclmdlGetFirstAippInfo\0")
            .map(|sym| *sym);
        let aclmdlCreateAIPP = __library.get(b"aclmdlCreateAIPP\0").map(|sym| *sym);
        let aclmdlDestroyAIPP = __library.get(b"aclmdlDestroyAIPP\0").map(|sym| *sym);
        let aclmdlSetAIPPInputFormat = __library
            .get(b"aclmdlSetAIPPInputFormat\0")
            .map(|sym| *sym);
        let aclmdlSetAIPPCscParams = __library
            .get(b"aclmdlSetAIPPCscParams\0")
            .map(|sym| *sym);
        let aclmdlSetAIPPRbuvSwapSwitch = __library
            .get(b"aclmdlSetAIPPRbuvSwapSwitch\0")
            .map(|sym| *sym);
        let aclmdlSetAIPPAxSwapSwitch = __library
            .get(b"aclmdlSetAIPPAxSwapSwitch\0")
            .map(|sym| *sym);
        let aclmdlSetAIPPSrcImageSize = __library
            .get(b"aclmdlSetAIPPSrcImageSize\0")
            .map(|sym| *sym);
        let aclmdlSetAIPPScfParams = __library
            .get(b"aclmdlSetAIPPScfParams\0")
            .map(|sym| *sym);
        let aclmdlSetAIPPCropParams = __library
            .get(b"aclmdlSetAIPPCropParams\0")
            .map(|sym| *sym);
        let aclmdlSetAIPPPaddingParams = __library
            .get(b"aclmdlSetAIPPPaddingParams\0")
            .map(|sym| *sym);
        let aclmdlSetAIPPDtcPixelMean = __library
            .get(b"aclmdlSetAIPPDtcPixelMean\0")
            .map(|sym| *sym);
        let aclmdlSetAIPPDtcPixelMin = __library
            .get(b"aclmdlSetAIPPDtcPixelMin\0")
            .map(|sym| *sym);
        let aclmdlSetAIPPPixelVarReci = __library
            .get(b"aclmdlSetAIPPPixelVarReci\0")
            .map(|sym| *sym);
        let aclmdlSetInputAIPP = __library.get(b"aclmdlSetInputAIPP\0").map(|sym| *sym);
        let aclmdlSetAIPPByInputIndex = __library
            .get(b"aclmdlSetAIPPByInputIndex\0")
            .map(|sym| *sym);
        let aclrtSynchronizeStreamWithTimeout = __library
            .get(b"aclrtSynchronizeStreamWithTimeout\0")
            .map(|sym| *sym);
        let aclrtQueryDeviceStatus = __library
            .get(b"aclrtQueryDeviceStatus\0")
            .map(|sym| *sym);
        Ok(AscendCl {
            __library,
            aclInit,
            aclFinalize,
            aclrtGetVersion,
            aclGetRecentErrMsg,
            aclFloat16ToFloat,
            aclFloatToFloat16,
            aclCreateDataBuffer,
            aclDestroyDataBuffer,
            aclUpdateDataBuffer,
            aclGetDataBufferAddr,
            aclGetDataBufferSize,
            aclGetDataBufferSizeV2,
            aclDataTypeSize,
            aclCreateTensorDesc,
            aclDestroyTensorDesc,
            aclGetTensorDescType,
            aclGetTensorDescFormat,
            aclGetTensorDescSize,
            aclGetTensorDescElementCount,
            aclGetTensorDescNumDims,
            aclGetTensorDescDim,
            aclGetTensorDescDimV2,
            aclSetTensorDescName,
            aclGetTensorDescName,
            aclAppLog,
            aclrtGetSocName,
            aclrtSetExceptionInfoCallback,
            aclrtGetTaskIdFromExceptionInfo,
            aclrtGetStreamIdFromExceptionInfo,
            aclrtGetThreadIdFromExceptionInfo,
            aclrtGetDeviceIdFromExceptionInfo,
            aclrtGetErrorCodeFromExceptionInfo,
            aclrtSubscribeReport,
            aclrtLaunchCallback,
            aclrtProcessReport,
            aclrtUnSubscribeReport,
            aclrtSetDevice,
            aclrtResetDevice,
            aclrtGetDevice,
            aclrtGetDeviceCount,
            aclrtGetRunMode,
            aclrtSynchronizeDevice,
            aclrtCreateContext,
            aclrtDestroyContext,
            aclrtSetCurrentContext,
            aclrtGetCurrentContext,
            aclrtCreateStream,
            aclrtDestroyStream,
            aclrtSynchronizeStream,
            aclrtStreamWaitEvent,
            aclrtCreateEvent,
            aclrtCreateEventWithFlag,
            aclrtDestroyEvent,
            aclrtRecordEvent,
            aclrtResetEvent,
            aclrtQueryEvent,
            aclrtQueryEventStatus,
            aclrtQueryEventWaitStatus,
            aclrtSynchronizeEvent,
            aclrtEventElapsedTime,
            aclrtMalloc,
            aclrtMallocCached,
            aclrtMemFlush,
            aclrtMemInvalidate,
            aclrtFree,
            aclrtMallocHost,
            aclrtFreeHost,
            aclrtMemcpy,
            aclrtMemcpyAsync,
            aclrtMemcpy2d,
            aclrtMemcpy2dAsync,
            aclrtMemset,
            aclrtMemsetAsync,
            aclrtGetMemInfo,
            aclrtSetOpWaitTimeout,
            aclmdlQuerySize,
            aclmdlQuerySizeFromMem,
            aclmdlLoadFromFile,
            aclmdlLoadFromMem,
            aclmdlLoadFromFileWithMem,
            aclmdlLoadFromMemWithMem,
            aclmdlLoadWithConfig,
            aclmdlCreateConfigHandle,
            aclmdlDestroyConfigHandle,
            aclmdlSetConfigOpt,
            aclmdlUnload,
            aclmdlCreateDesc,
            aclmdlDestroyDesc,
            aclmdlGetDesc,
            aclmdlGetNumInputs,
            aclmdlGetNumOutputs,
            aclmdlGetInputSizeByIndex,
            aclmdlGetOutputSizeByIndex,
            aclmdlGetInputDims,
            aclmdlGetInputDimsV2,
            aclmdlGetOutputDims,
            aclmdlGetCurOutputDims,
            aclmdlGetInputNameByIndex,
            aclmdlGetOutputNameByIndex,
            aclmdlGetInputFormat,
            aclmdlGetOutputFormat,
            aclmdlGetInputDataType,
            aclmdlGetOutputDataType,
            aclmdlGetInputIndexByName,
            aclmdlGetOutputIndexByName,
            aclmdlGetDynamicBatch,
            aclmdlGetDynamicHW,
            aclmdlGetInputDynamicGearCount,
            aclmdlGetInputDynamicDims,
            aclmdlGetTensorRealName,
            aclmdlGetOpAttr,
            aclmdlCreateDataset,
            aclmdlDestroyDataset,
            aclmdlAddDatasetBuffer,
            aclmdlGetDatasetNumBuffers,
            aclmdlGetDatasetBuffer,
            aclmdlSetDatasetTensorDesc,
            aclmdlGetDatasetTensorDesc,
            aclmdlSetDynamicBatchSize,
            aclmdlSetDynamicHWSize,
            aclmdlSetInputDynamicDims,
            aclmdlExecute,
            aclmdlExecuteAsync,
            aclmdlGetAippType,
            aclmdlGetFirstAippInfo,
            aclmdlCreateAIPP,
            aclmdlDestroyAIPP,
            aclmdlSetAIPPInputFormat,
            aclmdlSetAIPPCscParams,
            aclmdlSetAIPPRbuvSwapSwitch,
            aclmdlSetAIPPAxSwapSwitch,
            aclmdlSetAIPPSrcImageSize,
            aclmdlSetAIPPScfParams,
            aclmdlSetAIPPCropParams,
            aclmdlSetAIPPPaddingParams,
            aclmdlSetAIPPDtcPixelMean,
            aclmdlSetAIPPDtcPixelMin,
            aclmdlSetAIPPPixelVarReci,
            aclmdlSetInputAIPP,
            aclmdlSetAIPPByInputIndex,
            aclrtSynchronizeStreamWithTimeout,
            aclrtQueryDeviceStatus,
        })
    }
    pub unsafe fn aclInit(&self, configPath: *const ::std::os::raw::c_char) -> aclError {
        (self.aclInit.as_ref().expect("Expected function, got error."))(configPath)
    }
    pub unsafe fn aclFinalize(&self) -> aclError {
        (self.aclFinalize.as_ref().expect("Expected function, got error."))()
    }
    pub unsafe fn aclrtGetVersion(
        &self,
        majorVersion: *mut i32,
        minorVersion: *mut i32,
        patchVersion: *mut i32,
    ) -> aclError {
        (self
            .aclrtGetVersion
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(majorVersion, minorVersion, patchVersion)
    }
    pub unsafe fn aclGetRecentErrMsg(&self) -> *const ::std::os::raw::c_char {
        (self.aclGetRecentErrMsg.as_ref().expect("Expected function, got error."))()
    }
    pub unsafe fn aclFloat16ToFloat(&self, value: aclFloat16) -> f32 {
        (self.aclFloat16ToFloat.as_ref().expect("Expected function, got error."))(value)
    }
    pub unsafe fn aclFloatToFloat16(&self, value: f32) -> aclFloat16 {
        (self.aclFloatToFloat16.as_ref().expect("Expected function, got error."))(value)
    }
    pub unsafe fn aclCreateDataBuffer(
        &self,
        data: *mut ::std::os::raw::c_void,
        size: usize,
    ) -> *mut aclDataBuffer {
        (self
            .aclCreateDataBuffer
            .as_ref()
            .expect("Expected function, got error."))(data, size)
    }
    pub unsafe fn aclDestroyDataBuffer(
        &self,
        dataBuffer: *const aclDataBuffer,
    ) -> aclError {
        (self
            .aclDestroyDataBuffer
            .as_ref()
            .expect("Expected function, got error."))(dataBuffer)
    }
    pub unsafe fn aclUpdateDataBuffer(
        &self,
        dataBuffer: *mut aclDataBuffer,
        data: *mut ::std::os::raw::c_void,
        size: usize,
    ) -> aclError {
        (self
            .aclUpdateDataBuffer
            .as_ref()
            .expect("Expected function, got error."))(dataBuffer, data, size)
    }
    pub unsafe fn aclGetDataBufferAddr(
        &self,
        dataBuffer: *const aclDataBuffer,
    ) -> *mut ::std::os::raw::c_void {
        (self
            .aclGetDataBufferAddr
            .as_ref()
            .expect("Expected function, got error."))(dataBuffer)
    }
    pub unsafe fn aclGetDataBufferSize(&self, dataBuffer: *const aclDataBuffer) -> u32 {
        (self
            .aclGetDataBufferSize
            .as_ref()
            .expect("Expected function, got error."))(dataBuffer)
    }
    pub unsafe fn aclGetDataBufferSizeV2(
        &self,
        dataBuffer: *const aclDataBuffer,
    ) -> usize {
        (self
            .aclGetDataBufferSizeV2
            .as_ref()
            .expect("Expected function, got error."))(dataBuffer)
    }
    pub unsafe fn aclDataTypeSize(&self, dataType: aclDataType) -> usize {
        (self.aclDataTypeSize.as_ref().expect("Expected function, got error."))(dataType)
    }
    pub unsafe fn aclCreateTensorDesc(
        &self,
        dataType: aclDataType,
        numDims: ::std::os::raw::c_int,
        dims: *const i64,
        format: aclFormat,
    ) -> *mut aclTensorDesc {
        (self
            .aclCreateTensorDesc
            .as_ref()
            .expect("Expected function, got error."))(dataType, numDims, dims, format)
    }
    pub unsafe fn aclDestroyTensorDesc(&self, desc: *const aclTensorDesc) {
        (self
            .aclDestroyTensorDesc
            .as_ref()
            .expect("Expected function, got error."))(desc)
    }
    pub unsafe fn aclGetTensorDescType(
        &self,
        desc: *const aclTensorDesc,
    ) -> aclDataType {
        (self
            .aclGetTensorDescType
            .as_ref()
            .expect("Expected function, got error."))(desc)
    }
    pub unsafe fn aclGetTensorDescFormat(
        &self,
        desc: *const aclTensorDesc,
    ) -> aclFormat {
        (self
            .aclGetTensorDescFormat
            .as_ref()
            .expect("Expected function, got error."))(desc)
    }
    pub unsafe fn aclGetTensorDescSize(&self, desc: *const aclTensorDesc) -> usize {
        (self
            .aclGetTensorDescSize
            .as_ref()
            .expect("Expected function, got error."))(desc)
    }
    pub unsafe fn aclGetTensorDescElementCount(
        &self,
        desc: *const aclTensorDesc,
    ) -> usize {
        (self
            .aclGetTensorDescElementCount
            .as_ref()
            .expect("Expected function, got error."))(desc)
    }
    pub unsafe fn aclGetTensorDescNumDims(&self, desc: *const aclTensorDesc) -> usize {
        (self
            .aclGetTensorDescNumDims
            .as_ref()
            .expect("Expected function, got error."))(desc)
    }
    pub unsafe fn aclGetTensorDescDim(
        &self,
        desc: *const aclTensorDesc,
        index: usize,
    ) -> i64 {
        (self
            .aclGetTensorDescDim
            .as_ref()
            .expect("Expected function, got error."))(desc, index)
    }
    pub unsafe fn aclGetTensorDescDimV2(
        &self,
        desc: *const aclTensorDesc,
        index: usize,
        dimSize: *mut i64,
    ) -> aclError {
        (self
            .aclGetTensorDescDimV2
            .as_ref()
            .expect("Expected function, got error."))(desc, index, dimSize)
    }
    pub unsafe fn aclSetTensorDescName(
        &self,
        desc: *mut aclTensorDesc,
        name: *const ::std::os::raw::c_char,
    ) {
        (self
            .aclSetTensorDescName
            .as_ref()
            .expect("Expected function, got error."))(desc, name)
    }
    pub unsafe fn aclGetTensorDescName(
        &self,
        desc: *mut aclTensorDesc,
    ) -> *const ::std::os::raw::c_char {
        (self
            .aclGetTensorDescName
            .as_ref()
            .expect("Expected function, got error."))(desc)
    }
    pub unsafe fn aclrtGetSocName(&self) -> *const ::std::os::raw::c_char {
        (self.aclrtGetSocName.as_ref().expect("Expected function, got error."))()
    }
    pub unsafe fn aclrtSetExceptionInfoCallback(
        &self,
        callback: aclrtExceptionInfoCallback,
    ) -> aclError {
        (self
            .aclrtSetExceptionInfoCallback
            .as_ref()
            .expect("Expected function, got error."))(callback)
    }
    pub unsafe fn aclrtGetTaskIdFromExceptionInfo(
        &self,
        info: *const aclrtExceptionInfo,
    ) -> u32 {
        (self
            .aclrtGetTaskIdFromExceptionInfo
            .as_ref()
            .expect("Expected function, got error."))(info)
    }
    pub unsafe fn aclrtGetStreamIdFromExceptionInfo(
        &self,
        info: *const aclrtExceptionInfo,
    ) -> u32 {
        (self
            .aclrtGetStreamIdFromExceptionInfo
            .as_ref()
            .expect("Expected function, got error."))(info)
    }
    pub unsafe fn aclrtGetThreadIdFromExceptionInfo(
        &self,
        info: *const aclrtExceptionInfo,
    ) -> u32 {
        (self
            .aclrtGetThreadIdFromExceptionInfo
            .as_ref()
            .expect("Expected function, got error."))(info)
    }
    pub unsafe fn aclrtGetDeviceIdFromExceptionInfo(
        &self,
        info: *const aclrtExceptionInfo,
    ) -> u32 {
        (self
            .aclrtGetDeviceIdFromExceptionInfo
            .as_ref()
            .expect("Expected function, got error."))(info)
    }
    pub unsafe fn aclrtGetErrorCodeFromExceptionInfo(
        &self,
        info: *const aclrtExceptionInfo,
    ) -> u32 {
        (self
            .aclrtGetErrorCodeFromExceptionInfo
            .as_ref()
            .expect("Expected function, got error."))(info)
    }
    pub unsafe fn aclrtSubscribeReport(
        &self,
        threadId: u64,
        stream: aclrtStream,
    ) -> aclError {
        (self
            .aclrtSubscribeReport
            .as_ref()
            .expect("Expected function, got error."))(threadId, stream)
    }
    pub unsafe fn aclrtLaunchCallback(
        &self,
        fn_: aclrtCallback,
        userData: *mut ::std::os::raw::c_void,
        blockType: aclrtCallbackBlockType,
        stream: aclrtStream,
    ) -> aclError {
        (self
            .aclrtLaunchCallback
            .as_ref()
            .expect("Expected function, got error."))(fn_, userData, blockType, stream)
    }
    pub unsafe fn aclrtProcessReport(&self, timeout: i32) -> aclError {
        (self
            .aclrtProcessReport
            .as_ref()
            .expect("Expected function, got error."))(timeout)
    }
    pub unsafe fn aclrtUnSubscribeReport(
        &self,
        threadId: u64,
        stream: aclrtStream,
    ) -> aclError {
        (self
            .aclrtUnSubscribeReport
            .as_ref()
            .expect("Expected function, got error."))(threadId, stream)
    }
    pub unsafe fn aclrtSetDevice(&self, deviceId: i32) -> aclError {
        (self.aclrtSetDevice.as_ref().expect("Expected function, got error."))(deviceId)
    }
    pub unsafe fn aclrtResetDevice(&self, deviceId: i32) -> aclError {
        (self
            .aclrtResetDevice
            .as_ref()
            .expect("Expected function, got error."))(deviceId)
    }
    pub unsafe fn aclrtGetDevice(&self, deviceId: *mut i32) -> aclError {
        (self.aclrtGetDevice.as_ref().expect("Expected function, got error."))(deviceId)
    }
    pub unsafe fn aclrtGetDeviceCount(&self, count: *mut u32) -> aclError {
        (self
            .aclrtGetDeviceCount
            .as_ref()
            .expect("Expected function, got error."))(count)
    }
    pub unsafe fn aclrtGetRunMode(&self, runMode: *mut aclrtRunMode) -> aclError {
        (self.aclrtGetRunMode.as_ref().expect("Expected function, got error."))(runMode)
    }
    pub unsafe fn aclrtSynchronizeDevice(&self) -> aclError {
        (self.aclrtSynchronizeDevice.as_ref().expect("Expected function, got error."))()
    }
    pub unsafe fn aclrtCreateContext(
        &self,
        context: *mut aclrtContext,
        deviceId: i32,
    ) -> aclError {
        (self
            .aclrtCreateContext
            .as_ref()
            .expect("Expected function, got error."))(context, deviceId)
    }
    pub unsafe fn aclrtDestroyContext(&self, context: aclrtContext) -> aclError {
        (self
            .aclrtDestroyContext
            .as_ref()
            .expect("Expected function, got error."))(context)
    }
    pub unsafe fn aclrtSetCurrentContext(&self, context: aclrtContext) -> aclError {
        (self
            .aclrtSetCurrentContext
            .as_ref()
            .expect("Expected function, got error."))(context)
    }
    pub unsafe fn aclrtGetCurrentContext(&self, context: *mut aclrtContext) -> aclError {
        (self
            .aclrtGetCurrentContext
            .as_ref()
            .expect("Expected function, got error."))(context)
    }
    pub unsafe fn aclrtCreateStream(&self, stream: *mut aclrtStream) -> aclError {
        (self.aclrtCreateStream.as_ref().expect("Expected function, got error."))(stream)
    }
    pub unsafe fn aclrtDestroyStream(&self, stream: aclrtStream) -> aclError {
        (self
            .aclrtDestroyStream
            .as_ref()
            .expect("Expected function, got error."))(stream)
    }
    pub unsafe fn aclrtSynchronizeStream(&self, stream: aclrtStream) -> aclError {
        (self
            .aclrtSynchronizeStream
            .as_ref()
            .expect("Expected function, got error."))(stream)
    }
    pub unsafe fn aclrtStreamWaitEvent(
        &self,
        stream: aclrtStream,
        event: aclrtEvent,
    ) -> aclError {
        (self
            .aclrtStreamWaitEvent
            .as_ref()
            .expect("Expected function, got error."))(stream, event)
    }
    pub unsafe fn aclrtCreateEvent(&self, event: *mut aclrtEvent) -> aclError {
        (self.aclrtCreateEvent.as_ref().expect("Expected function, got error."))(event)
    }
    pub unsafe fn aclrtCreateEventWithFlag(
        &self,
        event: *mut aclrtEvent,
        flag: u32,
    ) -> aclError {
        (self
            .aclrtCreateEventWithFlag
            .as_ref()
            .expect("Expected function, got error."))(event, flag)
    }
    pub unsafe fn aclrtDestroyEvent(&self, event: aclrtEvent) -> aclError {
        (self.aclrtDestroyEvent.as_ref().expect("Expected function, got error."))(event)
    }
    pub unsafe fn aclrtRecordEvent(
        &self,
        event: aclrtEvent,
        stream: aclrtStream,
    ) -> aclError {
        (self
            .aclrtRecordEvent
            .as_ref()
            .expect("Expected function, got error."))(event, stream)
    }
    pub unsafe fn aclrtResetEvent(
        &self,
        event: aclrtEvent,
        stream: aclrtStream,
    ) -> aclError {
        (self
            .aclrtResetEvent
            .as_ref()
            .expect("Expected function, got error."))(event, stream)
    }
    pub unsafe fn aclrtQueryEvent(
        &self,
        event: aclrtEvent,
        status: *mut aclrtEventStatus,
    ) -> aclError {
        (self
            .aclrtQueryEvent
            .as_ref()
            .expect("Expected function, got error."))(event, status)
    }
    pub unsafe fn aclrtQueryEventStatus(
        &self,
        event: aclrtEvent,
        status: *mut aclrtEventRecordedStatus,
    ) -> aclError {
        (self
            .aclrtQueryEventStatus
            .as_ref()
            .expect("Expected function, got error."))(event, status)
    }
    pub unsafe fn aclrtQueryEventWaitStatus(
        &self,
        event: aclrtEvent,
        status: *mut aclrtEventWaitStatus,
    ) -> aclError {
        (self
            .aclrtQueryEventWaitStatus
            .as_ref()
            .expect("Expected function, got error."))(event, status)
    }
    pub unsafe fn aclrtSynchronizeEvent(&self, event: aclrtEvent) -> aclError {
        (self
            .aclrtSynchronizeEvent
            .as_ref()
            .expect("Expected function, got error."))(event)
    }
    pub unsafe fn aclrtEventElapsedTime(
        &self,
        ms: *mut f32,
        startEvent: aclrtEvent,
        endEvent: aclrtEvent,
    ) -> aclError {
        (self
            .aclrtEventElapsedTime
            .as_ref()
            .expect("Expected function, got error."))(ms, startEvent, endEvent)
    }
    pub unsafe fn aclrtMalloc(
        &self,
        devPtr: *mut *mut ::std::os::raw::c_void,
        size: usize,
        policy: aclrtMemMallocPolicy,
    ) -> aclError {
        (self
            .aclrtMalloc
            .as_ref()
            .expect("Expected function, got error."))(devPtr, size, policy)
    }
    pub unsafe fn aclrtMallocCached(
        &self,
        devPtr: *mut *mut ::std::os::raw::c_void,
        size: usize,
        policy: aclrtMemMallocPolicy,
    ) -> aclError {
        (self
            .aclrtMallocCached
            .as_ref()
            .expect("Expected function, got error."))(devPtr, size, policy)
    }
    pub unsafe fn aclrtMemFlush(
        &self,
        devPtr: *mut ::std::os::raw::c_void,
        size: usize,
    ) -> aclError {
        (self
            .aclrtMemFlush
            .as_ref()
            .expect("Expected function, got error."))(devPtr, size)
    }
    pub unsafe fn aclrtMemInvalidate(
        &self,
        devPtr: *mut ::std::os::raw::c_void,
        size: usize,
    ) -> aclError {
        (self
            .aclrtMemInvalidate
            .as_ref()
            .expect("Expected function, got error."))(devPtr, size)
    }
    pub unsafe fn aclrtFree(&self, devPtr: *mut ::std::os::raw::c_void) -> aclError {
        (self.aclrtFree.as_ref().expect("Expected function, got error."))(devPtr)
    }
    pub unsafe fn aclrtMallocHost(
        &self,
        hostPtr: *mut *mut ::std::os::raw::c_void,
        size: usize,
    ) -> aclError {
        (self
            .aclrtMallocHost
            .as_ref()
            .expect("Expected function, got error."))(hostPtr, size)
    }
    pub unsafe fn aclrtFreeHost(
        &self,
        hostPtr: *mut ::std::os::raw::c_void,
    ) -> aclError {
        (self.aclrtFreeHost.as_ref().expect("Expected function, got error."))(hostPtr)
    }
    pub unsafe fn aclrtMemcpy(
        &self,
        dst: *mut ::std::os::raw::c_void,
        destMax: usize,
        src: *const ::std::os::raw::c_void,
        count: usize,
        kind: aclrtMemcpyKind,
    ) -> aclError {
        (self
            .aclrtMemcpy
            .as_ref()
            .expect("Expected function, got error."))(dst, destMax, src, count, kind)
    }
    pub unsafe fn aclrtMemcpyAsync(
        &self,
        dst: *mut ::std::os::raw::c_void,
        destMax: usize,
        src: *const ::std::os::raw::c_void,
        count: usize,
        kind: aclrtMemcpyKind,
        stream: aclrtStream,
    ) -> aclError {
        (self
            .aclrtMemcpyAsync
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(dst, destMax, src, count, kind, stream)
    }
    pub unsafe fn aclrtMemcpy2d(
        &self,
        dst: *mut ::std::os::raw::c_void,
        dpitch: usize,
        src: *const ::std::os::raw::c_void,
        spitch: usize,
        width: usize,
        height: usize,
        kind: aclrtMemcpyKind,
    ) -> aclError {
        (self
            .aclrtMemcpy2d
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(dst, dpitch, src, spitch, width, height, kind)
    }
    pub unsafe fn aclrtMemcpy2dAsync(
        &self,
        dst: *mut ::std::os::raw::c_void,
        dpitch: usize,
        src: *const ::std::os::raw::c_void,
        spitch: usize,
        width: usize,
        height: usize,
        kind: aclrtMemcpyKind,
        stream: aclrtStream,
    ) -> aclError {
        (self
            .aclrtMemcpy2dAsync
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(dst, dpitch, src, spitch, width, height, kind, stream)
    }
    pub unsafe fn aclrtMemset(
        &self,
        devPtr: *mut ::std::os::raw::c_void,
        maxCount: usize,
        value: i32,
        count: usize,
    ) -> aclError {
        (self
            .aclrtMemset
            .as_ref()
            .expect("Expected function, got error."))(devPtr, maxCount, value, count)
    }
    pub unsafe fn aclrtMemsetAsync(
        &self,
        devPtr: *mut ::std::os::raw::c_void,
        maxCount: usize,
        value: i32,
        count: usize,
        stream: aclrtStream,
    ) -> aclError {
        (self
            .aclrtMemsetAsync
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(devPtr, maxCount, value, count, stream)
    }
    pub unsafe fn aclrtGetMemInfo(
        &self,
        attr: aclrtMemAttr,
        free: *mut usize,
        total: *mut usize,
    ) -> aclError {
        (self
            .aclrtGetMemInfo
            .as_ref()
            .expect("Expected function, got error."))(attr, free, total)
    }
    pub unsafe fn aclrtSetOpWaitTimeout(&self, timeout: u32) -> aclError {
        (self
            .aclrtSetOpWaitTimeout
            .as_ref()
            .expect("Expected function, got error."))(timeout)
    }
    pub unsafe fn aclmdlQuerySize(
        &self,
        fileName: *const ::std::os::raw::c_char,
        workSize: *mut usize,
        weightSize: *mut usize,
    ) -> aclError {
        (self
            .aclmdlQuerySize
            .as_ref()
            .expect("Expected function, got error."))(fileName, workSize, weightSize)
    }
    pub unsafe fn aclmdlQuerySizeFromMem(
        &self,
        model: *const ::std::os::raw::c_void,
        modelSize: usize,
        workSize: *mut usize,
        weightSize: *mut usize,
    ) -> aclError {
        (self
            .aclmdlQuerySizeFromMem
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(model, modelSize, workSize, weightSize)
    }
    pub unsafe fn aclmdlLoadFromFile(
        &self,
        modelPath: *const ::std::os::raw::c_char,
        modelId: *mut u32,
    ) -> aclError {
        (self
            .aclmdlLoadFromFile
            .as_ref()
            .expect("Expected function, got error."))(modelPath, modelId)
    }
    pub unsafe fn aclmdlLoadFromMem(
        &self,
        model: *const ::std::os::raw::c_void,
        modelSize: usize,
        modelId: *mut u32,
    ) -> aclError {
        (self
            .aclmdlLoadFromMem
            .as_ref()
            .expect("Expected function, got error."))(model, modelSize, modelId)
    }
    pub unsafe fn aclmdlLoadFromFileWithMem(
        &self,
        modelPath: *const ::std::os::raw::c_char,
        modelId: *mut u32,
        workPtr: *mut ::std::os::raw::c_void,
        workSize: usize,
        weightPtr: *mut ::std::os::raw::c_void,
        weightSize: usize,
    ) -> aclError {
        (self
            .aclmdlLoadFromFileWithMem
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(modelPath, modelId, workPtr, workSize, weightPtr, weightSize)
    }
    pub unsafe fn aclmdlLoadFromMemWithMem(
        &self,
        model: *const ::std::os::raw::c_void,
        modelSize: usize,
        modelId: *mut u32,
        workPtr: *mut ::std::os::raw::c_void,
        workSize: usize,
        weightPtr: *mut ::std::os::raw::c_void,
        weightSize: usize,
    ) -> aclError {
        (self
            .aclmdlLoadFromMemWithMem
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(model, modelSize, modelId, workPtr, workSize, weightPtr, weightSize)
    }
    pub unsafe fn aclmdlLoadWithConfig(
        &self,
        handle: *const aclmdlConfigHandle,
        modelId: *mut u32,
    ) -> aclError {
        (self
            .aclmdlLoadWithConfig
            .as_ref()
            .expect("Expected function, got error."))(handle, modelId)
    }
    pub unsafe fn aclmdlCreateConfigHandle(&self) -> *mut aclmdlConfigHandle {
        (self
            .aclmdlCreateConfigHandle
            .as_ref()
            .expect("Expected function, got error."))()
    }
    pub unsafe fn aclmdlDestroyConfigHandle(
        &self,
        handle: *mut aclmdlConfigHandle,
    ) -> aclError {
        (self
            .aclmdlDestroyConfigHandle
            .as_ref()
            .expect("Expected function, got error."))(handle)
    }
    pub unsafe fn aclmdlSetConfigOpt(
        &self,
        handle: *mut aclmdlConfigHandle,
        attr: aclmdlConfigAttr,
        attrValue: *const ::std::os::raw::c_void,
        valueSize: usize,
    ) -> aclError {
        (self
            .aclmdlSetConfigOpt
            .as_ref()
            .expect("Expected function, got error."))(handle, attr, attrValue, valueSize)
    }
    pub unsafe fn aclmdlUnload(&self, modelId: u32) -> aclError {
        (self.aclmdlUnload.as_ref().expect("Expected function, got error."))(modelId)
    }
    pub unsafe fn aclmdlCreateDesc(&self) -> *mut aclmdlDesc {
        (self.aclmdlCreateDesc.as_ref().expect("Expected function, got error."))()
    }
    pub unsafe fn aclmdlDestroyDesc(&self, modelDesc: *mut aclmdlDesc) -> aclError {
        (self
            .aclmdlDestroyDesc
            .as_ref()
            .expect("Expected function, got error."))(modelDesc)
    }
    pub unsafe fn aclmdlGetDesc(
        &self,
        modelDesc: *mut aclmdlDesc,
        modelId: u32,
    ) -> aclError {
        (self
            .aclmdlGetDesc
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, modelId)
    }
    pub unsafe fn aclmdlGetNumInputs(&self, modelDesc: *mut aclmdlDesc) -> usize {
        (self
            .aclmdlGetNumInputs
            .as_ref()
            .expect("Expected function, got error."))(modelDesc)
    }
    pub unsafe fn aclmdlGetNumOutputs(&self, modelDesc: *mut aclmdlDesc) -> usize {
        (self
            .aclmdlGetNumOutputs
            .as_ref()
            .expect("Expected function, got error."))(modelDesc)
    }
    pub unsafe fn aclmdlGetInputSizeByIndex(
        &self,
        modelDesc: *mut aclmdlDesc,
        index: usize,
    ) -> usize {
        (self
            .aclmdlGetInputSizeByIndex
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index)
    }
    pub unsafe fn aclmdlGetOutputSizeByIndex(
        &self,
        modelDesc: *mut aclmdlDesc,
        index: usize,
    ) -> usize {
        (self
            .aclmdlGetOutputSizeByIndex
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index)
    }
    pub unsafe fn aclmdlGetInputDims(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
        dims: *mut aclmdlIODims,
    ) -> aclError {
        (self
            .aclmdlGetInputDims
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index, dims)
    }
    pub unsafe fn aclmdlGetInputDimsV2(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
        dims: *mut aclmdlIODims,
    ) -> aclError {
        (self
            .aclmdlGetInputDimsV2
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index, dims)
    }
    pub unsafe fn aclmdlGetOutputDims(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
        dims: *mut aclmdlIODims,
    ) -> aclError {
        (self
            .aclmdlGetOutputDims
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index, dims)
    }
    pub unsafe fn aclmdlGetCurOutputDims(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
        dims: *mut aclmdlIODims,
    ) -> aclError {
        (self
            .aclmdlGetCurOutputDims
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index, dims)
    }
    pub unsafe fn aclmdlGetInputNameByIndex(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
    ) -> *const ::std::os::raw::c_char {
        (self
            .aclmdlGetInputNameByIndex
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index)
    }
    pub unsafe fn aclmdlGetOutputNameByIndex(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
    ) -> *const ::std::os::raw::c_char {
        (self
            .aclmdlGetOutputNameByIndex
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index)
    }
    pub unsafe fn aclmdlGetInputFormat(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
    ) -> aclFormat {
        (self
            .aclmdlGetInputFormat
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index)
    }
    pub unsafe fn aclmdlGetOutputFormat(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
    ) -> aclFormat {
        (self
            .aclmdlGetOutputFormat
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index)
    }
    pub unsafe fn aclmdlGetInputDataType(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
    ) -> aclDataType {
        (self
            .aclmdlGetInputDataType
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index)
    }
    pub unsafe fn aclmdlGetOutputDataType(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
    ) -> aclDataType {
        (self
            .aclmdlGetOutputDataType
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index)
    }
    pub unsafe fn aclmdlGetInputIndexByName(
        &self,
        modelDesc: *const aclmdlDesc,
        name: *const ::std::os::raw::c_char,
        index: *mut usize,
    ) -> aclError {
        (self
            .aclmdlGetInputIndexByName
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, name, index)
    }
    pub unsafe fn aclmdlGetOutputIndexByName(
        &self,
        modelDesc: *const aclmdlDesc,
        name: *const ::std::os::raw::c_char,
        index: *mut usize,
    ) -> aclError {
        (self
            .aclmdlGetOutputIndexByName
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, name, index)
    }
    pub unsafe fn aclmdlGetDynamicBatch(
        &self,
        modelDesc: *const aclmdlDesc,
        batch: *mut aclmdlBatch,
    ) -> aclError {
        (self
            .aclmdlGetDynamicBatch
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, batch)
    }
    pub unsafe fn aclmdlGetDynamicHW(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
        hw: *mut aclmdlHW,
    ) -> aclError {
        (self
            .aclmdlGetDynamicHW
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index, hw)
    }
    pub unsafe fn aclmdlGetInputDynamicGearCount(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
        gearCount: *mut usize,
    ) -> aclError {
        (self
            .aclmdlGetInputDynamicGearCount
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index, gearCount)
    }
    pub unsafe fn aclmdlGetInputDynamicDims(
        &self,
        modelDesc: *const aclmdlDesc,
        index: usize,
        dims: *mut aclmdlIODims,
        gearCount: usize,
    ) -> aclError {
        (self
            .aclmdlGetInputDynamicDims
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, index, dims, gearCount)
    }
    pub unsafe fn aclmdlGetTensorRealName(
        &self,
        modelDesc: *const aclmdlDesc,
        name: *const ::std::os::raw::c_char,
    ) -> *const ::std::os::raw::c_char {
        (self
            .aclmdlGetTensorRealName
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, name)
    }
    pub unsafe fn aclmdlGetOpAttr(
        &self,
        modelDesc: *mut aclmdlDesc,
        opName: *const ::std::os::raw::c_char,
        attr: *const ::std::os::raw::c_char,
    ) -> *const ::std::os::raw::c_char {
        (self
            .aclmdlGetOpAttr
            .as_ref()
            .expect("Expected function, got error."))(modelDesc, opName, attr)
    }
    pub unsafe fn aclmdlCreateDataset(&self) -> *mut aclmdlDataset {
        (self.aclmdlCreateDataset.as_ref().expect("Expected function, got error."))()
    }
    pub unsafe fn aclmdlDestroyDataset(
        &self,
        dataset: *const aclmdlDataset,
    ) -> aclError {
        (self
            .aclmdlDestroyDataset
            .as_ref()
            .expect("Expected function, got error."))(dataset)
    }
    pub unsafe fn aclmdlAddDatasetBuffer(
        &self,
        dataset: *mut aclmdlDataset,
        dataBuffer: *mut aclDataBuffer,
    ) -> aclError {
        (self
            .aclmdlAddDatasetBuffer
            .as_ref()
            .expect("Expected function, got error."))(dataset, dataBuffer)
    }
    pub unsafe fn aclmdlGetDatasetNumBuffers(
        &self,
        dataset: *const aclmdlDataset,
    ) -> usize {
        (self
            .aclmdlGetDatasetNumBuffers
            .as_ref()
            .expect("Expected function, got error."))(dataset)
    }
    pub unsafe fn aclmdlGetDatasetBuffer(
        &self,
        dataset: *const aclmdlDataset,
        index: usize,
    ) -> *mut aclDataBuffer {
        (self
            .aclmdlGetDatasetBuffer
            .as_ref()
            .expect("Expected function, got error."))(dataset, index)
    }
    pub unsafe fn aclmdlSetDatasetTensorDesc(
        &self,
        dataset: *mut aclmdlDataset,
        tensorDesc: *mut aclTensorDesc,
        index: usize,
    ) -> aclError {
        (self
            .aclmdlSetDatasetTensorDesc
            .as_ref()
            .expect("Expected function, got error."))(dataset, tensorDesc, index)
    }
    pub unsafe fn aclmdlGetDatasetTensorDesc(
        &self,
        dataset: *const aclmdlDataset,
        index: usize,
    ) -> *mut aclTensorDesc {
        (self
            .aclmdlGetDatasetTensorDesc
            .as_ref()
            .expect("Expected function, got error."))(dataset, index)
    }
    pub unsafe fn aclmdlSetDynamicBatchSize(
        &self,
        modelId: u32,
        dataset: *mut aclmdlDataset,
        index: usize,
        batchSize: u64,
    ) -> aclError {
        (self
            .aclmdlSetDynamicBatchSize
            .as_ref()
            .expect("Expected function, got error."))(modelId, dataset, index, batchSize)
    }
    pub unsafe fn aclmdlSetDynamicHWSize(
        &self,
        modelId: u32,
        dataset: *mut aclmdlDataset,
        index: usize,
        height: u64,
        width: u64,
    ) -> aclError {
        (self
            .aclmdlSetDynamicHWSize
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(modelId, dataset, index, height, width)
    }
    pub unsafe fn aclmdlSetInputDynamicDims(
        &self,
        modelId: u32,
        dataset: *mut aclmdlDataset,
        index: usize,
        dims: *const aclmdlIODims,
    ) -> aclError {
        (self
            .aclmdlSetInputDynamicDims
            .as_ref()
            .expect("Expected function, got error."))(modelId, dataset, index, dims)
    }
    pub unsafe fn aclmdlExecute(
        &self,
        modelId: u32,
        input: *const aclmdlDataset,
        output: *mut aclmdlDataset,
    ) -> aclError {
        (self
            .aclmdlExecute
            .as_ref()
            .expect("Expected function, got error."))(modelId, input, output)
    }
    pub unsafe fn aclmdlExecuteAsync(
        &self,
        modelId: u32,
        input: *const aclmdlDataset,
        output: *mut aclmdlDataset,
        stream: aclrtStream,
    ) -> aclError {
        (self
            .aclmdlExecuteAsync
            .as_ref()
            .expect("Expected function, got error."))(modelId, input, output, stream)
    }
    pub unsafe fn aclmdlGetAippType(
        &self,
        modelId: u32,
        index: usize,
        type_: *mut aclmdlInputAippType,
        dynamicAttachedDataIndex: *mut usize,
    ) -> aclError {
        (self
            .aclmdlGetAippType
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(modelId, index, type_, dynamicAttachedDataIndex)
    }
    pub unsafe fn aclmdlGetFirstAippInfo(
        &self,
        modelId: u32,
        index: usize,
        aippInfo: *mut aclAippInfo,
    ) -> aclError {
        (self
            .aclmdlGetFirstAippInfo
            .as_ref()
            .expect("Expected function, got error."))(modelId, index, aippInfo)
    }
    pub unsafe fn aclmdlCreateAIPP(&self, batchSize: u64) -> *mut aclmdlAIPP {
        (self
            .aclmdlCreateAIPP
            .as_ref()
            .expect("Expected function, got error."))(batchSize)
    }
    pub unsafe fn aclmdlDestroyAIPP(&self, aippParmsSet: *const aclmdlAIPP) -> aclError {
        (self
            .aclmdlDestroyAIPP
            .as_ref()
            .expect("Expected function, got error."))(aippParmsSet)
    }
    pub unsafe fn aclmdlSetAIPPInputFormat(
        &self,
        aippParmsSet: *mut aclmdlAIPP,
        inputFormat: aclAippInputFormat,
    ) -> aclError {
        (self
            .aclmdlSetAIPPInputFormat
            .as_ref()
            .expect("Expected function, got error."))(aippParmsSet, inputFormat)
    }
    pub unsafe fn aclmdlSetAIPPCscParams(
        &self,
        aippParmsSet: *mut aclmdlAIPP,
        cscSwitch: i8,
        cscMatrixR0C0: i16,
        cscMatrixR0C1: i16,
        cscMatrixR0C2: i16,
        cscMatrixR1C0: i16,
        cscMatrixR1C1: i16,
        cscMatrixR1C2: i16,
        cscMatrixR2C0: i16,
        cscMatrixR2C1: i16,
        cscMatrixR2C2: i16,
        cscOutputBiasR0: u8,
        cscOutputBiasR1: u8,
        cscOutputBiasR2: u8,
        cscInputBiasR0: u8,
        cscInputBiasR1: u8,
        cscInputBiasR2: u8,
    ) -> aclError {
        (self
            .aclmdlSetAIPPCscParams
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(
            aippParmsSet,
            cscSwitch,
            cscMatrixR0C0,
            cscMatrixR0C1,
            cscMatrixR0C2,
            cscMatrixR1C0,
            cscMatrixR1C1,
            cscMatrixR1C2,
            cscMatrixR2C0,
            cscMatrixR2C1,
            cscMatrixR2C2,
            cscOutputBiasR0,
            cscOutputBiasR1,
            cscOutputBiasR2,
            cscInputBiasR0,
            cscInputBiasR1,
            cscInputBiasR2,
        )
    }
    pub unsafe fn aclmdlSetAIPPRbuvSwapSwitch(
        &self,
        aippParmsSet: *mut aclmdlAIPP,
        rbuvSwapSwitch: i8,
    ) -> aclError {
        (self
            .aclmdlSetAIPPRbuvSwapSwitch
            .as_ref()
            .expect("Expected function, got error."))(aippParmsSet, rbuvSwapSwitch)
    }
    pub unsafe fn aclmdlSetAIPPAxSwapSwitch(
        &self,
        aippParmsSet: *mut aclmdlAIPP,
        axSwapSwitch: i8,
    ) -> aclError {
        (self
            .aclmdlSetAIPPAxSwapSwitch
            .as_ref()
            .expect("Expected function, got error."))(aippParmsSet, axSwapSwitch)
    }
    pub unsafe fn aclmdlSetAIPPSrcImageSize(
        &self,
        aippParmsSet: *mut aclmdlAIPP,
        srcImageSizeW: i32,
        srcImageSizeH: i32,
    ) -> aclError {
        (self
            .aclmdlSetAIPPSrcImageSize
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(aippParmsSet, srcImageSizeW, srcImageSizeH)
    }
    pub unsafe fn aclmdlSetAIPPScfParams(
        &self,
        aippParmsSet: *mut aclmdlAIPP,
        scfSwitch: i8,
        scfInputSizeW: i32,
        scfInputSizeH: i32,
        scfOutputSizeW: i32,
        scfOutputSizeH: i32,
        batchIndex: u64,
    ) -> aclError {
        (self
            .aclmdlSetAIPPScfParams
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(
            aippParmsSet,
            scfSwitch,
            scfInputSizeW,
            scfInputSizeH,
            scfOutputSizeW,
            scfOutputSizeH,
            batchIndex,
        )
    }
    pub unsafe fn aclmdlSetAIPPCropParams(
        &self,
        aippParmsSet: *mut aclmdlAIPP,
        cropSwitch: i8,
        cropStartPosW: i32,
        cropStartPosH: i32,
        cropSizeW: i32,
        cropSizeH: i32,
        batchIndex: u64,
    ) -> aclError {
        (self
            .aclmdlSetAIPPCropParams
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(
            aippParmsSet,
            cropSwitch,
            cropStartPosW,
            cropStartPosH,
            cropSizeW,
            cropSizeH,
            batchIndex,
        )
    }
    pub unsafe fn aclmdlSetAIPPPaddingParams(
        &self,
        aippParmsSet: *mut aclmdlAIPP,
        paddingSwitch: i8,
        paddingSizeTop: i32,
        paddingSizeBottom: i32,
        paddingSizeLeft: i32,
        paddingSizeRight: i32,
        batchIndex: u64,
    ) -> aclError {
        (self
            .aclmdlSetAIPPPaddingParams
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(
            aippParmsSet,
            paddingSwitch,
            paddingSizeTop,
            paddingSizeBottom,
            paddingSizeLeft,
            paddingSizeRight,
            batchIndex,
        )
    }
    pub unsafe fn aclmdlSetAIPPDtcPixelMean(
        &self,
        aippParmsSet: *mut aclmdlAIPP,
        dtcPixelMeanChn0: i16,
        dtcPixelMeanChn1: i16,
        dtcPixelMeanChn2: i16,
        dtcPixelMeanChn3: i16,
        batchIndex: u64,
    ) -> aclError {
        (self
            .aclmdlSetAIPPDtcPixelMean
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(
            aippParmsSet,
            dtcPixelMeanChn0,
            dtcPixelMeanChn1,
            dtcPixelMeanChn2,
            dtcPixelMeanChn3,
            batchIndex,
        )
    }
    pub unsafe fn aclmdlSetAIPPDtcPixelMin(
        &self,
        aippParmsSet: *mut aclmdlAIPP,
        dtcPixelMinChn0: f32,
        dtcPixelMinChn1: f32,
        dtcPixelMinChn2: f32,
        dtcPixelMinChn3: f32,
        batchIndex: u64,
    ) -> aclError {
        (self
            .aclmdlSetAIPPDtcPixelMin
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(
            aippParmsSet,
            dtcPixelMinChn0,
            dtcPixelMinChn1,
            dtcPixelMinChn2,
            dtcPixelMinChn3,
            batchIndex,
        )
    }
    pub unsafe fn aclmdlSetAIPPPixelVarReci(
        &self,
        aippParmsSet: *mut aclmdlAIPP,
        dtcPixelVarReciChn0: f32,
        dtcPixelVarReciChn1: f32,
        dtcPixelVarReciChn2: f32,
        dtcPixelVarReciChn3: f32,
        batchIndex: u64,
    ) -> aclError {
        (self
            .aclmdlSetAIPPPixelVarReci
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(
            aippParmsSet,
            dtcPixelVarReciChn0,
            dtcPixelVarReciChn1,
            dtcPixelVarReciChn2,
            dtcPixelVarReciChn3,
            batchIndex,
        )
    }
    pub unsafe fn aclmdlSetInputAIPP(
        &self,
        modelId: u32,
        dataset: *mut aclmdlDataset,
        index: usize,
        aippParmsSet: *const aclmdlAIPP,
    ) -> aclError {
        (self
            .aclmdlSetInputAIPP
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(modelId, dataset, index, aippParmsSet)
    }
    pub unsafe fn aclmdlSetAIPPByInputIndex(
        &self,
        modelId: u32,
        dataset: *mut aclmdlDataset,
        index: usize,
        aippParmsSet: *const aclmdlAIPP,
    ) -> aclError {
        (self
            .aclmdlSetAIPPByInputIndex
            .as_ref()
            .expect(
                "Expected function, got error.",
            ))(modelId, dataset, index, aippParmsSet)
    }
    pub unsafe fn aclrtSynchronizeStreamWithTimeout(
        &self,
        stream: aclrtStream,
        timeout: i32,
    ) -> aclError {
        (self
            .aclrtSynchronizeStreamWithTimeout
            .as_ref()
            .expect("Expected function, got error."))(stream, timeout)
    }
    pub unsafe fn aclrtQueryDeviceStatus(
        &self,
        deviceId: i32,
        deviceStatus: *mut aclrtDeviceStatus,
    ) -> aclError {
        (self
            .aclrtQueryDeviceStatus
            .as_ref()
            .expect("Expected function, got error."))(deviceId, deviceStatus)
    }
}
pub const ERROR_NAMES: &[(aclError, &str)] = &[
    (100000, "ACL_ERROR_INVALID_PARAM"),
    (100001, "ACL_ERROR_UNINITIALIZE"),
    (100002, "ACL_ERROR_REPEAT_INITIALIZE"),
    (100003, "ACL_ERROR_INVALID_FILE"),
    (100004, "ACL_ERROR_WRITE_FILE"),
    (100005, "ACL_ERROR_INVALID_FILE_SIZE"),
    (100006, "ACL_ERROR_PARSE_FILE"),
    (100007, "ACL_ERROR_FILE_MISSING_ATTR"),
    (100008, "ACL_ERROR_FILE_ATTR_INVALID"),
    (100009, "ACL_ERROR_INVALID_DUMP_CONFIG"),
    (100010, "ACL_ERROR_INVALID_PROFILING_CONFIG"),
    (100011, "ACL_ERROR_INVALID_MODEL_ID"),
    (100012, "ACL_ERROR_DESERIALIZE_MODEL"),
    (100013, "ACL_ERROR_PARSE_MODEL"),
    (100014, "ACL_ERROR_READ_MODEL_FAILURE"),
    (100015, "ACL_ERROR_MODEL_SIZE_INVALID"),
    (100016, "ACL_ERROR_MODEL_MISSING_ATTR"),
    (100017, "ACL_ERROR_MODEL_INPUT_NOT_MATCH"),
    (100018, "ACL_ERROR_MODEL_OUTPUT_NOT_MATCH"),
    (100019, "ACL_ERROR_MODEL_NOT_DYNAMIC"),
    (100020, "ACL_ERROR_OP_TYPE_NOT_MATCH"),
    (100021, "ACL_ERROR_OP_INPUT_NOT_MATCH"),
    (100022, "ACL_ERROR_OP_OUTPUT_NOT_MATCH"),
    (100023, "ACL_ERROR_OP_ATTR_NOT_MATCH"),
    (100024, "ACL_ERROR_OP_NOT_FOUND"),
    (100025, "ACL_ERROR_OP_LOAD_FAILED"),
    (100026, "ACL_ERROR_UNSUPPORTED_DATA_TYPE"),
    (100027, "ACL_ERROR_FORMAT_NOT_MATCH"),
    (100028, "ACL_ERROR_BIN_SELECTOR_NOT_REGISTERED"),
    (100029, "ACL_ERROR_KERNEL_NOT_FOUND"),
    (100030, "ACL_ERROR_BIN_SELECTOR_ALREADY_REGISTERED"),
    (100031, "ACL_ERROR_KERNEL_ALREADY_REGISTERED"),
    (100032, "ACL_ERROR_INVALID_QUEUE_ID"),
    (100033, "ACL_ERROR_REPEAT_SUBSCRIBE"),
    (100034, "ACL_ERROR_STREAM_NOT_SUBSCRIBE"),
    (100035, "ACL_ERROR_THREAD_NOT_SUBSCRIBE"),
    (100036, "ACL_ERROR_WAIT_CALLBACK_TIMEOUT"),
    (100037, "ACL_ERROR_REPEAT_FINALIZE"),
    (100038, "ACL_ERROR_NOT_STATIC_AIPP"),
    (100039, "ACL_ERROR_COMPILING_STUB_MODE"),
    (100040, "ACL_ERROR_GROUP_NOT_SET"),
    (100041, "ACL_ERROR_GROUP_NOT_CREATE"),
    (100042, "ACL_ERROR_PROF_ALREADY_RUN"),
    (100043, "ACL_ERROR_PROF_NOT_RUN"),
    (100044, "ACL_ERROR_DUMP_ALREADY_RUN"),
    (100045, "ACL_ERROR_DUMP_NOT_RUN"),
    (107000, "ACL_ERROR_RT_PARAM_INVALID"),
    (107001, "ACL_ERROR_RT_INVALID_DEVICEID"),
    (107002, "ACL_ERROR_RT_CONTEXT_NULL"),
    (107003, "ACL_ERROR_RT_STREAM_CONTEXT"),
    (107004, "ACL_ERROR_RT_MODEL_CONTEXT"),
    (107005, "ACL_ERROR_RT_STREAM_MODEL"),
    (107006, "ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID"),
    (107007, "ACL_ERROR_RT_EVENT_TIMESTAMP_REVERSAL"),
    (107008, "ACL_ERROR_RT_ADDR_UNALIGNED"),
    (107009, "ACL_ERROR_RT_FILE_OPEN"),
    (107010, "ACL_ERROR_RT_FILE_WRITE"),
    (107011, "ACL_ERROR_RT_STREAM_SUBSCRIBE"),
    (107012, "ACL_ERROR_RT_THREAD_SUBSCRIBE"),
    (107013, "ACL_ERROR_RT_GROUP_NOT_SET"),
    (107014, "ACL_ERROR_RT_GROUP_NOT_CREATE"),
    (107015, "ACL_ERROR_RT_STREAM_NO_CB_REG"),
    (107016, "ACL_ERROR_RT_INVALID_MEMORY_TYPE"),
    (107017, "ACL_ERROR_RT_INVALID_HANDLE"),
    (107018, "ACL_ERROR_RT_INVALID_MALLOC_TYPE"),
    (107019, "ACL_ERROR_RT_WAIT_TIMEOUT"),
    (107020, "ACL_ERROR_RT_TASK_TIMEOUT"),
    (145000, "ACL_ERROR_GE_PARAM_INVALID"),
    (145001, "ACL_ERROR_GE_EXEC_NOT_INIT"),
    (145002, "ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID"),
    (145003, "ACL_ERROR_GE_EXEC_MODEL_ID_INVALID"),
    (145006, "ACL_ERROR_GE_EXEC_MODEL_DATA_SIZE_INVALID"),
    (145007, "ACL_ERROR_GE_EXEC_MODEL_ADDR_INVALID"),
    (145008, "ACL_ERROR_GE_EXEC_MODEL_QUEUE_ID_INVALID"),
    (145009, "ACL_ERROR_GE_EXEC_LOAD_MODEL_REPEATED"),
    (145011, "ACL_ERROR_GE_DYNAMIC_INPUT_ADDR_INVALID"),
    (145012, "ACL_ERROR_GE_DYNAMIC_INPUT_LENGTH_INVALID"),
    (145013, "ACL_ERROR_GE_DYNAMIC_BATCH_SIZE_INVALID"),
    (145014, "ACL_ERROR_GE_AIPP_BATCH_EMPTY"),
    (145015, "ACL_ERROR_GE_AIPP_NOT_EXIST"),
    (145016, "ACL_ERROR_GE_AIPP_MODE_INVALID"),
    (145017, "ACL_ERROR_GE_OP_TASK_TYPE_INVALID"),
    (145018, "ACL_ERROR_GE_OP_KERNEL_TYPE_INVALID"),
    (145019, "ACL_ERROR_GE_PLGMGR_PATH_INVALID"),
    (145020, "ACL_ERROR_GE_FORMAT_INVALID"),
    (145021, "ACL_ERROR_GE_SHAPE_INVALID"),
    (145022, "ACL_ERROR_GE_DATATYPE_INVALID"),
    (148046, "ACL_ERROR_PROF_REPEAT_SUBSCRIBE"),
    (148047, "ACL_ERROR_PROF_API_CONFLICT"),
    (148048, "ACL_ERROR_INVALID_MAX_OPQUEUE_NUM_CONFIG"),
    (148049, "ACL_ERROR_INVALID_OPP_PATH"),
    (148050, "ACL_ERROR_OP_UNSUPPORTED_DYNAMIC"),
    (148051, "ACL_ERROR_RELATIVE_RESOURCE_NOT_CLEARED"),
    (148052, "ACL_ERROR_UNSUPPORTED_JPEG"),
    (200000, "ACL_ERROR_BAD_ALLOC"),
    (200001, "ACL_ERROR_API_NOT_SUPPORT"),
    (200002, "ACL_ERROR_INVALID_DEVICE"),
    (200003, "ACL_ERROR_MEMORY_ADDRESS_UNALIGNED"),
    (200004, "ACL_ERROR_RESOURCE_NOT_MATCH"),
    (200005, "ACL_ERROR_INVALID_RESOURCE_HANDLE"),
    (200006, "ACL_ERROR_FEATURE_UNSUPPORTED"),
    (200007, "ACL_ERROR_PROF_MODULES_UNSUPPORTED"),
    (207000, "ACL_ERROR_RT_FEATURE_NOT_SUPPORT"),
    (207001, "ACL_ERROR_RT_MEMORY_ALLOCATION"),
    (207002, "ACL_ERROR_RT_MEMORY_FREE"),
    (207003, "ACL_ERROR_RT_AICORE_OVER_FLOW"),
    (207004, "ACL_ERROR_RT_NO_DEVICE"),
    (207005, "ACL_ERROR_RT_RESOURCE_ALLOC_FAIL"),
    (207006, "ACL_ERROR_RT_NO_PERMISSION"),
    (207007, "ACL_ERROR_RT_NO_EVENT_RESOURCE"),
    (207008, "ACL_ERROR_RT_NO_STREAM_RESOURCE"),
    (207009, "ACL_ERROR_RT_NO_NOTIFY_RESOURCE"),
    (207010, "ACL_ERROR_RT_NO_MODEL_RESOURCE"),
    (207011, "ACL_ERROR_RT_NO_CDQ_RESOURCE"),
    (207012, "ACL_ERROR_RT_OVER_LIMIT"),
    (207013, "ACL_ERROR_RT_QUEUE_EMPTY"),
    (207014, "ACL_ERROR_RT_QUEUE_FULL"),
    (207015, "ACL_ERROR_RT_REPEATED_INIT"),
    (207016, "ACL_ERROR_RT_AIVEC_OVER_FLOW"),
    (207017, "ACL_ERROR_RT_OVER_FLOW"),
    (207018, "ACL_ERROR_RT_DEVIDE_OOM"),
    (245000, "ACL_ERROR_GE_MEMORY_ALLOCATION"),
    (245001, "ACL_ERROR_GE_MEMORY_OPERATE_FAILED"),
    (245002, "ACL_ERROR_GE_DEVICE_MEMORY_OPERATE_FAILED"),
    (300000, "ACL_ERROR_STORAGE_OVER_LIMIT"),
    (500000, "ACL_ERROR_INTERNAL_ERROR"),
    (500001, "ACL_ERROR_FAILURE"),
    (500002, "ACL_ERROR_GE_FAILURE"),
    (500003, "ACL_ERROR_RT_FAILURE"),
    (500004, "ACL_ERROR_DRV_FAILURE"),
    (500005, "ACL_ERROR_PROFILING_FAILURE"),
    (507000, "ACL_ERROR_RT_INTERNAL_ERROR"),
    (507001, "ACL_ERROR_RT_TS_ERROR"),
    (507002, "ACL_ERROR_RT_STREAM_TASK_FULL"),
    (507003, "ACL_ERROR_RT_STREAM_TASK_EMPTY"),
    (507004, "ACL_ERROR_RT_STREAM_NOT_COMPLETE"),
    (507005, "ACL_ERROR_RT_END_OF_SEQUENCE"),
    (507006, "ACL_ERROR_RT_EVENT_NOT_COMPLETE"),
    (507007, "ACL_ERROR_RT_CONTEXT_RELEASE_ERROR"),
    (507008, "ACL_ERROR_RT_SOC_VERSION"),
    (507009, "ACL_ERROR_RT_TASK_TYPE_NOT_SUPPORT"),
    (507010, "ACL_ERROR_RT_LOST_HEARTBEAT"),
    (507011, "ACL_ERROR_RT_MODEL_EXECUTE"),
    (507012, "ACL_ERROR_RT_REPORT_TIMEOUT"),
    (507013, "ACL_ERROR_RT_SYS_DMA"),
    (507014, "ACL_ERROR_RT_AICORE_TIMEOUT"),
    (507015, "ACL_ERROR_RT_AICORE_EXCEPTION"),
    (507016, "ACL_ERROR_RT_AICORE_TRAP_EXCEPTION"),
    (507017, "ACL_ERROR_RT_AICPU_TIMEOUT"),
    (507018, "ACL_ERROR_RT_AICPU_EXCEPTION"),
    (507019, "ACL_ERROR_RT_AICPU_DATADUMP_RSP_ERR"),
    (507020, "ACL_ERROR_RT_AICPU_MODEL_RSP_ERR"),
    (507021, "ACL_ERROR_RT_PROFILING_ERROR"),
    (507022, "ACL_ERROR_RT_IPC_ERROR"),
    (507023, "ACL_ERROR_RT_MODEL_ABORT_NORMAL"),
    (507024, "ACL_ERROR_RT_KERNEL_UNREGISTERING"),
    (507025, "ACL_ERROR_RT_RINGBUFFER_NOT_INIT"),
    (507026, "ACL_ERROR_RT_RINGBUFFER_NO_DATA"),
    (507027, "ACL_ERROR_RT_KERNEL_LOOKUP"),
    (507028, "ACL_ERROR_RT_KERNEL_DUPLICATE"),
    (507029, "ACL_ERROR_RT_DEBUG_REGISTER_FAIL"),
    (507030, "ACL_ERROR_RT_DEBUG_UNREGISTER_FAIL"),
    (507031, "ACL_ERROR_RT_LABEL_CONTEXT"),
    (507032, "ACL_ERROR_RT_PROGRAM_USE_OUT"),
    (507033, "ACL_ERROR_RT_DEV_SETUP_ERROR"),
    (507034, "ACL_ERROR_RT_VECTOR_CORE_TIMEOUT"),
    (507035, "ACL_ERROR_RT_VECTOR_CORE_EXCEPTION"),
    (507036, "ACL_ERROR_RT_VECTOR_CORE_TRAP_EXCEPTION"),
    (507037, "ACL_ERROR_RT_CDQ_BATCH_ABNORMAL"),
    (507038, "ACL_ERROR_RT_DIE_MODE_CHANGE_ERROR"),
    (507039, "ACL_ERROR_RT_DIE_SET_ERROR"),
    (507040, "ACL_ERROR_RT_INVALID_DIEID"),
    (507041, "ACL_ERROR_RT_DIE_MODE_NOT_SET"),
    (507042, "ACL_ERROR_RT_AICORE_TRAP_READ_OVERFLOW"),
    (507043, "ACL_ERROR_RT_AICORE_TRAP_WRITE_OVERFLOW"),
    (507044, "ACL_ERROR_RT_VECTOR_CORE_TRAP_READ_OVERFLOW"),
    (507045, "ACL_ERROR_RT_VECTOR_CORE_TRAP_WRITE_OVERFLOW"),
    (507046, "ACL_ERROR_RT_STREAM_SYNC_TIMEOUT"),
    (507899, "ACL_ERROR_RT_DRV_INTERNAL_ERROR"),
    (507900, "ACL_ERROR_RT_AICPU_INTERNAL_ERROR"),
    (507901, "ACL_ERROR_RT_SOCKET_CLOSE"),
    (545000, "ACL_ERROR_GE_INTERNAL_ERROR"),
    (545001, "ACL_ERROR_GE_LOAD_MODEL"),
    (545002, "ACL_ERROR_GE_EXEC_LOAD_MODEL_PARTITION_FAILED"),
    (545003, "ACL_ERROR_GE_EXEC_LOAD_WEIGHT_PARTITION_FAILED"),
    (545004, "ACL_ERROR_GE_EXEC_LOAD_TASK_PARTITION_FAILED"),
    (545005, "ACL_ERROR_GE_EXEC_LOAD_KERNEL_PARTITION_FAILED"),
    (545006, "ACL_ERROR_GE_EXEC_RELEASE_MODEL_DATA"),
    (545007, "ACL_ERROR_GE_COMMAND_HANDLE"),
    (545008, "ACL_ERROR_GE_GET_TENSOR_INFO"),
    (545009, "ACL_ERROR_GE_UNLOAD_MODEL"),
];
