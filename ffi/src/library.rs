//! An AscendCL implementation: every function the safe types call is there, or there is no `Library`.

use std::cell::RefCell;
use std::ffi::CStr;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::bindings::{ACL_ERROR_BAD_ALLOC, ACL_SUCCESS, AscendCl, aclError};
use crate::error::{AclError, Message, keep_message};
use crate::exception;
use crate::symbols::{LoadError, Resolver, SymbolSource};

/// What the implementation on the CPU gives as the name of its chip (`aclrtGetSocName`).
pub const CPU_NAME: &CStr = c"CPU";

/// Fails with the first function of the list that is not in the table.
macro_rules! require {
    ($table:expr, [$($name:ident),* $(,)?]) => {
        $(if let Err(error) = &$table.$name { return Err(error.clone()); })*
    };
}

/// An AscendCL implementation with all functions that this crate cannot do without. One for both kinds: the
/// vendor's library in a file, and one that is linked into the program. A file stays loaded until the
/// process ends.
pub struct Library {
    table: AscendCl,
    /// Text of the last error, and the place for that of the next one.
    message: RefCell<Arc<Message>>,
}

impl Library {
    /// Opens a library file, normally `libascendcl.so`; a name without a slash is searched for as the dynamic
    /// loader does. The code in the file runs with the rights of this process, so whoever may choose the file
    /// must be trusted as the installer of the program is.
    ///
    /// # Errors
    ///
    /// The file does not open, or a function is missing; the error names it.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        // JUSTIFICATION: the file is named at run time, by programs without unsafe code.
        // SAFETY: nothing here can check the file. As the documentation of `open` says, the installer of the program
        // answers for it: its initialisers may run in this process.
        let library = unsafe { SymbolSource::new(path) }?;
        // SAFETY: as before, the installer answers for the file being AscendCL, whose prototypes `acl.h` declares.
        unsafe { AscendCl::from_library(library) }.and_then(Self::complete)
    }

    /// Takes the functions from an implementation that is linked into the program.
    ///
    /// # Errors
    ///
    /// A function is missing; the error names it.
    pub fn builtin(resolver: Resolver) -> Result<Self, LoadError> {
        // SAFETY: `Resolver::new` is unsafe, and its caller answered for the prototypes.
        unsafe { AscendCl::from_library(SymbolSource::Linked(resolver)) }.and_then(Self::complete)
    }

    /// Checks that the table has what the safe types call. A test keeps this list equal to the calls.
    fn complete(table: AscendCl) -> Result<Self, LoadError> {
        require!(
            table,
            [
                aclInit,
                aclFinalize,
                aclGetRecentErrMsg,
                aclrtGetVersion,
                aclrtGetSocName,
                aclrtGetDeviceCount,
                aclrtSetDevice,
                aclrtResetDevice,
                aclrtCreateContext,
                aclrtDestroyContext,
                aclrtGetRunMode,
                aclrtGetMemInfo,
                aclrtCreateStream,
                aclrtDestroyStream,
                aclrtCreateEvent,
                aclrtDestroyEvent,
                aclrtRecordEvent,
                aclrtQueryEventStatus,
                aclrtMalloc,
                aclrtFree,
                aclrtMallocHost,
                aclrtFreeHost,
                aclrtMemset,
                aclrtMemcpyAsync,
                aclrtMemFlush,
                aclrtMemInvalidate,
                aclmdlQuerySize,
                aclmdlLoadFromFileWithMem,
                aclmdlUnload,
                aclmdlCreateDesc,
                aclmdlDestroyDesc,
                aclmdlGetDesc,
                aclmdlGetNumInputs,
                aclmdlGetNumOutputs,
                aclmdlGetInputSizeByIndex,
                aclmdlGetOutputSizeByIndex,
                aclmdlGetInputDimsV2,
                aclmdlGetOutputDims,
                aclmdlGetInputNameByIndex,
                aclmdlGetOutputNameByIndex,
                aclmdlGetInputFormat,
                aclmdlGetOutputFormat,
                aclmdlGetInputDataType,
                aclmdlGetOutputDataType,
                aclmdlGetFirstAippInfo,
                aclCreateDataBuffer,
                aclDestroyDataBuffer,
                aclmdlCreateDataset,
                aclmdlDestroyDataset,
                aclmdlAddDatasetBuffer,
                aclmdlExecuteAsync,
            ]
        );
        Ok(Self {
            table,
            message: RefCell::default(),
        })
    }

    /// The functions.
    pub(crate) fn table(&self) -> &AscendCl {
        &self.table
    }

    /// The chip's name; `None` when the library does not tell.
    pub(crate) fn soc_name(&self) -> Option<&CStr> {
        // SAFETY: no argument and no context. The result is null or a C string that lives as long as the library.
        unsafe {
            let name = self.table.aclrtGetSocName();
            (!name.is_null()).then(|| CStr::from_ptr(name))
        }
    }

    /// Whether this is the implementation on the CPU.
    pub(crate) fn is_cpu(&self) -> bool {
        self.soc_name() == Some(CPU_NAME)
    }

    /// `code` of `call` as a result. On failure the library's text is fetched at once: the next call on this
    /// thread may replace it, and how long its memory lives is not documented.
    pub(crate) fn check(&self, call: &'static str, code: aclError) -> Result<(), AclError> {
        if code == ACL_SUCCESS {
            return Ok(());
        }
        // SAFETY: no argument and no context. The result is null or a C string that is valid until the next call, and it is
        // copied before.
        let text = unsafe {
            let text = self.table.aclGetRecentErrMsg();
            if text.is_null() {
                c""
            } else {
                CStr::from_ptr(text)
            }
        };
        // Whatever comes after a byte that is not UTF-8 is cut off.
        let text = text.to_bytes();
        let valid = match std::str::from_utf8(text) {
            Ok(_) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        let text = text.get(..valid).unwrap_or_default();
        let mut message = self.message.borrow_mut();
        keep_message(&mut message, std::str::from_utf8(text).unwrap_or_default());
        Err(AclError {
            call,
            code,
            message: Arc::clone(&message),
            exception: exception::take(),
            is_cpu: self.is_cpu(),
        })
    }

    /// The pointer a creating call returned. These calls give no code: null counts as out of memory.
    pub(crate) fn check_created<T>(
        &self,
        call: &'static str,
        pointer: *mut T,
    ) -> Result<*mut T, AclError> {
        if pointer.is_null() {
            self.check(call, ACL_ERROR_BAD_ALLOC)?;
        }
        Ok(pointer)
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Library")
    }
}

