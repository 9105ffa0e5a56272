//! One record, one line: its JSON and its checksum.

use super::record::{Record, Word};
use crate::hash::hex_digit;
use core::fmt;
use serde::{Deserialize, Serialize};
use serde_json_core::de::Error as JsonError;
use std::io;
use thiserror::Error;

/// Longest line in bytes, including its newline. The longest record fits, even if its name and
/// texts consist of escaped characters only.
pub const LINE_MAX: usize = 4096;

/// The text before the checksum of the line before.
const PREVIOUS_KEY: &[u8] = b",\"prev\":\"";
/// The text before the checksum.
const KEY: &[u8] = b",\"crc\":\"";
/// The text after the checksum.
const END: &[u8] = b"\"}\n";
const CRC_DIGITS: usize = 8;
const TAIL: usize = PREVIOUS_KEY.len() + CRC_DIGITS + 1 + KEY.len() + CRC_DIGITS + END.len();

/// Why a line is not a record.
#[derive(Debug, Error)]
pub enum Damage {
    /// The line does not end: it is the last line of a file whose writer died, or has not finished
    /// yet.
    #[error("the line does not end")]
    Torn,
    /// It is longer than any record.
    #[error("the line is longer than {LINE_MAX} bytes")]
    TooLong,
    /// It does not end in a checksum.
    #[error("the line has no checksum")]
    NoChecksum,
    /// Its checksum does not match: the line was changed.
    #[error("the line's checksum is wrong: it was changed")]
    Checksum,
    /// Its checksum matches, but its JSON is not a known record. Another version wrote it.
    #[error("the line is no record of this version: {0:?}")]
    Json(#[source] JsonError),
    /// The file cannot be read from here on.
    #[error("the file cannot be read: {0}")]
    Read(#[source] io::Error),
}

/// What links a line to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The checksum of the line before, and 0 in the first line of a journal. Old lines have
    /// none.
    pub previous: Option<u32>,
    /// The line's own checksum.
    pub crc: u32,
}

/// Writes a record as a line behind the one with the checksum `previous`. Returns its length and
/// its checksum, or `None` if the record does not fit.
pub(super) fn encode(
    record: &impl Serialize,
    previous: u32,
    line: &mut [u8; LINE_MAX],
) -> Option<(usize, u32)> {
    let capacity = LINE_MAX - TAIL;
    let json_bytes = serde_json_core::to_slice(record, &mut line[..capacity]).ok()?;
    // The checksums replace the last brace.
    let mut at = json_bytes.checked_sub(1)?;
    put(line, &mut at, PREVIOUS_KEY)?;
    put(line, &mut at, digits(previous).as_bytes())?;
    put(line, &mut at, b"\"")?;
    let crc = crc32fast::hash(line.get(..at)?);
    put(line, &mut at, KEY)?;
    put(line, &mut at, digits(crc).as_bytes())?;
    put(line, &mut at, END)?;
    Some((at, crc))
}

fn digits(crc: u32) -> heapless::String<CRC_DIGITS> {
    let mut text = heapless::String::new();
    // Eight digits at most.
    let _ = fmt::write(&mut text, format_args!("{crc:08x}"));
    text
}

fn put(line: &mut [u8], at: &mut usize, piece: &[u8]) -> Option<()> {
    let end = at.checked_add(piece.len())?;
    line.get_mut(*at..end)?.copy_from_slice(piece);
    *at = end;
    Some(())
}

/// A line whose checksum is right.
#[derive(Debug)]
pub(super) struct Intact<'a> {
    /// Its JSON without the last brace and the checksums.
    body: &'a [u8],
    pub(super) link: Link,
}

/// Checks a line without its newline.
pub(super) fn check(line: &[u8]) -> Result<Intact<'_>, Damage> {
    if line.len() >= LINE_MAX {
        return Err(Damage::TooLong);
    }
    let (covered, crc) = split(line).ok_or(Damage::NoChecksum)?;
    if crc32fast::hash(covered) != crc {
        return Err(Damage::Checksum);
    }
    let (body, previous) = match split_previous(covered) {
        Some((body, previous)) => (body, Some(previous)),
        None => (covered, None),
    };
    Ok(Intact {
        body,
        link: Link { previous, crc },
    })
}

