//! Promise: the station continues, or lets nothing pass and says so elsewhere, when one of these
//! blocks: standard output, standard error, the journal's disk, the recorder, or the thread that
//! watches the guard.
//!
//! A pipe blocks because the test does not read it. A thread is suspended as by a debugger; to the
//! other threads its call does not return.

use crate::site::lines;
use crate::site::{Site, name, pictures, wait_for};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::io::{PipeReader, Read as _, pipe};
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a stop may take in addition to `gate.deadline_ms`.
const STOP_MORE: Duration = Duration::from_secs(2);
/// What a busy machine may add to a measured time.
const BUSY: Duration = Duration::from_secs(1);

/// A station whose standard output and standard error are full pipes without a reader.
struct Unread {
    child: Child,
    pipes: [PipeReader; 2],
}

impl Unread {
    fn start(site: &Site) -> Self {
        let (out, to_out) = pipe().unwrap();
        let (err, to_err) = pipe().unwrap();
        let child = site
            .sluice(&["run", "--station", "station.json"])
            .stdin(Stdio::null())
            .stdout(full(&to_out))
            .stderr(full(&to_err))
            .spawn()
            .unwrap();
        wait_for("the timeline", || {
            site.path.join("lines.csv").exists().then_some(())
        });
        site.wait_line(lines::READY, true);
        Self {
            child,
            pipes: [out, err],
        }
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The station's end of a pipe that was filled completely.
fn full(to: &std::io::PipeWriter) -> Stdio {
    use nix::fcntl::{FcntlArg, OFlag, fcntl};
    let flags = |flags| fcntl(to, FcntlArg::F_SETFL(flags)).unwrap();
    flags(OFlag::O_NONBLOCK);
    for size in [4096, 1] {
        while nix::unistd::write(to, &vec![b'.'; size]).is_ok() {}
    }
    flags(OFlag::empty());
    to.try_clone().unwrap().into()
}

/// Stops the process. Returns its exit code and the time that it took, which must be below the
/// limit.
fn stop(child: &mut Child, limit: Duration) -> (Option<i32>, Duration) {
    let start = Instant::now();
    let id = Pid::from_raw(child.id().try_into().unwrap());
    kill(id, Signal::SIGTERM).unwrap();
    let code = wait_for("the end", || child.try_wait().unwrap()).code();
    let took = start.elapsed();
    println!("ended after {} ms", took.as_millis());
    assert!(took < limit + BUSY, "{took:?}");
    (code, took)
}

#[test]
fn unread_standard_output_and_error_change_nothing_for_the_parts() {
    let site = Site::quick("unread");
    let mut station = Unread::start(&site);
    // More lines than fit. Then the journal's directory disappears, which causes lines on standard
    // error.
    for number in 0..20 {
        site.feed(&format!("{number:02}.png"), &pictures::good());
        site.wait_parts(number + 1);
    }
    let journal = site.path.join("journal");
    fs::remove_dir_all(&journal).unwrap();
    site.feed("again.png", &pictures::good());
    site.wait_line(lines::READY, false);
    fs::create_dir(&journal).unwrap();
    site.wait_line(lines::READY, true);
    site.feed("last.png", &pictures::good());
    let parts = site.wait_parts(2);
    let last = parts.iter().find(|part| name(part) == "last.png").unwrap();
    assert_eq!(last.gate.outcome, "passed");
    let (code, _) = stop(&mut station.child, Duration::from_millis(500) + STOP_MORE);
    assert_eq!(code, Some(0));
    site.timeline().assert_safe();
}

#[test]
fn lines_that_do_not_fit_are_counted_where_they_are_missing() {
    let site = Site::quick("unread-counted");
    // With names this long, few lines fill the station's queue.
    let mut station = Unread::start(&site);
    let long = "x".repeat(200);
    let parts = 300;
    for number in 0..parts {
        site.feed(&format!("{number:03}{long}.png"), b"no picture");
        if number % 20 == 19 {
            site.wait_parts(number + 1);
        }
    }
    let [out, _] = &station.pipes;
    let mut out = out.try_clone().unwrap();
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        out.read_to_end(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    });
    thread::sleep(Duration::from_millis(300));
    let (code, _) = stop(&mut station.child, Duration::from_millis(500) + STOP_MORE);
    assert_eq!(code, Some(0));
    let text = reader.join().unwrap();
    let printed = text.lines().filter(|line| line.starts_with('#')).count();
    let missing: usize = text
        .lines()
        .filter_map(|line| {
            line.strip_prefix("sluice: ")?
                .split_once(" lines are missing")
        })
        .map(|(count, _)| count.parse::<usize>().unwrap())
        .sum();
    println!("{printed} printed, {missing} missing");
    assert!(missing > 0, "{printed} printed");
    assert_eq!(printed + missing, parts);
    assert!(text.contains("at the gate: "), "the last line comes");
}

#[test]
fn the_guard_of_a_killed_station_ends_even_if_its_message_is_not_read() {
    let site = Site::quick("unread-guard");
    let mut station = Unread::start(&site);
    let children = format!("/proc/{0}/task/{0}/children", station.child.id());
    let guard = fs::read_to_string(children).unwrap();
    let guard = format!("/proc/{}/stat", guard.trim());
    let is_alive = || {
        // A process that has ended is a zombie or gone.
        fs::read_to_string(&guard).is_ok_and(|stat| !stat.contains(") Z "))
    };
    assert!(is_alive());
    station.child.kill().unwrap();
    let start = Instant::now();
    wait_for("the guard's end", || (!is_alive()).then_some(()));
    assert!(start.elapsed() < BUSY, "{:?}", start.elapsed());
    site.timeline().assert_safe();
}

/// Fails unless the station recovers by itself and a good part passes.
fn passes_again(site: &Site) {
    site.wait_line(lines::READY, true);
    site.feed("last.png", &pictures::good());
    wait_for("the last part", || {
        let mut parts = site.parts().into_iter();
        parts.find(|part| name(part) == "last.png" && part.gate.outcome == "passed")
    });
    site.wait_line(lines::FAULT, false);
}

/// Number of parts that passed by the lines, recorded or not.
fn passes(site: &Site) -> usize {
    site.timeline().active(lines::PASS).len()
}

/// Feeds good parts for this long, one every 100 ms. Returns their number.
fn feed_for(site: &Site, prefix: &str, time: Duration) -> usize {
    let end = Instant::now() + time;
    let mut count = 0;
    while Instant::now() < end {
        site.feed(&format!("{prefix}{count:03}.png"), &pictures::good());
        count += 1;
        thread::sleep(Duration::from_millis(100));
    }
    count
}

const STALL: Duration = Duration::from_millis(600);

fn with_stall(test: &str) -> Site {
    let site = Site::quick(test);
    let stall = format!(r#""stall_ms": {}, "sync":"#, STALL.as_millis());
    site.change(&[(r#""sync":"#, &stall)]);
    site
}

#[test]
fn while_the_journals_disk_hangs_nothing_passes_after_the_stated_time() {
    let site = with_stall("disk-hangs");
    let mut station = site.start();
    site.feed("first.png", &pictures::good());
    site.wait_parts(1);
    assert_eq!(passes(&site), 1);
    let hung = station.without("journal", || {
        let count = feed_for(&site, "a", 3 * STALL);
        site.wait_line(lines::READY, false);
        site.wait_line(lines::REJECT, true);
        let before = passes(&site);
        // None of these parts passes.
        feed_for(&site, "b", 2 * STALL);
        let closed = passes(&site);
        (count, before, closed, site.parts().len(), site.errors())
    });
    let (count, before, closed, written, errors) = hung;
    println!("{before} of {count} passed, {written} records");
    assert_eq!(written, 1);
    assert_eq!(before, closed, "nothing passes while the disk hangs");
    // The first part is recorded. The parts of the stated time and of one turn are not.
    assert!((2..=9).contains(&before), "{before}");
    assert!(
        errors.contains("writing the journal (journal.directory) does not return: "),
        "{errors}"
    );
    passes_again(&site);
    site.wait_error("the journal is written again");
    // Each picture has a record, including those fed while the station took nothing.
    let fed = fs::read_dir(site.path.join("parts")).unwrap().count();
    let parts = site.wait_parts(fed);
    let mut names: Vec<_> = parts.iter().map(name).collect();
    names.sort();
    names.dedup();
    assert_eq!((names.len(), parts.len()), (fed, fed));
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn only_the_stated_number_of_parts_passes_before_their_records_are_written() {
    let site = Site::quick("disk-hangs-parts");
    // A time limit that this test never reaches.
    site.change(&[
        (r#""sync":"#, r#""stall_ms": 60000, "sync":"#),
        (r#""part_interval_ms": 100"#, r#""part_interval_ms": 50"#),
    ]);
    let mut station = site.start();
    let closed = station.without("journal", || {
        feed_for(&site, "a", Duration::from_secs(4));
        site.wait_line(lines::READY, false);
        (passes(&site), site.parts().len())
    });
    println!("{} passed", closed.0);
    assert_eq!(closed.1, 0);
    // One more part may be under way when the sixteenth has passed.
    assert!((16..=17).contains(&closed.0), "{}", closed.0);
    site.wait_line(lines::READY, true);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn while_the_recorder_hangs_nothing_passes_after_a_second() {
    let site = Site::quick("recorder-hangs");
    let mut station = site.start();
    let closed = station.without("recorder", || {
        feed_for(&site, "a", Duration::from_secs(2));
        site.wait_line(lines::READY, false);
        site.wait_line(lines::FAULT, true);
        let before = passes(&site);
        feed_for(&site, "b", Duration::from_secs(1));
        (before, passes(&site))
    });
    println!("{} passed", closed.0);
    assert!(closed.0 <= 7 && closed.0 == closed.1, "{closed:?}");
    passes_again(&site);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn while_the_guard_is_not_watched_nothing_passes() {
    let site = Site::quick("keeper-hangs");
    let mut station = site.start();
    let errors = station.without("keeper", || {
        site.wait_error("no part passes until it does");
        site.errors()
    });
    assert!(errors.contains("the thread keeper (guard, lines.timeline) has not finished its turn"));
    // The timeline keeps the changes of that time: READY went off and on again.
    wait_for("READY again", || {
        let spans = site.timeline().active(lines::READY);
        (spans.len() == 2 && spans[1].until_us.is_none()).then_some(())
    });
    passes_again(&site);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn nothing_feeds_the_watchdogs_of_a_station_whose_disk_hangs() {
    let site = Site::quick("disk-watchdog");
    site.change(&[(
        r#""scores": "softmax""#,
        r#""scores": "softmax", "self_check_ms": 100"#,
    )]);
    let path = site.path.join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    let fed = |time: Duration| {
        let end = Instant::now() + time;
        let mut buffer = [0; 512];
        let mut count = 0;
        while Instant::now() < end {
            manager
                .set_read_timeout(Some(Duration::from_millis(50)))
                .unwrap();
            if let Ok(length) = manager.recv(&mut buffer) {
                count += usize::from(&buffer[..length] == b"WATCHDOG=1");
            }
        }
        count
    };
    let period = Duration::from_millis(800);
    let mut station = site.start_with(&[
        ("NOTIFY_SOCKET", path.to_str().unwrap()),
        ("WATCHDOG_USEC", &period.as_micros().to_string()),
    ]);
    assert!(fed(2 * period) >= 2);
    for thread in ["journal", "keeper"] {
        let meanwhile = station.without(thread, || {
            fed(period / 4);
            fed(2 * period)
        });
        assert_eq!(meanwhile, 0, "without {thread}");
        assert!(fed(2 * period) >= 2, "with {thread} again");
    }
    assert_eq!(station.stop(), Some(0));
}
