use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::Threads;

#[test]
fn every_thread_takes_part_in_every_run() {
    let threads = Threads::new(3).unwrap();
    assert_eq!(threads.count(), 3);
    let calls = [const { AtomicUsize::new(0) }; 3];
    for _ in 0..100 {
        threads.run(&|index| {
            calls[index].fetch_add(1, Ordering::Relaxed);
        });
    }
    let calls = calls.map(AtomicUsize::into_inner);
    assert_eq!(calls, [100; 3]);
}

#[test]
fn a_run_ends_after_the_slowest_thread() {
    let threads = Threads::new(4).unwrap();
    for slowest in 0..4 {
        let finished = AtomicUsize::new(0);
        threads.run(&|index| {
            if index == slowest {
                thread::sleep(Duration::from_millis(20));
            }
            finished.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(finished.into_inner(), 4);
    }
}

#[test]
fn runs_of_two_callers_wait_for_each_other() {
    let threads = Threads::new(3).unwrap();
    let inside = [const { AtomicUsize::new(0) }; 2];
    let (calls, both) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for caller in 0..2 {
            let (threads, inside, calls, both) = (&threads, &inside, &calls, &both);
            scope.spawn(move || {
                for _ in 0..200 {
                    threads.run(&|_| {
                        inside[caller].fetch_add(1, Ordering::SeqCst);
                        both.fetch_add(inside[1 - caller].load(Ordering::SeqCst), Ordering::SeqCst);
                        thread::yield_now();
                        inside[caller].fetch_sub(1, Ordering::SeqCst);
                        calls.fetch_add(1, Ordering::SeqCst);
                    });
                }
            });
        }
    });
    assert_eq!(calls.into_inner(), 2 * 200 * 3);
    assert_eq!(both.into_inner(), 0, "threads in two runs at a time");
}

#[test]
fn a_panic_is_passed_on_after_all_have_finished() {
    let threads = Threads::new(3).unwrap();
    let finished = AtomicUsize::new(0);
    // The calling thread, one of the pool, and all.
    for (run, culprits) in [0..1, 2..3, 0..3].into_iter().enumerate() {
        let job = |index| {
            if culprits.contains(&index) {
                panic!("on purpose");
            }
            thread::sleep(Duration::from_millis(5));
            finished.fetch_add(1, Ordering::Relaxed);
        };
        let result = panic::catch_unwind(AssertUnwindSafe(|| threads.run(&job)));
        assert!(result.is_err(), "{culprits:?}");
        let expected = [2, 4, 4][run];
        assert_eq!(finished.load(Ordering::Relaxed), expected, "{culprits:?}");
    }
    threads.run(&|_| {
        finished.fetch_add(1, Ordering::Relaxed);
    });
    assert_eq!(finished.into_inner(), 7);
}

#[test]
fn pools_end_whether_they_ran_or_not() {
    for run in 0..50 {
        let threads = Threads::new(1 + run % 5).unwrap();
        if run % 2 == 0 {
            threads.run(&|_| {});
        }
    }
}
