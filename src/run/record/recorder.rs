//! The thread `recorder`: it turns what the inspection and the gate send into records, counters,
//! the screen and printed lines.
//!
//! Outside the program it waits only for the board's watchdog: the journal, the screen, the
//! terminal and the guard have their own threads. It sees when one of them hangs, and closes the
//! gate. If the recorder itself hangs, the gate closes by itself.

use super::join::Join;
use super::moved_late::MovedLate;
use super::overlaps::Overlaps;
use super::printing::Printing;
use super::screen::{PartPicture, Scene, ScreenThread};
use super::unwritten::{PASSED_MAX, Unwritten};
use super::watchdogs::WatchdogFeeder;
use crate::bounded::channel::Received;
use crate::gate::{Event, Events};
use crate::run::messages::{Complete, Decided};
use crate::run::readiness::{Requirement, Unnumbered};
use crate::run::shared::{Record, Shared, Stop, TURN_MAX};
use crate::screen::{Counters, CycleTimes, LastPart, StationState};
use board::Timestamp;
use core::time::Duration;
use std::thread;

/// The longest pause between two turns.
const PAUSE_MAX: Duration = Duration::from_millis(20);
/// The longest pause while a printed line waits for its screen, and at the end.
const SHORT_PAUSE: Duration = Duration::from_millis(1);
/// The gate closes this long after the recorder's last turn.
const LEASE: Duration = Duration::from_secs(1);
/// The shortest time between two records of missed triggers without a number.
const MISSED_INTERVAL: Duration = Duration::from_secs(1);

/// The recorder.
pub struct Recorder<'a> {
    screen: ScreenThread,
    feeder: WatchdogFeeder,
    events: Events<'a>,
    shared: &'a Shared<'a>,
    /// How long a record may wait until it is written.
    stall: Duration,
    overlaps: Overlaps,
    moved_late: MovedLate,
    printing: Printing,
    join: Join,
    unwritten: Unwritten,
    /// Missed triggers without a number that are not handed to the journal yet.
    missed: Unnumbered,
    /// When they may be.
    missed_at: Timestamp,
    /// Parts that could not be handed to the journal.
    refused: usize,
    counters: Counters,
    cycle: CycleTimes,
    last: Option<LastPart>,
    /// The state that the screen shows; nothing if the screen must be drawn again.
    shown: Option<StationState>,
    /// An inspection has finished since the watchdogs were last fed.
    finished: bool,
    /// The stalled journal was reported.
    stall_reported: bool,
    /// The keeper hangs, which was reported.
    keeper_hangs: bool,
}

/// What the recorder returns at the end.
#[derive(Debug, Default)]
pub struct Recorded {
    pub counters: Counters,
    /// Records that were not written.
    pub unwritten: usize,
}

impl<'a> Recorder<'a> {
    /// `stall` is how long a record may wait until it is written.
    pub fn new(
        screen: ScreenThread,
        feeder: WatchdogFeeder,
        events: Events<'a>,
        stall: Duration,
        overlaps: Overlaps,
        shared: &'a Shared<'a>,
    ) -> Self {
        Self {
            screen,
            feeder,
            events,
            shared,
            stall,
            overlaps,
            moved_late: MovedLate::new(),
            printing: Printing::default(),
            join: Join::default(),
            unwritten: Unwritten::default(),
            missed: Unnumbered::default(),
            missed_at: Timestamp::default(),
            refused: 0,
            counters: Counters::default(),
            cycle: CycleTimes::default(),
            last: None,
            shown: None,
            finished: false,
            stall_reported: false,
            keeper_hangs: false,
        }
    }

    /// Records parts until the decisions are closed. Then waits until the records are written, at
    /// most until the stop must be complete.
    pub fn run(mut self) -> Recorded {
        while self.turn() {}
        self.end()
    }

