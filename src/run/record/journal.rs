//! The thread `journal`: it writes the records, and moves or deletes the pictures. A disk that
//! hangs holds up this thread alone. The recorder sees that the records are not written, and closes
//! the gate.

use super::line;
use super::periods::Periods;
use crate::bounded::channel::Received;
use crate::journal::{self, Journal, Line, RecipeName, WallTime};
use crate::part::{Cause, Verdict};
use crate::recipe::RECIPES_MAX;
use crate::run::messages::{Complete, PictureRef};
use crate::run::readiness::{Requirement, Unnumbered};
use crate::run::shared::{Monitored, Record, Shared, Stop};
use crate::station::file::{ChallengeSettings, NameText};
use crate::watch::Inspected;
use board::Timestamp;
use core::time::Duration;
use heapless::Vec;
use std::thread;

/// The longest pause between two heartbeats without a record.
const PAUSE_MAX: Duration = Duration::from_millis(20);
/// How soon a write that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// Records that are flushed to the disk at once.
pub const GROUP_MAX: usize = 16;

/// Records that are written together.
pub type Group = Vec<Record, GROUP_MAX>;

/// The journal's thread.
pub struct Writer<'a> {
    pub journal: Journal,
    /// Moves or deletes inspected files. `None` with a camera.
    pub inspected: Option<Inspected>,
    pub shared: &'a Shared<'a>,
    pub station: NameText,
    /// The names of the recipes, in the station file's order.
    pub recipes: Vec<RecipeName, RECIPES_MAX>,
    /// The golden parts, if there are any.
    pub challenge: Option<&'a ChallengeSettings>,
    pub periods: Periods<'a>,
    /// The lines of a group.
    pub lines: Vec<Line, GROUP_MAX>,
    /// End the program after this many parts of the production.
    pub parts: Option<u64>,
}

