//! Puts lines at the end of the journal's file: whole, or not at all.

use super::Journal;
use crate::journal::line::{LINE_MAX, encode};
use crate::journal::{JournalError, WallTime};
use serde::Serialize;
use std::fs::File;
use std::io::Write as _;

impl Journal {
    /// Writes `start` with the models behind it, and what earlier files say if this one lacks it:
    /// all of it or nothing.
    pub(super) fn write_head(&mut self) -> Result<(), JournalError> {
        self.repair_torn()?;
        let begin = self.metadata()?.len();
        self.torn = Some(begin);
        let time = WallTime::now();
        self.start.time = time;
        put(&self.file, self.number, &mut self.line, &self.start)?;
        for model in &mut self.start.models {
            model.time = time;
            put(&self.file, self.number, &mut self.line, &*model)?;
        }
        self.accounts.begin(time);
        if self.lacks_carried {
            let carried_from = self.metadata()?.len();
            let (file, line) = (&self.file, &mut self.line);
            self.accounts
                .carry(time, |record| put(file, self.number, line, record))?;
            self.carried_bytes = self.metadata()?.len().saturating_sub(carried_from);
        }
        self.sync()?;
        self.torn = None;
        self.bare = false;
        self.lacks_carried = false;
        Ok(())
    }

    pub(super) fn write(&mut self, record: &impl Serialize) -> Result<(), JournalError> {
        self.repair_torn()?;
        self.torn = Some(self.metadata()?.len());
        put(&self.file, self.number, &mut self.line, record)?;
        self.sync()?;
        self.torn = None;
        Ok(())
    }

    fn sync(&self) -> Result<(), JournalError> {
        if !self.settings.sync {
            return Ok(());
        }
        self.file
            .sync_data()
            .map_err(self.failed("fdatasync", self.number))
    }

    /// Removes what a failed write has left.
    pub(super) fn repair_torn(&mut self) -> Result<(), JournalError> {
        if let Some(begin) = self.torn {
            self.file
                .set_len(begin)
                .map_err(self.failed("ftruncate", self.number))?;
            self.torn = None;
        }
        Ok(())
    }
}

/// Writes a record as a line at the end of the file with this number. `line` is overwritten.
fn put(
    mut file: &File,
    number: u32,
    line: &mut [u8; LINE_MAX],
    record: &impl Serialize,
) -> Result<(), JournalError> {
    let length = encode(record, line).ok_or(JournalError::TooLong)?;
    let line = line.get(..length).ok_or(JournalError::TooLong)?;
    file.write_all(line).map_err(|error| JournalError::File {
        call: "write",
        number,
        error,
    })
}
