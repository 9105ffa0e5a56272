//! The thread `recorder`: it turns what the inspection and the gate send into records, counters,
//! the screen and printed lines.
//!
//! Outside the program it waits only for the board's watchdog: the journal, the screen, the
//! terminal and the guard have their own threads. It sees when one of them hangs, and closes the
//! gate. If the recorder itself hangs, the gate closes by itself.

use super::Recorded;
use super::challenge::ChallengeRun;
use super::control::ControlRecords;
use super::join::Join;
use super::live::LiveThread;
use super::moved_late::MovedLate;
use super::overlaps::Overlaps;
use super::printing::Printing;
use super::recipe;
use super::screen::{PartPicture, ScreenThread};
use super::unwritten::{PASSED_MAX, Unwritten};
use super::watchdogs::WatchdogFeeder;
use crate::bounded::channel::Received;
use crate::control::Latch;
use crate::gate::{Event, Events, Outcome};
use crate::run::messages::{Complete, Decided};
use crate::run::readiness::{Requirement, Unnumbered};
use crate::run::shared::{Record, Shared};
use crate::screen::{Counters, LastPart};
use crate::station::Station;
use board::Timestamp;
use core::time::Duration;
use std::thread;

mod missed;
mod showing;

use showing::Shown;
mod supervision;

/// The longest pause between two turns.
const PAUSE_MAX: Duration = Duration::from_millis(20);
/// The longest pause while a printed line waits for its screen, and at the end.
const SHORT_PAUSE: Duration = Duration::from_millis(1);
/// The gate closes this long after the recorder's last turn.
const LEASE: Duration = Duration::from_secs(1);

/// The recorder.
pub struct Recorder<'a> {
    screen: ScreenThread,
    /// Writes what the station says of itself, if the system gave it a place for that.
    live: Option<LiveThread>,
    feeder: WatchdogFeeder,
    events: Events<'a>,
    shared: &'a Shared<'a>,
    /// How long a record may wait until it is written.
    stall: Duration,
    overlaps: Overlaps,
    moved_late: MovedLate,
    printing: Printing,
    control: ControlRecords<'a>,
    challenge: Option<ChallengeRun<'a>>,
    join: Join,
    unwritten: Unwritten,
    /// Missed triggers without a number that are not handed to the journal yet.
    missed: Unnumbered,
    /// When they may be.
    missed_at: Timestamp,
    /// Parts that could not be handed to the journal.
    refused: usize,
    counters: Counters,
    last_cycle: Duration,
    last: Option<LastPart>,
    /// What the screen shows; nothing if it must be drawn again.
    shown: Option<Shown>,
    station: &'a Station,
    /// When an inspection has last gone through all threads.
    finished_at: Option<Timestamp>,
    /// An inspection has finished since the watchdogs were last fed.
    finished: bool,
    stall_reported: bool,
    keeper_hangs: bool,
}

impl<'a> Recorder<'a> {
    /// `events` are what the gate reports.
    pub fn new(
        screen: ScreenThread,
        live: Option<LiveThread>,
        feeder: WatchdogFeeder,
        events: Events<'a>,
        station: &'a Station,
        shared: &'a Shared<'a>,
    ) -> Self {
        Self {
            screen,
            live,
            feeder,
            events,
            shared,
            stall: Duration::from_millis(station.journal.stall_ms.into()),
            overlaps: Overlaps::new(&station.gate),
            moved_late: MovedLate::new(station.gate.after_late),
            printing: Printing::default(),
            control: ControlRecords::new(station, shared),
            challenge: ChallengeRun::new(station, shared),
            join: Join::default(),
            unwritten: Unwritten::default(),
            missed: Unnumbered::default(),
            missed_at: Timestamp::default(),
            refused: 0,
            counters: Counters::default(),
            last_cycle: Duration::ZERO,
            last: None,
            shown: None,
            station,
            finished_at: None,
            finished: false,
            stall_reported: false,
            keeper_hangs: false,
        }
    }

