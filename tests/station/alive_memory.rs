//! Promise: the self-check finds a device whose results have changed since the start, and ends the
//! program.
//!
//! Two weights of the model change here, as they do in a broken memory chip. The test finds them in
//! the memory of the running program.

use crate::site::{Running, Site, lines, pictures};
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt as _;

/// The bias of the first convolution in `tests/data/station/make.py`: 0 and -40 * 0.7.
const BIAS: [f32; 2] = [0.0, -28.0];

fn bytes(values: [f32; 2]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// Changes the bias wherever it occurs in the program's writable memory. Returns the number of
/// places.
fn change_bias(station: &Running, to: [f32; 2]) -> usize {
    let process = station.id();
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = OpenOptions::new()
        .read(true)
        .write(true)
        .open(format!("/proc/{process}/mem"))
        .unwrap();
    let (old, new) = (bytes(BIAS), bytes(to));
    let mut changed = 0;
    for line in maps.lines() {
        let mut fields = line.split_whitespace();
        let (range, permissions) = (fields.next().unwrap(), fields.next().unwrap());
        if !permissions.starts_with("rw") || line.contains("[stack]") {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let start = u64::from_str_radix(start, 16).unwrap();
        let end = u64::from_str_radix(end, 16).unwrap();
        let mut content = vec![0; usize::try_from(end - start).unwrap()];
        // This range was unmapped meanwhile, or has no pages yet.
        if memory.read_exact_at(&mut content, start).is_err() {
            continue;
        }
        for place in (0..content.len().saturating_sub(7)).step_by(4) {
            if content[place..].starts_with(&old) {
                let at = start + u64::try_from(place).unwrap();
                memory.write_all_at(&new, at).unwrap();
                changed += 1;
            }
        }
    }
    changed
}

fn changed(test: &str, to: [f32; 2], reason: &str) {
    let site = Site::new(test);
    site.change(&[(
        r#""scores": "softmax""#,
        r#""scores": "softmax", "self_check_ms": 500"#,
    )]);
    let mut station = site.start();
    site.feed("a.png", &pictures::good());
    assert_eq!(station.verdict().kind, "PASS");
    assert!(change_bias(&station, to) > 0, "the bias is not in memory");
    assert_eq!(station.wait(), Some(5), "{}", site.errors());
    let errors = site.errors();
    let what = "self-check: a black picture no longer gives what it gave at the start";
    assert!(errors.contains(what) && errors.contains(reason), "{errors}");
    site.timeline().assert_safe();
    assert!(site.timeline().is_active_now(lines::REJECT));
}

#[test]
fn a_slightly_changed_weight_is_found_although_all_verdicts_stay_the_same() {
    changed("off", [0.0, -27.5], "of the output differs");
}

#[test]
fn a_weight_of_nan_is_found() {
    changed("nan", [0.0, f32::NAN], "NaN went into");
}