    /// Handles at most one decision, and everything else that has come. Returns false once the
    /// decisions are closed.
    fn turn(&mut self) -> bool {
        let pause = if self.printing.is_empty() {
            PAUSE_MAX
        } else {
            SHORT_PAUSE
        };
        let closed = match self.shared.decided.receive(pause) {
            Received::Item(decided) => {
                self.record_decision(decided);
                false
            }
            Received::Nothing => false,
            Received::Closed => true,
        };
        self.take_events();
        self.shared.keeper_turns.request();
        self.take_missed();
        if closed {
            while let Some(complete) = self.join.take_unreported() {
                self.complete(complete);
            }
            self.missed_at = Timestamp::default();
        }
        self.hand_over_missed(closed);
        let now = Timestamp::now();
        self.check_journal(now);
        self.check_keeper(now);
        self.show(PartPicture::Same);
        self.printing.turn(&self.screen, now);
        self.check_inspection(now);
        self.feed_watchdogs(now);
        !closed
    }

    /// Every part is decided and the lines are safe. Waits for the journal until the stop must be
    /// complete.
    fn end(mut self) -> Recorded {
        let recording = &self.shared.recording;
        let stop_deadline = &self.shared.stop_deadline;
        recording.close();
        self.printing.print_all();
        self.screen.end(stop_deadline.at());
        while !self.unwritten.is_empty() && !stop_deadline.has_passed(Timestamp::now()) {
            thread::sleep(SHORT_PAUSE);
            self.unwritten.remove_written(recording.done());
            if recording.has_given_up() {
                break;
            }
        }
        self.feeder.end(&self.shared.why());
        for (part, verdict) in self.unwritten.parts() {
            complain!("sluice: {part} is not in the journal: {verdict}");
        }
        let missed = self.missed.triggers;
        if missed > 0 {
            complain!("sluice: {missed} missed triggers are not in the journal");
        }
        Recorded {
            counters: self.counters,
            unwritten: self.unwritten.len() + self.refused + usize::from(missed > 0),
        }
    }

    fn record_decision(&mut self, mut decided: Decided) {
        self.counters.decided(decided.verdict);
        if !decided.is_missed() {
            self.cycle.add(decided.times.total);
        }
        self.last = Some(LastPart {
            part: decided.job.part,
            verdict: decided.verdict,
        });
        // The screen shows the verdict with its part's picture, or without a picture if the part
        // has none.
        let picture = PartPicture::Next(decided.thumbnail.take());
        let scene = self.show(picture);
        self.printing.add(&decided, scene, &self.screen);
        if let Some(complete) = self.join.decided(decided) {
            self.complete(complete);
        }
    }

    /// Counts the outcome of the part, and hands its record to the journal.
    fn complete(&mut self, complete: Complete) {
        let (part, verdict) = (complete.decided.job.part, complete.decided.verdict);
        let late = complete.is_late();
        let outcome = complete.report.map(|report| report.outcome);
        let overlapped = self.counters.completed(verdict, outcome, late);
        if late {
            // Nothing else on the screen changes, so have it drawn.
            self.shown = None;
        }
        if overlapped {
            let count = self.counters.gate.overlap;
            self.overlaps.print(part, count, Timestamp::now());
        }
        if self.unwritten.has_space() {
            self.unwritten.add_part(&complete, Timestamp::now());
            if self.shared.recording.hand_over(Record::Part(complete)) {
                return;
            }
        } else {
            complain!("sluice: {part} is not in the journal, which is too far behind: {verdict}");
        }
        self.refused += 1;
    }

    fn take_events(&mut self) {
        while let Some(event) = self.events.next() {
            match event {
                Event::Report(report) => {
                    if let Some(complete) = self.join.reported(report) {
                        self.complete(complete);
                    }
                }
                Event::LineFailed { line, error } => {
                    complain!("sluice: {line} cannot be driven: {error}")
                }
                Event::Alive => self.finished = true,
                Event::MovedLate { by } => self.moved_late.add(by),
                // The report and the decision show both of these as well.
                Event::Late { .. } | Event::Stray { .. } => {}
            }
        }
        self.moved_late.print(Timestamp::now());
    }

