//! A million random operations on the gate beside a plain model of its promises, compared at every step.
//!
//! The model has no timers. It keeps every arm with its due time and whether a single in-time Pass for that very number
//! has come, and works the levels of the reject and pass lines out anew from all parts that are at the gate.

use super::*;
use crate::gate::Levels;
use crate::part::{Cause, Reason};
use std::collections::BTreeMap;

const OPERATIONS: u64 = 1_200_000;
const DELAY: Duration = Duration::from_millis(40);
const PULSE: Duration = Duration::from_millis(7);
const UNDECIDED_MAX: u8 = 3;

/// Marsaglia's xorshift with the shifts 13, 7 and 17.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// What the model knows of one arm.
#[derive(Debug)]
struct Armed {
    due: Timestamp,
    /// May pass: armed alone under its number, and resolved once, in time, with Pass.
    good: bool,
    verdicts: u32,
    report: Option<Outcome>,
    /// Let through, and then the station ceased to be ready.
    cut: bool,
}

impl Armed {
    fn at_gate(&self, now: Timestamp) -> bool {
        self.due <= now && now < self.due + PULSE
    }
}

#[derive(Debug, Default)]
struct Model {
    /// By number; one number can be armed more than once.
    parts: BTreeMap<u64, std::vec::Vec<Armed>>,
    ready: bool,
    /// Parts that were triggered before the gate was ready are gone.
    opens_at: Timestamp,
    taking: bool,
    /// From the first to the last of the parts that were given up before they were due.
    given_up: Option<(Timestamp, Timestamp)>,
    counts: Counts,
    lates: u64,
    strays: u64,
    overlaps: u64,
    fulls: u64,
    passes_seen: u64,
    missed: u64,
    ready_seen: u64,
}

impl Model {
    fn hear(&mut self, event: Event, now: Timestamp) {
        let report = match event {
            Event::Report(report) => report,
            Event::Late { .. } => return self.lates += 1,
            Event::Stray { .. } => return self.strays += 1,
            Event::LineFailed { .. } | Event::Alive => panic!("there are no lines here"),
        };
        // Twins under one number are told apart by their due time.
        let part = self
            .parts
            .get_mut(&report.part.number())
            .expect("only what was armed is reported")
            .iter_mut()
            .find(|part| part.due == report.due && part.report.is_none())
            .expect("each arm is reported once");
        part.report = Some(report.outcome);
        match report.outcome {
            Outcome::Passed => {
                assert!(part.good, "{report:?}");
                self.counts.passed += 1;
            }
            Outcome::Rejected(rejection) => {
                let asked_for = matches!(rejection, Rejection::Overlap | Rejection::NotReady);
                assert!(!part.good || asked_for, "{report:?}");
                self.overlaps += u64::from(rejection == Rejection::Overlap);
                self.fulls += u64::from(rejection == Rejection::Full);
                self.counts.rejected += 1;
            }
        }
        match (report.acted_at, report.outcome) {
            (None, _) | (_, Outcome::Rejected(Rejection::NotReady)) => {
                let end = report.due + PULSE;
                let (from, until) = self.given_up.unwrap_or((report.due, end));
                self.given_up = Some((from.min(report.due), until.max(end)));
            }
            (acted_at, _) => assert_eq!((acted_at, report.due), (Some(now), now)),
        }
    }

