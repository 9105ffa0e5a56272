//! Promise: the station sends READY to the service manager when it takes parts, WATCHDOG only after
//! finished work, and STOPPING when it ends.

use crate::site::{PATIENCE, Running, Site, lines, pictures};
use std::fs;
use std::io::ErrorKind;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::{Duration, Instant};
use std::{process, thread};

/// The period of the service manager's watchdog. [`CHECK_MS`] is that of the self-checks.
const PERIOD: Duration = Duration::from_millis(1600);
const CHECK_MS: u32 = 400;

/// A service manager, which receives the station's messages.
struct Manager {
    socket: UnixDatagram,
    name: String,
}

impl Manager {
    /// A service manager that listens in the abstract namespace.
    fn new(test: &str) -> Self {
        let name = format!("sluice-manager-{}-{test}", process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        Self {
            socket: UnixDatagram::bind_addr(&address).unwrap(),
            name: format!("@{name}"),
        }
    }

    /// A service manager that listens in the directory of the site.
    fn in_directory(site: &Site) -> Self {
        let path = site.path.join("notify");
        Self {
            socket: UnixDatagram::bind(&path).unwrap(),
            name: path.to_str().unwrap().to_owned(),
        }
    }

    fn launch(&self, site: &Site, period: Duration, faults: &str) -> Running {
        site.launch(&[
            ("NOTIFY_SOCKET", &self.name),
            ("WATCHDOG_USEC", &period.as_micros().to_string()),
            ("ASCENDCL_CPU_FAULT", faults),
        ])
    }

    /// Waits at most this long for the next message.
    fn next(&self, within: Duration) -> Option<String> {
        self.socket.set_read_timeout(Some(within)).unwrap();
        let mut buffer = [0; 512];
        match self.socket.recv(&mut buffer) {
            Ok(len) => Some(String::from_utf8(buffer[..len].to_vec()).unwrap()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// Collects the messages of this time.
    fn listen(&self, time: Duration) -> Vec<String> {
        let end = Instant::now() + time;
        let mut messages = Vec::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return messages;
            }
            messages.extend(self.next(left));
        }
    }

    /// Waits for this message and returns the messages before it.
    fn wait(&self, message: &str) -> Vec<String> {
        let mut before = Vec::new();
        loop {
            match self.next(PATIENCE) {
                Some(received) if received == message => return before,
                Some(received) => before.push(received),
                None => panic!("never {message}, but {before:?}"),
            }
        }
    }
}

fn site(test: &str) -> Site {
    let site = Site::new(test);
    let with_check = format!(r#""scores": "softmax", "self_check_ms": {CHECK_MS}"#);
    site.change(&[(r#""scores": "softmax""#, &with_check)]);
    site
}

fn count(messages: &[String], message: &str) -> usize {
    messages
        .iter()
        .filter(|received| *received == message)
        .count()
}

#[test]
fn a_service_sends_ready_watchdog_and_stopping() {
    let site = site("service");
    let manager = Manager::new("life");
    let mut station = manager.launch(&site, PERIOD, "aclmdlLoadFromFileWithMem:1:delay_ms=1500");
    let starting = manager.wait("READY=1");
    // At READY the station takes parts.
    site.wait_line(lines::READY, true);
    // Only the status came before.
    assert_eq!(starting.len(), 1, "{starting:?}");
    assert!(starting[0].starts_with("STATUS=STARTING; "), "{starting:?}");
    station.line("ready:");

    let idle = manager.listen(4 * PERIOD);
    let fed = count(&idle, "WATCHDOG=1");
    // There are four self-checks in each period. WATCHDOG is sent at most once in an eighth of a
    // period.
    assert!((4..=17).contains(&fed), "{idle:?}");
    assert!(
        idle.contains(
            &"STATUS=READY; 0 pass, 0 reject, 0 fault, 0 missed; at the gate 0 passed, 0 rejected (0 of them good), \
              0 late, 0 not on the line"
                .to_owned()
        ),
        "{idle:?}"
    );
    site.feed("a.png", &pictures::good());
    site.feed("b.png", &pictures::bad());
    let parts = manager.listen(2 * PERIOD);
    let statuses: Vec<_> = parts
        .iter()
        .filter(|message| message.starts_with("STATUS="))
        .collect();
    assert!(
        statuses
            .last()
            .unwrap()
            .contains("; 1 pass, 1 reject, 0 fault"),
        "{parts:?}"
    );
    assert_eq!(station.stop(), Some(0));
    let ending = manager.listen(Duration::from_millis(200));
    assert_eq!(count(&ending, "STOPPING=1"), 1, "{ending:?}");
    let said = ending.iter().position(|message| message == "STOPPING=1");
    assert_eq!(
        count(&ending[said.unwrap()..], "WATCHDOG=1"),
        0,
        "{ending:?}"
    );
    assert!(ending.last().unwrap().starts_with("STATUS=STOPPED; "));
}

#[test]
fn a_hung_device_is_not_alive() {
    let site = site("hung-service");
    let manager = Manager::in_directory(&site);
    // Three executions at the start and two self-checks succeed. The next one never ends.
    let mut station = manager.launch(&site, PERIOD, "aclmdlExecuteAsync:6:hang");
    manager.wait("READY=1");
    manager.wait("WATCHDOG=1");
    // The message of the second self-check may still come.
    manager.listen(2 * Duration::from_millis(CHECK_MS.into()));
    let silence = manager.listen(3 * PERIOD);
    assert_eq!(count(&silence, "WATCHDOG=1"), 0, "{silence:?}");
    // The device still works on a slot.
    assert_eq!(station.stop_with_leaks(), Some(0), "{}", site.errors());
    manager.wait("STOPPING=1");
    site.timeline().assert_safe();
}

#[test]
fn a_device_that_only_returns_errors_is_not_alive() {
    let site = site("error-service");
    let manager = Manager::in_directory(&site);
    let mut faults = String::new();
    for execution in 6..200 {
        faults += &format!("aclmdlExecuteAsync:{execution}:error=507018,");
    }
    let mut station = manager.launch(&site, PERIOD, &faults);
    manager.wait("READY=1");
    manager.wait("WATCHDOG=1");
    manager.listen(2 * Duration::from_millis(CHECK_MS.into()));
    let silence = manager.listen(3 * PERIOD);
    assert_eq!(count(&silence, "WATCHDOG=1"), 0, "{silence:?}");
    // Faults are not a sign of life either.
    site.feed("a.png", &pictures::good());
    assert_eq!(station.verdict().kind, "FAULT");
    let silence = manager.listen(PERIOD);
    assert_eq!(count(&silence, "WATCHDOG=1"), 0, "{silence:?}");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn continuous_parts_feed_the_watchdog_like_self_checks() {
    let site = site("busy-service");
    let manager = Manager::in_directory(&site);
    let mut station = manager.launch(&site, PERIOD, "");
    manager.wait("READY=1");
    let end = Instant::now() + 2 * PERIOD;
    let mut number = 0;
    let mut received = Vec::new();
    while Instant::now() < end {
        site.feed(&format!("{number}.png"), &pictures::good());
        number += 1;
        received.extend(manager.listen(Duration::from_millis(120)));
    }
    let fed = count(&received, "WATCHDOG=1");
    assert!((4..=17).contains(&fed), "{received:?}");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_watchdog_that_self_checks_cannot_feed_in_time_is_refused() {
    for (test, self_check_ms, period_ms) in [("never", 0, 60_000), ("seldom", 501, 1000)] {
        let site = Site::new(test);
        let with_check = format!(r#""scores": "softmax", "self_check_ms": {self_check_ms}"#);
        site.change(&[(r#""scores": "softmax""#, &with_check)]);
        let manager = Manager::in_directory(&site);
        let mut station = manager.launch(&site, Duration::from_millis(period_ms), "");
        assert_eq!(station.wait(), Some(4), "{}", site.errors());
        let errors = site.errors();
        let expected = format!("engine.self_check_ms is {self_check_ms}; allowed: 1 to");
        assert!(
            errors.contains(&expected) && errors.contains("WatchdogSec"),
            "{errors}"
        );
        site.timeline().assert_safe();
        assert_eq!(manager.next(Duration::from_millis(50)), None);
    }
}

#[test]
fn a_service_manager_that_went_away_causes_one_message() {
    let site = site("gone-service");
    let manager = Manager::in_directory(&site);
    let mut station = manager.launch(&site, PERIOD, "");
    manager.wait("READY=1");
    drop(manager);
    fs::remove_file(site.path.join("notify")).unwrap();
    site.feed("a.png", &pictures::good());
    assert_eq!(station.verdict().kind, "PASS");
    site.wait_error("service manager");
    thread::sleep(2 * PERIOD);
    assert_eq!(site.errors().matches("service manager").count(), 1);
    let manager = Manager::in_directory(&site);
    manager.wait("WATCHDOG=1");
    assert_eq!(station.stop(), Some(0));
}

/// `watchdog.device` is a regular file. The station says so before it takes parts, and does not
/// start without a watchdog.
#[test]
fn a_board_watchdog_that_is_not_a_device_ends_the_start() {
    let site = site("no-watchdog");
    site.change(&[(
        r#""journal": {"#,
        r#""watchdog": { "device": "dog", "timeout_s": 9 }, "journal": {"#,
    )]);
    fs::write(site.path.join("dog"), "").unwrap();
    let manager = Manager::in_directory(&site);
    let mut station = manager.launch(&site, PERIOD, "");
    assert_eq!(station.wait(), Some(4));
    let errors = site.errors();
    assert!(
        errors.contains("watchdog.device: dog: ioctl(WDIOC_SETTIMEOUT)"),
        "{errors}"
    );
    let received = manager.listen(Duration::from_millis(100));
    assert_eq!(count(&received, "READY=1"), 0, "{received:?}");
    site.timeline().assert_safe();
    let check = site.output(&["check", "--station", "station.json"]);
    assert_eq!(check.status.code(), Some(1));
    let text = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(
        text.contains("WRONG  watchdog.device dog: not a character device"),
        "{text}"
    );
    // Only the byte that disarms a watchdog was written to it.
    assert_eq!(fs::read(site.path.join("dog")).unwrap(), b"V");
}
