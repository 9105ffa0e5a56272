//! The functions by name, for a program that has this implementation linked in.

use std::ffi::{CStr, c_void};
use std::ptr::NonNull;

use crate::abi::aipp::{aclmdlGetAippType, aclmdlGetFirstAippInfo};
use crate::abi::base::{
    aclCreateDataBuffer, aclDataTypeSize, aclDestroyDataBuffer, aclFloat16ToFloat,
    aclFloatToFloat16, aclGetDataBufferAddr, aclGetDataBufferSize, aclGetDataBufferSizeV2,
    aclUpdateDataBuffer, aclrtGetSocName,
};
use crate::abi::copy::{aclrtMemcpy, aclrtMemcpyAsync, aclrtMemset, aclrtMemsetAsync};
use crate::abi::dataset::{
    aclmdlAddDatasetBuffer, aclmdlCreateDataset, aclmdlDestroyDataset, aclmdlGetDatasetBuffer,
    aclmdlGetDatasetNumBuffers,
};
use crate::abi::description::{
    aclmdlCreateDesc, aclmdlDestroyDesc, aclmdlGetCurOutputDims, aclmdlGetDesc, aclmdlGetInputDims,
    aclmdlGetInputDimsV2, aclmdlGetInputSizeByIndex, aclmdlGetNumInputs, aclmdlGetNumOutputs,
    aclmdlGetOutputDims, aclmdlGetOutputSizeByIndex,
};
use crate::abi::device::{
    aclrtCreateContext, aclrtDestroyContext, aclrtGetCurrentContext, aclrtGetDevice,
    aclrtGetDeviceCount, aclrtGetRunMode, aclrtResetDevice, aclrtSetCurrentContext, aclrtSetDevice,
    aclrtSynchronizeDevice,
};
use crate::abi::event::{
    aclrtCreateEvent, aclrtCreateEventWithFlag, aclrtDestroyEvent, aclrtEventElapsedTime,
    aclrtQueryEvent, aclrtQueryEventStatus, aclrtRecordEvent, aclrtResetEvent,
    aclrtSynchronizeEvent,
};
use crate::abi::exception::{
    aclrtGetDeviceIdFromExceptionInfo, aclrtGetErrorCodeFromExceptionInfo,
    aclrtGetStreamIdFromExceptionInfo, aclrtGetTaskIdFromExceptionInfo,
    aclrtGetThreadIdFromExceptionInfo, aclrtSetExceptionInfoCallback,
};
use crate::abi::init::{aclFinalize, aclGetRecentErrMsg, aclInit, aclrtGetVersion};
use crate::abi::memory::{
    aclrtFree, aclrtFreeHost, aclrtGetMemInfo, aclrtMalloc, aclrtMallocCached, aclrtMallocHost,
    aclrtMemFlush, aclrtMemInvalidate,
};
use crate::abi::model::{
    aclmdlExecute, aclmdlExecuteAsync, aclmdlLoadFromFile, aclmdlLoadFromFileWithMem,
    aclmdlLoadFromMem, aclmdlLoadFromMemWithMem, aclmdlQuerySize, aclmdlQuerySizeFromMem,
    aclmdlUnload,
};
use crate::abi::stream::{
    aclrtCreateStream, aclrtDestroyStream, aclrtStreamWaitEvent, aclrtSynchronizeStream,
    aclrtSynchronizeStreamWithTimeout,
};
use crate::abi::tensor::{
    aclmdlGetInputDataType, aclmdlGetInputFormat, aclmdlGetInputIndexByName,
    aclmdlGetInputNameByIndex, aclmdlGetOutputDataType, aclmdlGetOutputFormat,
    aclmdlGetOutputIndexByName, aclmdlGetOutputNameByIndex,
};

/// Makes the list of names and the search from one list of functions.
macro_rules! symbols {
    ($($function:ident,)*) => {
        /// The names of all functions.
        #[cfg(any(test, feature = "faults"))]
        pub(crate) const NAMES: &[&str] = &[$(stringify!($function),)*];

        /// The address of a function of the ABI by its name, such as `c"aclInit"`; `None` for a name that is not in
        /// `acl.h`. What `dlsym` is for `libascendcl.so`.
        ///
        /// Each address is a function with the prototype that `acl.h` gives to the name: a test lets the compiler
        /// compare all of them with the generated bindings.
        #[must_use]
        pub fn symbol(name: &CStr) -> Option<NonNull<c_void>> {
            $(
                if name.to_bytes() == stringify!($function).as_bytes() {
                    return NonNull::new($function as *mut c_void);
                }
            )*
            None
        }

        /// Compiles only if every function has the type that the bindings give it.
        #[cfg(test)]
        #[allow(dead_code, reason = "it is there to be compiled")]
        fn prototypes(table: &mut ascendcl::bindings::AscendCl) {
            $(table.$function = Ok($function);)*
        }
    };
}

symbols! {
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
    aclrtGetSocName,
    aclrtSetExceptionInfoCallback,
    aclrtGetTaskIdFromExceptionInfo,
    aclrtGetStreamIdFromExceptionInfo,
    aclrtGetThreadIdFromExceptionInfo,
    aclrtGetDeviceIdFromExceptionInfo,
    aclrtGetErrorCodeFromExceptionInfo,
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
    aclrtMemset,
    aclrtMemsetAsync,
    aclrtGetMemInfo,
    aclmdlQuerySize,
    aclmdlQuerySizeFromMem,
    aclmdlLoadFromFile,
    aclmdlLoadFromMem,
    aclmdlLoadFromFileWithMem,
    aclmdlLoadFromMemWithMem,
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
    aclmdlCreateDataset,
    aclmdlDestroyDataset,
    aclmdlAddDatasetBuffer,
    aclmdlGetDatasetNumBuffers,
    aclmdlGetDatasetBuffer,
    aclmdlExecute,
    aclmdlExecuteAsync,
    aclmdlGetAippType,
    aclmdlGetFirstAippInfo,
    aclrtSynchronizeStreamWithTimeout,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The functions that `acl.h` declares: what stands before a parenthesis, comments left out.
    fn declared() -> Vec<&'static str> {
        let header = include_str!("../../acl.h");
        let code = header
            .split("/*")
            .map(|part| part.split_once("*/").map_or(part, |(_, code)| code));
        let words = code.flat_map(|code| {
            let ends = code.match_indices('(').map(|(end, _)| &code[..end]);
            ends.filter_map(|before| {
                let start =
                    before.rfind(|byte: char| !byte.is_ascii_alphanumeric() && byte != '_')?;
                Some(&before[start + 1..])
            })
        });
        words.filter(|word| word.starts_with("acl")).collect()
    }

    #[test]
    fn every_function_of_the_header_is_here_and_no_other() {
        let declared = declared();
        assert!(
            declared.len() > 80,
            "only {} found in acl.h",
            declared.len()
        );
        assert_eq!(declared, NAMES);
    }

    #[test]
    fn every_name_has_an_address_of_its_own() {
        let name = |name: &str| std::ffi::CString::new(name).expect("no zero byte");
        let addresses: std::collections::BTreeSet<_> = NAMES
            .iter()
            .map(|known| symbol(&name(known)).expect(known))
            .collect();
        assert_eq!(addresses.len(), NAMES.len());
        assert_eq!(symbol(c"aclrtNoSuchFunction"), None);
        assert_eq!(symbol(c""), None);
    }
}