    /// Records parts until the decisions are closed. Then waits until the records are written, at
    /// most until the stop must be complete.
    pub fn run(mut self) -> Recorded {
        while self.turn(if self.printing.is_empty() {
            PAUSE_MAX
        } else {
            SHORT_PAUSE
        }) {}
        self.end()
    }

    /// Waits for a decision, at most for `pause`.
    ///
    /// Handles at most one decision, and everything else that has come. Returns false once the
    /// decisions are closed.
    pub fn turn(&mut self, pause: Duration) -> bool {
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
        self.hand_over_control(now);
        self.check_journal(now);
        self.check_keeper(now);
        self.show(PartPicture::Same);
        self.printing.turn(&self.screen, now);
        self.check_inspection(now);
        self.feed_watchdogs(now);
        self.leave_live(now);
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
        if !decided.is_golden() {
            self.counters.decided(decided.verdict);
            if !decided.is_missed() {
                self.last_cycle = decided.times.total;
            }
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

    /// Counts the part, unless it is a golden one, and hands its record to the journal.
    fn complete(&mut self, complete: Complete) {
        let (part, verdict) = (complete.decided.job.part, complete.decided.verdict);
        let late = complete.is_late();
        let outcome = complete.report.map(|report| report.outcome);
        if complete.decided.is_golden() {
            if let Some(challenge) = &mut self.challenge {
                challenge.complete(&complete);
            }
        } else {
            self.count(&complete, outcome, late);
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

    /// Counts the outcome of a part of the production.
    fn count(&mut self, complete: &Complete, outcome: Option<Outcome>, late: bool) {
        let (part, verdict) = (complete.decided.job.part, complete.decided.verdict);
        let overlapped = self.counters.completed(verdict, outcome, late);
        self.control.part(complete);
        if let Some(challenge) = &mut self.challenge
            && !complete.decided.is_missed()
        {
            challenge.add_part();
        }
        if late {
            // Nothing else on the screen changes, so request a drawing.
            self.shown = None;
        }
        if overlapped {
            let count = self.counters.gate.overlap;
            self.overlaps.print(part, count, Timestamp::now());
        }
    }

    fn take_events(&mut self) {
        while let Some(event) = self.events.next() {
            match event {
                Event::Report(report) => {
                    self.control.reported(&report);
                    if let Some(complete) = self.join.reported(report) {
                        self.complete(complete);
                    }
                }
                Event::LineFailed { line, error } => {
                    complain!("sluice: {line} cannot be driven: {error}");
                    self.shared.ready.latch_if_fault(Latch::Line);
                }
                Event::Belt(fault) => self.control.belt(fault.as_ref()),
                Event::Alive => self.finished = true,
                Event::MovedLate { by, held } => {
                    if self.moved_late.add(by, held) {
                        self.shared.ready.set(Requirement::OnTime, false);
                    }
                    self.shared.ready.latch_if_fault(Latch::Late);
                }
                // The report and the decision show both of these as well.
                Event::Late { .. } | Event::Stray { .. } => {}
            }
        }
        self.moved_late.print(Timestamp::now());
    }

    /// Hands the records about the station itself to the journal.
    fn hand_over_control(&mut self, now: Timestamp) {
        let challenge = self.challenge.as_ref();
        let runs = challenge.is_some_and(ChallengeRun::is_running);
        recipe::turn(self.station, runs, self.shared);
        if let Some(challenge) = &mut self.challenge {
            challenge.turn(now);
        }
        let unconfirmed = self.control.turn(now);
        if unconfirmed != self.counters.unconfirmed {
            self.counters.unconfirmed = unconfirmed;
            self.shown = None;
        }
        while self.unwritten.has_space()
            && let Some(record) = self.next_record()
        {
            self.unwritten.add_control(now);
            if !self.shared.recording.hand_over(record) {
                self.refused += 1;
            }
        }
    }

    /// The next record about the station itself. What a challenge changed comes before its result.
    fn next_record(&mut self) -> Option<Record> {
        let challenge = &mut self.challenge;
        self.control.next_record().or_else(|| {
            let record = challenge.as_mut()?.take_record()?;
            Some(Record::Challenge(record))
        })
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
}
