//! The last rejects and faults with their pictures come from the history, and nothing else does,
//! whatever lies there and whatever a client asks for.

use crate::link::{Link, config, connect, free_port, get, http, wait};
use crate::station::Directory;
use serde_json::Value;
use sluice::hash::Sha256;
use sluice::history::{EntryName, EntryRecord, InputShape, Kind, OVERLAY_FILE, RECORD_FILE};
use sluice::image::{ChannelOrder, Size};
use sluice::journal::{BlobTotals, Decision, WallTime};
use sluice::part::{Cause, PartId, Reason, Verdict};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// More than the link has with all its clients, whatever they do.
const RESIDENT_MAX_KIB: u64 = 40 * 1024;
const SECRET: &str = "nothing for a page";

/// Keeps a part, as a station does. Returns its name.
fn keep(history: &Path, number: u64, kind: Kind, picture: Option<&[u8]>) -> String {
    let time = WallTime::from_unix_us(1_772_368_496_000_000 + number * 1_000_000);
    let name = EntryName::new(time, PartId::new(number), kind, 80);
    let verdict = match kind {
        Kind::Reject => Verdict::Reject(Reason::TooManyBlobs),
        Kind::Fault => Verdict::Fault(Cause::NoPicture),
        Kind::Pass | Kind::Near => Verdict::Pass,
    };
    let size = Size {
        width: 8,
        height: 8,
    };
    let record = EntryRecord {
        version: EntryRecord::VERSION,
        part: number,
        time,
        station: "line 3".parse().unwrap(),
        recipe: "plate".parse().unwrap(),
        verdict: Decision::new(&verdict, "as the recipe says"),
        blobs: BlobTotals::default(),
        nearest: None,
        picture: None,
        input: picture.map(|_| InputShape {
            size,
            order: ChannelOrder::Rgb,
            classes: 2,
        }),
        input_sha256: None,
        mask_sha256: None,
        binary_sha256: Sha256::new([1; 32]),
        station_sha256: Sha256::new([2; 32]),
        model_sha256: Sha256::new([3; 32]),
        recipe_sha256: Sha256::new([4; 32]),
        engine: None,
    };
    let entry = history.join(name.as_str());
    fs::create_dir(&entry).unwrap();
    let mut text = [0; EntryRecord::BYTES_MAX];
    let length = record.encode(&mut text).unwrap();
    fs::write(entry.join(RECORD_FILE), &text[..length]).unwrap();
    if let Some(picture) = picture {
        fs::write(entry.join(OVERLAY_FILE), picture).unwrap();
    }
    name.as_str().to_owned()
}

