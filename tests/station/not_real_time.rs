//! Promise: a station that gets no real-time priority or no locked memory runs, and says so aloud:
//! on standard error, in the journal and in `sluice check`. One that gets both says so as well.

use crate::site::{Running, Site};
use sluice::journal::Record;
use sluice::scheduling::Granted;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::process::Command;

/// The same command without the right to real-time priority or to locked memory.
pub fn without_rights(command: &Command) -> Command {
    let mut limited = Command::new("prlimit");
    limited.args(["--rtprio=0:0", "--memlock=65536:65536"]);
    // The owner of its own directory there is the user that the process runs as.
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        // Limits do not bind root unless it lacks these capabilities.
        limited.args(["setpriv", "--bounding-set=-sys_nice,-ipc_lock"]);
        limited.arg("--inh-caps=-sys_nice,-ipc_lock");
    }
    limited.arg(command.get_program()).args(command.get_args());
    limited.current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    limited
}

/// What the last `start` record says.
fn realtime(site: &Site) -> String {
    let starts = site
        .journal()
        .into_iter()
        .filter_map(|entry| match entry.content {
            Ok(Record::Start(start)) => Some(start.realtime),
            _ => None,
        });
    starts.last().unwrap().unwrap().to_string()
}

#[test]
fn a_station_without_the_rights_runs_and_says_what_is_missing() {
    let site = Site::quick("not-real-time");
    let run = site.sluice(&["run", "--station", "station.json"]);
    let mut station = Running::spawn(&mut without_rights(&run), site.path.join("stderr.txt"));
    station.line("ready:");
    site.assert_passes("a.png");
    let errors = site.errors();
    for advice in ["LimitRTPRIO=40", "LimitMEMLOCK=infinity"] {
        let named = |line: &&str| line.contains("NOT REAL-TIME") && line.contains(advice);
        assert_eq!(
            errors.lines().filter(named).count(),
            1,
            "{advice}: {errors}"
        );
    }
    let recorded = realtime(&site);
    for missing in ["NO SCHED_FIFO 40 (EPERM)", "memory NOT LOCKED (ENOMEM)"] {
        assert!(recorded.contains(missing), "{recorded}");
    }
    assert_eq!(station.stop(), Some(0));

    let check = site.sluice(&["check", "--station", "station.json"]);
    let output = without_rights(&check).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let warned = text
        .lines()
        .filter(|line| line.starts_with("warn   real time: "));
    assert_eq!(warned.count(), 2, "{text}");
}

#[test]
fn a_station_records_what_it_got() {
    // That of this process: the station has the same rights.
    let granted = Granted::probe();
    let site = Site::quick("real-time");
    let mut station = site.start();
    assert_eq!(realtime(&site), granted.to_string());
    assert_eq!(
        site.errors().contains("NOT REAL-TIME"),
        !granted.is_complete()
    );
    assert_eq!(station.stop(), Some(0));
    let output = site.output(&["check", "--station", "station.json"]);
    let text = String::from_utf8_lossy(&output.stdout);
    let found = text.contains(&format!("ok     real time: {granted}"));
    assert_eq!(found, granted.is_complete(), "{text}");
    let tolerated = "ok     stalls: a stall at the gate of up to 39 ms (gate.late_max_ms)";
    assert!(text.contains(tolerated), "{text}");
}
