//! The station's threads: starting them by name, and waiting for their ends.

use super::shared::{Shared, Stop};
use board::Timestamp;
use core::time::Duration;
use std::thread::{self, Scope, ScopedJoinHandle};

/// How often a thread that may hang is polled.
const POLL: Duration = Duration::from_millis(1);

/// Starts the station's threads.
pub struct Threads<'scope, 'env> {
    pub scope: &'scope Scope<'scope, 'env>,
    pub shared: &'scope Shared<'scope>,
}

impl<'scope> Threads<'scope, '_> {
    /// Starts a thread. Tools and tests find it by its name. If the system has no thread left, the
    /// station stops, and dropping `work` closes what it holds.
    pub fn start<T: Send + 'scope>(
        &self,
        name: &'static str,
        work: impl FnOnce() -> T + Send + 'scope,
    ) -> Thread<'scope, T> {
        let thread = thread::Builder::new().name(name.to_owned());
        let handle = match thread.spawn_scoped(self.scope, work) {
            Ok(handle) => Some(handle),
            Err(error) => {
                let why = format!("starting the thread {name}: {error}");
                self.shared.stop(Stop::Broken(why));
                None
            }
        };
        Thread { name, handle }
    }
}

/// A thread of the station. One that could not be started counts as ended.
#[derive(Debug)]
pub struct Thread<'scope, T> {
    name: &'static str,
    handle: Option<ScopedJoinHandle<'scope, T>>,
}

impl<T> Thread<'_, T> {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        self.handle
            .as_ref()
            .is_none_or(ScopedJoinHandle::is_finished)
    }

    /// Waits until it ends, at most until `end`. Returns whether it has ended.
    pub fn has_ended_by(&self, end: Timestamp) -> bool {
        holds_by(end, || self.has_ended())
    }

    /// Waits until it ends, and returns its result; nothing if it panicked or was never started. A
    /// panic stops the station.
    pub fn join(self, shared: &Shared<'_>) -> Option<T> {
        let joined = self.handle?.join();
        if joined.is_err() {
            shared.stop(Stop::Broken(
                "a thread of the station panicked; please report its message".to_owned(),
            ));
        }
        joined.ok()
    }
}

/// Waits until the condition holds, at most until `end`. Checks it at least once.
pub fn holds_by(end: Timestamp, condition: impl Fn() -> bool) -> bool {
    while !condition() {
        if Timestamp::now() >= end {
            return false;
        }
        thread::sleep(POLL);
    }
    true
}
