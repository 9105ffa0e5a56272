//! Names that come without a closing: by a hard link, and by a rename within the directory.

use super::Name;
use board::Timestamp;
use core::time::Duration;
use heapless::{Deque, Vec};

/// A name that was made and not written to for so long leads to a content that was finished before: a writer that opens a
/// new file has written to it by then, or its file is still empty.
pub(super) const LINK_SETTLE: Duration = Duration::from_millis(20);
/// Names that can wait for that at once. For more, the directory is scanned.
const WAITING_MAX: usize = 64;
/// Renames of which one half was told. The kernel tells of the other right behind it, if it is in the same directory.
const MOVING_MAX: usize = 4;

/// A name that was made.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) name: Name,
    pub(super) seen_at: Timestamp,
}

/// Names that were made, oldest first.
#[derive(Debug, Default)]
pub(super) struct Links {
    waiting: Vec<Made, WAITING_MAX>,
    /// Cookie and inode.
    moving: Deque<(u32, u64), MOVING_MAX>,
}

impl Links {
    /// A name was made. False when there is no room for it.
    pub(super) fn made(&mut self, name: &Name, seen_at: Timestamp) -> bool {
        self.drop_name(name);
        let name = name.clone();
        self.waiting.push(Made { name, seen_at }).is_ok()
    }

    /// The name was written to, closed, renamed or deleted: it waits no more.
    pub(super) fn drop_name(&mut self, name: &Name) {
        if let Some(index) = self.waiting.iter().position(|made| made.name == *name) {
            self.waiting.remove(index);
        }
    }

    /// When the first name has waited long enough.
    pub(super) fn due(&self) -> Option<Timestamp> {
        Some(self.waiting.first()?.seen_at + LINK_SETTLE)
    }

    /// Takes the first name that has waited long enough.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<Made> {
        let due = self.due().is_some_and(|due| due <= now);
        due.then(|| self.waiting.remove(0))
    }

    /// An inode lost a name by a rename. Gives one for which the other half did not come.
    pub(super) fn moves_out(&mut self, cookie: u32, inode: u64) -> Option<u64> {
        let oldest = self.moving.is_full().then(|| self.moving.pop_front());
        // There is room now.
        let _ = self.moving.push_back((cookie, inode));
        oldest.flatten().map(|(_, inode)| inode)
    }

    /// The other half of a rename. Gives the inode, if the first was told here.
    pub(super) fn moves_in(&mut self, cookie: u32) -> Option<u64> {
        let mut found = None;
        for _ in 0..self.moving.len() {
            let (of, inode) = self.moving.pop_front()?;
            if of == cookie {
                found = Some(inode);
            } else {
                let _ = self.moving.push_back((of, inode));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: usize) -> Name {
        Name::new(format!("{number}.png").as_bytes()).unwrap()
    }

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_ns(ms * 1_000_000)
    }

    #[test]
    fn a_name_that_nothing_is_written_to_is_due_and_no_other() {
        let mut links = Links::default();
        assert!(links.made(&name(1), at(100)));
        assert!(links.made(&name(2), at(105)));
        assert!(links.take_due(at(119)).is_none());
        links.drop_name(&name(1));
        assert!(links.take_due(at(120)).is_none());
        assert_eq!(links.take_due(at(125)).unwrap().name, name(2));
        assert_eq!(links.due(), None);
        for number in 0..WAITING_MAX {
            assert!(links.made(&name(number), at(0)));
        }
        assert!(!links.made(&name(WAITING_MAX), at(0)));
    }

    #[test]
    fn the_halves_of_a_rename_find_each_other() {
        let mut links = Links::default();
        assert_eq!(links.moves_out(7, 70), None);
        assert_eq!(links.moves_out(8, 80), None);
        assert_eq!(links.moves_in(7), Some(70));
        assert_eq!(links.moves_in(7), None);
        for cookie in 9..12 {
            assert_eq!(links.moves_out(cookie, 0), None);
        }
        assert_eq!(links.moves_out(12, 0), Some(80));
    }
}
