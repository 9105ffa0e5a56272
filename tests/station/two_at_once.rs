//! Two stations that start at the same moment on one watched directory, or with one journal:
//! exactly one runs. The other ends with the message that says who has it.

use crate::site::{Site, wait_for};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{self, File};
use std::process::{Child, Stdio};
use std::sync::Barrier;
use std::thread;

/// Races of each kind.
const RACES: usize = 10;
/// The exit code of a start that something makes impossible.
const UNUSABLE: i32 = 4;

/// A station file with a directory, a journal and lines of its own, but for what is `shared`.
fn write_station(site: &Site, name: &str, shared: &str) {
    let mut text = fs::read_to_string(site.path.join("station.json")).unwrap();
    for (key, value) in [
        ("path", "parts"),
        ("directory", "journal"),
        ("timeline", "lines.csv"),
    ] {
        if value != shared {
            let old = format!(r#""{key}": "{value}""#);
            assert_eq!(text.matches(&old).count(), 1, "{old}");
            text = text.replace(&old, &format!(r#""{key}": "{name}-{value}""#));
        }
    }
    fs::write(site.path.join(format!("{name}.json")), text).unwrap();
    fs::create_dir_all(site.path.join(format!("{name}-parts"))).unwrap();
}

fn start(site: &Site, name: &str) -> Child {
    let to = |end: &str| File::create(site.path.join(format!("{name}.{end}"))).unwrap();
    let file = format!("{name}.json");
    let mut command = site.sluice(&["run", "--station", &file]);
    command.env_remove("ASCENDCL_CPU_VALIDATE");
    command
        .stdin(Stdio::null())
        .stdout(to("out"))
        .stderr(to("err"));
    command.spawn().unwrap()
}

/// Starts both at the same moment, until one runs and one has ended. Stops the one that runs.
fn race(site: &Site, message: &str) {
    let barrier = Barrier::new(2);
    let names = ["a", "b"];
    let mut stations = names.map(|_| None);
    thread::scope(|scope| {
        let started = names.map(|name| {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                start(site, name)
            })
        });
        for (station, started) in stations.iter_mut().zip(started) {
            *station = Some(started.join().unwrap());
        }
    });
    let mut stations = stations.map(Option::unwrap);
    let text = |name: &str, end: &str| {
        fs::read_to_string(site.path.join(format!("{name}.{end}"))).unwrap()
    };
    let codes = wait_for("a station that runs and one that has ended", || {
        let mut codes = [None, None];
        for (place, station) in stations.iter_mut().enumerate() {
            let ended = station.try_wait().unwrap();
            let runs = text(names[place], "out").contains("ready:");
            codes[place] = match (ended, runs) {
                (Some(status), _) => Some(status.code()),
                (None, true) => Some(None),
                (None, false) => None,
            };
        }
        Some([codes[0]?, codes[1]?])
    });
    let (first, second) = match codes {
        [None, Some(UNUSABLE)] => (0, 1),
        [Some(UNUSABLE), None] => (1, 0),
        codes => {
            for station in &mut stations {
                let _ = station.kill();
                station.wait().unwrap();
            }
            let errors = names.map(|name| text(name, "err"));
            panic!("exactly one runs: {codes:?} {errors:?}");
        }
    };
    let message = message.replace("PID", &stations[first].id().to_string());
    let said = text(names[second], "err");
    let pid = Pid::from_raw(stations[first].id().try_into().unwrap());
    kill(pid, Signal::SIGTERM).unwrap();
    assert_eq!(stations[first].wait().unwrap().code(), Some(0));
    assert!(said.contains(&message), "{message}: {said}");
}

fn races(test: &str, shared: &str, message: &str) {
    let site = Site::quick(test);
    for name in ["a", "b"] {
        write_station(&site, name, shared);
    }
    for _ in 0..RACES {
        race(&site, message);
    }
}

#[test]
fn on_one_watched_directory_exactly_one_runs() {
    let message = "source.directory.path parts: process PID is a station that watches it";
    races("at-once-directory", "parts", message);
}

#[test]
fn with_one_journal_exactly_one_runs() {
    let message = "another station (process PID) writes there";
    races("at-once-journal", "journal", message);
}
