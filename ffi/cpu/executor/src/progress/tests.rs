//! Threads that are held up at any place, more of them than there are cores.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::Progress;
use crate::claims::Claims;

const THREADS: usize = 6;

/// Fails if `test` takes a minute: then a thread was not woken.
fn in_time(test: impl FnOnce() + Send + 'static) {
    let (done, is_done) = mpsc::channel();
    let run = thread::spawn(move || {
        test();
        done.send(())
    });
    match is_done.recv_timeout(Duration::from_secs(60)) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("a thread sleeps for ever"),
        _ => run.join().unwrap().unwrap(),
    }
}

/// Holds a thread up: not at all, for a moment, or for so long that the others sleep.
fn hold_up(seed: usize) {
    match seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 60 {
        0..8 => {}
        8..13 => thread::yield_now(),
        _ => thread::sleep(Duration::from_micros(60)),
    }
}

/// A thread's part of a run over steps with these items; the way of [`Plan`](crate::plan::Plan).
fn work(
    (claims, progress): (&Claims, &Progress),
    thread: usize,
    items: &[usize],
    mut compute: impl FnMut(usize, usize),
) {
    let mut before = 0;
    for (step, count) in items.iter().enumerate() {
        if !progress.wait(before) {
            return;
        }
        before += count;
        while let Some(item) = claims.next(thread, u32::try_from(step).unwrap(), *count) {
            compute(step, item);
            progress.finish(1);
        }
    }
}

#[test]
fn each_item_is_computed_once_and_after_all_earlier_steps() {
    in_time(|| {
        let items: Vec<usize> = (0..300).map(|step| 1 + step * step % 7).collect();
        let (mut claims, mut progress) = (Claims::new(THREADS), Progress::default());
        for run in 0..8 {
            claims.reset();
            progress.reset();
            let finished: Vec<_> = items.iter().map(|_| AtomicUsize::new(0)).collect();
            let early = AtomicUsize::new(0);
            thread::scope(|scope| {
                for number in 0..THREADS {
                    let (items, finished, early) = (&items, &finished, &early);
                    let order = (&claims, &progress);
                    scope.spawn(move || {
                        work(order, number, items, |step, item| {
                            let before = &finished[..step];
                            let mut before = before.iter().zip(items);
                            if !before.all(|(done, all)| done.load(Ordering::Relaxed) == *all) {
                                early.fetch_add(1, Ordering::Relaxed);
                            }
                            hold_up(run * 7_919 + item * THREADS + number);
                            finished[step].fetch_add(1, Ordering::Relaxed);
                        });
                    });
                }
            });
            assert_eq!(early.into_inner(), 0, "items before an earlier step's end");
            let finished: Vec<usize> = finished.into_iter().map(AtomicUsize::into_inner).collect();
            assert_eq!(finished, items);
        }
    });
}

/// They wait for different items, so one wake-up is not for all.
#[test]
fn each_sleeping_thread_is_woken_by_its_last_item() {
    in_time(|| {
        for run in 0..40 {
            let progress = Arc::new(Progress::default());
            let sleepers: Vec<_> = (1..=THREADS)
                .map(|count| {
                    let progress = Arc::clone(&progress);
                    // From the largest count to the smallest, and the other way round.
                    let count = if run % 2 == 0 {
                        count
                    } else {
                        THREADS + 1 - count
                    };
                    thread::spawn(move || progress.wait(count))
                })
                .collect();
            for item in 0..THREADS {
                hold_up(run * THREADS + item);
                progress.finish(1);
            }
            for sleeper in sleepers {
                assert!(sleeper.join().unwrap());
            }
        }
    });
}

#[test]
fn an_aborted_run_wakes_all_and_the_next_one_begins_anew() {
    in_time(|| {
        let mut progress = Progress::default();
        for run in 0..20 {
            progress.reset();
            thread::scope(|scope| {
                let waits: Vec<_> = (0..THREADS)
                    .map(|number| {
                        scope.spawn({
                            let progress = &progress;
                            move || progress.wait(1 + number)
                        })
                    })
                    .collect();
                hold_up(run);
                progress.abort();
                for wait in waits {
                    assert!(!wait.join().unwrap(), "an item that no thread finished");
                }
            });
            progress.reset();
            progress.finish(1);
            assert!(progress.wait(1));
        }
    });
}
