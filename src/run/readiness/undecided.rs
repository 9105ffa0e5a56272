//! The ready line of a station whose gate has rejected parts that are not decided yet.

use super::*;
use crate::control::Asker;
use crate::gate::{Channels, Driver, Handles, Outputs, Settings};
use crate::station::file::{GateStyle, Level, LineSettings, LinesSettings};
use board::simulated::Chip;
use embedded_hal::digital::PinState;

const READY: u32 = 2;

#[test]
fn parts_that_the_gate_has_rejected_undecided_keep_the_ready_line_off() {
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
        mut arming,
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
