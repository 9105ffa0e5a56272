//! Reads a journal line by line while a station writes it, from any place on. It takes the memory
//! of one line. It never waits and locks nothing.

use super::Place;
use sluice::journal::{
    Damage, JournalError, LINE_MAX, Link, Record, file_name, file_numbers, read_line,
};
use std::collections::VecDeque;
use std::fs::{self, File, Metadata};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Lines whose places are remembered. The station removes what it failed to flush, at most the 16
/// records of one turn, and writes it again.
const RECENT_MAX: usize = 64;

/// Why the journal cannot be read now. It can be tried again.
#[derive(Debug, Error)]
pub enum TailError {
    /// The directory cannot be read.
    #[error("{0}")]
    Directory(#[from] JournalError),
    /// A file cannot be read.
    #[error("journal: {} cannot be read: {error}; give the link's user the right to read it", file_name(*file))]
    File {
        /// Its number.
        file: u32,
        /// The system's error.
        #[source]
        error: io::Error,
    },
}

/// A line of the journal.
#[derive(Debug)]
pub struct Line {
    /// Its end.
    pub place: Place,
    /// The record, or what is wrong with the line.
    pub record: Result<Record, Damage>,
    /// Lines between the one before and this one are missing.
    pub has_gap: bool,
}

/// What the journal has next.
#[derive(Debug)]
pub enum Step {
    /// The next line.
    Line(Box<Line>),
    /// It is another journal, or what was read was changed. Reading begins with its oldest file.
    Anew,
    /// A file cannot be read to its end, and there is a later one. It is left out from here on.
    LeftOut(TailError),
}

/// Reads a journal up to its end, again and again.
#[derive(Debug)]
pub struct Tail {
    directory: PathBuf,
    open: Option<Open>,
    next: Next,
    /// The last lines that were read, the newest at the end.
    recent: VecDeque<Place>,
    bytes: Vec<u8>,
}

/// Where to go on when no file is open.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// With this file, or the first one after it.
    From(u32),
    /// Behind this line.
    Behind(Place),
    /// With the first file after this one.
    After(u32),
}

/// A file that is being read.
#[derive(Debug)]
struct Open {
    number: u32,
    input: BufReader<File>,
    identity: (u64, u64),
    line: u64,
    offset: u64,
    /// There was a later file, so this one is complete.
    is_followed: bool,
}

/// What the directory says about the file that was read to its end.
enum Look {
    /// More may come.
    Same,
    /// There is a later file.
    Followed,
    /// The name has another file, or the file was cut.
    Changed,
    /// Later lines are in a file with a lower number.
    Anew,
}

impl Tail {
    /// Begins with this file of the journal in `directory`, or with the first one after it.
    pub fn new(directory: &Path, file: u32) -> Self {
        Self {
            directory: directory.to_owned(),
            open: None,
            next: Next::From(file),
            recent: VecDeque::with_capacity(RECENT_MAX),
            bytes: Vec::with_capacity(LINE_MAX),
        }
    }

    /// Goes on behind a line that was read before.
    pub fn behind(directory: &Path, place: Place) -> Self {
        let mut tail = Self::new(directory, 0);
        tail.next = Next::Behind(place);
        tail.recent.push_back(place);
        tail
    }

    /// The bytes of the last line, without its newline. A line too long for a record is cut.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The next step; `None` if there is nothing new. A last line without a newline is left for
    /// later: the station may be writing it. Allocates.
    ///
    /// # Errors
    /// The journal cannot be read now. The next call tries again.
    pub fn step(&mut self) -> Result<Option<Step>, TailError> {
        loop {
            let Some(open) = &mut self.open else {
                match self.begin()? {
                    Begun::Open => continue,
                    Begun::Nothing => return Ok(None),
                    Begun::Anew => return Ok(Some(self.anew())),
                }
            };
            let (number, is_followed) = (open.number, open.is_followed);
            let read = match open.read(&mut self.bytes) {
                Ok(read) => read,
                Err(error) => {
                    let error = TailError::File {
                        file: number,
                        error,
                    };
                    if is_followed || self.look()?.is_followed() {
                        self.leave(number);
                        return Ok(Some(Step::LeftOut(error)));
                    }
                    // Opened again by the next call, at the end of the last line.
                    self.changed();
                    return Err(error);
                }
            };
            match read {
                Read::Line(length) => return Ok(Some(self.line(length))),
                Read::Torn(length) if is_followed => {
                    let mut step = self.line(length);
                    if let Step::Line(line) = &mut step {
                        line.record = Err(Damage::Torn);
                    }
                    return Ok(Some(step));
                }
                Read::Nothing if is_followed => self.leave(number),
                Read::Torn(_) | Read::Nothing => match self.look()? {
                    Look::Same => return Ok(None),
                    Look::Followed => {
                        if let Some(open) = &mut self.open {
                            open.is_followed = true;
                        }
                    }
                    Look::Changed => self.changed(),
                    Look::Anew => return Ok(Some(self.anew())),
                },
            }
        }
    }

    fn leave(&mut self, number: u32) {
        self.open = None;
        self.next = Next::After(number);
    }

    fn anew(&mut self) -> Step {
        self.open = None;
        self.recent.clear();
        self.next = Next::From(0);
        Step::Anew
    }

