//! Puts lines at the end of the journal's file: whole, or not at all.

use super::{Journal, Torn};
use crate::journal::disk;
use crate::journal::line::{LINE_MAX, encode};
use crate::journal::{JournalError, WallTime};
use serde::Serialize;
use std::fs::File;

impl Journal {
    /// Writes `start` with the models behind it, and what earlier files say if this one lacks it:
    /// all of it or nothing.
    pub(super) fn write_head(&mut self) -> Result<(), JournalError> {
        self.repair_torn()?;
        self.remember_end()?;
        let time = WallTime::now();
        self.start.time = time;
        let (file, line, last) = (&self.file, &mut self.line, &mut self.last_crc);
        put(file, self.number, line, last, &self.start)?;
        for model in &mut self.start.models {
            model.time = time;
            put(file, self.number, line, last, &*model)?;
        }
        self.accounts.begin(time);
        if self.lacks_carried {
            let carried_from = self.metadata()?.len();
            let (file, line, last) = (&self.file, &mut self.line, &mut self.last_crc);
            self.accounts
                .carry(time, |record| put(file, self.number, line, last, record))?;
            self.carried_bytes = self.metadata()?.len().saturating_sub(carried_from);
        }
        self.sync()?;
        self.torn = None;
        self.bare = false;
        self.lacks_carried = false;
        Ok(())
    }

    /// Writes all of these records or none.
    pub(super) fn write(&mut self, records: &[impl Serialize]) -> Result<(), JournalError> {
        self.repair_torn()?;
        self.remember_end()?;
        let (line, last) = (&mut self.line, &mut self.last_crc);
        for record in records {
            put(&self.file, self.number, line, last, record)?;
        }
        self.sync()?;
        self.torn = None;
        Ok(())
    }

    fn sync(&self) -> Result<(), JournalError> {
        if !self.settings.sync {
            return Ok(());
        }
        disk::flush(&self.file, self.number)
    }

    /// Whatever is written from now on is removed, unless all of it succeeds.
    pub(super) fn remember_end(&mut self) -> Result<(), JournalError> {
        self.torn = Some(Torn {
            begin: self.metadata()?.len(),
            last_crc: self.last_crc,
        });
        Ok(())
    }

    /// Removes what a failed write has left.
    pub(super) fn repair_torn(&mut self) -> Result<(), JournalError> {
        if let Some(torn) = self.torn {
            disk::truncate(&self.file, self.number, torn.begin)?;
            // The next record may go to another file, whose flush says nothing of this one.
            self.sync()?;
            self.last_crc = torn.last_crc;
            self.torn = None;
        }
        Ok(())
    }
}

/// Writes a record as a line at the end of the file with this number. `line` is overwritten, and
/// `last_crc` becomes the checksum of the line.
fn put(
    file: &File,
    number: u32,
    line: &mut [u8; LINE_MAX],
    last_crc: &mut u32,
    record: &impl Serialize,
) -> Result<(), JournalError> {
    let (length, crc) = encode(record, *last_crc, line).ok_or(JournalError::TooLong)?;
    *last_crc = crc;
    let line = line.get(..length).ok_or(JournalError::TooLong)?;
    disk::append(file, number, line)
}
