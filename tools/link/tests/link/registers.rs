//! The registers, read with raw frames: the station's own counts, and the exceptions of the
//! specification.

use crate::link::{Link, config, connect, free_port, modbus, wait};
use crate::station::{Directory, Station};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Sends a request and reads the answer, without its header.
fn ask(stream: &mut TcpStream, unit: u8, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len() + 1).unwrap();
    stream
        .write_all(&[&[0, 9, 0, 0, 0, length, unit], body].concat())
        .unwrap();
    answer(stream, 9, unit)
}

fn answer(stream: &mut TcpStream, transaction: u8, unit: u8) -> Vec<u8> {
    let mut header = [0; 7];
    stream.read_exact(&mut header).unwrap();
    assert_eq!(header[..4], [0, transaction, 0, 0]);
    assert_eq!(header[6], unit);
    let length = u16::from_be_bytes([header[4], header[5]]);
    let mut body = vec![0; usize::from(length) - 1];
    stream.read_exact(&mut body).unwrap();
    body
}

fn read(stream: &mut TcpStream, start: u16, count: u16) -> Vec<u16> {
    let [s0, s1] = start.to_be_bytes();
    let [c0, c1] = count.to_be_bytes();
    let body = ask(stream, 1, &[4, s0, s1, c0, c1]);
    assert_eq!(usize::from(body[1]), 2 * usize::from(count));
    body[2..]
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect()
}

fn number(registers: &[u16], at: usize) -> u64 {
    registers[at..at + 4]
        .iter()
        .fold(0, |sum, word| sum << 16 | u64::from(*word))
}

#[test]
fn the_registers_are_the_counts_of_the_station() {
    let place = Directory::new("registers");
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 64, 5);
    station.parts(70);
    let port = free_port();
    let _link = Link::start(&place, &config(&journal, &[modbus(port)]));
    let mut stream = connect(port);
    let registers = wait("part 70", || {
        let registers = read(&mut stream, 0, 118);
        (number(&registers, 6) == 70).then_some(registers)
    });
    // Version, running, mode run as parts have passed, nothing latched, and part 70 is a rejected
    // reject.
    assert_eq!(registers[..6], [1, 1, 1, 0, 2, 2]);
    let counters = station.account().counters();
    let expected = [
        counters.triggers,
        counters.pass,
        counters.reject,
        counters.fault,
        counters.missed,
    ];
    for (index, expected) in expected.into_iter().enumerate() {
        assert_eq!(number(&registers, 22 + 4 * index), expected);
    }
    assert_eq!(number(&registers, 22 + 4 * 7), counters.gate.passed);
    // No shift: its counts are 0.
    assert!(registers[70..].iter().all(|word| *word == 0));
}

#[test]
fn units_pipelines_ends_and_wrong_frames_are_answered_as_the_specification_says() {
    let place = Directory::new("frames");
    let journal = place.0.join("journal");
    let _station = Station::open(journal.clone(), 64, 5);
    let port = free_port();
    let _link = Link::start(&place, &config(&journal, &[modbus(port)]));
    let mut stream = connect(port);
    for unit in [0, 1, 247, 255] {
        assert_eq!(ask(&mut stream, unit, &[3, 0, 0, 0, 1]), [3, 2, 0, 1]);
    }
    // One register past the end, too many, none, and a write.
    assert_eq!(ask(&mut stream, 1, &[3, 0, 117, 0, 1])[0], 3);
    assert_eq!(ask(&mut stream, 1, &[3, 0, 117, 0, 2]), [0x83, 2]);
    assert_eq!(ask(&mut stream, 1, &[4, 0, 0, 0, 126]), [0x84, 3]);
    assert_eq!(ask(&mut stream, 1, &[4, 0, 0, 0, 0]), [0x84, 3]);
    assert_eq!(ask(&mut stream, 1, &[6, 0, 0, 0, 1]), [0x86, 1]);
    // Three requests in one segment, of which the last comes in two pieces.
    let request = |number| [0, number, 0, 0, 0, 6, 1, 4, 0, 0, 0, 1];
    let three = [request(1), request(2), request(3)].concat();
    stream.write_all(&three[..30]).unwrap();
    assert_eq!(answer(&mut stream, 1, 1), [4, 2, 0, 1]);
    assert_eq!(answer(&mut stream, 2, 1), [4, 2, 0, 1]);
    stream.write_all(&three[30..]).unwrap();
    assert_eq!(answer(&mut stream, 3, 1), [4, 2, 0, 1]);
    // What is no frame ends the connection.
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(stream.read(&mut [0; 8]).unwrap_or_default(), 0);
}