    /// Compares the lines at `now`, and forgets parts that are gone and reported.
    fn compare(&mut self, style: GateStyle, levels: Levels, now: Timestamp) {
        let parts = || self.parts.values().flatten();
        assert!(parts().all(|part| now < part.due || part.report.is_some()));
        let given_up = |(from, until)| from <= now && now < until;
        let overlap = Some(Outcome::Rejected(Rejection::Overlap));
        let closed = !self.ready
            || now < self.opens_at
            || self.given_up.is_some_and(given_up)
            || parts().any(|part| {
                let passed = part.report == Some(Outcome::Passed) || part.report == overlap;
                part.at_gate(now) && !passed
            });
        let mut let_through =
            parts().filter(|part| part.report == Some(Outcome::Passed) && !part.cut);
        let open = !closed && let_through.any(|part| part.at_gate(now));
        let undecided = |twins: &&std::vec::Vec<Armed>| matches!(twins.as_slice(), [part] if part.report.is_none() && part.verdicts == 0);
        let undecided = self.parts.values().filter(undecided).count();
        let ready = self.ready && self.taking && undecided < usize::from(UNDECIDED_MAX);
        assert_eq!((levels.ready, levels.pass), (ready, open), "{now:?}");
        assert_eq!(levels.busy, undecided > 0, "{now:?}");
        self.ready_seen += u64::from(ready);
        let reject = match style {
            GateStyle::Pulse => closed,
            GateStyle::Divert => !open,
        };
        assert_eq!(levels.reject, reject, "{now:?}");
        self.passes_seen += u64::from(open);

        if self.given_up.is_some_and(|(_, until)| until <= now) {
            self.given_up = None;
        }
        // The latest numbers stay, so that they can be armed and resolved again.
        let gone = |part: &Armed| part.report.is_some() && part.due + PULSE <= now;
        while self.parts.len() > 100
            && let Some(first) = self.parts.first_entry()
            && first.get().iter().all(gone)
        {
            first.remove();
        }
    }

    fn arm(&mut self, number: u64, due: Timestamp, missed: bool) {
        self.counts.armed += 1;
        self.missed += u64::from(missed);
        let twins = self.parts.entry(number).or_default();
        twins.iter_mut().for_each(|twin| twin.good = false);
        twins.push(Armed {
            due,
            good: false,
            verdicts: u32::from(missed),
            report: None,
            cut: false,
        });
    }

    fn resolve(&mut self, number: u64, verdict: Verdict, at: Timestamp) {
        let parts = self.parts.entry(number).or_default();
        let alone = parts.len() == 1;
        for part in parts.iter_mut().filter(|part| part.report.is_none()) {
            part.verdicts += 1;
            part.good = alone && part.verdicts == 1 && verdict.passes() && at < part.due;
        }
    }

    fn set_ready(&mut self, ready: bool, now: Timestamp) {
        if ready && !self.ready {
            self.opens_at = now + DELAY;
        }
        self.ready = ready;
        let parts = self.parts.values_mut().flatten();
        parts.for_each(|part| part.cut |= !ready);
    }
}

struct Simulation {
    style: GateStyle,
    random: Random,
    model: Model,
    schedule: Schedule,
    now: Timestamp,
    /// The number of the next part.
    next: u64,
}

impl Simulation {
    fn new(style: GateStyle, seed: u64) -> Self {
        let ms = |span: Duration| u32::try_from(span.as_millis()).unwrap();
        Self {
            style,
            random: Random(seed),
            model: Model {
                taking: true,
                ..Model::default()
            },
            schedule: Schedule::new(Settings {
                style,
                delay_ms: ms(DELAY),
                pulse_ms: ms(PULSE),
                undecided_max: Some(UNDECIDED_MAX),
            }),
            now: Timestamp::from_ns(1_000_000_000),
            next: 1,
        }
    }

    /// Lets time go on by less than `span_us`, waking the gate exactly when it asked to be woken.
    fn pass_time(&mut self, span_us: u64) {
        let end = self.now + Duration::from_micros(self.random.below(span_us));
        while let Some(wake) = self.schedule.next_wake().filter(|wake| *wake <= end) {
            self.now = self.now.max(wake);
            self.advance();
        }
        self.now = end;
        let (waiting, levels) = (self.schedule.counts().waiting, self.schedule.levels());
        self.advance();
        assert_eq!(waiting, self.schedule.counts().waiting, "woken too late");
        assert_eq!(levels, self.schedule.levels(), "woken too late");
    }

