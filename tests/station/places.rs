//! Promise: what the station writes is never taken for a picture and overwrites nothing. Pictures
//! of another size are faults. `sluice check` warns of settings that work but may be unintended.

use crate::site::{Site, pictures, wait_for};
use std::fs;
use std::os::unix::fs::symlink;

const CHECK: [&str; 3] = ["check", "--station", "station.json"];
const RUN: [&str; 3] = ["run", "--station", "station.json"];
const NO_SCREEN: &str = r#"{ "kind": "none" }"#;
const FRAME: (&str, &str) = (
    r#""image": {"#,
    r#""image": { "frame": { "width": 160, "height": 144 },"#,
);

/// Texts of the station file, each with its replacement.
type Changes = Vec<(&'static str, String)>;

/// Runs the program. Returns its exit code and its output.
fn says(site: &Site, arguments: &[&str]) -> (Option<i32>, String) {
    let output = site.output(arguments);
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// The first line of `check` that begins with this text.
#[track_caller]
fn line<'t>(text: &'t str, start: &str) -> &'t str {
    let found = text.lines().find(|line| line.starts_with(start));
    found.unwrap_or_else(|| panic!("\"{start}\" in: {text}"))
}

#[test]
fn output_files_among_the_pictures_are_refused_before_anything_is_created() {
    let screen = |path: &str| format!(r#"{{ "kind": "png_mono", "file": "{path}" }}"#);
    let cases: [(&str, Changes, &str); 5] = [
        (
            "screen",
            vec![(NO_SCREEN, screen("parts/screen.png"))],
            "display.file parts/screen.png",
        ),
        (
            "linked",
            vec![(NO_SCREEN, screen("alias/screen.png"))],
            "display.file alias/screen.png",
        ),
        (
            "timeline",
            vec![(
                r#""lines.csv""#,
                r#""./done/../parts/lines.png""#.to_owned(),
            )],
            "lines.timeline ./done/../parts/lines.png",
        ),
        (
            "journal",
            vec![(
                r#""directory": "journal""#,
                r#""directory": "parts""#.to_owned(),
            )],
            "journal.directory parts",
        ),
        (
            "moved",
            vec![(
                r#""after": "keep""#,
                r#""after": "move", "move_to": "alias""#.to_owned(),
            )],
            "source.directory.move_to alias",
        ),
    ];
    for (name, changes, words) in cases {
        let site = Site::new(&format!("places-{name}"));
        symlink("parts", site.path.join("alias")).unwrap();
        let changes: Vec<_> = changes
            .iter()
            .map(|(old, new)| (*old, new.as_str()))
            .collect();
        site.change(&changes);
        let (code, text) = says(&site, &CHECK);
        assert_eq!(code, Some(1), "{text}");
        assert!(
            line(&text, &format!("WRONG  {words}")).contains("is inside source.directory.path")
        );
        let (code, text) = says(&site, &RUN);
        assert_eq!(code, Some(3), "{text}");
        assert!(text.contains(words), "{text}");
        assert_eq!(fs::read_dir(site.path.join("parts")).unwrap().count(), 0);
    }
}

#[test]
fn two_keys_with_the_same_file_are_refused() {
    let site = Site::new("places-one");
    site.change(&[(
        NO_SCREEN,
        r#"{ "kind": "png_mono", "file": "./lines.csv" }"#,
    )]);
    for (arguments, expected) in [(&CHECK, 1), (&RUN, 3)] {
        let (code, text) = says(&site, arguments);
        assert_eq!(code, Some(expected), "{text}");
        assert!(
            text.contains("lines.timeline lines.csv: is the file of display.file"),
            "{text}"
        );
    }
}

#[test]
fn a_second_station_on_the_same_pictures_is_refused() {
    let site = Site::new("places-second");
    let mut running = site.start();
    let text = fs::read_to_string(site.path.join("station.json")).unwrap();
    let text = text
        .replace(r#""directory": "journal""#, r#""directory": "journal2""#)
        .replace("lines.csv", "lines2.csv")
        .replace(r#""path": "parts""#, r#""path": "done/../parts""#);
    fs::write(site.path.join("second.json"), text).unwrap();
    let pid = format!("process {}", running.id());
    let (code, text) = says(&site, &["run", "--station", "second.json"]);
    assert_eq!(code, Some(4), "{text}");
    assert!(
        text.contains(&pid) && text.contains("source.directory.path"),
        "{text}"
    );
    assert!(!site.path.join("lines2.csv").exists());
    let (code, text) = says(&site, &["check", "--station", "second.json"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(line(&text, "warn   source.directory.path").contains(&pid));
    // The station's own journal is locked as well.
    let (code, text) = says(&site, &CHECK);
    assert_eq!(code, Some(0), "{text}");
    assert!(line(&text, "warn   journal.directory").contains("a running station writes there"));
    assert_eq!(running.stop(), Some(0));
    let (_, text) = says(&site, &CHECK);
    assert!(!text.contains("a running station"), "{text}");
}

#[test]
fn settings_that_may_be_unintended_cause_a_warning() {
    let site = Site::new("places-warn");
    let (code, text) = says(&site, &CHECK);
    assert_eq!(code, Some(0), "{text}");
    assert!(line(&text, "warn   a black picture is judged: PASS").contains("recipe.part_present"));
    assert!(line(&text, "warn   image.frame: is not given").contains("width"));
    // Settings that are given explicitly cause no warning.
    site.change(&[
        FRAME,
        (
            r#""recipe": {"#,
            r#""recipe": { "part_present": { "x": 0, "y": 0, "width": 64, "height": 64, "brightness_min": 40,
               "brightness_max": 255, "share_min_percent": 50 },"#,
        ),
    ]);
    let (code, text) = says(&site, &CHECK);
    assert_eq!(code, Some(0), "{text}");
    assert!(!text.contains("warn "), "{text}");
    line(&text, "ok     a black picture is judged: REJECT");

    site.change(&[(r#""blob_area_max_px": 20"#, r#""blob_area_max_px": 4096"#)]);
    assert!(
        !says(&site, &CHECK).1.contains("warn "),
        "the total area still rejects"
    );
    site.change(&[(r#""total_area_max_px": 40"#, r#""total_area_max_px": 4096"#)]);
    let (code, text) = says(&site, &CHECK);
    assert_eq!(code, Some(0), "{text}");
    assert!(line(&text, "warn   recipe.classes[0]").contains("blob_area_max_px (4096)"));
}

#[test]
fn damaged_journal_lines_cause_a_warning() {
    let site = Site::new("places-damaged");
    let mut running = site.start();
    site.feed("a.png", &pictures::good());
    site.wait_parts(1);
    assert_eq!(running.stop(), Some(0));
    let file = site.path.join("journal/journal-000001.jsonl");
    let text = fs::read_to_string(&file).unwrap();
    line(&says(&site, &CHECK).1, "ok     journal.directory");
    fs::write(&file, text.replacen("a.png", "b.png", 1)).unwrap();
    let (code, text) = says(&site, &CHECK);
    assert_eq!(code, Some(0), "{text}");
    let line = line(&text, "warn   journal.directory");
    assert!(line.contains("1 damaged lines"), "{line}");
}

#[test]
fn a_picture_of_another_size_is_a_fault_even_if_the_roi_fits() {
    let site = Site::new("places-size");
    let larger = pictures::png(320, 288, |_, _| 100);
    // Without the key the picture passes.
    let mut running = site.start();
    site.feed("a.png", &larger);
    assert_eq!(running.verdict().kind, "PASS");
    site.wait_parts(1);
    assert_eq!(running.stop(), Some(0));
    site.change(&[FRAME]);
    let (code, text) = says(&site, &CHECK);
    assert_eq!(code, Some(0), "{text}");
    let said = line(&text, "warn   image.frame: is 160x144");
    assert!(
        said.contains("1 picture in") && said.contains("320x288"),
        "{said}"
    );
    let mut running = site.start();
    for (name, content, kind) in [
        ("b.png", &larger, "FAULT"),
        ("c.png", &pictures::good(), "PASS"),
        ("d.png", &pictures::small(), "FAULT"),
    ] {
        site.feed(name, content);
        let printed = running.verdict();
        assert_eq!((printed.kind.as_str(), printed.name.as_str()), (kind, name));
    }
    let parts = wait_for("four parts", || {
        Some(site.parts()).filter(|parts| parts.len() == 4)
    });
    let detail = parts[1].verdict.detail.as_str();
    assert!(
        detail.contains("320x288") && detail.contains("image.frame is 160x144"),
        "{detail}"
    );
    assert_eq!(running.stop(), Some(0));

    for number in ["1", "2"] {
        fs::create_dir_all(site.path.join("set").join(number)).unwrap();
    }
    let black = |width, height| pictures::png(width, height, |_, _| 0);
    fs::write(site.path.join("set/1/image.png"), pictures::good()).unwrap();
    fs::write(site.path.join("set/1/mask.png"), black(160, 144)).unwrap();
    fs::write(site.path.join("set/2/image.png"), &larger).unwrap();
    fs::write(site.path.join("set/2/mask.png"), black(320, 288)).unwrap();
    let (code, text) = says(&site, &["eval", "set", "--station", "station.json"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("set/2/image.png: the picture is 320x288"),
        "{text}"
    );
    let (code, text) = says(&site, &["tune", "set", "--station", "station.json"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("2  left out: set/2/image.png: the picture is 320x288"),
        "{text}"
    );
}

#[test]
fn a_frame_smaller_than_the_roi_is_refused() {
    let site = Site::new("places-frame");
    site.change(&[(
        r#""image": {"#,
        r#""image": { "frame": { "width": 143, "height": 144 },"#,
    )]);
    let (code, text) = says(&site, &CHECK);
    assert_eq!(code, Some(3), "{text}");
    assert!(
        text.contains("image.roi: is 128x128 at (16, 8)") && text.contains("143x144"),
        "{text}"
    );
}
