//! The gate is ready only until the time set by the recorder. The gate checks the time itself.

use super::tests::{LONG_MS, Stop, edges, next_report, settings, simulated};
use super::*;
use crate::gate::{Channels, Handles, Outcome, Rejection};
use crate::part::{PartId, Verdict};
use crate::station::file::GateStyle;
use board::simulated::{Change, Timeline};
use embedded_hal::digital::PinState;
use std::vec::Vec;

const READY: u32 = 2;
const FAULT: u32 = 4;

/// Waits until the line has this level.
fn wait_level(timeline: &Timeline, changes: &mut Vec<Change>, offset: u32, level: PinState) {
    let end = Timestamp::now() + Duration::from_secs(20);
    loop {
        changes.extend(timeline.changes());
        if edges(changes, offset).last().map(|change| change.level) == Some(level) {
            return;
        }
        assert!(Timestamp::now() < end, "line {offset} is not {level:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn without_renewal_the_gate_closes_by_itself_and_the_next_renewal_makes_it_ready_again() {
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
        let driver = Driver::new(settings(style, LONG_MS), outputs, gate).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| driver.run().unwrap());
            let _stop = Stop(control);
            let mut changes = Vec::new();
            control.renew(Timestamp::now() + Duration::from_millis(200));
            control.set_ready(true).unwrap();
            wait_level(&timeline, &mut changes, READY, PinState::High);
            // A good part that is due after the time has ended: the gate stays closed for it.
            let part = PartId::new(1);
            let trigger = Timestamp::now() + Duration::from_millis(600);
            arming.arm(part, trigger).unwrap();
            resolving.resolve(part, Verdict::Pass).unwrap();
            wait_level(&timeline, &mut changes, READY, PinState::Low);
            wait_level(&timeline, &mut changes, FAULT, PinState::High);
            let report = next_report(&mut events);
            assert_eq!(report.outcome, Outcome::Rejected(Rejection::NotReady));
            // After a renewal the gate is ready again, but not for parts triggered before it.
            let renewed = Timestamp::now();
            control.renew(renewed + Duration::from_secs(600));
            wait_level(&timeline, &mut changes, READY, PinState::High);
            let before = PartId::new(2);
            arming
                .arm(before, Timestamp::from_ns(renewed.as_ns() - 1_000_000))
                .unwrap();
            resolving.resolve(before, Verdict::Pass).unwrap();
            let report = next_report(&mut events);
            assert_eq!(report.part, before);
            assert!(matches!(report.outcome, Outcome::Rejected(_)), "{report:?}");
            let passed = edges(&changes, 1)
                .iter()
                .any(|change| change.level == PinState::High);
            assert!(!passed, "{style:?}: the pass line was active");
        });
    }
}

#[test]
fn a_renewal_does_not_make_the_gate_ready() {
    let (outputs, timeline) = simulated();
    let mut channels = Channels::new().unwrap();
    // Dropping the resolving end would stop the gate.
    let Handles {
        resolving: _resolving,
        control,
        gate,
        ..
    } = channels.split();
    let driver = Driver::new(settings(GateStyle::Pulse, LONG_MS), outputs, gate).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| driver.run().unwrap());
        let _stop = Stop(control);
        let mut changes = Vec::new();
        control.renew(Timestamp::now());
        std::thread::sleep(Duration::from_millis(20));
        control.renew(Timestamp::now() + Duration::from_secs(600));
        std::thread::sleep(Duration::from_millis(50));
        changes.extend(timeline.changes());
        let ready = edges(&changes, READY);
        assert!(ready.iter().all(|change| change.level == PinState::Low));
        control.set_ready(true).unwrap();
        wait_level(&timeline, &mut changes, READY, PinState::High);
    });
}
