//! Where the generated function table gets its functions from.
//!
//! bindgen writes its table against the `libloading` crate. The generator puts this module in that
//! crate's place: the same names and shapes, but the functions come either from a library file or from
//! an implementation that is linked into the program. Everything here is called at start-up only.

use std::ffi::{CStr, OsStr, c_void};
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

/// The functions of an AscendCL implementation that is linked into the program, found by name.
#[derive(Clone, Copy, Debug)]
pub struct Resolver(fn(&CStr) -> Option<NonNull<c_void>>);

impl Resolver {
    /// Takes the function that maps a name such as `c"aclInit"` to the address of that function,
    /// or to `None` when the implementation does not have it.
    ///
    /// # Safety
    ///
    /// Each address must be a function with exactly the prototype that `acl.h` gives to the name, and it
    /// must keep what AscendCL promises of it (for example that `aclrtMalloc` gives memory nobody else has).
    pub const unsafe fn new(resolve: fn(&CStr) -> Option<NonNull<c_void>>) -> Self {
        Self(resolve)
    }
}

/// A source of functions by name. A library file stays loaded until the process ends: the vendor's
/// library keeps threads of its own, and code must not vanish under them.
#[derive(Debug)]
pub enum SymbolSource {
    /// An opened library file.
    File(ManuallyDrop<libloading::Library>),
    /// An implementation that is linked in.
    Linked(Resolver),
}

impl SymbolSource {
    /// Opens a library file and resolves all that it needs itself at once, so that an incomplete
    /// installation is found here and not in the middle of a call.
    ///
    /// # Safety
    ///
    /// The initialisers of the file run: it must be one that may run in this process.
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
    pub unsafe fn get<T>(&self, name: &'static [u8]) -> Result<Symbol<'_, T>, LoadError> {
        const { assert!(size_of::<T>() == size_of::<*mut c_void>()) };
        let name = CStr::from_bytes_with_nul(name).unwrap_or(c"");
        let address = match self {
            // SAFETY: every symbol has an address, and this code does not use what lies there.
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

/// The text of the dynamic loader, without libloading's words around it.
fn reason(error: &libloading::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

/// A function that was found, as a pointer of type `T`.
#[derive(Debug)]
pub struct Symbol<'library, T>(NonNull<c_void>, PhantomData<(&'library SymbolSource, T)>);

impl<T> Deref for Symbol<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: `SymbolSource::get` checked that `T` has the size of a pointer, and its caller answers for `T` being
        // the type of a pointer to this function.
        unsafe { &*(&raw const self.0).cast::<T>() }
    }
}

/// Why a library or one of its functions was not found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The library file did not open.
    #[error(
        "AscendCL library {path} does not open: {reason}; is CANN installed and its lib64 directory in LD_LIBRARY_PATH?"
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
