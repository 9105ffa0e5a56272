//! A picture is an inode's content between two closings. Links, renames and changed times make no
//! new picture. Writing does, even with the same size and times. A part reads its own picture only,
//! from the first byte to the last.

use super::watch_place::{SETTLED, WatchSite, set_mtime};
use core::time::Duration;
use sluice::station::file::After;
use sluice::watch::{Arrival, Directory, FileError, Known, Ledger, OwnFiles};
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

/// Longer than the station waits when a new name may be a link.
const LINK_WAIT: Duration = Duration::from_millis(60);
/// Longer than the station waits when a new name may also be a file that is being written.
const UNSURE_WAIT: Duration = Duration::from_millis(400);

fn names(arrivals: &[Arrival]) -> Vec<String> {
    let name = |arrival: &Arrival| arrival.name.to_string();
    arrivals.iter().map(name).collect()
}

/// The names of the pictures that arrive within [`LINK_WAIT`].
fn arrived(site: &WatchSite, directory: &mut Directory) -> Vec<String> {
    names(&site.arrivals(directory, LINK_WAIT))
}

/// Overwrites a file with content of the same size, and restores its times.
fn overwrite(path: &Path, content: &str) {
    let old = fs::metadata(path).unwrap();
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.write_all(content.as_bytes()).unwrap();
    drop(file);
    set_mtime(path, old.mtime(), old.mtime_nsec());
    let new = fs::metadata(path).unwrap();
    assert_eq!((new.ino(), new.len()), (old.ino(), old.len()));
}

#[test]
fn a_linked_file_arrives_when_nothing_is_written_to_it() {
    let site = WatchSite::new("link");
    let mut directory = site.watch();
    site.write(".writing", "picture");
    fs::hard_link(site.file(".writing"), site.file("a.png")).unwrap();
    let arrival = site.next(&mut directory);
    assert_eq!(arrival.name.as_bytes(), b"a.png");
    assert!(!arrival.backlog && arrival.finished_at <= arrival.seen_at);
    // Linked from another directory, then the other name is removed.
    fs::write(site.path.join("b"), "another").unwrap();
    fs::hard_link(site.path.join("b"), site.file("b.png")).unwrap();
    fs::remove_file(site.path.join("b")).unwrap();
    assert_eq!(
        names(&site.arrivals(&mut directory, UNSURE_WAIT)),
        ["b.png"]
    );
}

/// OpenSSH's server renames like this. Steps within one tick of the clock get the same time.
#[test]
fn a_rename_by_link_and_unlink_arrives_within_80_ms() {
    let site = WatchSite::new("unlink");
    let mut directory = site.watch();
    for number in 0..10 {
        let name = format!("{number}.png");
        site.write(".writing", "picture");
        fs::hard_link(site.file(".writing"), site.file(&name)).unwrap();
        fs::remove_file(site.file(".writing")).unwrap();
        let soon = Duration::from_millis(80);
        assert_eq!(names(&site.arrivals(&mut directory, soon)), [name]);
    }
}

#[test]
fn a_picture_written_in_one_long_call_arrives_when_it_is_closed() {
    let site = WatchSite::new("one-call");
    let mut directory = site.watch();
    // The kernel reports the write only at its end, long after the file was created and began to
    // grow.
    let content = vec![7; 300_000_000];
    let path = site.file("a.png");
    let writer = std::thread::spawn(move || {
        let begin = std::time::Instant::now();
        fs::write(path, &content).unwrap();
        begin.elapsed()
    });
    let arrival = site.next(&mut directory);
    let took = writer.join().unwrap();
    assert_eq!(arrival.identity.size, 300_000_000, "written in {took:?}");
    assert!(took > LINK_WAIT, "too fast to prove anything: {took:?}");
    assert!(arrived(&site, &mut directory).is_empty());
}

#[test]
fn a_file_written_slowly_arrives_when_it_is_closed() {
    let site = WatchSite::new("slow");
    let mut directory = site.watch();
    let mut file = File::create(site.file("a.png")).unwrap();
    assert!(arrived(&site, &mut directory).is_empty());
    file.write_all(b"half").unwrap();
    assert!(arrived(&site, &mut directory).is_empty());
    file.write_all(b" and half").unwrap();
    drop(file);
    assert_eq!(site.next(&mut directory).identity.size, 13);
    assert!(arrived(&site, &mut directory).is_empty());
}

