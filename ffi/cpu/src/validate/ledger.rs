//! What the program has been given and not given back.

use std::backtrace::Backtrace;
use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::failure::lock;

/// One of these things.
pub(super) struct Object {
    pub(super) what: String,
    pub(super) backtrace: Backtrace,
}

/// By handle, address or id; no two kinds of these overlap.
static OBJECTS: Mutex<BTreeMap<usize, Object>> = Mutex::new(BTreeMap::new());

/// The program gets something; `what` is made only if wanted.
pub(crate) fn created(key: usize, what: impl FnOnce() -> String) {
    if super::active() {
        let object = Object {
            what: what(),
            backtrace: super::output::backtrace(),
        };
        lock(&OBJECTS).insert(key, object);
    }
}

/// The program gives something back.
pub(crate) fn ended(key: usize) {
    if super::active() {
        lock(&OBJECTS).remove(&key);
    }
}

/// What is left; from now on nothing is.
pub(super) fn take() -> impl Iterator<Item = Object> {
    std::mem::take(&mut *lock(&OBJECTS)).into_values()
}
