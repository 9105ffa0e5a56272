//! Writes kept parts, and deletes the oldest ones.

use super::error::failed;
use super::files::{self, FILES, UNFINISHED, path_of};
use super::{EntryName, EntryRecord, HistoryError, KeptPictures, Kind, RECORD_FILE};
use crate::bounded::file::open_directory;
use crate::journal::holder;
use crate::station::file::HistorySettings;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// The history of a station, which locks its directory against other writers. Use it from one
/// thread.
///
/// [`Store::add`] allocates only in the PNG encoder, and after an error, when the directory is
/// listed again.
#[derive(Debug)]
pub struct Store {
    settings: HistorySettings,
    /// The directory, locked.
    lock: Option<File>,
    /// The kept parts with the oldest first, with space for as many as there can be. After a start
    /// they are in the order of their numbers: the clock may have been set.
    kept: Vec<Kept>,
    /// The percentage of the last near pass that did not fit into the bytes; 0 if there may be
    /// space again.
    refused_percent: u8,
    /// Whether `kept` is what the directory has.
    is_listed: bool,
    row: Vec<u8>,
}

/// A kept part.
#[derive(Debug, Clone)]
struct Kept {
    name: EntryName,
    bytes: u64,
}

impl Store {
    /// A history that is not listed yet: no call to the system is made. `width_max_px` is the width
    /// of the widest input.
    pub fn new(settings: &HistorySettings, width_max_px: usize) -> Self {
        let parts: usize = Kind::ALL.iter().map(|kind| kind.parts_max(settings)).sum();
        Self {
            settings: settings.clone(),
            lock: None,
            kept: Vec::with_capacity(parts + 1),
            refused_percent: 0,
            is_listed: false,
            row: Vec::with_capacity(width_max_px * crate::image::CHANNELS),
        }
    }

