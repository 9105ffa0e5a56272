//! A global allocator for tests that counts the allocations of each thread.
//!
//! It forwards to the system's allocator. A test makes it the global allocator of its program and
//! compares two readings of a thread's counter:
//!
//! ```
//! use board::heap::{self, CountingHeap};
//!
//! #[global_allocator]
//! static HEAP: CountingHeap = CountingHeap;
//!
//! let me = heap::this_thread();
//! let before = heap::allocations(me);
//! let boxed = Box::new(1);
//! assert_eq!(heap::allocations(me), before + 1);
//! drop(boxed);
//! assert_eq!(heap::allocations(me), before + 1);
//! ```

use core::cell::Cell;
use core::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use nix::libc;
use std::alloc::{GlobalAlloc, Layout, System};

/// Threads with their own counter. All later threads share one, which is read as thread 0.
pub const THREADS_MAX: usize = 128;

/// The counting allocator. Counting takes a few nanoseconds for each call and never blocks.
#[derive(Debug)]
pub struct CountingHeap;

/// One thread's kernel number (0 while the counter is unused) and its allocations.
struct Counter {
    thread: AtomicI32,
    allocations: AtomicU64,
}

static COUNTERS: [Counter; THREADS_MAX] = [const {
    Counter {
        thread: AtomicI32::new(0),
        allocations: AtomicU64::new(0),
    }
}; THREADS_MAX];

/// The shared counter of all threads that have none of their own.
static OTHERS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// The counter of this thread. It has no destructor, so it is valid for every allocation of the
    /// thread.
    static COUNTER: Cell<Option<&'static Counter>> = const { Cell::new(None) };
}

/// The kernel's number of the calling thread: its directory in `/proc/self/task`.
pub fn this_thread() -> i32 {
    // Makes the system call directly: glibc has a function for it only since 2.30, and a board may
    // have 2.27. SAFETY: the call takes no arguments, changes nothing and cannot fail.
    let thread = unsafe { libc::syscall(libc::SYS_gettid) };
    // The kernel's thread numbers are below 2^22.
    i32::try_from(thread).unwrap_or_default()
}

/// The allocations of a thread so far, reallocations included; 0 for an unknown thread. Usable from
/// any thread; allocates nothing. The kernel may reuse the number of a finished thread. The new
/// thread then continues its count.
pub fn allocations(thread: i32) -> u64 {
    let counter = COUNTERS
        .iter()
        .find(|counter| counter.thread.load(Ordering::Acquire) == thread);
    match counter {
        Some(counter) if thread != 0 => counter.allocations.load(Ordering::Relaxed),
        _ if thread == 0 => OTHERS.load(Ordering::Relaxed),
        _ => 0,
    }
}

fn count() {
    let counter = COUNTER.with(|kept| {
        if kept.get().is_none() {
            kept.set(find_counter());
        }
        kept.get()
    });
    counter
        .map_or(&OTHERS, |counter| &counter.allocations)
        .fetch_add(1, Ordering::Relaxed);
}

fn find_counter() -> Option<&'static Counter> {
    let thread = this_thread();
    COUNTERS.iter().find(|counter| {
        let taken = counter
            .thread
            .compare_exchange(0, thread, Ordering::AcqRel, Ordering::Acquire);
        taken.is_ok() || taken == Err(thread)
    })
}

// SAFETY: every call is forwarded to the system's allocator with the same arguments, and its result
// is returned unchanged. Counting uses atomics and a thread-local cell without a destructor, so it
// neither allocates nor panics.
unsafe impl GlobalAlloc for CountingHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`, which `System::alloc`
        // shares.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `alloc_zeroed`, which `System::alloc_zeroed`
        // shares.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `realloc`, and `memory` came from `System`.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`, and `memory` came from `System`.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[global_allocator]
    static HEAP: CountingHeap = CountingHeap;

    #[test]
    fn each_thread_has_its_own_count() {
        let me = this_thread();
        let (other, others, made) = std::thread::spawn(|| {
            let thread = this_thread();
            let before = allocations(thread);
            let mut list = Vec::<u64>::with_capacity(1);
            list.push(1);
            list.reserve_exact(100);
            let zeroed = vec![0_u8; 64];
            drop((list, zeroed));
            (thread, before, allocations(thread) - before)
        })
        .join()
        .unwrap();
        assert_eq!(made, 3, "an allocation, a growth, and one of zeros");
        assert_ne!(me, other);
        assert_eq!(allocations(other), others + 3, "also after its end");
        let before = allocations(me);
        let boxed = Box::new(me);
        assert_eq!(allocations(me), before + 1);
        drop(boxed);
        assert_eq!(allocations(me), before + 1);
    }

    #[test]
    fn an_unknown_thread_has_no_allocations() {
        assert_eq!(allocations(-1), 0);
    }
}
