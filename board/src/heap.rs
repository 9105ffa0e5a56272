//! An allocator that counts, thread by thread: the instrument that proves that a thread allocates nothing.
//!
//! It is the system's allocator with a counter in front, and is for tests: the station that is delivered uses the
//! system's. A test makes it the global allocator of its program, names the threads that it watches, and compares two
//! readings:
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

/// Threads that can be told apart in the life of a process; all later ones share the counter of thread 0.
pub const THREADS_MAX: usize = 128;

/// The counting allocator. Each call counts one for its thread, costs a few nanoseconds, and never waits.
#[derive(Debug)]
pub struct CountingHeap;

/// One thread: its number in the kernel, 0 while nobody has this place, and its allocations.
struct Place {
    thread: AtomicI32,
    allocations: AtomicU64,
}

static PLACES: [Place; THREADS_MAX] = [const {
    Place {
        thread: AtomicI32::new(0),
        allocations: AtomicU64::new(0),
    }
}; THREADS_MAX];

/// The threads for which there was no place.
static OTHERS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// The place of this thread. Neither made nor dropped, so it is there for every allocation of the thread.
    static PLACE: Cell<Option<&'static Place>> = const { Cell::new(None) };
}

/// The kernel's number of the calling thread, the name of its directory in `/proc/self/task`.
pub fn this_thread() -> i32 {
    // The call itself: glibc has a function for it only since 2.30, and a board may have 2.27.
    // SAFETY: the call takes nothing, changes nothing and cannot fail.
    let thread = unsafe { libc::syscall(libc::SYS_gettid) };
    // The kernel numbers threads up to 2^22.
    i32::try_from(thread).unwrap_or_default()
}

/// Allocations of a thread since it began, one that was made larger or smaller counted again; 0 for a thread that made
/// none. Usable from any thread; allocates nothing. The number of a thread that has ended can come to another thread,
/// which then goes on with its count.
pub fn allocations(thread: i32) -> u64 {
    let place = PLACES
        .iter()
        .find(|place| place.thread.load(Ordering::Acquire) == thread);
    match place {
        Some(place) if thread != 0 => place.allocations.load(Ordering::Relaxed),
        _ if thread == 0 => OTHERS.load(Ordering::Relaxed),
        _ => 0,
    }
}

fn count() {
    let place = PLACE.with(|kept| {
        if kept.get().is_none() {
            kept.set(find_place());
        }
        kept.get()
    });
    place
        .map_or(&OTHERS, |place| &place.allocations)
        .fetch_add(1, Ordering::Relaxed);
}

fn find_place() -> Option<&'static Place> {
    let thread = this_thread();
    PLACES.iter().find(|place| {
        let taken = place
            .thread
            .compare_exchange(0, thread, Ordering::AcqRel, Ordering::Acquire);
        taken.is_ok() || taken == Err(thread)
    })
}

// SAFETY: every call goes to the system's allocator with the arguments that it was given, and its result comes back as
// it is. Counting touches atomics and a thread-local cell that has no destructor, so it neither allocates nor panics.
unsafe impl GlobalAlloc for CountingHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`, which is the one of `System::alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as for `alloc`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as for `alloc`; all memory that this allocator gave out is the system's.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as for `realloc`.
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
    fn a_thread_that_there_is_not_has_made_none() {
        assert_eq!(allocations(-1), 0);
    }
}
