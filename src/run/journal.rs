//! The journal's thread: the one that waits for the journal's disk, and for what becomes of the pictures. A disk that hangs
//! holds up this thread alone; the recorder sees that its records are not written, and closes the gate.

use super::beats::Beating;
use super::merge::Complete;
use super::messages::Picture;
use super::readiness::{Unnumbered, Works};
use super::record::record;
use super::recording::Record;
use super::shared::{Shared, Stop};
use crate::bounded::channel::Received;
use crate::gate::Control;
use crate::journal::{self, Journal, WallTime};
use crate::part::{Cause, Verdict};
use crate::station::file::NameText;
use crate::watch::Inspected;
use board::Timestamp;
use core::time::Duration;
use std::thread;

/// How often a thread without a record looks at what else there is.
const LOOK: Duration = Duration::from_millis(20);
/// How soon a journal that failed is tried again.
pub(super) const RETRY: Duration = Duration::from_secs(1);

/// The verdict on a part whose trigger was missed. Such a part is not one under way.
pub(super) const MISSED: Verdict = Verdict::Fault(Cause::Missed);

/// What the journal's thread works with.
pub(super) struct Writer<'a> {
    pub journal: Journal,
    /// What becomes of files; nothing with a camera.
    pub inspected: Option<Inspected>,
    pub control: Control<'a>,
    pub shared: &'a Shared,
    pub station: NameText,
    /// End after so many parts.
    pub parts: Option<u64>,
}

impl Writer<'_> {
    /// Writes records until there are no more, or until the program ends and the journal does not take them.
    pub fn run(mut self) {
        let recording = &self.shared.recording;
        let mut written: u64 = 0;
        let mut engine_known = false;
        loop {
            self.shared.beats.beat(Beating::Journal);
            if !engine_known && let Some(memory) = self.shared.memory.get() {
                engine_known = true;
                // If it cannot be written now, it comes before the next record, whose own failure is dealt with.
                let _ = self.journal.measured(*memory);
            }
            let record = match recording.receive(LOOK) {
                Received::Item(record) => record,
                Received::Nothing => continue,
                Received::Closed => return,
            };
            if !self.write(&record) {
                recording.give_up();
                return;
            }
            if let Record::Part(complete) = &record {
                recording.set_puts_away(true);
                self.put_away(complete);
                recording.set_puts_away(false);
                self.end(complete);
                written = written.saturating_add(1);
                if self.parts == Some(written) {
                    self.shared.stop(Stop::Asked);
                }
            }
            recording.count_done();
        }
    }

    /// Writes it, however often that takes. While the journal does not take it, the gate is not ready and no part begins. False
    /// when the program ends meanwhile.
    fn write(&mut self, record: &Record) -> bool {
        loop {
            // Looked at before, so that what fails is tried once more at the end.
            let last = self.shared.recording.is_closed();
            let error = match self.append(record) {
                Ok(()) => break,
                Err(error) => error,
            };
            if self.shared.readiness.works(Works::Journal) {
                complain!("sluice: {error}; no part passes until the journal can be written");
                self.journal_works(false);
            }
            if last {
                return false;
            }
            let again = Timestamp::now() + RETRY;
            while Timestamp::now() < again && !self.shared.recording.is_closed() {
                self.shared.beats.beat(Beating::Journal);
                thread::sleep(LOOK);
            }
        }
        if !self.shared.readiness.works(Works::Journal) {
            complain!("sluice: the journal can be written again");
            self.journal_works(true);
        }
        if let Record::Missed(Unnumbered { triggers, lost }) = record {
            complain!(
                "sluice: {triggers} triggers missed that have no number, {lost} of them because edges were lost; \
                 the gate rejected everything until they were gone"
            );
        }
        true
    }

    fn append(&mut self, what: &Record) -> Result<(), journal::JournalError> {
        let before = self.journal.moved();
        self.append_to_journal(what)?;
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

    fn append_to_journal(&mut self, what: &Record) -> Result<(), journal::JournalError> {
        match what {
            Record::Part(complete) => self.journal.append(&record(complete, &self.station)),
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
            // The next picture of those that wait. The bell has no reason to fail while it exists.
            let _ = self.shared.source_bell.ring();
        }
    }

    /// A picture whose part was cut off by the stop was not inspected: it stays for the next start.
    fn put_away(&mut self, complete: &Complete) {
        let decision = &complete.decision;
        if decision.verdict == Verdict::Fault(Cause::Stopping) {
            return;
        }
        let part = decision.job.part;
        if let Picture::File { name, identity } = &decision.job.picture
            && let Some(inspected) = &mut self.inspected
        {
            if let Err(error) = inspected.put_away(name, identity, decision.sha256, part) {
                complain!("sluice: {part} {name}: {error}");
            }
            if let Some(notice) = inspected.notice() {
                complain!("sluice: {notice}");
            }
        }
    }
}
