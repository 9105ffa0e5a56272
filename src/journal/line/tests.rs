//! Lines there and back, and damaged ones.

use super::*;
use crate::control::{Latch, Latches};
use crate::engine::MemoryBandwidth;
use crate::journal::tests::{part, start};
use crate::journal::{ConfirmationFault, Control, Missed, Recovered};
use crate::watch::Name;
use core::error::Error as _;

fn line_of(record: &impl Serialize) -> Vec<u8> {
    let mut line = [0; LINE_MAX];
    let (length, _) = encode(record, 0, &mut line).unwrap();
    line[..length].to_vec()
}

#[test]
fn the_longest_record_fits() {
    let mut longest = part(u64::MAX, "a.png");
    // Longest escapes: two bytes for a quote, six for a control character of a text, three for
    // a byte of a name that is not printable.
    let picture = longest.picture.as_mut().unwrap();
    picture.name = Name::new(&[0xff; 255]).unwrap();
    picture.identity.size = u64::MAX;
    picture.identity.mtime_ns = i64::MIN;
    picture.identity.inode = u64::MAX;
    longest.station = "\u{1}".repeat(32).parse().unwrap();
    longest.verdict.detail = "\u{1}".repeat(160).parse().unwrap();
    longest.golden = Some(u8::MAX);
    longest.input_sha256 = Some(start(1).binary_sha256);
    longest.mask_sha256 = Some(start(1).binary_sha256);
    longest.recipe = "\u{1}".repeat(24).parse().ok();
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
        line.contains(r#","next_part":3,"memory":null,"engine":null,"realtime":null,"prev":"00000000","crc":""#),
        "{line}"
    );
    assert!(line.ends_with("\"}\n"));
    // This is zlib's CRC-32: its check value is that of "123456789".
    assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
}

#[test]
fn a_part_without_a_picture_and_missed_triggers_survive_a_round_trip() {
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
        recipe: None,
    };
    let line = line_of(&missed);
    let record = decode(&line[..line.len() - 1]).unwrap();
    assert_eq!(record, Record::Missed(missed));
}

#[test]
fn records_about_the_station_survive_a_round_trip() {
    let control = Control {
        time: start(3).time,
        station: start(3).station,
        change: "stopped".parse().unwrap(),
        by: "command".parse().unwrap(),
        detail: "was run".parse().unwrap(),
        latches: None,
    };
    let all = Latch::ALL.map(Latches::of);
    let all = all.into_iter().fold(Latches::default(), Latches::with);
    for latches in [
        None,
        Some(Latches::default()),
        Some(Latches::of(Latch::BinFull)),
        Some(all),
    ] {
        let control = Control {
            latches,
            ..control.clone()
        };
        let line = line_of(&control);
        let text = str::from_utf8(&line).unwrap();
        assert_eq!(text.contains("latches"), latches.is_some(), "{text}");
        let record = decode(&line[..line.len() - 1]).unwrap();
        assert_eq!(record, Record::Control(control));
    }
    for part in [Some(u64::MAX), None] {
        let fault = ConfirmationFault {
            time: start(3).time,
            station: start(3).station,
            part,
            fault: "not_left".parse().unwrap(),
            recipe: "flange".parse().unwrap(),
        };
        let line = line_of(&fault);
        let record = decode(&line[..line.len() - 1]);
        assert_eq!(record.unwrap(), Record::Confirmation(fault));
    }
}

