//! Pictures arrive once each, complete and in order. No other entry of the directory arrives or
//! delays the station.

use super::watch_place::{SETTLED, WatchSite};
use board::Timestamp;
use core::time::Duration;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use sluice::journal::Sha256;
use sluice::part::PartId;
use sluice::station::file::After;
use sluice::watch::{Arrival, Directory, Disposal, Disposed, FileError, Ledger, Name, WatchError};
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};

fn names(arrivals: &[Arrival]) -> Vec<String> {
    arrivals
        .iter()
        .map(|arrival| arrival.name.to_string())
        .collect()
}

/// The names of the pictures that have arrived by now.
fn arrived(site: &WatchSite, directory: &mut Directory) -> Vec<String> {
    names(&site.arrivals(directory, Duration::ZERO))
}

#[test]
fn a_file_arrives_when_it_is_closed_and_not_before() {
    let site = WatchSite::new("closed");
    let mut directory = site.watch();
    let before = Timestamp::now();
    let mut file = fs::File::create(site.file("a.png")).unwrap();
    file.write_all(b"half").unwrap();
    assert!(arrived(&site, &mut directory).is_empty());
    file.write_all(b" and half").unwrap();
    drop(file);
    let arrival = site.next(&mut directory);
    assert_eq!(arrival.name.as_bytes(), b"a.png");
    assert_eq!(arrival.identity.size, 13);
    assert!(!arrival.backlog);
    assert!(before < arrival.seen_at && arrival.seen_at <= Timestamp::now());
    assert!(arrival.finished_at <= arrival.seen_at);
    assert!(arrived(&site, &mut directory).is_empty());
}

#[test]
fn a_file_arrives_when_it_is_moved_in_or_renamed() {
    let site = WatchSite::new("moved");
    let mut directory = site.watch();
    fs::write(site.path.join("out/a.png"), "a").unwrap();
    fs::rename(site.path.join("out/a.png"), site.file("a.png")).unwrap();
    site.write("b.png.part", "b");
    site.write(".c.png", "c");
    assert_eq!(arrived(&site, &mut directory), ["a.png"]);
    fs::rename(site.file("b.png.part"), site.file("b.png")).unwrap();
    fs::rename(site.file(".c.png"), site.file("c.PNG")).unwrap();
    assert_eq!(arrived(&site, &mut directory), ["b.png", "c.PNG"]);
}

#[test]
fn a_file_that_is_rewritten_is_a_new_picture() {
    let site = WatchSite::new("again");
    let mut directory = site.watch();
    site.write("a.png", "one");
    let first = site.next(&mut directory);
    site.write("a.png", "another");
    // The first picture is gone, and the new content must not be taken for it.
    let opened = directory.folder().open(&first.name, &first.identity);
    assert_eq!(opened.unwrap_err(), FileError::Changed);
    let second = site.next(&mut directory);
    assert_eq!(second.name, first.name);
    assert_ne!(second.identity, first.identity);
    // Opening and closing without a write makes no new picture.
    drop(OpenOptions::new().append(true).open(site.file("a.png")));
    assert!(arrived(&site, &mut directory).is_empty());
}

