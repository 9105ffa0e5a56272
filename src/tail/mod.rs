//! Reads a journal line by line while a station writes it, from any place on. It takes the memory
//! of one line. It never waits and locks nothing. For programs beside the station; allocates.

mod error;
mod open;
mod place;

pub use error::TailError;
pub use place::Place;

use crate::journal::{Damage, LINE_MAX, Link, Record, file_numbers, read_line};
use open::{Look, OpenFile, Read};
use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Lines whose places are remembered. The station removes what it failed to flush, at most the 16
/// records of one turn, and writes it again.
const RECENT_MAX: usize = 64;
/// A file that cannot be read is tried for this long. Then it is left out if there is a later one.
const PATIENCE: Duration = Duration::from_secs(60);

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
    open: Option<OpenFile>,
    next: Next,
    /// The last lines that were read, the newest at the end.
    recent: VecDeque<Place>,
    bytes: Vec<u8>,
    /// The file that cannot be read, and since when.
    failing: Option<(u32, Instant)>,
    patience: Duration,
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

impl Tail {
    /// Begins with this file of the journal in `directory`, or with the first one after it.
    pub fn new(directory: &Path, file: u32) -> Self {
        Self {
            directory: directory.to_owned(),
            open: None,
            next: Next::From(file),
            recent: VecDeque::with_capacity(RECENT_MAX),
            bytes: Vec::with_capacity(LINE_MAX),
            failing: None,
            patience: PATIENCE,
        }
    }

    /// Goes on behind a line that was read before.
    pub fn behind(directory: &Path, place: Place) -> Self {
        let mut tail = Self::new(directory, 0);
        tail.next = Next::Behind(place);
        tail.recent.push_back(place);
        tail
    }

    /// A file that cannot be read is left out after this time, unless it is the last one. Without
    /// this call, 60 s.
    pub const fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
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
        match self.go_on() {
            Ok(step) => {
                self.failing = None;
                Ok(step)
            }
            Err(TailError::File { file, error }) => self.failed(file, error),
            Err(error) => Err(error),
        }
    }

    /// One rule for all errors of a file: it is opened again by the next call, and left out once it
    /// was tried for long enough and there is a later one.
    fn failed(&mut self, file: u32, error: io::Error) -> Result<Option<Step>, TailError> {
        let now = Instant::now();
        let since = match self.failing {
            Some((failing, since)) if failing == file => since,
            _ => now,
        };
        self.failing = Some((file, since));
        self.open = None;
        if let Some(place) = self.recent.back()
            && place.file == file
        {
            self.next = Next::Behind(*place);
        }
        let error = TailError::File { file, error };
        if now.duration_since(since) < self.patience {
            return Err(error);
        }
        let numbers = file_numbers(&self.directory.to_string_lossy())?;
        if numbers.last().is_none_or(|newest| *newest <= file) {
            return Err(error);
        }
        // The gap is this one: the next line is not compared with what was read before.
        self.recent.clear();
        self.failing = None;
        self.leave(file);
        Ok(Some(Step::LeftOut(error)))
    }

    fn go_on(&mut self) -> Result<Option<Step>, TailError> {
        loop {
            let Some(open) = &mut self.open else {
                match self.begin()? {
                    Begun::Open => continue,
                    Begun::Nothing => return Ok(None),
                    Begun::Anew => return Ok(Some(self.anew())),
                }
            };
            let (number, is_followed) = (open.number, open.is_followed);
            match open.read(&mut self.bytes).map_err(TailError::of(number))? {
                Read::Line(length) => {
                    if let Some(line) = self.line(length, true)? {
                        return Ok(Some(Step::Line(line)));
                    }
                }
                Read::Torn(length) if is_followed => {
                    if let Some(line) = self.line(length, false)? {
                        return Ok(Some(Step::Line(line)));
                    }
                }
                Read::Nothing if is_followed => self.leave(number),
                Read::Torn(_) | Read::Nothing => match open.look(&self.directory)? {
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

    /// The line that was read. None if the lines before it are not those that were read before: the
    /// file was cut and written on between two looks.
    fn line(&mut self, length: u64, has_ended: bool) -> Result<Option<Box<Line>>, TailError> {
        let Some(open) = &self.open else {
            return Ok(None);
        };
        let (record, link) = if has_ended {
            read_line(&self.bytes)
        } else {
            (Err(Damage::Torn), None)
        };
        let before = self.recent.back().copied();
        let has_gap = match (link, before.and_then(|place| place.crc)) {
            (Some(Link { previous, .. }), Some(before)) => {
                previous.is_some_and(|previous| previous != before)
            }
            _ => false,
        };
        if let Some(before) = before
            && before.file == open.number
            && (has_gap || link.is_none())
            && !open.has(&before)?
        {
            self.changed();
            return Ok(None);
        }
        let place = Place {
            file: open.number,
            line: open.line,
            offset: open.offset,
            length,
            sum: crc32fast::hash(&self.bytes),
            crc: link.map(|link| link.crc),
        };
        if self.recent.len() >= RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(place);
        Ok(Some(Box::new(Line {
            place,
            record,
            has_gap,
        })))
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
                let file = OpenFile::open(&self.directory, place.file, None)?;
                let places = self.recent.iter().rev().copied();
                for place in places.filter(|recent| recent.file == place.file) {
                    if file.has(&place)? {
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

    fn open(&mut self, number: u32, behind: Option<Place>) -> Result<Begun, TailError> {
        self.open = Some(OpenFile::open(&self.directory, number, behind)?);
        Ok(Begun::Open)
    }
}

enum Begun {
    Open,
    Nothing,
    Anew,
}
