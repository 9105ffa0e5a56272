//! The end of a journal file: where the station continues, and what is left of the last line after
//! a power cut.

use super::disk::{self, failed};
use super::files::{open_file, path};
use super::line::check;
use super::lines::Lines;
use super::{JournalError, Record, Recovered, WallTime};
use crate::bounded::file::open_regular;
use crate::part::PartId;
use crate::station::file;
use std::io::{self, BufReader};
use std::path::Path;

/// How to continue after the newest file.
#[derive(Debug, Default)]
pub(super) struct Tail {
    /// What its whole lines say.
    pub(super) end: End,
    /// The record of a removed line.
    pub(super) recovered: Option<Recovered>,
}

/// What follows a file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct End {
    /// One more than the highest part number in its records.
    pub(super) next_part: Option<PartId>,
    /// The checksum of its last line that is not damaged.
    pub(super) last_crc: Option<u32>,
}

/// Repairs the end of the newest file. An incomplete last line is removed. A last line that lacks
/// only its newline gets one.
pub(super) fn repair(settings: &file::JournalSettings, number: u32) -> Result<Tail, JournalError> {
    let survey = survey(settings, number).map_err(failed("read", number))?;
    let mut recovered = None;
    if let Some(line) = survey.unended {
        let (file, _) = open_file(settings, number)?;
        if line.whole {
            disk::append(&file, number, b"\n")?;
        } else {
            let end = file.metadata().map_err(failed("fstat", number))?.len();
            disk::truncate(&file, number, line.begin)?;
            recovered = Some(Recovered {
                time: WallTime::now(),
                cut_bytes: end.saturating_sub(line.begin),
            });
        }
        if settings.sync {
            disk::flush(&file, number)?;
        }
    }
    Ok(Tail {
        end: survey.end,
        recovered,
    })
}

/// What follows an older file; `None` if the file cannot be read.
pub(super) fn end_of(settings: &file::JournalSettings, number: u32) -> Option<End> {
    Some(survey(settings, number).ok()?.end)
}

struct Survey {
    end: End,
    unended: Option<Unended>,
}

/// A last line without a newline.
struct Unended {
    begin: u64,
    /// Whether only the newline is missing.
    whole: bool,
}

fn survey(settings: &file::JournalSettings, number: u32) -> io::Result<Survey> {
    let mut end = End::default();
    let mut unended = None;
    let file = open_regular(Path::new(path(settings, number).as_str()))?;
    let mut lines = Lines::new(BufReader::new(file));
    while let Some(line) = lines.next()? {
        let intact = check(line.bytes).ok();
        if !line.ended {
            unended = Some(Unended {
                begin: line.offset,
                whole: intact.is_some(),
            });
        }
        let Some(intact) = intact else { continue };
        end.last_crc = Some(intact.link.crc);
        let next = match intact.record() {
            Ok(Record::Part(part)) => Some(part.part.next()),
            Ok(Record::Start(start)) => Some(start.next_part),
            _ => None,
        };
        end.next_part = end.next_part.max(next);
    }
    Ok(Survey { end, unended })
}
