//! Clients that stall, flood, send rubbish or never read keep no other client away, and the memory
//! is bounded.

use crate::link::{Link, config, connect, free_port, get, http, modbus, wait};
use crate::station::{Directory, Station};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// More than the link has with all its clients, whatever they do.
const RESIDENT_MAX_KIB: u64 = 40 * 1024;

fn rubbish(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// Writes until the other end has enough, or has had all of it.
fn pour(stream: &mut TcpStream, bytes: &[u8]) {
    stream
        .set_write_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let _ = stream.write_all(bytes);
}

#[test]
fn a_thousand_connections_rubbish_and_clients_that_never_read_keep_no_other_client_away() {
    let place = Directory::new("clients");
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 64, 5);
    station.parts(100);
    let (web, plc) = (free_port(), free_port());
    let mut link = Link::start(&place, &config(&journal, &[http(web), modbus(plc)]));
    let is_served = || {
        assert_eq!(get(web, "/status.json", "").0, 200);
        let mut stream = connect(plc);
        stream
            .write_all(&[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1])
            .unwrap();
        let mut answer = [0; 11];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(answer[9..], [0, 1]);
        assert!(
            link.resident_kib() < RESIDENT_MAX_KIB,
            "{} KiB",
            link.resident_kib()
        );
    };
    wait("the part", || {
        get(web, "/status.json", "")
            .1
            .contains("\"triggers\":100")
            .then_some(())
    });
    is_served();

    // They say nothing, or half of a request. A controller that asks keeps its connection.
    let mut controller = connect(plc);
    let mut held = Vec::new();
    for number in 0..500 {
        for (port, half) in [(web, &b"GET / HT"[..]), (plc, &[0, 1, 0, 0, 0, 6][..])] {
            let mut stream = connect(port);
            if number % 2 == 0 {
                let _ = stream.write_all(half);
            }
            held.push(stream);
        }
        controller
            .write_all(&[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1])
            .unwrap();
        controller.read_exact(&mut [0; 11]).unwrap();
    }
    is_served();

    // They watch the page, or ask for registers, and never read.
    let asks = [0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 118].repeat(4000);
    for _ in 0..20 {
        let mut stream = connect(web);
        write!(stream, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        held.push(stream);
        let mut stream = connect(plc);
        pour(&mut stream, &asks);
        held.push(stream);
    }
    station.parts(100);
    is_served();

    // Rubbish, and a head without an end.
    for seed in 0..40 {
        for port in [web, plc] {
            pour(&mut connect(port), &rubbish(seed, 4000));
        }
    }
    let endless = [b"GET / HTTP/1.1\r\nX: ".as_slice(), &[b'x'; 1 << 20]].concat();
    pour(&mut connect(web), &endless);
    is_served();
    wait("the parts", || {
        get(web, "/status.json", "")
            .1
            .contains("\"triggers\":200")
            .then_some(())
    });
    let resident = link.resident_kib();
    drop(held);
    println!("{resident} KiB resident after all clients");
    assert!(link.stop());
}
