//! One file of the journal, read line by line.

use super::{Place, TailError};
use crate::bounded::file::open_regular;
use crate::journal::{LINE_MAX, file_name, file_numbers};
use std::fs::{self, File, Metadata};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// A file that is being read.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) number: u32,
    input: BufReader<File>,
    identity: (u64, u64),
    pub(super) line: u64,
    pub(super) offset: u64,
    /// There was a later file, so this one is complete.
    pub(super) is_followed: bool,
}

/// What the directory says about the file that was read to its end.
pub(super) enum Look {
    /// More may come.
    Same,
    /// There is a later file.
    Followed,
    /// The name has another file, or the file was cut.
    Changed,
    /// Later lines are in a file with a lower number.
    Anew,
}

/// What was read.
pub(super) enum Read {
    /// A whole line of this many bytes.
    Line(u64),
    /// A line of this many bytes that does not end.
    Torn(u64),
    Nothing,
}

impl OpenFile {
    /// Opens the file with this number, at the end of a line or at its beginning.
    pub(super) fn open(
        directory: &Path,
        number: u32,
        behind: Option<Place>,
    ) -> Result<Self, TailError> {
        let failed = TailError::of(number);
        let mut file = open_regular(&path(directory, number)).map_err(&failed)?;
        let identity = identity_of(&file.metadata().map_err(&failed)?);
        let (line, offset) = behind.map_or((0, 0), |place| (place.line, place.offset));
        file.seek(SeekFrom::Start(offset)).map_err(&failed)?;
        Ok(Self {
            number,
            input: BufReader::new(file),
            identity,
            line,
            offset,
            is_followed: false,
        })
    }

    /// Whether it still has this line.
    pub(super) fn has(&self, place: &Place) -> Result<bool, TailError> {
        let file = self.input.get_ref();
        place.is_in(file).map_err(TailError::of(self.number))
    }

    /// Reads one line without its newline. A line that does not end is read again by the next call,
    /// unless the file is complete.
    pub(super) fn read(&mut self, bytes: &mut Vec<u8>) -> io::Result<Read> {
        bytes.clear();
        let mut length: u64 = 0;
        let mut has_ended = false;
        while !has_ended {
            let available = match self.input.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                break;
            }
            let newline = available.iter().position(|byte| *byte == b'\n');
            let end = newline.unwrap_or(available.len());
            let piece = available.get(..end).unwrap_or_default();
            let space = LINE_MAX.saturating_sub(bytes.len());
            bytes.extend_from_slice(piece.get(..space).unwrap_or(piece));
            has_ended = newline.is_some();
            let used = end + usize::from(has_ended);
            self.input.consume(used);
            length = length.saturating_add(u64::try_from(used).unwrap_or(u64::MAX));
        }
        if has_ended || (length > 0 && self.is_followed) {
            self.offset = self.offset.saturating_add(length);
            self.line = self.line.saturating_add(1);
        } else if length > 0 {
            self.input.seek(SeekFrom::Start(self.offset))?;
        }
        Ok(match (has_ended, length) {
            (true, _) => Read::Line(length),
            (false, 0) => Read::Nothing,
            (false, _) => Read::Torn(length),
        })
    }

    /// Looks whether more may come in the file.
    pub(super) fn look(&self, directory: &Path) -> Result<Look, TailError> {
        let failed = TailError::of(self.number);
        // Listed before the file is read once more: a file that has a later one is complete.
        let numbers = file_numbers(&directory.to_string_lossy())?;
        let newest = numbers.last().copied();
        match fs::metadata(path(directory, self.number)) {
            Ok(metadata) => {
                if identity_of(&metadata) != self.identity || metadata.len() < self.offset {
                    return Ok(Look::Changed);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if newest.is_none_or(|newest| newest > self.number) {
                    return Ok(if newest.is_some() {
                        Look::Followed
                    } else {
                        Look::Same
                    });
                }
                // The file is gone. What is left is older, unless it was written since.
                let Some(lower) = newest else {
                    return Ok(Look::Same);
                };
                let held = self.input.get_ref().metadata().map_err(&failed)?;
                let written = fs::metadata(path(directory, lower)).map_err(&failed)?;
                let time = |metadata: &Metadata| (metadata.mtime(), metadata.mtime_nsec());
                let is_newer = time(&written) > time(&held);
                return Ok(if is_newer { Look::Anew } else { Look::Same });
            }
            Err(error) => return Err(failed(error)),
        }
        Ok(match newest {
            Some(newest) if newest > self.number => Look::Followed,
            _ => Look::Same,
        })
    }
}

fn path(directory: &Path, number: u32) -> PathBuf {
    directory.join(file_name(number).as_str())
}

fn identity_of(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
