//! The recorder: what comes from the inspection and from the gate becomes records, counters, the screen and the printed lines.
//! It waits for nothing outside: the journal, the screen, the terminal and the guard have threads of their own. It sees
//! when one of them does not come back, and closes the gate; and the gate closes when the recorder itself takes no turn.

use super::alive::Alive;
use super::journal::{MISSED, RETRY};
use super::merge::{Complete, Merge};
use super::messages::Decision;
use super::moved_late::MovedLate;
use super::overlaps::Overlaps;
use super::printing::Printing;
use super::readiness::{Unnumbered, Works};
use super::recording::Record;
use super::screen::{PartPicture, Scene, ScreenThread};
use super::shared::{Shared, Stop};
use super::turns::TURN_MAX;
use super::unwritten::{PASSED_MAX, Unwritten};
use crate::bounded::channel::Received;
use crate::gate::{Control, Event, Events};
use crate::screen::{Counters, CycleTimes, LastPart, StationState};
use board::Timestamp;
use core::time::Duration;
use std::thread;

/// How long the recorder waits for a decision before it looks at the gate's events and the flags.
const LOOK: Duration = Duration::from_millis(20);
/// The same while a printed line waits for its screen, or at the end.
const SOON: Duration = Duration::from_millis(1);
/// So long after the recorder's last turn nothing passes any more.
const LEASE: Duration = Duration::from_secs(1);

/// What the recorder works with.
pub(super) struct Recorder<'a> {
    pub screen: ScreenThread,
    /// Who watches the station: fed here, after the journal, the guard and the gate.
    pub alive: Alive,
    pub control: Control<'a>,
    pub events: Events<'a>,
    pub shared: &'a Shared,
    /// How long a record may take until it is written.
    pub stall: Duration,
    pub overlaps: Overlaps,
}

/// What it leaves behind.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    pub counters: Counters,
    /// Records that were not written.
    pub unwritten: usize,
}

/// What it knows.
#[derive(Default)]
struct Known {
    merge: Merge,
    /// Records that are on their way to the disk.
    unwritten: Unwritten,
    /// Missed triggers without a number that are not on their way to the journal yet.
    missed: Unnumbered,
    /// When they may be.
    missed_at: Timestamp,
    moved_late: MovedLate,
    /// Records for which there was no room.
    refused: usize,
    counters: Counters,
    cycle: CycleTimes,
    last: Option<LastPart>,
    shown: Option<StationState>,
    printing: Printing,
    /// An inspection has finished since the watchdogs could be fed.
    finished: bool,
    /// That records are not written in time has been said.
    stall_said: bool,
    /// The thread that looks after the guard hangs, which has been said.
    keeper_hangs: bool,
}

