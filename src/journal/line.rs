//! One record, one line: its JSON and its checksum.

use super::record::{Record, Word};
use crate::hash::hex_digit;
use core::fmt;
use serde::{Deserialize, Serialize};
use serde_json_core::de::Error as JsonError;
use std::io;

/// Longest line, with its newline, in bytes. The longest record, with a name and a text of escaped characters only, fits.
pub const LINE_MAX: usize = 4096;

/// What stands before the checksum.
const KEY: &[u8] = b",\"crc\":\"";
/// What stands behind it.
const END: &[u8] = b"\"}\n";
const CRC_DIGITS: usize = 8;
const TAIL: usize = KEY.len() + CRC_DIGITS + END.len();

/// Why a line is no record.
#[derive(Debug)]
pub enum Damage {
    /// It does not end: the last line of a file whose writer died, or has not finished yet.
    Torn,
    /// It is longer than any record.
    TooLong,
    /// It does not end in a checksum.
    NoChecksum,
    /// Its checksum is another one: a byte of it changed.
    Checksum,
    /// Its checksum is right, but it is not JSON of the record's kind; another version wrote it.
    Json(JsonError),
    /// The file could not be read from here on.
    Read(io::Error),
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Torn => f.write_str("the line does not end"),
            Self::TooLong => write!(f, "the line is longer than {LINE_MAX} bytes"),
            Self::NoChecksum => f.write_str("the line has no checksum"),
            Self::Checksum => f.write_str("the line's checksum is wrong: it was changed"),
            Self::Json(error) => write!(f, "the line is no record of this version: {error:?}"),
            Self::Read(error) => write!(f, "the file cannot be read: {error}"),
        }
    }
}

/// Writes a record as a line. Its length, or `None` when the buffer is too small for it.
pub(super) fn encode(record: &impl Serialize, line: &mut [u8; LINE_MAX]) -> Option<usize> {
    let room = LINE_MAX - TAIL;
    let json_bytes = serde_json_core::to_slice(record, &mut line[..room]).ok()?;
    // The last brace gives way to the checksum.
    let body_bytes = json_bytes.checked_sub(1)?;
    let (body, rest) = line.split_at_mut_checked(body_bytes)?;
    let mut crc = heapless::String::<CRC_DIGITS>::new();
    fmt::write(&mut crc, format_args!("{:08x}", crc32fast::hash(body))).ok()?;
    let mut at = 0;
    for piece in [KEY, crc.as_bytes(), END] {
        rest.get_mut(at..at + piece.len())?.copy_from_slice(piece);
        at += piece.len();
    }
    Some(body_bytes + TAIL)
}

/// Reads a line, without its newline.
pub(super) fn decode(line: &[u8]) -> Result<Record, Damage> {
    if line.len() >= LINE_MAX {
        return Err(Damage::TooLong);
    }
    let (body, crc) = split(line).ok_or(Damage::NoChecksum)?;
    if crc32fast::hash(body) != crc {
        return Err(Damage::Checksum);
    }
    let mut json = [0; LINE_MAX];
    let json = {
        // Shorter than the line, which fits.
        let json_bytes = body.len() + 1;
        json[..body.len()].copy_from_slice(body);
        json[body.len()] = b'}';
        &json[..json_bytes]
    };
    let Head { kind } = parse(json)?;
    match kind.as_str() {
        "start" => parse(json).map(Record::Start),
        "part" => parse(json).map(|part| Record::Part(Box::new(part))),
        "missed" => parse(json).map(Record::Missed),
        "recovered" => parse(json).map(Record::Recovered),
        _ => Ok(Record::Other(kind)),
    }
}

/// What every record has.
#[derive(Deserialize)]
struct Head {
    kind: Word,
}

fn parse<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, Damage> {
    let mut unescaped = [0; LINE_MAX];
    let (value, used) =
        serde_json_core::from_slice_escaped(json, &mut unescaped).map_err(Damage::Json)?;
    if used != json.len() {
        return Err(Damage::Json(JsonError::TrailingCharacters));
    }
    Ok(value)
}

