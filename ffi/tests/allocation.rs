//! Once the slots exist, an execution allocates nothing, whether it finishes, is late or fails.

mod fake;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

use fake::{state, station};

/// Counts the allocations of this thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u32> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the contract of the trait.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of the trait.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn an_execution_allocates_nothing() {
    for (run_mode, with_timeout) in [(0, false), (1, false), (0, true)] {
        state(|state| {
            state.run_mode = run_mode;
            state.with_timeout = with_timeout;
        });
        let station = station();
        let stream = &station.stream;
        let (mut input, mut slot) = station.slot(&[0, 1]);
        if with_timeout {
            let mut finished = slot
                .execute(input, stream)
                .unwrap()
                .wait(Instant::now() + Duration::from_secs(1))
                .unwrap();
            finished.copy_outputs();
            (input, slot) = finished.into_parts();
        }
        let before = ALLOCATIONS.get();
        for round in 0..100 {
            let deadline = Instant::now() + Duration::from_millis(1);
            let end = match round % 3 {
                0 => {
                    state(|state| state.completes = false);
                    Err(slot
                        .execute(input, stream)
                        .unwrap()
                        .wait(deadline)
                        .unwrap_err())
                }
                1 => {
                    state(|state| {
                        state.fails = Some(("aclmdlExecuteAsync", 145_000));
                        state.message = Some(c"E19999: inner error");
                    });
                    Err(slot.execute(input, stream).unwrap_err())
                }
                _ => Ok(slot.execute(input, stream).unwrap().wait(deadline).unwrap()),
            };
            state(|state| {
                (state.completes, state.fails) = (true, None);
                state.calls.clear();
            });
            (input, slot) = match end {
                Ok(finished) => finished.into_parts(),
                Err(unfinished) => unfinished
                    .recover(deadline + Duration::from_secs(1))
                    .unwrap(),
            };
        }
        assert_eq!(ALLOCATIONS.get() - before, 0);
        drop((input, slot));
    }
}