#[test]
fn existing_files_arrive_at_start_in_the_order_of_their_last_change() {
    let site = WatchSite::new("backlog");
    // File systems may store times with a granularity of several milliseconds.
    for name in ["c.png", "a.png", "b.png"] {
        site.write(name, name);
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut directory = site.watch();
    site.write("live.png", "");
    let arrivals = site.arrivals(&mut directory, SETTLED);
    let (live, backlog): (Vec<_>, Vec<_>) =
        arrivals.into_iter().partition(|arrival| !arrival.backlog);
    assert_eq!(names(&live), ["live.png"]);
    assert_eq!(names(&backlog), ["c.png", "a.png", "b.png"]);
    // By now all files are old enough to arrive at once.
    let mut directory = site.watch();
    assert_eq!(
        arrived(&site, &mut directory),
        ["c.png", "a.png", "b.png", "live.png"]
    );
}

#[test]
fn a_file_that_is_being_written_at_start_arrives_when_it_is_closed() {
    let site = WatchSite::new("writing");
    let mut file = fs::File::create(site.file("a.png")).unwrap();
    file.write_all(b"half").unwrap();
    let mut directory = site.watch();
    assert!(arrived(&site, &mut directory).is_empty());
    file.write_all(b" and half").unwrap();
    drop(file);
    assert_eq!(site.next(&mut directory).identity.size, 13);
    assert!(site.arrivals(&mut directory, SETTLED).is_empty());
}

#[test]
fn only_regular_files_with_a_pictures_name_arrive() {
    let site = WatchSite::new("others");
    let fill = |prefix: &str| {
        let file = |name: &str| site.file(&format!("{prefix}{name}"));
        fs::create_dir(file("directory.png")).unwrap();
        mkfifo(&file("fifo.png"), Mode::from_bits_truncate(0o600)).unwrap();
        symlink("/dev/zero", file("link.png")).unwrap();
        symlink(file("directory.png"), file("link-to-directory.png")).unwrap();
        fs::write(file("text.txt"), "").unwrap();
        fs::write(file("picture.png.tmp"), "").unwrap();
    };
    fill("old-");
    let mut directory = site.watch();
    fill("new-");
    // Each kind also arrives by a rename.
    for name in ["directory.png", "fifo.png", "link.png"] {
        fs::rename(
            site.file(&format!("old-{name}")),
            site.file(&format!("moved-{name}")),
        )
        .unwrap();
    }
    // A writer closes the FIFO.
    let fifo = site.file("new-fifo.png");
    drop(
        OpenOptions::new()
            .read(true)
            .write(true)
            .open(fifo)
            .unwrap(),
    );
    site.write("z.png", "");
    assert_eq!(names(&site.arrivals(&mut directory, SETTLED)), ["z.png"]);
}

#[test]
fn opening_a_picture_never_blocks() {
    let site = WatchSite::new("replaced");
    let mut directory = site.watch();
    let kinds = [
        ("fifo", FileError::NotRegular),
        ("link", FileError::NotRegular),
        ("link to itself", FileError::NotRegular),
        ("directory", FileError::NotRegular),
        ("nothing", FileError::Vanished),
    ];
    for (kind, expected) in kinds {
        site.write("a.png", kind);
        let arrival = site.next(&mut directory);
        let file = site.file("a.png");
        // Moved, not deleted: no new file can get its inode number.
        let elsewhere = site.path.join("out/a.png");
        fs::rename(&file, &elsewhere).unwrap();
        match kind {
            "fifo" => mkfifo(&file, Mode::from_bits_truncate(0o600)).unwrap(),
            "link" => symlink("/dev/zero", &file).unwrap(),
            "link to itself" => symlink(&elsewhere, &file).unwrap(),
            "directory" => fs::create_dir(&file).unwrap(),
            _ => {}
        }
        let opened = directory.folder().open(&arrival.name, &arrival.identity);
        assert_eq!(opened.unwrap_err(), expected, "{kind}");
        let _ = fs::remove_file(&file).or_else(|_| fs::remove_dir(&file));
    }
}

#[test]
fn a_picture_is_read_as_it_was_written() {
    let site = WatchSite::new("read");
    let mut directory = site.watch();
    site.write("a.png", "content");
    let arrival = site.next(&mut directory);
    let folder = directory.folder().clone();
    let mut file = folder.open(&arrival.name, &arrival.identity).unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "content");
}

#[test]
fn an_unreadable_file_arrives_and_its_error_says_what_to_do() {
    let site = WatchSite::new("permission");
    let mut directory = site.watch();
    site.write("a.png", "");
    fs::set_permissions(site.file("a.png"), fs::Permissions::from_mode(0o000)).unwrap();
    let arrival = site.next(&mut directory);
    let opened = directory.folder().open(&arrival.name, &arrival.identity);
    // Root may read every file.
    assert_eq!(opened.is_ok(), fs::read(site.file("a.png")).is_ok());
    if let Err(error) = opened {
        let message = error.to_string();
        assert!(message.ends_with("the right to read it"), "{message}");
    }
}

#[test]
fn a_file_that_vanishes_at_once_does_not_arrive() {
    let site = WatchSite::new("vanish");
    let mut directory = site.watch();
    site.write("a.png", "");
    fs::remove_file(site.file("a.png")).unwrap();
    site.write("b.png", "");
    fs::rename(site.file("b.png"), site.file("c.png")).unwrap();
    assert_eq!(arrived(&site, &mut directory), ["c.png"]);
}

