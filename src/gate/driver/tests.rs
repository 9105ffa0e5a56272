//! The gate's thread in real time, with simulated lines. The assertions hold on a busy machine as
//! well: no movement is early, and no pulse is short. The tests print how late the edges were.

use super::*;
use crate::gate::{Channels, EVENTS_MAX, GateReport, Handles, Outcome, Rejection, SendError};
use crate::part::{Cause, PARTS_MAX, PartId, Verdict};
use crate::station::file::{GateStyle, Level, LineSettings, LinesSettings};
use board::simulated::{Change, Chip, Timeline};
use embedded_hal::digital::PinState;
use std::vec::Vec;

pub(super) const DELAY: Duration = Duration::from_millis(30);
const PULSE: Duration = Duration::from_millis(10);

pub(super) fn lines() -> LinesSettings {
    let line = |offset, safe| LineSettings::numbered(offset, Level::High, safe);
    LinesSettings {
        chip: Default::default(),
        pass: Some(line(1, Level::Low)),
        ready: Some(line(2, Level::Low)),
        busy: Some(line(3, Level::Low)),
        fault: Some(line(4, Level::High)),
        alive: Some(line(5, Level::Low)),
        ..LinesSettings::with_reject(line(0, Level::High))
    }
}

/// A pulse long enough that even a busy machine does not sleep through it.
pub(super) const LONG_MS: u32 = 2_000;

pub(super) fn settings(style: GateStyle, pulse_ms: u32) -> Settings {
    Settings {
        style,
        delay_ms: 30,
        pulse_ms,
        late_max_ms: pulse_ms,
        undecided_max: None,
        neighbours: Default::default(),
    }
}

pub(super) fn simulated() -> (Outputs<board::simulated::SimulatedLine>, Timeline) {
    let (mut chip, timeline) = Chip::new(10_000);
    let outputs = Outputs::open(&lines(), |line| {
        chip.line(line.offset.unwrap(), line.safe.into())
    });
    (outputs.unwrap(), timeline)
}

/// Stops the gate when dropped, so that a failing test ends.
pub(super) struct Stop<'c>(pub(super) crate::gate::Control<'c>);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Waits for the next event. Panics if it does not arrive.
pub(super) fn next(events: &mut crate::gate::Events<'_>) -> Event {
    let end = Timestamp::now() + Duration::from_secs(20);
    loop {
        if let Some(event) = events.next() {
            return event;
        }
        assert!(Timestamp::now() < end, "no event");
        std::thread::sleep(Duration::from_millis(1));
    }
}

pub(super) fn next_report(events: &mut crate::gate::Events<'_>) -> GateReport {
    loop {
        match next(events) {
            Event::Report(report) => return report,
            // These depend on how late the threads of the gate and of the test run.
            Event::Stray { .. } | Event::Late { .. } | Event::MovedLate { .. } | Event::Alive => {}
            event => panic!("{event:?}"),
        }
    }
}

pub(super) fn edges(changes: &[Change], offset: u32) -> Vec<Change> {
    let of_line = changes.iter().filter(|change| change.offset == offset);
    of_line.copied().collect()
}

