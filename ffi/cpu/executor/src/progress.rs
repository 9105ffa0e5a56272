//! How far a run is: no item of a step begins before all earlier steps are finished.

#[cfg(test)]
mod tests;

use std::hint;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Looks at the other threads' progress before a thread sleeps. A pause takes 10 to 60 ns, so this
/// is a wait of some microseconds: longer than the usual difference between two threads, shorter
/// than what a sleep costs.
const LOOKS: usize = 600;

/// The shared state of one run.
#[derive(Debug)]
pub(crate) struct Progress {
    finished: AtomicUsize,
    /// The least number of finished items that a sleeping thread waits for.
    wanted: AtomicUsize,
    is_aborted: AtomicBool,
    lock: Mutex<()>,
    wake: Condvar,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            finished: AtomicUsize::new(0),
            wanted: AtomicUsize::new(usize::MAX),
            is_aborted: AtomicBool::new(false),
            lock: Mutex::new(()),
            wake: Condvar::new(),
        }
    }
}

impl Progress {
    /// Begins a new run. No thread may be in one.
    pub(crate) fn reset(&mut self) {
        *self.finished.get_mut() = 0;
        *self.wanted.get_mut() = usize::MAX;
        *self.is_aborted.get_mut() = false;
    }

    /// Waits until `count` items are finished; false if the run was aborted.
    pub(crate) fn wait(&self, count: usize) -> bool {
        for _ in 0..LOOKS {
            if self.finished.load(Ordering::Acquire) >= count {
                return true;
            }
            hint::spin_loop();
        }
        let mut guard = self.lock();
        loop {
            if self.is_aborted.load(Ordering::SeqCst) {
                return false;
            }
            // First the wish, then the look: `finish` counts first and then looks at the wish. So
            // either this thread sees the item, or `finish` sees the wish and takes the lock.
            self.wanted.fetch_min(count, Ordering::SeqCst);
            if self.finished.load(Ordering::SeqCst) >= count {
                return true;
            }
            guard = self
                .wake
                .wait(guard)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Counts items as finished. Threads that sleep are only woken when their items are complete.
    pub(crate) fn finish(&self, items: usize) {
        let finished = self.finished.fetch_add(items, Ordering::SeqCst) + items;
        if finished >= self.wanted.load(Ordering::SeqCst) {
            self.wake_sleepers();
        }
    }

    /// Ends the run: waiting threads return, because an item will never be finished.
    pub(crate) fn abort(&self) {
        self.is_aborted.store(true, Ordering::SeqCst);
        self.wake_sleepers();
    }

    fn wake_sleepers(&self) {
        let _guard = self.lock();
        self.wanted.store(usize::MAX, Ordering::SeqCst);
        self.wake.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