#[test]
fn a_name_of_any_bytes_arrives() {
    let site = WatchSite::new("bytes");
    let mut directory = site.watch();
    let mut longest = vec![b'x'; 251];
    longest.extend(b".png");
    let all = [&b"\xff\xfe.png"[..], b"a\nb.png", &longest];
    for bytes in all {
        fs::write(site.path.join("in").join(OsStr::from_bytes(bytes)), "").unwrap();
        let arrival = site.next(&mut directory);
        assert_eq!(arrival.name.as_bytes(), bytes);
        directory
            .folder()
            .open(&arrival.name, &arrival.identity)
            .unwrap();
    }
}

#[test]
fn an_overflow_of_the_kernels_queue_loses_no_picture() {
    let site = WatchSite::new("overflow");
    let queue: usize = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events")
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let mut directory = site.watch();
    site.write("a.png", "");
    // Each rename gives two events. No two equal ones follow each other, since the kernel would
    // merge them.
    for _ in 0..=queue / 4 {
        fs::rename(site.file("a.png"), site.file("b.png")).unwrap();
        fs::rename(site.file("b.png"), site.file("a.png")).unwrap();
    }
    for number in 0..20 {
        site.write(&format!("late-{number:02}.png"), "");
    }
    let mut expected: Vec<String> = (0..20)
        .map(|number| format!("late-{number:02}.png"))
        .collect();
    expected.insert(0, "a.png".to_string());
    // The overflow is reported once, after the events that the queue kept.
    let (mut seen, said) = site.until_error(&mut directory);
    assert_eq!(said, WatchError::Overflow);
    // A picture that was read before is known by its bytes, even though events of its renames are
    // lost.
    let reading = site.reading(&directory);
    for arrival in &seen {
        reading.prove(&arrival.identity, PartId::FIRST, Sha256::of(b""));
    }
    seen.extend(site.arrivals(&mut directory, SETTLED));
    let mut seen = names(&seen);
    seen.sort();
    assert_eq!(seen, expected);
}

#[test]
fn a_stop_ends_the_wait_and_precedes_pictures() {
    let mut site = WatchSite::new("stop");
    let mut directory = site.watch();
    site.write("a.png", "");
    site.stop();
    // Without the stop this would wait for ever.
    let far = Duration::from_secs(1_000_000_000);
    assert!(site.arrivals(&mut directory, far).is_empty());
}

#[test]
fn the_wait_ends_at_its_deadline_and_not_before() {
    let site = WatchSite::new("deadline");
    let mut directory = site.watch();
    let begin = Timestamp::now();
    let wait = Duration::from_millis(30);
    assert!(site.arrivals(&mut directory, wait).is_empty());
    assert!(Timestamp::now().since(begin) >= wait);
}

#[test]
fn a_directory_that_disappears_is_a_permanent_error() {
    for (change, test) in [("delete", "gone-1"), ("rename", "gone-2")] {
        let site = WatchSite::new(test);
        let mut directory = site.watch();
        let path = site.path.join("in");
        if change == "delete" {
            fs::remove_dir(&path).unwrap();
        } else {
            fs::rename(&path, site.path.join("elsewhere")).unwrap();
        }
        let (stop, _end) = std::io::pipe().unwrap();
        for _ in 0..2 {
            let next = directory.next(None, std::os::fd::AsFd::as_fd(&stop));
            assert_eq!(next, Err(WatchError::Gone), "{change}");
        }
    }
}

#[test]
fn a_directory_that_cannot_be_watched_is_an_error_that_names_the_key() {
    let site = WatchSite::new("missing");
    let mut source = site.source(After::Keep);
    for (path, end) in [
        ("none", "create the directory"),
        ("in/file", "it has to be a directory"),
    ] {
        site.write("file", "");
        source.path = site.path.join(path).to_str().unwrap().parse().unwrap();
        let message = Directory::open(&source, Ledger::new().unwrap())
            .unwrap_err()
            .to_string();
        assert!(message.starts_with("source.directory.path: "), "{message}");
        assert!(message.ends_with(end), "{message}");
    }
}

#[test]
fn a_name_can_be_used_again_after_its_picture_was_deleted() {
    let site = WatchSite::new("reuse");
    let source = site.source(After::Delete);
    let disposal = Disposal::new(&source).unwrap();
    let mut directory = Directory::open(&source, Ledger::new().unwrap()).unwrap();
    for number in 1..4 {
        site.write("a.png", "the same");
        let arrival = site.next(&mut directory);
        assert_eq!(arrival.name, Name::new(b"a.png").unwrap());
        let done = disposal.apply(&arrival.name, &arrival.identity, None, PartId::new(number));
        assert_eq!(done, Ok(Disposed::Deleted));
    }
}
