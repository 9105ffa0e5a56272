//! What becomes of a picture once its part is in the journal: it stays, is moved, or is deleted.

use super::folder::FilePath;
use super::{Error, FILE_NAME_MAX, Folder, Identity, KEY, Name};
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

/// The key of the station file that names the directory to move to.
const KEY_TO: &str = "source.directory.move_to";
/// A copy that is not finished yet. There is one at a time; one that a dead process has left is written over.
const COPY_NAME: &[u8] = b".sluice-copy";

/// Bytes that are read at once where a hash is asked for.
const PIECE_BYTES: usize = 16_384;

/// Puts pictures away. For one thread, the journal's; allocates nothing.
#[derive(Debug, Clone)]
pub struct Disposal {
    from: Folder,
    to: Folder,
    after: After,
}

/// What has become of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It stays where it is.
    Kept,
    /// It is in `source.directory.move_to`.
    Moved,
    /// It is deleted.
    Deleted,
    /// It was not there any more.
    Vanished,
    /// It was written again since, so it is another picture now and was left alone.
    Changed,
}

impl Disposal {
    /// Checks the directory to move to, if there is one.
    ///
    /// # Errors
    /// [`Error::Call`] when a directory does not exist or is none, [`Error::SameDirectory`] when both are the same.
    pub fn new(settings: &file::DirectorySettings) -> Result<Self, Error> {
        if settings.after == After::Move {
            let from = directory(KEY, &settings.path)?;
            if directory(KEY_TO, &settings.move_to)? == from {
                return Err(Error::SameDirectory);
            }
        }
        Ok(Self {
            from: Folder::new(&settings.path),
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

    /// Does with the picture of this part what `source.directory.after` says, if its content is still the one that was inspected.
    /// If its times are others, its bytes must have this hash: it is read for that. A picture that stays is not read.
    ///
    /// Call it after the part's record is written. A file never takes the place of another: where its name is taken in
    /// `source.directory.move_to`, the part's number is put behind it (`a.png` becomes `a-000017.png`). To another file system the
    /// picture is copied, forced to the disk, renamed, and only then deleted here; should the process die between the last
    /// two, [`super::restore`] copies it a second time, under its name with the part's number.
    ///
    /// A writer that opens the file between the check of its content and the move or deletion, some microseconds, is not
    /// seen; let writers use new names.
    ///
    /// # Errors
    /// [`Error::Call`] with the call that failed, [`Error::NameTaken`]. The picture is then still in the watched directory.
    pub fn apply(
        &self,
        name: &Name,
        identity: &Identity,
        sha256: Option<&Sha256>,
        part: PartId,
    ) -> Result<Done, Error> {
        let Some(found) = self.from.look(name).map_err(failed(KEY, "lstat"))? else {
            return Ok(Done::Vanished);
        };
        if !identity.may_be(&found) {
            return Ok(Done::Changed);
        }
        if !(self.keeps()
            || identity.is_untouched(&found)
            || self.has_bytes(name, identity, sha256))
        {
            return Ok(Done::Changed);
        }
        match self.after {
            After::Keep => Ok(Done::Kept),
            After::Delete => match unlink(self.from.join(name).as_slice()) {
                Ok(()) => Ok(Done::Deleted),
                Err(Errno::ENOENT) => Ok(Done::Vanished),
                Err(errno) => Err(failed(KEY, "unlink")(errno)),
            },
            After::Move => self.relocate(name, identity, part),
        }
    }

    /// Whether the file, which was there when the part was judged, has the bytes with this hash.
    fn has_bytes(&self, name: &Name, identity: &Identity, sha256: Option<&Sha256>) -> bool {
        let Some(sha256) = sha256.filter(|_| self.from.existed_at(name, identity.ctime_ns)) else {
            return false;
        };
        let mut piece = [0; PIECE_BYTES];
        let read = |file| HashingReader::new(file).finish(&mut piece).ok();
        let found = self.from.open(name, identity).ok().and_then(read);
        found.is_some_and(|found| found == *sha256)
    }

    fn relocate(&self, name: &Name, identity: &Identity, part: PartId) -> Result<Done, Error> {
        let from = self.from.join(name);
        match self.rename_new(&from, name, part) {
            Ok(()) => Ok(Done::Moved),
            Err(Errno::ENOENT) => Ok(Done::Vanished),
            Err(Errno::EEXIST) => Err(Error::NameTaken),
            Err(Errno::EXDEV) => self.copy(name, identity, part),
            Err(errno) => Err(failed(KEY_TO, "rename")(errno)),
        }
    }

    /// Renames to `name` in the directory to move to, or else to the name with the part's number.
    fn rename_new(&self, from: &FilePath, name: &Name, part: PartId) -> Result<(), Errno> {
        match rename_new(from, &self.to.join(name)) {
            Err(Errno::EEXIST) => rename_new(from, &self.to.join(&numbered(name, part))),
            result => result,
        }
    }

    /// Moves to another file system. The file is never there under its own name until it is complete.
    fn copy(&self, name: &Name, identity: &Identity, part: PartId) -> Result<Done, Error> {
        let copy = Name::new(COPY_NAME).map(|name| self.to.join(&name));
        let copy = copy.unwrap_or_default();
        let result = self.copy_to(&copy, name, identity, part);
        if result.is_err() {
            // It only takes room; the next copy writes over it.
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
    ) -> Result<Done, Error> {
        let mut source = match self.from.open(name, identity) {
            Ok(file) => file,
            Err(super::FileError::Vanished) => return Ok(Done::Vanished),
            Err(
                super::FileError::Changed
                | super::FileError::Overwritten
                | super::FileError::NotRegular,
            ) => {
                return Ok(Done::Changed);
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
            return Ok(Done::Changed);
        }
        let mtime = TimeSpec::new(
            identity.mtime_ns.div_euclid(1_000_000_000),
            identity.mtime_ns.rem_euclid(1_000_000_000),
        );
        futimens(&target, &TimeSpec::UTIME_OMIT, &mtime).map_err(failed(KEY_TO, "futimens"))?;
        fsync(&target).map_err(failed(KEY_TO, "fsync"))?;
        match self.rename_new(copy, name, part) {
            Ok(()) => {}
            Err(Errno::EEXIST) => return Err(Error::NameTaken),
            Err(errno) => return Err(failed(KEY_TO, "rename")(errno)),
        }
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let directory =
            open(self.to.path(), flags, Mode::empty()).map_err(failed(KEY_TO, "open"))?;
        fsync(&directory).map_err(failed(KEY_TO, "fsync"))?;
        match unlink(self.from.join(name).as_slice()) {
            Ok(()) | Err(Errno::ENOENT) => Ok(Done::Moved),
            Err(errno) => Err(failed(KEY, "unlink")(errno)),
        }
    }
}

/// Device and inode of a directory.
fn directory(key: &'static str, path: &str) -> Result<(u64, u64), Error> {
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
        // Some file systems (vfat on old kernels, some network ones) and kernels before 3.15 cannot do it in one step.
        Err(Errno::EINVAL | Errno::ENOSYS) => match lstat(to) {
            Ok(_) => Err(Errno::EEXIST),
            Err(Errno::ENOENT) => renameat(AT_FDCWD, from, AT_FDCWD, to),
            Err(errno) => Err(errno),
        },
        result => result,
    }
}

/// The name with the part's number before its ending; a stem that is too long for both is cut.
fn numbered(name: &Name, part: PartId) -> Name {
    let bytes = name.as_bytes();
    let stem_bytes = bytes.iter().rposition(|&byte| byte == b'.');
    let (stem, ending) = bytes.split_at(stem_bytes.unwrap_or(bytes.len()));
    let mut suffix = heapless::String::<24>::new();
    // At most a hyphen and twenty digits.
    let _ = write!(suffix, "-{:06}", part.number());
    let room = FILE_NAME_MAX.saturating_sub(suffix.len() + ending.len());
    let mut whole = heapless::Vec::<u8, FILE_NAME_MAX>::new();
    for piece in [&stem[..stem.len().min(room)], suffix.as_bytes(), ending] {
        // Fits: a picture's ending has four bytes. Otherwise the name stays as it was, and is found to be taken.
        if whole.extend_from_slice(piece).is_err() {
            return name.clone();
        }
    }
    Name::new(&whole).unwrap_or_else(|| name.clone())
}

const fn failed(key: &'static str, call: &'static str) -> impl Fn(Errno) -> Error {
    move |errno| Error::Call { key, call, errno }
}

fn errno_of(error: &io::Error) -> Errno {
    error
        .raw_os_error()
        .map_or(Errno::UnknownErrno, Errno::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_goes_before_the_ending() {
        let numbered = |bytes: &[u8]| {
            numbered(&Name::new(bytes).unwrap(), PartId::new(17))
                .as_bytes()
                .to_vec()
        };
        assert_eq!(numbered(b"a.png"), b"a-000017.png");
        assert_eq!(numbered(b"a.b.PNG"), b"a.b-000017.PNG");
        let mut longest = vec![b'x'; FILE_NAME_MAX - 4];
        longest.extend(b".png");
        let long = numbered(&longest);
        assert_eq!(long.len(), FILE_NAME_MAX);
        assert!(long.ends_with(b"x-000017.png"));
    }
}
