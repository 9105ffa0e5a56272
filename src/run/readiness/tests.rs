use super::*;
use crate::control::Asker;
use crate::gate::{Channels, Driver, Handles, Outputs, Settings};
use crate::screen::Notice;
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

#[test]
fn while_the_gate_is_held_after_a_late_movement_no_trigger_is_taken() {
    let mut chip = Chip::new(1_000).0;
    let lines = LinesSettings::with_reject(LineSettings::numbered(0, Level::High, Level::High));
    let outputs = Outputs::open(&lines, |line| {
        chip.line(line.offset.unwrap(), line.safe.into())
    });
    let settings = Settings {
        style: GateStyle::Pulse,
        delay_ms: 1,
        pulse_ms: 1_000,
        late_max_ms: 20,
        undecided_max: None,
        neighbours: Default::default(),
    };
    let mut channels = Channels::new().unwrap();
    let Handles {
        resolving: _resolving,
        mut arming,
        control,
        gate,
        ..
    } = channels.split();
    let driver = Driver::new(settings, outputs.unwrap(), gate).unwrap();
    let ready = ReadySwitch::new(PartId::FIRST, control);
    thread::scope(|scope| {
        scope.spawn(|| driver.run().unwrap());
        let _stop = StopAtEnd(&ready);
        ready.start().unwrap();
        assert_eq!(
            (ready.refusal(1), ready.state()),
            (None, StationState::Ready)
        );
        // Armed when it was due long ago.
        let armed = Timestamp::now();
        let trigger = Timestamp::from_ns(armed.as_ns() - 500_000_000);
        arming.arm(PartId::FIRST, trigger).unwrap();
        let wait_for = |refusal: Option<Refusal>| {
            let end = Timestamp::now() + Duration::from_secs(20);
            while ready.refusal(1) != refusal {
                assert!(Timestamp::now() < end, "not {refusal:?}");
                thread::sleep(Duration::from_millis(1));
            }
        };
        wait_for(Some(Refusal::Late));
        assert_eq!(ready.state(), StationState::Fault);
        wait_for(None);
        assert!(Timestamp::now() >= armed + Duration::from_millis(1_000));
        assert_eq!(ready.state(), StationState::Ready);
    });
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
        Requirement::OnTime,
    ] {
        ready.set(what, false);
        assert_eq!(ready.state(), StationState::Fault, "{what:?}");
        assert!(ready.refusal(1).is_some(), "{what:?}");
        let begins = matches!(what, Requirement::Source | Requirement::OnTime);
        assert_eq!(ready.may_begin(), begins, "{what:?}");
        ready.set(what, true);
        assert_eq!(ready.state(), StationState::Ready, "{what:?}");
    }
    ready.parts.begin(true);
    assert_eq!(ready.state(), StationState::Busy);
    ready.stop();
    assert_eq!(ready.state(), StationState::Stopped);
}

#[test]
fn a_stopped_station_takes_no_trigger_and_a_test_takes_them() {
    let mut channels = Channels::new().unwrap();
    let ready = ReadySwitch::new(PartId::FIRST, channels.split().control);
    ready.set(Requirement::Started, true);
    for (mode, refusal, state) in [
        (Mode::Stopped, Some(Refusal::Stopped), StationState::Halted),
        (Mode::Test, None, StationState::Test),
        (Mode::Run, None, StationState::Ready),
    ] {
        ready.set_mode(mode, Asker::Command);
        assert_eq!((ready.mode(), ready.refusal(1)), (mode, refusal));
        assert_eq!(ready.state(), state);
        assert!(ready.may_begin(), "a picture is inspected in any mode");
    }
    ready.set_mode(Mode::Stopped, Asker::Line);
    let by_line = Notice::Stopped { by_command: false };
    assert_eq!(ready.notice(), Some(by_line));
}

#[test]
fn what_is_latched_waits_for_a_reset_and_stays_while_its_cause_does() {
    let mut channels = Channels::new().unwrap();
    let ready = ReadySwitch::new(PartId::FIRST, channels.split().control);
    ready.set(Requirement::Started, true);
    let bin = Latches::of(Latch::BinFull);
    ready.latch(Latch::BinFull);
    assert_eq!(ready.refusal(1), Some(Refusal::Latched(bin)));
    assert_eq!(ready.state(), StationState::Latched);
    assert_eq!(ready.notice(), Some(Notice::ResetNeeded(bin)));
    ready.latch(Latch::RejectRate);
    let rate = Latches::of(Latch::RejectRate);
    let reset = ready.reset(bin);
    assert_eq!((reset.cleared, reset.remaining), (rate, bin));
    assert_eq!(ready.refusal(1), Some(Refusal::Latched(bin)));
    let reset = ready.reset(Latches::default());
    assert_eq!((reset.cleared, reset.remaining), (bin, Latches::default()));
    assert_eq!((ready.refusal(1), ready.notice()), (None, None));
}

#[test]
fn a_fault_of_the_station_is_latched_only_if_the_station_file_says_so() {
    for latches in [false, true] {
        let mut channels = Channels::new().unwrap();
        let mut ready = ReadySwitch::new(PartId::FIRST, channels.split().control);
        if latches {
            ready.latch_faults();
        }
        // Before the start, nothing is open yet.
        ready.set(Requirement::Source, false);
        ready.set(Requirement::Source, true);
        ready.set(Requirement::Started, true);
        assert_eq!(ready.refusal(1), None);
        ready.set(Requirement::Journal, false);
        assert_eq!(ready.refusal(1), Some(Refusal::Journal));
        assert_eq!(ready.state(), StationState::Fault);
        let early = ready.reset(Latches::default());
        assert_eq!(early.remaining.is_empty(), !latches, "it is still there");
        ready.set(Requirement::Journal, true);
        let journal = Latches::of(Latch::Journal);
        let refusal = latches.then_some(Refusal::Latched(journal));
        assert_eq!(ready.refusal(1), refusal);
        ready.reset(Latches::default());
        assert_eq!(ready.refusal(1), None);
        ready.latch_if_fault(Latch::Late);
        assert_eq!(ready.refusal(1).is_some(), latches);
    }
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
        ready: Some(line(READY, Level::Low)),
        fault: Some(line(FAULT, Level::High)),
        ..LinesSettings::with_reject(line(REJECT, Level::High))
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
        neighbours: Default::default(),
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
            Requirement::OnTime,
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
        ready.latch(Latch::BinFull);
        lines.wait_for(false, true, "something waits for a reset");
        ready.reset(Latches::default());
        lines.wait_for(true, false, "after the reset");
        ready.set_mode(Mode::Stopped, Asker::Line);
        lines.wait_for(false, false, "stopped");
        // At its safe level, the fault line is active.
        ready.set_mode(Mode::Test, Asker::Line);
        lines.wait_for(false, true, "test");
        ready.set_mode(Mode::Run, Asker::Line);
        lines.wait_for(true, false, "run");
        ready.set_lamp_test(true);
        lines.wait_for(true, true, "lamp test");
        ready.set_lamp_test(false);
        lines.wait_for(true, false, "after the lamp test");
        ready.stop();
        lines.wait_for(false, false, "stopping");
    });
}
