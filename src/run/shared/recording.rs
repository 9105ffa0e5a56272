//! Records on their way from the recorder to the journal's thread, and how far that has come.

use crate::bounded::channel::{Channel, Received};
use crate::run::messages::DECISIONS_MAX;
use crate::run::readiness::Unnumbered;
use crate::run::record::join::Complete;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::time::Duration;

/// Records that can wait for the journal: as many as decisions for the recorder.
pub(in crate::run) const RECORDS_MAX: usize = DECISIONS_MAX;

/// What the journal's thread gets.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a box would allocate for each part"
)]
pub(in crate::run) enum Record {
    /// A part.
    Part(Complete),
    /// Triggers without a number.
    Missed(Unnumbered),
}

/// Records on their way to the disk: from the recorder, in order.
#[derive(Debug, Default)]
pub(in crate::run) struct Recording {
    records: Channel<Record, RECORDS_MAX>,
    /// Records that are written, and their pictures put away.
    done: AtomicU64,
    /// The program ends, and the journal takes no records.
    given_up: AtomicBool,
    /// A picture is being put away; otherwise it is the journal that is waited for.
    puts_away: AtomicBool,
}

impl Recording {
    /// Hands a record over. False without room for it.
    pub fn hand_over(&self, record: Record) -> bool {
        self.records.send(record).is_ok()
    }

    /// The next record; waits this long for it.
    pub fn receive(&self, time: Duration) -> Received<Record> {
        self.records.receive(time)
    }

    /// No record comes any more.
    pub fn close(&self) {
        self.records.close();
    }

    /// Whether no record comes any more, but for those that wait.
    pub fn is_closed(&self) -> bool {
        self.records.is_closed()
    }

    /// One more record is done with.
    pub fn count_done(&self) {
        self.done.fetch_add(1, Ordering::AcqRel);
    }

    /// How many of the records that were handed over are done with. They are, in their order.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Acquire)
    }

    /// No more records will be written.
    pub fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
    }

    /// Whether no more records will be written, although some wait.
    pub fn has_given_up(&self) -> bool {
        self.given_up.load(Ordering::Acquire)
    }

    /// Says whether a picture is being put away.
    pub fn set_puts_away(&self, puts_away: bool) {
        self.puts_away.store(puts_away, Ordering::Release);
    }

    /// What the journal's thread is waiting for while it does not come on.
    pub fn waits_for(&self) -> &'static str {
        if self.puts_away.load(Ordering::Acquire) {
            "moving or deleting a picture (source.directory.after)"
        } else {
            "writing the journal (journal.directory)"
        }
    }
}