#[test]
fn a_start_is_read_with_and_without_its_memory() {
    let mut with = start(3);
    with.memory = Some(MemoryBandwidth {
        write_mb_s: 1,
        read_mb_s: 2,
        ordinary_write_mb_s: 3,
        ordinary_read_mb_s: u32::MAX,
        copied: true,
    });
    with.engine = "unet-executor".parse().ok();
    with.realtime = "SCHED_FIFO 40, memory locked".parse().ok();
    let line = line_of(&with);
    let record = decode(&line[..line.len() - 1]).unwrap();
    assert_eq!(record, Record::Start(Box::new(with)));
    let text = String::from_utf8(line_of(&start(3))).unwrap();
    let old = text.split_once(r#","memory""#).unwrap().0;
    let crc = crc32fast::hash(old.as_bytes());
    let old = format!(r#"{old},"crc":"{crc:08x}"}}"#);
    assert_eq!(
        decode(old.as_bytes()).unwrap(),
        Record::Start(Box::new(start(3)))
    );
}

/// A line as version 0.1.0 wrote it, when every part had a picture.
#[test]
fn an_old_line_is_still_a_record() {
    let line = line_of(&part(7, "a.png"));
    let text = str::from_utf8(&line).unwrap();
    let old = r#""picture":{"name":"a.png","identity":{"size":10,"mtime_ns":20,"inode":30},"sha256":"0404"#;
    assert!(text.contains(old), "{text}");
}

#[test]
fn an_unknown_kind_is_not_damage() {
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
fn every_changed_bit_is_detected() {
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
fn no_fragment_of_a_line_is_a_record() {
    let line = line_of(&part(7, "a.png"));
    let whole = line.len() - 1;
    for from in 0..whole {
        assert!(from == 0 || decode(&line[from..whole]).is_err());
        assert!(decode(&line[..from]).is_err());
    }
}

/// `body` as a line with its checksum, without its newline.
fn with_checksum(body: &str) -> Vec<u8> {
    let crc = crc32fast::hash(body.as_bytes());
    format!(r#"{body},"crc":"{crc:08x}"}}"#).into_bytes()
}

#[test]
fn a_repair_survives_a_round_trip() {
    let recovered = Recovered {
        time: start(3).time,
        cut_bytes: 17,
    };
    let line = line_of(&recovered);
    let record = decode(&line[..line.len() - 1]).unwrap();
    assert_eq!(record, Record::Recovered(recovered));
}

#[test]
fn each_damage_is_named() {
    let word = |line: &[u8]| decode(line).unwrap_err().to_string();
    let record = with_checksum(r#"{"kind":"later""#);
    assert!(decode(&record).is_ok());
    let mut changed = record.clone();
    changed[2] = b'K';
    for (line, text) in [
        (
            vec![b'x'; LINE_MAX],
            "the line is longer than 4096 bytes".to_owned(),
        ),
        (
            vec![b'x'; LINE_MAX - 1],
            "the line has no checksum".to_owned(),
        ),
        (
            changed,
            "the line's checksum is wrong: it was changed".to_owned(),
        ),
        (
            with_checksum(r#"{"kind":"later"},"list":[1]"#),
            format!(
                "the line is no record of this version: {:?}",
                JsonError::TrailingCharacters
            ),
        ),
    ] {
        assert_eq!(word(&line), text);
    }
    let json = decode(&with_checksum(r#"{"kind":7"#)).unwrap_err();
    assert!(json.source().is_some());
}

#[test]
fn a_record_that_is_too_long_is_not_encoded() {
    let length = |bytes: usize| {
        encode(&"x".repeat(bytes).as_str(), 0, &mut [0; LINE_MAX]).map(|(length, _)| length)
    };
    // The text adds two quotes, and the checksum replaces the second one.
    let longest = LINE_MAX - TAIL - 2;
    assert_eq!(length(longest), Some(longest + 1 + TAIL));
    assert_eq!(length(longest + 1), None);
}

#[test]
fn a_line_has_the_checksum_of_the_line_before_it_or_none() {
    let mut line = [0; LINE_MAX];
    let (length, crc) = encode(&part(7, "a.png"), 0x00c0_ffee, &mut line).unwrap();
    let line = &line[..length - 1];
    let text = str::from_utf8(line).unwrap();
    let end = format!(r#","prev":"00c0ffee","crc":"{crc:08x}"}}"#);
    assert!(text.ends_with(&end), "{text}");
    let link = Link {
        previous: Some(0x00c0_ffee),
        crc,
    };
    assert_eq!(check(line).unwrap().link, link);
    let old = with_checksum(r#"{"kind":"later","prev":"c0ffee""#);
    assert_eq!(check(&old).unwrap().link.previous, None);
}