    /// Counts what the directory has, and deletes what is too much for the station file. The
    /// directory is created if only its last component is missing. Other files in it are left
    /// alone. Allocates.
    ///
    /// # Errors
    /// [`HistoryError::File`] with the call that failed, or [`HistoryError::Locked`]. The next
    /// [`Store::add`] tries again.
    pub fn list(&mut self) -> Result<(), HistoryError> {
        let directory = self.settings.directory.as_str();
        match fs::create_dir(directory) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(failed("mkdir", directory)(error));
            }
            _ => {}
        }
        let named = open_directory(Path::new(directory)).map_err(failed("open", directory))?;
        // The lock of the same directory is kept: without it another station could come between.
        if !self.lock.as_ref().is_some_and(|held| is_same(held, &named)) {
            self.lock = None;
            lock(&named, directory)?;
            self.lock = Some(named);
        }
        self.kept.clear();
        for entry in fs::read_dir(directory).map_err(failed("opendir", directory))? {
            let entry = entry.map_err(failed("readdir", directory))?;
            let name = entry.file_name();
            if let Some(name) = name.to_str().and_then(EntryName::parse)
                && let Some(bytes) = length_of(directory, &name)
            {
                self.kept.push(Kept { name, bytes });
            }
        }
        let by_age = |one: &Kept, other: &Kept| one.age().cmp(&other.age());
        self.kept.sort_unstable_by(by_age);
        files::delete_rest(directory)?;
        self.refused_percent = 0;
        self.is_listed = true;
        self.make_space(None, 0)
    }

    /// How much of a limit a pass must use more than, in percent, to be kept as one of the nearest.
    /// 100 if none are kept.
    pub fn near_above(&self) -> u8 {
        let near = self.of(Kind::Near);
        if near.clone().count() < Kind::Near.parts_max(&self.settings) {
            return self.refused_percent;
        }
        let percent = near.map(|kept| kept.name.percent()).min();
        percent.unwrap_or(100)
    }

    /// Keeps a part. Returns false for a pass that is no nearer to a limit than those that are
    /// kept, or for which only rejects, faults and nearer passes could go.
    ///
    /// The oldest parts of its kind go if there are too many; of the passes near a limit, those
    /// that are farthest from it. If all files take too much, the same happens to the kind that
    /// takes most of those that may go for it. The part appears as a whole: it is written in
    /// another directory, which is renamed.
    ///
    /// # Errors
    /// The part is not kept.
    pub fn add(
        &mut self,
        name: &EntryName,
        record: &EntryRecord,
        pictures: Option<KeptPictures<'_>>,
    ) -> Result<bool, HistoryError> {
        if !self.is_listed {
            self.list()?;
        }
        if name.kind() == Kind::Near && name.percent() <= self.near_above() {
            return Ok(false);
        }
        let result = self.write(name, record, pictures);
        if !matches!(result, Ok(true)) {
            // What was written takes space that the station needs for its journal.
            let _ = files::delete_rest(&self.settings.directory);
        }
        self.is_listed &= result.is_ok();
        result
    }

    fn write(
        &mut self,
        name: &EntryName,
        record: &EntryRecord,
        pictures: Option<KeptPictures<'_>>,
    ) -> Result<bool, HistoryError> {
        let unfinished = path_of(&self.settings.directory, UNFINISHED, "");
        match fs::create_dir(unfinished.as_str()) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(failed("mkdir", unfinished.as_str())(error));
            }
            _ => {}
        }
        let directory = self.settings.directory.as_str();
        let bytes = files::write(directory, UNFINISHED, record, pictures, &mut self.row)?;
        if bytes > self.settings.size_max_bytes() {
            return Err(HistoryError::TooLarge {
                size_max_kib: self.settings.size_max_kib,
                bytes,
            });
        }
        if !self.can_fit(name, bytes) {
            if name.kind() == Kind::Near {
                self.refused_percent = name.percent();
            }
            return Ok(false);
        }
        self.make_space(Some(name), bytes)?;
        let finished = path_of(&self.settings.directory, name.as_str(), "");
        fs::rename(unfinished.as_str(), finished.as_str())
            .map_err(failed("rename", finished.as_str()))?;
        self.kept.push(Kept {
            name: name.clone(),
            bytes,
        });
        Ok(true)
    }

    /// Whether this part fits once all parts are gone that may go for it.
    fn can_fit(&self, name: &EntryName, bytes: u64) -> bool {
        let stay = self.kept.iter().filter(|kept| !may_go(kept, Some(name)));
        stay.map(|kept| kept.bytes).sum::<u64>() + bytes <= self.settings.size_max_bytes()
    }

    /// Deletes parts until there is space for this new part, if any, of this length.
    fn make_space(&mut self, new: Option<&EntryName>, bytes: u64) -> Result<(), HistoryError> {
        for kind in Kind::ALL {
            let more = usize::from(new.is_some_and(|new| new.kind() == kind));
            while self.of(kind).count() + more > kind.parts_max(&self.settings) {
                if !self.delete_one(kind)? {
                    break;
                }
            }
        }
        let size = |store: &Self, kind: Kind| store.of(kind).map(|kept| kept.bytes).sum::<u64>();
        while Kind::ALL.map(|kind| size(self, kind)).iter().sum::<u64>() + bytes
            > self.settings.size_max_bytes()
        {
            // If the first of a kind may not go, none of its kind may.
            let kinds = Kind::ALL.into_iter().filter(|kind| {
                let first = self.first(*kind).and_then(|place| self.kept.get(place));
                first.is_some_and(|first| may_go(first, new))
            });
            let largest = kinds.max_by_key(|kind| size(self, *kind));
            if !largest.map_or(Ok(false), |kind| self.delete_one(kind))? {
                break;
            }
        }
        Ok(())
    }

    /// Deletes the first part of this kind. Returns false if no part is left.
    fn delete_one(&mut self, kind: Kind) -> Result<bool, HistoryError> {
        let Some(place) = self.first(kind) else {
            return Ok(false);
        };
        if let Some(kept) = self.kept.get(place) {
            files::delete(&self.settings.directory, kept.name.as_str())?;
        }
        self.kept.remove(place);
        self.refused_percent = 0;
        Ok(true)
    }

    /// The place of the part of this kind that goes first: the oldest, or of the passes near a
    /// limit the farthest.
    fn first(&self, kind: Kind) -> Option<usize> {
        let parts = self.kept.iter().enumerate();
        let of_kind = parts.filter(|(_, kept)| kept.name.kind() == kind);
        // Only those near a limit have a percentage above 0. Of equal ones it is the oldest.
        let first = of_kind.min_by_key(|(_, kept)| kept.name.percent());
        first.map(|(place, _)| place)
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Kept> + Clone {
        self.kept
            .iter()
            .filter(move |kept| kept.name.kind() == kind)
    }
}

