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

/// The calls of two starts with 40 pictures each, with the number of pictures that have a record at
/// that time. The second start writes a new list in the place of the first.
fn history(folder: &TestFolder) -> Vec<(Call, u64)> {
    let mut calls = Vec::new();
    let mut kept = Vec::new();
    recorded::take();
    for _ in 0..2 {
        let disposal = Disposal::new(&folder.settings(After::Keep)).unwrap();
        let ledger = Ledger::with_capacity(16, 16).unwrap();
        let path = folder.path.join("journal.inspected");
        let mut list = Inspected::open(path, disposal, ledger, &kept);
        let mut take = |inspected: usize| {
            let taken = recorded::take().into_iter();
            calls.extend(taken.map(|call| (call, inspected as u64)));
        };
        take(kept.len());
        for _ in 0..40 {
            let picture = before(kept.len() as u64 + 1);
            list.remember(&picture);
            kept.push(picture);
            take(kept.len());
        }
        assert_eq!(list.notice(), None);
    }
    calls
}

/// Cuts the power after each call. Returns the number of cuts, and how many of them make a picture
/// unknown, or known that has no record. `drops` leaves out calls; it is told whether the file has
/// its name already.
fn cuts(
    folder: &TestFolder,
    calls: &[(Call, u64)],
    drops: impl Fn(&Call, bool) -> bool,
) -> (u32, u32) {
    let state = folder.path.join("state");
    let mut disk = Disk::default();
    let (mut cuts, mut wrong, mut is_named) = (0, 0, false);
    for (call, inspected) in calls {
        match call {
            Call::Create => is_named = false,
            Call::Rename => is_named = true,
            _ => {}
        }
        if drops(call, is_named) {
            continue;
        }
        disk.call(call.clone());
        for bytes in disk.states() {
            let _ = fs::remove_file(&state);
            fs::write(&state, bytes).unwrap();
            let known = read(&state).unwrap();
            let known: Vec<u64> = known.iter().map(|of| of.part.number()).collect();
            let mut needed = 1..=inspected.saturating_sub(IN_JOURNAL);
            let is_right = needed.all(|part| known.contains(&part))
                && known.iter().all(|part| (1..=*inspected).contains(part));
            cuts += 1;
            wrong += u32::from(!is_right);
        }
    }
    (cuts, wrong)
}

#[test]
fn the_list_and_the_journal_know_every_picture_after_a_cut_at_any_call() {
    let folder = TestFolder::new("inspected-power-cuts");
    let calls = history(&folder);
    let (count, wrong) = cuts(&folder, &calls, |_, _| false);
    println!("{count} cuts");
    assert!(count > 1000 && wrong == 0, "{count} {wrong}");
}

#[test]
fn each_flush_of_the_list_is_needed() {
    let folder = TestFolder::new("inspected-flushes");
    let calls = history(&folder);
    type Drops = fn(&Call, bool) -> bool;
    let dropped: [Drops; 3] = [
        |call, is_named| *call == Call::Flush && !is_named,
        |call, is_named| *call == Call::Flush && is_named,
        |call, _| *call == Call::FlushDirectory,
    ];
    for (number, drops) in dropped.into_iter().enumerate() {
        let (_, wrong) = cuts(&folder, &calls, drops);
        assert!(wrong > 0, "{number}");
    }
}
