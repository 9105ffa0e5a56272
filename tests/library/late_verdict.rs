//! Promise: a PASS at a part's due time or later changes nothing. The part is rejected on time, and
//! the verdict is recorded as late.

use board::Timestamp;
use board::simulated::{Change, Chip};
use core::time::Duration;
use embedded_hal::digital::PinState;
use sluice::gate::{
    Channels, Driver, Event, Handles, Outcome, Outputs, Rejection, Schedule, Settings,
};
use sluice::part::{PartId, Verdict};
use sluice::station::file::{GateStyle, Level, LineSettings, LinesSettings};

const STYLES: [GateStyle; 2] = [GateStyle::Pulse, GateStyle::Divert];

/// The reject line and the pass line, active high.
fn lines() -> LinesSettings {
    let line = |offset, safe| LineSettings::numbered(offset, Level::High, safe);
    LinesSettings {
        chip: Default::default(),
        pass: Some(line(1, Level::Low)),
        ..LinesSettings::with_reject(line(0, Level::High))
    }
}

#[test]
fn a_verdict_must_come_at_least_one_nanosecond_before_the_due_time() {
    let part = PartId::FIRST;
    let due_ns = 300_000_000_i64;
    // The verdict reaches the gate before the gate wakes for the part, or after.
    for (style, heard_first) in STYLES.map(|style| [(style, true), (style, false)]).concat() {
        for offset_ns in [-5_000_000, -1_000, -1, 0, 1, 1_000, 5_000_000] {
            let mut schedule = Schedule::new(Settings {
                style,
                delay_ms: 200,
                pulse_ms: 20,
                late_max_ms: 20,
                undecided_max: None,
                neighbours: Default::default(),
            });
            let mut events = Vec::new();
            let mut out = |event| events.push(event);
            let due = Timestamp::from_ns(due_ns.unsigned_abs());
            let at = Timestamp::from_ns((due_ns + offset_ns).unsigned_abs());
            schedule.set_ready(true, Timestamp::from_ns(1), &mut out);
            schedule.arm(part, due - Duration::from_millis(200), &mut out);
            if heard_first {
                schedule.resolve(part, Verdict::Pass, at, &mut out);
            }
            schedule.advance(due, &mut out);
            let levels = schedule.levels();
            if !heard_first {
                schedule.resolve(part, Verdict::Pass, at, &mut out);
                assert_eq!(
                    schedule.levels().reject,
                    levels.reject,
                    "moved by a late verdict"
                );
            }
            let pass = heard_first && offset_ns < 0;
            assert_eq!(
                (levels.reject, levels.pass),
                (!pass, pass),
                "{style:?} {offset_ns} ns"
            );
            let outcome = if pass {
                Outcome::Passed
            } else {
                Outcome::Rejected(Rejection::NoVerdict)
            };
            let reports = events.iter().filter_map(|event| match event {
                Event::Report(report) => Some(report.outcome),
                _ => None,
            });
            assert_eq!(reports.collect::<Vec<_>>(), [outcome]);
            let by = Duration::from_nanos(offset_ns.max(0).unsigned_abs());
            let late = events.contains(&Event::Late { part, by });
            assert_eq!(late, offset_ns >= 0 || !heard_first, "{events:?}");
        }
    }
}

/// The times at which line `offset` was high.
fn high(changes: &[Change], offset: u32) -> Vec<(Timestamp, Option<Timestamp>)> {
    let mut times: Vec<(Timestamp, Option<Timestamp>)> = Vec::new();
    for change in changes.iter().filter(|change| change.offset == offset) {
        match (change.level, times.last_mut()) {
            (PinState::High, _) => times.push((change.at, None)),
            (PinState::Low, Some(last)) => last.1 = Some(change.at),
            (PinState::Low, None) => {}
        }
    }
    times
}

#[test]
fn on_a_running_gate_the_reject_comes_on_time_and_stays_for_its_pulse() {
    let pulse = Duration::from_millis(10);
    for style in STYLES {
        let (mut chip, timeline) = Chip::new(64);
        let outputs = Outputs::open(&lines(), |line| {
            chip.line(line.offset.unwrap(), line.safe.into())
        })
        .unwrap();
        let settings = Settings {
            style,
            delay_ms: 30,
            pulse_ms: 10,
            // A busy machine may move the lines late.
            late_max_ms: 2_000,
            undecided_max: None,
            neighbours: Default::default(),
        };
        let mut channels = Channels::new().unwrap();
        let Handles {
            mut arming,
            resolving,
            control,
            mut events,
            gate,
        } = channels.split();
        let driver = Driver::new(settings, outputs, gate).unwrap();
        let mut changes = Vec::new();
        let (report, late) = std::thread::scope(|scope| {
            scope.spawn(|| driver.run().unwrap());
            // Dropping it stops the gate, so that a failing test ends.
            let mut resolving = resolving;
            let mut next = || {
                loop {
                    match events.next() {
                        Some(event) => break event,
                        None => std::thread::sleep(Duration::from_millis(1)),
                    }
                }
            };
            control.set_ready(true).unwrap();
            // Wait until every part from before READY is gone.
            let end = Timestamp::now() + Duration::from_secs(20);
            while style == GateStyle::Pulse
                && high(&changes, 0).iter().flat_map(|h| h.1).count() < 1
            {
                assert!(Timestamp::now() < end, "{changes:?}");
                std::thread::sleep(Duration::from_millis(1));
                changes.extend(timeline.changes());
            }
            arming.arm(PartId::FIRST, Timestamp::now()).unwrap();
            let Event::Report(report) = next() else {
                panic!("the report is what comes first")
            };
            resolving.resolve(PartId::FIRST, Verdict::Pass).unwrap();
            let late = next();
            // Wait for the end of the pulse.
            let end = Timestamp::now() + Duration::from_secs(20);
            while style == GateStyle::Pulse
                && high(&changes, 0).iter().flat_map(|h| h.1).count() < 2
            {
                assert!(Timestamp::now() < end, "{changes:?}");
                std::thread::sleep(Duration::from_millis(1));
                changes.extend(timeline.changes());
            }
            (report, late)
        });
        assert_eq!(report.outcome, Outcome::Rejected(Rejection::NoVerdict));
        let acted_at = report.acted_at.unwrap();
        assert!(acted_at >= report.due);
        assert!(matches!(late, Event::Late { part: PartId::FIRST, by } if by > Duration::ZERO));

        changes.extend(timeline.changes());
        assert_eq!(high(&changes, 1), [], "the pass line never moved");
        let closed = high(&changes, 0);
        match style {
            // Closed until READY, open, closed for the part, open, closed at the stop.
            GateStyle::Pulse => {
                let [_, (from, Some(until)), (_, None)] = closed[..] else {
                    panic!("{closed:?}")
                };
                assert!(report.due <= from && from <= acted_at);
                assert!(until >= report.due + pulse);
            }
            GateStyle::Divert => assert!(matches!(closed[..], [(_, None)]), "{closed:?}"),
        }
    }
}
