//! Promise: if the inspection, the gate, the recorder or a thread that brings parts hangs, the
//! watchdogs are not fed. Each thread alone is suspended, as by a debugger.

use crate::site::Site;
use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};

const CHECK: Duration = Duration::from_millis(100);
const PERIOD: Duration = Duration::from_millis(800);

/// Counts how often the watchdog is fed in this time.
fn fed(manager: &UnixDatagram, time: Duration) -> usize {
    let end = Instant::now() + time;
    let mut count = 0;
    let mut buffer = [0; 512];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return count;
        }
        manager.set_read_timeout(Some(left)).unwrap();
        if let Ok(len) = manager.recv(&mut buffer) {
            count += usize::from(&buffer[..len] == b"WATCHDOG=1");
        }
    }
}

/// Suspends each of these threads in turn.
fn assert_not_fed_without(site: &Site, threads: &[&str]) {
    let with_check = format!(
        r#""scores": "softmax", "self_check_ms": {}"#,
        CHECK.as_millis()
    );
    site.change(&[(r#""scores": "softmax""#, &with_check)]);
    let path = site.path.join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    let mut station = site.start_with(&[
        ("NOTIFY_SOCKET", path.to_str().unwrap()),
        ("WATCHDOG_USEC", &PERIOD.as_micros().to_string()),
    ]);
    assert!(fed(&manager, 2 * PERIOD) >= 2, "the watchdog is fed");
    for name in threads {
        let meanwhile = station.without(name, || {
            // The work under way may still feed once.
            fed(&manager, CHECK);
            fed(&manager, 2 * PERIOD)
        });
        assert_eq!(meanwhile, 0, "without the {name}");
        assert!(fed(&manager, 2 * PERIOD) >= 2, "with the {name} again");
    }
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn watchdogs_are_not_fed_while_any_thread_hangs() {
    let site = Site::new("threads");
    assert_not_fed_without(
        &site,
        &["inspection", "gate", "recorder", "intake", "inputs"],
    );
}

#[test]
fn watchdogs_are_not_fed_without_trigger_or_intake_thread() {
    let site = Site::new("threads-files");
    site.add_trigger(1);
    site.pair_within(1000);
    assert_not_fed_without(&site, &["trigger", "pairs"]);
}

#[test]
fn watchdogs_are_not_fed_without_trigger_or_camera_thread() {
    let site = Site::new("threads-camera");
    site.add_trigger(1);
    site.add_camera();
    assert_not_fed_without(&site, &["trigger", "camera"]);
}
