use super::*;
use crate::watch::test_files::{TestFolder, name};
use std::fs::{self, OpenOptions};
use std::io::Write as _;

/// A reader whose folder has no events, so that times and the file's own watch decide.
fn reading(site: &TestFolder) -> Reading {
    Reading::new(site.folder(), Ledger::new().unwrap())
}

fn overwrite(site: &TestFolder, file: &str, content: &str) {
    let mut file = OpenOptions::new()
        .write(true)
        .open(site.file(file))
        .unwrap();
    file.write_all(content.as_bytes()).unwrap();
}

#[test]
fn an_untouched_picture_is_opened_and_closed() {
    let site = TestFolder::new("reading");
    let mut reading = reading(&site);
    let picture = name("a.png");
    let identity = site.write("a.png", "one");
    for _ in 0..2 {
        let opened = reading.open(&picture, &identity).unwrap();
        assert!(opened.watch.is_some());
        assert_eq!(reading.close(&opened, &picture, &identity), Ok(()));
    }
}

#[test]
fn a_picture_with_other_times_is_refused_without_events() {
    let site = TestFolder::new("reading-times");
    let mut reading = reading(&site);
    let picture = name("a.png");
    let identity = site.write("a.png", "one");
    site.set_times("a.png", 1_000_000, 0);
    let opened = reading.open(&picture, &identity);
    assert_eq!(opened.unwrap_err(), FileError::Changed);
    let identity = site.identity("a.png");
    let opened = reading.open(&picture, &identity).unwrap();
    site.set_times("a.png", 2_000_000, 0);
    let closed = reading.close(&opened, &picture, &identity);
    assert_eq!(closed, Err(FileError::Overwritten));
}

#[test]
fn a_picture_that_is_known_to_be_overwritten_is_refused() {
    let site = TestFolder::new("reading-known");
    let mut reading = reading(&site);
    let picture = name("a.png");
    let identity = site.write("a.png", "one");
    let table = |change: &dyn Fn(&mut crate::watch::table::ContentTable)| {
        change(&mut reading.ledger.lock().table);
    };
    table(&|table| {
        table.insert(&name("a.png"), identity, None, true);
    });
    let taken = *reading.ledger.lock().table.get(&picture).unwrap();
    let opened = reading.open(&picture, &taken).unwrap();
    reading.ledger.lock().table.mark_written(&picture);
    let closed = reading.close(&opened, &picture, &taken);
    assert_eq!(closed, Err(FileError::Overwritten));
    let opened = reading.open(&picture, &taken);
    assert_eq!(opened.unwrap_err(), FileError::Changed);
}

#[test]
fn a_write_during_the_reading_is_noticed_and_does_not_affect_the_next() {
    let site = TestFolder::new("reading-write");
    let mut reading = reading(&site);
    let picture = name("a.png");
    let identity = site.write("a.png", "one");
    let opened = reading.open(&picture, &identity).unwrap();
    overwrite(&site, "a.png", "two");
    assert!(reading.end(&opened), "the file's own watch tells");
    let identity = site.identity("a.png");
    let opened = reading.open(&picture, &identity).unwrap();
    assert!(!reading.end(&opened));
    let opened = reading.open(&picture, &identity).unwrap();
    overwrite(&site, "a.png", "two");
    let closed = reading.close(&opened, &picture, &identity);
    assert_eq!(closed, Err(FileError::Overwritten));
    assert_eq!(fs::read_to_string(site.file("a.png")).unwrap(), "two");
}

#[test]
fn a_picture_without_events_is_read_again_and_compared() {
    let site = TestFolder::new("reading-again");
    let reading = reading(&site);
    let identity = site.write("a.png", "one");
    let check = |sha256: Option<&Sha256>| {
        reading.check_unchanged(&name("a.png"), &identity, sha256, &mut [0; 2])
    };
    let [one, two] = [b"one", b"two"].map(|bytes| Sha256::of(bytes));
    assert_eq!(check(Some(&one)), Ok(()));
    assert_eq!(check(Some(&two)), Err(FileError::Overwritten));
    // There is nothing to compare with.
    assert_eq!(check(None), Ok(()));
    watch_nothing(&reading);
    // With events a second read is not needed.
    assert_eq!(check(Some(&two)), Ok(()));
    reading.ledger.lock().inotify = None;
    fs::remove_file(site.file("a.png")).unwrap();
    assert_eq!(check(Some(&one)), Err(FileError::Vanished));
}

#[test]
fn a_picture_is_proved_by_the_bytes_that_its_part_was_judged_by() {
    use crate::watch::table::{Proof, Recognition};
    let site = TestFolder::new("reading-prove");
    let reading = reading(&site);
    let identity = site.write("a.png", "one");
    let taken = reading
        .ledger
        .lock()
        .table
        .insert(&name("a.png"), identity, None, false);
    let sha256 = Sha256::of(b"one");
    reading.prove(&taken, PartId::FIRST, sha256);
    let later = Identity {
        ctime_ns: identity.ctime_ns + 1,
        ..identity
    };
    let expected = Recognition::IfSame(Proof {
        part: PartId::FIRST,
        sha256,
        ctime_ns: identity.ctime_ns,
    });
    assert_eq!(reading.ledger.recognise(&name("a.png"), &later), expected);
}

/// Makes events tell nothing, as they do of a write through a name in another directory.
fn watch_nothing(reading: &Reading) {
    let inotify = Inotify::init(InitFlags::IN_NONBLOCK).unwrap();
    reading.ledger.lock().inotify = Some(Arc::new(inotify));
}

#[test]
fn a_write_without_events_is_noticed_by_the_files_own_watch_or_by_its_size() {
    let site = TestFolder::new("reading-own");
    let mut reading = reading(&site);
    watch_nothing(&reading);
    let picture = name("a.png");
    let identity = site.write("a.png", "one");
    let opened = reading.open(&picture, &identity).unwrap();
    site.set_times("a.png", 1_000_000, 0);
    assert_eq!(reading.close(&opened, &picture, &identity), Ok(()));
    let opened = reading.open(&picture, &identity).unwrap();
    overwrite(&site, "a.png", "two");
    let closed = reading.close(&opened, &picture, &identity);
    assert_eq!(closed, Err(FileError::Overwritten));
    // No inotify instance was left for the reader.
    reading.inotify = None;
    let opened = reading.open(&picture, &identity).unwrap();
    assert_eq!(reading.close(&opened, &picture, &identity), Ok(()));
    let opened = reading.open(&picture, &identity).unwrap();
    overwrite(&site, "a.png", "longer");
    let closed = reading.close(&opened, &picture, &identity);
    assert_eq!(closed, Err(FileError::Overwritten));
}
