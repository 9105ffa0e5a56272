//! Two million random operations on the gate, compared with a plain model of its promises at each
//! step.
//!
//! The model has no timers. It keeps every armed part with its due time, and whether the only
//! verdict for its number was a Pass in time. At each step it derives the levels of the lines from
//! all parts at the gate.

use super::*;
use crate::gate::Levels;
use crate::part::{Cause, Reason};
use crate::station::file::{AfterPass, OverlapRule};
use armed::Armed;
use model::Model;
use std::collections::BTreeMap;

mod armed;
mod model;

/// For each of the two styles, once without and once with rules for neighbours.
const OPERATIONS: u64 = 2_000_000;
const DELAY: Duration = Duration::from_millis(40);
const PULSE: Duration = Duration::from_millis(7);
const LATE_MAX: Duration = Duration::from_millis(2);
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

struct Simulation {
    random: Random,
    model: Model,
    schedule: Schedule,
    now: Timestamp,
    /// The number of the next part.
    next: u64,
}

impl Simulation {
    fn new(style: GateStyle, neighbours: Neighbours, seed: u64) -> Self {
        let ms = |span: Duration| u32::try_from(span.as_millis()).unwrap();
        Self {
            random: Random(seed),
            model: Model::new(style, neighbours),
            schedule: Schedule::new(Settings {
                style,
                delay_ms: ms(DELAY),
                pulse_ms: ms(PULSE),
                late_max_ms: ms(LATE_MAX),
                undecided_max: Some(UNDECIDED_MAX),
                neighbours,
            }),
            now: Timestamp::from_ns(1_000_000_000),
            next: 1,
        }
    }

