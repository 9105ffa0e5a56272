//! Promise: verdicts and parts that went through the gate are both counted and shown. A good part
//! that is rejected is counted as rejected. If a key of the station file causes it, the station
//! names the key once, with a count.

use crate::site::{PULSE, Site, pictures};
use std::os::unix::net::UnixDatagram;
use std::thread;
use std::time::Duration;

#[test]
fn gate_counts_agree_with_the_records_and_overlap_is_explained_once() {
    let site = Site::new("gate-counters");
    // Two pictures whose parts are not on the line.
    site.feed("before-1.png", &pictures::good());
    site.feed("before-2.png", &pictures::bad());
    let path = site.path.join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    let mut station = site.start_with(&[("NOTIFY_SOCKET", path.to_str().unwrap())]);
    site.wait_parts(2);
    // In each pair the good part is at the gate during the bad part's pulse.
    for pair in 0..3 {
        site.feed(&format!("bad-{pair}.png"), &pictures::bad());
        thread::sleep(PULSE / 4);
        site.feed(&format!("good-{pair}.png"), &pictures::good());
        thread::sleep(3 * PULSE);
    }
    site.feed("alone.png", &pictures::good());
    let parts = site.wait_parts(9);
    let count = |kind: &str, outcome: &str, reason: &str| {
        parts
            .iter()
            .filter(|part| {
                part.verdict.kind == kind
                    && part.gate.outcome == outcome
                    && (reason.is_empty() || part.gate.reason == reason)
            })
            .count()
    };
    let overlap = count("PASS", "rejected", "overlap");
    assert!(overlap >= 1, "{parts:?}");
    let (passed, rejected) = (
        count("PASS", "passed", ""),
        count("PASS", "rejected", "") + count("REJECT", "rejected", ""),
    );
    assert_eq!(passed + rejected + 2, 9, "{parts:?}");
    assert_eq!(station.stop(), Some(0));
    assert_eq!(
        station.line("9 parts:"),
        "9 parts: 5 pass, 4 reject, 0 fault, 0 missed (0 late)"
    );
    assert_eq!(
        station.line("at the gate:"),
        format!(
            "at the gate: {passed} passed, {rejected} rejected ({overlap} of them good, {overlap} of these by overlap), \
             2 not on the line"
        )
    );
    let errors = site.errors();
    assert_eq!(
        errors.matches("was good and was rejected").count(),
        1,
        "{errors}"
    );
    for key in ["gate.pulse_ms (400 ms)", "gate.part_interval_ms is 100"] {
        assert!(errors.contains(key), "{errors}");
    }
    // The service manager received both as well.
    manager
        .set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    let mut buffer = [0; 512];
    let mut last = String::new();
    while let Ok(length) = manager.recv(&mut buffer) {
        let text = String::from_utf8(buffer[..length].to_vec()).unwrap();
        if text.starts_with("STATUS=") {
            last = text;
        }
    }
    let expected = format!(
        "STATUS=STOPPED; 5 pass, 4 reject, 0 fault, 0 missed; at the gate {passed} passed, {rejected} rejected \
         ({overlap} of them good), 0 late, 2 not on the line"
    );
    assert_eq!(last, expected);
}
