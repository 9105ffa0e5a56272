//! An AscendCL implementation whose required functions were all found.

use std::cell::RefCell;
use std::ffi::CStr;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::bindings::{ACL_ERROR_BAD_ALLOC, ACL_SUCCESS, AscendCl, aclError};
use crate::error::{AclError, Message, keep_message};
use crate::exception;
use crate::symbols::{LoadError, Resolver, SymbolSource};

/// The chip name that the implementation on the CPU returns from `aclrtGetSocName`.
pub const CPU_NAME: &CStr = c"CPU";

/// Returns the error of the first listed function that the table lacks.
macro_rules! require {
    ($table:expr, [$($name:ident),* $(,)?]) => {
        $(if let Err(error) = &$table.$name { return Err(error.clone()); })*
    };
}

/// An AscendCL implementation: the vendor's library file, or one linked into the program.
///
/// It has all functions that this crate requires. A library file stays loaded until the process
/// ends.
pub struct Library {
    table: AscendCl,
    /// The text of the last error. The next error reuses its memory if the last one was dropped.
    message: RefCell<Arc<Message>>,
}

impl Library {
    /// Opens a library file, usually `libascendcl.so`. The dynamic loader searches for a name
    /// without a slash in its own directories.
    ///
    /// The code in the file runs with the rights of this process. Trust the file as much as the
    /// program itself.
    ///
    /// # Errors
    ///
    /// The file does not open, or a function is missing. The error names it.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn main() -> Result<(), ascendcl::LoadError> {
    /// use ascendcl::Library;
    ///
    /// let library = Library::open("/usr/local/Ascend/lib64/libascendcl.so".as_ref())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        // JUSTIFICATION: programs without unsafe code name the file at run time.
        // SAFETY: no code can check the file. Its installer answers for it, as the documentation
        // of `open` says: its initialisers may run in this process.
        let library = unsafe { SymbolSource::new(path) }?;
        // SAFETY: the installer also answers for the file being AscendCL, whose prototypes
        // `acl.h` declares.
        unsafe { AscendCl::from_library(library) }.and_then(Self::complete)
    }

    /// Takes the functions of an implementation that is linked into the program.
    ///
    /// # Errors
    ///
    /// A function is missing. The error names it.
    ///
    /// # Examples
    ///
    /// ```
    /// use ascendcl::{Library, LoadError, Resolver};
    ///
    /// // An implementation without functions. `ascendcl_cpu::symbol` has all of them.
    /// // SAFETY: it returns no address.
    /// let empty = unsafe { Resolver::new(|_name| None) };
    /// let error = Library::builtin(empty).unwrap_err();
    /// assert_eq!(error, LoadError::Missing(c"aclInit"));
    /// ```
    pub fn builtin(resolver: Resolver) -> Result<Self, LoadError> {
        // SAFETY: `Resolver::new` is unsafe, and its caller answered for the prototypes.
        unsafe { AscendCl::from_library(SymbolSource::Linked(resolver)) }.and_then(Self::complete)
    }

    /// Checks that the table has every function that the safe types call. A unit test keeps this
    /// list equal to the calls.
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

    /// The function table.
    pub(crate) fn table(&self) -> &AscendCl {
        &self.table
    }

    /// The chip's name, or `None` if the library does not know it.
    pub(crate) fn soc_name(&self) -> Option<&CStr> {
        // SAFETY: no argument and no context. The result is null or a C string that lives as long
        // as the library.
        unsafe {
            let name = self.table.aclrtGetSocName();
            (!name.is_null()).then(|| CStr::from_ptr(name))
        }
    }

    /// Whether this is the implementation on the CPU.
    pub(crate) fn is_cpu(&self) -> bool {
        self.soc_name() == Some(CPU_NAME)
    }

    /// Turns the `code` that `call` returned into a result.
    ///
    /// On failure it copies the library's text at once. The next call on this thread may replace
    /// the text, and AscendCL does not document how long its memory lives. A byte that is not
    /// UTF-8 ends the text.
    pub(crate) fn check(&self, call: &'static str, code: aclError) -> Result<(), AclError> {
        if code == ACL_SUCCESS {
            return Ok(());
        }
        // SAFETY: no argument and no context. The result is null or a C string that is valid until
        // the next call, and the text is copied before that.
        let text = unsafe {
            let text = self.table.aclGetRecentErrMsg();
            if text.is_null() {
                c""
            } else {
                CStr::from_ptr(text)
            }
        };
        let text = text.to_bytes().utf8_chunks().next();
        let mut message = self.message.borrow_mut();
        keep_message(&mut message, text.map_or("", |chunk| chunk.valid()));
        Err(AclError {
            call,
            code,
            message: Arc::clone(&message),
            exception: exception::take(),
            is_cpu: self.is_cpu(),
        })
    }

    /// Checks the handle that a creating call returned. These calls return no code, so null counts
    /// as out of memory.
    pub(crate) fn check_created<T>(
        &self,
        call: &'static str,
        handle: *mut T,
    ) -> Result<*mut T, AclError> {
        if handle.is_null() {
            self.check(call, ACL_ERROR_BAD_ALLOC)?;
        }
        Ok(handle)
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Library")
    }
}

/// Calls an AscendCL function of `$library` that returns a code.
///
/// `call!(library, aclrtFree(pointer))` gives a `Result<(), AclError>`. The error has the
/// function's name.
///
/// # Contract
///
/// A call is sound when two things hold. Calls of the table without this macro have the same
/// contract.
///
/// 1. The context is current on this thread. AscendCL keeps the current context per thread.
///    `Device::open` makes its context current on the thread that opens the device. Every type
///    that makes calls holds the `Rc` of a runtime or a device, and `Rc` is neither `Send` nor
///    `Sync`. So the compiler keeps these types on that thread, as `tests/rules.rs` proves. If the
///    thread opens a second device, the context of the second is current. AscendCL then answers
///    handles of the first with an error code: 107003 for a stream, 107004 for a model.
/// 2. The arguments are what `acl.h` asks for. Handles are alive. Pointers are valid for the call,
///    or for the work that it starts. The SAFETY note of each call says why.
///
/// A note that begins with "contract of `call!`" takes 1 from here and states 2. The note of a
/// call without a context says so.
macro_rules! call {
    ($library:expr, $name:ident($($argument:expr),* $(,)?)) => {{
        let library: &$crate::library::Library = $library;
        let code = library.table().$name($($argument),*);
        library.check(stringify!($name), code)
    }};
}
pub(crate) use call;