    /// Advances the time by less than `span_us`. Wakes the gate exactly at `next_wake`.
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
            .advance(now, &mut |event| model.take(event, now));
        model.compare(self.schedule.levels(), now);
        let mut expected = self.model.counts;
        expected.waiting = self.schedule.counts().waiting;
        assert_eq!(self.schedule.counts(), expected);
        let final_parts = expected.passed + expected.rejected;
        assert_eq!(expected.armed, final_parts + expected.waiting as u64);
    }

    /// The gate's thread does not run for a while, even past `next_wake`.
    fn oversleep(&mut self) {
        self.now = self.now + Duration::from_micros(self.random.below(15_000));
        self.advance();
    }

    /// The gate's thread acted in time, but the lines were driven late.
    fn drive_late(&mut self) {
        self.advance();
        self.model.driven_late();
        self.schedule.hold_late(self.now);
        self.model.compare(self.schedule.levels(), self.now);
    }

    /// Arms a part whose trigger was just now, or so long ago that the part may be at the gate or
    /// gone. Sometimes its number was already armed.
    fn arm(&mut self) {
        let number = if self.random.below(200) == 0 {
            self.next.saturating_sub(1 + self.random.below(90)).max(1)
        } else {
            self.next += 1;
            self.next - 1
        };
        let ago = match self.random.below(80) {
            0..=7 => Duration::from_micros(self.random.below(55_000)),
            // The part is due now, late by the limit for movements, or just gone.
            8 => DELAY,
            9 => DELAY + LATE_MAX,
            10 => DELAY + PULSE,
            // The trigger was exactly at READY, if that was not long ago.
            11 => self.now.since(self.model.ready_at()).min(3 * DELAY),
            _ => Duration::from_micros(self.random.below(1_000)),
        };
        let trigger = self.now - ago;
        let missed = self.random.below(12) == 0;
        self.model.arm(number, trigger + DELAY, missed);
        let (model, now) = (&mut self.model, self.now);
        let out = &mut |event| model.take(event, now);
        let part = PartId::new(number);
        if missed {
            self.schedule.arm_missed(part, trigger, out);
        } else {
            self.schedule.arm(part, trigger, out);
        }
        self.advance();
    }

    /// Gives a verdict, mostly a pass and mostly for a part that waits for one. Its time is less
    /// than 1.5 ms ago.
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
        self.give(number, verdict, at);
    }

    fn give(&mut self, number: u64, verdict: Verdict, at: Timestamp) {
        self.model.resolve(number, verdict, at);
        let (model, now) = (&mut self.model, self.now);
        self.schedule
            .resolve(PartId::new(number), verdict, at, &mut |e| {
                model.take(e, now);
            });
        self.advance();
    }

    /// Gives the next part that is due its verdict at its due time, or one nanosecond earlier. The
    /// gate takes the verdict at the due time, before it acts.
    fn resolve_at_due(&mut self) {
        let waits = |part: &&Armed| part.verdicts == 0 && part.report.is_none();
        let waiting = self.model.parts.iter().flat_map(|(number, parts)| {
            let waiting = parts.iter().filter(waits);
            waiting.map(move |part| (*number, part.due))
        });
        let Some((number, due)) = waiting.min_by_key(|(_, due)| *due) else {
            return;
        };
        // A longer jump would end the bursts before the gate is full.
        if due.since(self.now) > Duration::from_millis(1) {
            return;
        }
        self.now = self.now.max(due);
        let at = due - Duration::from_nanos(self.random.below(2));
        self.model.at_due += u64::from(at == due);
        self.give(number, Verdict::Pass, at);
    }

    fn set_ready(&mut self, ready: bool) {
        self.model.set_ready(ready, self.now);
        let (model, now) = (&mut self.model, self.now);
        self.schedule
            .set_ready(ready, now, &mut |event| model.take(event, now));
        self.advance();
    }

    fn run(mut self) {
        let mut span_us = 0;
        for operation in 0..OPERATIONS / 4 {
            // In turn: single parts, parts close together, and bursts that fill the gate.
            if operation % 1_000 == 0 {
                span_us = [40_000, 8_000, 1_000][(operation / 1_000 % 3) as usize];
            }
            match self.random.below(1_000) {
                0..=289 => self.pass_time(span_us),
                290..=639 => self.arm(),
                640..=939 => self.resolve(),
                940..=971 => self.resolve_at_due(),
                972..=992 => self.oversleep(),
                993..=994 => self.drive_late(),
                995..=996 => {
                    self.model.taking ^= true;
                    self.schedule.set_taking(self.model.taking);
                    self.advance();
                }
                // The station is rarely not ready, and only briefly.
                997 => self.set_ready(false),
                _ => self.set_ready(true),
            }
        }
        self.set_ready(false);
        let mut parts = self.model.parts.values().flatten();
        assert!(parts.all(|part| part.report.is_some()));
        // The test proves nothing unless all of this happened often.
        let model = &self.model;
        for often in [
            model.counts.passed,
            model.counts.rejected,
            model.passes_seen,
            model.overlaps,
            model.fulls,
            model.lates,
            model.lates_moved,
            model.holds_late,
            model.armed_late,
            model.strays,
            model.missed,
            model.ready_seen,
        ] {
            assert!(often > 500, "{model:?}");
        }
        assert!(model.gone > 10, "{}", model.gone);
        assert!(model.held_good > 10, "{}", model.held_good);
        assert!(model.at_due > 100, "{}", model.at_due);
        let near = model.neighbours;
        assert!(near.gap_min_ms == 0 || model.gaps > 100, "{}", model.gaps);
        assert!(near.extend_max_ms == 0 || model.extended > 500, "{model:?}");
        let holds = near.after_pass == AfterPass::Hold;
        assert!(!holds || model.held_seen > 500, "{model:?}");
        assert!(!holds || model.held_open_late > 5, "{model:?}");
    }
}

fn run(style: GateStyle, neighbours: Neighbours, seeds: [u64; 2]) {
    for seed in seeds {
        Simulation::new(style, neighbours, seed).run();
    }
}

#[test]
fn a_pulse_gate_agrees_with_the_model_over_random_operations() {
    run(GateStyle::Pulse, Neighbours::default(), [0x5EED, 0xFACE]);
}

#[test]
fn a_divert_gate_agrees_with_the_model_over_random_operations() {
    run(GateStyle::Divert, Neighbours::default(), [0xBEE, 0xC0DE]);
}

#[test]
fn a_pulse_gate_with_a_gap_and_extended_pulses_agrees_with_the_model() {
    let neighbours = Neighbours {
        gap_min_ms: 3,
        overlap: OverlapRule::Extend,
        extend_max_ms: 12,
        after_pass: AfterPass::Close,
    };
    run(GateStyle::Pulse, neighbours, [0xD1CE, 0xF00D]);
}

#[test]
fn a_divert_gate_with_a_gap_that_holds_its_side_or_not_agrees_with_the_model() {
    // A gate that holds its side is closed for a whole pulse, so only a longer gap counts. One that
    // does not meets a gap often only if it is long.
    for (after_pass, gap_min_ms, seed) in
        [(AfterPass::Hold, 13, 0xACE), (AfterPass::Close, 20, 0xCAFE)]
    {
        let neighbours = Neighbours {
            gap_min_ms,
            after_pass,
            ..Neighbours::default()
        };
        run(GateStyle::Divert, neighbours, [seed, seed + 1]);
    }
}
