//! The pictures that a scan of the directory found, oldest first.

use super::{Identity, Name};
use std::collections::BinaryHeap;

/// The most pictures that one scan keeps. If there are more, it keeps the oldest, and another scan
/// follows.
pub(super) const BACKLOG_MAX: usize = 4096;

/// A picture that a scan found. The order is that of the last change (`ctime`), then of the name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    pub(super) ctime_ns: i64,
    pub(super) name: Name,
    pub(super) identity: Identity,
}

/// A list of fixed capacity. While a scan fills it, it gives nothing out.
#[derive(Debug)]
pub(super) struct Backlog {
    /// Newest first, so that the oldest is at the end. Empty during a scan, which has its memory.
    files: Vec<Candidate>,
    /// What the scan has found so far, with the newest picture on top.
    found: BinaryHeap<Candidate>,
    capacity: usize,
    left_out: bool,
}

impl Backlog {
    /// An empty list for `capacity` pictures.
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            files: Vec::with_capacity(capacity),
            found: BinaryHeap::new(),
            capacity,
            left_out: false,
        }
    }

    /// Takes the oldest picture.
    pub(super) fn pop(&mut self) -> Option<Candidate> {
        self.files.pop()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether the last scan found more pictures than the list can hold.
    pub(super) const fn left_out(&self) -> bool {
        self.left_out
    }

    /// Begins a new list, which reuses the memory of this one. [`Self::end`] or [`Self::give_up`]
    /// must follow.
    pub(super) fn begin(&mut self) {
        let mut files = core::mem::take(&mut self.files);
        files.clear();
        self.found = BinaryHeap::from(files);
        self.left_out = false;
    }

    /// Adds a picture. A full list drops its newest picture instead, or this one if it is newer.
    pub(super) fn offer(&mut self, candidate: Candidate) {
        if self.found.len() >= self.capacity {
            self.left_out = true;
            if self.found.peek().is_none_or(|newest| candidate >= *newest) {
                return;
            }
            self.found.pop();
        }
        self.found.push(candidate);
    }

    /// Sorts the list, so that it can be given out.
    pub(super) fn end(&mut self) {
        self.files = core::mem::take(&mut self.found).into_sorted_vec();
        self.files.reverse();
    }

    /// Empties the list of a scan that failed.
    pub(super) fn give_up(&mut self) {
        self.found.clear();
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(ctime_ns: i64, name: &str) -> Candidate {
        Candidate {
            ctime_ns,
            name: Name::new(name.as_bytes()).unwrap(),
            identity: Identity {
                size: 0,
                mtime_ns: 0,
                inode: 0,
                ..Identity::default()
            },
        }
    }

    #[test]
    fn the_oldest_come_first_and_the_newest_are_left_out() {
        let mut backlog = Backlog::new(3);
        for _ in 0..2 {
            backlog.begin();
            for (ctime_ns, name) in [(5, "e"), (2, "c"), (9, "x"), (2, "b"), (1, "z")] {
                backlog.offer(candidate(ctime_ns, name));
            }
            assert!(backlog.pop().is_none(), "not before the end of the scan");
            backlog.end();
            assert!(backlog.left_out());
            let names: Vec<String> = core::iter::from_fn(|| backlog.pop())
                .map(|candidate| candidate.name.to_string())
                .collect();
            assert_eq!(names, ["z", "b", "c"]);
        }
        backlog.begin();
        backlog.offer(candidate(1, "a"));
        backlog.give_up();
        assert!(!backlog.left_out() && backlog.is_empty());
        assert!((3..=6).contains(&backlog.files.capacity()));
    }
}
