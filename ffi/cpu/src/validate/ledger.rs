//! The objects that the program has created and not destroyed.

use std::backtrace::Backtrace;
use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::failure::lock;

/// A live object: its kind, and where it was created.
pub(super) struct Object {
    pub(super) what: String,
    pub(super) backtrace: Backtrace,
}

/// By handle, address or id; the numbers of these kinds never overlap.
static OBJECTS: Mutex<BTreeMap<usize, Object>> = Mutex::new(BTreeMap::new());

/// The program creates an object. `what` is called only if validation is on.
pub(crate) fn created(key: usize, what: impl FnOnce() -> String) {
    if super::active() {
        let object = Object {
            what: what(),
            backtrace: super::output::backtrace(),
        };
        lock(&OBJECTS).insert(key, object);
    }
}

/// The program destroys an object.
pub(crate) fn ended(key: usize) {
    if super::active() {
        lock(&OBJECTS).remove(&key);
    }
}

/// Removes and returns all live objects.
pub(super) fn take() -> impl Iterator<Item = Object> {
    std::mem::take(&mut *lock(&OBJECTS)).into_values()
}
