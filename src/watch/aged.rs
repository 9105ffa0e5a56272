//! Pictures that were inspected long ago and are still in the directory. Each is known by a hash of
//! its inode, size and modification time.

use super::Identity;
use core::hash::BuildHasher as _;
use std::collections::HashSet;
use std::hash::RandomState;

/// How many pictures this set can hold, in addition to those of the table.
/// As many as 2^20 places of a hash set take.
pub const AGED_MAX: usize = 917_504;

/// A set of fixed capacity. It keeps a 64-bit hash of each picture, with a key drawn at random at
/// start. A full set mistakes a new picture for an old one with a probability of 5e-14.
#[derive(Debug)]
pub(super) struct Aged {
    hashes: HashSet<u64>,
    key: RandomState,
    max: usize,
}

impl Aged {
    /// An empty set for `max` pictures. Allocates all the memory that it will ever need.
    pub(super) fn new(max: usize) -> Self {
        Self {
            hashes: HashSet::with_capacity(max),
            key: RandomState::new(),
            max,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.hashes.len() >= self.max
    }

    /// Adds a picture unless the set is full. A scan inspects a picture again that was left out.
    pub(super) fn insert(&mut self, identity: &Identity) {
        if !self.is_full() {
            self.hashes.insert(self.hash(identity));
        }
    }

    pub(super) fn contains(&self, identity: &Identity) -> bool {
        self.hashes.contains(&self.hash(identity))
    }

    fn hash(&self, identity: &Identity) -> u64 {
        self.key
            .hash_one((identity.inode, identity.size, identity.mtime_ns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::test_files::identity;

    #[test]
    fn the_set_knows_as_many_pictures_as_it_can_hold() {
        let mut aged = Aged::new(2);
        for inode in [7, 8, 9] {
            assert_eq!(aged.is_full(), inode == 9);
            aged.insert(&identity(inode));
        }
        assert!(aged.contains(&identity(7)) && aged.contains(&identity(8)));
        assert!(!aged.contains(&identity(9)));
    }

    #[test]
    fn inode_size_and_modification_time_identify_a_picture() {
        let mut aged = Aged::new(2);
        let picture = identity(7);
        aged.insert(&picture);
        let others = [
            Identity { size: 9, ..picture },
            Identity {
                mtime_ns: 9,
                ..picture
            },
        ];
        assert!(others.iter().all(|other| !aged.contains(other)));
        let touched = Identity {
            ctime_ns: 9,
            content: 9,
            ..picture
        };
        assert!(aged.contains(&touched));
    }
}
