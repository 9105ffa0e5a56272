//! Keeps, moves or deletes a picture once its part is in the journal.

use super::folder::FilePath;
use super::{FILE_NAME_MAX, Folder, Identity, KEY, Name, WatchError};
use crate::hash::{HashingReader, Sha256};
use crate::part::PartId;
use crate::station::file::{self, After};
use core::fmt::Write as _;
use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, OFlag, open, renameat};
use nix::sys::stat::{Mode, SFlag, futimens, lstat, stat};
use nix::sys::time::TimeSpec;
use nix::unistd::{fsync, unlink};
use std::fs::File;
use std::io;

/// The station file's key of the directory to move to.
const KEY_TO: &str = "source.directory.move_to";
/// The name of an unfinished copy. There is one at a time. The next copy overwrites one that a dead
/// process has left.
const COPY_NAME: &[u8] = b".sluice-copy";

/// How many bytes are read at once for a hash.
const PIECE_BYTES: usize = 16_384;

/// Disposes of inspected pictures. For one thread, the journal's. Allocates nothing.
#[derive(Debug, Clone)]
pub struct Disposal {
    from: Folder,
    to: Folder,
    after: After,
}

/// What was done with a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposed {
    /// It stays where it is.
    Kept,
    /// It was moved to `source.directory.move_to`.
    Moved,
    /// It was deleted.
    Deleted,
    /// It was gone already.
    Vanished,
    /// It was rewritten since its inspection. It is another picture now, and was left alone.
    Changed,
}

impl Disposal {
    /// Checks the directory to move to, if there is one.
    ///
    /// # Errors
    /// [`WatchError::Call`] if a directory does not exist or is not a directory,
    /// [`WatchError::SameDirectory`] if both are the same.
    pub fn new(settings: &file::DirectorySettings) -> Result<Self, WatchError> {
        if settings.after == After::Move {
            let from = directory(KEY, &settings.path)?;
            if directory(KEY_TO, &settings.move_to)? == from {
                return Err(WatchError::SameDirectory);
            }
        }
        Ok(Self {
            from: Folder::of(settings),
            to: Folder::new(&settings.move_to),
            after: settings.after,
        })
    }

    /// The watched directory.
    pub(super) const fn folder(&self) -> &Folder {
        &self.from
    }

    /// Whether pictures stay where they are.
    pub(super) fn keeps(&self) -> bool {
        self.after == After::Keep
    }

    /// Does what `source.directory.after` says with the picture of this part, if its content is
    /// still the one that was inspected. Call this after the part's record was written.
    ///
    /// If the file's times have changed, its bytes must have this hash. Then the file is read,
    /// unless pictures are kept. Without a hash, the file is left alone.
    ///
    /// A move overwrites no file. If the name is taken in `source.directory.move_to`, the part's
    /// number is added to it (`a.png` becomes `a-000017.png`). To another file system the picture
    /// is copied, forced to the disk, renamed, and only then deleted here. If the process dies
    /// before the deletion, [`super::restore`] copies the picture again, under the name with the
    /// number.
    ///
    /// There are some microseconds between the check of the content and the move or deletion. A
    /// writer that opens the file in that time is not noticed, so writers should use new names.
    ///
    /// # Errors
    /// [`WatchError::Call`] with the call that failed, or [`WatchError::NameTaken`]. The picture is
    /// still in the watched directory.
    pub fn apply(
        &self,
        name: &Name,
        identity: &Identity,
        sha256: Option<&Sha256>,
        part: PartId,
    ) -> Result<Disposed, WatchError> {
        let Some(found) = self.from.find(name).map_err(failed(KEY, "lstat"))? else {
            return Ok(Disposed::Vanished);
        };
        if !identity.may_be(&found) {
            return Ok(Disposed::Changed);
        }
        if !(self.keeps()
            || identity.is_untouched(&found)
            || self.has_bytes(name, identity, sha256))
        {
            return Ok(Disposed::Changed);
        }
        match self.after {
            After::Keep => Ok(Disposed::Kept),
            After::Delete => match unlink(self.from.join(name).as_slice()) {
                Ok(()) => Ok(Disposed::Deleted),
                Err(Errno::ENOENT) => Ok(Disposed::Vanished),
                Err(errno) => Err(failed(KEY, "unlink")(errno)),
            },
            After::Move => self.relocate(name, identity, part),
        }
    }

    /// Whether the file existed at the inspection and its bytes have this hash.
    fn has_bytes(&self, name: &Name, identity: &Identity, sha256: Option<&Sha256>) -> bool {
        let Some(sha256) = sha256.filter(|_| self.from.existed_at(name, identity.ctime_ns)) else {
            return false;
        };
        let mut piece = [0; PIECE_BYTES];
        let read = |file| HashingReader::new(file).finish(&mut piece).ok();
        let found = self.from.open(name, identity).ok().and_then(read);
        found.is_some_and(|found| found == *sha256)
    }

    fn relocate(
        &self,
        name: &Name,
        identity: &Identity,
        part: PartId,
    ) -> Result<Disposed, WatchError> {
        let from = self.from.join(name);
        match self.rename_new(&from, name, part) {
            Ok(()) => Ok(Disposed::Moved),
            Err(Errno::ENOENT) => Ok(Disposed::Vanished),
            Err(Errno::EEXIST) => Err(WatchError::NameTaken),
            Err(Errno::EXDEV) => self.copy(name, identity, part),
            Err(errno) => Err(failed(KEY_TO, "rename")(errno)),
        }
    }

