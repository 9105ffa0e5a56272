//! Parts are letters, and frames are the bounds of when their exposure began, in milliseconds. The
//! window is 50 ms, and delivery takes 10 ms.

use super::*;
use Shows::{Damaged, Nothing, Part};

fn ms(time_ms: u64) -> Timestamp {
    Timestamp::from_ns(time_ms * 1_000_000)
}

fn frames<T>(mode: Mode) -> FrameMatcher<T> {
    FrameMatcher::new(mode, Duration::from_millis(50), Duration::from_millis(10))
}

struct Bench {
    frames: FrameMatcher<&'static str>,
    late: Vec<(&'static str, u128)>,
}

impl Bench {
    fn new(mode: Mode, parts: &[(&'static str, u64)]) -> Self {
        let mut frames = frames(mode);
        for (part, edge) in parts {
            frames.trigger(*part, ms(*edge)).unwrap();
        }
        Self {
            frames,
            late: Vec::new(),
        }
    }

    fn between(&mut self, after: u64, before: u64, damaged: bool) -> Shows<&'static str> {
        let late = &mut self.late;
        let exposed = Exposed {
            after: ms(after),
            before: ms(before),
        };
        self.frames.frame(exposed, damaged, &mut |part, by| {
            late.push((part, by.as_millis()));
        })
    }

    fn frame(&mut self, exposed: u64) -> Shows<&'static str> {
        self.between(exposed, exposed, false)
    }
}

fn free(parts: &[(&'static str, u64)]) -> Bench {
    Bench::new(Mode::FreeRunning, parts)
}

fn triggered(parts: &[(&'static str, u64)]) -> Bench {
    Bench::new(Mode::Triggered, parts)
}

#[test]
fn a_part_gets_the_first_frame_exposed_at_its_edge_or_later_and_no_other() {
    let mut bench = free(&[("A", 100)]);
    // Stale frames.
    assert_eq!(bench.frame(66), Nothing);
    assert_eq!(bench.frame(99), Nothing);
    assert_eq!(bench.frame(100), Part("A"));
    assert_eq!(bench.frame(133), Nothing, "the part already has its frame");
    assert!(bench.late.is_empty());
    assert!(bench.frames.is_empty());
}

#[test]
fn a_frame_that_may_have_begun_before_the_edge_is_stale() {
    let mut bench = free(&[("A", 100)]);
    assert_eq!(bench.between(99, 110, false), Nothing);
    assert_eq!(bench.between(100, 120, false), Part("A"));
}

#[test]
fn a_frame_at_the_end_of_the_window_is_in_time_and_a_later_one_is_not() {
    assert_eq!(free(&[("A", 100)]).frame(150), Part("A"));
    let mut bench = free(&[("A", 100), ("B", 140)]);
    assert_eq!(bench.between(145, 151, false), Part("B"));
    assert_eq!(bench.late, [("A", 51)], "no later frame can serve it");
}

#[test]
fn one_frame_serves_one_part() {
    let mut bench = free(&[("A", 100), ("B", 110)]);
    assert_eq!(bench.frame(120), Part("A"));
    assert_eq!(bench.frame(120), Nothing, "the same frame again");
    assert_eq!(bench.frame(153), Part("B"));
    let mut bench = free(&[("A", 100), ("B", 110)]);
    assert_eq!(bench.frame(120), Part("A"));
    assert_eq!(bench.frame(161), Nothing);
    assert_eq!(bench.late, [("B", 51)]);
}

#[test]
fn a_damaged_frame_of_a_free_running_camera_is_ignored() {
    let mut bench = free(&[("A", 100)]);
    assert_eq!(bench.between(110, 110, true), Nothing);
    assert_eq!(bench.frame(143), Part("A"));
}

#[test]
fn a_triggered_camera_has_one_frame_for_each_trigger_even_a_missed_one() {
    // The time of exposure is unknown, so only the later bound counts.
    let mut bench = triggered(&[("A", 100), ("missed", 120), ("B", 140)]);
    assert_eq!(
        bench.between(20, 99, false),
        Nothing,
        "of an earlier trigger"
    );
    assert_eq!(bench.between(40, 105, false), Part("A"));
    assert_eq!(bench.between(60, 125, false), Part("missed"));
    // The damaged frame is the only one of its part.
    assert_eq!(bench.between(80, 145, true), Damaged("B"));
    assert_eq!(bench.between(100, 165, false), Nothing);
}

#[test]
fn a_part_expires_when_its_frame_should_have_been_delivered() {
    let mut bench = free(&[("A", 100), ("B", 130)]);
    assert_eq!(bench.frames.next_wake(), Some(ms(160)));
    assert_eq!(bench.frames.expire(ms(159)), None);
    assert_eq!(bench.frames.expire(ms(160)), Some("A"));
    assert_eq!(bench.frames.expire(ms(160)), None);
    assert_eq!(bench.frame(161), Part("B"));
    assert_eq!(bench.frames.next_wake(), None);
}

#[test]
fn when_the_camera_fails_every_part_is_given_up_and_its_clock_may_restart() {
    let mut bench = free(&[("A", 100), ("B", 130)]);
    assert_eq!(bench.frame(90), Nothing);
    assert_eq!(bench.frames.give_up(), Some("A"));
    assert_eq!(bench.frames.give_up(), Some("B"));
    assert_eq!(bench.frames.give_up(), None);
    bench.frames.trigger("C", ms(40)).unwrap();
    assert_eq!(bench.frame(50), Part("C"));
}

#[test]
fn a_trigger_that_does_not_fit_is_returned() {
    let mut frames = frames(Mode::FreeRunning);
    for number in 0..2 * PARTS_MAX {
        assert_eq!(frames.trigger(number, ms(100)), Ok(()));
    }
    assert_eq!(frames.trigger(999, ms(100)), Err(999));
    assert!(!frames.is_empty());
    let exposed = Exposed {
        after: ms(100),
        before: ms(100),
    };
    assert_eq!(frames.frame(exposed, false, &mut |_, _| {}), Part(0));
    assert_eq!(frames.trigger(999, ms(100)), Ok(()));
}

/// Compares the matcher with its rule, written without a queue.
#[test]
fn random_parts_and_frames_are_matched_by_the_rule() {
    // Marsaglia's xorshift with the shifts 13, 7 and 17.
    let mut state = 0xF4A3_u64;
    let mut below = |end: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % end
    };
    let mut served_in_all = 0;
    for _ in 0..5_000 {
        let mut frames = frames(Mode::FreeRunning);
        let (mut edge, mut exposed) = (1_000, 960);
        let edges: Vec<u64> = (0..6)
            .map(|_| {
                edge += 1 + below(90);
                edge
            })
            .collect();
        // The bounds are up to 20 ms apart.
        let exposures: Vec<(u64, u64, bool)> = (0..20)
            .map(|_| {
                exposed += 1 + below(45);
                (exposed - below(20), exposed, below(6) == 0)
            })
            .collect();
        for (part, edge) in edges.iter().enumerate() {
            frames.trigger(part, ms(*edge)).unwrap();
        }
        // Each frame goes to the oldest part that has no frame and whose window is still open.
        let mut served = [None; 6];
        for &(after, before, damaged) in &exposures {
            // If that part cannot have the frame, no later part gets it.
            let first = (0..6).find(|part| served[*part].is_none() && before <= edges[*part] + 50);
            let expected = first.filter(|part| !damaged && edges[*part] <= after);
            let bounds = Exposed {
                after: ms(after),
                before: ms(before),
            };
            let shown = frames.frame(bounds, damaged, &mut |_, _| {});
            assert_eq!(shown, expected.map_or(Nothing, Part));
            if let Some(part) = expected {
                served[part] = Some(before);
                served_in_all += 1;
            }
        }
    }
    assert!(served_in_all > 10_000, "{served_in_all}");
}
