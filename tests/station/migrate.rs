//! Promise: `sluice migrate` shows a station file of an older layout in the present one, with each
//! key that changes, and overwrites nothing.

use crate::site::{Site, said};
use std::fs;

const OLD: &str = include_str!("../data/station/layout_1.json");

#[test]
fn an_old_station_file_is_shown_written_and_then_accepted() {
    let site = Site::new("migrate");
    fs::write(site.path.join("old.json"), OLD).unwrap();

    // The station names the command instead of a list of keys.
    let refused = said(&site.output(&["check", "--station", "old.json"]));
    assert!(refused.contains("1 problem"), "{refused}");
    assert!(refused.contains("`sluice migrate`"), "{refused}");

    let shown = site.output(&["migrate", "old.json"]);
    assert_eq!(shown.status.code(), Some(0));
    let changes = String::from_utf8(shown.stderr).unwrap();
    assert!(changes.contains("  - source.workers 1\n"), "{changes}");
    assert!(
        changes.contains("  + source.directory.workers 1\n"),
        "{changes}"
    );

    let write = ["migrate", "old.json", "--write", "new.json"];
    assert_eq!(site.output(&write).status.code(), Some(0));
    assert_eq!(fs::read(site.path.join("new.json")).unwrap(), shown.stdout);
    let again = site.output(&write);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("the file exists"));
    assert_eq!(fs::read_to_string(site.path.join("old.json")).unwrap(), OLD);

    let checked = said(&site.output(&["check", "--station", "new.json"]));
    assert!(
        checked.contains("new.json: every key is right"),
        "{checked}"
    );
}

#[test]
fn what_was_wrong_before_stays_wrong_and_is_named() {
    let site = Site::new("migrate-wrong");
    let text = OLD.replacen("\"workers\": 1", "\"workers\": 9", 1);
    fs::write(site.path.join("old.json"), text).unwrap();
    let output = site.output(&["migrate", "old.json"]);
    assert_eq!(output.status.code(), Some(3));
    let text = said(&output);
    assert!(
        text.contains("source.directory.workers: is 9; allowed"),
        "{text}"
    );

    let text = OLD.replacen('{', "{ \"version\": 7,", 1);
    fs::write(site.path.join("newer.json"), text).unwrap();
    let output = site.output(&["migrate", "newer.json"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("use a newer program"));
}
