//! When the gate's thread wakes. Each test calls the turns of the thread itself.

use super::tests::{DELAY, settings, simulated};
use super::*;
use crate::gate::{Channels, Control, Handles};
use crate::part::{PartId, Verdict};
use crate::station::file::GateStyle;
use heapless::spsc::Queue;
use std::sync::mpsc::{RecvTimeoutError, channel};

/// How long the gate's thread sleeps. Another thread wakes it after `limit`.
fn sleep_time<P: OutputPin>(
    driver: &Driver<'_, P>,
    control: Control<'_>,
    limit: Duration,
) -> Duration {
    let (stop, stopped) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if stopped.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                control.set_fault(false).unwrap();
            }
        });
        let from = Timestamp::now();
        driver.sleep().unwrap();
        drop(stop);
        Timestamp::now().since(from)
    })
}

const LONG: Duration = Duration::from_secs(20);

#[test]
fn a_command_in_a_queue_is_taken_without_a_wake_up() {
    for arm in [true, false] {
        let (outputs, _timeline) = simulated();
        let mut channels = Channels::new().unwrap();
        let Handles {
            control,
            gate,
            resolving: _resolving,
            ..
        } = channels.split();
        let mut arms = Queue::<Arm, 2>::new();
        let mut resolves = Queue::<Resolve, 2>::new();
        let (mut arms_in, arms) = arms.split();
        let (mut resolves_in, resolves) = resolves.split();
        let gate = GateEnd {
            arms,
            resolves,
            ..gate
        };
        let driver = Driver::new(settings(GateStyle::Pulse, 10), outputs, gate).unwrap();
        let (part, at) = (PartId::FIRST, Timestamp::now());
        if arm {
            let missed = false;
            let trigger = at;
            arms_in
                .enqueue(Arm {
                    part,
                    trigger,
                    missed,
                })
                .unwrap();
        } else {
            let verdict = Verdict::Pass;
            resolves_in.enqueue(Resolve { part, verdict, at }).unwrap();
        }
        assert!(sleep_time(&driver, control, LONG) < LONG);
    }
}

#[test]
fn a_gate_that_is_ready_wakes_when_its_time_to_be_ready_ends() {
    let (outputs, _timeline) = simulated();
    let mut channels = Channels::new().unwrap();
    let Handles {
        control,
        gate,
        resolving: _resolving,
        ..
    } = channels.split();
    let mut driver = Driver::new(settings(GateStyle::Divert, 10), outputs, gate).unwrap();
    control.set_ready(true).unwrap();
    // Take the wake-up, and pass the time at which the gate opens after READY.
    driver.sleep().unwrap();
    driver.turn(false);
    std::thread::sleep(DELAY);
    driver.turn(false);
    let until = Timestamp::now() + Duration::from_millis(300);
    control.renew(until);
    assert!(sleep_time(&driver, control, LONG) < LONG);
    assert!(Timestamp::now() >= until);

    // A gate that is not ready does not wake for a time that has passed.
    driver.turn(false);
    assert!(!driver.schedule.is_ready());
    let limit = Duration::from_millis(100);
    assert!(sleep_time(&driver, control, limit) >= limit);
}

#[test]
fn a_late_turn_is_reported_if_the_lines_moved_and_only_then() {
    for style in [GateStyle::Pulse, GateStyle::Divert] {
        let (outputs, _timeline) = simulated();
        let mut channels = Channels::new().unwrap();
        let Handles {
            control,
            gate,
            mut events,
            resolving: _resolving,
            ..
        } = channels.split();
        let settings = Settings {
            delay_ms: 500,
            ..settings(style, 10)
        };
        let mut driver = Driver::new(settings, outputs, gate).unwrap();
        control.set_ready(true).unwrap();
        driver.turn(false);
        // Sleep past the time at which parts from before READY are gone. A pulse gate opens then,
        // and a divert gate stays closed.
        std::thread::sleep(Duration::from_millis(520));
        driver.turn(false);
        let late = matches!(events.next(), Some(Event::MovedLate { by }) if by > driver.late_max);
        assert_eq!(late, style == GateStyle::Pulse, "{style:?}");
        assert_eq!(events.next(), None);
    }
}