#[test]
fn links_and_renames_of_an_inspected_picture_are_no_new_pictures() {
    let site = WatchSite::new("names");
    let mut directory = site.watch();
    site.write("a.png", "picture");
    assert_eq!(arrived(&site, &mut directory), ["a.png"]);
    fs::hard_link(site.file("a.png"), site.file("b.png")).unwrap();
    fs::rename(site.file("a.png"), site.file("c.png")).unwrap();
    assert!(arrived(&site, &mut directory).is_empty());
    fs::remove_file(site.file("b.png")).unwrap();
    fs::rename(site.file("c.png"), site.file("d.png")).unwrap();
    assert!(arrived(&site, &mut directory).is_empty());
    // New content is a new picture under any of its names, and so is a file that replaces it.
    overwrite(&site.file("d.png"), "another");
    assert_eq!(arrived(&site, &mut directory), ["d.png"]);
    site.write("e.tmp", "a third");
    fs::rename(site.file("e.tmp"), site.file("d.png")).unwrap();
    assert_eq!(arrived(&site, &mut directory), ["d.png"]);
    // A file that left the directory is a new picture when it returns.
    fs::rename(site.file("d.png"), site.path.join("out/d.png")).unwrap();
    fs::rename(site.path.join("out/d.png"), site.file("d.png")).unwrap();
    assert_eq!(arrived(&site, &mut directory), ["d.png"]);
}

#[test]
fn changed_times_and_permissions_make_no_new_picture() {
    let site = WatchSite::new("times");
    let mut directory = site.watch();
    let mut reading = site.reading(&directory);
    site.write("a.png", "picture");
    let arrival = site.next(&mut directory);
    let change = |seconds| {
        set_mtime(&site.file("a.png"), seconds, 0);
        let rights = fs::Permissions::from_mode(0o640);
        fs::set_permissions(site.file("a.png"), rights).unwrap();
    };
    change(1_000_000);
    let opened = reading.open(&arrival.name, &arrival.identity).unwrap();
    change(2_000_000);
    reading
        .close(&opened, &arrival.name, &arrival.identity)
        .unwrap();
    // Opens for writing and closes, as `touch` does.
    drop(OpenOptions::new().append(true).open(site.file("a.png")));
    assert!(arrived(&site, &mut directory).is_empty());
}

#[test]
fn new_content_of_the_same_size_and_times_is_a_new_picture() {
    let site = WatchSite::new("overwritten");
    let mut directory = site.watch();
    let mut reading = site.reading(&directory);
    site.write("a.png", "one");
    let first = site.next(&mut directory);
    overwrite(&site.file("a.png"), "two");
    let opened = reading.open(&first.name, &first.identity);
    assert_eq!(opened.err(), Some(FileError::Changed));
    let second = site.next(&mut directory);
    let opened = reading.open(&second.name, &second.identity).unwrap();
    let mut text = String::new();
    (&opened.file).read_to_string(&mut text).unwrap();
    assert_eq!(text, "two");
    reading
        .close(&opened, &second.name, &second.identity)
        .unwrap();
    // The new content is not taken for the first picture.
    let opened = reading.open(&first.name, &first.identity);
    assert_eq!(opened.err(), Some(FileError::Changed));
    assert!(arrived(&site, &mut directory).is_empty());
}

#[test]
fn a_picture_overwritten_before_its_event_was_read_is_a_part_that_fails() {
    let site = WatchSite::new("overtaken");
    let mut directory = site.watch();
    let mut reading = site.reading(&directory);
    // The station reads both events only after the second write.
    site.write("a.png", "one");
    overwrite(&site.file("a.png"), "two");
    // The same with a file that replaces the first one.
    site.write("b.png", "one");
    site.write("b.tmp", "two");
    fs::rename(site.file("b.tmp"), site.file("b.png")).unwrap();
    let arrivals = site.arrivals(&mut directory, LINK_WAIT);
    assert_eq!(names(&arrivals), ["a.png", "a.png", "b.png", "b.png"]);
    let mut good = Vec::new();
    for arrival in &arrivals {
        good.push(reading.open(&arrival.name, &arrival.identity).is_ok());
    }
    assert_eq!(good, [false, true, false, true]);
}

#[test]
fn a_picture_written_while_it_is_read_is_refused() {
    let site = WatchSite::new("while-read");
    let mut directory = site.watch();
    let mut reading = site.reading(&directory);
    fs::write(site.path.join("out/x"), "one").unwrap();
    for (change, name) in ["over", "cut", "longer", "other link"].into_iter().zip(0..) {
        let name = format!("{name}.png");
        let (path, link) = (site.file(&name), site.path.join("link"));
        site.write(&name, "one");
        let arrival = site.next(&mut directory);
        let _ = fs::remove_file(&link);
        fs::hard_link(&path, &link).unwrap();
        let opened = reading.open(&arrival.name, &arrival.identity).unwrap();
        match change {
            "over" => overwrite(&path, "two"),
            "cut" => fs::write(&path, "one").unwrap(),
            "longer" => fs::write(&path, "longer").unwrap(),
            // A write through a name elsewhere gives no event in the directory.
            _ => overwrite(&link, "two"),
        }
        let closed = reading.close(&opened, &arrival.name, &arrival.identity);
        assert_eq!(closed, Err(FileError::Overwritten), "{change}");
        let _ = site.arrivals(&mut directory, LINK_WAIT);
    }
    // A change of the name alone does not matter.
    site.write("z.png", "one");
    let arrival = site.next(&mut directory);
    let opened = reading.open(&arrival.name, &arrival.identity).unwrap();
    fs::remove_file(site.file("z.png")).unwrap();
    site.write("z.png", "another");
    let closed = reading.close(&opened, &arrival.name, &arrival.identity);
    assert_eq!(closed, Ok(()));
}