/// The bytes that the checksum covers, and the checksum.
fn split(line: &[u8]) -> Option<(&[u8], u32)> {
    let line = line.strip_suffix(&END[..END.len() - 1])?;
    let (rest, digits) = line.split_at_checked(line.len().checked_sub(CRC_DIGITS)?)?;
    let body = rest.strip_suffix(KEY)?;
    let crc = digits.iter().try_fold(0_u32, |crc, &character| {
        hex_digit(character).map(|digit| crc << 4 | u32::from(digit))
    })?;
    Some((body, crc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::MemoryBandwidth;
    use crate::journal::Missed;
    use crate::journal::tests::{part, start};
    use crate::watch::Name;

    fn line_of(record: &impl Serialize) -> Vec<u8> {
        let mut line = [0; LINE_MAX];
        let length = encode(record, &mut line).unwrap();
        line[..length].to_vec()
    }

    #[test]
    fn the_longest_record_fits() {
        let mut longest = part(u64::MAX, "a.png");
        // A quote takes two bytes, a control character of a text six, an odd byte of a name three.
        let picture = longest.picture.as_mut().unwrap();
        picture.name = Name::new(&[0xff; 255]).unwrap();
        picture.identity.size = u64::MAX;
        picture.identity.mtime_ns = i64::MIN;
        picture.identity.inode = u64::MAX;
        longest.station = "\u{1}".repeat(32).parse().unwrap();
        longest.verdict.detail = "\u{1}".repeat(160).parse().unwrap();
        for word in [
            &mut longest.verdict.kind,
            &mut longest.verdict.code,
            &mut longest.gate.outcome,
        ] {
            *word = "\u{1}".repeat(24).parse().unwrap();
        }
        let line = line_of(&longest);
        assert!(line.len() < LINE_MAX, "{} bytes", line.len());
        let record = decode(&line[..line.len() - 1]).unwrap();
        assert_eq!(record, Record::Part(Box::new(longest)));
    }

    #[test]
    fn a_line_is_json_with_the_checksum_as_its_last_key() {
        let line = String::from_utf8(line_of(&start(3))).unwrap();
        assert!(line.starts_with(r#"{"kind":"start","time":"2"#), "{line}");
        assert!(
            line.contains(r#","next_part":3,"memory":null,"crc":""#),
            "{line}"
        );
        assert!(line.ends_with("\"}\n"));
        // The CRC-32 of zlib: its check value is the one of "123456789".
        assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_part_without_a_picture_and_missed_triggers_are_read_as_they_were_written() {
        let mut without = part(7, "a.png");
        without.picture = None;
        let line = line_of(&without);
        assert!(str::from_utf8(&line).unwrap().contains(r#""picture":null"#));
        let record = decode(&line[..line.len() - 1]).unwrap();
        assert_eq!(record, Record::Part(Box::new(without)));
        let missed = Missed {
            time: start(3).time,
            station: start(3).station,
            triggers: u64::MAX,
            lost: 3,
        };
        let line = line_of(&missed);
        let record = decode(&line[..line.len() - 1]).unwrap();
        assert_eq!(record, Record::Missed(missed));
    }

    #[test]
    fn a_start_is_read_with_its_memory_and_from_before_it_was_measured() {
        let mut with = start(3);
        with.memory = Some(MemoryBandwidth {
            write_mb_s: 1,
            read_mb_s: 2,
            ordinary_write_mb_s: 3,
            ordinary_read_mb_s: u32::MAX,
            copied: true,
        });
        let line = line_of(&with);
        let record = decode(&line[..line.len() - 1]).unwrap();
        assert_eq!(record, Record::Start(with));
        let text = String::from_utf8(line_of(&start(3))).unwrap();
        let old = text.split_once(r#","memory""#).unwrap().0;
        let crc = crc32fast::hash(old.as_bytes());
        let old = format!(r#"{old},"crc":"{crc:08x}"}}"#);
        assert_eq!(decode(old.as_bytes()).unwrap(), Record::Start(start(3)));
    }

    /// A line as version 0.1.0 wrote it, before there were parts without a picture.
    #[test]
    fn an_old_line_is_still_a_record() {
        let line = line_of(&part(7, "a.png"));
        let text = str::from_utf8(&line).unwrap();
        let old = r#""picture":{"name":"a.png","identity":{"size":10,"mtime_ns":20,"inode":30},"sha256":"0404"#;
        assert!(text.contains(old), "{text}");
    }

    #[test]
    fn an_unknown_kind_is_no_damage() {
        #[derive(Serialize)]
        struct Later {
            kind: &'static str,
            list: [u8; 2],
        }
        let line = line_of(&Later {
            kind: "later",
            list: [1, 2],
        });
        assert_eq!(
            decode(&line[..line.len() - 1]).unwrap(),
            Record::Other("later".parse().unwrap())
        );
    }

    #[test]
    fn no_changed_bit_goes_unseen() {
        let line = line_of(&part(7, "a.png"));
        let line = &line[..line.len() - 1];
        assert!(decode(line).is_ok());
        for at in 0..line.len() {
            for bit in 0..8 {
                let mut changed = line.to_vec();
                changed[at] ^= 1 << bit;
                assert!(decode(&changed).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn no_piece_of_a_line_is_a_record() {
        let line = line_of(&part(7, "a.png"));
        let whole = line.len() - 1;
        for from in 0..whole {
            assert!(from == 0 || decode(&line[from..whole]).is_err());
            assert!(decode(&line[..from]).is_err());
        }
    }
}
