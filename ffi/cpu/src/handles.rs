//! Handles that cannot be followed, only looked up.
//!
//! What the ABI calls a pointer to a stream, a dataset or a description is a number here, never used twice
//! and never an address that exists. A wrong, stale or foreign handle is found by looking, without touching
//! memory, and a program that follows one crashes at once.

use std::collections::BTreeMap;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

pub(crate) use crate::failure::lock;
use crate::validate;

/// The next handle. The upper half is no user address on x86-64 nor aarch64.
static NEXT: AtomicUsize = AtomicUsize::new(0xACC1_0000_0000_0010);

/// The live objects of one kind.
pub(crate) struct Registry<T> {
    /// What a program calls one; empty for objects that no program has to give back.
    kind: &'static str,
    live: Mutex<BTreeMap<usize, Arc<T>>>,
}

impl<T> Registry<T> {
    /// Objects that a program creates and has to destroy.
    pub(crate) const fn new(kind: &'static str) -> Self {
        Self {
            kind,
            live: Mutex::new(BTreeMap::new()),
        }
    }

    /// Makes an object that knows its own handle, for the program.
    pub(crate) fn add(&self, make: impl FnOnce(usize) -> T) -> (usize, Arc<T>) {
        let (handle, object) = self.add_own(make);
        validate::created(handle, || self.kind.to_owned());
        (handle, object)
    }

    /// Makes an object that knows its own handle and that no program has to destroy.
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

    /// The first object that `which` picks.
    pub(crate) fn find(&self, which: impl Fn(&T) -> bool) -> Option<Arc<T>> {
        lock(&self.live)
            .values()
            .find(|object| which(object))
            .cloned()
    }

    /// Takes out every object that `which` picks.
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

/// A handle as the pointer that the ABI wants.
pub(crate) fn to_pointer<T>(handle: usize) -> *mut T {
    ptr::without_provenance_mut(handle)
}
