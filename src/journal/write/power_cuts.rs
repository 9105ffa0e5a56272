//! The power fails after each call that changes the journal, with every state of the disk that ext4
//! and XFS can leave behind.
//!
//! The model of such a file system: What was flushed stays. Of the bytes that were added to a file
//! or cut off since then, any number of calls took effect, in their order, the last one in part.
//! The length of a file may be on the disk before its bytes; then it ends in zeros. Names are
//! created and deleted in their order, any number of them. A flush of a file also writes its name,
//! and the names that were changed before it, because both file systems have one log. The manual
//! pages promise less, so all of it is done once more with a disk that does not.

use super::super::disk::{Call, recorded};
use super::super::record::Line;
use super::super::tests::{Place, part, start};
use super::super::{Missed, Order, Period, Record, file_name, read};
use super::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

/// The files of a journal, with their bytes.
type State = BTreeMap<u32, Vec<u8>>;

/// What the disk has, and what it may have.
#[derive(Debug, Clone, Default)]
struct Disk {
    /// A flush of a file also writes its name, and the names that were changed before it.
    writes_names: bool,
    named: BTreeSet<u32>,
    /// The bytes that were flushed, of files without a name too.
    flushed: State,
    /// Creations and deletions that were not flushed, in order.
    names: Vec<Call>,
    /// Additions and cuts that were not flushed, in order, of each file.
    data: BTreeMap<u32, Vec<Call>>,
}

impl Disk {
    /// A disk that was switched on with these files.
    fn of(state: &State, writes_names: bool) -> Self {
        Self {
            writes_names,
            named: state.keys().copied().collect(),
            flushed: state.clone(),
            ..Self::default()
        }
    }

    fn call(&mut self, call: &Call) {
        match call {
            Call::Create(_) | Call::Delete(_) => self.names.push(call.clone()),
            Call::Append(file, _) | Call::Truncate(file, _) => {
                self.data.entry(*file).or_default().push(call.clone());
            }
            Call::Flush(file) => {
                for call in self.data.remove(file).unwrap_or_default() {
                    change(self.flushed.entry(*file).or_default(), &call);
                }
                let created = self
                    .names
                    .iter()
                    .position(|call| *call == Call::Create(*file));
                let with_it = created.filter(|_| self.writes_names);
                let with_it = with_it.map_or(0, |place| place + 1);
                for call in self.names.drain(..with_it) {
                    rename(&mut self.named, &call);
                }
            }
            Call::FlushDirectory => {
                for call in self.names.drain(..) {
                    rename(&mut self.named, &call);
                }
            }
        }
    }

    /// Every state in which a power cut may leave the disk now.
    fn states(&self) -> Vec<State> {
        let mut states = Vec::new();
        let mut named = self.named.clone();
        for changes in 0..=self.names.len() {
            if let Some(last) = changes.checked_sub(1) {
                rename(&mut named, &self.names[last]);
            }
            let mut of_names = vec![State::new()];
            for file in &named {
                let contents = self.contents(*file);
                let with = |state: &State| {
                    let state = state.clone();
                    contents.clone().into_iter().map(move |bytes| {
                        let mut state = state.clone();
                        state.insert(*file, bytes);
                        state
                    })
                };
                of_names = of_names.iter().flat_map(with).collect();
            }
            states.extend(of_names);
        }
        states
    }

    /// Every content that a file may have after a cut.
    fn contents(&self, file: u32) -> Vec<Vec<u8>> {
        let mut bytes = self.flushed.get(&file).cloned().unwrap_or_default();
        let mut contents = vec![bytes.clone()];
        for call in self.data.get(&file).into_iter().flatten() {
            if let Call::Append(_, added) = call {
                for part in [1, added.len() / 2, added.len() - 1] {
                    contents.push([&bytes[..], &added[..part]].concat());
                    let zeros = vec![0; added.len() - part];
                    contents.push([&bytes[..], &added[..part], &zeros[..]].concat());
                }
            }
            change(&mut bytes, call);
            contents.push(bytes.clone());
        }
        contents
    }
}

fn rename(named: &mut BTreeSet<u32>, call: &Call) {
    match call {
        Call::Create(file) => named.insert(*file),
        Call::Delete(file) => named.remove(file),
        _ => unreachable!("{call:?} changes no name"),
    };
}

fn change(bytes: &mut Vec<u8>, call: &Call) {
    match call {
        Call::Append(_, added) => bytes.extend(added),
        Call::Truncate(_, length) => bytes.truncate(usize::try_from(*length).unwrap()),
        _ => unreachable!("{call:?} changes no bytes"),
    }
}

/// The parts of a journal that was written, call by call.
#[derive(Debug, Default)]
struct Written {
    calls: Vec<Call>,
    /// The number of calls after which the parts up to this number were acknowledged.
    acknowledged: Vec<(usize, u64)>,
}

