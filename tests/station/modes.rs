//! Promise: the mode is set by the input lines and by commands, and a command can ask for less than
//! the lines allow, never for more. Nothing passes unless the mode is `run`. Each change is in the
//! journal with who asked.

use crate::site::inputs::{LAMP_TEST, RUN, TEST};
use crate::site::trigger::{Counted, Stimulus};
use crate::site::{Site, lines, pictures, wait_for};
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

fn verdict(part: &sluice::journal::Part) -> (&str, &str, &str) {
    (&part.verdict.kind, &part.verdict.code, &part.gate.outcome)
}

#[test]
fn the_lines_set_the_mode_and_nothing_passes_unless_it_is_run() {
    let site = Site::with_trigger("modes-lines", 4, 1500);
    site.be_patient();
    site.add_inputs(&[("run", RUN), ("test", TEST), ("lamp_test", LAMP_TEST)]);
    let mut station = site.start();
    let mut inputs = Stimulus::open(&site);
    // The line is inactive at the start, so the station is stopped, and a trigger is missed.
    site.wait_line(lines::READY, false);
    inputs.part();
    let missed = station.verdict();
    assert!(missed.text.contains("the station is stopped"), "{missed:?}");
    inputs.set(RUN, true);
    site.wait_control("run line");
    site.wait_line(lines::READY, true);
    site.wait_line(lines::REJECT, false);
    site.part_with(&mut inputs, 1, "run.png", &pictures::good());
    assert_eq!(verdict(&site.wait_parts(2)[1]), ("PASS", "", "passed"));
    // In a test the outputs are safe at once, and everything else works.
    inputs.set(TEST, true);
    site.wait_control("test line");
    site.wait_line(lines::REJECT, true);
    inputs.part();
    // The lamps can be tested, and the picture must not come before its edge.
    site.flush(&mut inputs);
    site.feed("test.png", &pictures::good());
    let tested = &site.wait_parts(3)[2];
    assert_eq!(verdict(tested), ("PASS", "", "rejected"));
    let timeline = site.timeline();
    timeline.assert_safe();
    assert_eq!(timeline.active(lines::PASS).len(), 1, "of the first part");
    // The switch goes back by stopped to run.
    inputs.set(RUN, false);
    inputs.set(TEST, false);
    site.wait_control("stopped line");
    site.wait_line(lines::FAULT, false);
    inputs.set(RUN, true);
    site.wait_line(lines::READY, true);
    let changes = ["run line", "test line", "stopped line", "run line"];
    wait_for("all changes", || (site.controls() == changes).then_some(()));
    let counted = Counted::at_stop(&mut station);
    assert_eq!((counted.triggers, counted.pass, counted.missed), (3, 2, 1));
    counted.assert_adds_up(&site);
}

