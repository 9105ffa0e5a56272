use super::*;
use crate::gate::{Channels, Driver, Handles, Outputs, Settings};
use crate::station::file::{GateStyle, Level, LineSettings, LinesSettings};
use board::simulated::{Chip, Timeline};
use core::time::Duration;
use std::thread;

#[test]
fn a_trigger_is_taken_only_while_everything_works_and_there_is_space() {
    // There is no gate; the test checks only the switch.
    let mut channels = Channels::new().unwrap();
    let ready = ReadySwitch::new(PartId::new(7), channels.split().control);
    assert_eq!(ready.refusal(2), Some(Refusal::Starting));
    ready.set(Requirement::Started, true);
    assert_eq!(ready.refusal(2), None);
    ready.set(Requirement::Source, false);
    assert_eq!(ready.refusal(2), Some(Refusal::Source));
    ready.set(Requirement::Journal, false);
    assert_eq!(ready.refusal(2), Some(Refusal::Journal));
    ready.set(Requirement::Source, true);
    assert_eq!(ready.refusal(2), Some(Refusal::Journal));
    ready.set(Requirement::Journal, true);
    ready.parts.begin(true);
    ready.parts.begin(true);
    ready.parts.begin(false);
    assert_eq!(ready.refusal(2), Some(Refusal::Undecided(2)));
    ready.parts.decided();
    assert_eq!(ready.refusal(2), None, "a part off the line does not count");
    assert_eq!(ready.parts.next_part(), PartId::new(7));
    assert_eq!(ready.parts.next_part(), PartId::new(8));
}

#[test]
fn a_trigger_is_taken_while_fewer_parts_are_under_way_than_the_gate_holds() {
    let mut channels = Channels::new().unwrap();
    let ready = ReadySwitch::new(PartId::FIRST, channels.split().control);
    ready.set(Requirement::Started, true);
    for _ in 0..PARTS_MAX {
        assert_eq!(ready.refusal(1_000), None);
        assert!(ready.parts.begin_if_space(true));
    }
    assert_eq!(ready.refusal(1_000), Some(Refusal::UnderWay(PARTS_MAX)));
    ready.end_part();
    assert_eq!(ready.refusal(1_000), None);
}

/// The table in the documentation of [`crate::run`].
#[test]
fn each_unmet_requirement_has_its_state() {
    let mut channels = Channels::new().unwrap();
    let ready = ReadySwitch::new(PartId::FIRST, channels.split().control);
    assert_eq!(ready.state(), StationState::Starting);
    ready.set(Requirement::Started, true);
    assert_eq!(ready.state(), StationState::Ready);
    for what in [
        Requirement::Source,
        Requirement::Journal,
        Requirement::Disk,
        Requirement::Guard,
        Requirement::Keeper,
    ] {
        ready.set(what, false);
        assert_eq!(ready.state(), StationState::Fault, "{what:?}");
        assert!(ready.refusal(1).is_some(), "{what:?}");
        assert_eq!(ready.may_begin(), what == Requirement::Source, "{what:?}");
        ready.set(what, true);
        assert_eq!(ready.state(), StationState::Ready, "{what:?}");
    }
    ready.parts.begin(true);
    assert_eq!(ready.state(), StationState::Busy);
    ready.stop();
    assert_eq!(ready.state(), StationState::Stopped);
}

const REJECT: u32 = 0;
const READY: u32 = 1;
const FAULT: u32 = 2;

/// Two output lines of a simulated gate.
struct ReadyAndFault {
    timeline: Timeline,
    ready: bool,
    fault: bool,
}

impl ReadyAndFault {
    /// Waits until the ready and fault lines have these levels.
    fn wait_for(&mut self, ready: bool, fault: bool, when: &str) {
        let end = Timestamp::now() + Duration::from_secs(20);
        loop {
            for change in self.timeline.changes() {
                match change.offset {
                    READY => self.ready = change.level.into(),
                    FAULT => self.fault = change.level.into(),
                    _ => {}
                }
            }
            if (self.ready, self.fault) == (ready, fault) {
                return;
            }
            let now = (self.ready, self.fault);
            assert!(
                Timestamp::now() < end,
                "{when}: ready and fault are {now:?}"
            );
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Panics if either line changes within this time. On a busy machine it may miss a change.
    fn stay_for(&mut self, time: Duration, when: &str) {
        thread::sleep(time);
        for change in self.timeline.changes() {
            assert!(
                ![READY, FAULT].contains(&change.offset),
                "{when}: {change:?}"
            );
        }
    }
}

/// Stops the gate when the test ends, even if it fails.
struct StopAtEnd<'r, 'c>(&'r ReadySwitch<'c>);

impl Drop for StopAtEnd<'_, '_> {
    fn drop(&mut self) {
        self.0.stop_gate();
    }
}

/// As above, for the columns of the two lines.
#[test]
fn the_ready_and_fault_lines_follow_the_switch() {
    let line = |offset, safe| LineSettings::numbered(offset, Level::High, safe);
    let lines = LinesSettings {
        chip: Default::default(),
        timeline: Default::default(),
        stimulus: Default::default(),
        reject: line(REJECT, Level::High),
        pass: None,
        ready: Some(line(READY, Level::Low)),
        busy: None,
        fault: Some(line(FAULT, Level::High)),
        alive: None,
    };
    let (mut chip, timeline) = Chip::new(1_000);
    let outputs = Outputs::open(&lines, |line| {
        chip.line(line.offset.unwrap(), line.safe.into())
    });
    let settings = Settings {
        style: GateStyle::Pulse,
        delay_ms: 30,
        pulse_ms: 10,
        late_max_ms: 2_000,
        undecided_max: None,
    };
    let mut channels = Channels::new().unwrap();
    let Handles {
        resolving: _resolving,
        control,
        gate,
        ..
    } = channels.split();
    let driver = Driver::new(settings, outputs.unwrap(), gate).unwrap();
    let ready = ReadySwitch::new(PartId::FIRST, control);
    let mut lines = ReadyAndFault {
        timeline,
        ready: false,
        fault: true,
    };
    thread::scope(|scope| {
        scope.spawn(|| driver.run().unwrap());
        let _stop = StopAtEnd(&ready);
        lines.wait_for(false, false, "starting");
        ready.start().unwrap();
        lines.wait_for(true, false, "started");
        for what in [
            Requirement::Source,
            Requirement::Journal,
            Requirement::Disk,
            Requirement::Guard,
            Requirement::Keeper,
        ] {
            ready.set(what, false);
            lines.wait_for(false, true, &format!("without {what:?}"));
            ready.set(what, true);
            lines.wait_for(true, false, &format!("with {what:?}"));
        }
        ready.set(Requirement::Journal, false);
        lines.wait_for(false, true, "without the journal");
        ready.set(Requirement::Journal, false);
        lines.stay_for(Duration::from_millis(50), "without it for the second time");
        ready.set(Requirement::Journal, true);
        lines.wait_for(true, false, "with the journal");
        ready.renew(Timestamp::now() - Duration::from_secs(1));
        ready.refresh();
        lines.wait_for(false, true, "the time to be ready has ended");
        ready.renew(Timestamp::now() + Duration::from_secs(3_600));
        lines.wait_for(true, false, "the time is renewed");
        while ready.parts.begin_if_space(true) {}
        ready.refresh();
        lines.wait_for(false, false, "as many parts as the gate holds");
        ready.end_part();
        lines.wait_for(true, false, "one part less");
        ready.stop();
        lines.wait_for(false, false, "stopping");
    });
}
