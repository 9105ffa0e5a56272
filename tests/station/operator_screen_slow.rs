//! Promise: a display that is slow, hangs, fails or is missing changes nothing for the parts. They
//! are decided, moved and recorded as usual.
//!
//! The slow display is a PNG file whose unfinished copy is a FIFO: the program blocks until the
//! test reads it.

use crate::site::{Site, name, pictures, wait_for};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use sluice::journal::Part;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const PARTS: usize = 20;
/// Time that the display takes for each picture.
const SLOW: Duration = Duration::from_secs(2);
const PNG: &str = r#"{ "kind": "png_colour", "file": "screen.png" }"#;

/// A station with this display. A delay of [`SLOW`] would break its gate times.
fn site(test: &str, display: &str) -> Site {
    let site = Site::new(test);
    site.change(&[
        (r#"{ "kind": "none" }"#, display),
        (r#""delay_ms": 2000"#, r#""delay_ms": 1000"#),
        (r#""deadline_ms": 1900"#, r#""deadline_ms": 1000"#),
        (r#""pulse_ms": 400"#, r#""pulse_ms": 20"#),
    ]);
    site
}

/// Feeds parts at a steady rate. Returns their records, and the time until the last record.
fn run_parts(site: &Site) -> (Vec<Part>, Duration) {
    let start = Instant::now();
    let contents = [
        pictures::good(),
        pictures::bad(),
        pictures::truncated(),
        pictures::with_spots(&[(40, 40, 6), (120, 100, 8)]),
    ];
    for (number, content) in (0..PARTS).zip(contents.iter().cycle()) {
        site.feed(&format!("{number:02}.png"), content);
        thread::sleep(Duration::from_millis(200));
    }
    let parts = site.wait_parts(PARTS);
    (parts, start.elapsed())
}

fn fifo(site: &Site) -> PathBuf {
    let path = site.path.join("screen.png.part");
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
    path
}

/// The decisions and the movements of the gate, without times.
fn decisions(parts: &[Part]) -> Vec<(String, String, String)> {
    let decision = |part: &Part| {
        (
            name(part),
            part.verdict.code.to_string(),
            part.gate.outcome.to_string(),
        )
    };
    parts.iter().map(decision).collect()
}

fn assert_undisturbed(parts: &[Part], all: Duration, without: &[Part], all_without: Duration) {
    assert_eq!(decisions(parts), decisions(without));
    let slowest = parts.iter().map(|part| part.times_us.total).max().unwrap();
    let slowest_without = without.iter().map(|part| part.times_us.total).max();
    println!(
        "slowest part {slowest} us, {slowest_without:?} without; {all:?}, {all_without:?} without"
    );
    // Far less than the time of one picture, and much less than that of twenty.
    assert!(Duration::from_micros(slowest.into()) < SLOW / 2);
    assert!(
        all < all_without + 3 * SLOW,
        "{all:?}, {all_without:?} without"
    );
}

#[test]
fn slow_and_hung_displays_change_nothing_for_the_parts() {
    let dark = site("screen-none", r#"{ "kind": "none" }"#);
    let mut station = dark.start();
    let (without, all_without) = run_parts(&dark);
    assert_eq!(station.stop(), Some(0));

    let slow = site("screen-slow", PNG);
    let path = fifo(&slow);
    let ends = Arc::new(AtomicBool::new(false));
    let shown = Arc::new(AtomicUsize::new(0));
    let reader = thread::spawn({
        let (ends, shown) = (Arc::clone(&ends), Arc::clone(&shown));
        move || {
            while !ends.load(Ordering::Acquire) {
                thread::sleep(SLOW);
                // The station renames the FIFO with every picture, so it may be missing.
                let Ok(mut file) = File::open(&path) else {
                    continue;
                };
                io::copy(&mut file, &mut io::sink()).unwrap();
                shown.fetch_add(1, Ordering::AcqRel);
                let _ = mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR);
            }
        }
    });
    let mut station = slow.start();
    let (parts, all) = run_parts(&slow);
    ends.store(true, Ordering::Release);
    assert_undisturbed(&parts, all, &without, all_without);
    let pictures = shown.load(Ordering::Acquire);
    assert!((1..PARTS).contains(&pictures), "{pictures} pictures");
    station.kill();
    // The station is dead, so the test itself releases the reader.
    let path = slow.path.join("screen.png.part");
    wait_for("the reader", || {
        drop(File::options().read(true).write(true).open(&path));
        reader.is_finished().then_some(())
    });
    reader.join().unwrap();

    let hanging = site("screen-hangs", PNG);
    fifo(&hanging);
    let mut station = hanging.start();
    let (parts, all) = run_parts(&hanging);
    assert_undisturbed(&parts, all, &without, all_without);
    // The end does not wait for the display either.
    let stop = Instant::now();
    assert_eq!(station.stop(), Some(0));
    assert!(stop.elapsed() < Duration::from_secs(10));
    let errors = hanging.errors();
    assert!(
        errors.contains("the screen did not take its last picture"),
        "{errors}"
    );
    hanging.timeline().assert_safe();
}

#[test]
fn a_missing_display_is_reported_once_and_used_when_it_appears() {
    let site = site(
        "screen-late",
        r#"{ "kind": "png_mono", "file": "later/screen.png" }"#,
    );
    let mut station = site.start();
    site.feed("a.png", &pictures::good());
    assert_eq!(station.verdict().kind, "PASS");
    let says = |text: &str| site.errors().matches(text).count();
    // Longer than the interval of the retries.
    thread::sleep(Duration::from_secs(5));
    assert_eq!(says("display later/screen.png: writing failed"), 1);
    let later = site.path.join("later");
    fs::create_dir(&later).unwrap();
    wait_for("the screen", || {
        later.join("screen.png").exists().then_some(())
    });
    wait_for("a message", || (says("works again") == 1).then_some(()));
    fs::remove_dir_all(&later).unwrap();
    site.feed("b.png", &pictures::bad());
    assert_eq!(station.verdict().kind, "REJECT");
    wait_for("another message", || {
        (says("writing failed") == 2).then_some(())
    });
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_station_runs_without_the_bus_of_its_panel() {
    for (kind, more) in [
        ("ssd1306", ""),
        ("sh1106", ""),
        ("framebuffer", ""),
        (
            "st7789",
            r#", "data_command": { "offset": 10 }, "reset": { "offset": 11 }"#,
        ),
        ("ssd1306_spi", r#", "data_command": { "offset": 10 }"#),
    ] {
        let display = format!(r#"{{ "kind": "{kind}", "device": "/dev/no-bus"{more} }}"#);
        let site = site(&format!("screen-{kind}"), &display);
        let check = site.output(&["check", "--station", "station.json"]);
        let text = String::from_utf8_lossy(&check.stdout).into_owned();
        let found = text
            .lines()
            .find(|line| line.contains("display.device /dev/no-bus"));
        let found = found.unwrap_or_else(|| panic!("{kind}: {text}"));
        assert!(found.starts_with("WRONG"), "{found}");
        assert!(found.contains("cannot be opened: "), "{found}");

        let mut station = site.start();
        site.feed("a.png", &pictures::good());
        assert_eq!(station.verdict().kind, "PASS", "{kind}");
        assert_eq!(station.stop(), Some(0));
        let said = site
            .errors()
            .matches("display /dev/no-bus: cannot be opened")
            .count();
        assert_eq!(said, 1, "{kind}");
    }
}

/// Rows 22 to 57 of the screen's file: the verdict with the part's number.
fn verdict_band(site: &Site) -> Vec<u8> {
    let Ok(file) = File::open(site.path.join("screen.png")) else {
        return Vec::new();
    };
    let mut reader = png::Decoder::new(BufReader::new(file)).read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut rgb).unwrap();
    let row = 3 * 240;
    rgb[22 * row..58 * row].to_vec()
}

/// If the screen is a file, it is complete before the program prints the verdict.
#[test]
fn the_screens_file_is_written_before_the_verdict_is_printed() {
    let site = site("screen-order", PNG);
    let mut station = site.start();
    let mut before = verdict_band(&site);
    for number in 0..20 {
        site.feed(&format!("{number}.png"), &pictures::good());
        station.verdict();
        let after = verdict_band(&site);
        assert!(before != after, "part {number}");
        before = after;
    }
    assert_eq!(station.stop(), Some(0));
}