impl Writer<'_> {
    /// Writes records until the queue is closed, or until the program stops and the journal does
    /// not take them.
    pub fn run(mut self) {
        let recording = &self.shared.recording;
        let mut written: u64 = 0;
        let mut engine_known = false;
        let mut group = Group::new();
        self.begin();
        loop {
            self.look_at_clock();
            if !engine_known && let Some(facts) = self.shared.engine.get() {
                engine_known = true;
                // If it cannot be written now, the journal writes it before the next record.
                let _ = self.journal.engine_ready(facts.memory, &facts.computed_by);
            }
            match recording.receive(PAUSE_MAX) {
                Received::Item(first) => {
                    group.clear();
                    let _ = group.push(first);
                    recording.take_waiting(&mut group);
                }
                Received::Nothing => continue,
                Received::Closed => return self.write_last_counts(),
            }
            if !self.write(&group) {
                // If this fails too, pictures of parts with records are not inspected again.
                let _ = self.journal.withdraw();
                recording.give_up();
                return;
            }
            for record in &group {
                self.shared.heartbeats.give(Monitored::Journal);
                self.finish(record);
                if let Record::Part(complete) = record {
                    written = written.saturating_add(u64::from(!complete.decided.is_golden()));
                    if self.parts == Some(written) {
                        self.shared.stop(Stop::Asked);
                    }
                }
                recording.count_done();
            }
        }
    }

    /// Tells the recorder what the journal has counted so far.
    pub fn begin(&mut self) {
        self.periods.begin_period(&self.journal, self.shared);
    }

    /// Ends the shift if it is over, and resets the counts if that is asked for.
    pub fn look_at_clock(&mut self) {
        self.shared.heartbeats.give(Monitored::Journal);
        self.periods.turn(&mut self.journal, self.shared);
    }

    /// A record is written. Makes space for another part.
    pub fn finish(&mut self, record: &Record) {
        self.periods.tell(&self.journal, self.shared);
        if let Record::Part(complete) = record {
            let recording = &self.shared.recording;
            recording.set_moves_picture(true);
            self.put_away(complete);
            recording.set_moves_picture(false);
            self.end(complete);
        }
    }

    /// Writes records, and tries again until it succeeds. Meanwhile the station is not ready.
    /// Returns false if the program stops and they still cannot be written.
    fn write(&mut self, group: &Group) -> bool {
        loop {
            // Read before the attempt, so that there is one more attempt after the queue is closed.
            let last = self.shared.recording.is_closed();
            if self.try_write(group) {
                return true;
            }
            if last {
                return false;
            }
            let again = Timestamp::now() + RETRY;
            while Timestamp::now() < again && !self.shared.recording.is_closed() {
                self.shared.heartbeats.give(Monitored::Journal);
                thread::sleep(PAUSE_MAX);
            }
        }
    }

    /// Writes records once, all or none. If that fails, the station is not ready until records are
    /// written.
    pub fn try_write(&mut self, group: &Group) -> bool {
        if let Err(error) = self.append(group) {
            if self.shared.ready.is_met(Requirement::Journal) {
                complain!("sluice: {error}; no part passes until the journal can be written");
                self.shared.ready.set(Requirement::Journal, false);
            }
            return false;
        }
        if !self.shared.ready.is_met(Requirement::Journal) {
            complain!("sluice: the journal can be written again");
            self.shared.ready.set(Requirement::Journal, true);
        }
        for record in group {
            if let Record::Missed(Unnumbered { triggers, lost }) = record {
                complain!(
                    "sluice: {triggers} triggers missed that have no number, {lost} of them because edges were lost; \
                     the gate rejected everything until they were gone"
                );
            }
        }
        true
    }

    fn write_last_counts(&mut self) {
        if let Err(error) = self.journal.append_last_counts() {
            complain!(
                "sluice: the counts of this stop have no record: {error}; `sluice counters` shows them"
            );
        }
    }

    fn append(&mut self, group: &Group) -> Result<(), journal::JournalError> {
        let before = self.journal.moved();
        self.lines.clear();
        for record in group {
            if let Some(line) = self.line(record) {
                // As many lines as records fit.
                let _ = self.lines.push(line);
            }
        }
        self.journal.append_all(&self.lines)?;
        for line in &self.lines {
            self.periods.add(line);
        }
        if self.journal.moved() != before {
            let pictures = match &self.inspected {
                None => "",
                Some(inspected) if inspected.is_complete() => {
                    "; the inspected pictures in source.directory are known without it, and are not inspected again"
                }
                Some(_) => {
                    "; pictures whose records are not there are inspected again at the next start"
                }
            };
            complain!(
                "sluice: the journal's file was deleted, moved or replaced while it was written; records go on in a new file in \
                 journal.directory{pictures}"
            );
        }
        Ok(())
    }

    /// The line of a record; none of a challenge without a section `challenge`.
    fn line(&self, record: &Record) -> Option<Line> {
        let station = &self.station;
        Some(match record {
            Record::Part(complete) => {
                let recipe = self.recipe(complete.decided.job.recipe);
                Line::Part(line::of_part(complete, station, recipe))
            }
            Record::Change(change) => {
                let latches = self.shared.ready.lasting_latches();
                Line::Control(line::of_change(change, station, latches))
            }
            Record::Unconfirmed(part, time) => {
                Line::Confirmation(line::of_unconfirmed(*part, *time, station, self.current()))
            }
            Record::Challenge(record) => {
                let settings = self.challenge?;
                Line::Challenge(line::of_challenge(
                    record,
                    settings,
                    station,
                    self.current(),
                ))
            }
            Record::Missed(Unnumbered { triggers, lost }) => Line::Missed(journal::Missed {
                time: WallTime::now(),
                station: station.clone(),
                triggers: *triggers,
                lost: *lost,
                recipe: Some(self.current().clone()),
            }),
        })
    }

    /// The name of the recipe that is used now.
    fn current(&self) -> &RecipeName {
        self.recipe(self.shared.ready.recipes.current())
    }

    fn recipe(&self, place: u8) -> &RecipeName {
        const NONE: &RecipeName = &RecipeName::new();
        self.recipes.get(usize::from(place)).unwrap_or(NONE)
    }

    /// Makes space for another part.
    fn end(&self, complete: &Complete) {
        let ready = &self.shared.ready;
        if complete.decided.is_missed() {
            ready.parts.end_missed();
        } else {
            ready.end_part();
        }
        if ready.parts.under_way() == 0 {
            // A waiting picture can be taken now.
            self.shared.source_wake_up.wake();
        }
    }

    /// Moves or deletes the picture of a part. A part that the stop cut off was not inspected: its
    /// picture stays for the next start.
    fn put_away(&mut self, complete: &Complete) {
        let decided = &complete.decided;
        if decided.verdict == Verdict::Fault(Cause::Stopping) {
            return;
        }
        let part = decided.job.part;
        if let PictureRef::File { name, identity } = &decided.job.picture
            && let Some(inspected) = &mut self.inspected
        {
            if let Err(error) = inspected.dispose(name, identity, decided.sha256, part) {
                complain!("sluice: {part} {name}: {error}");
            }
            if let Some(notice) = inspected.notice() {
                complain!("sluice: {notice}");
            }
        }
    }
}
