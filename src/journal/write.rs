//! Writes the journal.

use super::accounts::Accounts;
use super::disk::{self, failed};
use super::files::{self, open_file, path};
use super::line::LINE_MAX;
use super::lock::lock;
use super::restore::restore;
use super::tail::{Tail, end_of, repair};
use super::{JournalError, Line, Part, Recovered, Start};
use crate::bounded::file::open_directory;
use crate::bounded::text::Detail;
use crate::engine::MemoryBandwidth;
use crate::part::PartId;
use crate::station::file;
use serde::Serialize;
use std::collections::VecDeque;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

mod counts;
mod lines;

/// Highest number that a journal may give the next part. At a thousand parts a second a station
/// gets there after 292 million years. So no station wrote a record with a higher number.
const NUMBER_MAX: u64 = 1 << 63;

/// The journal of a running station, which is the only writer in its directory. Use it from one
/// thread. After [`Self::open`] it allocates nothing, unless its directory is replaced by another.
#[derive(Debug)]
pub struct Journal {
    settings: file::JournalSettings,
    /// Holds the lock. It is flushed to the disk after a file was created.
    directory: File,
    file: File,
    number: u32,
    /// The numbers of all files, with capacity for as many as there can be.
    numbers: VecDeque<u32>,
    /// Whether the file's name may not be on the disk yet.
    has_new_name: bool,
    /// Whether the file still lacks its `start` record.
    bare: bool,
    /// The counts of all records.
    accounts: Box<Accounts>,
    /// Whether the file still lacks what earlier files say.
    lacks_carried: bool,
    /// How many bytes of the file carry what earlier files say. They do not count towards its size.
    carried_bytes: u64,
    /// The checksum of the last line.
    last_crc: u32,
    /// Where a failed write has left something incomplete.
    torn: Option<Torn>,
    moved: u32,
    start: Start,
    recovered: Option<Recovered>,
    line: [u8; LINE_MAX],
}

/// The end of the file before a write.
#[derive(Debug, Clone, Copy)]
struct Torn {
    begin: u64,
    last_crc: u32,
}

