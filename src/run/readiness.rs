//! Whether the station takes a trigger, which parts are under way, and the triggers that were missed without a number.

use crate::part::{PARTS_MAX, PartId};
use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::Mutex;

/// Missed triggers that can be on their way to the journal at once, each with a number and a record of its own. More of
/// them, a storm, are counted together, so that they do not take the room of the parts that come after.
const MISSED_MAX: usize = PARTS_MAX / 2;

/// Why a trigger is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run) enum NotReady {
    /// The engine or the source has not been ready yet.
    Starting,
    /// The journal takes no records.
    Journal,
    /// Records are not written in time.
    Disk,
    /// Nobody makes the lines safe if this process dies.
    Guard,
    /// The camera does not work.
    Source,
    /// As many parts are undecided as may be.
    Undecided(usize),
    /// As many parts are under way as the gate holds.
    UnderWay(usize),
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => f.write_str("the station is starting"),
            Self::Journal => f.write_str("the journal cannot be written"),
            Self::Disk => f.write_str("the journal is not written in time"),
            Self::Guard => f.write_str("the lines are not guarded"),
            Self::Source => f.write_str("the camera is not ready"),
            Self::Undecided(count) => write!(f, "{count} undecided"),
            Self::UnderWay(count) => write!(f, "{count} parts under way"),
        }
    }
}

/// What has to work so that a trigger is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run) enum Works {
    /// Engine and source: they have been ready.
    Started,
    /// The camera.
    Source,
    /// The journal: it takes records.
    Journal,
    /// The journal's disk: records are written in time.
    Disk,
    /// The guard: the lines are made safe if this process dies.
    Guard,
    /// The thread that looks after the guard.
    Keeper,
}

impl Works {
    pub(in crate::run) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Triggers that were missed and have no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::run) struct Unnumbered {
    /// All of them.
    pub triggers: u64,
    /// Of these, the ones whose edges were lost.
    pub lost: u64,
}

/// Flags and counts, changed by any thread.
#[derive(Debug)]
pub(in crate::run) struct Readiness {
    next_part: AtomicU64,
    /// Parts that have begun and are not in the journal yet.
    under_way: AtomicUsize,
    /// Of these, the ones on the line that have no verdict yet.
    undecided: AtomicUsize,
    /// Missed triggers with a number that are not in the journal yet. They are not under way.
    missed: AtomicUsize,
    unnumbered: AtomicU64,
    lost: AtomicU64,
    /// The bits of what does not work ([`Works::bit`]).
    pub(in crate::run) broken: AtomicU8,
    /// The trigger's line has changed, and nobody knows yet whether that is a trigger.
    settling: AtomicBool,
    /// Held while the gate is told, so that what it hears last is true.
    pub(in crate::run) telling: Mutex<()>,
}

impl Readiness {
    /// Nothing works yet but the journal.
    pub const fn new(part: PartId) -> Self {
        Self {
            next_part: AtomicU64::new(part.number()),
            under_way: AtomicUsize::new(0),
            undecided: AtomicUsize::new(0),
            missed: AtomicUsize::new(0),
            unnumbered: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            broken: AtomicU8::new(Works::Started.bit()),
            settling: AtomicBool::new(false),
            telling: Mutex::new(()),
        }
    }

    /// The number of the next part. Each is given once.
    pub fn next_part(&self) -> PartId {
        PartId::new(self.next_part.fetch_add(1, Ordering::AcqRel))
    }

    /// Counts a part that begins, whether there is room or not: the caller has looked before. It may be one too many
    /// for each part that is under way (a picture that came when its part was decided already).
    pub fn begin(&self, on_line: bool) {
        if on_line {
            self.undecided.fetch_add(1, Ordering::AcqRel);
        }
        self.under_way.fetch_add(1, Ordering::AcqRel);
    }

