//! The ready line of a station that can take no further part, for reasons that the gate does not
//! know by itself.

use super::*;
use crate::control::Asker;
use crate::gate::{Arming, Channels, Driver, Handles, Outputs, Settings};
use crate::station::file::{GateStyle, Level, LineSettings, LinesSettings};
use board::simulated::Chip;
use embedded_hal::digital::PinState;

const READY: u32 = 2;

/// Runs `test` with the level of the ready line after one more turn of the gate.
fn with_ready_line(test: impl FnOnce(ReadySwitch<'_>, Arming<'_>, &mut dyn FnMut() -> PinState)) {
    let (mut chip, timeline) = Chip::new(1_000);
    let lines = LinesSettings {
        ready: Some(LineSettings::numbered(READY, Level::High, Level::Low)),
        ..LinesSettings::with_reject(LineSettings::numbered(0, Level::High, Level::High))
    };
    let outputs = Outputs::open(&lines, |line| {
        chip.line(line.offset.unwrap(), line.safe.into())
    });
    let settings = Settings {
        style: GateStyle::Pulse,
        delay_ms: 60_000,
        pulse_ms: 10,
        late_max_ms: 5,
        undecided_max: Some(2),
        neighbours: Default::default(),
    };
    let mut channels = Channels::new().unwrap();
    let Handles {
        resolving: _resolving,
        arming,
        control,
        gate,
        ..
    } = channels.split();
    let mut driver = Driver::new(settings, outputs.unwrap(), gate).unwrap();
    let mut ready = ReadySwitch::new(PartId::FIRST, control);
    ready.limit_undecided(2);
    ready.start().unwrap();
    let mut level = PinState::Low;
    let mut line_after_turn = || {
        driver.turn(false);
        let changes = timeline.changes().filter(|change| change.offset == READY);
        level = changes.last().map_or(level, |change| change.level);
        level
    };
    test(ready, arming, &mut line_after_turn);
}

#[test]
fn a_part_off_the_line_that_takes_the_last_space_drops_the_ready_line() {
    with_ready_line(|ready, _arming, line_after_turn| {
        for _ in 1..PARTS_MAX {
            ready.begin_off_line();
        }
        assert_eq!(line_after_turn(), PinState::High);
        assert_eq!(ready.refusal(2), None);
        ready.begin_off_line();
        assert_eq!(ready.refusal(2), Some(Refusal::UnderWay(PARTS_MAX)));
        assert_eq!(line_after_turn(), PinState::Low);
        ready.end_part();
        assert_eq!(line_after_turn(), PinState::High);
    });
}

#[test]
fn parts_that_the_gate_has_rejected_undecided_keep_the_ready_line_off() {
    with_ready_line(keep_it_off);
}

fn keep_it_off(
    ready: ReadySwitch<'_>,
    mut arming: Arming<'_>,
    line_after_turn: &mut dyn FnMut() -> PinState,
) {
    assert_eq!(line_after_turn(), PinState::High);
    for part in [PartId::FIRST, PartId::FIRST.next()] {
        ready.parts.begin(true);
        arming.arm(part, Timestamp::now()).unwrap();
        // As the trigger's thread does, if no further part can begin.
        if ready.refusal(2).is_some() {
            ready.refresh();
        }
    }
    assert_eq!(line_after_turn(), PinState::Low);
    ready.set_mode(Mode::Stopped, Asker::Command);
    assert_eq!(line_after_turn(), PinState::Low);
    // The gate holds no part any more, but both still wait for their verdicts.
    ready.set_mode(Mode::Run, Asker::Command);
    assert_eq!(ready.refusal(2), Some(Refusal::Undecided(2)));
    assert_eq!(line_after_turn(), PinState::Low);
    ready.decided();
    assert_eq!(ready.refusal(2), None);
    assert_eq!(line_after_turn(), PinState::High);
}
