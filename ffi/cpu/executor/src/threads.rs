//! A fixed pool of threads. They sleep until a run begins.

mod placement;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use placement::Placement;

/// What each thread of the pool does in a run; the argument is the thread's index.
type Job<'a> = dyn Fn(usize) + Sync + 'a;

/// A fixed number of threads, the calling one included. Starting them allocates; a run does not.
pub struct Threads {
    shared: Arc<Shared>,
    handles: Vec<JoinHandle<()>>,
    /// Held during a run: runs wait for each other.
    turn: Mutex<()>,
}

struct Shared {
    state: Mutex<State>,
    /// A run begins, or the pool ends.
    begins: Condvar,
    /// The last thread has finished its part.
    ends: Condvar,
    placement: Placement,
}

struct State {
    /// Counts the runs.
    run: u64,
    job: Option<&'static Job<'static>>,
    /// Threads of the pool that have not finished this run.
    busy: usize,
    /// Whether a thread panicked in this run.
    has_panicked: bool,
    is_over: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a thread's part of a run as finished.
    fn finish(&self, has_panicked: bool) {
        let mut state = self.state();
        state.busy -= 1;
        state.has_panicked |= has_panicked;
        if state.busy == 0 {
            self.ends.notify_one();
        }
    }

    /// Waits for a run after `last`; `None` when the pool ends.
    fn next(&self, last: u64) -> Option<(u64, &'static Job<'static>)> {
        let mut state = self.state();
        loop {
            if state.is_over {
                return None;
            }
            if let (true, Some(job)) = (state.run != last, state.job) {
                return Some((state.run, job));
            }
            let waited = self.begins.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Waits until no thread of the pool uses the job any more, even after a panic.
struct Wait<'a>(&'a Shared);

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        while state.busy > 0 {
            let waited = self.0.ends.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
        state.job = None;
    }
}

impl Threads {
    /// A pool of `count` threads, at least one. The calling thread is one of them, so this starts
    /// `count - 1`.
    ///
    /// # Errors
    ///
    /// The system's error if it starts no more threads.
    pub fn new(count: usize) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                run: 0,
                job: None,
                busy: 0,
                has_panicked: false,
                is_over: false,
            }),
            begins: Condvar::new(),
            ends: Condvar::new(),
            placement: Placement::new(count.saturating_sub(1)),
        });
        let mut threads = Self {
            shared: Arc::clone(&shared),
            handles: Vec::with_capacity(count.saturating_sub(1)),
            turn: Mutex::new(()),
        };
        for index in 1..count {
            let shared = Arc::clone(&shared);
            let thread = thread::Builder::new().name(format!("compute-{index}"));
            threads
                .handles
                .push(thread.spawn(move || work(&shared, index))?);
        }
        Ok(threads)
    }

    /// The number of threads, the calling one included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.handles.len() + 1
    }

    /// Calls `job` once on each thread, with the thread's index, and returns when all have
    /// finished. Allocates nothing.
    ///
    /// # Panics
    ///
    /// If the job panics on any thread.
    pub(crate) fn run(&self, job: &Job<'_>) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.handles.is_empty() {
            self.shared.placement.leave_out_caller();
            // SAFETY: `Wait` below keeps this function from returning, and from unwinding, before
            // the last thread has finished with the job.
            let job = unsafe { mem::transmute::<&Job<'_>, &'static Job<'static>>(job) };
            let mut state = self.shared.state();
            state.run += 1;
            state.job = Some(job);
            state.busy = self.handles.len();
            state.has_panicked = false;
            self.shared.begins.notify_all();
        }
        {
            let _wait = Wait(&self.shared);
            job(0);
        }
        assert!(
            !self.shared.state().has_panicked,
            "a compute thread panicked"
        );
    }
}

fn work(shared: &Shared, index: usize) {
    shared.placement.enter(index - 1);
    let mut last = 0;
    while let Some((run, job)) = shared.next(last) {
        shared.placement.settle();
        last = run;
        // The thread serves later runs, too. The run reports the panic.
        let result = panic::catch_unwind(AssertUnwindSafe(|| job(index)));
        shared.finish(result.is_err());
    }
}

impl fmt::Debug for Threads {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Threads")
            .field("count", &self.count())
            .finish()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.shared.begins.notify_all();
        for handle in self.handles.drain(..) {
            // A panic of the thread was reported by the run in which it happened.
            let _ = handle.join();
        }
    }
}