    /// Counts a part that begins, unless as many are under way as the gate holds. False then.
    pub fn begin_if_room(&self, on_line: bool) -> bool {
        let room = |count| (count < PARTS_MAX).then_some(count + 1);
        let (set, get) = (Ordering::AcqRel, Ordering::Acquire);
        let begins = self.under_way.fetch_update(set, get, room).is_ok();
        if begins && on_line {
            self.undecided.fetch_add(1, Ordering::AcqRel);
        }
        begins
    }

    /// Counts a part on the line that has its verdict. Before the gate hears it, which may make its ready line active: a
    /// trigger that comes at once must find this done.
    pub fn decided(&self) {
        self.undecided.fetch_sub(1, Ordering::AcqRel);
    }

    /// Counts a part that is in the journal. True when that makes room where there was none.
    pub fn end(&self) -> bool {
        self.under_way.fetch_sub(1, Ordering::AcqRel) == PARTS_MAX
    }

    /// Parts under way.
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Acquire)
    }

    /// Counts a missed trigger that is to have a number. False when there are too many such already.
    pub fn begin_missed(&self) -> bool {
        let room = |count| (count < MISSED_MAX).then_some(count + 1);
        let (set, get) = (Ordering::AcqRel, Ordering::Acquire);
        self.missed.fetch_update(set, get, room).is_ok()
    }

    /// Counts a missed trigger that is in the journal.
    pub fn end_missed(&self) {
        self.missed.fetch_sub(1, Ordering::AcqRel);
    }

    /// Counts missed triggers that have no number.
    pub fn miss(&self, triggers: u32, lost: bool) {
        let count = if lost { &self.lost } else { &self.unnumbered };
        count.fetch_add(triggers.into(), Ordering::AcqRel);
    }

    /// Takes the missed triggers that have no number, for whoever writes them down.
    pub fn take_unnumbered(&self) -> Unnumbered {
        let lost = self.lost.swap(0, Ordering::AcqRel);
        let others = self.unnumbered.swap(0, Ordering::AcqRel);
        Unnumbered {
            triggers: others.saturating_add(lost),
            lost,
        }
    }

    /// Why a trigger is not taken, with this many parts undecided at most; nothing when it is.
    pub fn refuses(&self, undecided_max: usize) -> Option<NotReady> {
        let undecided = self.undecided.load(Ordering::Acquire);
        let under_way = self.under_way();
        Some(if !self.works(Works::Started) {
            NotReady::Starting
        } else if !self.works(Works::Journal) {
            NotReady::Journal
        } else if !self.works(Works::Disk) {
            NotReady::Disk
        } else if !self.is_guarded() {
            NotReady::Guard
        } else if !self.works(Works::Source) {
            NotReady::Source
        } else if undecided >= undecided_max {
            NotReady::Undecided(undecided)
        } else if under_way >= PARTS_MAX {
            NotReady::UnderWay(under_way)
        } else {
            return None;
        })
    }

    /// Whether a trigger with an edge before now may become known later.
    pub fn settling(&self) -> bool {
        self.settling.load(Ordering::Acquire)
    }

    /// Says whether the trigger's line is settling.
    pub fn set_settling(&self, settling: bool) {
        self.settling.store(settling, Ordering::Release);
    }

    /// Whether a part may begin, as far as its record and the lines are concerned.
    pub fn may_begin(&self) -> bool {
        self.journal_works() && self.is_guarded()
    }

    /// Whether the journal takes records, and in time.
    pub fn journal_works(&self) -> bool {
        self.works(Works::Journal) && self.works(Works::Disk)
    }

    /// Whether the lines are guarded, as far as is known.
    fn is_guarded(&self) -> bool {
        self.works(Works::Guard) && self.works(Works::Keeper)
    }

    /// Whether one of the things that a trigger needs works.
    pub fn works(&self, what: Works) -> bool {
        self.broken.load(Ordering::Acquire) & what.bit() == 0
    }
}

#[cfg(test)]
mod tests;
