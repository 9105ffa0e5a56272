//! The recorder: the journal, what becomes of the picture, and the screen. It is the only thread that waits for the disk.

use super::alive::Alive;
use super::merge::{Complete, Merge};
use super::messages::{Decision, Picture};
use super::moved_late::MovedLate;
use super::readiness::{Unnumbered, Works};
use super::record::record;
use super::screen::{PartPicture, Scene, ScreenThread};
use super::shared::{Shared, Stop};
use crate::channel::Received;
use crate::gate::{Control, Event, Events};
use crate::journal::{self, Journal, WallTime};
use crate::part::{Cause, PARTS_MAX, Verdict};
use crate::screen::{Counters, Cycle, Last, State};
use crate::station::file::Name as StationName;
use crate::watch::Disposal;
use board::Timestamp;
use core::fmt;
use core::time::Duration;
use heapless::Deque;
use std::io::{self, Write};

/// How long the recorder waits for a decision before it looks at the gate's events and the flags.
const LOOK: Duration = Duration::from_millis(20);
/// How soon a journal that failed is tried again, and how often missed triggers without a number are written down.
const RETRY: Duration = Duration::from_secs(1);

/// The verdict on a part whose trigger was missed. Such a part is not one under way.
const MISSED: Verdict = Verdict::Fault(Cause::Missed);

/// What the recorder works with.
pub(super) struct Recorder<'a> {
    pub journal: Journal,
    /// What becomes of files; nothing with a camera.
    pub disposal: Option<Disposal>,
    pub screen: ScreenThread,
    /// Called at every turn: what else has to be done off the other threads. Gives whether the lines are guarded.
    pub housekeeping: Box<dyn FnMut() -> bool + Send + 'a>,
    /// Who watches the station: fed here, after the disk and the gate.
    pub alive: Alive,
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
    unwritten: Deque<Complete, { 3 * PARTS_MAX }>,
    /// Missed triggers without a number that are not in the journal yet.
    missed: Unnumbered,
    /// When they may be written down.
    missed_at: Timestamp,
    moved_late: MovedLate,
    counters: Counters,
    cycle: Cycle,
    last: Option<Last>,
    shown: Option<State>,
    /// An inspection has finished since the watchdogs could be fed.
    finished: bool,
    retry_at: Timestamp,
    written: u64,
    /// What the engine is like is in the journal, or was handed to it.
    engine_known: bool,
}

