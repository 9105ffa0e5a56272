//! The drawings: the committed ones are up to date, and a drawing shows what its file says.

use super::part::Kind;
use super::parts;
use super::pins::End;
use super::{Board, Error, STATIONS, drawing};
use sluice::station;
use std::fs;
use std::path::PathBuf;

fn file(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../board/stations")).join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(file(&format!("{name}.json"))).unwrap()
}

#[test]
fn the_committed_drawings_are_up_to_date() {
    for (name, board) in STATIONS {
        let json = format!("{name}.json");
        let made = drawing(text(name).as_bytes(), board, &json).unwrap();
        let committed = fs::read_to_string(file(&format!("{name}.svg"))).unwrap();
        assert!(
            made == committed,
            "{name}.svg is not what {json} gives; run `cargo run -p sluice-tools --bin wiring`"
        );
    }
}

/// Each line is on the pin that the documents of its board give for it.
#[test]
fn lines_are_on_their_pins() {
    let pins = |name: &str| {
        let board = STATIONS.iter().find(|(of, _)| *of == name).unwrap().1;
        let station = station::read(text(name).as_bytes()).unwrap();
        let mut pins: Vec<(&str, u8)> = parts::of(&station, board)
            .unwrap()
            .iter()
            .flat_map(|part| &part.ports)
            .filter_map(|port| match &port.end {
                End::Pin(pin) => Some((port.key, pin.number)),
                End::Named(_) => None,
            })
            .collect();
        pins.sort_unstable();
        pins
    };
    assert_eq!(
        pins("atlas200dk-oled"),
        [
            ("SCL", 5),
            ("SDA", 3),
            ("lines.alive", 7),
            ("lines.busy", 35),
            ("lines.fault", 37),
            ("lines.pass", 31),
            ("lines.ready", 33),
            ("lines.reject", 29),
            ("trigger", 11),
        ]
    );
    assert_eq!(
        pins("atlas200dk-tft"),
        [
            ("CLK", 23),
            ("CS", 24),
            ("MOSI", 19),
            ("display.data_command", 7),
            ("display.reset", 35),
            ("lines.alive", 31),
            ("lines.fault", 37),
            ("lines.ready", 33),
            ("lines.reject", 29),
            ("trigger", 11),
        ]
    );
    assert_eq!(
        pins("atlas200i-dk-a2"),
        [
            ("SCL", 5),
            ("SDA", 3),
            ("lines.alive", 16),
            ("lines.busy", 33),
            ("lines.fault", 31),
            ("lines.pass", 36),
            ("lines.ready", 26),
            ("lines.reject", 15),
            ("trigger", 11),
        ]
    );
    assert_eq!(
        pins("orangepi-aipro"),
        [
            ("SCL", 5),
            ("SDA", 3),
            ("lines.alive", 16),
            ("lines.busy", 38),
            ("lines.fault", 40),
            ("lines.pass", 35),
            ("lines.ready", 31),
            ("lines.reject", 15),
            ("trigger", 12),
        ]
    );
    assert_eq!(
        pins("raspberry-pi-5"),
        [
            ("SCL", 5),
            ("SDA", 3),
            ("lines.alive", 31),
            ("lines.busy", 36),
            ("lines.fault", 37),
            ("lines.pass", 33),
            ("lines.ready", 32),
            ("lines.reject", 29),
            ("trigger", 11),
        ]
    );
}

/// At either safe level, the reject relay is off while nothing drives its line, and its contact is
/// then open.
#[test]
fn an_undriven_reject_relay_is_off_and_its_contact_open() {
    let low = text("atlas200dk-oled").replacen(
        "\"active\": \"high\", \"safe\": \"high\"",
        "\"active\": \"low\", \"safe\": \"low\"",
        1,
    );
    for (text, level) in [
        (text("atlas200dk-oled"), station::file::Level::Low),
        (low, station::file::Level::High),
    ] {
        let station = station::read(text.as_bytes()).unwrap();
        let parts = parts::of(&station, Board::Atlas200Dk).unwrap();
        let reject = parts
            .iter()
            .find(|part| part.ports[0].key == "lines.reject")
            .unwrap();
        let Kind::Relay {
            on, normally_open, ..
        } = &reject.kind
        else {
            panic!("{reject:?}")
        };
        assert_eq!((*on, *normally_open), (level, true));
        assert!(station.lines.reject.safe != *on);
    }
}

#[test]
fn a_station_that_cannot_be_wired_is_refused() {
    let oled = text("atlas200dk-oled");
    let refused = |from: &str, to: &str| {
        assert!(oled.contains(from), "{from}");
        drawing(oled.replacen(from, to, 1).as_bytes(), Board::Atlas200Dk, "").unwrap_err()
    };
    assert!(matches!(
        refused("\"reject\": { \"offset\": 12", "\"reject\": { \"offset\": 3"),
        Error::NotOnTheBoard { key, .. } if key == "lines.reject"
    ));
    assert!(matches!(
        refused("\"address\": 32", "\"address\": 33"),
        Error::NotOnTheBoard { key, .. } if key == "lines.reject"
    ));
    assert!(matches!(
        refused("/dev/i2c-2", "/dev/i2c-7"),
        Error::NotOnTheBoard { key, .. } if key == "display.device"
    ));
    // Moves `alive` from GPIO0 to the expander, and `ready` to GPIO0.
    let swapped = oled
        .replacen("\"chip\": \"sysfs\", \"offset\": 504", "\"offset\": 14", 1)
        .replacen(
            "\"ready\": { \"offset\": 14",
            "\"ready\": { \"chip\": \"sysfs\", \"offset\": 504",
            1,
        );
    assert!(matches!(
        drawing(swapped.as_bytes(), Board::Atlas200Dk, "").unwrap_err(),
        Error::WeakPin { key, .. } if key == "lines.ready"
    ));
    assert!(matches!(
        drawing(b"{}", Board::Carrier, ""),
        Err(Error::Station(_))
    ));
}
