//! Names that come without a closing: by a hard link, and by a rename within the directory.

use super::{Identity, Name};
use board::Timestamp;
use core::time::Duration;
use heapless::{Deque, Vec};

/// How long a new name is left alone at a time. By then a link is known, and a new file has mostly been written to.
pub(super) const LINK_SETTLE: Duration = Duration::from_millis(20);
/// How long a file must not change if it may still be written. `write` gives its event when it is done, and the kernel
/// pauses a large one for up to 200 ms (`MAX_PAUSE` of `mm/page-writeback.c`).
const UNSURE_SETTLE: Duration = Duration::from_millis(210);
/// Names that can wait for that at once. For more, the directory is scanned.
const WAITING_MAX: usize = 64;
/// Renames of which one half was told. The kernel tells of the other right behind it, if it is in the same directory.
const MOVING_MAX: usize = 4;
/// Files without a picture's name whose closing is remembered.
const CLOSED_MAX: usize = 16;

/// A name that was made.
#[derive(Debug, Clone)]
pub(super) struct NewName {
    pub(super) name: Name,
    pub(super) seen_at: Timestamp,
    /// What it was at the last look, and since when.
    found: Identity,
    since: Timestamp,
    next: Timestamp,
    is_link: bool,
    /// A name that had been closed and was gone when it was looked at, right before this one was made.
    gone: Option<Name>,
}

impl NewName {
    /// Looks again: whether the name leads to a content that was finished before. If not, it waits on.
    pub(super) fn look_again(&mut self, found: Identity, links: u64, now: Timestamp) -> bool {
        if self.found != found {
            (self.found, self.since) = (found, now);
        }
        self.next = now + LINK_SETTLE;
        // A link changes `ctime` alone, and writing both times. Both are one within a tick.
        let is_link = self.is_link || links > 1 || found.ctime_ns > found.mtime_ns;
        let settle = if is_link { LINK_SETTLE } else { UNSURE_SETTLE };
        now.since(self.since) >= settle
    }
}

/// Names that were made, oldest first.
#[derive(Debug, Default)]
pub(super) struct PendingNames {
    waiting: Vec<NewName, WAITING_MAX>,
    /// Cookie and inode.
    moving: Deque<(u32, u64), MOVING_MAX>,
    /// Contents that were closed without a picture's name.
    closed: Deque<Identity, CLOSED_MAX>,
    gone: Option<Name>,
}

impl PendingNames {
    /// A name was made that leads to this. False when there is no room for it.
    pub(super) fn add(&mut self, name: &Name, found: Identity, seen_at: Timestamp) -> bool {
        self.remove(name);
        let is_link = (self.closed.iter())
            .any(|closed| closed.may_be(&found) && closed.mtime_ns == found.mtime_ns);
        let gone = self.gone.take();
        self.put_back(NewName {
            is_link,
            gone,
            name: name.clone(),
            seen_at,
            found,
            since: seen_at,
            next: seen_at + LINK_SETTLE,
        })
    }

    /// A file without a picture's name was closed; nothing was found if it has lost its name by now.
    pub(super) fn closed_other(&mut self, name: &Name, found: Option<Identity>) {
        self.gone = found.is_none().then(|| name.clone());
        if let Some(found) = found {
            if self.closed.is_full() {
                self.closed.pop_front();
            }
            // There is room now.
            let _ = self.closed.push_back(found);
        }
    }

    /// A name was deleted. If it was closed just before another was made, that is a link to it: a rename by link and unlink.
    pub(super) fn deleted(&mut self, name: &Name) {
        for made in &mut self.waiting {
            made.is_link |= made.gone.as_ref() == Some(name);
        }
        self.remove(name);
    }

    /// The name waits on. False when there is no room for it.
    pub(super) fn put_back(&mut self, made: NewName) -> bool {
        self.waiting.push(made).is_ok()
    }

    /// The name was written to, closed, renamed or deleted: it waits no more.
    pub(super) fn remove(&mut self, name: &Name) {
        if let Some(index) = self.waiting.iter().position(|made| made.name == *name) {
            self.waiting.remove(index);
        }
    }

