//! Promise: the table `ffi/cpu/faults.md` is true. It says what the station does about every fault
//! of the engine, at each function that it calls and at each stage. No fault lets an uninspected
//! part pass or keeps the station from continuing or ending.

use super::fault_table::{Row, rows};
use crate::site::lines::{self, at_gate_us};
use crate::site::{NOTHING_REPORTED, PULSE, Running, Site, pictures, wait_for};
use sluice::journal::Part;
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// Stations that run in parallel. They mostly wait.
const STATIONS: usize = 12;
/// `gate.deadline_ms`.
const DEADLINE: Duration = Duration::from_millis(900);
/// What an ordered stop may take in addition to the deadline: 5 s for a device that hangs while it
/// is released, with safe lines, and the delays of a busy machine.
const STOP_MAX: Duration = Duration::from_secs(8);

fn site(name: &str, row: &Row) -> Site {
    let site = Site::new(name);
    site.change(&[
        (r#""delay_ms": 2000"#, r#""delay_ms": 1000"#),
        (r#""deadline_ms": 1900"#, r#""deadline_ms": 900"#),
        (r#""timeout_ms": 60000"#, r#""timeout_ms": 3000"#),
    ]);
    if row.self_checked {
        let scores = r#""scores": "softmax""#;
        site.change(&[(scores, &format!(r#"{scores}, "self_check_ms": 200"#))]);
    }
    site
}

/// A part whose defect is in the last rows of the model's output.
fn defective() -> Vec<u8> {
    pictures::with_spots(&[(60, 110, 20)])
}

/// Feeds a picture for each verdict in the table. No two of them move the lines at the same time.
fn feed(site: &Site, running: &Running, row: &Row) {
    for (number, expected) in row.parts.iter().enumerate() {
        if row.exit != 0 {
            // A part that is not at the gate yet when the program ends does not pass.
            site.wait_parts(number);
            thread::sleep(if number == 0 { Duration::ZERO } else { PULSE });
        }
        let start = Instant::now();
        let picture = if *expected == "PASS" {
            pictures::good()
        } else {
            defective()
        };
        site.feed(&format!("{number}.png"), &picture);
        if running.verdict_or_end().is_none() {
            return;
        }
        thread::sleep((PULSE + PULSE / 4).saturating_sub(start.elapsed()));
    }
}

/// Returns the exit code. Stops a station that would continue.
fn end(site: &Site, running: &mut Running, row: &Row) -> Option<i32> {
    if row.exit != 0 {
        return running.wait();
    }
    if row.parts.is_empty() {
        // In the middle of its start.
        wait_for("the journal", || (!site.journal().is_empty()).then_some(()));
        thread::sleep(Duration::from_millis(300));
    }
    site.wait_parts(row.parts.len());
    // Wait for the end of the last pulse.
    thread::sleep(if row.parts.is_empty() {
        Duration::ZERO
    } else {
        PULSE
    });
    let start = Instant::now();
    let code = running.stop_with_leaks();
    let took = start.elapsed();
    assert!(took < DEADLINE + STOP_MAX, "the stop took {took:?}");
    code
}

/// `PASS`, `REJECT` or `FAULT:cause`.
fn verdict(part: &Part) -> String {
    let verdict = &part.verdict;
    match verdict.kind.as_str() {
        "FAULT" => format!("FAULT:{}", verdict.code),
        kind => kind.to_owned(),
    }
}

/// Checks the statements that hold for every fault.
fn assert_safe(site: &Site) {
    let timeline = site.timeline();
    timeline.assert_safe();
    let parts = site.parts();
    for part in &parts {
        let passed = part.verdict.kind.as_str() == "PASS";
        let outcome = if passed { "passed" } else { "rejected" };
        assert_eq!(part.gate.outcome, outcome, "{part:?}");
        let middle_us = at_gate_us(part);
        assert_eq!(timeline.is_active(lines::PASS, middle_us), passed);
        assert_eq!(timeline.is_active(lines::REJECT, middle_us), !passed);
    }
    let passed = parts.iter().filter(|part| verdict(part) == "PASS").count();
    assert_eq!(timeline.active(lines::PASS).len(), passed);
    assert!(site.journal().iter().all(|entry| entry.content.is_ok()));
}

/// Whether the station released all AscendCL resources. Fails on a misuse in either case.
fn gave_back(running: &Running) -> bool {
    let report = running.validation();
    if report.is_empty() || report == NOTHING_REPORTED {
        return true;
    }
    // Leaks reported after a process exit or a failed destroy call are expected.
    let count = |text: &str| report.matches(text).count();
    let excused = count("the process ends without aclFinalize") + count("are not destroyed\n");
    let misuses = count("validation: misuse ");
    assert!(
        misuses <= excused,
        "{}",
        first_lines(&report, "validation: ")
    );
    false
}

fn first_lines(report: &str, start: &str) -> String {
    let lines = report.lines().filter(|line| line.starts_with(start));
    lines.collect::<Vec<_>>().join("\n")
}

/// Runs a station with one fault. Returns the result as the table writes it.
fn observe(name: &str, row: &Row, functions: &str) -> String {
    let site = site(name, row);
    let rules = row.rules(functions);
    let mut running = site.launch(&[
        ("ASCENDCL_CPU_FAULT", rules.as_str()),
        ("ASCENDCL_CPU_RUN_MODE", row.mode),
        // Their time would count as the station's.
        ("ASCENDCL_CPU_BACKTRACE", "0"),
    ]);
    if !row.parts.is_empty() {
        running.line("ready:");
        if row.self_checked {
            thread::sleep(Duration::from_millis(700));
        }
    }
    feed(&site, &running, row);
    let code = end(&site, &mut running, row);
    let errors = site.errors();
    let says = row.says(functions);
    let said = if errors.contains(&says) { says } else { errors };
    let verdicts: Vec<String> = site.parts().iter().map(verdict).collect();
    let gives_back = gave_back(&running);
    assert_safe(&site);
    if row.parts.is_empty() && !row.self_checked {
        assert_eq!(site.timeline().active(lines::READY), []);
    }
    if code != Some(0) {
        let before = site.parts().len();
        let mut again = site.start();
        site.feed("again.png", &pictures::good());
        assert_eq!(verdict(&site.wait_parts(before + 1)[before]), "PASS");
        assert_eq!(again.stop(), Some(0), "{}", site.errors());
    }
    row.describe(&verdicts, code, &said, gives_back)
}

#[test]
fn the_table_of_faults_is_true() {
    let rows = rows();
    let jobs: Vec<(&Row, &str)> = rows
        .iter()
        .flat_map(|row| row.functions.iter().map(move |item| (row, item.as_str())))
        .collect();
    let next = Mutex::new(jobs.iter().enumerate());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..STATIONS {
            scope.spawn(|| {
                loop {
                    let Some((number, (row, functions))) = next.lock().unwrap().next() else {
                        return;
                    };
                    let name = format!("fault-{number}");
                    let seen = catch_unwind(AssertUnwindSafe(|| observe(&name, row, functions)));
                    let expected = row.expected(functions);
                    match seen {
                        Ok(seen) if seen == expected => {}
                        seen => {
                            let seen =
                                seen.unwrap_or_else(|panic| match panic.downcast::<String>() {
                                    Ok(text) => *text,
                                    Err(_) => "a panic".to_owned(),
                                });
                            let fault = row.rules(functions);
                            wrong.lock().unwrap().push(format!(
                                "line {}, {fault}\n  expected {expected}\n  seen     {seen}",
                                row.line
                            ));
                        }
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    println!("{} stations, {} faults", jobs.len(), rows.len());
    assert!(
        wrong.is_empty(),
        "{} are wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_function_that_the_binding_calls_is_in_the_table() {
    let source = fs::read_to_string("ffi/src/library.rs").unwrap();
    let list = source.split_once("require!(").unwrap().1;
    let list = list.split_once(']').unwrap().0;
    let needed = list
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| word.starts_with("acl"));
    let table: BTreeSet<String> = rows().iter().flat_map(Row::named).collect();
    let missing: Vec<&str> = needed.filter(|name| !table.contains(*name)).collect();
    assert!(missing.is_empty(), "not in ffi/cpu/faults.md: {missing:?}");
}