#[test]
fn no_edge_is_before_its_due_time_and_no_pulse_is_short() {
    let mut late_us = Vec::new();
    for style in [GateStyle::Pulse, GateStyle::Divert] {
        let (outputs, timeline) = simulated();
        let mut channels = Channels::new().unwrap();
        let Handles {
            mut arming,
            mut resolving,
            control,
            mut events,
            gate,
        } = channels.split();
        let settings = Settings {
            // A busy machine may move the lines late.
            late_max_ms: LONG_MS,
            ..settings(style, 10)
        };
        let driver = Driver::new(settings, outputs, gate).unwrap();
        let (mut reports, mut changes) = (Vec::new(), Vec::new());
        let summary = std::thread::scope(|scope| {
            let gate = scope.spawn(|| driver.run().unwrap());
            let _stop = Stop(control);
            control.set_ready(true).unwrap();
            // The gate opens when parts from before READY are gone.
            let opens = |change: &Change| change.offset == 0 && change.level == PinState::Low;
            while style == GateStyle::Pulse && !changes.iter().any(opens) {
                std::thread::sleep(Duration::from_millis(1));
                changes.extend(timeline.changes());
            }
            for number in 1..=10 {
                let part = PartId::new(number);
                arming.arm(part, Timestamp::now()).unwrap();
                let verdict = match number % 2 {
                    0 => Verdict::Pass,
                    _ => Verdict::Fault(Cause::File),
                };
                resolving.resolve(part, verdict).unwrap();
                reports.push(next_report(&mut events));
            }
            std::thread::sleep(DELAY);
            drop(resolving);
            gate.join().unwrap()
        });
        // On a busy machine a verdict or the gate can be late, which turns a pass into a reject but
        // never a reject into a pass.
        for report in &reports {
            let passed = report.outcome == Outcome::Passed;
            assert!(!passed || report.part.number() % 2 == 0, "{report:?}");
            let acted_at = report.acted_at.unwrap();
            assert!(acted_at >= report.due);
            late_us.push(acted_at.since(report.due).as_micros());
        }
        assert_eq!((summary.counts.armed, summary.counts.waiting), (10, 0));
        changes.extend(timeline.changes());
        assert_eq!(timeline.lost(), 0);
        let reject = edges(&changes, 0);
        for report in &reports {
            let (level, moved) = match style {
                GateStyle::Pulse => (PinState::High, {
                    let missed = Outcome::Rejected(Rejection::Missed);
                    report.outcome != Outcome::Passed && report.outcome != missed
                }),
                GateStyle::Divert => (PinState::Low, report.outcome == Outcome::Passed),
            };
            let edge = reject.iter().position(|change| {
                let then = report.due <= change.at && change.at <= report.acted_at.unwrap();
                change.level == level && then
            });
            assert_eq!(edge.is_some(), moved, "{report:?} {reject:?}");
            if let Some(edge) = edge {
                let back = reject[edge + 1].at;
                assert!(back >= report.due + PULSE, "{report:?} {reject:?}");
            }
        }
        // READY was active once, and all lines end at their safe levels.
        let ready: Vec<_> = edges(&changes, 2).iter().map(|edge| edge.level).collect();
        assert_eq!(ready, [PinState::Low, PinState::High, PinState::Low]);
        for (offset, safe) in [(0, true), (1, false), (3, false), (4, true), (5, false)] {
            let last = edges(&changes, offset).last().unwrap().level;
            assert_eq!(last, PinState::from(safe), "line {offset}");
        }
    }
    late_us.sort_unstable();
    println!("edges after their due time, sorted: {late_us:?} us");
}

#[test]
fn commands_sent_before_the_gate_runs_are_taken_arm_before_verdict() {
    let (outputs, _timeline) = simulated();
    let mut channels = Channels::new().unwrap();
    let Handles {
        mut arming,
        mut resolving,
        control,
        mut events,
        gate,
    } = channels.split();
    let driver = Driver::new(settings(GateStyle::Pulse, LONG_MS), outputs, gate).unwrap();
    control.set_ready(true).unwrap();
    // The trigger is in the future, so that the thread has time to start.
    let trigger = Timestamp::now() + Duration::from_millis(200);
    for number in 1..=u64::try_from(PARTS_MAX).unwrap() {
        let part = PartId::new(number);
        arming.arm(part, trigger).unwrap();
        resolving.resolve(part, Verdict::Pass).unwrap();
    }
    let part = PartId::new(65);
    let full = Err(SendError::Full { part });
    assert_eq!(resolving.resolve(part, Verdict::Pass), full);
    std::thread::scope(|scope| {
        scope.spawn(|| driver.run().unwrap());
        let _stop = Stop(control);
        for _ in 0..PARTS_MAX {
            assert_eq!(next_report(&mut events).outcome, Outcome::Passed);
        }
    });
    assert_eq!(arming.arm(part, trigger), Err(SendError::Stopped));
    assert_eq!(
        resolving.resolve(part, Verdict::Pass),
        Err(SendError::Stopped)
    );
    assert_eq!(control.set_ready(true), Err(SendError::Stopped));
}

