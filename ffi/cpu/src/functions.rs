//! The names of the ABI's functions in the order of `acl.h`, each with its module of `abi`. A test
//! compares them with the header.

/// Passes the names to another macro: all except `aclAppLog`, whose type Rust cannot write.
macro_rules! functions {
    ($then:ident) => {
        $then! {
            init:
                aclInit,
                aclFinalize,
                aclrtGetVersion,
                aclGetRecentErrMsg;
            base:
                aclFloat16ToFloat,
                aclFloatToFloat16,
                aclCreateDataBuffer,
                aclDestroyDataBuffer,
                aclUpdateDataBuffer,
                aclGetDataBufferAddr,
                aclGetDataBufferSize,
                aclGetDataBufferSizeV2,
                aclDataTypeSize;
            tensor_desc:
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
                aclGetTensorDescName;
            base:
                aclrtGetSocName;
            exception:
                aclrtSetExceptionInfoCallback,
                aclrtGetTaskIdFromExceptionInfo,
                aclrtGetStreamIdFromExceptionInfo,
                aclrtGetThreadIdFromExceptionInfo,
                aclrtGetDeviceIdFromExceptionInfo,
                aclrtGetErrorCodeFromExceptionInfo;
            report:
                aclrtSubscribeReport,
                aclrtLaunchCallback,
                aclrtProcessReport,
                aclrtUnSubscribeReport;
            device:
                aclrtSetDevice,
                aclrtResetDevice,
                aclrtGetDevice,
                aclrtGetDeviceCount,
                aclrtGetRunMode,
                aclrtSynchronizeDevice,
                aclrtCreateContext,
                aclrtDestroyContext,
                aclrtSetCurrentContext,
                aclrtGetCurrentContext;
            stream:
                aclrtCreateStream,
                aclrtDestroyStream,
                aclrtSynchronizeStream,
                aclrtStreamWaitEvent;
            event:
                aclrtCreateEvent,
                aclrtCreateEventWithFlag,
                aclrtDestroyEvent,
                aclrtRecordEvent,
                aclrtResetEvent,
                aclrtQueryEvent,
                aclrtQueryEventStatus,
                aclrtQueryEventWaitStatus,
                aclrtSynchronizeEvent,
                aclrtEventElapsedTime;
            memory:
                aclrtMalloc,
                aclrtMallocCached,
                aclrtMemFlush,
                aclrtMemInvalidate,
                aclrtFree,
                aclrtMallocHost,
                aclrtFreeHost;
            copy:
                aclrtMemcpy,
                aclrtMemcpyAsync;
            rows:
                aclrtMemcpy2d,
                aclrtMemcpy2dAsync;
            copy:
                aclrtMemset,
                aclrtMemsetAsync;
            memory:
                aclrtGetMemInfo;
            stream:
                aclrtSetOpWaitTimeout;
            loading:
                aclmdlQuerySize,
                aclmdlQuerySizeFromMem,
                aclmdlLoadFromFile,
                aclmdlLoadFromMem,
                aclmdlLoadFromFileWithMem,
                aclmdlLoadFromMemWithMem;
            config:
                aclmdlLoadWithConfig,
                aclmdlCreateConfigHandle,
                aclmdlDestroyConfigHandle,
                aclmdlSetConfigOpt;
            model:
                aclmdlUnload;
            description:
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
                aclmdlGetCurOutputDims;
            tensor:
                aclmdlGetInputNameByIndex,
                aclmdlGetOutputNameByIndex,
                aclmdlGetInputFormat,
                aclmdlGetOutputFormat,
                aclmdlGetInputDataType,
                aclmdlGetOutputDataType,
                aclmdlGetInputIndexByName,
                aclmdlGetOutputIndexByName;
            dynamic:
                aclmdlGetDynamicBatch,
                aclmdlGetDynamicHW,
                aclmdlGetInputDynamicGearCount,
                aclmdlGetInputDynamicDims;
            tensor:
                aclmdlGetTensorRealName,
                aclmdlGetOpAttr;
            dataset:
                aclmdlCreateDataset,
                aclmdlDestroyDataset,
                aclmdlAddDatasetBuffer,
                aclmdlGetDatasetNumBuffers,
                aclmdlGetDatasetBuffer;
            dynamic:
                aclmdlSetDatasetTensorDesc,
                aclmdlGetDatasetTensorDesc;
            dynamic:
                aclmdlSetDynamicBatchSize,
                aclmdlSetDynamicHWSize,
                aclmdlSetInputDynamicDims;
            model:
                aclmdlExecute,
                aclmdlExecuteAsync;
            aipp:
                aclmdlGetAippType,
                aclmdlGetFirstAippInfo;
            dynamic_aipp:
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
                aclmdlSetAIPPByInputIndex;
            stream:
                aclrtSynchronizeStreamWithTimeout;
            device:
                aclrtQueryDeviceStatus;
        }
    };
}

#[cfg(any(test, feature = "faults"))]
macro_rules! names {
    ($($module:ident: $($function:ident),+;)*) => {
        // The variadic function is last.
        &[$($(stringify!($function),)+)* "aclAppLog"]
    };
}

/// The names of all functions.
#[cfg(any(test, feature = "faults"))]
pub(crate) const NAMES: &[&str] = functions!(names);

pub(crate) use functions;
