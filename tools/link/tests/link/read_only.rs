//! Nothing flows back: the link opens nothing of the journal for writing, changes nothing there,
//! and holds no lock.

use crate::broker::{Broker, Subscriber};
use crate::link::{Link, config, free_port, http, modbus, mqtt, wait};
use crate::station::{Directory, Station};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// All files with their sizes and times of change.
fn listing(directory: &Path) -> Vec<(String, u64, i64, i64)> {
    let of = |path: &Path| {
        let metadata = fs::metadata(path).unwrap();
        let name = path.display().to_string();
        (
            name,
            metadata.size(),
            metadata.ctime(),
            metadata.ctime_nsec(),
        )
    };
    let mut all: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| of(&entry.unwrap().path()))
        .collect();
    all.push(of(directory));
    all.sort();
    all
}

#[test]
fn the_journal_stays_as_the_station_left_it() {
    let place = Directory::new("read-only");
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 16, 10);
    station.parts(100);
    let before = listing(&journal);
    let port = free_port();
    let broker = Broker::start(&place, port, "allow_anonymous true");
    let subscriber = Subscriber::start(&place, port, "desk", &[]);
    subscriber.wait_until_subscribed(port);
    let sections = [
        mqtt(&place, broker.port, ""),
        http(free_port()),
        modbus(free_port()),
    ];
    let mut link = Link::start(&place, &config(&journal, &sections));
    let lines = station.lines();
    let last = lines.last().unwrap();
    wait("the last line", || {
        subscriber
            .of("records")
            .iter()
            .any(|(_, _, text)| text == last)
            .then_some(())
    });
    let mut count = 0;
    for entry in fs::read_dir(format!("/proc/{}/fd", link.id())).unwrap() {
        let path = entry.unwrap().path();
        let Ok(target) = fs::read_link(&path) else {
            continue;
        };
        if !target.starts_with(&journal) {
            continue;
        }
        let info = path.to_str().unwrap().replace("/fd/", "/fdinfo/");
        let info = fs::read_to_string(info).unwrap();
        let flags = info
            .lines()
            .find_map(|line| line.strip_prefix("flags:"))
            .unwrap();
        let flags = u32::from_str_radix(flags.trim(), 8).unwrap();
        assert_eq!(flags & 3, 0, "{target:?} is open for writing");
        assert!(!info.contains("lock:"), "{info}");
        count += 1;
    }
    assert!(count > 0, "no file of the journal is open");
    assert!(link.stop());
    assert_eq!(listing(&journal), before);
}