impl Written {
    fn acknowledge(&mut self, journal: &Journal) {
        self.calls.extend(recorded::take());
        let part = journal.next_part().number() - 1;
        self.acknowledged.push((self.calls.len(), part));
    }

    /// The last part that was acknowledged after so many calls; 0 for none.
    fn promised(&self, calls: usize) -> u64 {
        let before = self.acknowledged.iter().rev();
        before
            .clone()
            .find(|(after, _)| *after <= calls)
            .map_or(0, |(_, part)| *part)
    }
}

fn lines(from: u64, count: u64) -> Vec<Line> {
    let parts = (from..from + count).map(|number| Line::Part(part(number, "a.png")));
    let missed = Line::Missed(Missed {
        time: start(1).time,
        station: start(1).station,
        triggers: 1,
        lost: 0,
        recipe: None,
    });
    parts.chain([missed]).collect()
}

/// Writes parts alone and in groups, through several files and two starts, with failed writes.
fn write(settings: &file::JournalSettings) -> Written {
    let mut written = Written::default();
    recorded::take();
    for _ in 0..2 {
        let mut journal = Journal::open(settings, start(1)).unwrap();
        for step in 0..9 {
            let next = journal.next_part().number();
            match step % 4 {
                1 => journal.append_all(&lines(next, 3)).unwrap(),
                2 => {
                    // A write that failed has left this.
                    journal.remember_end().unwrap();
                    disk::append(&journal.file, journal.number, b"{\"kind\":\"pa").unwrap();
                    journal.append(&part(next, "a.png")).unwrap();
                }
                _ => journal.append(&part(next, "a.png")).unwrap(),
            }
            written.acknowledge(&journal);
        }
    }
    written
}

fn store(state: &State, directory: &Path) {
    for number in 1..100 {
        let path = directory.join(file_name(number).as_str());
        match state.get(&number) {
            Some(bytes) => fs::write(path, bytes).unwrap(),
            None => drop(fs::remove_file(path)),
        }
    }
}

/// Starts a station after the cut. Returns the calls of its start.
fn check(state: &State, settings: &file::JournalSettings, promised: u64, last: u64) -> Vec<Call> {
    store(state, Path::new(settings.directory.as_str()));
    recorded::take();
    let mut journal = Journal::open(settings, start(1)).unwrap();
    let calls = recorded::take();
    let next = journal.next_part().number();
    let number = |record| match record {
        Record::Part(part) => Some(part.part.number()),
        _ => None,
    };
    let entries = || read(&settings.directory).unwrap();
    for entry in entries() {
        assert!(
            entry.content.is_ok() && entry.order != Order::Broken,
            "{entry:?}"
        );
    }
    let parts: Vec<_> = entries()
        .filter_map(|entry| number(entry.content.unwrap()))
        .collect();
    let end = parts.last().map_or(next - 1, |part| *part);
    let first = parts.first().map_or(end + 1, |part| *part);
    assert_eq!(parts, (first..=end).collect::<Vec<_>>(), "no gap");
    assert!(promised <= end && end <= last, "{promised} {end} {last}");
    assert!(end < next, "{end} {next}");
    // Each part counts, those in deleted files too.
    let counters = journal.accounts().account(Period::Total).counters();
    assert_eq!(counters.pass, end);
    journal.append(&part(next, "a.png")).unwrap();
    assert_eq!(entries().last().unwrap().order, Order::Follows);
    recorded::take();
    calls
}

#[test]
fn no_power_cut_costs_an_acknowledged_record() {
    let place = Place::below(Path::new("/dev/shm"), "power-cuts");
    let (mut cuts, mut again) = (0, 0);
    for (files_max, writes_names) in [(2, true), (3, true), (2, false)] {
        let settings = file::JournalSettings {
            file_size_max_kib: 2,
            files_max,
            sync: true,
            ..place.settings()
        };
        store(&State::new(), &place.path);
        let written = write(&settings);
        let last = written.acknowledged.last().unwrap().1;
        let mut disk = Disk::of(&State::new(), writes_names);
        let mut known = HashSet::new();
        for count in 0..=written.calls.len() {
            if let Some(call) = count.checked_sub(1) {
                disk.call(&written.calls[call]);
            }
            let promised = written.promised(count);
            for state in disk.states() {
                if !known.insert((promised, state.clone())) {
                    continue;
                }
                cuts += 1;
                let calls = check(&state, &settings, promised, last);
                // The power fails again during the start after the cut.
                if cuts % 5 != 0 {
                    continue;
                }
                let mut disk = Disk::of(&state, writes_names);
                for call in calls {
                    disk.call(&call);
                    for state in disk.states() {
                        again += 1;
                        check(&state, &settings, promised, last);
                    }
                }
            }
        }
    }
    println!("{cuts} cuts, {again} cuts at the next start");
    assert!(cuts > 700 && again > 4_000, "{cuts} {again}");
}