#[test]
fn events_that_a_worker_reads_reach_the_watch() {
    let site = WatchSite::new("shared");
    let mut directory = site.watch();
    let mut reading = site.reading(&directory);
    site.write("a.png", "one");
    let arrival = site.next(&mut directory);
    site.write("b.png", "two");
    // This reads the event of b.png from the kernel.
    reading.open(&arrival.name, &arrival.identity).unwrap();
    assert_eq!(site.next(&mut directory).name.as_bytes(), b"b.png");
}

#[test]
fn files_of_the_station_itself_are_never_pictures() {
    let site = WatchSite::new("own");
    let source = site.source(After::Keep);
    let path = |text: String| text.parse().unwrap();
    // The path differs from the watched directory's, the directory does not.
    let screen = path(format!("{}/out/../in/screen.png", site.path.display()));
    let timeline = path(format!("{}/lines.png", site.path.display()));
    site.write("screen.png", "old");
    std::thread::sleep(SETTLED);
    let known = Known {
        ledger: Ledger::new().unwrap(),
        own: OwnFiles::new([&screen, &timeline]),
        disposal: None,
    };
    let mut directory = Directory::open(&source, known).unwrap();
    site.write("screen.png", "written in place");
    site.write("screen.tmp", "renamed");
    fs::rename(site.file("screen.tmp"), site.file("screen.png")).unwrap();
    fs::write(site.path.join("lines.png"), "timeline").unwrap();
    fs::hard_link(site.path.join("lines.png"), site.file("linked.png")).unwrap();
    site.write("a.png", "picture");
    assert_eq!(names(&site.arrivals(&mut directory, SETTLED)), ["a.png"]);
}

#[test]
fn a_polled_file_arrives_when_two_scans_find_it_unchanged() {
    const POLL: Duration = Duration::from_millis(100);
    let site = WatchSite::new("poll");
    let mut source = site.source(After::Keep);
    source.poll_ms = 100;
    site.write("old.png", "old");
    let mut directory = Directory::open(&source, Ledger::new().unwrap()).unwrap();
    let mut reading = site.reading(&directory);
    let old = site.arrivals(&mut directory, POLL * 3);
    assert_eq!(names(&old), ["old.png"]);
    assert!(old[0].backlog);

    let begin = board::Timestamp::now();
    let mut file = File::create(site.file("a.png")).unwrap();
    for _ in 0..6 {
        file.write_all(b"more").unwrap();
        assert!(site.arrivals(&mut directory, POLL / 2).is_empty());
    }
    let written = board::Timestamp::now();
    let arrival = site.next(&mut directory);
    let known = board::Timestamp::now();
    assert!(!arrival.backlog && arrival.identity.size == 24);
    assert!(arrival.finished_at > begin && arrival.finished_at < known - POLL / 2);
    // The bound is wide, since a busy machine scans late.
    assert!(known.since(written) < POLL * 20);
    let opened = reading.open(&arrival.name, &arrival.identity).unwrap();
    reading
        .close(&opened, &arrival.name, &arrival.identity)
        .unwrap();
    assert!(site.arrivals(&mut directory, POLL * 3).is_empty());

    // New content in the same file, then a new file under the same name.
    overwrite(&site.file("a.png"), "another content of 24 by");
    let opened = reading.open(&arrival.name, &arrival.identity);
    assert_eq!(opened.err(), Some(FileError::Changed));
    assert_eq!(names(&site.arrivals(&mut directory, POLL * 4)), ["a.png"]);
    fs::remove_file(site.file("a.png")).unwrap();
    site.write("a.png", "the last");
    assert_eq!(names(&site.arrivals(&mut directory, POLL * 4)), ["a.png"]);
    let left = directory.ledger().len();
    fs::remove_file(site.file("a.png")).unwrap();
    assert!(site.arrivals(&mut directory, POLL * 3).is_empty());
    assert_eq!(directory.ledger().len(), left - 1);
}
