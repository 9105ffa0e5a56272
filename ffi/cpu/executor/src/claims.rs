//! Which thread computes which items of a step: first those of its own part, in order, then what
//! the other threads have not begun.
//!
//! Each thread has the same part of every step, so most of what it reads is in its own cache. A
//! thread that is held up costs the others only their balance: they take its items.

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// The state of each thread's part.
#[derive(Debug)]
pub(crate) struct Claims {
    parts: Vec<Part>,
}

/// On a cache line of its own, because its thread writes it at every item.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Part {
    /// The step in the upper half, and how many items of it are claimed in the lower half.
    claimed: AtomicU64,
}

impl Part {
    /// Claims the next of `count` items of this step; `None` if all are claimed.
    fn claim(&self, step: u32, count: usize) -> Option<usize> {
        let first = u64::from(step) << 32;
        let mut seen = self.claimed.load(Ordering::Relaxed);
        loop {
            // A part that was not looked at since an earlier step begins anew.
            let now = seen.max(first);
            let taken = usize::try_from(now - first).unwrap_or(usize::MAX);
            if taken >= count {
                return None;
            }
            let next = now + 1;
            let swapped = self.claimed.compare_exchange_weak(
                seen,
                next,
                Ordering::Relaxed,
                Ordering::Relaxed,
            );
            match swapped {
                Ok(_) => return Some(taken),
                Err(changed) => seen = changed,
            }
        }
    }
}

impl Claims {
    /// For this many threads. Allocates.
    pub(crate) fn new(threads: usize) -> Self {
        Self {
            parts: (0..threads).map(|_| Part::default()).collect(),
        }
    }

    /// Begins a new run. No thread may be in one.
    pub(crate) fn reset(&mut self) {
        for part in &mut self.parts {
            *part.claimed.get_mut() = 0;
        }
    }

    /// The next item for this thread of a step with `items` items, counted from 0. Call it only
    /// when all earlier steps are finished. `None` if all items are claimed.
    pub(crate) fn next(&self, thread: usize, step: u32, items: usize) -> Option<usize> {
        let threads = self.parts.len();
        (thread..threads).chain(0..thread).find_map(|owner| {
            let Range { start, end } = own(owner, threads, items);
            let taken = self.parts[owner].claim(step, end - start)?;
            Some(start + taken)
        })
    }
}

/// The items of a thread's own part.
const fn own(thread: usize, threads: usize, items: usize) -> Range<usize> {
    items * thread / threads..items * (thread + 1) / threads
}
