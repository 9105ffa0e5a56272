//! A polled directory.

use super::*;
use crate::hash::Sha256;
use crate::part::PartId;
use crate::watch::table::Proof;
use std::os::unix::fs::PermissionsExt as _;

/// A step takes one file.
const SMALL: Step = Step {
    time: Duration::ZERO,
    files_min: 1,
};

fn polled_with(watched: &Watched, poll_ms: u32, step: Step) -> Directory {
    let settings = file::DirectorySettings {
        poll_ms,
        ..watched.settings()
    };
    let known = Ledger::new().unwrap().into();
    Directory::with_limits(&settings, known, BACKLOG_MAX, step).unwrap()
}

fn polled(watched: &Watched) -> Directory {
    polled_with(watched, 20, Step::default())
}

fn next(watched: &Watched, directory: &mut Directory) -> Arrival {
    let deadline = Some(Timestamp::now() + 10 * SETTLED);
    let arrival = directory.next(deadline, watched.stop.as_fd());
    arrival.unwrap().unwrap()
}

/// Does a scan that has begun to its end.
fn finish_scan(directory: &mut Directory) {
    while !directory.scan_on().unwrap() {}
}

#[test]
fn an_arrival_that_is_put_back_arrives_again_as_a_backlog() {
    let watched = Watched::new("put-back-polled");
    let opened_from = Timestamp::now();
    let mut directory = polled(&watched);
    watched.write("a.png");
    let arrival = next(&watched, &mut directory);
    assert!(!arrival.backlog && arrival.finished_at < arrival.seen_at);
    // The scan that found it, and the one before it, when it was not there.
    let between = arrival.finished_at.since(arrival.finished_after);
    assert!(between >= Duration::from_millis(20), "{between:?}");
    assert!(arrival.finished_after >= opened_from);
    directory.put_back(&arrival);
    let again = next(&watched, &mut directory);
    assert_eq!((again.name, again.backlog), (arrival.name, true));
}

#[test]
fn of_more_files_than_have_a_place_none_is_taken_for_a_new_one() {
    const FILES: usize = 5000;
    let watched = Watched::new("crowded-polled");
    for number in 0..FILES {
        watched.write(&format!("{number}.png"));
    }
    let mut directory = polled(&watched);
    for number in 0..=FILES {
        let arrival = next(&watched, &mut directory);
        assert!(arrival.backlog, "{number}");
        if number == 100 {
            // Since when it is there is unknown once it gets a place.
            watched.write("new.png");
        }
    }
    // The scans in this time have space for all.
    assert!(watched.arrived(&mut directory, SETTLED).is_empty());
    watched.write("live.png");
    let arrival = next(&watched, &mut directory);
    assert_eq!(
        (arrival.name.to_string().as_str(), arrival.backlog),
        ("live.png", false)
    );
}

#[test]
fn the_backlog_is_given_out_also_if_a_scan_takes_longer_than_the_interval() {
    const FILES: usize = 1000;
    let watched = Watched::new("slow-polled");
    for number in 0..FILES {
        watched.write(&format!("{number}.png"));
    }
    let mut directory = polled_with(&watched, 1, SMALL);
    let begin = Timestamp::now();
    finish_scan(&mut directory);
    let scan = Timestamp::now().since(begin);
    assert!(scan > Duration::from_millis(1), "{scan:?}");
    for _ in 0..FILES {
        // The station holds the backlog back while a part is under way.
        directory.hold_back(true);
        let soon = Some(Timestamp::now() + Duration::from_micros(100));
        let held = directory.next(soon, watched.stop.as_fd()).unwrap();
        assert_eq!(held, None);
        directory.hold_back(false);
        assert!(next(&watched, &mut directory).backlog);
    }
}

#[test]
fn a_file_is_finished_when_it_was_examined_and_not_when_the_scan_began() {
    let watched = Watched::new("look-polled");
    let mut directory = polled_with(&watched, 20, SMALL);
    finish_scan(&mut directory);
    directory.begin_scan().unwrap();
    thread::sleep(LATE);
    watched.write("a.png");
    let written = Timestamp::now();
    finish_scan(&mut directory);
    let arrival = next(&watched, &mut directory);
    assert!(!arrival.backlog && arrival.finished_at >= written);
    assert!(arrival.finished_after < written - LATE);
}

