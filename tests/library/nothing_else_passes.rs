//! Promise: the gate opens for a part only after this history: the part was armed once while the
//! station was ready, it got one verdict, PASS, before its due time, and the station stayed ready.
//!
//! The test plays all histories of up to five steps out of thirteen on its own clock. It covers
//! both styles and both polarities, down to the levels on the pins.

use board::Timestamp;
use core::convert::Infallible;
use embedded_hal::digital::{ErrorType, OutputPin};
use sluice::gate::{Event, Outcome, Outputs, Schedule, Settings};
use sluice::part::{Cause, PartId, Reason, Verdict};
use sluice::station::file::{GateStyle, Level, LineSettings, LinesSettings};
use std::cell::Cell;
use std::rc::Rc;

const PART: PartId = PartId::new(10);
/// After all steps. A part triggered before READY finds a closed gate, whatever its verdict
/// (`parts_not_seen.rs`).
const TRIGGER_MS: u64 = START_MS + 10;
/// Before the first step.
const START_MS: u64 = 2_000;
const DUE_MS: u64 = TRIGGER_MS + 1_000;
const PULSE_MS: u64 = 50;

/// A pin whose level the test can read.
struct Pin(Rc<Cell<bool>>);

impl ErrorType for Pin {
    type Error = Infallible;
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.0.set(false);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.0.set(true);
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Ready,
    NotReady,
    Arm,
    ArmEarlierNumber,
    ArmNextNumber,
    ArmAtGate,
    Resolve(Verdict),
    ResolveAtDue(Verdict),
    ResolveOther(u64),
}

const STEPS: [Step; 13] = [
    Step::Ready,
    Step::NotReady,
    Step::Arm,
    Step::ArmEarlierNumber,
    Step::ArmNextNumber,
    Step::ArmAtGate,
    Step::Resolve(Verdict::Pass),
    Step::Resolve(Verdict::Reject(Reason::TooManyBlobs)),
    Step::Resolve(Verdict::Fault(Cause::Deadline)),
    Step::ResolveAtDue(Verdict::Pass),
    Step::ResolveOther(9),
    Step::ResolveOther(11),
    Step::ResolveOther(u64::MAX),
];

/// The promise as a predicate: exactly one arm of the part, and after it exactly one verdict, PASS,
/// in time. The station is ready at the arm and stays ready. No higher number came before.
fn may_pass(history: &[Step]) -> bool {
    let is_arm = |step: &Step| matches!(step, Step::Arm | Step::ArmAtGate);
    let mut arms = history.iter().enumerate().filter(|(_, step)| is_arm(step));
    let (Some((armed, _)), None) = (arms.next(), arms.next()) else {
        return false;
    };
    if history.get(armed) == Some(&Step::ArmAtGate) {
        return false;
    }
    let (before, after) = history.split_at(armed);
    let station = |step: &&Step| matches!(step, Step::Ready | Step::NotReady);
    let ready = before.iter().rfind(station) == Some(&Step::Ready);
    let stayed = !after.contains(&Step::NotReady);
    let rising = !before.contains(&Step::ArmNextNumber);
    let mut verdicts = after
        .iter()
        .filter(|step| matches!(step, Step::Resolve(_) | Step::ResolveAtDue(_)));
    let pass = verdicts.next() == Some(&Step::Resolve(Verdict::Pass)) && verdicts.next().is_none();
    ready && stayed && rising && pass
}

struct Station {
    schedule: Schedule,
    outputs: Outputs<Pin>,
    reject: Rc<Cell<bool>>,
    pass: Rc<Cell<bool>>,
    active: bool,
}

fn ms(time_ms: u64) -> Timestamp {
    Timestamp::from_ns(time_ms * 1_000_000)
}

impl Station {
    fn new(style: GateStyle, active: Level) -> Self {
        let rest = match active {
            Level::Low => Level::High,
            Level::High => Level::Low,
        };
        let line = |offset, safe| LineSettings::numbered(offset, active, safe);
        let lines = LinesSettings {
            pass: Some(line(1, rest)),
            ..LinesSettings::with_reject(line(0, active))
        };
        let pins = [0, 1].map(|_| Rc::new(Cell::new(false)));
        let open = |line: &LineSettings| {
            Ok::<_, Infallible>(Pin(Rc::clone(&pins[line.offset.unwrap() as usize])))
        };
        let outputs = Outputs::open(&lines, open).unwrap();
        let [reject, pass] = pins;
        Self {
            schedule: Schedule::new(Settings {
                style,
                delay_ms: 1_000,
                pulse_ms: 50,
                late_max_ms: 20,
                undecided_max: None,
                neighbours: Default::default(),
            }),
            outputs,
            reject,
            pass,
            active: active == Level::High,
        }
    }

    /// Whether the gate is open for a part at `now`, and whether the pass line says that a part
    /// passed.
    fn open_at(&mut self, now: Timestamp, out: &mut impl FnMut(Event)) -> (bool, bool) {
        self.schedule.advance(now, out);
        self.outputs.drive(self.schedule.levels(), |line, error| {
            panic!("{line}: {error}")
        });
        let open = self.reject.get() != self.active;
        (open, self.pass.get() == self.active)
    }

