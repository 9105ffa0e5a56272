//! The encoder on simulated lines. Times of edges are real, times of the watch are the test's.

use super::*;
use crate::station::file::{Level, LineBSettings, LineBUse, LineBias};
use board::simulated::{SimulatedInput, Stimulus};
use std::vec::Vec as StdVec;

fn settings(line_b: Option<LineBUse>) -> EncoderSettings {
    EncoderSettings {
        chip: String::new(),
        offset: Some(7),
        name: String::new(),
        active: Level::High,
        bias: LineBias::AsIs,
        line_b: line_b.map(|means| LineBSettings {
            chip: String::new(),
            offset: Some(8),
            name: String::new(),
            bias: LineBias::AsIs,
            means,
            forward: Level::Low,
        }),
        ticks_per_s_max: 1_000,
        ticks_per_s_min: 100,
        watch_ms: Some(100),
    }
}

fn ms(time: u64) -> Timestamp {
    Timestamp::from_ns(time * 1_000_000)
}

fn encoder(line_b: Option<LineBUse>) -> (Encoder<'static>, StdVec<Stimulus>) {
    let (lines, stimuli): (StdVec<_>, StdVec<_>) = (0..=usize::from(line_b.is_some()))
        .map(|_| {
            let (line, stimulus) = SimulatedInput::new(PinState::Low).unwrap();
            (Box::new(line) as Box<dyn Edges>, stimulus)
        })
        .unzip();
    let encoder = Encoder::new(&settings(line_b), lines, ms(0)).unwrap();
    (encoder, stimuli)
}

/// The steps that have come.
fn steps(encoder: &mut Encoder<'_>) -> StdVec<Position> {
    let mut steps = StdVec::new();
    encoder.read(ms(0), &mut |_, step| steps.push(step));
    steps
}

fn pulses(stimulus: &Stimulus, count: usize) {
    for _ in 0..count {
        stimulus.set(PinState::High);
        stimulus.set(PinState::Low);
    }
}

#[test]
fn ticks_are_read_in_one_batch_with_their_own_times() {
    let (mut encoder, stimuli) = encoder(None);
    let before = Timestamp::now();
    pulses(&stimuli[0], 100);
    let after = Timestamp::now();
    let mut times = StdVec::new();
    encoder.read(ms(0), &mut |at, step| {
        assert_eq!(step, 1);
        times.push(at);
    });
    assert_eq!(times.len(), 100);
    assert!(times.is_sorted() && before <= times[0] && times[99] <= after);
    assert_eq!(steps(&mut encoder), [0; 0]);
}

#[test]
fn the_edges_of_two_lines_are_counted_in_the_order_of_their_times() {
    let (mut encoder, stimuli) = encoder(Some(LineBUse::Quadrature));
    let turn = |first: usize, second: usize| {
        for level in [PinState::High, PinState::Low] {
            stimuli[first].set(level);
            stimuli[second].set(level);
        }
    };
    turn(0, 1);
    turn(0, 1);
    assert_eq!(steps(&mut encoder), [1; 8]);
    turn(1, 0);
    assert_eq!(steps(&mut encoder), [-1; 4]);
    assert!(!encoder.is_in_doubt());
}

#[test]
fn lost_edges_are_a_fault_until_the_belt_has_moved_well_for_a_whole_window() {
    let (mut encoder, stimuli) = encoder(None);
    assert_eq!(encoder.judge(ms(0), true, 0), None);
    // More than the queue holds.
    pulses(&stimuli[0], 200);
    let read = steps(&mut encoder).len();
    assert!((1..200).contains(&read), "{read}");
    assert!(encoder.is_in_doubt());
    let lost = |fault| matches!(fault, Some(Some(BeltFault::Lost { edges })) if edges > 100);
    assert!(lost(encoder.judge(ms(1), true, 100)));
    // The window of the loss, and before it the one to come up to speed, do not count.
    assert_eq!(encoder.judge(ms(100), true, 110), None);
    assert!(encoder.is_in_doubt());
    assert_eq!(encoder.judge(ms(200), true, 130), Some(None));
    assert!(!encoder.is_in_doubt());
    // The next loss is in a window that would be good.
    pulses(&stimuli[0], 200);
    steps(&mut encoder);
    assert!(lost(encoder.judge(ms(210), true, 140)));
    assert_eq!(
        encoder.judge(ms(300), true, 150),
        None,
        "the window is spoilt"
    );
    assert_eq!(encoder.judge(ms(400), true, 170), Some(None));
}