    /// The file was cut, or its name has another file. Goes on behind the last line that is still
    /// there.
    fn changed(&mut self) {
        self.open = None;
        if let Some(place) = self.recent.back() {
            self.next = Next::Behind(*place);
        }
    }

    fn line(&mut self, length: u64) -> Step {
        let (record, link) = read_line(&self.bytes);
        let before = self.recent.back().and_then(|place| place.crc);
        let has_gap = match (link, before) {
            (Some(Link { previous, .. }), Some(before)) => {
                previous.is_some_and(|previous| previous != before)
            }
            _ => false,
        };
        let (file, line, offset) = match &self.open {
            Some(open) => (open.number, open.line, open.offset),
            None => (0, 0, 0),
        };
        let place = Place {
            file,
            line,
            offset,
            length,
            sum: crc32fast::hash(&self.bytes),
            crc: link.map(|link| link.crc),
        };
        if self.recent.len() >= RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(place);
        Step::Line(Box::new(Line {
            place,
            record,
            has_gap,
        }))
    }

    /// Opens the file to go on with.
    fn begin(&mut self) -> Result<Begun, TailError> {
        let numbers = file_numbers(&self.directory.to_string_lossy())?;
        let first_of = |test: &dyn Fn(u32) -> bool| numbers.iter().copied().find(|n| test(*n));
        match self.next {
            Next::From(file) => match first_of(&|number| number >= file) {
                Some(number) => self.open(number, None),
                None if file > 0 && !numbers.is_empty() => Ok(Begun::Anew),
                None => Ok(Begun::Nothing),
            },
            Next::After(file) => match first_of(&|number| number > file) {
                Some(number) => self.open(number, None),
                None => Ok(Begun::Nothing),
            },
            Next::Behind(place) if numbers.contains(&place.file) => {
                let file = self.file(place.file)?;
                let failed = |error| TailError::File {
                    file: place.file,
                    error,
                };
                let places = self.recent.iter().rev().copied();
                for place in places.filter(|recent| recent.file == place.file) {
                    if place.is_in(&file).map_err(failed)? {
                        while self.recent.back().is_some_and(|last| *last != place) {
                            self.recent.pop_back();
                        }
                        return self.open(place.file, Some(place));
                    }
                }
                Ok(Begun::Anew)
            }
            Next::Behind(place) => match first_of(&|number| number > place.file) {
                Some(number) => self.open(number, None),
                None if numbers.is_empty() => Ok(Begun::Nothing),
                None => Ok(Begun::Anew),
            },
        }
    }

    fn file(&self, number: u32) -> Result<File, TailError> {
        let failed = |error| TailError::File {
            file: number,
            error,
        };
        File::open(self.path(number)).map_err(failed)
    }

    fn path(&self, number: u32) -> PathBuf {
        self.directory.join(file_name(number).as_str())
    }

    fn open(&mut self, number: u32, behind: Option<Place>) -> Result<Begun, TailError> {
        let failed = |error| TailError::File {
            file: number,
            error,
        };
        let mut file = self.file(number)?;
        let identity = identity_of(&file.metadata().map_err(failed)?);
        let (line, offset) = behind.map_or((0, 0), |place| (place.line, place.offset));
        file.seek(SeekFrom::Start(offset)).map_err(failed)?;
        self.open = Some(Open {
            number,
            input: BufReader::new(file),
            identity,
            line,
            offset,
            is_followed: false,
        });
        Ok(Begun::Open)
    }

    /// Looks whether more may come in the open file.
    fn look(&self) -> Result<Look, TailError> {
        let Some(open) = &self.open else {
            return Ok(Look::Same);
        };
        let failed = |error| TailError::File {
            file: open.number,
            error,
        };
        // Listed before the file is read once more: a file that has a later one is complete.
        let numbers = file_numbers(&self.directory.to_string_lossy())?;
        let newest = numbers.last().copied();
        match fs::metadata(self.path(open.number)) {
            Ok(metadata) => {
                if identity_of(&metadata) != open.identity || metadata.len() < open.offset {
                    return Ok(Look::Changed);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if newest.is_none_or(|newest| newest > open.number) {
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
                let held = open.input.get_ref().metadata().map_err(failed)?;
                let written = fs::metadata(self.path(lower)).map_err(failed)?;
                let time = |metadata: &Metadata| (metadata.mtime(), metadata.mtime_nsec());
                let is_newer = time(&written) > time(&held);
                return Ok(if is_newer { Look::Anew } else { Look::Same });
            }
            Err(error) => return Err(failed(error)),
        }
        Ok(match newest {
            Some(newest) if newest > open.number => Look::Followed,
            _ => Look::Same,
        })
    }
}

impl Look {
    const fn is_followed(&self) -> bool {
        matches!(self, Self::Followed)
    }
}

enum Begun {
    Open,
    Nothing,
    Anew,
}

enum Read {
    /// A whole line of this many bytes.
    Line(u64),
    /// A line of this many bytes that does not end.
    Torn(u64),
    Nothing,
}

impl Open {
    /// Reads one line without its newline. A line that does not end is read again by the next call,
    /// unless the file is complete.
    fn read(&mut self, bytes: &mut Vec<u8>) -> io::Result<Read> {
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
}

fn identity_of(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

#[cfg(test)]
mod tests;