/// The status and the bytes of a picture.
fn picture(port: u16, name: &str) -> (u16, Vec<u8>) {
    let mut stream = connect(port);
    write!(
        stream,
        "GET /history/{name}.png HTTP/1.1\r\nHost: localhost\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|at| at == b"\r\n\r\n").unwrap();
    let status = String::from_utf8_lossy(&answer[9..12]).parse().unwrap();
    (status, answer.split_off(end + 4))
}

/// The numbers of the parts in the list.
fn numbers(list: &Value) -> Vec<u64> {
    let parts = list["parts"].as_array().unwrap();
    parts
        .iter()
        .map(|part| part["part"].as_u64().unwrap())
        .collect()
}

/// The list, once it has these parts and this many that cannot be read.
fn list(port: u16, expected: &[u64], unreadable: u64) -> Vec<Value> {
    let list = wait("the list", || {
        let (status, text) = get(port, "/history.json", "");
        let list: Value = serde_json::from_str(&text).ok().filter(|_| status == 200)?;
        let is_right = numbers(&list) == expected && list["unreadable"] == unreadable;
        is_right.then_some(list)
    });
    list["parts"].as_array().unwrap().clone()
}

/// The list cannot be read.
fn no_list(port: u16, why: &str) {
    wait("the failure", || {
        let (status, text) = get(port, "/history.json", "");
        (status == 503 && text.contains(why)).then_some(())
    });
}

fn with_history(place: &Directory, port: u16) -> String {
    let history = place.0.join("history").display().to_string();
    let section = format!("\"history\": \"{history}\"");
    config(&place.0.join("journal"), &[section, http(port)])
}

#[test]
fn the_last_rejects_and_faults_come_with_their_pictures() {
    let place = Directory::new("kept");
    let port = free_port();
    let link = Link::start(&place, &config(&place.0.join("journal"), &[http(port)]));
    assert_eq!(get(port, "/history.json", ""), (200, "null".to_owned()));
    drop(link);

    let port = free_port();
    let link = Link::start(&place, &with_history(&place, port));
    no_list(port, "look at history");
    let history = place.0.join("history");
    fs::create_dir(&history).unwrap();
    list(port, &[], 0);

    // Longer than a piece that is read at once.
    let bytes: Vec<u8> = (0..200_001_u32)
        .map(|at| at.wrapping_mul(37).to_le_bytes()[1])
        .collect();
    let mut names = Vec::new();
    for number in 1..=20 {
        let kind = match number {
            19 => Kind::Fault,
            20 => Kind::Pass,
            _ => Kind::Reject,
        };
        names.push(keep(
            &history,
            number,
            kind,
            (kind != Kind::Fault).then_some(&bytes),
        ));
    }
    let parts = list(port, &(8..=19).rev().collect::<Vec<_>>(), 0);
    assert_eq!(parts[0]["verdict"], "FAULT");
    assert_eq!(parts[0]["has_picture"], false);
    assert_eq!(parts[1]["code"], "too_many_blobs");
    assert_eq!(parts[1]["detail"], "more blobs than can be counted");
    assert_eq!(parts[1]["unix_ms"], 1_772_368_514_000_u64);
    let name = parts[1]["name"].as_str().unwrap();
    let (status, content) = picture(port, name);
    assert_eq!(status, 200);
    assert!(content == bytes, "{} bytes", content.len());
    assert_eq!(picture(port, parts[0]["name"].as_str().unwrap()).0, 404);

    // The station deletes it.
    fs::remove_dir_all(history.join(name)).unwrap();
    assert_eq!(picture(port, name).0, 404);
    let rest: Vec<_> = (7..=19).rev().filter(|number| *number != 18).collect();
    list(port, &rest, 0);

    // More than fit in the list cannot be read, so older ones are shown.
    for name in names
        .iter()
        .skip(5)
        .filter(|name| history.join(name).exists())
    {
        fs::write(history.join(name).join(RECORD_FILE), "{}").unwrap();
    }
    list(port, &[5, 4, 3, 2, 1], 13);
    for name in names.iter().take(5) {
        fs::remove_dir_all(history.join(name)).unwrap();
    }
    no_list(port, "damaged");
    drop(link);
}

#[test]
fn nothing_else_is_given_whatever_lies_there_or_is_asked_for() {
    let place = Directory::new("kept-else");
    let history = place.0.join("history");
    fs::create_dir(&history).unwrap();
    let port = free_port();
    let _link = Link::start(&place, &with_history(&place, port));

    let secret = place.0.join("secret");
    fs::create_dir(&secret).unwrap();
    fs::write(secret.join(OVERLAY_FILE), SECRET).unwrap();
    fs::write(secret.join(RECORD_FILE), SECRET).unwrap();
    let overlay = |name: &str| history.join(name).join(OVERLAY_FILE);
    let to_a_file = keep(&history, 1, Kind::Reject, Some(b""));
    fs::remove_file(overlay(&to_a_file)).unwrap();
    symlink(secret.join(OVERLAY_FILE), overlay(&to_a_file)).unwrap();
    let a_link = keep(&history, 2, Kind::Reject, None);
    fs::remove_dir_all(history.join(&a_link)).unwrap();
    symlink(&secret, history.join(&a_link)).unwrap();
    let a_pipe = keep(&history, 3, Kind::Reject, None);
    let made = Command::new("mkfifo").arg(overlay(&a_pipe)).status();
    assert!(made.unwrap().success());
    let a_directory = keep(&history, 4, Kind::Reject, None);
    fs::create_dir(overlay(&a_directory)).unwrap();
    let too_long = keep(&history, 5, Kind::Reject, Some(b""));
    let file = File::options().write(true).open(overlay(&too_long));
    file.unwrap().set_len((64 << 20) + 1).unwrap();
    for name in [
        to_a_file.as_str(),
        &a_link,
        &a_pipe,
        &a_directory,
        &too_long,
        "",
        "../secret/overlay",
        "..%2fsecret%2foverlay",
        "../secret",
        "/../../secret",
        "%00",
        &format!("{too_long}/../../secret"),
        &format!("{too_long}%00"),
        &"x".repeat(5000),
    ] {
        let (status, content) = picture(port, name);
        assert!(matches!(status, 404 | 503), "{name}: {status}");
        let content = String::from_utf8_lossy(&content);
        assert!(!content.contains(SECRET), "{name}");
    }
    // The list has what can be read. The station writes neither a link nor another form.
    let other = keep(&history, 6, Kind::Reject, None);
    fs::write(history.join(other).join(RECORD_FILE), "{}").unwrap();
    // The link in place of a directory, and the other form.
    list(port, &[5, 4, 3, 1], 2);
}

#[test]
fn clients_that_read_no_picture_hold_little_memory_and_no_other_client_up() {
    let place = Directory::new("kept-stalled");
    let history = place.0.join("history");
    fs::create_dir(&history).unwrap();
    let bytes = vec![7; 16 << 20];
    let name = keep(&history, 1, Kind::Reject, Some(&bytes));
    let port = free_port();
    let link = Link::start(&place, &with_history(&place, port));
    let mut held = Vec::new();
    for _ in 0..50 {
        let mut stream = connect(port);
        write!(
            stream,
            "GET /history/{name}.png HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        .unwrap();
        stream.read_exact(&mut [0; 1]).unwrap();
        held.push(stream);
    }
    let content = wait("the picture", || {
        Some(picture(port, &name)).filter(|(status, _)| *status == 200)
    });
    assert!(content.1 == bytes);
    let resident = link.resident_kib();
    assert!(resident < RESIDENT_MAX_KIB, "{resident} KiB");
    println!("{resident} KiB resident with 50 clients that read no picture");
}