    /// Renames to `name` in the directory to move to. If that is taken, renames to the name with
    /// the part's number.
    fn rename_new(&self, from: &FilePath, name: &Name, part: PartId) -> Result<(), Errno> {
        match rename_new(from, &self.to.join(name)) {
            Err(Errno::EEXIST) => rename_new(from, &self.to.join(&numbered(name, part))),
            result => result,
        }
    }

    /// Moves to another file system. The file gets its own name only when it is complete.
    fn copy(&self, name: &Name, identity: &Identity, part: PartId) -> Result<Disposed, WatchError> {
        let copy = Name::new(COPY_NAME).map(|name| self.to.join(&name));
        let copy = copy.unwrap_or_default();
        let result = self.copy_to(&copy, name, identity, part);
        if result.is_err() {
            // A file that stays only takes space; the next copy overwrites it.
            let _ = unlink(copy.as_slice());
        }
        result
    }

    fn copy_to(
        &self,
        copy: &FilePath,
        name: &Name,
        identity: &Identity,
        part: PartId,
    ) -> Result<Disposed, WatchError> {
        let mut source = match self.from.open(name, identity) {
            Ok(file) => file,
            Err(super::FileError::Vanished) => return Ok(Disposed::Vanished),
            Err(
                super::FileError::Changed
                | super::FileError::Overwritten
                | super::FileError::NotRegular,
            ) => {
                return Ok(Disposed::Changed);
            }
            Err(super::FileError::Call { call, errno }) => return Err(failed(KEY, call)(errno)),
        };
        let flags = OFlag::O_WRONLY
            | OFlag::O_CREAT
            | OFlag::O_TRUNC
            | OFlag::O_NOFOLLOW
            | OFlag::O_CLOEXEC;
        let mode = Mode::from_bits_truncate(0o644);
        let target = open(copy.as_slice(), flags, mode).map_err(failed(KEY_TO, "open"))?;
        let mut target = File::from(target);
        let copied_bytes = io::copy(&mut source, &mut target)
            .map_err(|error| failed(KEY_TO, "write")(errno_of(&error)))?;
        if copied_bytes != identity.size {
            return Ok(Disposed::Changed);
        }
        let mtime = TimeSpec::new(
            identity.mtime_ns.div_euclid(1_000_000_000),
            identity.mtime_ns.rem_euclid(1_000_000_000),
        );
        futimens(&target, &TimeSpec::UTIME_OMIT, &mtime).map_err(failed(KEY_TO, "futimens"))?;
        fsync(&target).map_err(failed(KEY_TO, "fsync"))?;
        match self.rename_new(copy, name, part) {
            Ok(()) => {}
            Err(Errno::EEXIST) => return Err(WatchError::NameTaken),
            Err(errno) => return Err(failed(KEY_TO, "rename")(errno)),
        }
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let directory =
            open(self.to.path(), flags, Mode::empty()).map_err(failed(KEY_TO, "open"))?;
        fsync(&directory).map_err(failed(KEY_TO, "fsync"))?;
        match unlink(self.from.join(name).as_slice()) {
            Ok(()) | Err(Errno::ENOENT) => Ok(Disposed::Moved),
            Err(errno) => Err(failed(KEY, "unlink")(errno)),
        }
    }
}

/// Device and inode of a directory.
fn directory(key: &'static str, path: &str) -> Result<(u64, u64), WatchError> {
    let stat = stat(path).map_err(failed(key, "stat"))?;
    if SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT != SFlag::S_IFDIR {
        return Err(failed(key, "stat")(Errno::ENOTDIR));
    }
    Ok((stat.st_dev, stat.st_ino))
}

/// Renames a file, unless the new name is taken (`EEXIST`).
fn rename_new(from: &FilePath, to: &FilePath) -> Result<(), Errno> {
    let (from, to) = (from.as_slice(), to.as_slice());
    match board::rename::rename_new(from, to) {
        // Not every file system and kernel can do it in one step: vfat on old kernels, some network
        // file systems, and kernels before 3.15 cannot.
        Err(Errno::EINVAL | Errno::ENOSYS) => match lstat(to) {
            Ok(_) => Err(Errno::EEXIST),
            Err(Errno::ENOENT) => renameat(AT_FDCWD, from, AT_FDCWD, to),
            Err(errno) => Err(errno),
        },
        result => result,
    }
}

/// The name with the part's number before its extension, which a moved picture has if its own name
/// is taken. A long stem is cut so that both fit.
pub fn numbered(name: &Name, part: PartId) -> Name {
    let bytes = name.as_bytes();
    let stem_bytes = bytes.iter().rposition(|&byte| byte == b'.');
    let (stem, ending) = bytes.split_at(stem_bytes.unwrap_or(bytes.len()));
    let mut suffix = heapless::String::<24>::new();
    // At most a hyphen and twenty digits.
    let _ = write!(suffix, "-{:06}", part.number());
    let stem_max = FILE_NAME_MAX.saturating_sub(suffix.len() + ending.len());
    let mut whole = heapless::Vec::<u8, FILE_NAME_MAX>::new();
    for piece in [&stem[..stem.len().min(stem_max)], suffix.as_bytes(), ending] {
        // A picture's extension has four bytes, so the new name fits. Any other name stays
        // unchanged. The rename then fails because that name exists.
        if whole.extend_from_slice(piece).is_err() {
            return name.clone();
        }
    }
    Name::new(&whole).unwrap_or_else(|| name.clone())
}

const fn failed(key: &'static str, call: &'static str) -> impl Fn(Errno) -> WatchError {
    move |errno| WatchError::Call { key, call, errno }
}

fn errno_of(error: &io::Error) -> Errno {
    error
        .raw_os_error()
        .map_or(Errno::UnknownErrno, Errno::from_raw)
}

#[cfg(test)]
mod tests;