/// Decodes a line without its newline.
#[cfg(test)]
pub(super) fn decode(line: &[u8]) -> Result<Record, Damage> {
    check(line)?.record()
}

/// The record of a line without its newline, and what links it to the line before. For programs
/// that read the files themselves. Allocates.
///
/// # Errors
/// [`Damage`] says what is wrong with the line; [`Damage::Json`] if another version wrote it. The
/// link is there unless its checksum is wrong or missing.
pub fn read_line(line: &[u8]) -> (Result<Record, Damage>, Option<Link>) {
    match check(line) {
        Ok(intact) => (intact.record(), Some(intact.link)),
        Err(damage) => (Err(damage), None),
    }
}

impl Intact<'_> {
    /// The record.
    pub(super) fn record(&self) -> Result<Record, Damage> {
        let mut json = [0; LINE_MAX];
        let json = {
            // One byte longer than the body and shorter than the line, so it fits.
            let json_bytes = self.body.len() + 1;
            json[..self.body.len()].copy_from_slice(self.body);
            json[self.body.len()] = b'}';
            &json[..json_bytes]
        };
        record_of(json)
    }
}

fn record_of(json: &[u8]) -> Result<Record, Damage> {
    let Head { kind } = parse(json)?;
    match kind.as_str() {
        "start" => parse(json).map(|start| Record::Start(Box::new(start))),
        "model" => parse(json).map(|model| Record::Model(Box::new(model))),
        "part" => parse(json).map(|part| Record::Part(Box::new(part))),
        "missed" => parse(json).map(Record::Missed),
        "control" => parse(json).map(Record::Control),
        "challenge" => parse(json).map(|challenge| Record::Challenge(Box::new(challenge))),
        "confirmation" => parse(json).map(Record::Confirmation),
        "recovered" => parse(json).map(Record::Recovered),
        "counters" => parse(json).map(|counted| Record::Counted(Box::new(counted))),
        "carried_counters" => parse(json).map(|counts| Record::CarriedCounts(Box::new(counts))),
        "carried_times" => parse(json).map(|times| Record::CarriedTimes(Box::new(times))),
        "carried" => parse(json).map(|end| Record::Carried(Box::new(end))),
        _ => Ok(Record::Other(kind)),
    }
}

/// The field that every record has.
#[derive(Deserialize)]
struct Head {
    kind: Word,
}

/// Decodes the whole of `json`; anything after the value is an error.
fn parse<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, Damage> {
    let mut unescaped = [0; LINE_MAX];
    serde_json_core::from_slice_escaped(json, &mut unescaped)
        .map(|(value, _)| value)
        .map_err(Damage::Json)
}

/// Splits a line into the bytes that the checksum covers and the checksum.
fn split(line: &[u8]) -> Option<(&[u8], u32)> {
    let line = line.strip_suffix(&END[..END.len() - 1])?;
    let (rest, crc) = split_digits(line)?;
    Some((rest.strip_suffix(KEY)?, crc))
}

/// Splits off the checksum of the line before, if the line has it.
fn split_previous(covered: &[u8]) -> Option<(&[u8], u32)> {
    let (rest, previous) = split_digits(covered.strip_suffix(b"\"")?)?;
    Some((rest.strip_suffix(PREVIOUS_KEY)?, previous))
}

/// Splits off a checksum in hexadecimal.
fn split_digits(text: &[u8]) -> Option<(&[u8], u32)> {
    let (rest, digits) = text.split_at_checked(text.len().checked_sub(CRC_DIGITS)?)?;
    let crc = digits.iter().try_fold(0_u32, |crc, &character| {
        hex_digit(character).map(|digit| crc << 4 | u32::from(digit))
    })?;
    Some((rest, crc))
}

#[cfg(test)]
mod tests;
