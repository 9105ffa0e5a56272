//! The thread `journal`: it writes the records, and moves or deletes the pictures. A disk that
//! hangs holds up this thread alone. The recorder sees that the records are not written, and closes
//! the gate.

use super::line;
use crate::bounded::channel::Received;
use crate::journal::{self, Journal, WallTime};
use crate::part::{Cause, Verdict};
use crate::run::messages::{Complete, PictureRef};
use crate::run::readiness::{Requirement, Unnumbered};
use crate::run::shared::{Monitored, Record, Shared, Stop};
use crate::station::file::NameText;
use crate::watch::Inspected;
use board::Timestamp;
use core::time::Duration;
use std::thread;

/// The longest pause between two heartbeats without a record.
const PAUSE_MAX: Duration = Duration::from_millis(20);
/// How soon a write that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// The journal's thread.
pub struct Writer<'a> {
    pub journal: Journal,
    /// Moves or deletes inspected files. `None` with a camera.
    pub inspected: Option<Inspected>,
    pub shared: &'a Shared<'a>,
    pub station: NameText,
    /// End the program after this many parts.
    pub parts: Option<u64>,
}

impl Writer<'_> {
    /// Writes records until the queue is closed, or until the program stops and the journal does
    /// not take them.
    pub fn run(mut self) {
        let recording = &self.shared.recording;
        let mut written: u64 = 0;
        let mut memory_known = false;
        loop {
            self.shared.heartbeats.give(Monitored::Journal);
            if !memory_known && let Some(memory) = self.shared.memory.get() {
                memory_known = true;
                // If it cannot be written now, the journal writes it before the next record.
                let _ = self.journal.measured(*memory);
            }
            let record = match recording.receive(PAUSE_MAX) {
                Received::Item(record) => record,
                Received::Nothing => continue,
                Received::Closed => return,
            };
            if !self.write(&record) {
                recording.give_up();
                return;
            }
            if let Record::Part(complete) = &record {
                recording.set_moves_picture(true);
                self.put_away(complete);
                recording.set_moves_picture(false);
                self.end(complete);
                written = written.saturating_add(1);
                if self.parts == Some(written) {
                    self.shared.stop(Stop::Asked);
                }
            }
            recording.count_done();
        }
    }

    /// Writes a record, and tries again until it succeeds. Meanwhile the station is not ready.
    /// Returns false if the program stops and the record still cannot be written.
    fn write(&mut self, record: &Record) -> bool {
        loop {
            // Read before the attempt, so that there is one more attempt after the queue is closed.
            let last = self.shared.recording.is_closed();
            let error = match self.append(record) {
                Ok(()) => break,
                Err(error) => error,
            };
            if self.shared.ready.is_met(Requirement::Journal) {
                complain!("sluice: {error}; no part passes until the journal can be written");
                self.shared.ready.set(Requirement::Journal, false);
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
        if !self.shared.ready.is_met(Requirement::Journal) {
            complain!("sluice: the journal can be written again");
            self.shared.ready.set(Requirement::Journal, true);
        }
        if let Record::Missed(Unnumbered { triggers, lost }) = record {
            complain!(
                "sluice: {triggers} triggers missed that have no number, {lost} of them because edges were lost; \
                 the gate rejected everything until they were gone"
            );
        }
        true
    }

    fn append(&mut self, record: &Record) -> Result<(), journal::JournalError> {
        let before = self.journal.moved();
        self.append_to_journal(record)?;
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

    fn append_to_journal(&mut self, record: &Record) -> Result<(), journal::JournalError> {
        match record {
            Record::Part(complete) => self.journal.append(&line::of_part(complete, &self.station)),
            Record::Missed(Unnumbered { triggers, lost }) => {
                self.journal.append_missed(&journal::Missed {
                    time: WallTime::now(),
                    station: self.station.clone(),
                    triggers: *triggers,
                    lost: *lost,
                })
            }
        }
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
