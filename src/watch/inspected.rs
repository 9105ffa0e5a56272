//! The file that lists the inspected pictures that are still in the directory. With it, the next
//! start knows these pictures even if the journal's files were rotated, moved or archived.
//!
//! Its path is `journal.directory` with `.inspected` appended, so that it stays if that directory
//! is moved. If nothing may be written beside the journal, it is `inspected` in the journal's
//! directory. Then it survives rotation only.
//!
//! The file is a ring of records of 96 bytes, each with a number and a CRC-32. Each start rewrites
//! it with the pictures that are still there. The journal takes precedence: a picture is written
//! here after its record, so the journal has what is missing here. At most 16 records are not
//! forced to the disk. A journal file has more, so the journal still has them after a power cut.

mod disk;

use super::restore::InspectedPicture;
use super::table::LEDGER_MAX;
use super::{AGED_MAX, Disposal, Disposed, Identity, Ledger, Name, WatchError};
use crate::bounded::file::open_regular;
use crate::hash::Sha256;
use crate::part::PartId;
use crate::station::file::PathText;
use core::fmt;
use nix::unistd::{AccessFlags, access};
use std::fs::{self, File};
use std::io::{self, BufReader, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The most records in the file. After that, each new record overwrites the oldest.
const RECORDS_MAX: u64 = (LEDGER_MAX + AGED_MAX) as u64;
const RECORD_BYTES: usize = 96;
/// The longest file that the station writes. What is behind it is not read.
const BYTES_MAX: u64 = RECORDS_MAX * RECORD_BYTES as u64;
const MAGIC: [u8; 4] = *b"SLI1";
/// The most records that a power cut may lose.
const UNFORCED_MAX: u32 = 16;
/// How many records a new file gets at once.
const WRITTEN_AT_ONCE: usize = 64;
/// How many pictures cause a warning: four fifths of those that the table can hold with their full
/// identity.
const MANY: usize = LEDGER_MAX / 5 * 4;

/// Disposes of inspected pictures and remembers those that stay. For one thread, the journal's.
/// Allocates nothing after [`Self::open`].
#[derive(Debug)]
pub struct Inspected {
    disposal: Disposal,
    ledger: Ledger,
    path: PathBuf,
    file: Option<File>,
    /// The number of the next record.
    next: u64,
    unforced: u32,
    reported: Reported,
    failure: Option<(&'static str, io::ErrorKind)>,
}

/// Which notices were given already.
#[derive(Debug, Default)]
struct Reported {
    many: bool,
    full: bool,
    failure: bool,
}

/// A message for the integrator. Each kind is given once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The table of fully identified pictures is four fifths full.
    Many,
    /// No more pictures can be remembered.
    Full,
    /// The file cannot be read or written.
    File {
        /// The name of the call that failed.
        call: &'static str,
        /// The path of the file.
        path: PathBuf,
        /// The kind of the error.
        kind: io::ErrorKind,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Many => write!(
                f,
                "source.directory holds {MANY} inspected pictures; take some away, or set source.directory.after to move or delete: \
                 from {LEDGER_MAX} on the oldest are inspected again when their times are set"
            ),
            Self::Full => write!(
                f,
                "source.directory holds more than {AGED_MAX} inspected pictures in addition to the newest {LEDGER_MAX}; take some away: \
                 the oldest are inspected again at the next start"
            ),
            Self::File { call, path, kind } => write!(
                f,
                "{}: {call} failed: {kind}; inspected pictures are known by the journal alone, and are inspected again once it has \
                 dropped them; give the station's user the right to write there, and free space on its disk",
                path.display()
            ),
        }
    }
}

/// The path of the file: beside the journal if that directory is writable, else in the journal's
/// directory.
pub fn path(journal: &PathText) -> PathBuf {
    let beside = PathBuf::from(format!("{}.inspected", journal.trim_end_matches('/')));
    if access(parent(&beside), AccessFlags::W_OK | AccessFlags::X_OK).is_ok() {
        beside
    } else {
        Path::new(journal.as_str()).join("inspected")
    }
}