/// Calls an AscendCL function of `$library` that returns a code. `call!(library, aclrtFree(pointer))` gives a
/// `Result<(), AclError>`, and the error has the function's name.
///
/// # Contract
///
/// A call is sound when two things hold. Calls of the table without this macro have the same contract.
///
/// 1. The context is current on this thread. AscendCL keeps the current context per thread, and `Device::open` makes its
///    context current on the thread that opens the device. Every type that makes calls holds the `Rc` of a runtime or a
///    device. `Rc` is neither `Send` nor `Sync`, so these types never leave that thread: the compiler refuses it, as
///    `tests/rules.rs` proves. If a thread opens a second device, the context of the second is current. AscendCL then answers
///    handles of the first with an error code (107003 for a stream, 107004 for a model).
/// 2. The arguments are what `acl.h` asks for: handles are alive, and pointers are valid for the call, or for the work that
///    it starts. The SAFETY note of each call says why.
///
/// A note that begins with "contract of `call!`" takes 1 from here and adds 2. A call that needs no context says so.
macro_rules! call {
    ($library:expr, $name:ident($($argument:expr),* $(,)?)) => {{
        let library: &$crate::library::Library = $library;
        let code = library.table().$name($($argument),*);
        library.check(stringify!($name), code)
    }};
}
pub(crate) use call;
