//! Keeps every processor busy with ordinary threads, as the inspection does.

use core::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Bytes that each thread copies over and over: more than a processor's own cache.
const BYTES: usize = 4 << 20;

/// Runs `work` while one thread for each processor computes and copies memory.
pub fn with_busy_processors<T>(work: impl FnOnce() -> T) -> T {
    /// Ends the threads, in a panic of `work` as well.
    struct End<'a>(&'a AtomicBool);
    impl Drop for End<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..processors {
            scope.spawn(|| copy_until(&ended));
        }
        let _end = End(&ended);
        work()
    })
}

fn copy_until(ended: &AtomicBool) {
    let mut memory = vec![1_u8; BYTES];
    let (from, to) = memory.split_at_mut(BYTES / 2);
    while !ended.load(Ordering::Relaxed) {
        to.copy_from_slice(from);
        from.iter_mut()
            .for_each(|byte| *byte = byte.wrapping_mul(31));
        core::hint::black_box(&to);
    }
}
