//! Threads that are waited for.

use super::shared::{Shared, Stop};
use std::thread::{self, Scope, ScopedJoinHandle};

/// Starts the station's threads and waits for their ends. Each has a name, by which tools and tests find it.
pub(super) struct Threads<'scope, 'env> {
    pub scope: &'scope Scope<'scope, 'env>,
    pub shared: &'scope Shared,
}

impl<'scope> Threads<'scope, '_> {
    /// Nothing when the system gives no thread: then the station stops, and dropping `work` closes what it held.
    pub fn start<T: Send + 'scope>(
        &self,
        name: &str,
        work: impl FnOnce() -> T + Send + 'scope,
    ) -> Option<ScopedJoinHandle<'scope, T>> {
        let thread = thread::Builder::new().name(name.to_owned());
        match thread.spawn_scoped(self.scope, work) {
            Ok(thread) => Some(thread),
            Err(error) => {
                let why = format!("starting the thread {name}: {error}");
                self.shared.stop(Stop::Broken(why));
                None
            }
        }
    }

    /// A thread that panicked has ended, which is all that is waited for here; the first reason to stop is kept.
    pub fn end<T>(&self, thread: Option<ScopedJoinHandle<'scope, T>>) -> Option<T> {
        let ended = thread?.join();
        if ended.is_err() {
            self.shared.stop(Stop::Broken(
                "a thread of the station panicked; please report its message".to_owned(),
            ));
        }
        ended.ok()
    }
}
