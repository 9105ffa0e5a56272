//! Handles that cannot be followed, only looked up.
//!
//! What the ABI calls a pointer to a stream, a dataset or a description is a number here, never used twice
//! and never an address that exists. A wrong, stale or foreign handle is found by looking, without touching
//! memory, and a program that follows one crashes at once.

use std::collections::BTreeMap;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The next handle. The upper half is no user address on x86-64 nor aarch64.
static NEXT: AtomicUsize = AtomicUsize::new(0xACC1_0000_0000_0010);

/// Locks, and goes on with the data as they are if a thread panicked with the lock held: every change made
/// under a lock in this crate is one assignment or one call to a collection.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The live objects of one kind.
pub(crate) struct Registry<T> {
    live: Mutex<BTreeMap<usize, Arc<T>>>,
}

impl<T> Registry<T> {
    pub(crate) const fn new() -> Self {
        Self {
            live: Mutex::new(BTreeMap::new()),
        }
    }

    /// Makes an object that knows its own handle.
    pub(crate) fn add(&self, make: impl FnOnce(usize) -> T) -> (usize, Arc<T>) {
        let handle = NEXT.fetch_add(16, Ordering::Relaxed);
        let object = Arc::new(make(handle));
        lock(&self.live).insert(handle, Arc::clone(&object));
        (handle, object)
    }

    pub(crate) fn get(&self, handle: usize) -> Option<Arc<T>> {
        lock(&self.live).get(&handle).cloned()
    }

    pub(crate) fn remove(&self, handle: usize) -> Option<Arc<T>> {
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
        picked.map(|(_, object)| object).collect()
    }

    pub(crate) fn all(&self) -> Vec<Arc<T>> {
        lock(&self.live).values().cloned().collect()
    }
}

/// A handle as the pointer that the ABI wants.
pub(crate) fn to_pointer<T>(handle: usize) -> *mut T {
    ptr::without_provenance_mut(handle)
}