    fn advance(&mut self) {
        let (model, now) = (&mut self.model, self.now);
        self.schedule
            .advance(now, &mut |event| model.hear(event, now));
        model.compare(self.style, self.schedule.levels(), now);
        let mut expected = self.model.counts;
        expected.waiting = self.schedule.counts().waiting;
        assert_eq!(self.schedule.counts(), expected);
        let final_parts = expected.passed + expected.rejected;
        assert_eq!(expected.armed, final_parts + expected.waiting as u64);
    }

    /// A trigger, now or a moment ago; at times with a number from before.
    fn arm(&mut self) {
        let number = if self.random.below(200) == 0 {
            self.next.saturating_sub(1 + self.random.below(90)).max(1)
        } else {
            self.next += 1;
            self.next - 1
        };
        let trigger = self.now - Duration::from_micros(self.random.below(1_000));
        let missed = self.random.below(12) == 0;
        self.model.arm(number, trigger + DELAY, missed);
        let (model, now) = (&mut self.model, self.now);
        let out = &mut |event| model.hear(event, now);
        let part = PartId::new(number);
        if missed {
            self.schedule.arm_missed(part, trigger, out);
        } else {
            self.schedule.arm(part, trigger, out);
        }
        self.advance();
    }

    /// A verdict, mostly for a part that waits for one, mostly a pass, stamped now or a moment ago.
    fn resolve(&mut self) {
        let mut number = (self.next + 2).saturating_sub(self.random.below(60));
        if self.random.below(20) != 0 {
            let open = |part: &Armed| part.verdicts == 0 && part.report.is_none();
            let mut parts = self.model.parts.range(..=number).rev();
            if let Some((open, _)) = parts.find(|(_, parts)| parts.iter().any(open)) {
                number = *open;
            }
        }
        let verdict = match self.random.below(10) {
            0 => Verdict::Reject(Reason::TooManyBlobs),
            1 => Verdict::Fault(Cause::Engine),
            _ => Verdict::Pass,
        };
        let at = self.now - Duration::from_micros(self.random.below(1_500));
        self.model.resolve(number, verdict, at);
        let (model, now) = (&mut self.model, self.now);
        self.schedule
            .resolve(PartId::new(number), verdict, at, &mut |e| {
                model.hear(e, now);
            });
        self.advance();
    }

    fn set_ready(&mut self, ready: bool) {
        self.model.set_ready(ready, self.now);
        let (model, now) = (&mut self.model, self.now);
        self.schedule
            .set_ready(ready, now, &mut |event| model.hear(event, now));
        self.advance();
    }

    fn run(mut self) {
        let mut span_us = 0;
        for operation in 0..OPERATIONS / 4 {
            // Parts that come one by one, close to each other, and in bursts beyond what the gate holds.
            if operation % 1_000 == 0 {
                span_us = [40_000, 8_000, 1_000][(operation / 1_000 % 3) as usize];
            }
            match self.random.below(1_000) {
                0..=329 => self.pass_time(span_us),
                330..=659 => self.arm(),
                660..=994 => self.resolve(),
                995..=996 => {
                    self.model.taking ^= true;
                    self.schedule.set_taking(self.model.taking);
                    self.advance();
                }
                // Not for long, as a rule.
                997 => self.set_ready(false),
                _ => self.set_ready(true),
            }
        }
        self.set_ready(false);
        let mut parts = self.model.parts.values().flatten();
        assert!(parts.all(|part| part.report.is_some()));
        // The test is worth something only if all of it happened, and often.
        let model = &self.model;
        for often in [
            model.counts.passed,
            model.counts.rejected,
            model.passes_seen,
            model.overlaps,
            model.fulls,
            model.lates,
            model.strays,
            model.missed,
            model.ready_seen,
        ] {
            assert!(often > 1_000, "{model:?}");
        }
    }
}

#[test]
fn a_pulse_gate_keeps_its_promises_over_random_operations() {
    for seed in [0x5EED, 0xFACE] {
        Simulation::new(GateStyle::Pulse, seed).run();
    }
}

#[test]
fn a_divert_gate_keeps_its_promises_over_random_operations() {
    for seed in [0xBEE, 0xC0DE] {
        Simulation::new(GateStyle::Divert, seed).run();
    }
}
