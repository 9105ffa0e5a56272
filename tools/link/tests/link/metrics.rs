//! The metrics are the station's own counts, in a form that Prometheus accepts.

use crate::link::{Link, config, free_port, get, http, mqtt, wait};
use crate::station::{Directory, Station};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// The value of a sample.
fn value(page: &str, sample: &str) -> Option<f64> {
    let of = |line: &str| line.strip_prefix(sample)?.strip_prefix(' ')?.parse().ok();
    page.lines().find_map(of)
}

/// What `promtool check` says; `None` where it is not installed.
fn promtool(arguments: &[&str], input: &str) -> Option<String> {
    let mut child = Command::new("promtool")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&said)
    );
    Some(String::from_utf8(said).unwrap())
}

#[test]
fn the_counts_are_those_of_the_station_and_promtool_accepts_them() {
    let place = Directory::new("metrics");
    let journal = place.0.join("journal");
    // Small files, so that the counts are carried from one to the next and the first are deleted.
    let mut station = Station::open(journal.clone(), 16, 3);
    station.parts(200);
    let port = free_port();
    let _link = Link::start(&place, &config(&journal, &[http(port)]));
    station.parts(47);
    let page = wait("the counts", || {
        let (status, page) = get(port, "/metrics", "");
        assert_eq!(status, 200);
        let of = |verdict| {
            let sample =
                |recipe| format!("sluice_parts_total{{recipe=\"{recipe}\",verdict=\"{verdict}\"}}");
            Some(value(&page, &sample("plate"))? + value(&page, &sample("flange"))?)
        };
        let counters = station.account().counters();
        let expected = [
            counters.pass,
            counters.reject,
            counters.fault,
            counters.missed,
        ];
        let found = ["pass", "reject", "fault", "missed"].map(of);
        let is_same = expected.iter().zip(found).all(|(expected, found)| {
            found.is_some_and(|found| found.to_string() == expected.to_string())
        });
        is_same.then_some(page)
    });
    assert_eq!(
        value(&page, "sluice_stage_seconds_count{stage=\"engine\"}"),
        Some(247.0)
    );
    assert_eq!(
        value(
            &page,
            "sluice_stage_seconds{stage=\"total\",quantile=\"0.5\"}"
        ),
        Some(0.321_430)
    );
    assert_eq!(value(&page, "sluice_station_running"), Some(1.0));
    assert_eq!(value(&page, "sluice_link_journal_readable"), Some(1.0));
    // No broker is configured.
    assert!(!page.contains("sluice_link_mqtt"));
    assert_eq!(
        value(&page, "sluice_latched{cause=\"bin_full\"}"),
        Some(0.0)
    );
    let said = promtool(&["check", "metrics"], &page);
    println!("promtool: {said:?}");

    let (status, open) = get(
        port,
        "/metrics",
        "Accept: application/openmetrics-text;version=1.0.0\r\n",
    );
    assert_eq!(status, 200);
    assert!(open.ends_with("# EOF\n"));
    // Apart from its names of families and its end, it is the same page.
    let samples = |page: &str| -> Vec<String> {
        page.lines()
            .filter(|line| !line.starts_with('#'))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(samples(&open), samples(&page));

    drop(station);
    wait("the end of the station", || {
        let (_, page) = get(port, "/metrics", "");
        (value(&page, "sluice_station_running") == Some(0.0)).then_some(())
    });
}

#[test]
fn every_metric_that_the_alerts_and_the_dashboard_name_is_there() {
    let place = Directory::new("names");
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 64, 3);
    station.parts(30);
    let port = free_port();
    let sections = [http(port), mqtt(&place, free_port(), "")];
    let _link = Link::start(&place, &config(&journal, &sections));
    let page = wait("the parts", || {
        let (_, page) = get(port, "/metrics", "");
        page.contains("sluice_parts_total{").then_some(page)
    });
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("prometheus");
    let rules = folder.join("alerts.yml");
    println!(
        "promtool: {:?}",
        promtool(&["check", "rules", rules.to_str().unwrap()], "")
    );
    let dashboard = std::fs::read_to_string(folder.join("dashboard.json")).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&dashboard).unwrap();
    assert!(!parsed["panels"].as_array().unwrap().is_empty());
    let text = dashboard + &std::fs::read_to_string(rules).unwrap();
    let is_part = |character: char| character.is_ascii_lowercase() || character == '_';
    let mut count = 0;
    for (at, _) in text.match_indices("sluice_") {
        let name: String = text[at..]
            .chars()
            .take_while(|character| is_part(*character))
            .collect();
        let is_there = page.lines().any(|line| {
            line.strip_prefix(&name)
                .is_some_and(|rest| rest.starts_with(['{', ' ']))
        });
        assert!(is_there, "{name}");
        count += 1;
    }
    assert!(count > 10, "{count} names");
}
