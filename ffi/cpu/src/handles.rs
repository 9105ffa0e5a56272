//! Handles that cannot be dereferenced, only looked up.
//!
//! The ABI calls a handle a pointer to a stream, a dataset or a description. Here it is a number
//! that is never reused and never a valid address. A lookup finds a wrong or stale handle without
//! touching memory, and a program that dereferences one crashes at once.

use std::collections::BTreeMap;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

pub(crate) use crate::failure::lock;
use crate::validate;

/// The next handle. Its upper half makes it an invalid user address on x86-64 and aarch64.
static NEXT: AtomicUsize = AtomicUsize::new(0xACC1_0000_0000_0010);

/// The live objects of one kind.
pub(crate) struct Registry<T> {
    /// The kind's name in leak reports; empty if the program does not have to destroy the objects.
    kind: &'static str,
    live: Mutex<BTreeMap<usize, Arc<T>>>,
}

impl<T> Registry<T> {
    /// A registry of objects that the program creates and must destroy.
    pub(crate) const fn new(kind: &'static str) -> Self {
        Self {
            kind,
            live: Mutex::new(BTreeMap::new()),
        }
    }

    /// Creates an object for the program; `make` gets the object's handle.
    pub(crate) fn add(&self, make: impl FnOnce(usize) -> T) -> (usize, Arc<T>) {
        let (handle, object) = self.add_own(make);
        validate::created(handle, || self.kind.to_owned());
        (handle, object)
    }

    /// Creates an object that the program does not have to destroy; `make` gets the object's
    /// handle.
    pub(crate) fn add_own(&self, make: impl FnOnce(usize) -> T) -> (usize, Arc<T>) {
        let handle = NEXT.fetch_add(16, Ordering::Relaxed);
        let object = Arc::new(make(handle));
        lock(&self.live).insert(handle, Arc::clone(&object));
        (handle, object)
    }

    pub(crate) fn get(&self, handle: usize) -> Option<Arc<T>> {
        lock(&self.live).get(&handle).cloned()
    }

    pub(crate) fn remove(&self, handle: usize) -> Option<Arc<T>> {
        validate::ended(handle);
        lock(&self.live).remove(&handle)
    }

    /// The first object for which `which` is true.
    pub(crate) fn find(&self, which: impl Fn(&T) -> bool) -> Option<Arc<T>> {
        lock(&self.live)
            .values()
            .find(|object| which(object))
            .cloned()
    }

    /// Removes every object for which `which` is true.
    pub(crate) fn remove_where(&self, which: impl Fn(&T) -> bool) -> Vec<Arc<T>> {
        let mut live = lock(&self.live);
        let picked = live.extract_if(.., |_, object| which(object));
        picked
            .map(|(handle, object)| {
                validate::ended(handle);
                object
            })
            .collect()
    }

    pub(crate) fn all(&self) -> Vec<Arc<T>> {
        lock(&self.live).values().cloned().collect()
    }
}

/// A handle as the pointer type of the ABI.
pub(crate) fn to_pointer<T>(handle: usize) -> *mut T {
    ptr::without_provenance_mut(handle)
}