#[test]
fn a_command_asks_for_less_than_the_lines_allow_and_says_what_happened() {
    let site = Site::with_trigger("modes-commands", 4, 1500);
    site.be_patient();
    site.add_inputs(&[("run", RUN), ("lamp_test", LAMP_TEST)]);
    let (code, text) = site.ask(&["mode", "stop"]);
    assert_eq!(code, Some(4), "{text}");
    assert!(text.contains("no station answers"), "{text}");
    let mut station = site.start();
    let mut inputs = Stimulus::open(&site);
    inputs.set(RUN, true);
    site.wait_line(lines::READY, true);
    let stopped = "the mode is stopped; it was run\n".to_owned();
    assert_eq!(site.ask(&["mode", "stop"]), (Some(0), stopped));
    site.wait_line(lines::READY, false);
    let again = "the mode is stopped, as before\n".to_owned();
    assert_eq!(site.ask(&["mode", "stop"]), (Some(0), again));
    inputs.part();
    assert!(station.verdict().text.contains("the station is stopped"));
    // The lines change nothing that a command holds back.
    inputs.set(RUN, false);
    inputs.set(RUN, true);
    site.flush(&mut inputs);
    let (code, text) = site.ask(&["mode", "test"]);
    assert_eq!(
        (code, &*text),
        (Some(0), "the mode is test; it was stopped\n")
    );
    let (code, text) = site.ask(&["mode", "run"]);
    assert_eq!((code, &*text), (Some(0), "the mode is run; it was test\n"));
    site.wait_line(lines::READY, true);
    inputs.set(RUN, false);
    site.wait_control("stopped line");
    let (code, text) = site.ask(&["mode", "run"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("the input lines allow no more than stopped"),
        "{text}"
    );
    let changes = [
        "run line",
        "stopped command",
        "test command",
        "run command",
        "stopped line",
    ];
    assert_eq!(site.controls(), changes);
    assert_eq!(station.stop(), Some(0));
    assert!(!site.path.join("journal/commands").exists());
}

#[test]
fn without_lines_a_station_runs_and_commands_stop_it_with_pictures_as_parts_too() {
    let site = Site::new("modes-pictures");
    let mut station = site.start();
    site.assert_passes("before.png");
    assert_eq!(site.ask(&["mode", "stop"]).0, Some(0));
    site.wait_line(lines::REJECT, true);
    site.feed("stopped.png", &pictures::good());
    let stopped = site.wait_part("stopped.png");
    assert_eq!(verdict(&stopped), ("PASS", "", "rejected"));
    assert_eq!(&*stopped.gate.reason, "not_ready");
    assert_eq!(site.ask(&["mode", "run"]).0, Some(0));
    site.wait_line(lines::REJECT, false);
    site.assert_passes("after.png");
    assert_eq!(site.controls(), ["stopped command", "run command"]);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_client_that_sends_nothing_or_nonsense_holds_up_neither_the_station_nor_others() {
    let site = Site::new("modes-clients");
    let mut station = site.start();
    let path = site.path.join("journal/commands");
    let silent = UnixStream::connect(&path).unwrap();
    let (code, text) = site.ask(&["reset"]);
    assert_eq!((code, &*text), (Some(0), "nothing waits for a reset\n"));
    let mut nonsense = UnixStream::connect(&path).unwrap();
    nonsense.write_all(b"mode fly\n").unwrap();
    let mut answer = String::new();
    nonsense.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "no unknown request \"mode fly\"\n");
    site.assert_passes("part.png");
    drop(silent);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_name_that_is_taken_leaves_a_station_without_commands() {
    let site = Site::new("modes-taken");
    fs::create_dir(site.path.join("journal")).unwrap();
    fs::create_dir(site.path.join("journal/commands")).unwrap();
    let mut station = site.start();
    site.wait_error("the station takes no commands");
    site.assert_passes("part.png");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn the_lamp_test_moves_the_lamps_and_no_line_that_a_machine_reads() {
    let site = Site::with_trigger("modes-lamps", 4, 1500);
    site.add_inputs(&[("lamp_test", LAMP_TEST)]);
    let mut station = site.start();
    let mut inputs = Stimulus::open(&site);
    site.wait_line(lines::REJECT, false);
    site.wait_line(lines::FAULT, false);
    let read_by_machines = [lines::REJECT, lines::PASS, lines::READY, lines::ALIVE];
    let before = read_by_machines.map(|line| site.timeline().active(line));
    inputs.set(LAMP_TEST, true);
    site.wait_line(lines::BUSY, true);
    site.wait_line(lines::FAULT, true);
    inputs.set(LAMP_TEST, false);
    site.wait_line(lines::BUSY, false);
    site.wait_line(lines::FAULT, false);
    assert_eq!(
        read_by_machines.map(|line| site.timeline().active(line)),
        before
    );
    wait_for("both changes", || {
        let records = site.control_records().into_iter();
        let details: Vec<_> = records.map(|control| control.detail.to_string()).collect();
        (details == ["on", "off"]).then_some(())
    });
    assert_eq!(station.stop(), Some(0));
}
