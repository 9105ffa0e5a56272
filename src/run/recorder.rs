//! The recorder: the journal, what becomes of the picture, and the screen. It is the only thread that waits for the disk.

use super::alive::Alive;
use super::merge::{Complete, Merge};
use super::shared::{Decision, Job, Shared, Stop};
use crate::channel::Received;
use crate::gate::{Control, Event, Events, Outcome, PARTS_MAX};
use crate::journal::{self, Journal, WallTime, Word};
use crate::part::{Cause, Verdict};
use crate::screen::{Counters, Cycle, Last, Screen, State, Thumbnail, View};
use crate::station::file::Name as StationName;
use crate::text::cut;
use crate::watch::Disposal;
use board::Timestamp;
use core::fmt;
use core::time::Duration;
use heapless::Deque;
use std::io::{self, Write};

/// How long the recorder waits for a decision before it looks at the gate's events and the flags.
const LOOK: Duration = Duration::from_millis(20);
/// How soon a journal that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// What the recorder works with.
pub(super) struct Recorder<'a> {
    pub journal: Journal,
    pub disposal: Disposal,
    pub screen: Box<dyn Screen + 'a>,
    /// Called at every turn: what else has to be done off the other threads. Gives whether the lines are guarded.
    pub housekeeping: Box<dyn FnMut() -> bool + Send + 'a>,
    /// Who watches the station: fed here, after the disk and the gate.
    pub alive: &'a mut Alive,
    pub control: Control<'a>,
    pub events: Events<'a>,
    pub shared: &'a Shared,
    pub station: StationName,
    /// End after so many parts.
    pub parts: Option<u64>,
}

/// What it knows.
struct Known {
    merge: Merge,
    /// Complete parts that are not in the journal yet.
    unwritten: Deque<Complete, { 2 * PARTS_MAX }>,
    counters: Counters,
    cycle: Cycle,
    last: Option<Last>,
    picture: Option<Thumbnail>,
    shown: Option<State>,
    retry_at: Timestamp,
    written: u64,
}

impl Recorder<'_> {
    /// Records parts until the decisions are closed and the gate has stopped. Gives the counters.
    pub fn run(mut self) -> Counters {
        let mut known = Known {
            merge: Merge::default(),
            unwritten: Deque::new(),
            counters: Counters::default(),
            cycle: Cycle::default(),
            last: None,
            picture: None,
            shown: None,
            retry_at: Timestamp::default(),
            written: 0,
        };
        loop {
            let closed = match self.shared.decisions.receive(LOOK) {
                Received::Item(decision) => {
                    self.decided(&mut known, decision);
                    false
                }
                Received::Nothing => false,
                Received::Closed => true,
            };
            let finished = self.drain_gate(&mut known);
            if closed {
                while let Some(complete) = known.merge.left_over() {
                    let _ = known.unwritten.push_back(complete);
                }
                known.retry_at = Timestamp::default();
            }
            self.write(&mut known);
            self.show(&mut known, false);
            let guarded = (self.housekeeping)();
            if guarded != self.shared.guarded() {
                self.shared.set_guarded(guarded);
                self.tell_gate();
            }
            let (state, now) = (self.state(), Timestamp::now());
            if let Err(error) = self.alive.turn(state, known.counters, finished, now) {
                self.shared.stop(Stop::Broken(error.to_string()));
            }
            if closed {
                break;
            }
        }
        for complete in &known.unwritten {
            eprintln!(
                "sluice: {} is not in the journal: {}",
                complete.decision.job.part, complete.decision.verdict
            );
        }
        known.counters
    }

    fn decided(&mut self, known: &mut Known, mut decision: Decision) {
        known.counters.triggers = known.counters.triggers.saturating_add(1);
        known.counters.decided(decision.verdict);
        known.cycle.add(decision.times.total);
        known.last = Some(Last {
            part: decision.job.part,
            verdict: decision.verdict,
        });
        // Never another part's picture beside this verdict, so a part without one has none on the screen either.
        if let Some(old) = core::mem::replace(&mut known.picture, decision.thumbnail.take()) {
            // Room for all that were made.
            let _ = self.shared.thumbnails.send(old);
        }
        // In this order, so that who reads the line finds the screen that goes with it.
        self.show(known, true);
        say(&decision);
        if let Some(complete) = known.merge.decided(decision) {
            // Bounded by the parts under way.
            let _ = known.unwritten.push_back(complete);
        }
    }

    /// True when an inspection has finished since the last call.
    fn drain_gate(&mut self, known: &mut Known) -> bool {
        let mut finished = false;
        for event in self.events.by_ref() {
            match event {
                Event::Report(report) => {
                    if let Some(complete) = known.merge.reported(report) {
                        let _ = known.unwritten.push_back(complete);
                    }
                }
                Event::LineFailed { line, error } => {
                    eprintln!("sluice: {line} cannot be driven: {error}")
                }
                Event::Alive => finished = true,
                // The report and the decision say both of these as well.
                Event::Late { .. } | Event::Stray { .. } => {}
            }
        }
        finished
    }

    /// Writes what is complete. While the journal does not take it, the gate is not ready and no part begins.
    fn write(&mut self, known: &mut Known) {
        if Timestamp::now() < known.retry_at {
            return;
        }
        while let Some(complete) = known.unwritten.pop_front() {
            if let Err(error) = self.journal.append(&record(&complete, &self.station)) {
                if self.shared.journal_works() {
                    eprintln!("sluice: {error}; no part passes until the journal can be written");
                }
                self.journal_works(false);
                known.retry_at = Timestamp::now() + RETRY;
                let _ = known.unwritten.push_front(complete);
                return;
            }
            if complete.late() {
                known.counters.late = known.counters.late.saturating_add(1);
            }
            self.put_away(&complete);
            self.shared.end();
            known.written = known.written.saturating_add(1);
            if self.parts == Some(known.written) {
                self.shared.stop(Stop::Asked);
            }
        }
        if !self.shared.journal_works() {
            self.journal_works(true);
        }
    }

    fn journal_works(&self, works: bool) {
        self.shared.set_journal_works(works);
        self.tell_gate();
    }

    fn tell_gate(&self) {
        let works = self.shared.may_begin();
        // They fail only when the gate has stopped, and then all lines are safe.
        let _ = self.control.set_fault(!works);
        let _ = self
            .control
            .set_ready(works && self.shared.ready() && !self.shared.stopping());
    }

    /// A picture whose part was cut off by the stop was not inspected: it stays for the next start.
    fn put_away(&self, complete: &Complete) {
        let decision = &complete.decision;
        if decision.verdict == Verdict::Fault(Cause::Stopping) {
            return;
        }
        let Job {
            part,
            name,
            identity,
            ..
        } = &decision.job;
        if let Err(error) = self.disposal.apply(name, identity, *part) {
            eprintln!("sluice: {part} {name}: {error}");
        }
    }

    fn state(&self) -> State {
        if self.shared.stopping() {
            State::Stopped
        } else if !self.shared.may_begin() {
            State::Fault
        } else if !self.shared.ready() {
            State::Starting
        } else if self.shared.under_way() > 0 {
            State::Busy
        } else {
            State::Ready
        }
    }

    /// Shows what has changed.
    fn show(&mut self, known: &mut Known, decided: bool) {
        let state = self.state();
        if !decided && known.shown == Some(state) {
            return;
        }
        known.shown = Some(state);
        let view = View {
            station: &self.station,
            state,
            last: known.last,
            counters: known.counters,
            cycle: known.cycle,
            picture: known.picture.as_ref(),
        };
        if let Err(error) = self.screen.show(&view) {
            eprintln!("sluice: {error}");
        }
    }
}

