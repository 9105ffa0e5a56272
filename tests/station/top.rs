//! Promise: `sluice top` shows a running station in a terminal, to any user who may read, and
//! changes nothing. What it does not know, it says so. It leaves the terminal as it was.

use crate::site::terminal::Terminal;
use crate::site::{Running, Site, pictures};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

/// Starts the station, with a directory for what it says of itself.
fn start(site: &Site) -> Running {
    let live = site.path.join("run");
    let _ = fs::create_dir(&live);
    site.start_with(&[("RUNTIME_DIRECTORY", live.to_str().unwrap())])
}

/// Starts `sluice top` as a user who can only read, if the tests may choose.
fn top(site: &Site, size: (u16, u16)) -> Terminal {
    let program = site.path.join("sluice");
    if !program.exists() {
        fs::copy(env!("CARGO_BIN_EXE_sluice"), &program).unwrap();
        fs::set_permissions(&site.path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let other = if Uid::effective().is_root() {
        "setpriv --reuid=65534 --regid=65534 --clear-groups "
    } else {
        ""
    };
    let line = format!("RUNTIME_DIRECTORY=run {other}./sluice top station.json");
    Terminal::run(site, size, &line)
}

#[test]
fn the_terminal_shows_state_counters_times_alarms_and_parts() {
    let site = Site::quick("top");
    let mut station = start(&site);
    for number in 1..=6 {
        site.feed_good(&format!("good-{number}.png"));
    }
    let terminal = top(&site, (80, 24));
    terminal.wait(&[" READY ", "triggers are taken", "none"]);
    for (name, content) in [
        ("bad.png", pictures::bad()),
        ("torn.png", pictures::truncated()),
    ] {
        site.feed(name, &content);
        site.wait_part(name);
    }
    let shown = terminal.wait(&[
        "sluice top  test",
        "recipe plate   mode run",
        "parts from directory parts, without a trigger",
        "MS, LAST 8 PARTS",
        "triggers               8 ",
        "pass                   6 ",
        "reject                 1 ",
        "fault                  1 ",
        "at the gate: passed 6   rejected 2",
        "! 1 of the last 8 parts: FAULT picture:",
        "  Look at the picture:",
        " 7 REJECT rejected",
        "limit 20",
        " 8 FAULT  rejected",
        "journal ",
        " free",
        "q quits",
    ]);
    assert!(
        shown.iter().all(|row| row.chars().count() <= 80),
        "{shown:?}"
    );
    assert!(
        !shown.iter().any(|row| row.contains(" 1 PASS")),
        "{shown:?}"
    );
    terminal.resize((110, 36));
    terminal.wait(&[" 1 PASS   passed", " 8 FAULT  rejected"]);
    terminal.resize((80, 24));
    terminal.wait(&["triggers               8 "]);
    terminal.press("q");
    terminal.wait_end(0);

    // It has changed nothing: the station goes on.
    site.feed_good("last.png");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn it_only_reads_and_leaves_the_terminal_as_it_was() {
    let site = Site::quick("top-reads");
    let mut station = start(&site);
    let terminal = top(&site, (80, 24));
    terminal.wait(&[" READY "]);
    let id = terminal.process();
    let mut files = 0;
    for entry in fs::read_dir(format!("/proc/{id}/fd")).unwrap() {
        let entry = entry.unwrap();
        let Ok(target) = fs::read_link(entry.path()) else {
            continue;
        };
        let target = target.to_string_lossy().into_owned();
        assert!(!target.starts_with("socket:"), "{target}");
        if target.starts_with(site.path.to_str().unwrap()) {
            files += 1;
            let number = entry.file_name().into_string().unwrap();
            let info = fs::read_to_string(format!("/proc/{id}/fdinfo/{number}")).unwrap();
            let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
            let flags = u32::from_str_radix(flags.unwrap().trim(), 8).unwrap();
            assert_eq!(flags & 3, 0, "{target} is open for writing");
        }
    }
    assert!(files > 0, "the journal is open");
    kill(Pid::from_raw(id.try_into().unwrap()), Signal::SIGTERM).unwrap();
    terminal.wait_end(0);
    // Ctrl-C is a key here.
    let terminal = top(&site, (80, 24));
    terminal.wait(&[" READY "]);
    terminal.press("C-c");
    terminal.wait_end(0);
    assert_eq!(station.stop(), Some(0));
    let words = ["terminal: standard input and output must be a terminal"];
    site.assert_says(&["top", "station.json"], 4, &words);
}

#[test]
fn a_station_that_is_stopped_hung_or_gone_is_said_to_be_so() {
    let site = Site::quick("top-gone");
    let terminal = top(&site, (80, 24));
    terminal.wait(&[" UNKNOWN ", "No such file or directory"]);
    let mut station = start(&site);
    terminal.wait(&[" READY "]);
    station.signal(Signal::SIGSTOP);
    terminal.wait(&[" NO ANSWER ", "systemctl status sluice"]);
    station.signal(Signal::SIGCONT);
    terminal.wait(&[" READY "]);
    site.assert_says(&["mode", "stop", "--station", "station.json"], 0, &[]);
    terminal.wait(&[" STOPPED ", "mode stopped", "`sluice mode run`"]);
    station.kill();
    terminal.wait(&[" NOT RUNNING ", "every part is rejected"]);
    // Another journal under the same name.
    fs::rename(site.path.join("journal"), site.path.join("moved")).unwrap();
    let mut station = start(&site);
    terminal.wait(&[" READY ", "the journal was replaced"]);
    assert_eq!(station.stop(), Some(0));
}
