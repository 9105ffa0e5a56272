//! Promise: however the station dies, the guard puts the lines to their safe levels at once. When
//! the guard dies, the station lets no part pass until it has a new one.

use crate::site::{Running, Site, lines, pictures, wait_for};
use board::Timestamp;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::time::Duration;

/// Longest time from the end of the station to the safe levels. The guard takes some milliseconds.
/// The rest is for a busy machine.
const SAFE_MAX: Duration = Duration::from_secs(2);

/// The guard process of a station.
fn guard_of(station: &Running) -> Option<Pid> {
    fs::read_dir("/proc").unwrap().find_map(|entry| {
        let path = entry.ok()?.path();
        let number: i32 = path.file_name()?.to_str()?.parse().ok()?;
        let status = fs::read_to_string(path.join("stat")).ok()?;
        // The name ends at the last parenthesis, because it may contain any character. The state
        // and the parent follow.
        let mut fields = status.rsplit_once(')')?.1.split_whitespace();
        let (state, parent) = (fields.next()?, fields.next()?);
        let command = fs::read(path.join("cmdline")).ok()?;
        let found = parent == station.id().to_string() && command == b"sluice\0guard\0";
        (found && state != "Z").then_some(Pid::from_raw(number))
    })
}

fn wait_end(guard: Pid) {
    // The process that adopted the guard may reap it at any time.
    let is_dead = |status: String| {
        status
            .rsplit_once(')')
            .is_none_or(|rest| rest.1.starts_with(" Z"))
    };
    wait_for("the end of the guard", || {
        let gone = kill(guard, None) == Err(Errno::ESRCH);
        let dead = fs::read_to_string(format!("/proc/{guard}/stat")).map_or(true, is_dead);
        (gone || dead).then_some(())
    });
}

/// Kills the station while the gate is open. Returns the time until the reject line was safe, by
/// the timeline.
fn kill_and_measure(site: &Site, station: &mut Running) -> Duration {
    site.wait_line(lines::REJECT, false);
    let guard = guard_of(station).expect("a station that runs has a guard");
    let killed = Timestamp::now();
    station.kill();
    site.wait_line(lines::REJECT, true);
    wait_end(guard);
    site.timeline().assert_safe();
    let from_us = site
        .timeline()
        .active(lines::REJECT)
        .last()
        .unwrap()
        .from_us;
    Duration::from_micros(from_us - killed.as_ns() / 1_000)
}

#[test]
fn a_killed_station_leaves_safe_lines() {
    let site = Site::new("guard-kill");
    let mut took: Vec<Duration> = Vec::new();
    for _ in 0..5 {
        let mut station = site.start();
        took.push(kill_and_measure(&site, &mut station));
        let errors = site.errors();
        let said = "sluice guard: the station is gone; 6 of 6 lines put to their safe levels in";
        assert_eq!(errors.matches(said).count(), 1, "{errors}");
    }
    println!("from the kill to the safe level: {took:?}");
    assert!(took.iter().all(|took| *took < SAFE_MAX), "{took:?}");
}

#[test]
fn a_guard_outlives_the_signals_that_end_the_station() {
    let site = Site::new("guard-signals");
    let mut station = site.start();
    let guard = guard_of(&station).unwrap();
    for signal in [
        Signal::SIGTERM,
        Signal::SIGINT,
        Signal::SIGHUP,
        Signal::SIGQUIT,
    ] {
        kill(guard, signal).unwrap();
    }
    site.feed("a.png", &pictures::good());
    site.wait_parts(1);
    assert_eq!(guard_of(&station), Some(guard), "the same as before");
    assert!(kill_and_measure(&site, &mut station) < SAFE_MAX);
}

#[test]
fn an_ordered_stop_also_ends_the_guard() {
    let site = Site::new("guard-order");
    let mut station = site.start();
    let guard = guard_of(&station).unwrap();
    assert_eq!(station.stop(), Some(0), "{}", site.errors());
    assert_eq!(
        kill(guard, None),
        Err(Errno::ESRCH),
        "gone before the station"
    );
    assert!(!site.errors().contains("guard"), "{}", site.errors());
    site.timeline().assert_safe();
}

#[test]
fn without_a_guard_nothing_passes_until_it_is_replaced() {
    let site = Site::new("guard-dies");
    let mut station = site.start();
    site.wait_line(lines::READY, true);
    let guard = guard_of(&station).unwrap();
    kill(guard, Signal::SIGKILL).unwrap();
    let killed_us = Timestamp::now().as_ns() / 1_000;
    wait_for("another guard", || {
        guard_of(&station).filter(|other| *other != guard)
    });
    site.wait_error("a guard is ready again");
    site.wait_line(lines::READY, true);
    let timeline = site.timeline();
    let spans = timeline.active(lines::READY);
    let [first, second] = spans.as_slice() else {
        panic!("{spans:?}")
    };
    let until_us = first.until_us.unwrap();
    let noticed = Duration::from_micros(until_us - killed_us);
    println!("from the guard's end to not ready: {noticed:?}");
    assert!(noticed < Duration::from_secs(1), "{noticed:?}");
    // In between, everything is rejected and the fault is shown.
    let middle_us = until_us.midpoint(second.from_us);
    assert!(timeline.is_active(lines::REJECT, middle_us));
    assert!(timeline.is_active(lines::FAULT, middle_us));
    let errors = site.errors();
    assert!(
        errors.contains("no part passes until another guard is ready"),
        "{errors}"
    );
    // The new guard does the same.
    site.feed("a.png", &pictures::good());
    assert_eq!(station.verdict().kind, "PASS");
    site.wait_parts(1);
    assert!(kill_and_measure(&site, &mut station) < SAFE_MAX);
}

#[test]
fn a_guard_is_replaced_even_if_no_message_can_be_written() {
    let site = Site::new("guard-silent");
    let mut command = site.sluice(&["run", "--station", "station.json"]);
    // Every write to it fails, as on a terminal that is gone.
    let mut station = Running::spawn(&mut command, "/dev/full".into());
    station.line("ready:");
    let guard = guard_of(&station).unwrap();
    kill(guard, Signal::SIGKILL).unwrap();
    wait_for("another guard", || {
        guard_of(&station).filter(|other| *other != guard)
    });
    wait_for("ready again", || {
        let timeline = site.timeline();
        (timeline.active(lines::READY).len() == 2).then_some(())
    });
    assert_eq!(station.stop(), Some(0));
}