/// One line for whoever looks at the terminal or the system's log.
fn say(decision: &Decision) {
    // A closed terminal must not end the station.
    let _ = writeln!(
        io::stdout().lock(),
        "{} {:<6} {:>5} ms  {}{}{}  {}",
        decision.job.part,
        decision.verdict.kind(),
        decision.times.total.as_millis(),
        Reason(decision.verdict),
        if decision.detail.is_empty() { "" } else { ": " },
        decision.detail,
        decision.job.name,
    );
}

/// The verdict without its kind.
struct Reason(Verdict);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Verdict::Pass => f.write_str("good"),
            Verdict::Reject(reason) => reason.fmt(f),
            Verdict::Fault(cause) => cause.fmt(f),
        }
    }
}

fn record(complete: &Complete, station: &StationName) -> journal::Part {
    let decision = &complete.decision;
    let job = &decision.job;
    let times = decision.times;
    let outcome = match complete.report.map(|report| report.outcome) {
        None => "not_armed",
        Some(Outcome::Passed) => "passed",
        Some(Outcome::Rejected(_)) => "rejected",
    };
    let reason = complete.report.map_or("", |report| report.outcome.code());
    let after_trigger = |at: Timestamp| micros(at.since(job.trigger));
    journal::Part {
        part: job.part,
        time: WallTime::of(job.trigger),
        station: station.clone(),
        picture: journal::Picture {
            name: job.name.clone(),
            identity: job.identity,
            sha256: decision.picture,
        },
        verdict: journal::Decision::new(&decision.verdict, &decision.detail),
        blobs: journal::Blobs {
            count: decision.found.blobs,
            largest_px: decision.found.largest_px,
            total_px: decision.found.total_px,
        },
        times_us: journal::Times {
            wait: micros(times.wait),
            decode: micros(times.decode),
            engine: micros(times.engine),
            verdict: micros(times.verdict),
            total: micros(times.total),
        },
        gate: journal::GateOutcome {
            outcome: word(outcome),
            reason: word(reason),
            late: complete.late(),
            due_us: complete
                .report
                .map_or(0, |report| after_trigger(report.due)),
            acted_us: complete
                .report
                .and_then(|report| report.acted_at)
                .map(after_trigger),
        },
    }
}

fn word(text: &str) -> Word {
    cut(format_args!("{text}"))
}

fn micros(span: Duration) -> u32 {
    u32::try_from(span.as_micros()).unwrap_or(u32::MAX)
}
