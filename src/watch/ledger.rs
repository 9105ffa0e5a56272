//! Which files were already taken and still lie in the directory.

use super::{Identity, Name};
use core::hash::BuildHasher as _;
use std::collections::HashMap;
use std::hash::RandomState;

/// Inspected pictures that may lie in the directory at once. With `after: keep` they add up.
pub const LEDGER_MAX: usize = 65_536;

/// Every file that was taken, by its name, with the identity that it had.
///
/// Of a name only a 64-bit hash is kept, with a key drawn at random at start. Should two names share it, one of them can be
/// inspected twice after a rescan; none is ever skipped, since the identity has to be equal too.
#[derive(Debug)]
pub struct Ledger {
    entries: HashMap<u64, Entry>,
    hashes: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    identity: Identity,
    marked: bool,
}

/// There is no room for another entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

impl Ledger {
    /// An empty ledger, as a station without a journal has. Allocates all that it will ever need: 11 MiB of
    /// address space, of which it uses what the entries fill.
    pub fn new() -> Self {
        Self {
            // A table with removed entries in it is cleaned in place, and never grown, while it is at most half full.
            entries: HashMap::with_capacity(2 * LEDGER_MAX),
            hashes: RandomState::new(),
        }
    }

    /// Files in it.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when no file is in it.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// True when the file with this name was taken with this identity. Marks its entry for [`Self::sweep`].
    pub(super) fn holds(&mut self, name: &Name, identity: &Identity) -> bool {
        let key = self.hashes.hash_one(name);
        match self.entries.get_mut(&key) {
            Some(entry) if entry.identity == *identity => {
                entry.marked = true;
                true
            }
            _ => false,
        }
    }

    /// Remembers a file, in place of what had its name before.
    pub(super) fn insert(&mut self, name: &Name, identity: Identity) -> Result<(), Full> {
        let key = self.hashes.hash_one(name);
        if self.entries.len() >= LEDGER_MAX && !self.entries.contains_key(&key) {
            return Err(Full);
        }
        let marked = true;
        self.entries.insert(key, Entry { identity, marked });
        Ok(())
    }

    /// Forgets the file with this name.
    pub(super) fn remove(&mut self, name: &Name) {
        self.entries.remove(&self.hashes.hash_one(name));
    }

    /// Takes the mark from every entry.
    pub(super) fn unmark(&mut self) {
        for entry in self.entries.values_mut() {
            entry.marked = false;
        }
    }

    /// Forgets every entry without a mark: a scan of the whole directory did not meet its file.
    pub(super) fn sweep(&mut self) {
        self.entries.retain(|_, entry| entry.marked);
    }
}

impl Default for Ledger {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: usize) -> Name {
        Name::new(format!("{number}.png").as_bytes()).unwrap()
    }

    fn identity(inode: u64) -> Identity {
        Identity {
            size: 1,
            mtime_ns: 2,
            inode,
        }
    }

    #[test]
    fn a_file_is_known_by_its_name_and_its_identity() {
        let mut ledger = Ledger::new();
        ledger.insert(&name(1), identity(7)).unwrap();
        assert!(ledger.holds(&name(1), &identity(7)));
        assert!(!ledger.holds(&name(1), &identity(8)));
        assert!(!ledger.holds(&name(2), &identity(7)));
        ledger.insert(&name(1), identity(8)).unwrap();
        assert!(ledger.holds(&name(1), &identity(8)));
        assert!(!ledger.holds(&name(1), &identity(7)));
        ledger.remove(&name(1));
        assert!(ledger.is_empty());
    }

    #[test]
    fn a_sweep_forgets_what_was_not_met() {
        let mut ledger = Ledger::new();
        ledger.insert(&name(1), identity(1)).unwrap();
        ledger.insert(&name(2), identity(2)).unwrap();
        ledger.unmark();
        assert!(ledger.holds(&name(2), &identity(2)));
        ledger.sweep();
        assert!(!ledger.holds(&name(1), &identity(1)));
        assert!(ledger.holds(&name(2), &identity(2)));
    }

    #[test]
    fn it_never_grows_past_what_it_was_made_with() {
        let mut ledger = Ledger::new();
        let capacity = ledger.entries.capacity();
        for number in 0..LEDGER_MAX {
            ledger.insert(&name(number), identity(0)).unwrap();
        }
        assert_eq!(ledger.insert(&name(LEDGER_MAX), identity(0)), Err(Full));
        assert_eq!(ledger.insert(&name(5), identity(1)), Ok(()));
        for number in 0..5 * LEDGER_MAX {
            ledger.remove(&name(number));
            ledger
                .insert(&name(number + LEDGER_MAX), identity(0))
                .unwrap();
        }
        assert_eq!(ledger.len(), LEDGER_MAX);
        // It shrinks by what removed entries leave behind; a table that grew would have twice as much.
        assert!(ledger.entries.capacity() <= capacity);
    }
}
