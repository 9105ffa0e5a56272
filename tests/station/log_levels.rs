//! Promise: lines for systemd's journal carry their priority, and `--log` leaves out what matters
//! less.

use crate::site::{Site, pictures};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

#[test]
fn less_is_printed_if_less_is_asked_for() {
    let site = Site::quick("log-level");
    site.feed("a.png", &pictures::good());
    site.feed("b.png", &pictures::truncated());
    let printed = |level: &str| {
        let words = [
            "run",
            "--station",
            "station.json",
            "--parts",
            "2",
            "--log",
            level,
        ];
        // The same two pictures each time.
        let _ = fs::remove_dir_all(site.path.join("journal"));
        let _ = fs::remove_file(site.path.join("journal.inspected"));
        let output = site.output(&words);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for (level, expected) in [
        ("debug", [true, true, true]),
        ("info", [true, false, true]),
        ("warning", [false, false, true]),
        ("error", [false, false, false]),
    ] {
        let text = printed(level);
        let found = ["ready:", " PASS ", " FAULT "].map(|words| text.contains(words));
        assert_eq!(found, expected, "{level}: {text}");
    }
}

/// systemd's journal reads what is in `JOURNAL_STREAM`: here standard output, not standard error. A
/// journal with a socket gets entries instead of these lines (`tools/package/installed.sh`).
#[test]
fn lines_for_the_journal_of_systemd_have_their_priority() {
    if Path::new("/run/systemd/journal/socket").exists() {
        eprintln!("left out: the journal of this machine would get the lines");
        return;
    }
    let site = Site::new("journal-priority");
    site.feed("a.png", &pictures::good());
    site.feed("b.png", &pictures::truncated());
    let log = File::create(site.path.join("log.txt")).unwrap();
    let status = log.metadata().unwrap();
    let run = ["run", "--station", "station.json", "--parts", "2"];
    let output = site
        .sluice(&run)
        .stdout(log)
        .env(
            "JOURNAL_STREAM",
            format!("{}:{}", status.dev(), status.ino()),
        )
        .output()
        .unwrap();
    let text = fs::read_to_string(site.path.join("log.txt")).unwrap();
    assert!(output.status.success(), "{text}");
    let with = |words: &str| text.lines().find(|line| line.contains(words)).unwrap();
    assert!(with("ready:").starts_with("<6>ready:"), "{text}");
    assert!(with(" PASS ").starts_with("<7>"), "{text}");
    assert!(with(" FAULT ").starts_with("<4>"), "{text}");
    assert!(text.lines().all(|line| line.starts_with('<')), "{text}");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!errors.contains('<'), "{errors}");

    // Why a station does not start is an error, though it is known before any thread.
    site.change(&[("\"pulse_ms\": 400", "\"pulse_ms\": 0")]);
    let log = File::create(site.path.join("refused.txt")).unwrap();
    let status = log.metadata().unwrap();
    let stream = format!("{}:{}", status.dev(), status.ino());
    let mut command = site.sluice(&run);
    let ended = command.stderr(log).env("JOURNAL_STREAM", stream).status();
    assert!(!ended.unwrap().success());
    let text = fs::read_to_string(site.path.join("refused.txt")).unwrap();
    assert!(text.contains("gate.pulse_ms"), "{text}");
    assert!(text.lines().all(|line| line.starts_with("<3>")), "{text}");
}
