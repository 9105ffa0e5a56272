//! What wakes the gate's thread, and what each wake-up does. Each test calls the thread's turns
//! itself.

use super::tests::{DELAY, LONG_MS, settings, simulated};
use super::*;
use crate::gate::{Channels, Control, Handles, Outcome, Rejection, SendError};
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
fn each_state_and_command_wakes_the_gate_and_reaches_the_lines() {
    let (outputs, _timeline) = simulated();
    let mut channels = Channels::new().unwrap();
    let Handles {
        mut arming,
        control,
        gate,
        resolving: _resolving,
        ..
    } = channels.split();
    let mut driver = Driver::new(settings(GateStyle::Pulse, LONG_MS), outputs, gate).unwrap();
    let levels_after = |driver: &mut Driver<'_, _>| {
        assert!(sleep_time(driver, control, LONG) < LONG);
        driver.turn(false);
        driver.schedule.levels()
    };
    control.set_ready(true).unwrap();
    let levels = levels_after(&mut driver);
    assert!(levels.ready && levels.reject && !levels.fault);
    std::thread::sleep(DELAY);
    driver.turn(false);
    assert!(!driver.schedule.levels().reject);
    control.set_taking(false).unwrap();
    assert!(!levels_after(&mut driver).ready);
    control.set_taking(true).unwrap();
    assert!(levels_after(&mut driver).ready);
    control.set_fault(true).unwrap();
    assert!(levels_after(&mut driver).fault);
    control.set_fault(false).unwrap();
    assert!(!levels_after(&mut driver).fault);

    let later = Timestamp::now() + Duration::from_secs(600);
    arming.arm_missed(PartId::FIRST, later).unwrap();
    let levels = levels_after(&mut driver);
    assert!(levels.fault && !levels.busy && !levels.reject);
    assert_eq!(driver.schedule.counts().waiting, 1);
    arming.hold(later);
    assert!(levels_after(&mut driver).reject);

    drop(driver);
    let stopped = Err(SendError::Stopped);
    assert_eq!(control.set_ready(false), stopped);
    assert_eq!(control.set_taking(true), stopped);
    assert_eq!(control.set_fault(true), stopped);
    assert_eq!(arming.arm_missed(PartId::new(2), later), stopped);
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

    // A renewal wakes it, and it is ready from then on only.
    let renewed = Timestamp::now();
    control.renew(renewed + Duration::from_secs(600));
    assert!(sleep_time(&driver, control, LONG) < LONG);
    driver.turn(false);
    assert!(driver.schedule.is_ready());
    assert!(driver.ready_since_ns >= renewed.as_ns());
}

#[test]
fn a_late_turn_is_reported_if_the_lines_moved_or_a_part_was_due_and_only_then() {
    for style in [GateStyle::Pulse, GateStyle::Divert] {
        let (outputs, _timeline) = simulated();
        let mut channels = Channels::new().unwrap();
        let Handles {
            mut arming,
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
        let late = matches!(events.next(), Some(Event::MovedLate { by, held: false }) if by > driver.late_max);
        assert_eq!(late, style == GateStyle::Pulse, "{style:?}");
        assert_eq!(events.next(), None);

        // A part without a verdict is due. For it a divert gate does not move.
        arming.arm(PartId::FIRST, Timestamp::now()).unwrap();
        driver.turn(false);
        std::thread::sleep(Duration::from_millis(520));
        driver.turn(false);
        let events = [events.next(), events.next(), events.next()];
        let [
            Some(Event::MovedLate { held: true, .. }),
            Some(Event::Report(report)),
            None,
        ] = events
        else {
            panic!("{events:?}")
        };
        assert!(report.late && report.acted_at.is_some());
    }
}

#[test]
fn a_part_that_is_refused_when_armed_is_reported_without_a_time_of_action() {
    let (outputs, _timeline) = simulated();
    let mut channels = Channels::new().unwrap();
    let Handles {
        mut arming,
        gate,
        mut events,
        resolving: _resolving,
        ..
    } = channels.split();
    let mut driver = Driver::new(settings(GateStyle::Pulse, LONG_MS), outputs, gate).unwrap();
    arming.arm(PartId::FIRST, Timestamp::now()).unwrap();
    driver.turn(false);
    let Some(Event::Report(report)) = events.next() else {
        panic!("no report")
    };
    assert_eq!(report.outcome, Outcome::Rejected(Rejection::NotReady));
    assert_eq!(report.acted_at, None);
}
