//! Promise: lines for systemd's journal carry their priority, `--log` leaves out what matters less,
//! and without it a service has no line for a part that passes or is rejected.

use crate::site::{Site, pictures};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

#[test]
fn less_is_printed_if_less_is_asked_for() {
    let site = Site::quick("log-level");
    site.feed("a.png", &pictures::good());
    site.feed("b.png", &pictures::truncated());
    let printed = |level: &[&str]| {
        let run = ["run", "--station", "station.json", "--parts", "2"];
        // The same two pictures each time.
        let _ = fs::remove_dir_all(site.path.join("journal"));
        let _ = fs::remove_file(site.path.join("journal.inspected"));
        let output = site.quiet(&[&run, level].concat()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for (level, expected) in [
        (&[][..], [true, true, true, true]),
        (&["--log", "debug"], [true, true, true, true]),
        (&["--log", "info"], [true, false, true, true]),
        (&["--log", "warning"], [false, false, true, false]),
        (&["--log", "error"], [false, false, false, false]),
    ] {
        let text = printed(level);
        let found = ["ready:", " PASS ", " FAULT ", "2 parts: "].map(|words| text.contains(words));
        assert_eq!(found, expected, "{level:?}: {text}");
    }
}

/// The same command where systemd's journal has no socket: a journal with one gets entries instead
/// of lines (`tools/package/installed.sh`). On a machine with a journal, its directory is covered
/// in a mount namespace of the command's own.
fn without_socket(command: &Command) -> Command {
    const JOURNAL: &str = "/run/systemd/journal";
    let mut covered = Command::new("unshare");
    if Path::new(JOURNAL).join("socket").exists() {
        if !nix::unistd::geteuid().is_root() {
            covered.arg("--map-root-user");
        }
        let cover = format!("mount -t tmpfs none {JOURNAL} && exec \"$@\"");
        covered.args(["--mount", "sh", "-c", &cover, "sh"]);
        covered.arg(command.get_program());
    } else {
        covered = Command::new(command.get_program());
    }
    covered.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => covered.env(name, value),
            None => covered.env_remove(name),
        };
    }
    if let Some(directory) = command.get_current_dir() {
        covered.current_dir(directory);
    }
    covered
}

/// systemd's journal reads what is in `JOURNAL_STREAM`: here standard output, not standard error.
#[test]
fn lines_for_the_journal_of_systemd_have_their_priority() {
    let site = Site::new("journal-priority");
    site.feed("a.png", &pictures::good());
    site.feed("b.png", &pictures::truncated());
    let log = File::create(site.path.join("log.txt")).unwrap();
    let status = log.metadata().unwrap();
    let run = ["run", "--station", "station.json", "--parts", "2"];
    let verbose = [&run[..], &["--log", "debug"]].concat();
    let output = without_socket(&site.sluice(&verbose))
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

    // Without an option a service has the faults only.
    let _ = fs::remove_dir_all(site.path.join("journal"));
    let _ = fs::remove_file(site.path.join("journal.inspected"));
    let log = File::create(site.path.join("quiet.txt")).unwrap();
    let status = log.metadata().unwrap();
    let stream = format!("{}:{}", status.dev(), status.ino());
    let mut command = without_socket(&site.quiet(&run));
    let ended = command.stdout(log).env("JOURNAL_STREAM", stream).status();
    assert!(ended.unwrap().success());
    let text = fs::read_to_string(site.path.join("quiet.txt")).unwrap();
    let found = ["ready:", " PASS ", " FAULT ", "2 parts: "].map(|words| text.contains(words));
    assert_eq!(found, [true, false, true, true], "{text}");

    // Why a station does not start is an error, though it is known before any thread.
    site.change(&[("\"pulse_ms\": 400", "\"pulse_ms\": 0")]);
    let log = File::create(site.path.join("refused.txt")).unwrap();
    let status = log.metadata().unwrap();
    let stream = format!("{}:{}", status.dev(), status.ino());
    let mut command = without_socket(&site.sluice(&run));
    let ended = command.stderr(log).env("JOURNAL_STREAM", stream).status();
    assert!(!ended.unwrap().success());
    let text = fs::read_to_string(site.path.join("refused.txt")).unwrap();
    assert!(text.contains("gate.pulse_ms"), "{text}");
    assert!(text.lines().all(|line| line.starts_with("<3>")), "{text}");
}