#[test]
fn a_belt_that_should_move_and_does_not_is_a_fault_and_one_that_may_stand_is_none() {
    for driven in [true, false] {
        let (mut encoder, _stimuli) = encoder(None);
        let mut judge = |at: u64, highest| encoder.judge(ms(at), driven, highest);
        assert_eq!(judge(0, 0), None);
        assert_eq!(judge(100, 0), None, "the window to come up to speed");
        let expected = driven.then_some(Some(BeltFault::Slow { ticks_per_s: 0 }));
        assert_eq!(judge(200, 0), expected);
        assert_eq!(judge(300, 0), None, "told once");
        let expected = driven.then_some(None);
        assert_eq!(judge(400, 20), expected, "it moves again");
        assert_eq!(encoder.ticks_per_s(), Some(200));
        assert!(!encoder.is_in_doubt());
    }
}

#[test]
fn a_drive_that_starts_gives_the_belt_a_window_to_come_up_to_speed() {
    let (mut encoder, _stimuli) = encoder(None);
    let mut judge = |at: u64, driven, highest| encoder.judge(ms(at), driven, highest);
    for at in [0, 100, 200] {
        assert_eq!(judge(at, false, 0), None);
    }
    assert_eq!(judge(250, true, 0), None);
    assert_eq!(judge(349, true, 0), None);
    assert_eq!(judge(350, true, 1), None);
    let fault = BeltFault::Slow { ticks_per_s: 90 };
    assert_eq!(judge(450, true, 10), Some(Some(fault)));
}

#[test]
fn a_belt_that_is_too_fast_is_a_fault() {
    for (ticks, fault) in [
        (100, None),
        (101, Some(Some(BeltFault::Fast { ticks_per_s: 1_010 }))),
    ] {
        let (mut encoder, _stimuli) = encoder(None);
        encoder.judge(ms(0), true, 0);
        encoder.judge(ms(100), true, 0);
        assert_eq!(encoder.judge(ms(200), true, ticks), fault);
    }
}

#[test]
fn a_broken_line_is_a_fault_for_ever() {
    let (mut encoder, stimuli) = encoder(None);
    encoder.judge(ms(0), true, 0);
    stimuli[0].break_line(LineError::new(format_args!("cut")));
    steps(&mut encoder);
    let fault = encoder.judge(ms(100), true, 20);
    assert!(matches!(fault, Some(Some(BeltFault::Broken { error })) if error == "cut"));
    for at in [200, 300, 400] {
        assert_eq!(
            encoder.judge(ms(at), true, i64::try_from(at).unwrap() / 2),
            None
        );
        assert!(encoder.is_in_doubt());
    }
    // It is told although another fault was told before.
    let (mut encoder, stimuli) = self::encoder(None);
    for at in [0, 100] {
        assert_eq!(encoder.judge(ms(at), true, 0), None);
    }
    let slow = Some(Some(BeltFault::Slow { ticks_per_s: 0 }));
    assert_eq!(encoder.judge(ms(200), true, 0), slow);
    stimuli[0].break_line(LineError::new(format_args!("cut")));
    steps(&mut encoder);
    let fault = encoder.judge(ms(300), true, 0);
    assert!(
        matches!(fault, Some(Some(BeltFault::Broken { .. }))),
        "{fault:?}"
    );
    let sleep = encoder.sleep(ms(401), &Belt::new(), None);
    assert!(!sleep.edges, "a broken line would end each sleep");
}

#[test]
fn the_gate_wakes_once_for_many_ticks_unless_a_part_is_near() {
    let (mut encoder, stimuli) = encoder(None);
    let mut belt = Belt::new();
    let watch_at = ms(100);
    let to_edge = Sleep {
        until: watch_at,
        edges: true,
    };
    assert_eq!(encoder.sleep(ms(0), &belt, Some(9)), to_edge, "it stands");
    pulses(&stimuli[0], 1);
    steps(&mut encoder);
    belt.tick(ms(0), 1);
    // A tick takes at least a millisecond.
    for (next, until) in [(None, 32), (Some(100), 32), (Some(11), 10)] {
        let sleep = Sleep {
            until: ms(until),
            edges: false,
        };
        assert_eq!(encoder.sleep(ms(0), &belt, next), sleep, "{next:?}");
    }
    assert_eq!(encoder.sleep(ms(1), &belt, Some(2)), to_edge);
    assert_eq!(encoder.sleep(ms(32), &belt, None), to_edge);
}

#[test]
fn a_line_that_cannot_count_lost_edges_is_refused() {
    struct Uncounted(SimulatedInput);
    impl AsFd for Uncounted {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.0.as_fd()
        }
    }
    impl Edges for Uncounted {
        fn next_edge(&mut self) -> Result<Option<Edge>, LineError> {
            self.0.next_edge()
        }
        fn level(&mut self) -> Result<PinState, LineError> {
            self.0.level()
        }
        fn counts_lost(&self) -> bool {
            false
        }
    }
    let (line, _stimulus) = SimulatedInput::new(PinState::Low).unwrap();
    let lines: StdVec<Box<dyn Edges>> = std::vec![Box::new(Uncounted(line))];
    let error = Encoder::new(&settings(None), lines, ms(0)).unwrap_err();
    assert!(error.to_string().contains("5.10"), "{error}");
}
