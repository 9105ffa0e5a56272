//! Promise: `sluice check`, the log and the journal say which part of the CPU engine computes the
//! model, and for rten the operator that decided it.

use crate::site::{Site, pictures};
use sluice::journal::Record;

const RTEN: &str = "rten: Mul `argmax`: it computes INT32 numbers";

/// What `check` and `run` print.
fn said(site: &Site, arguments: &[&str]) -> String {
    let output = site.output(arguments);
    assert!(output.status.success(), "{output:?}");
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

#[test]
fn the_engine_is_in_the_check_the_log_and_every_later_start_record() {
    for (test, model, threads, expected) in [
        ("engine-executor", "parts.onnx", "", "unet-executor"),
        (
            "engine-threads",
            "parts.onnx",
            r#""threads": 3, "#,
            "unet-executor",
        ),
        ("engine-rten", "stray.onnx", r#""threads": 1, "#, RTEN),
    ] {
        let site = Site::new(test);
        let change = format!(r#"{threads}"model": "{model}""#);
        site.change(&[(r#""model": "parts.onnx""#, &change)]);
        let line = format!("engine.model: computed by {expected}\n");
        let check = said(&site, &["check", "--station", "station.json"]);
        assert!(check.contains(&line), "{check}");
        site.feed("a.png", &pictures::good());
        let run = said(&site, &["run", "--station", "station.json", "--parts", "1"]);
        assert!(run.contains(&line), "{run}");
        let starts = site
            .journal()
            .into_iter()
            .filter_map(|entry| match entry.content {
                Ok(Record::Start(start)) => Some(start.engine),
                _ => None,
            });
        assert_eq!(starts.collect::<Vec<_>>(), [None, expected.parse().ok()]);
    }
}

#[test]
fn a_number_of_threads_out_of_range_is_refused() {
    for threads in ["0", "65", "-1", "\"all\""] {
        let site = Site::new("engine-range");
        let change = format!(r#""threads": {threads}, "model":"#);
        site.change(&[(r#""model":"#, &change)]);
        let output = site.output(&["check", "--station", "station.json"]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success());
        assert!(text.contains("engine.threads"), "{text}");
    }
}