impl Recorder<'_> {
    /// Records parts until the decisions are closed and the gate has stopped, and what was recorded is written or the time for
    /// that is over.
    pub fn run(mut self) -> Recorded {
        let mut known = Known::default();
        loop {
            let wait = if known.printing.is_empty() {
                LOOK
            } else {
                SOON
            };
            let closed = match self.shared.decisions.receive(wait) {
                Received::Item(decision) => {
                    self.decided(&mut known, decision);
                    false
                }
                Received::Nothing => false,
                Received::Closed => true,
            };
            known.finished |= self.drain_gate(&mut known);
            self.shared.turns.want();
            // Only what has finished while every thread took its turns is worth a feeding.
            let finished = known.finished && self.shared.beats.all();
            known.finished &= !finished;
            self.take_missed(&mut known);
            if closed {
                while let Some(complete) = known.merge.left_over() {
                    self.complete(&mut known, complete);
                }
                known.missed_at = Timestamp::default();
            }
            self.hand_over_missed(&mut known, closed);
            let now = Timestamp::now();
            self.look_at_journal(&mut known, now);
            self.look_at_keeper(&mut known, now);
            self.show(&mut known, PartPicture::Same);
            known.printing.turn(&self.screen, now);
            let state = self.state();
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
        self.end(known)
    }

    /// Everything is decided, and the lines are safe. Waits for the journal until the stop has to be done.
    fn end(self, mut known: Known) -> Recorded {
        let recording = &self.shared.recording;
        recording.close();
        known.printing.end();
        self.screen.end(self.shared.stop_end.end_at());
        while !known.unwritten.is_empty() && !self.shared.stop_end.is_over(Timestamp::now()) {
            thread::sleep(SOON);
            known.unwritten.written(recording.done());
            if recording.has_given_up() {
                break;
            }
        }
        self.alive.end(&self.shared.why());
        for (part, verdict) in known.unwritten.parts() {
            complain!("sluice: {part} is not in the journal: {verdict}");
        }
        let missed = known.missed.triggers;
        if missed > 0 {
            complain!("sluice: {missed} missed triggers are not in the journal");
        }
        Recorded {
            counters: known.counters,
            unwritten: known.unwritten.len() + known.refused + usize::from(missed > 0),
        }
    }

    fn decided(&mut self, known: &mut Known, mut decision: Decision) {
        known.counters.decided(decision.verdict);
        if decision.verdict != MISSED {
            known.cycle.add(decision.times.total);
        }
        known.last = Some(LastPart {
            part: decision.job.part,
            verdict: decision.verdict,
        });
        // Never another part's picture beside this verdict, so a part without one has none on the screen either.
        let picture = PartPicture::Next(decision.thumbnail.take());
        let scene = self.show(known, picture);
        known.printing.add(&decision, scene, &self.screen);
        if let Some(complete) = known.merge.decided(decision) {
            self.complete(known, complete);
        }
    }

    /// Counts what became of the part, and hands its record over.
    fn complete(&mut self, known: &mut Known, complete: Complete) {
        let late = complete.late();
        let overlapped = known.counters.completed(
            complete.decision.verdict,
            complete.report.map(|report| report.outcome),
            late,
        );
        if late {
            // The screen shows it, though nothing else has changed.
            known.shown = None;
        }
        if overlapped {
            let (part, count) = (complete.decision.job.part, known.counters.gate.overlap);
            self.overlaps.say(part, count, Timestamp::now());
        }
        if known.unwritten.has_room() {
            known.unwritten.add(Some(&complete), Timestamp::now());
            if self.shared.recording.hand_over(Record::Part(complete)) {
                return;
            }
        } else {
            let (part, verdict) = (complete.decision.job.part, complete.decision.verdict);
            complain!("sluice: {part} is not in the journal, which is too far behind: {verdict}");
        }
        known.refused += 1;
    }

    /// True when an inspection has finished since the last call.
    fn drain_gate(&mut self, known: &mut Known) -> bool {
        let mut finished = false;
        while let Some(event) = self.events.next() {
            match event {
                Event::Report(report) => {
                    if let Some(complete) = known.merge.reported(report) {
                        self.complete(known, complete);
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

    /// Triggers without a number get a record together, one at a time. `anyway` at the end.
    fn hand_over_missed(&self, known: &mut Known, anyway: bool) {
        let now = Timestamp::now();
        let may = anyway || (known.missed_at <= now && self.shared.readiness.journal_works());
        if known.missed.triggers == 0
            || !may
            || !known.unwritten.has_room()
            || known.unwritten.has_missed()
        {
            return;
        }
        if self
            .shared
            .recording
            .hand_over(Record::Missed(known.missed))
        {
            known.unwritten.add(None, now);
            known.missed = Unnumbered::default();
            known.missed_at = now + RETRY;
        }
    }

    /// While a record is not written in time, nothing passes. The gate hears at every other turn that it may go on.
    fn look_at_journal(&self, known: &mut Known, now: Timestamp) {
        let recording = &self.shared.recording;
        known.unwritten.written(recording.done());
        let overdue = known.unwritten.is_overdue(now, self.stall);
        if !overdue {
            self.control.renew(now + LEASE);
        }
        let ready = &self.shared.readiness;
        if overdue && ready.works(Works::Disk) {
            // An error has been said, and why.
            known.stall_said = ready.works(Works::Journal);
            if known.stall_said {
                complain!(
                    "sluice: {} does not come back: {} records wait, the oldest for {} ms (allowed: {} ms, journal.stall_ms, \
                     and {PASSED_MAX} parts that went through); no part passes until they are written; check the disk",
                    recording.waits_for(),
                    known.unwritten.len(),
                    known.unwritten.age(now).as_millis(),
                    self.stall.as_millis()
                );
            }
            self.set_works(Works::Disk, false);
        } else if !overdue && !ready.works(Works::Disk) {
            if known.stall_said {
                complain!("sluice: the journal is written again");
            }
            self.set_works(Works::Disk, true);
        }
    }

    fn look_at_keeper(&self, known: &mut Known, now: Timestamp) {
        let hangs = self.shared.turns.hangs(now);
        if hangs && !known.keeper_hangs {
            complain!(
                "sluice: looking after the guard and lines.timeline has not come back for {} ms; no part passes until it does",
                TURN_MAX.as_millis()
            );
            self.set_works(Works::Keeper, false);
        } else if !hangs && known.keeper_hangs {
            complain!("sluice: the guard and lines.timeline are looked after again");
            self.set_works(Works::Keeper, true);
        }
        known.keeper_hangs = hangs;
    }

    fn set_works(&self, what: Works, works: bool) {
        // It fails only when the gate has stopped, and then all lines are safe.
        let _ = self.shared.set_works(what, works, self.control);
    }

    fn state(&self) -> StationState {
        let ready = &self.shared.readiness;
        if self.shared.stopping() {
            StationState::Stopped
        } else if !(ready.may_begin() && ready.works(Works::Source)) {
            StationState::Fault
        } else if !ready.works(Works::Started) {
            StationState::Starting
        } else if ready.under_way() > 0 {
            StationState::Busy
        } else {
            StationState::Ready
        }
    }

    /// Shows what has changed. Gives the number of the scene.
    fn show(&self, known: &mut Known, picture: PartPicture) -> u64 {
        let state = self.state();
        if matches!(picture, PartPicture::Same) && known.shown == Some(state) {
            return 0;
        }
        known.shown = Some(state);
        self.screen.show(Scene {
            state,
            last: known.last,
            counters: known.counters,
            cycle: known.cycle,
            picture,
        })
    }
}
