//! Threads that are waited for.

use crate::run::shared::{Shared, Stop};
use board::Timestamp;
use core::time::Duration;
use std::thread::{self, Scope, ScopedJoinHandle};

/// Real-time priority of the gate's thread, of 1 to 99: above all programs, below the kernel's own threads (50).
pub(in crate::run) const GATE_PRIORITY: u8 = 40;

/// How often a thread that may not end is looked at.
const LOOK: Duration = Duration::from_millis(1);

/// Starts the station's threads and waits for their ends. Each has a name, by which tools and tests find it.
pub(in crate::run) struct Threads<'scope, 'env> {
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

    /// Whether the thread has ended by then; one that was never started has.
    pub fn is_ended_by<T>(
        &self,
        thread: Option<&ScopedJoinHandle<'scope, T>>,
        end: Timestamp,
    ) -> bool {
        holds_by(end, || thread.is_none_or(ScopedJoinHandle::is_finished))
    }

    /// Waits for the end until then. Gives its name back when it does not come.
    ///
    /// # Errors
    /// It hangs.
    pub fn end_by<T>(
        &self,
        name: &'static str,
        thread: Option<ScopedJoinHandle<'scope, T>>,
        end: Timestamp,
    ) -> Result<Option<T>, &'static str> {
        if self.is_ended_by(thread.as_ref(), end) {
            Ok(self.end(thread))
        } else {
            Err(name)
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

/// Whether the condition holds by then; looked at once at least.
pub(in crate::run) fn holds_by(end: Timestamp, condition: impl Fn() -> bool) -> bool {
    while !condition() {
        if Timestamp::now() >= end {
            return false;
        }
        thread::sleep(LOOK);
    }
    true
}
