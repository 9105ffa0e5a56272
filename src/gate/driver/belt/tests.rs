//! The gate's thread with an encoder on a simulated line.

use super::super::tests::{LONG_MS, edges, lines, settings, simulated};
use super::*;
use crate::gate::{
    Arming, BeltFault, Channels, Events, Handles, Outcome, Outputs, Rejection, Resolving, Settings,
};
use crate::part::{PartId, Verdict};
use crate::station::file::{EncoderSettings, GateStyle, Level, LineBias};
use board::edge::Edges;
use board::simulated::{SimulatedInput, Stimulus};
use core::convert::Infallible;
use core::sync::atomic::AtomicBool;
use core::time::Duration;
use embedded_hal::digital::{ErrorType, PinState};

/// A belt that is never judged, because nothing takes an hour.
fn encoder<'e>() -> (Encoder<'e>, Stimulus) {
    let settings = EncoderSettings {
        chip: heapless::String::new(),
        offset: Some(7),
        name: heapless::String::new(),
        active: Level::High,
        bias: LineBias::AsIs,
        line_b: None,
        ticks_per_s_max: 20_000,
        ticks_per_s_min: 1,
        watch_ms: Some(3_600_000),
    };
    let (line, stimulus) = SimulatedInput::new(PinState::Low).unwrap();
    let lines: Vec<Box<dyn Edges>> = std::vec![Box::new(line)];
    (
        Encoder::new(&settings, lines, Timestamp::now()).unwrap(),
        stimulus,
    )
}

fn ticks(stimulus: &Stimulus, count: usize) {
    for _ in 0..count {
        stimulus.set(PinState::High);
        stimulus.set(PinState::Low);
    }
}

/// A gate 50 ticks behind the trigger, with movements of 10 ticks, and what leads to it.
struct OnBelt<'a, P: OutputPin> {
    driver: Driver<'a, P>,
    stimulus: Stimulus,
    arming: Arming<'a>,
    resolving: Resolving<'a>,
    events: Events<'a>,
}

/// A gate that is ready and open: all parts from before READY are gone, after the delay and the
/// movement.
fn open_gate<P: OutputPin>(
    channels: &mut Channels,
    outputs: Outputs<P>,
    settings: Settings,
) -> OnBelt<'_, P> {
    let Handles {
        arming,
        resolving,
        control,
        gate,
        events,
    } = channels.split();
    let (encoder, stimulus) = encoder();
    let driver = Driver::new(settings, outputs, gate).unwrap();
    let mut driver = driver.with_encoder(encoder, Some(50), Some(10));
    control.set_ready(true).unwrap();
    driver.turn(false);
    for count in [50, 10] {
        ticks(&stimulus, count);
        driver.turn(false);
    }
    assert!(!driver.schedule.levels().reject, "open");
    OnBelt {
        driver,
        stimulus,
        arming,
        resolving,
        events,
    }
}

#[test]
fn the_gate_reads_the_ticks_before_it_takes_triggers_and_verdicts() {
    let (outputs, _timeline) = simulated();
    let mut channels = Channels::new().unwrap();
    let OnBelt {
        mut driver,
        stimulus,
        mut arming,
        mut resolving,
        mut events,
    } = open_gate(&mut channels, outputs, settings(GateStyle::Pulse, LONG_MS));
    // Nothing is read between these: the edges alone say what came first.
    ticks(&stimulus, 5);
    arming.arm(PartId::new(1), Timestamp::now()).unwrap();
    ticks(&stimulus, 5);
    arming.arm(PartId::new(2), Timestamp::now()).unwrap();
    resolving.resolve(PartId::new(2), Verdict::Pass).unwrap();
    ticks(&stimulus, 45);
    // Too late: the belt has brought the part to the gate.
    resolving.resolve(PartId::new(1), Verdict::Pass).unwrap();
    driver.turn(false);
    let found: Vec<_> = core::iter::from_fn(|| events.next()).collect();
    let report = found.iter().find_map(|event| match event {
        Event::Report(report) => Some(*report),
        _ => None,
    });
    let report = report.unwrap();
    assert_eq!((report.part, report.due_ticks), (PartId::new(1), Some(115)));
    assert_eq!(report.outcome, Outcome::Rejected(Rejection::NoVerdict));
    assert!(
        found
            .iter()
            .any(|event| matches!(event, Event::Late { .. }))
    );
    // Part 2 is 5 ticks behind, within the movement of 10 ticks, and a part that passes later.
    assert_eq!(driver.schedule.next_position(), Some(120));
}

#[test]
fn lost_edges_close_the_gate_and_flush_its_parts() {
    let (outputs, timeline) = simulated();
    let mut channels = Channels::new().unwrap();
    let OnBelt {
        mut driver,
        stimulus,
        mut arming,
        mut resolving,
        mut events,
    } = open_gate(&mut channels, outputs, settings(GateStyle::Pulse, LONG_MS));
    arming.arm(PartId::FIRST, Timestamp::now()).unwrap();
    resolving.resolve(PartId::FIRST, Verdict::Pass).unwrap();
    driver.turn(false);
    assert!(driver.schedule.levels().ready);
    // More than the queue holds.
    ticks(&stimulus, 1_000);
    driver.turn(false);
    let levels = driver.schedule.levels();
    assert!(levels.reject && levels.fault && !levels.ready);
    let found: Vec<_> = core::iter::from_fn(|| events.next()).collect();
    let lost = |event: &Event| matches!(event, Event::Belt(Some(BeltFault::Lost { .. })));
    assert!(found.iter().any(lost), "{found:?}");
    let flushed = |event: &Event| matches!(event, Event::Report(report) if report.outcome == Outcome::Rejected(Rejection::NotReady));
    assert!(found.iter().any(flushed), "{found:?}");
    drop(driver);
    let changes: Vec<_> = timeline.changes().collect();
    let pass = edges(&changes, 1);
    assert!(pass.iter().all(|change| change.level == PinState::Low));
}

/// A pin that takes 200 ms to move while this is set.
struct Slow<'t>(&'t AtomicBool);

impl ErrorType for Slow<'_> {
    type Error = Infallible;
}

impl OutputPin for Slow<'_> {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.set_high()
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        if self.0.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }
}

#[test]
fn a_slow_line_that_closes_for_a_part_without_a_number_is_a_late_movement() {
    let is_slow = AtomicBool::new(false);
    let outputs = Outputs::open(&lines(), |_| Ok::<_, Infallible>(Slow(&is_slow)));
    let settings = Settings {
        late_max_ms: 50,
        ..settings(GateStyle::Pulse, LONG_MS)
    };
    let mut channels = Channels::new().unwrap();
    let OnBelt {
        mut driver,
        mut arming,
        mut events,
        ..
    } = open_gate(&mut channels, outputs.unwrap(), settings);
    is_slow.store(true, Ordering::SeqCst);
    arming.hold(Timestamp::now());
    driver.turn(false);
    let mut found = core::iter::from_fn(|| events.next());
    assert!(found.any(|event| matches!(event, Event::MovedLate { held: true, .. })));
}
