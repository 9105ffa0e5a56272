//! Promise: from the first movement of a line on, every stop is orderly: exit code 0 and safe lines
//! within a bounded time. This holds for each signal and for repeated signals.

use crate::site::lines;
use crate::site::{Running, Site, pictures, wait_for};
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use std::fs::{self, File};
use std::io::Read as _;
use std::thread;
use std::time::{Duration, Instant};

/// `gate.deadline_ms`: a stop waits this long for a hung device.
const DEADLINE: Duration = Duration::from_millis(1900);
/// What a stop takes in addition to the work under way. Measured: 30 to 60 ms. The rest is for busy
/// machines.
const STOP_MAX: Duration = Duration::from_secs(2);

/// Stops the station. Returns its exit code and the time that it took.
fn stop(station: &mut Running, signal: Signal) -> (Option<i32>, Duration) {
    let start = Instant::now();
    station.signal(signal);
    let code = station.wait();
    (code, start.elapsed())
}

/// The lines have moved, and the station opens their timeline, which is a FIFO without a reader.
#[test]
fn a_stop_while_the_lines_are_being_opened_is_ordered() {
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        let site = Site::new(&format!("opening-{signal}"));
        let path = site.path.join("lines.csv");
        mkfifo(&path, Mode::S_IRWXU).unwrap();
        let mut station = site.launch(&[]);
        let waits = format!("/proc/{}/wchan", station.id());
        let is_opening = || {
            fs::read_to_string(&waits)
                .is_ok_and(|place| place.contains("fifo") || place.contains("wait_for_partner"))
        };
        wait_for("the opening of the FIFO", || is_opening().then_some(()));
        station.signal(signal);
        thread::sleep(Duration::from_millis(50));
        assert!(is_opening(), "{signal} did not wait");
        let mut timeline = String::new();
        let mut fifo = File::open(&path).unwrap();
        fifo.read_to_string(&mut timeline).unwrap();
        assert_eq!(station.wait(), Some(0), "{}", site.errors());
        fs::remove_file(&path).unwrap();
        fs::write(&path, timeline).unwrap();
        site.timeline().assert_safe();
        assert_eq!(site.timeline().active(lines::READY), []);
    }
}

/// The stop comes at 40 times in the first tenth of a second.
#[test]
fn a_stop_at_any_time_of_the_start_leaves_all_lines_safe_or_unmoved() {
    let mut ordered = 0;
    for step in 0..40 {
        let site = Site::new(&format!("early-{step}"));
        let mut station = site.launch(&[]);
        thread::sleep(Duration::from_micros(2500) * step);
        station.signal(Signal::SIGTERM);
        match station.wait() {
            Some(0) => {
                ordered += 1;
                site.timeline().assert_safe();
            }
            // The signal ended the process before the program blocked it.
            None => assert!(!site.path.join("lines.csv").exists(), "step {step}"),
            code => panic!("step {step}: {code:?} {}", site.errors()),
        }
    }
    println!("{ordered} of 40 were ordered");
    assert!(ordered >= 10);
}

#[test]
fn each_signal_stops_an_idle_station_at_once() {
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        let site = Site::new(&format!("idle-{signal}"));
        let mut station = site.start();
        let (code, took) = stop(&mut station, signal);
        println!("{signal}: {} ms", took.as_millis());
        assert_eq!(code, Some(0), "{}", site.errors());
        assert!(took < STOP_MAX, "{took:?}");
        site.timeline().assert_safe();
    }
}

#[test]
fn repeated_stop_signals_are_harmless_and_a_hung_device_delays_a_stop_by_at_most_one_deadline() {
    let site = Site::new("again");
    let mut station = site.start_faulty("aclmdlExecuteAsync:3:hang");
    site.feed("a.png", &pictures::good());
    site.wait_line(lines::BUSY, true);
    let start = Instant::now();
    for signal in [
        Signal::SIGTERM,
        Signal::SIGTERM,
        Signal::SIGINT,
        Signal::SIGHUP,
        Signal::SIGTERM,
    ] {
        station.signal(signal);
        thread::sleep(Duration::from_millis(30));
    }
    assert_eq!(station.wait(), Some(0), "{}", site.errors());
    let took = start.elapsed();
    println!("with a hung device: {} ms", took.as_millis());
    assert!(took < DEADLINE + STOP_MAX, "{took:?}");
    site.timeline().assert_safe();
    let parts = site.parts();
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].verdict.kind, "FAULT");
    assert_eq!(parts[0].gate.outcome, "rejected");
}