#[test]
fn a_file_that_one_scan_misses_is_still_known() {
    let watched = Watched::new("missed-polled");
    let mut directory = polled(&watched);
    watched.write("a.png");
    let arrival = next(&watched, &mut directory);
    let sha256 = Sha256::of(b"a.png");
    directory
        .ledger
        .prove(&arrival.identity, PartId::new(1), sha256);
    let elsewhere = watched.folder.path.join("elsewhere.png");
    for scans in [1, 2] {
        fs::rename(watched.path("a.png"), &elsewhere).unwrap();
        for _ in 0..scans {
            directory.begin_scan().unwrap();
            finish_scan(&mut directory);
        }
        fs::rename(&elsewhere, watched.path("a.png")).unwrap();
        let again = watched.arrived(&mut directory, LATE);
        // After two scans it is gone, and comes as a new file.
        assert_eq!(again.len(), scans - 1);
    }
}

#[test]
fn a_directory_that_is_replaced_is_a_permanent_error() {
    let watched = Watched::new("replaced-polled");
    let mut directory = polled(&watched);
    replace(&watched);
    for _ in 0..2 {
        let deadline = Some(Timestamp::now() + SETTLED);
        let next = directory.next(deadline, watched.stop.as_fd());
        assert_eq!(next, Err(WatchError::Gone));
    }
}

#[test]
fn a_directory_that_is_replaced_during_a_scan_makes_the_station_forget_nothing() {
    let watched = Watched::new("replaced-in-scan");
    let mut directory = polled_with(&watched, 20, SMALL);
    watched.write("a.png");
    next(&watched, &mut directory);
    for _ in 0..2 {
        directory.begin_scan().unwrap();
        finish_scan(&mut directory);
    }
    let finish = |directory: &mut Directory| {
        loop {
            match directory.scan_on() {
                Ok(true) => return None,
                Ok(false) => {}
                Err(error) => return Some(error),
            }
        }
    };
    directory.begin_scan().unwrap();
    assert_eq!(directory.scan_on(), Ok(false));
    replace(&watched);
    assert_eq!(finish(&mut directory), Some(WatchError::Gone));
    assert_eq!(directory.ledger.len(), 1);
}

fn replace(watched: &Watched) {
    fs::rename(watched.path(""), watched.folder.path.join("elsewhere")).unwrap();
    fs::create_dir(watched.path("")).unwrap();
}

/// Does one whole scan.
fn scan(directory: &mut Directory) {
    directory.begin_scan().unwrap();
    finish_scan(directory);
}

/// It may be a new one with the same time and size, or in the same inode.
#[test]
fn when_a_waiting_picture_was_finished_is_unknown_once_it_is_renamed_or_gets_other_permissions() {
    let watched = Watched::new("renamed-polled");
    watched.write("a.png");
    watched.write("b.png");
    let mut directory = polled_with(&watched, 20, SMALL);
    finish_scan(&mut directory);
    let permissions = fs::Permissions::from_mode(0o600);
    fs::set_permissions(watched.path("a.png"), permissions).unwrap();
    fs::rename(watched.path("b.png"), watched.path("c.png")).unwrap();
    let mut found: Vec<_> = (0..2)
        .map(|_| next(&watched, &mut directory))
        .map(|arrival| {
            (
                arrival.name.to_string(),
                arrival.backlog,
                arrival.finished_after,
            )
        })
        .collect();
    found.sort();
    let unknown = Timestamp::default();
    let expected = ["a.png", "c.png"].map(|name| (name.to_owned(), false, unknown));
    assert_eq!(found, expected);
    // A new picture with other permissions is still one of this time.
    let start = Timestamp::now();
    scan(&mut directory);
    watched.write("d.png");
    let permissions = fs::Permissions::from_mode(0o600);
    scan(&mut directory);
    fs::set_permissions(watched.path("d.png"), permissions).unwrap();
    let before = Timestamp::now();
    let arrival = next(&watched, &mut directory);
    assert!(!arrival.backlog && arrival.finished_after < before);
    assert!(arrival.finished_after >= start);
}