    /// When the first name has to be looked at again.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.waiting.iter().map(|made| made.next).min()
    }

    /// Takes a name that has to be looked at.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<NewName> {
        let index = self.waiting.iter().position(|made| made.next <= now)?;
        Some(self.waiting.remove(index))
    }

    /// An inode lost a name by a rename. Gives one for which the other half did not come.
    pub(super) fn rename_from(&mut self, cookie: u32, inode: u64) -> Option<u64> {
        let oldest = self.moving.is_full().then(|| self.moving.pop_front());
        // There is room now.
        let _ = self.moving.push_back((cookie, inode));
        oldest.flatten().map(|(_, inode)| inode)
    }

    /// The other half of a rename. Gives the inode, if the first was told here.
    pub(super) fn rename_to(&mut self, cookie: u32) -> Option<u64> {
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

    fn identity(ctime_ns: i64) -> Identity {
        Identity {
            size: 1,
            mtime_ns: 5,
            ctime_ns,
            ..Identity::default()
        }
    }

    #[test]
    fn a_name_that_nothing_is_written_to_is_due_and_no_other() {
        let mut links = PendingNames::default();
        assert!(links.add(&name(1), identity(6), at(100)));
        assert!(links.add(&name(2), identity(6), at(105)));
        assert!(links.take_due(at(119)).is_none());
        links.remove(&name(1));
        assert!(links.take_due(at(120)).is_none());
        let mut made = links.take_due(at(125)).unwrap();
        assert_eq!(made.name, name(2));
        assert!(made.look_again(identity(6), 1, at(125)));
        assert_eq!(links.due(), None);
        for number in 0..WAITING_MAX {
            assert!(links.add(&name(number), identity(6), at(0)));
        }
        assert!(!links.add(&name(WAITING_MAX), identity(6), at(0)));
    }

    #[test]
    fn a_file_that_may_be_one_that_is_being_written_has_to_stay_as_it_is_for_longer() {
        let mut links = PendingNames::default();
        let grown = |size| Identity {
            size,
            ..identity(5)
        };
        assert!(links.add(&name(1), grown(1), at(0)));
        for (now, size, finished) in [
            (20, 2, false),
            (40, 2, false),
            (150, 3, false),
            (330, 3, false),
            (360, 3, true),
        ] {
            let mut made = links.take_due(at(now)).unwrap();
            assert_eq!(made.look_again(grown(size), 1, at(now)), finished, "{now}");
            assert!(links.put_back(made));
        }
        // Two names lead to it: it was there before.
        let mut made = links.take_due(at(400)).unwrap();
        assert!(!made.look_again(grown(4), 2, at(400)));
        assert!(made.look_again(grown(4), 2, at(420)));
    }

    #[test]
    fn the_halves_of_a_rename_find_each_other() {
        let mut links = PendingNames::default();
        assert_eq!(links.rename_from(7, 70), None);
        assert_eq!(links.rename_from(8, 80), None);
        assert_eq!(links.rename_to(7), Some(70));
        assert_eq!(links.rename_to(7), None);
        for cookie in 9..12 {
            assert_eq!(links.rename_from(cookie, 0), None);
        }
        assert_eq!(links.rename_from(12, 0), Some(80));
    }

    /// Whether a content with one name and one time for all is finished after the settling of a link.
    fn is_finished_soon(links: &mut PendingNames, found: Identity) -> bool {
        let ms = |ms: u64| Timestamp::from_ns(ms * 1_000_000);
        assert!(links.add(&name(1), found, ms(100)));
        links.deleted(&name(0));
        let mut made = links.take_due(ms(120)).unwrap();
        made.look_again(found, 1, ms(120))
    }

    #[test]
    fn a_rename_by_link_and_unlink_within_a_tick_is_known_by_what_was_closed() {
        let found = identity(5);
        let found = Identity {
            mtime_ns: 5,
            ..found
        };
        assert!(
            !is_finished_soon(&mut PendingNames::default(), found),
            "unsure"
        );
        let mut links = PendingNames::default();
        links.closed_other(&name(0), Some(found));
        assert!(is_finished_soon(&mut links, found));
        let another = Identity {
            mtime_ns: 4,
            ..found
        };
        let mut links = PendingNames::default();
        links.closed_other(&name(0), Some(another));
        assert!(!is_finished_soon(&mut links, found), "written since");
        let mut links = PendingNames::default();
        links.closed_other(&name(0), None);
        assert!(is_finished_soon(&mut links, found), "gone already");
        let mut links = PendingNames::default();
        links.closed_other(&name(2), None);
        assert!(!is_finished_soon(&mut links, found), "another was deleted");
    }
}