impl Journal {
    /// Opens the journal in `journal.directory` and writes `start` with the present time and the
    /// number of the next part. The directory is created if only its last component is missing.
    ///
    /// An incomplete last line, as a power cut leaves it, is removed, and a `recovered` record
    /// reports it. A last line that lacks only its newline gets one. Damaged lines before the end
    /// stay, and readers skip them.
    ///
    /// # Errors
    /// [`JournalError::Locked`] if another process has it open. [`JournalError::Directory`] and
    /// [`JournalError::File`] name the call that failed.
    pub fn open(settings: &file::JournalSettings, start: Start) -> Result<Self, JournalError> {
        let failed = |call| move |error| JournalError::Directory { call, error };
        match fs::create_dir(settings.directory.as_str()) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(failed("mkdir")(error));
            }
            _ => {}
        }
        let directory =
            open_directory(Path::new(settings.directory.as_str())).map_err(failed("open"))?;
        lock(&directory, Path::new(settings.directory.as_str()))?;
        let mut numbers = VecDeque::from(files::list(&settings.directory)?);
        let newest = numbers.back().copied();
        let tail = match newest {
            Some(number) => repair(settings, number)?,
            None => Tail::default(),
        };
        let older = || {
            let newest_first = numbers.iter().rev().skip(1);
            newest_first.filter_map(|&number| end_of(settings, number))
        };
        let next_part = tail.end.next_part;
        let next_part = next_part
            .or_else(|| older().find_map(|end| end.next_part))
            .unwrap_or(PartId::FIRST);
        let last_crc = tail.end.last_crc;
        let last_crc = last_crc.or_else(|| older().find_map(|end| end.last_crc));
        if next_part.number() > NUMBER_MAX {
            return Err(JournalError::PartNumber(next_part));
        }
        let restored = restore(&settings.directory)?;
        let number = newest.unwrap_or(1);
        let (file, made) = open_file(settings, number)?;
        if made {
            numbers.push_back(number);
        }
        let files_max = usize::from(settings.files_max);
        numbers.reserve(files_max.saturating_sub(numbers.len()).saturating_add(1));
        let mut journal = Self {
            settings: settings.clone(),
            directory,
            file,
            number,
            numbers,
            has_new_name: made,
            bare: true,
            accounts: restored.accounts,
            lacks_carried: !restored.is_whole,
            carried_bytes: 0,
            last_crc: last_crc.unwrap_or_default(),
            torn: None,
            moved: 0,
            start: Start { next_part, ..start },
            recovered: tail.recovered,
            line: [0; LINE_MAX],
        };
        if made {
            journal.sync_directory()?;
        }
        journal.write_head()?;
        if let Some(recovered) = journal.recovered {
            journal.write(&[recovered])?;
        }
        Ok(journal)
    }

    /// Number of the next part: one more than the highest in the journal.
    pub const fn next_part(&self) -> PartId {
        self.start.next_part
    }

    /// The incomplete line that was removed at opening.
    pub const fn recovered(&self) -> Option<&Recovered> {
        self.recovered.as_ref()
    }

    /// Writes `start` again, and the models behind it, with the measured bandwidth and with what
    /// computes each model, in their order. Every later `start` contains both. If it cannot be
    /// written now, it precedes the next record.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub fn engine_ready(
        &mut self,
        memory: MemoryBandwidth,
        engines: &[Option<Detail>],
    ) -> Result<(), JournalError> {
        self.start.memory = Some(memory);
        self.start.engine = engines.first().cloned().flatten();
        for (model, engine) in self.start.models.iter_mut().zip(engines) {
            model.engine.clone_from(engine);
        }
        self.bare = true;
        self.write_head()
    }

    /// What the records in the journal say, and those that it has deleted.
    pub const fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Writes a part's record, and flushes it to the disk if `journal.sync` is set.
    ///
    /// # Errors
    /// As [`Self::append_all`].
    pub fn append(&mut self, part: &Part) -> Result<(), JournalError> {
        self.use_number(part);
        self.append_records(core::slice::from_ref(part))?;
        self.accounts.add_part(part);
        Ok(())
    }

    /// Writes these records, and flushes them to the disk at once if `journal.sync` is set. So a
    /// slow disk makes several records wait for one flush, not each for its own. If the program is
    /// killed meanwhile, the first of them may be in the journal.
    ///
    /// # Errors
    /// [`JournalError::File`] or [`JournalError::Directory`] if a disk is full or fails, or
    /// [`JournalError::TooLong`]. The next call, or [`Self::withdraw`], removes what was written.
    pub fn append_all(&mut self, records: &[Line]) -> Result<(), JournalError> {
        for record in records {
            if let Line::Part(part) = record {
                self.use_number(part);
            }
        }
        self.append_records(records)?;
        for record in records {
            match record {
                Line::Part(part) => self.accounts.add_part(part),
                Line::Missed(missed) => self.accounts.add_missed(missed),
                Line::Control(control) => self.accounts.add_control(control),
                Line::Confirmation(fault) => self.accounts.add_unconfirmed(fault),
                Line::Challenge(challenge) => self.accounts.add_challenge(challenge),
            }
        }
        Ok(())
    }

    /// Removes what a call that failed has written. Call it if no further one follows.
    ///
    /// # Errors
    /// [`JournalError::File`]: lines of that call may stay.
    pub fn withdraw(&mut self) -> Result<(), JournalError> {
        self.repair_torn()
    }

    /// The part's number is used, even if its record cannot be written.
    fn use_number(&mut self, part: &Part) {
        self.start.next_part = self.start.next_part.max(part.part.next());
    }

    fn append_records(&mut self, records: &[impl Serialize]) -> Result<(), JournalError> {
        self.repair_torn()?;
        if self.has_new_name {
            self.sync_directory()?;
        }
        let metadata = self.metadata()?;
        // A deleted or moved file still accepts records, but readers do not find them.
        if !self.is_in_place(&metadata)? {
            self.follow_directory()?;
            self.start_file()?;
            self.moved = self.moved.saturating_add(1);
        } else if metadata.len().saturating_sub(self.carried_bytes) >= self.file_size_max() {
            self.start_file()?;
        }
        if self.bare {
            self.write_head()?;
        }
        self.write(records)
    }

    /// How often another program deleted, moved or replaced the file, so that a new one was
    /// started.
    pub const fn moved(&self) -> u32 {
        self.moved
    }

    /// Whether the file's name still refers to the open file.
    fn is_in_place(&self, file: &fs::Metadata) -> Result<bool, JournalError> {
        match fs::metadata(path(&self.settings, self.number).as_str()) {
            Ok(named) => Ok(named.dev() == file.dev() && named.ino() == file.ino()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(failed("stat", self.number)(error)),
        }
    }

    /// Opens the directory that now has the journal's name, if it is another one.
    fn follow_directory(&mut self) -> Result<(), JournalError> {
        let failed = |call| move |error| JournalError::Directory { call, error };
        let directory =
            open_directory(Path::new(self.settings.directory.as_str())).map_err(failed("open"))?;
        let old = self.directory.metadata().map_err(failed("fstat"))?;
        let new = directory.metadata().map_err(failed("fstat"))?;
        if (old.dev(), old.ino()) == (new.dev(), new.ino()) {
            return Ok(());
        }
        lock(&directory, Path::new(self.settings.directory.as_str()))?;
        self.numbers = VecDeque::from(files::list(&self.settings.directory)?);
        if self.numbers.is_empty() {
            // Another journal begins.
            self.last_crc = 0;
        }
        self.number = self
            .numbers
            .back()
            .map_or(self.number, |&newest| newest.max(self.number));
        self.directory = directory;
        Ok(())
    }

    fn file_size_max(&self) -> u64 {
        u64::from(self.settings.file_size_max_kib) * 1024
    }

    /// Deletes the oldest files as needed, then closes this file and starts the next one.
    fn start_file(&mut self) -> Result<(), JournalError> {
        // When the file numbers are used up, no new file is started, and this one exceeds its size.
        let Some(number) = self.number.checked_add(1) else {
            return Ok(());
        };
        while self.numbers.len() >= usize::from(self.settings.files_max.max(1)) {
            let Some(&oldest) = self.numbers.front() else {
                break;
            };
            disk::delete(&path(&self.settings, oldest), oldest)?;
            self.numbers.pop_front();
        }
        let (file, _) = open_file(&self.settings, number)?;
        self.file = file;
        self.number = number;
        self.carried_bytes = 0;
        self.numbers.push_back(number);
        self.bare = true;
        self.lacks_carried = true;
        self.has_new_name = true;
        self.sync_directory()
    }

    fn metadata(&self) -> Result<fs::Metadata, JournalError> {
        self.file.metadata().map_err(failed("fstat", self.number))
    }

    fn sync_directory(&mut self) -> Result<(), JournalError> {
        if self.settings.sync {
            disk::flush_directory(&self.directory)?;
        }
        self.has_new_name = false;
        Ok(())
    }
}

#[cfg(test)]
mod power_cuts;
#[cfg(test)]
mod tests;
