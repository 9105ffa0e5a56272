//! A map of fixed capacity whose entries lie close together, so that it takes memory for those that
//! it has and not for those that it may have.
//!
//! Entries are in a list, and a table of their places in it is searched by hash. The table is
//! small: 8 to 16 bytes for each entry that there may be.

use core::hash::BuildHasher as _;
use std::hash::RandomState;

/// What says that a place of the table is empty.
const EMPTY: u32 = 0;

/// A map from 64-bit keys. Allocates when it is made, and never again.
#[derive(Debug)]
pub struct IndexMap<V> {
    /// In no order. Its unused end is never touched, so it takes no memory.
    entries: Vec<(u64, V)>,
    /// The places of the entries in their list, from 1. An entry is at the place that its key's
    /// hash gives, or behind it without an empty place between. At most half full.
    table: Box<[u32]>,
    hashes: RandomState,
    max: usize,
}

impl<V> IndexMap<V> {
    /// An empty map for `max` entries, fewer than 2^31.
    pub fn new(max: usize) -> Self {
        let places = max.saturating_mul(2).next_power_of_two().max(2);
        Self {
            entries: Vec::with_capacity(max),
            table: vec![EMPTY; places].into_boxed_slice(),
            hashes: RandomState::new(),
            max,
        }
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it takes no other key.
    pub fn is_full(&self) -> bool {
        self.len() >= self.max
    }

    /// Whether it has this key.
    pub fn contains_key(&self, key: u64) -> bool {
        self.find(key).is_some()
    }

    /// The value of this key.
    pub fn get(&self, key: u64) -> Option<&V> {
        let (_, index) = self.find(key)?;
        self.entries.get(index).map(|(_, value)| value)
    }

    /// The value of this key, to be changed.
    pub fn get_mut(&mut self, key: u64) -> Option<&mut V> {
        let (_, index) = self.find(key)?;
        self.entries.get_mut(index).map(|(_, value)| value)
    }

    /// All values, in no order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|(_, value)| value)
    }

    /// All values, to be changed, in no order.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    /// Gives the key this value. Returns whether it has it now: a full map takes no other key.
    pub fn insert(&mut self, key: u64, value: V) -> bool {
        if let Some(present) = self.get_mut(key) {
            *present = value;
            return true;
        }
        let Ok(place) = u32::try_from(self.len() + 1) else {
            return false;
        };
        if self.is_full() {
            return false;
        }
        let mut at = self.home(key);
        while self.at(at) != EMPTY {
            at = self.next(at);
        }
        self.set(at, place);
        self.entries.push((key, value));
        true
    }

    /// Removes the key. Returns its value.
    pub fn remove(&mut self, key: u64) -> Option<V> {
        let (at, index) = self.find(key)?;
        self.close(at);
        // The last entry takes the place of the removed one in the list.
        let last = self.len() - 1;
        if index != last
            && let Some(&(moved, _)) = self.entries.last()
            && let Some((at, _)) = self.find(moved)
        {
            self.set(at, u32::try_from(index + 1).unwrap_or(EMPTY));
        }
        Some(self.entries.swap_remove(index).1)
    }

    /// Keeps the entries for which `keep` is true.
    pub fn retain(&mut self, mut keep: impl FnMut(&mut V) -> bool) {
        // From the end, since a removal moves only entries that were asked for already.
        for index in (0..self.len()).rev() {
            if let Some((key, value)) = self.entries.get_mut(index)
                && !keep(value)
            {
                let key = *key;
                self.remove(key);
            }
        }
    }

    /// Where this key is in the table, and its entry in the list.
    fn find(&self, key: u64) -> Option<(usize, usize)> {
        let mut at = self.home(key);
        loop {
            // An empty place ends the search, and half of the places are empty.
            let index = usize::try_from(self.at(at)).ok()?.checked_sub(1)?;
            if self.entries.get(index)?.0 == key {
                return Some((at, index));
            }
            at = self.next(at);
        }
    }

    /// Empties this place of the table, and moves entries behind it forward, so that none has an
    /// empty place between it and its home.
    fn close(&mut self, mut empty: usize) {
        let mut at = self.next(empty);
        while let Some(home) = self.home_of(self.at(at)) {
            // Both are distances forward in a ring.
            if self.distance(home, at) >= self.distance(empty, at) {
                self.set(empty, self.at(at));
                empty = at;
            }
            at = self.next(at);
        }
        self.set(empty, EMPTY);
    }

    /// Where the entry with this place in the list would best be; nothing for an empty place.
    fn home_of(&self, place: u32) -> Option<usize> {
        let index = usize::try_from(place).ok()?.checked_sub(1)?;
        Some(self.home(self.entries.get(index)?.0))
    }

    fn home(&self, key: u64) -> usize {
        // The lower bits alone count, on a 32-bit machine too.
        let hash = self.hashes.hash_one(key) & u64::from(u32::MAX);
        usize::try_from(hash).unwrap_or_default() & self.mask()
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & self.mask()
    }

    fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & self.mask()
    }

    /// The table's length is a power of two.
    fn mask(&self) -> usize {
        self.table.len() - 1
    }

    fn at(&self, at: usize) -> u32 {
        self.table.get(at).copied().unwrap_or(EMPTY)
    }

    fn set(&mut self, at: usize, place: u32) {
        if let Some(found) = self.table.get_mut(at) {
            *found = place;
        }
    }
}

#[cfg(test)]
mod tests;
