//! Where the generated function table gets its functions from.
//!
//! bindgen writes its table for the `libloading` crate. The generator replaces that crate's types
//! by those of this module, which have the same shapes. The functions come from a library file or
//! from an implementation that is linked into the program. Everything here is called only when the
//! program starts.

use std::ffi::{CStr, OsStr, c_void};
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

/// The functions of an AscendCL implementation that is linked into the program, found by name.
///
/// # Examples
///
/// ```
/// use ascendcl::Resolver;
/// use std::ffi::CStr;
/// use std::ffi::c_void;
/// use std::ptr::NonNull;
///
/// extern "C" fn finalize() -> i32 {
///     0
/// }
///
/// fn resolve(name: &CStr) -> Option<NonNull<c_void>> {
///     (name == c"aclFinalize").then(|| NonNull::new(finalize as *mut c_void)).flatten()
/// }
///
/// // SAFETY: `finalize` has the prototype of `aclFinalize`, and may do nothing.
/// const FUNCTIONS: Resolver = unsafe { Resolver::new(resolve) };
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Resolver(fn(&CStr) -> Option<NonNull<c_void>>);

impl Resolver {
    /// Wraps a function that maps a name such as `c"aclInit"` to the address of that function, or
    /// to `None` if the implementation does not have it.
    ///
    /// # Safety
    ///
    /// Each address must be a function with exactly the prototype that `acl.h` gives to the name.
    /// It must do what AscendCL promises. For example, memory from `aclrtMalloc` must not be in
    /// use elsewhere.
    pub const unsafe fn new(resolve: fn(&CStr) -> Option<NonNull<c_void>>) -> Self {
        Self(resolve)
    }
}

/// A source of functions by name.
///
/// A library file stays loaded until the process ends: the vendor's library has its own threads,
/// whose code must stay mapped.
///
/// # Examples
///
/// ```
/// use ascendcl::bindings::AscendCl;
/// use ascendcl::symbols::{Resolver, SymbolSource};
///
/// // SAFETY: the resolver returns no address.
/// let empty = SymbolSource::Linked(unsafe { Resolver::new(|_name| None) });
/// // SAFETY: the source has no function, so none has a wrong prototype.
/// let table = unsafe { AscendCl::from_library(empty) }.unwrap();
/// assert!(table.aclInit.is_err());
/// ```
#[derive(Debug)]
pub enum SymbolSource {
    /// An opened library file.
    File(ManuallyDrop<libloading::Library>),
    /// An implementation that is linked in.
    Linked(Resolver),
}

impl SymbolSource {
    /// Opens a library file and resolves everything that it needs at once. So an incomplete
    /// installation shows here, and not during a later call.
    ///
    /// # Safety
    ///
    /// The initialisers of the file run. They must be fit to run in this process.
    ///
    /// # Errors
    ///
    /// The file does not open.
    pub unsafe fn new(path: impl AsRef<OsStr>) -> Result<Self, LoadError> {
        use libloading::os::unix::{Library as Unix, RTLD_LOCAL, RTLD_NOW};
        let path = path.as_ref();
        // SAFETY: the caller answers for the initialisers of the file.
        match unsafe { Unix::open(Some(path), RTLD_NOW | RTLD_LOCAL) } {
            Ok(library) => Ok(Self::File(ManuallyDrop::new(library.into()))),
            Err(error) => Err(LoadError::Open {
                path: path.to_string_lossy().into_owned(),
                reason: reason(&error),
            }),
        }
    }

    /// Finds a function. `name` ends with a zero byte.
    ///
    /// # Safety
    ///
    /// `T` must be the type of a pointer to the function of that name, as `acl.h` declares it.
    ///
    /// # Errors
    ///
    /// The source does not have the function.
    pub unsafe fn get<T>(&self, name: &'static [u8]) -> Result<Symbol<'_, T>, LoadError> {
        const { assert!(size_of::<T>() == size_of::<*mut c_void>()) };
        let name = CStr::from_bytes_with_nul(name).unwrap_or(c"");
        let address = match self {
            // SAFETY: every symbol has an address, and this code does not use the memory there.
            Self::File(library) => unsafe { library.get::<*mut c_void>(name) }
                .ok()
                .and_then(|address| NonNull::new(*address)),
            Self::Linked(resolver) => (resolver.0)(name),
        };
        address
            .map(|address| Symbol(address, PhantomData))
            .ok_or(LoadError::Missing(name))
    }
}

/// The text of the dynamic loader, without the words that libloading adds.
fn reason(error: &libloading::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

/// A function that was found, as a pointer of type `T`.
#[derive(Debug)]
pub struct Symbol<'library, T>(NonNull<c_void>, PhantomData<(&'library SymbolSource, T)>);

impl<T> Deref for Symbol<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: `SymbolSource::get` checked that `T` has the size of a pointer, and its caller
        // answers for `T` being the type of a pointer to this function.
        unsafe { &*(&raw const self.0).cast::<T>() }
    }
}

/// Why a library or one of its functions was not found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The library file did not open.
    #[error(
        "AscendCL library {path} does not open: {reason}; install CANN, and put its \
         lib64 directory into LD_LIBRARY_PATH"
    )]
    Open {
        /// The file, as the caller named it.
        path: String,
        /// The text of the dynamic loader.
        reason: String,
    },
    /// The implementation does not have this function.
    #[error(
        "the AscendCL library has no function {}; CANN 6.0.RC1 or newer is needed",
        .0.to_string_lossy()
    )]
    Missing(&'static CStr),
}
