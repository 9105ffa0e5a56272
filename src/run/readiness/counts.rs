//! How many parts are under way, and how many triggers were missed.

use super::ReadySwitch;
use crate::part::{PARTS_MAX, PartId};
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Missed triggers that can wait for the journal at once, each with a number and a record. More of
/// them are counted together, so that they do not take the space of later parts.
pub(super) const MISSED_MAX: usize = PARTS_MAX / 2;

/// Missed triggers without a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unnumbered {
    /// All of them.
    pub triggers: u64,
    /// Those among them whose edges were lost.
    pub lost: u64,
}

/// Parts that are not recorded yet, and missed triggers. Any thread may change the counts.
#[derive(Debug)]
pub struct PartCounts {
    next_part: AtomicU64,
    /// Parts that have begun and are not in the journal yet.
    under_way: AtomicUsize,
    /// Parts under way that are on the line and have no verdict yet.
    undecided: AtomicUsize,
    /// Missed triggers with a number that are not in the journal yet. They are not under way.
    missed: AtomicUsize,
    unnumbered: AtomicU64,
    lost: AtomicU64,
}

impl PartCounts {
    pub(super) const fn new(part: PartId) -> Self {
        Self {
            next_part: AtomicU64::new(part.number()),
            under_way: AtomicUsize::new(0),
            undecided: AtomicUsize::new(0),
            missed: AtomicUsize::new(0),
            unnumbered: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        }
    }

    /// The number of the next part. Each number is given once.
    pub fn next_part(&self) -> PartId {
        PartId::new(self.next_part.fetch_add(1, Ordering::AcqRel))
    }

    /// Counts a part that begins. The caller has checked the space, or tells the gate. The count
    /// may exceed the limit by one for each part under way: a picture may come when its part is
    /// already decided.
    pub fn begin(&self, on_line: bool) {
        if on_line {
            self.undecided.fetch_add(1, Ordering::AcqRel);
        }
        self.under_way.fetch_add(1, Ordering::AcqRel);
    }

    /// Counts a part that begins. Returns false, and counts nothing, if as many parts are under way
    /// as the gate holds.
    pub fn begin_if_space(&self, on_line: bool) -> bool {
        let begins = add_below(&self.under_way, PARTS_MAX);
        if begins && on_line {
            self.undecided.fetch_add(1, Ordering::AcqRel);
        }
        begins
    }

    /// Counts a verdict on a part on the line. Call it before the gate gets the verdict. The gate
    /// may then activate the ready line, and a trigger that follows at once must find this done.
    /// Returns how many parts were undecided before.
    pub fn decided(&self) -> usize {
        self.undecided.fetch_sub(1, Ordering::AcqRel)
    }

    /// Counts a part that is recorded. Returns true if the number of parts was at its limit before.
    pub(super) fn end(&self) -> bool {
        self.under_way.fetch_sub(1, Ordering::AcqRel) == PARTS_MAX
    }

    /// Parts under way.
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Acquire)
    }

    /// Parts under way on the line without a verdict.
    pub fn undecided(&self) -> usize {
        self.undecided.load(Ordering::Acquire)
    }

    /// Counts a missed trigger that gets a number. Returns false, and counts nothing, if too many
    /// of them wait for the journal.
    pub fn begin_missed(&self) -> bool {
        add_below(&self.missed, MISSED_MAX)
    }

    /// Counts a missed trigger that is recorded.
    pub fn end_missed(&self) {
        self.missed.fetch_sub(1, Ordering::AcqRel);
    }

    /// Counts missed triggers without a number.
    pub fn miss(&self, triggers: u32, lost: bool) {
        let count = if lost { &self.lost } else { &self.unnumbered };
        count.fetch_add(triggers.into(), Ordering::AcqRel);
    }

    /// Missed triggers without a number that were not taken yet, lost ones included.
    #[cfg(any(test, feature = "simulation"))]
    pub fn waiting_unnumbered(&self) -> u64 {
        self.lost.load(Ordering::Acquire) + self.unnumbered.load(Ordering::Acquire)
    }

    /// Takes the missed triggers without a number, to record them.
    pub fn take_unnumbered(&self) -> Unnumbered {
        let lost = self.lost.swap(0, Ordering::AcqRel);
        let others = self.unnumbered.swap(0, Ordering::AcqRel);
        Unnumbered {
            triggers: others.saturating_add(lost),
            lost,
        }
    }
}

impl ReadySwitch<'_> {
    /// Counts a part that begins and is not on the line. Tells the gate if it took the last space:
    /// no trigger is taken then, and the ready line must say so.
    pub fn begin_off_line(&self) {
        self.parts.begin(false);
        if self.parts.under_way() >= PARTS_MAX {
            self.refresh();
        }
    }

    /// Counts a verdict on a part on the line, as [`PartCounts::decided`]. Tells the gate if this
    /// made space for another part.
    pub fn decided(&self) {
        if self.parts.decided() >= self.undecided_max {
            self.refresh();
        }
    }

    /// Counts a part that is recorded. Tells the gate if this made space for another part.
    pub fn end_part(&self) {
        if self.parts.end() {
            self.refresh();
        }
    }
}

/// Adds one, unless the count is at `limit`.
fn add_below(count: &AtomicUsize, limit: usize) -> bool {
    let added = |count| (count < limit).then_some(count + 1);
    let (set, get) = (Ordering::AcqRel, Ordering::Acquire);
    count.fetch_update(set, get, added).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_find_space_however_many_triggers_were_missed() {
        let parts = PartCounts::new(PartId::FIRST);
        let missed = (0..1_000).filter(|_| parts.begin_missed()).count();
        assert_eq!(missed, PARTS_MAX / 2, "they take half of the space");
        for _ in 0..PARTS_MAX {
            assert!(parts.begin_if_space(true));
        }
        assert!(!parts.begin_if_space(true));
        assert_eq!(parts.undecided(), PARTS_MAX);
        assert!(parts.end(), "space again");
        assert!(!parts.end());
        parts.end_missed();
        assert!(parts.begin_missed() && !parts.begin_missed());
    }

    #[test]
    fn only_parts_on_the_line_count_as_undecided() {
        let parts = PartCounts::new(PartId::FIRST);
        parts.begin(false);
        assert!(parts.begin_if_space(false));
        assert_eq!((parts.under_way(), parts.undecided()), (2, 0));
        parts.begin(true);
        assert!(parts.begin_if_space(true));
        assert_eq!((parts.under_way(), parts.undecided()), (4, 2));
        parts.decided();
        assert!(!parts.end());
        assert_eq!((parts.under_way(), parts.undecided()), (3, 1));
    }

    #[test]
    fn missed_triggers_without_a_number_are_taken_once() {
        let parts = PartCounts::new(PartId::FIRST);
        parts.miss(3, false);
        parts.miss(5, true);
        let taken = Unnumbered {
            triggers: 8,
            lost: 5,
        };
        assert_eq!(parts.take_unnumbered(), taken);
        assert_eq!(parts.take_unnumbered(), Unnumbered::default());
    }
}