#[test]
fn a_new_picture_is_seen_while_an_inspected_one_is_compared_and_others_wait() {
    let watched = Watched::new("compared-polled");
    // It has no blocks on the disk, and takes seconds to read.
    let large = fs::File::create(watched.path("a.png")).unwrap();
    large.set_len(4 << 30).unwrap();
    watched.write("b.png");
    watched.write("c.png");
    let mut directory = polled(&watched);
    let name = Name::new(b"a.png").unwrap();
    let identity = directory.find(&name).unwrap().unwrap();
    let proof = Proof {
        part: PartId::new(1),
        sha256: Sha256::of(b"a.png"),
        ctime_ns: identity.ctime_ns,
    };
    let sighting = Sighting {
        seen_at: Timestamp::now(),
        finished_at: Timestamp::now(),
        finished_after: Timestamp::now(),
        backlog: true,
    };
    let candidate = Candidate {
        ctime_ns: identity.ctime_ns,
        name,
        identity,
    };
    assert_eq!(directory.begin_comparison(candidate, proof, sighting), None);
    // Two scans, so that the others wait in the backlog.
    while directory.backlog.is_empty() {
        assert_eq!(watched.arrived(&mut directory, LATE / 4), [""; 0]);
    }
    watched.write("live.png");
    let arrival = next(&watched, &mut directory);
    assert_eq!(arrival.name.to_string(), "live.png");
    assert!(directory.comparison.is_some());
}

/// A server may stall a scan, so that a picture looks younger than it is.
#[test]
fn a_scan_that_stalls_leaves_open_when_a_picture_was_finished() {
    let watched = Watched::new("stalled-polled");
    let mut directory = polled_with(&watched, 20, SMALL);
    finish_scan(&mut directory);
    watched.write("a.png");
    let written = Timestamp::now();
    directory.begin_scan().unwrap();
    thread::sleep(LATE);
    finish_scan(&mut directory);
    let arrival = next(&watched, &mut directory);
    assert!(!arrival.backlog && arrival.finished_at >= written + LATE);
    assert!(arrival.finished_after < written);
}

/// The pictures that come in this time, by name: whether they waited, and since when they may be
/// there.
fn found(watched: &Watched, directory: &mut Directory) -> Vec<(String, bool, Timestamp)> {
    let deadline = Timestamp::now() + LATE;
    let mut found = Vec::new();
    while let Some(arrival) = directory
        .next(Some(deadline), watched.stop.as_fd())
        .unwrap()
    {
        let name = arrival.name.to_string();
        found.push((name, arrival.backlog, arrival.finished_after));
    }
    found.sort();
    found
}

#[test]
fn names_that_rotate_make_no_waiting_picture_a_new_one() {
    let watched = Watched::new("rotated-polled");
    for name in ["a.png", "b.png", "c.png"] {
        watched.write(name);
    }
    let mut directory = polled_with(&watched, 20, SMALL);
    finish_scan(&mut directory);
    // Each name leads to the picture of the next one, and the last to a new one.
    fs::rename(watched.path("b.png"), watched.path("a.png")).unwrap();
    fs::rename(watched.path("c.png"), watched.path("b.png")).unwrap();
    watched.write("c.png");
    let found = found(&watched, &mut directory);
    let times: Vec<_> = found
        .iter()
        .map(|(name, backlog, after)| (name.as_str(), *backlog, *after == Timestamp::default()))
        .collect();
    let expected = [
        ("a.png", false, true),
        ("b.png", false, true),
        ("c.png", false, false),
    ];
    assert_eq!(times, expected);
}

#[test]
fn a_new_picture_that_is_renamed_before_it_is_given_out_is_as_old_as_its_content() {
    let watched = Watched::new("renamed-new-polled");
    let mut directory = polled_with(&watched, 20, SMALL);
    finish_scan(&mut directory);
    watched.write("upload.png");
    let written = Timestamp::now();
    scan(&mut directory);
    fs::rename(watched.path("upload.png"), watched.path("a.png")).unwrap();
    let arrival = next(&watched, &mut directory);
    assert_eq!(arrival.name.to_string(), "a.png");
    assert!(!arrival.backlog && arrival.finished_after < written);
}

#[test]
fn a_picture_that_was_given_out_and_refused_is_not_new_with_other_permissions() {
    let watched = Watched::new("refused-polled");
    let mut directory = polled(&watched);
    watched.write("a.png");
    let arrival = next(&watched, &mut directory);
    assert_ne!(arrival.finished_after, Timestamp::default());
    let permissions = fs::Permissions::from_mode(0o600);
    fs::set_permissions(watched.path("a.png"), permissions).unwrap();
    let again = next(&watched, &mut directory);
    assert_eq!(
        (again.backlog, again.finished_after),
        (false, Timestamp::default())
    );
}