impl Kept {
    /// What orders parts by age after a start. Parts of an older journal may have equal numbers.
    fn age(&self) -> (u64, &EntryName) {
        (self.name.part().number(), &self.name)
    }
}

/// Whether a kept part may go so that the bytes of a new one fit. Everything may go for a reject or
/// a fault, and if only the bound has become smaller. A pass displaces no reject, no fault, and no
/// pass that is nearer to a limit than itself.
fn may_go(kept: &Kept, new: Option<&EntryName>) -> bool {
    let Some(new) = new else {
        return true;
    };
    match new.kind() {
        Kind::Reject | Kind::Fault => true,
        Kind::Pass => kept.name.kind() == Kind::Pass,
        Kind::Near => match kept.name.kind() {
            Kind::Reject | Kind::Fault => false,
            Kind::Pass => true,
            Kind::Near => kept.name.percent() < new.percent(),
        },
    }
}

/// The length of a kept part's files. `None` if it has no record: then it is not one.
fn length_of(directory: &str, name: &EntryName) -> Option<u64> {
    let length = |file: &str| {
        let found = fs::symlink_metadata(path_of(directory, name.as_str(), file).as_str());
        found.ok().map(|found| found.len())
    };
    length(RECORD_FILE)?;
    Some(FILES.into_iter().filter_map(length).sum())
}

fn is_same(one: &File, other: &File) -> bool {
    let identity = |file: &File| file.metadata().ok().map(|found| (found.dev(), found.ino()));
    identity(one).is_some_and(|found| identity(other) == Some(found))
}

fn lock(directory: &File, path: &str) -> Result<(), HistoryError> {
    match directory.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(HistoryError::Locked {
            path: path.into(),
            holder: holder(Path::new(path)),
        }),
        Err(TryLockError::Error(error)) => Err(failed("flock", path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsRawFd as _;

    /// A lock that is given up between two listings could be taken by another station.
    #[test]
    fn the_same_lock_is_held_until_the_directory_is_another_one() {
        let path = std::env::temp_dir().join(format!("sluice-history-lock-{}", std::process::id()));
        let settings = HistorySettings {
            directory: path.to_str().unwrap().parse().unwrap(),
            rejects_max: 1,
            faults_max: 1,
            passes_max: 1,
            pass_every: 1,
            near_max: 1,
            size_max_kib: 64,
        };
        let mut store = Store::new(&settings, 1);
        let number = |store: &Store| store.lock.as_ref().unwrap().as_raw_fd();
        store.list().unwrap();
        let first = number(&store);
        store.list().unwrap();
        assert_eq!(number(&store), first);
        let old = fs::metadata(&path).unwrap().ino();
        fs::rename(&path, path.with_extension("moved")).unwrap();
        store.list().unwrap();
        let held = store.lock.as_ref().unwrap().metadata().unwrap().ino();
        assert!(held != old && held == fs::metadata(&path).unwrap().ino());
        for path in [path.with_extension("moved"), path] {
            fs::remove_dir(path).unwrap();
        }
    }
}