    fn take_missed(&mut self) {
        let Unnumbered { triggers, lost } = self.shared.ready.parts.take_unnumbered();
        self.counters.missed(triggers);
        self.missed.triggers = self.missed.triggers.saturating_add(triggers);
        self.missed.lost = self.missed.lost.saturating_add(lost);
    }

    /// Hands the missed triggers without a number to the journal, in one record. At the end
    /// (`closed`) the journal gets them even if it does not work.
    fn hand_over_missed(&mut self, closed: bool) {
        let now = Timestamp::now();
        let may = closed || (self.missed_at <= now && self.shared.ready.is_recording());
        let waits = self.unwritten.has_missed() || !self.unwritten.has_space();
        if self.missed.triggers == 0 || !may || waits {
            return;
        }
        let record = Record::Missed(self.missed);
        if self.shared.recording.hand_over(record) {
            self.unwritten.add_missed(now);
            self.missed = Unnumbered::default();
            self.missed_at = now + MISSED_INTERVAL;
        }
    }

    /// While a record is not written in time, nothing passes. Otherwise the gate may be ready for
    /// another lease.
    fn check_journal(&mut self, now: Timestamp) {
        let recording = &self.shared.recording;
        let ready = &self.shared.ready;
        self.unwritten.remove_written(recording.done());
        let overdue = self.unwritten.is_overdue(now, self.stall);
        if !overdue {
            ready.renew(now + LEASE);
        }
        if overdue && ready.is_met(Requirement::Disk) {
            // If the journal failed, the error was already reported.
            self.stall_reported = ready.is_met(Requirement::Journal);
            if self.stall_reported {
                complain!(
                    "sluice: {} does not return: {} records wait, the oldest for {} ms (allowed: {} ms, journal.stall_ms, \
                     and {PASSED_MAX} parts that went through); no part passes until they are written; check the disk",
                    recording.waits_for(),
                    self.unwritten.len(),
                    self.unwritten.age(now).as_millis(),
                    self.stall.as_millis()
                );
            }
            ready.set(Requirement::Disk, false);
        } else if !overdue && !ready.is_met(Requirement::Disk) {
            if self.stall_reported {
                complain!("sluice: the journal is written again");
            }
            ready.set(Requirement::Disk, true);
        }
    }

    /// While the keeper hangs, nothing passes.
    fn check_keeper(&mut self, now: Timestamp) {
        let hangs = self.shared.keeper_turns.hangs(now);
        if hangs && !self.keeper_hangs {
            complain!(
                "sluice: the thread keeper (guard, lines.timeline) has not finished its turn for {} ms; no part passes until it does",
                TURN_MAX.as_millis()
            );
            self.shared.ready.set(Requirement::Keeper, false);
        } else if !hangs && self.keeper_hangs {
            complain!("sluice: the thread keeper works again");
            self.shared.ready.set(Requirement::Keeper, true);
        }
        self.keeper_hangs = hangs;
    }

    /// An inspection that hangs ends the program.
    fn check_inspection(&self, now: Timestamp) {
        if self.shared.hang_deadline.has_passed(now) && !self.shared.is_stopping() {
            let why =
                "the AscendCL library does not return from a call; the device or its driver hangs";
            self.shared.stop(Stop::Device(why.to_owned()));
        }
    }

    /// Feeds the watchdogs if an inspection has finished and every thread has given a heartbeat.
    fn feed_watchdogs(&mut self, now: Timestamp) {
        let finished = self.finished && self.shared.heartbeats.take_all();
        self.finished &= !finished;
        let state = self.shared.ready.state();
        if let Err(error) = self.feeder.turn(state, self.counters, finished, now) {
            self.shared.stop(Stop::Broken(error.to_string()));
        }
    }

    /// Shows a new picture or a new state. Returns the number of the scene, 0 if nothing is new.
    fn show(&mut self, picture: PartPicture) -> u64 {
        let state = self.shared.ready.state();
        if matches!(picture, PartPicture::Same) && self.shown == Some(state) {
            return 0;
        }
        self.shown = Some(state);
        self.screen.show(Scene {
            state,
            last: self.last,
            counters: self.counters,
            cycle: self.cycle,
            picture,
        })
    }
}
