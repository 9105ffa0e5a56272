//! A broker that accepts the connection and refuses what comes is asked again ever more seldom. The
//! reason is said once, and shown until the broker takes something.

use crate::broker::{Broker, Subscriber};
use crate::link::{Link, config, free_port, get, http, mqtt, wait};
use crate::station::{Directory, Station};
use serde_json::Value;
use std::fs;
use std::io::{Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Connections that are waited for. The pauses before the last of them come to 3.75 s.
const CONNECTIONS: usize = 5;
const PAUSES: Duration = Duration::from_millis(250 + 500 + 1000 + 2000);

fn byte(stream: &mut impl Read) -> Option<u8> {
    let mut byte = [0];
    stream.read_exact(&mut byte).ok()?;
    Some(byte[0])
}

/// Kind and content of the next packet.
fn packet(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let kind = byte(stream)?;
    let (mut length, mut shift) = (0, 0);
    loop {
        let digit = byte(stream)?;
        length |= usize::from(digit & 127) << shift;
        shift += 7;
        if digit < 128 {
            break;
        }
    }
    let mut content = vec![0; length];
    stream.read_exact(&mut content).ok()?;
    Some((kind >> 4, content))
}

/// A broker that ends the connection at the first message, or, with version 5, refuses it. Once
/// `takes` is true it takes all of them.
fn serve(mut stream: TcpStream, is_5: bool, takes: &AtomicBool) -> Option<()> {
    const CONNECT: u8 = 1;
    const PUBLISH: u8 = 3;
    const NOT_AUTHORIZED: u8 = 0x87;
    loop {
        let (kind, content) = packet(&mut stream)?;
        let takes = takes.load(Ordering::Relaxed);
        match kind {
            CONNECT if is_5 => stream.write_all(&[0x20, 3, 0, 0, 0]).ok()?,
            CONNECT => stream.write_all(&[0x20, 2, 0, 0]).ok()?,
            PUBLISH => {
                let topic = usize::from(u16::from_be_bytes([content[0], content[1]]));
                let [high, low] = [content[2 + topic], content[3 + topic]];
                match (takes, is_5) {
                    (true, _) => stream.write_all(&[0x40, 2, high, low]).ok()?,
                    (false, true) => stream
                        .write_all(&[0x40, 4, high, low, NOT_AUTHORIZED, 0])
                        .ok()?,
                    (false, false) => return None,
                }
            }
            _ => {}
        }
    }
}

fn failure(port: u16) -> Option<String> {
    let state: Value = serde_json::from_str(&get(port, "/status.json", "").1).unwrap();
    Some(state["broker"]["failure"].as_str()?.to_owned())
}

fn refused(version: &str, reason: &str, kind: &str) {
    let place = Directory::new("refused");
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 64, 5);
    station.parts(30);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let broker = listener.local_addr().unwrap().port();
    let takes = Arc::new(AtomicBool::new(false));
    let (accepted, times) = mpsc::channel();
    {
        let (takes, is_5) = (takes.clone(), version == "5");
        thread::spawn(move || {
            for stream in listener.incoming() {
                let _ = accepted.send(Instant::now());
                let takes = takes.clone();
                thread::spawn(move || serve(stream.unwrap(), is_5, &takes));
            }
        });
    }
    let web = free_port();
    let more = format!(", \"version\": \"{version}\"");
    let link = Link::start(
        &place,
        &config(&journal, &[http(web), mqtt(&place, broker, &more)]),
    );
    let times: Vec<_> = times.iter().take(CONNECTIONS).collect();
    let took = times[CONNECTIONS - 1] - times[0];
    assert!(took >= PAUSES, "{CONNECTIONS} connections in {took:?}");

    let shown = wait("the reason", || failure(web));
    assert!(shown.contains(reason), "{shown}");
    let metrics = get(web, "/metrics", "").1;
    assert!(
        metrics.contains("sluice_link_mqtt_connected 0\n"),
        "{metrics}"
    );
    let kinds: Vec<_> = metrics
        .lines()
        .filter(|line| line.starts_with("sluice_link_mqtt_failing{"))
        .collect();
    let expected = format!("sluice_link_mqtt_failing{{kind=\"{kind}\"}} 1");
    assert_eq!(kinds, [expected]);
    let said = link.said();
    let mut reasons: Vec<_> = said
        .lines()
        .filter(|line| line.contains("no connection to"))
        .collect();
    let count = reasons.len();
    reasons.sort_unstable();
    reasons.dedup();
    assert!((1..CONNECTIONS - 1).contains(&count), "{said}");
    assert_eq!(reasons.len(), count, "{said}");
    assert!(!said.contains("mqtt: connected"), "{said}");

    takes.store(true, Ordering::Relaxed);
    wait("the end of the failure", || {
        failure(web).is_none().then_some(())
    });
    assert!(link.said().contains("mqtt: connected"));
    let metrics = get(web, "/metrics", "").1;
    assert!(metrics.contains("sluice_link_mqtt_connected 1\n"));
    assert!(!metrics.contains("sluice_link_mqtt_failing"));
}

#[test]
fn a_broker_that_ends_each_connection_is_asked_ever_more_seldom() {
    refused("3.1.1", "the broker ended the connection", "ended");
}

#[test]
fn a_broker_that_refuses_each_message_is_asked_ever_more_seldom() {
    refused("5", "NotAuthorized", "message_refused");
}

/// The link's own topics are allowed, so each connection has something acknowledged.
#[test]
fn a_broker_that_refuses_only_the_records_is_shown_with_the_reason() {
    let place = Directory::new("rules");
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 64, 5);
    station.parts(3);
    let rules = place.0.join("rules");
    fs::write(
        &rules,
        "topic write plant/line-3/link\ntopic write plant/line-3/state\ntopic read #\n",
    )
    .unwrap();
    let more = format!("allow_anonymous true\nacl_file {}", rules.display());
    let port = free_port();
    let _broker = Broker::start(&place, port, &more);
    let subscriber = Subscriber::start(&place, port, "desk", &[]);
    let web = free_port();
    let sections = [http(web), mqtt(&place, port, ", \"version\": \"5\"")];
    let link = Link::start(&place, &config(&journal, &sections));
    let shown = wait("the reason", || failure(web));
    assert!(shown.contains("NotAuthorized"), "{shown}");
    wait("the second connection", || {
        let all = subscriber.of("link");
        let births = all.iter().filter(|(_, _, text)| text.contains("connected"));
        (births.count() > 1).then_some(())
    });
    assert_eq!(failure(web), Some(shown));
    assert!(!link.said().contains("mqtt: connected"), "{}", link.said());
    assert!(subscriber.of("records").is_empty());
}