#[test]
fn a_part_that_does_not_fit_into_the_queue_closes_the_gate_until_it_is_gone() {
    let (outputs, _timeline) = simulated();
    let mut channels = Channels::new().unwrap();
    let Handles {
        mut arming,
        mut resolving,
        control,
        mut events,
        gate,
    } = channels.split();
    let driver = Driver::new(settings(GateStyle::Divert, LONG_MS), outputs, gate).unwrap();
    control.set_ready(true).unwrap();
    let trigger = Timestamp::now() + Duration::from_millis(200);
    // A good part, and others that are due much later.
    arming.arm(PartId::FIRST, trigger).unwrap();
    for number in 2..=u64::try_from(PARTS_MAX).unwrap() {
        let later = trigger + Duration::from_secs(600);
        arming.arm(PartId::new(number), later).unwrap();
    }
    let part = PartId::new(65);
    assert_eq!(arming.arm(part, trigger), Err(SendError::Full { part }));
    resolving.resolve(PartId::FIRST, Verdict::Pass).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| driver.run().unwrap());
        let _stop = Stop(control);
        let report = next_report(&mut events);
        assert_eq!(report.part, PartId::FIRST);
        assert_eq!(report.outcome, Outcome::Rejected(Rejection::Overlap));
    });
}

#[test]
fn a_stop_rejects_and_reports_the_parts_under_way() {
    // By the station, or because the thread that decides ended.
    for by_station in [true, false] {
        let (outputs, timeline) = simulated();
        let mut channels = Channels::new().unwrap();
        let Handles {
            mut arming,
            resolving,
            control,
            mut events,
            gate,
        } = channels.split();
        let driver = Driver::new(settings(GateStyle::Pulse, LONG_MS), outputs, gate).unwrap();
        let trigger = Timestamp::now() + Duration::from_secs(60);
        control.set_ready(true).unwrap();
        arming.arm(PartId::FIRST, trigger).unwrap();
        let summary = std::thread::scope(|scope| {
            let gate = scope.spawn(|| driver.run().unwrap());
            let _stop = Stop(control);
            match by_station {
                true => control.stop(),
                false => drop(resolving),
            }
            let patience = Timestamp::now() + Duration::from_secs(20);
            while !gate.is_finished() {
                assert!(Timestamp::now() < patience, "the gate goes on");
                std::thread::sleep(Duration::from_millis(1));
            }
            gate.join().unwrap()
        });
        let report = next_report(&mut events);
        assert_eq!(report.outcome, Outcome::Rejected(Rejection::NotReady));
        assert!(report.acted_at.unwrap() < report.due);
        assert_eq!(events.next(), None);
        assert_eq!((summary.counts.rejected, summary.events_lost), (1, 0));
        let changes: Vec<_> = timeline.changes().collect();
        assert_eq!(edges(&changes, 0).last().unwrap().level, PinState::High);
    }
}

#[test]
fn if_the_recorder_sleeps_events_are_lost_with_a_fault_but_the_gate_goes_on() {
    let (outputs, timeline) = simulated();
    let mut channels = Channels::new().unwrap();
    let Handles {
        mut arming,
        mut resolving,
        control,
        events,
        gate,
    } = channels.split();
    let driver = Driver::new(settings(GateStyle::Pulse, LONG_MS), outputs, gate).unwrap();
    let many = u64::try_from(EVENTS_MAX).unwrap() + 20;
    let summary = std::thread::scope(|scope| {
        let gate = scope.spawn(|| driver.run().unwrap());
        let _stop = Stop(control);
        control.set_ready(true).unwrap();
        // Wait until the fault line is inactive.
        let patience = Timestamp::now() + Duration::from_secs(20);
        let mut low = |change: Change| change.offset == 4 && change.level == PinState::Low;
        while !timeline.changes().any(&mut low) {
            assert!(Timestamp::now() < patience, "the gate does not start");
        }
        for number in 1..=many {
            let stray = PartId::new(number);
            while resolving.resolve(stray, Verdict::Pass).is_err() {
                std::thread::yield_now();
            }
        }
        // One good part, which would clear any other fault.
        arming.arm(PartId::new(many), Timestamp::now()).unwrap();
        while resolving.resolve(PartId::new(many), Verdict::Pass).is_err() {
            std::thread::yield_now();
        }
        std::thread::sleep(2 * DELAY);
        control.stop();
        gate.join().unwrap()
    });
    assert_eq!(events.count(), EVENTS_MAX);
    assert_eq!(summary.counts.armed, 1);
    assert!(summary.events_lost >= 21, "{summary:?}");
    let changes: Vec<_> = timeline.changes().collect();
    let fault: Vec<_> = edges(&changes, 4).iter().map(|edge| edge.level).collect();
    assert_eq!(fault, [PinState::High], "and stays");
}
