//! The page: one file without outside parts, live, and only for this machine or with a token.

use crate::link::{Link, config, connect, free_port, get, http, wait};
use crate::station::{Directory, Station};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Command;

#[test]
fn the_page_needs_nothing_from_outside_and_its_state_follows_the_journal() {
    let place = Directory::new("page");
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 64, 5);
    station.parts(24);
    let port = free_port();
    let _link = Link::start(&place, &config(&journal, &[http(port)]));
    let (status, page) = get(port, "/", "");
    assert_eq!(status, 200);
    assert!(page.contains("待复位"), "the page has no Chinese");
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let mut stream = connect(port);
    write!(stream, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut lines = BufReader::new(stream).lines();
    let mut wait_for_part = |number: u64| loop {
        let line = lines.next().unwrap().unwrap();
        let Some(text) = line.strip_prefix("data: ") else {
            continue;
        };
        let state: serde_json::Value = serde_json::from_str(text).unwrap();
        if state["last_part"]["part"] == number {
            return state;
        }
    };
    wait_for_part(24);
    station.parts(1);
    let state = wait_for_part(25);
    assert_eq!(state["station"], "line 3");
    assert_eq!(state["faults"][0]["part"], 25);
    assert!(
        state["faults"][0]["advice"]
            .as_str()
            .unwrap()
            .contains("camera")
    );
    assert_eq!(state["parts"].as_array().unwrap().len(), 20);
    assert_eq!(state["total"]["counters"]["triggers"], 25);
}

#[test]
fn another_address_needs_the_token_and_the_page_is_not_given_without_it() {
    let place = Directory::new("token");
    let journal = place.0.join("journal");
    let _station = Station::open(journal.clone(), 64, 5);
    let port = free_port();
    let outside = format!("\"http\": {{ \"address\": \"0.0.0.0:{port}\" }}");
    let path = place.0.join("refused.json");
    fs::write(&path, config(&journal, &[outside])).unwrap();
    let refused = Command::new(env!("CARGO_BIN_EXE_sluice-link"))
        .arg("--config")
        .arg(&path)
        .output();
    let refused = refused.unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("give a token_file"));

    let token = place.0.join("token");
    fs::write(&token, "correct-horse-battery\n").unwrap();
    let token = token.display();
    let section =
        format!("\"http\": {{ \"address\": \"0.0.0.0:{port}\", \"token_file\": \"{token}\" }}");
    let _link = Link::start(&place, &config(&journal, &[section]));
    for path in ["/", "/events", "/status.json", "/metrics", "/none"] {
        assert_eq!(get(port, path, "").0, 401, "{path}");
        assert_eq!(
            get(
                port,
                path,
                "Authorization: Bearer correct-horse-batterx\r\n"
            )
            .0,
            401
        );
    }
    assert_eq!(
        get(port, "/", "Authorization: Bearer correct-horse-battery\r\n").0,
        200
    );
}

/// The status and the text that a client gets which asks under this name.
fn get_as(port: u16, host: &str) -> (u16, String) {
    let mut stream = connect(port);
    write!(stream, "GET /status.json HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer[9..12].parse().unwrap(), answer)
}

#[test]
fn a_web_page_that_asks_under_its_own_name_gets_nothing() {
    let place = Directory::new("names");
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 64, 5);
    station.parts(3);
    let port = free_port();
    let hosts = "\"hosts\": [\"sluice.plant\"]";
    let section = format!("\"http\": {{ \"address\": \"127.0.0.1:{port}\", {hosts} }}");
    let link = Link::start(&place, &config(&journal, &[section]));
    for ours in ["localhost", "127.0.0.1:8410", "[::1]:9", "sluice.plant:80"] {
        assert_eq!(get_as(port, ours).0, 200, "{ours}");
    }
    for foreign in [
        "rebound.example",
        "192.0.2.1",
        "localhost\r\nHost: rebound.example",
    ] {
        let (status, answer) = get_as(port, foreign);
        assert!(matches!(status, 400 | 421), "{foreign}: {status}");
        assert!(!answer.contains("line 3"), "{answer}");
    }
    assert!(
        get_as(port, "rebound.example")
            .1
            .contains("add the name to http.hosts")
    );
    drop(link);

    // With a token the name says nothing, unless names are given.
    let token = place.0.join("token");
    fs::write(&token, "correct-horse-battery\n").unwrap();
    let right = "line-3.plant\r\nAuthorization: Bearer correct-horse-battery";
    for (hosts, expected) in [(String::new(), 200), (format!(", {hosts}"), 421)] {
        let port = free_port();
        let token = token.display();
        let section = format!(
            "\"http\": {{ \"address\": \"0.0.0.0:{port}\", \"token_file\": \"{token}\"{hosts} }}"
        );
        let _link = Link::start(&place, &config(&journal, &[section]));
        assert_eq!(get_as(port, right).0, expected);
    }
}

#[test]
fn a_journal_that_is_missing_at_the_start_is_waited_for() {
    let place = Directory::new("later");
    let journal = place.0.join("journal");
    let port = free_port();
    let link = Link::start(&place, &config(&journal, &[http(port)]));
    wait("the complaint", || {
        link.said().contains("opendir failed").then_some(())
    });
    assert_eq!(get(port, "/", "").0, 200);
    let mut station = Station::open(journal, 64, 5);
    station.parts(2);
    wait("the part", || {
        get(port, "/status.json", "")
            .1
            .contains("\"triggers\":2")
            .then_some(())
    });
    wait("the end of the complaint", || {
        link.said().contains("can be read again").then_some(())
    });
}