fn parent(path: &Path) -> &Path {
    let parent = path.parent().filter(|path| !path.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// The records of the file, oldest first. Empty if there is no file. Leaves out damaged records.
///
/// # Errors
/// The file exists but cannot be read.
pub fn read(path: &Path) -> io::Result<Vec<InspectedPicture>> {
    let mut file = match open_regular(path) {
        Ok(file) => BufReader::new(file.take(BYTES_MAX)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found: Vec<(u64, InspectedPicture)> = Vec::new();
    let mut record = [0; RECORD_BYTES];
    loop {
        match file.read_exact(&mut record) {
            Ok(()) => found.extend(decode(&record)),
            // The end, or a record that was cut short.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
    }
    found.sort_unstable_by_key(|(number, _)| *number);
    Ok(found.into_iter().map(|(_, before)| before).collect())
}

impl Inspected {
    /// Writes the file with the pictures that [`super::restore`] found. A failure becomes a
    /// [`Notice`].
    pub fn open(
        path: PathBuf,
        disposal: Disposal,
        ledger: Ledger,
        kept: &[InspectedPicture],
    ) -> Self {
        let mut inspected = Self {
            disposal,
            ledger,
            path,
            file: None,
            next: 0,
            unforced: 0,
            reported: Reported::default(),
            failure: None,
        };
        match inspected.rewrite(kept) {
            Ok(file) => inspected.file = Some(file),
            Err((call, error)) => inspected.failure = Some((call, error.kind())),
        }
        inspected
    }

    /// Writes a new file and forces it to the disk. Only then it replaces the old file.
    fn rewrite(&mut self, kept: &[InspectedPicture]) -> Result<File, disk::Failed> {
        let mut name = self.path.clone().into_os_string();
        name.push(".new");
        let new = PathBuf::from(name);
        // A file that an earlier attempt left goes, or a pipe or a link, which is not followed.
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(("unlink", error)),
            _ => {}
        }
        let written = self.write_new(&new, kept);
        if written.is_err() {
            // It has not taken the list's place, so it is of no use.
            let _ = fs::remove_file(&new);
        }
        written
    }

    fn write_new(&mut self, new: &Path, kept: &[InspectedPicture]) -> Result<File, disk::Failed> {
        let file = disk::create(new)?;
        for pictures in kept.chunks(WRITTEN_AT_ONCE) {
            let place = self.next.saturating_mul(RECORD_BYTES as u64);
            let mut bytes = Vec::new();
            for before in pictures {
                bytes.extend_from_slice(&encode(self.next, before));
                self.next += 1;
            }
            disk::write(&file, place, &bytes)?;
        }
        disk::flush(&file)?;
        disk::rename(new, &self.path)?;
        disk::flush_directory(parent(&self.path))?;
        Ok(file)
    }

    /// Does what `source.directory.after` says with the picture of this part, and remembers it if
    /// it stays. Call this after the part's record was written.
    ///
    /// # Errors
    /// As [`Disposal::apply`].
    pub fn dispose(
        &mut self,
        name: &Name,
        identity: &Identity,
        sha256: Option<Sha256>,
        part: PartId,
    ) -> Result<Disposed, WatchError> {
        if self.ledger.is_overwritten(name, identity) {
            return Ok(Disposed::Changed);
        }
        let done = self.disposal.apply(name, identity, sha256.as_ref(), part);
        if matches!(done, Ok(Disposed::Kept) | Err(_)) {
            self.remember(&InspectedPicture {
                part,
                identity: *identity,
                sha256,
            });
        }
        done
    }

    /// The next message that was not given yet.
    pub fn notice(&mut self) -> Option<Notice> {
        if let Some((call, kind)) = self.failure.take()
            && !core::mem::replace(&mut self.reported.failure, true)
        {
            let path = self.path.clone();
            return Some(Notice::File { call, path, kind });
        }
        if self.ledger.len() >= MANY && !core::mem::replace(&mut self.reported.many, true) {
            return Some(Notice::Many);
        }
        if self.ledger.is_full() && !core::mem::replace(&mut self.reported.full, true) {
            return Some(Notice::Full);
        }
        None
    }

    /// Whether the next start knows the inspected pictures without the journal. That is so while
    /// every write has succeeded and the file is in its place, even after the journal was moved.
    pub fn is_complete(&self) -> bool {
        let Some(file) = &self.file else {
            return false;
        };
        let is_in_place = match (file.metadata(), fs::metadata(&self.path)) {
            (Ok(open), Ok(lying)) => open.dev() == lying.dev() && open.ino() == lying.ino(),
            _ => false,
        };
        is_in_place && self.failure.is_none() && !self.reported.failure
    }

    fn remember(&mut self, before: &InspectedPicture) {
        let Some(file) = &self.file else {
            return;
        };
        let place = (self.next % RECORDS_MAX).saturating_mul(RECORD_BYTES as u64);
        let record = encode(self.next, before);
        let mut written = disk::write(file, place, &record);
        self.unforced += 1;
        if written.is_ok() && self.unforced >= UNFORCED_MAX {
            self.unforced = 0;
            written = disk::flush(file);
        }
        match written {
            // The checksum excludes a torn record, and the next record overwrites it.
            Err((call, error)) => self.failure = Some((call, error.kind())),
            Ok(()) => self.next += 1,
        }
    }
}

fn encode(number: u64, before: &InspectedPicture) -> [u8; RECORD_BYTES] {
    let identity = &before.identity;
    let known = u64::from(before.sha256.is_some());
    let sha256 = before.sha256.unwrap_or(Sha256::new([0; 32]));
    let words = [
        number,
        before.part.number(),
        identity.inode,
        identity.size,
        identity.mtime_ns.cast_unsigned(),
        identity.ctime_ns.cast_unsigned(),
        known,
    ];
    let mut record = [0; RECORD_BYTES];
    let (head, body) = record.split_at_mut(8);
    for (place, word) in body.chunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    if let Some(place) = body.last_chunk_mut::<32>() {
        *place = *sha256.as_bytes();
    }
    let crc = crc32fast::hash(body).to_le_bytes();
    for (place, byte) in head.iter_mut().zip(MAGIC.into_iter().chain(crc)) {
        *place = byte;
    }
    record
}

/// The record's number and its picture. `None` if the record is damaged.
fn decode(record: &[u8; RECORD_BYTES]) -> Option<(u64, InspectedPicture)> {
    let (magic, rest) = record.split_first_chunk::<4>()?;
    let (crc, body) = rest.split_first_chunk::<4>()?;
    if *magic != MAGIC || u32::from_le_bytes(*crc) != crc32fast::hash(body) {
        return None;
    }
    let (words, sha256) = body.split_last_chunk::<32>()?;
    let (words, _) = words.as_chunks::<8>();
    let [number, part, inode, size, mtime, ctime, known] = *words else {
        return None;
    };
    let word = u64::from_le_bytes;
    let before = InspectedPicture {
        part: PartId::new(word(part)),
        identity: Identity {
            size: word(size),
            mtime_ns: word(mtime).cast_signed(),
            inode: word(inode),
            ctime_ns: word(ctime).cast_signed(),
            content: 0,
        },
        sha256: (word(known) != 0).then(|| Sha256::new(*sha256)),
    };
    Some((word(number), before))
}

#[cfg(test)]
mod power_cuts;
#[cfg(test)]
mod tests;
