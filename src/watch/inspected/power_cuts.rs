//! The power fails after each call that changes the list of inspected pictures.
//!
//! The model of the disk: What was flushed stays. Of the writes since then, any may be lost, whole
//! or in part, or leave zeros in their place. A rename that was not flushed may be lost, also after
//! a later flush of the file. The manual pages promise this much.

use super::disk::{Call, recorded};
use super::tests::before;
use super::*;
use crate::station::file::After;
use crate::watch::test_files::TestFolder;

/// How many of the newest pictures the journal still has: the records of one file of the least
/// size, 64 KiB, with lines of the greatest length, 4,096 bytes.
const IN_JOURNAL: u64 = 65_536 / 4096;

/// A file's bytes.
#[derive(Debug, Clone, Default)]
struct Bytes {
    flushed: Vec<u8>,
    writes: Vec<(usize, Vec<u8>)>,
}

/// What the disk has, and what it may have.
#[derive(Debug, Default)]
struct Disk {
    files: Vec<Bytes>,
    /// Which file has the list's name.
    list: Option<usize>,
    /// A rename that was not flushed.
    renamed: Option<usize>,
}

fn apply(bytes: &mut Vec<u8>, place: usize, written: &[u8]) {
    let end = place + written.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[place..end].copy_from_slice(written);
}

impl Disk {
    fn call(&mut self, call: Call) {
        match call {
            Call::Create => self.files.push(Bytes::default()),
            Call::Write(place, bytes) => {
                let place = usize::try_from(place).unwrap();
                self.files.last_mut().unwrap().writes.push((place, bytes));
            }
            Call::Flush => {
                let file = self.files.last_mut().unwrap();
                for (place, written) in core::mem::take(&mut file.writes) {
                    apply(&mut file.flushed, place, &written);
                }
            }
            Call::Rename => self.renamed = Some(self.files.len() - 1),
            Call::FlushDirectory => self.list = self.renamed.take().or(self.list),
        }
    }

    /// Each content that the list may have after a cut.
    fn states(&self) -> Vec<Vec<u8>> {
        let names = [Some(self.list), self.renamed.map(Some)];
        let mut states = Vec::new();
        for name in names.into_iter().flatten() {
            match name {
                None => states.push(Vec::new()),
                Some(file) => self.files[file].states(&mut states),
            }
        }
        states
    }
}

impl Bytes {
    fn states(&self, states: &mut Vec<Vec<u8>>) {
        let count = self.writes.len();
        let mut with = |part: &dyn Fn(usize, usize) -> Option<usize>| {
            let mut bytes = self.flushed.clone();
            for (index, (place, written)) in self.writes.iter().enumerate() {
                if let Some(length) = part(index, written.len()) {
                    // What is lost of a write is zeros, if the file's length is on the disk.
                    let mut zeroed = written.clone();
                    zeroed[length..].fill(0);
                    apply(&mut bytes, *place, &zeroed);
                }
            }
            states.push(bytes);
        };
        with(&|_, _| None);
        with(&|_, length| Some(length));
        for at in 0..count {
            with(&|index, length| (index <= at).then_some(length));
            with(&|index, length| (index != at).then_some(length));
            with(&|index, length| (index == at).then_some(length));
            with(&|index, length| Some(if index == at { length / 2 } else { length }));
            with(&|index, length| Some(if index < at { length } else { 0 }));
        }
    }
}

#[test]
fn the_list_and_the_journal_know_every_picture_after_a_cut_at_any_call() {
    let folder = TestFolder::new("inspected-power-cuts");
    let disposal = || Disposal::new(&folder.settings(After::Keep)).unwrap();
    let path = folder.path.join("journal.inspected");
    let state = folder.path.join("state");
    recorded::take();
    let mut disk = Disk::default();
    let (mut kept, mut cuts) = (Vec::new(), 0);
    // The second start writes a new list in the place of the first.
    for pictures in [40, 40] {
        let ledger = Ledger::with_capacity(16, 16).unwrap();
        let mut list = Inspected::open(path.clone(), disposal(), ledger, &kept);
        let mut inspected = kept.len() as u64;
        let mut check = |disk: &mut Disk, inspected: u64| {
            for call in recorded::take() {
                disk.call(call);
                for bytes in disk.states() {
                    cuts += 1;
                    fs::write(&state, bytes).unwrap();
                    let known = read(&state).unwrap();
                    let known: Vec<u64> = known.iter().map(|of| of.part.number()).collect();
                    let needed = 1..=inspected.saturating_sub(IN_JOURNAL);
                    for part in needed {
                        assert!(known.contains(&part), "{part} of {inspected}: {known:?}");
                    }
                    assert!(known.iter().all(|part| (1..=inspected).contains(part)));
                }
            }
        };
        check(&mut disk, inspected);
        for _ in 0..pictures {
            inspected += 1;
            let picture = before(inspected);
            list.remember(&picture);
            kept.push(picture);
            check(&mut disk, inspected);
        }
        assert_eq!(list.notice(), None);
    }
    println!("{cuts} cuts");
    assert!(cuts > 1000, "{cuts}");
}
