//! What cannot be read is unknown everywhere: no client sees an old state as the present one.

use crate::link::{Link, config, connect, free_port, get, http, modbus, wait};
use crate::station::{Directory, Station};
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;

/// Register 1.
fn register(port: u16) -> u16 {
    let mut stream = connect(port);
    stream
        .write_all(&[0, 1, 0, 0, 0, 6, 1, 3, 0, 1, 0, 1])
        .unwrap();
    let mut answer = [0; 11];
    stream.read_exact(&mut answer).unwrap();
    u16::from_be_bytes([answer[9], answer[10]])
}

fn state(port: u16) -> serde_json::Value {
    serde_json::from_str(&get(port, "/status.json", "").1).unwrap()
}

/// Waits until all clients see that it is known, or that it is not.
fn wait_for(web: u16, plc: u16, is_known: bool) {
    wait("the state", || {
        let state = state(web);
        let is_running = if is_known {
            state["running"] == true
        } else {
            state["running"].is_null()
        };
        (is_running && state["journal"]["readable"] == is_known).then_some(())
    });
    assert_eq!(register(plc), if is_known { 1 } else { 2 });
    let metrics = get(web, "/metrics", "").1;
    assert_eq!(metrics.contains("sluice_station_running"), is_known);
    let readable = format!("sluice_link_journal_readable {}", u8::from(is_known));
    assert!(metrics.contains(&readable), "{metrics}");
}

/// A station, a link, and the name of the journal's next file.
fn with_link(test: &str, then: impl FnOnce(&Path, u16, u16)) {
    let place = Directory::new(test);
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 64, 5);
    station.parts(3);
    let (web, plc) = (free_port(), free_port());
    let _link = Link::start(&place, &config(&journal, &[http(web), modbus(plc)]));
    wait_for(web, plc, true);
    let next = journal.join(sluice::journal::file_name(99).as_str());
    then(&next, web, plc);
}

#[test]
fn a_journal_that_cannot_be_read_is_shown_as_unknown_until_it_can() {
    with_link("unreadable", |next, web, plc| {
        // It opens, and no line can be read from it.
        fs::create_dir(next).unwrap();
        wait_for(web, plc, false);
        fs::remove_dir(next).unwrap();
        wait_for(web, plc, true);
    });
}

#[test]
fn a_reading_thread_that_hangs_is_shown_as_unknown() {
    with_link("hangs", |next, web, plc| {
        // Opening it waits for a writer that does not come.
        let made = Command::new("mkfifo").arg(next).status().unwrap();
        assert!(made.success());
        wait_for(web, plc, false);
    });
}
