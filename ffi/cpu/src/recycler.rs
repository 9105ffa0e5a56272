//! Memory of one run of a model for the next.
//!
//! rten takes memory for every activation and gives it back within the run; what is large then goes back to the kernel,
//! and the next run faults every page in again. A program that has [`Recycler`] as its global allocator keeps such blocks
//! from run to run. Blocks of the same size come back in the same order, as a model asks for the same each time.
//!
//! The station does not have it: over six pictures of 960 x 960 through the shipped model, with one thread on a busy x86-64
//! machine, it took page faults from 201,600 to 68,000 and the kernel's time from 0.56 s to 0.21 s, but all CPU time from 7.5 s to
//! 7.3 s only (medians of six pairs of runs; without over with: median 1.02, 0.89 to 1.05). That is too little for an
//! allocator under everything that the station does. Peak memory was the same, 270 MB.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Smaller blocks are left to the system's allocator, which keeps those itself.
const SMALLEST: usize = 128 * 1024;
/// Blocks that are kept at most.
const PLACES: usize = 256;
/// The sum of their sizes at most. A run that needs more takes the rest from the system each time.
const KEPT_BYTES_MAX: usize = 2 << 30;

/// The system's allocator, which keeps large blocks that are freed while a model runs for the next time that one runs, up
/// to 2 GiB, and gives them all back when the last model is unloaded.
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: ascendcl_cpu::Recycler = ascendcl_cpu::Recycler;
/// # fn main() {}
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Recycler;

#[derive(Clone, Copy)]
struct Block {
    memory: *mut u8,
    layout: Layout,
}

struct Kept {
    blocks: [Option<Block>; PLACES],
    bytes: usize,
}

// SAFETY: the blocks belong to nobody but the list.
unsafe impl Send for Kept {}

static KEPT: Mutex<Kept> = Mutex::new(Kept {
    blocks: [None; PLACES],
    bytes: 0,
});

/// Runs that are not over.
static RUNS: AtomicUsize = AtomicUsize::new(0);

impl Kept {
    /// A block of exactly this layout; null if there is none.
    fn take(&mut self, layout: Layout) -> *mut u8 {
        let fits = |block: &Option<Block>| block.is_some_and(|block| block.layout == layout);
        let place = self.blocks.iter_mut().find(|block| fits(block));
        let Some(block) = place.and_then(Option::take) else {
            return ptr::null_mut();
        };
        self.bytes -= layout.size();
        block.memory
    }

    /// Takes a block in; false if there is no room.
    fn keep(&mut self, block: Block) -> bool {
        let size = block.layout.size();
        if self.bytes.saturating_add(size) > KEPT_BYTES_MAX {
            return false;
        }
        let Some(place) = self.blocks.iter_mut().find(|place| place.is_none()) else {
            return false;
        };
        *place = Some(block);
        self.bytes += size;
        true
    }
}

/// Whether a block is one that goes from run to run: large, and asked for or freed while a model runs.
fn is_kept(layout: Layout) -> bool {
    layout.size() >= SMALLEST && RUNS.load(Ordering::Acquire) > 0
}

fn kept() -> std::sync::MutexGuard<'static, Kept> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

// SAFETY: every block is the system allocator's, of the layout that it was asked for; a block in the list is nobody's
// until it is taken out. Locking the list allocates nothing.
unsafe impl GlobalAlloc for Recycler {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_kept(layout) {
            let memory = kept().take(layout);
            if !memory.is_null() {
                return memory;
            }
        }
        // SAFETY: the contract is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if is_kept(layout) {
            let memory = kept().take(layout);
            if !memory.is_null() {
                // SAFETY: a block of this size, nobody else's.
                unsafe { memory.write_bytes(0, layout.size()) };
                return memory;
            }
        }
        // SAFETY: the contract is the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if is_kept(layout) && kept().keep(Block { memory, layout }) {
            return;
        }
        // SAFETY: the contract is the same.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the contract is the same.
        unsafe { System.realloc(memory, layout, size) }
    }
}

/// Says that a model runs, as long as it lives.
pub(crate) struct Running;

impl Running {
    pub(crate) fn begin() -> Self {
        RUNS.fetch_add(1, Ordering::AcqRel);
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNS.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Gives everything that is kept back to the system.
pub(crate) fn release() {
    for place in 0..PLACES {
        let block = {
            let mut kept = kept();
            let block = kept.blocks.get_mut(place).and_then(Option::take);
            kept.bytes -= block.map_or(0, |block| block.layout.size());
            block
        };
        if let Some(block) = block {
            // SAFETY: a block of the system's allocator with its layout, nobody's any more.
            unsafe { System.dealloc(block.memory, block.layout) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One test, as the list belongs to the process.
    #[test]
    fn a_large_block_of_a_run_comes_back_until_it_is_released() {
        let layout = Layout::from_size_align(1 << 20, 64).expect("a layout");
        let other = Layout::from_size_align(1 << 21, 64).expect("a layout");
        let small = Layout::from_size_align(4096, 64).expect("a layout");
        // SAFETY: every block is freed once, with its layout, and used in between only.
        unsafe {
            let running = Running::begin();
            let first = Recycler.alloc(layout);
            first.write_bytes(7, layout.size());
            Recycler.dealloc(first, layout);
            Recycler.dealloc(Recycler.alloc(small), small);
            assert_eq!(kept().bytes, layout.size());
            let second = Recycler.alloc(other);
            assert_ne!(second, first);
            let again = Recycler.alloc_zeroed(layout);
            assert_eq!((again, kept().bytes), (first, 0));
            assert!(
                std::slice::from_raw_parts(again, layout.size())
                    .iter()
                    .all(|byte| *byte == 0)
            );
            Recycler.dealloc(again, layout);
            Recycler.dealloc(second, other);
            drop(running);
            let outside = Recycler.alloc(other);
            assert_ne!(outside, second);
            Recycler.dealloc(outside, other);
            assert_eq!(kept().bytes, layout.size() + other.size());
            release();
            assert_eq!(kept().bytes, 0);
            assert!(kept().blocks.iter().all(Option::is_none));
        }
    }
}
