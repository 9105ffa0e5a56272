//! Records on their way from the recorder to the journal's thread, and how many are written.

use super::challenges::ChallengeRecord;
use crate::bounded::channel::{Channel, Received};
use crate::control::Unconfirmed;
use crate::journal::WallTime;
use crate::run::messages::{Change, Complete, DECISIONS_MAX};
use crate::run::readiness::Unnumbered;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::time::Duration;
use heapless::Vec;

/// Records that can wait for the journal: as many as decisions for the recorder.
pub const RECORDS_MAX: usize = DECISIONS_MAX;

/// One record for the journal.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a box would allocate for each part"
)]
pub enum Record {
    /// A part.
    Part(Complete),
    /// Missed triggers without a number.
    Missed(Unnumbered),
    /// A change of the station.
    Change(Change),
    /// A part that went the wrong way, and when that was known.
    Unconfirmed(Unconfirmed, WallTime),
    /// A challenge that has ended.
    Challenge(ChallengeRecord),
}

/// The queue of records, and the progress of the journal's thread.
#[derive(Debug, Default)]
pub struct Recording {
    records: Channel<Record, RECORDS_MAX>,
    /// Records that are written and whose pictures are moved or deleted.
    done: AtomicU64,
    /// The program is stopping and the journal takes no records.
    given_up: AtomicBool,
    /// The journal's thread is moving or deleting a picture; otherwise it is writing the journal.
    moves_picture: AtomicBool,
}

impl Recording {
    /// Hands a record over. Returns false if the queue is full.
    pub fn hand_over(&self, record: Record) -> bool {
        self.records.send(record).is_ok()
    }

    /// Takes the next record; waits for one at most this long.
    pub fn receive(&self, time: Duration) -> Received<Record> {
        self.records.receive(time)
    }

    /// Adds the records that wait, as far as there is space for them.
    pub fn take_waiting<const N: usize>(&self, records: &mut Vec<Record, N>) {
        while !records.is_full()
            && let Received::Item(record) = self.receive(Duration::ZERO)
        {
            let _ = records.push(record);
        }
    }

    /// Whether no record waits.
    #[cfg(any(test, feature = "simulation"))]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// No further record will be handed over.
    pub fn close(&self) {
        self.records.close();
    }

    /// Whether no further record will be handed over. Some may still wait.
    pub fn is_closed(&self) -> bool {
        self.records.is_closed()
    }

    /// Counts a record that is done.
    pub fn count_done(&self) {
        self.done.fetch_add(1, Ordering::AcqRel);
    }

    /// How many records are done, in the order in which they were handed over.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Acquire)
    }

    /// No more records will be written.
    pub fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
    }

    /// Whether no more records will be written even though some wait.
    pub fn has_given_up(&self) -> bool {
        self.given_up.load(Ordering::Acquire)
    }

    /// Sets whether a picture is being moved or deleted.
    pub fn set_moves_picture(&self, moves_picture: bool) {
        self.moves_picture.store(moves_picture, Ordering::Release);
    }

    /// What the journal's thread is doing, for a message when it makes no progress.
    pub fn waits_for(&self) -> &'static str {
        if self.moves_picture.load(Ordering::Acquire) {
            "moving or deleting a picture (source.directory.after)"
        } else {
            "writing the journal (journal.directory)"
        }
    }
}