impl Recorder<'_> {
    /// Records parts until the decisions are closed and the gate has stopped. Gives the counters.
    pub fn run(mut self) -> Counters {
        let mut known = Known {
            merge: Merge::default(),
            unwritten: Deque::new(),
            missed: Unnumbered::default(),
            missed_at: Timestamp::default(),
            moved_late: MovedLate::default(),
            counters: Counters::default(),
            cycle: Cycle::default(),
            last: None,
            shown: None,
            finished: false,
            retry_at: Timestamp::default(),
            written: 0,
            engine_known: false,
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
            known.finished |= self.drain_gate(&mut known);
            // Only what has finished while everybody took their turns is worth a feeding.
            let finished = known.finished && self.shared.beats.all();
            known.finished &= !finished;
            self.take_missed(&mut known);
            if closed {
                while let Some(complete) = known.merge.left_over() {
                    let _ = known.unwritten.push_back(complete);
                }
                known.retry_at = Timestamp::default();
                known.missed_at = Timestamp::default();
            }
            self.write(&mut known);
            self.show(&mut known, PartPicture::Same);
            let guarded = (self.housekeeping)();
            if guarded != self.shared.readiness.works(Works::Guard) {
                // It fails only when the gate has stopped, and then all lines are safe.
                let _ = self.shared.set_works(Works::Guard, guarded, self.control);
            }
            let (state, now) = (self.state(), Timestamp::now());
            if self.shared.patience.is_over(now) && !self.shared.stopping() {
                let why = "the AscendCL library does not come back from a call; the device or its driver hangs";
                self.shared.stop(Stop::Device(why.to_owned()));
            }
            if let Err(error) = self.alive.turn(state, known.counters, finished, now) {
                self.shared.stop(Stop::Broken(error.to_string()));
            }
            if closed {
                break;
            }
        }
        self.screen.end();
        self.alive.end(&self.shared.why());
        for complete in &known.unwritten {
            complain!(
                "sluice: {} is not in the journal: {}",
                complete.decision.job.part,
                complete.decision.verdict
            );
        }
        if known.missed.triggers > 0 {
            let missed = known.missed.triggers;
            complain!("sluice: {missed} missed triggers are not in the journal");
        }
        known.counters
    }

    fn decided(&mut self, known: &mut Known, mut decision: Decision) {
        known.counters.decided(decision.verdict);
        if decision.verdict != MISSED {
            known.cycle.add(decision.times.total);
        }
        known.last = Some(Last {
            part: decision.job.part,
            verdict: decision.verdict,
        });
        // Never another part's picture beside this verdict, so a part without one has none on the screen either.
        let picture = PartPicture::Next(decision.thumbnail.take());
        // In this order, so that who reads the line finds the screen that goes with it where that is a file.
        self.show(known, picture);
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
                    complain!("sluice: {line} cannot be driven: {error}")
                }
                Event::Alive => finished = true,
                Event::MovedLate { by } => known.moved_late.add(by),
                // The report and the decision say both of these as well.
                Event::Late { .. } | Event::Stray { .. } => {}
            }
        }
        known.moved_late.say(Timestamp::now());
        finished
    }

    fn take_missed(&self, known: &mut Known) {
        let Unnumbered { triggers, lost } = self.shared.readiness.take_unnumbered();
        known.counters.missed(triggers);
        known.missed.triggers = known.missed.triggers.saturating_add(triggers);
        known.missed.lost = known.missed.lost.saturating_add(lost);
    }

    /// Writes what is complete. While the journal does not take it, the gate is not ready and no part begins.
    fn write(&mut self, known: &mut Known) {
        if Timestamp::now() < known.retry_at {
            return;
        }
        if !known.engine_known
            && let Some(memory) = self.shared.memory.get()
        {
            known.engine_known = true;
            // If it cannot be written now, it comes before the next record, whose own failure is dealt with.
            let _ = self.journal.measured(*memory);
        }
        while let Some(complete) = known.unwritten.pop_front() {
            if let Err(error) = self.journal.append(&record(&complete, &self.station)) {
                if self.shared.readiness.works(Works::Journal) {
                    complain!("sluice: {error}; no part passes until the journal can be written");
                }
                self.journal_works(false);
                known.retry_at = Timestamp::now() + RETRY;
                let _ = known.unwritten.push_front(complete);
                return;
            }
            if complete.late() {
                known.counters.late = known.counters.late.saturating_add(1);
                // The screen shows it, though nothing else has changed.
                known.shown = None;
            }
            self.put_away(&complete);
            self.end(&complete);
            known.written = known.written.saturating_add(1);
            if self.parts == Some(known.written) {
                self.shared.stop(Stop::Asked);
            }
        }
        if !self.write_missed(known) {
            return;
        }
        if !self.shared.readiness.works(Works::Journal) {
            self.journal_works(true);
        }
    }

    /// Writes down the missed triggers without a number. False when the journal does not take them.
    fn write_missed(&mut self, known: &mut Known) -> bool {
        let now = Timestamp::now();
        let Unnumbered { triggers, lost } = known.missed;
        if triggers == 0 || now < known.missed_at {
            return true;
        }
        let missed = journal::Missed {
            time: WallTime::now(),
            station: self.station.clone(),
            triggers,
            lost,
        };
        if let Err(error) = self.journal.append_missed(&missed) {
            if self.shared.readiness.works(Works::Journal) {
                complain!("sluice: {error}; no part passes until the journal can be written");
            }
            self.journal_works(false);
            known.retry_at = now + RETRY;
            return false;
        }
        complain!(
            "sluice: {triggers} triggers missed that have no number, {lost} of them because edges were lost; \
             the gate rejected everything until they were gone"
        );
        known.missed = Unnumbered::default();
        known.missed_at = now + RETRY;
        true
    }

    fn journal_works(&self, works: bool) {
        // It fails only when the gate has stopped, and then all lines are safe.
        let _ = self.shared.set_works(Works::Journal, works, self.control);
    }

    /// Its number is free for others to come.
    fn end(&self, complete: &Complete) {
        if complete.decision.verdict == MISSED {
            self.shared.readiness.end_missed();
        } else if self.shared.readiness.end() {
            // It fails only when the gate has stopped, and then all lines are safe.
            let _ = self.shared.tell_gate(self.control);
        }
        if self.shared.readiness.under_way() == 0 {
            // The next one of those that wait. The bell has no reason to fail while it exists.
            let _ = self.shared.source_bell.ring();
        }
    }

    /// A picture whose part was cut off by the stop was not inspected: it stays for the next start.
    fn put_away(&self, complete: &Complete) {
        let decision = &complete.decision;
        if decision.verdict == Verdict::Fault(Cause::Stopping) {
            return;
        }
        let part = decision.job.part;
        if let Picture::File { name, identity } = &decision.job.picture
            && let Some(disposal) = &self.disposal
            && let Err(error) = disposal.apply(name, identity, part)
        {
            complain!("sluice: {part} {name}: {error}");
        }
    }

    fn state(&self) -> State {
        let ready = &self.shared.readiness;
        if self.shared.stopping() {
            State::Stopped
        } else if !(ready.may_begin() && ready.works(Works::Source)) {
            State::Fault
        } else if !ready.works(Works::Started) {
            State::Starting
        } else if ready.under_way() > 0 {
            State::Busy
        } else {
            State::Ready
        }
    }

    /// Shows what has changed.
    fn show(&self, known: &mut Known, picture: PartPicture) {
        let state = self.state();
        if matches!(picture, PartPicture::Same) && known.shown == Some(state) {
            return;
        }
        known.shown = Some(state);
        self.screen.show(Scene {
            state,
            last: known.last,
            counters: known.counters,
            cycle: known.cycle,
            picture,
        });
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
        decision.job.picture,
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
