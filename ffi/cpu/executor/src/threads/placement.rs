//! On which processor a thread of the pool wakes.
//!
//! Linux may wake a thread on the processor of the thread that wakes it, although another one is
//! idle. Then the two take turns for some milliseconds, until the system moves one of them. So the
//! caller of a run leaves its own processor out of the threads' affinity before it wakes them. Each
//! thread takes its whole affinity back when it runs, so that the system may still move it.
//!
//! Errors are ignored: without this the result is the same, only later.

use std::sync::atomic::{AtomicI32, Ordering};

use nix::sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use nix::unistd::{Pid, gettid};

/// The processors of the process, and the threads of the pool.
#[derive(Debug)]
pub(super) struct Placement {
    /// The affinity of the thread that started the pool; `None` with fewer than two processors.
    all: Option<CpuSet>,
    /// The id of each thread; 0 before the thread runs.
    threads: Vec<AtomicI32>,
}

impl Placement {
    /// For `count` threads. Allocates.
    pub(super) fn new(count: usize) -> Self {
        let all = sched_getaffinity(Pid::from_raw(0)).ok();
        let processors = all.as_ref().map_or(0, |all| {
            let indices = 0..CpuSet::count();
            indices
                .filter(|index| all.is_set(*index) == Ok(true))
                .count()
        });
        Self {
            all: all.filter(|_| processors > 1),
            threads: (0..count).map(|_| AtomicI32::new(0)).collect(),
        }
    }

    /// Registers the calling thread as the one with this index.
    pub(super) fn enter(&self, index: usize) {
        if let Some(thread) = self.threads.get(index) {
            thread.store(gettid().as_raw(), Ordering::Relaxed);
        }
    }

    /// Keeps the sleeping threads off the calling thread's processor until they run.
    pub(super) fn leave_out_caller(&self) {
        let Some(mut others) = self.all else { return };
        let here = sched_getcpu().ok();
        if here.is_none_or(|here| others.unset(here).is_err()) {
            return;
        }
        for thread in &self.threads {
            match thread.load(Ordering::Relaxed) {
                0 => {}
                id => {
                    let _ = sched_setaffinity(Pid::from_raw(id), &others);
                }
            }
        }
    }

    /// Lets the calling thread run on every processor again.
    pub(super) fn settle(&self) {
        if let Some(all) = &self.all {
            // The thread stays where it is; only the system may move it now.
            let _ = sched_setaffinity(Pid::from_raw(0), all);
        }
    }
}
