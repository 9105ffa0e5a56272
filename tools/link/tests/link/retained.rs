//! Birth, state and last will: who subscribes late sees the state, a dead link is shown as gone,
//! and a retained state says how old it is.

use crate::broker::{Broker, Subscriber};
use crate::link::{Link, config, free_port, mqtt, wait};
use crate::station::{Directory, Station};
use std::fs;
use std::process::Command;

/// The last message of a topic.
fn last(subscriber: &Subscriber, topic: &str) -> Option<serde_json::Value> {
    let (_, _, text) = subscriber.of(topic).pop()?;
    Some(serde_json::from_str(&text).unwrap())
}

fn wait_for_link(subscriber: &Subscriber, state: &str) {
    wait(state, || {
        (last(subscriber, "link")?["link"] == state).then_some(())
    });
}

#[test]
fn a_dead_link_is_gone_and_a_broker_that_forgot_everything_gets_it_again() {
    for version in ["3.1.1", "5"] {
        let place = Directory::new("retained");
        let journal = place.0.join("journal");
        let mut station = Station::open(journal.clone(), 64, 5);
        station.parts(20);
        let port = free_port();
        let mut broker = Broker::start(&place, port, "allow_anonymous true");
        let more = format!(", \"version\": \"{version}\"");
        let config = config(&journal, &[mqtt(&place, port, &more)]);
        let subscriber = Subscriber::start(&place, port, "early", &[]);
        let mut link = Link::start(&place, &config);
        wait_for_link(&subscriber, "connected");
        wait("the state", || {
            let state = last(&subscriber, "state")?;
            (state["total"]["counters"]["triggers"] == 20).then_some(())
        });
        // The broker is killed and has nothing on its disk: all of it is published again.
        broker.kill();
        broker.again();
        let late = Subscriber::start(&place, port, "late", &[]);
        wait_for_link(&late, "connected");
        wait("the state", || {
            (last(&late, "state")?["station"] == "line 3").then_some(())
        });
        link.kill();
        wait_for_link(&late, "gone");
        let latest = Subscriber::start(&place, port, "latest", &[]);
        wait_for_link(&latest, "gone");
        assert!(latest.of("link")[0].1, "the last will is not retained");

        let mut link = Link::start(&place, &config);
        wait_for_link(&latest, "connected");
        assert!(link.stop());
        wait_for_link(&latest, "stopped");
    }
}

#[test]
fn a_broker_that_wants_a_password_gets_it_and_a_wrong_one_is_said() {
    let place = Directory::new("password");
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 64, 5);
    station.parts(3);
    let users = place.0.join("users");
    let made = Command::new("mosquitto_passwd")
        .arg("-b")
        .arg("-c")
        .arg(&users)
        .args(["link", "right-one"])
        .status()
        .unwrap();
    assert!(made.success());
    let secret = place.0.join("secret");
    let port = free_port();
    let more = format!("allow_anonymous false\npassword_file {}", users.display());
    let _broker = Broker::start(&place, port, &more);
    let login = format!(
        ", \"user\": \"link\", \"password_file\": \"{}\"",
        secret.display()
    );
    let config = config(&journal, &[mqtt(&place, port, &login)]);

    fs::write(&secret, "wrong-one\n").unwrap();
    let link = Link::start(&place, &config);
    wait("the refusal", || {
        link.said()
            .contains("no connection to 127.0.0.1")
            .then_some(())
    });
    drop(link);
    fs::write(&secret, "right-one\n").unwrap();
    let link = Link::start(&place, &config);
    wait("the connection", || {
        link.said().contains("mqtt: connected").then_some(())
    });
    let login = ["-u", "link", "-P", "right-one"];
    let subscriber = Subscriber::start(&place, port, "desk", &login);
    wait_for_link(&subscriber, "connected");
}

/// A station with a state of more than the 10 KiB that the library takes by itself.
fn with_large_state(place: &Directory) -> Station {
    let mut station = Station::open(place.0.join("journal"), 256, 5);
    station.shift();
    for number in 1..=16 {
        // In JSON each control character has six letters.
        station.part_of(&format!("{}{number}", "\u{1}".repeat(20)));
    }
    station
}

#[test]
fn a_state_that_is_too_large_for_the_broker_is_left_out_and_the_records_come() {
    for version in ["3.1.1", "5"] {
        let place = Directory::new("too-large");
        let mut station = with_large_state(&place);
        let port = free_port();
        let limit = "allow_anonymous true\nmax_packet_size 5000";
        let _broker = Broker::start(&place, port, limit);
        let subscriber = Subscriber::start(&place, port, "early", &[]);
        subscriber.wait_until_subscribed(port);
        let more = format!(", \"version\": \"{version}\"");
        let config = config(&station.directory, &[mqtt(&place, port, &more)]);
        let link = Link::start(&place, &config);
        wait("the message", || {
            link.said().contains("the state is left out").then_some(())
        });
        station.parts(1);
        wait("the last record", || {
            let last = station.lines().pop();
            (subscriber.of("records").pop()?.2 == last?).then_some(())
        });
    }
}

#[test]
fn a_large_state_comes_with_all_records_and_says_its_age() {
    for version in ["3.1.1", "5"] {
        let place = Directory::new("large");
        let station = with_large_state(&place);
        let port = free_port();
        let _broker = Broker::start(&place, port, "allow_anonymous true");
        let subscriber = Subscriber::start(&place, port, "early", &[]);
        subscriber.wait_until_subscribed(port);
        let more = format!(", \"version\": \"{version}\"");
        let config = config(&station.directory, &[mqtt(&place, port, &more)]);
        let _link = Link::start(&place, &config);
        let first = wait("the state", || {
            let state = last(&subscriber, "state")?;
            (state["total"]["counters"]["triggers"] == 16).then_some(state)
        });
        let length = first.to_string().len();
        assert!(length > 10 * 1024, "only {length} bytes");
        wait("the records", || {
            (subscriber.of("records").len() >= station.lines().len()).then_some(())
        });
        // Nothing changes, and it comes again with a later time.
        wait("the state again", || {
            let state = last(&subscriber, "state")?;
            (state["published"].as_str()? > first["published"].as_str()?).then_some(())
        });
    }
}