    fn play(&mut self, history: &[Step], out: &mut impl FnMut(Event)) {
        for (at_ms, step) in (START_MS + 1..).zip(history) {
            let at = ms(at_ms);
            let earlier = PartId::new(PART.number() - 1);
            // Other parts come a second later, so that they are at the gate at another time.
            let mut arm = |part, trigger| self.schedule.arm(part, trigger, out);
            match *step {
                Step::Ready => self.schedule.set_ready(true, at, out),
                Step::NotReady => self.schedule.set_ready(false, at, out),
                Step::Arm => arm(PART, ms(TRIGGER_MS)),
                Step::ArmEarlierNumber => arm(earlier, ms(DUE_MS)),
                Step::ArmNextNumber => arm(PART.next(), ms(DUE_MS)),
                // The part is armed when it is already at the gate.
                Step::ArmAtGate => arm(PART, ms(at_ms - 1_000)),
                Step::Resolve(verdict) => self.schedule.resolve(PART, verdict, at, out),
                Step::ResolveAtDue(verdict) => {
                    self.schedule.resolve(PART, verdict, ms(DUE_MS), out);
                }
                Step::ResolveOther(number) => {
                    let other = PartId::new(number);
                    self.schedule.resolve(other, Verdict::Pass, at, out);
                }
            }
            self.open_at(at, out);
        }
    }
}

fn check(style: GateStyle, active: Level, history: &[Step]) -> bool {
    let mut station = Station::new(style, active);
    let mut reports = Vec::new();
    let mut out = |event| {
        if let Event::Report(report) = event
            && report.part == PART
        {
            reports.push(report);
        }
    };
    station.play(history, &mut out);
    let known_at_gate = history.contains(&Step::ArmAtGate);
    if known_at_gate {
        let end = ms(START_MS + history.len() as u64);
        let open = station.open_at(end, &mut out);
        assert_eq!(open, (false, false), "{style:?} {active:?} {history:?}");
    }
    let good = may_pass(history);
    let armed = history.contains(&Step::Arm);
    let mut instants = vec![ms(DUE_MS), ms(DUE_MS + PULSE_MS / 2)];
    instants.push(Timestamp::from_ns((DUE_MS + PULSE_MS) * 1_000_000 - 1));
    for now in instants {
        let (open, says_pass) = station.open_at(now, &mut out);
        if armed || style == GateStyle::Divert {
            assert_eq!(open, good, "{style:?} {active:?} {history:?} at {now:?}");
        }
        assert_eq!(
            says_pass, good,
            "{style:?} {active:?} {history:?} at {now:?}"
        );
    }
    let is_arm = |step: &&Step| matches!(step, Step::Arm | Step::ArmAtGate);
    let arms = history.iter().filter(is_arm).count();
    assert_eq!(reports.len(), arms, "{history:?}");
    for report in reports {
        assert_eq!(report.outcome == Outcome::Passed, good, "{history:?}");
    }
    drop(station.outputs);
    assert_eq!(station.reject.get(), station.active, "closed without power");
    good
}

#[test]
fn every_short_history_keeps_the_gate_closed_unless_the_part_may_pass() {
    let (mut histories, mut good) = (0, 0);
    for length in 0..=5_u32 {
        for mut number in 0..STEPS.len().pow(length) {
            let mut history = Vec::new();
            for _ in 0..length {
                history.push(STEPS[number % STEPS.len()]);
                number /= STEPS.len();
            }
            histories += 1;
            for style in [GateStyle::Pulse, GateStyle::Divert] {
                for active in [Level::Low, Level::High] {
                    good += u32::from(check(style, active, &history));
                }
            }
        }
    }
    assert_eq!(histories, 402_234);
    assert!(good > 1_000, "{good} histories may pass");
}

#[test]
fn no_cause_or_reason_passes() {
    let reasons = [
        Reason::BlobArea {
            class: 1,
            area_px: 0,
            limit_px: 0,
            x: 0,
            y: 0,
        },
        Reason::TotalArea {
            class: 1,
            area_px: 0,
            limit_px: 0,
        },
        Reason::TooManyBlobs,
        Reason::PartAbsent {
            seen_percent: 100,
            needed_percent: 0,
        },
    ];
    let causes = [
        Cause::File,
        Cause::Picture,
        Cause::Deadline,
        Cause::Engine,
        Cause::Output,
        Cause::QueueFull,
        Cause::Late,
        Cause::TwoPictures,
        Cause::Stopping,
    ];
    let rejects = reasons.map(Verdict::Reject).into_iter();
    for verdict in rejects.chain(causes.map(Verdict::Fault)) {
        for style in [GateStyle::Pulse, GateStyle::Divert] {
            let history = [Step::Ready, Step::Arm, Step::Resolve(verdict)];
            assert!(!check(style, Level::High, &history));
        }
    }
}
