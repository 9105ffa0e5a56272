//! Each line of the journal comes to a subscriber at least once and in order, whatever happens to
//! the broker and the link.

use crate::broker::{Broker, Subscriber};
use crate::link::{Link, config, free_port, mqtt, wait};
use crate::station::{Directory, Station};
use std::collections::HashMap;
use std::fs;

/// What a subscriber got of the lines, in the order of their first arrival.
fn first_arrivals(subscriber: &Subscriber) -> Vec<String> {
    let mut seen = HashMap::new();
    let mut first = Vec::new();
    for (_, _, text) in subscriber.of("records") {
        if seen.insert(text.clone(), ()).is_none() {
            first.push(text);
        }
    }
    first
}

fn wait_for_all(station: &Station, subscriber: &Subscriber) {
    let last = station.lines().pop().unwrap();
    wait("the last line", || {
        subscriber
            .of("records")
            .iter()
            .any(|(_, _, text)| *text == last)
            .then_some(())
    });
}

fn outage(name: &str, version: &str) {
    let place = Directory::new(name);
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 32, 1000);
    let port = free_port();
    let mut broker = Broker::start(&place, port, "allow_anonymous true");
    let subscriber = Subscriber::start(&place, port, "desk", &["-c"]);
    subscriber.wait_until_subscribed(port);
    // As many as the killed broker can have acknowledged and not passed on yet.
    let more = format!(", \"version\": \"{version}\", \"repeat_lines\": 1000");
    let config = config(&journal, &[mqtt(&place, port, &more)]);
    let mut link = Link::start(&place, &config);
    station.parts(50);
    wait_for_all(&station, &subscriber);
    // The subscriber's session is on the disk. Without it a killed broker would not know whom to
    // give the lines that come before the subscriber is back.
    broker.save();

    broker.stop();
    let before_kib = link.resident_kib();
    station.parts(3000);
    let after_kib = link.resident_kib();
    assert!(
        after_kib < before_kib + 1024,
        "{before_kib} KiB, then {after_kib} KiB"
    );
    broker.again();
    wait_for_all(&station, &subscriber);
    broker.save();

    // Killed while lines are under way.
    station.parts(400);
    let count = subscriber.of("records").len();
    wait("some lines", || {
        (subscriber.of("records").len() > count + 20).then_some(())
    });
    broker.kill();
    station.parts(100);
    broker.again();
    wait_for_all(&station, &subscriber);

    // The link is killed, starts again, and is stopped.
    station.parts(400);
    let count = subscriber.of("records").len();
    wait("some lines", || {
        (subscriber.of("records").len() > count + 20).then_some(())
    });
    link.kill();
    station.parts(100);
    let mut link = Link::start(&place, &config);
    wait_for_all(&station, &subscriber);
    wait("the position", || {
        let text = fs::read_to_string(place.0.join("position.json")).ok()?;
        let last: serde_json::Value = serde_json::from_str(&text).unwrap();
        let crc = format!("{:08x}", last["crc"].as_u64().unwrap());
        station.lines().last().unwrap().contains(&crc).then_some(())
    });
    assert!(link.stop());
    let received = subscriber.of("records").len();
    let mut link = Link::start(&place, &config);
    station.parts(1);
    wait_for_all(&station, &subscriber);
    assert!(link.stop());
    assert_eq!(
        subscriber.of("records").len(),
        received + 1,
        "after an ordered stop nothing comes twice"
    );

    let lines = station.lines();
    let first = first_arrivals(&subscriber);
    let received = subscriber.of("records").len();
    let lost = lines.iter().filter(|line| !first.contains(line)).count();
    println!(
        "MQTT {version}: {} lines, {received} received, {} duplicated, {lost} lost",
        lines.len(),
        received - first.len()
    );
    assert_eq!(lost, 0);
    let differs = lines
        .iter()
        .zip(&first)
        .position(|(line, first)| line != first);
    assert_eq!(
        differs, None,
        "the lines came in another order from there on"
    );
}

#[test]
fn no_line_is_lost_with_version_3() {
    outage("outage-3", "3.1.1");
}

#[test]
fn no_line_is_lost_with_version_5() {
    outage("outage-5", "5");
}
