//! Promise: a call of the AscendCL library that never returns hangs neither the station nor its
//! stop. The lines are safe, the journal is whole, and the program ends.

use crate::site::{Running, Site, lines, pictures, wait_for};
use sluice::journal::Record;
use std::time::{Duration, Instant};

/// `gate.deadline_ms` and `engine.timeout_ms` of these tests.
const DEADLINE: Duration = Duration::from_millis(900);
/// What a stop takes in addition to the deadline. The station gives the inspection one second.
const STOP_MORE: Duration = Duration::from_secs(2);
/// Longest time that the station gives the device to be released.
const RELEASE_MAX: Duration = Duration::from_secs(5);

fn site(test: &str) -> Site {
    let site = Site::new(test);
    site.change(&[
        (r#""delay_ms": 2000"#, r#""delay_ms": 1000"#),
        (r#""deadline_ms": 1900"#, r#""deadline_ms": 900"#),
        (r#""timeout_ms": 60000"#, r#""timeout_ms": 900"#),
    ]);
    site
}

fn assert_end(site: &Site, station: &mut Running, code: i32) {
    assert_eq!(station.wait(), Some(code), "{}", site.errors());
    let errors = site.errors();
    assert!(errors.contains("the program ends without it"), "{errors}");
    site.timeline().assert_safe();
    let journal = site.journal();
    assert!(journal.iter().all(|entry| entry.content.is_ok()));
}

#[test]
fn a_call_that_never_returns_ends_the_program() {
    let site = site("hung-call");
    // The first executions of the two slots take the first two calls.
    let mut station = site.start_faulty("aclrtSynchronizeStreamWithTimeout:3:hang");
    site.feed("a.png", &pictures::good());
    // By then the inspection hangs. It never receives the second part.
    site.wait_line(lines::BUSY, true);
    site.feed("b.png", &pictures::good());
    assert_end(&site, &mut station, 5);
    let errors = site.errors();
    assert!(errors.contains("the device failed for good"), "{errors}");
    assert!(errors.contains("does not return"), "{errors}");
    assert_eq!(site.timeline().active(lines::PASS), []);
    // Both parts were rejected at their deadline, and their records say so.
    let parts = site.parts();
    assert_eq!(parts.len(), 2);
    for part in &parts {
        let verdict = &part.verdict;
        assert_eq!(
            (verdict.kind.as_str(), verdict.code.as_str()),
            ("FAULT", "deadline")
        );
        assert_eq!(part.gate.outcome, "rejected");
    }
    let mut station = site.start();
    site.feed("c.png", &pictures::good());
    assert_eq!(site.wait_parts(3).len(), 3);
    assert_eq!(station.stop(), Some(0));
    let starts = site
        .journal()
        .into_iter()
        .filter_map(|entry| match entry.content {
            Ok(Record::Start(start)) => Some(start.memory.is_some()),
            _ => None,
        });
    let starts: Vec<_> = starts.collect();
    assert_eq!(starts, [false, true, false, true]);
}

#[test]
fn a_model_that_never_loads_does_not_delay_a_stop() {
    let site = site("hung-load");
    let mut station = site.launch(&[("ASCENDCL_CPU_FAULT", "aclmdlLoadFromFileWithMem:1:hang")]);
    let timeline = site.path.join("lines.csv");
    wait_for("the lines", || {
        (timeline.exists() && site.timeline().is_active_now(lines::REJECT)).then_some(())
    });
    let start = Instant::now();
    station.signal(nix::sys::signal::Signal::SIGTERM);
    assert_end(&site, &mut station, 0);
    let took = start.elapsed();
    println!("with a model that never loads: {} ms", took.as_millis());
    assert!(took < DEADLINE + STOP_MORE, "{took:?}");
    assert_eq!(site.timeline().active(lines::READY), []);
}

#[test]
fn a_device_that_cannot_be_released_does_not_delay_a_stop() {
    let site = site("hung-end");
    let mut station = site.start_faulty("aclrtResetDevice:1:hang");
    site.feed("a.png", &pictures::good());
    site.wait_parts(1);
    let start = Instant::now();
    station.signal(nix::sys::signal::Signal::SIGTERM);
    // The lines do not wait for the device.
    site_safe_within(&site, STOP_MORE);
    assert_end(&site, &mut station, 0);
    let took = start.elapsed();
    println!(
        "with a device that cannot be taken down: {} ms",
        took.as_millis()
    );
    assert!(took < RELEASE_MAX + STOP_MORE, "{took:?}");
    assert_eq!(site.parts().len(), 1);
}

fn site_safe_within(site: &Site, limit: Duration) {
    let start = Instant::now();
    site.wait_line(lines::READY, false);
    assert!(start.elapsed() < limit, "{:?}", start.elapsed());
}
