//! Promises that are proven with a station inside the test's process, whose devices the test
//! drives.
//!
//! The station takes the signals on the main thread. So this binary has no harness and starts
//! itself once for each test. Arguments filter the tests by name, as with a harness.
#![forbid(unsafe_code)]

#[path = "../site/mod.rs"]
mod site;

mod allocates_nothing;
mod frames;
mod gate_page_faults;
mod hung_start;
mod station;
mod trigger_exposed;
mod trigger_frames;
mod watched_camera;

use board::heap::CountingHeap;
use std::path::Path;
use std::process::{Command, ExitCode, Output};
use std::{env, thread};

#[global_allocator]
static HEAP: CountingHeap = CountingHeap;

/// A test takes the path of the AscendCL library. It panics if the promise is broken.
type Test = fn(&Path);

const TESTS: [(&str, Test); 5] = [
    ("allocates_nothing", allocates_nothing::run),
    ("gate_page_faults", gate_page_faults::run),
    ("hung_start", hung_start::run),
    ("trigger_exposed", trigger_exposed::run),
    ("trigger_frames", trigger_frames::run),
];

/// Environment variable with the name of the test that this process runs.
const NAME: &str = "SLUICE_TEST";

fn main() -> ExitCode {
    let Ok(name) = env::var(NAME) else {
        return run_chosen();
    };
    let library = env::args_os().nth(1).unwrap();
    let (_, test) = TESTS.iter().find(|test| test.0 == name).unwrap();
    test(library.as_ref());
    ExitCode::SUCCESS
}

/// Runs the selected tests in parallel and prints their results.
fn run_chosen() -> ExitCode {
    let chosen: Vec<&str> = TESTS
        .iter()
        .map(|test| test.0)
        .filter(|name| is_chosen(name, env::args().skip(1)))
        .collect();
    if env::args().any(|argument| argument == "--list") {
        chosen.iter().for_each(|name| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    println!("\nrunning {} tests", chosen.len());
    if chosen.is_empty() {
        return ExitCode::SUCCESS;
    }
    let library = site::library::shared_library();
    let results: Vec<bool> = thread::scope(|scope| {
        let started: Vec<_> = chosen
            .into_iter()
            .map(|name| (name, scope.spawn(|| start(name, &library))))
            .collect();
        let ends = started.into_iter();
        ends.map(|(name, end)| report(name, &end.join().unwrap()))
            .collect()
    });
    let failed = results.iter().filter(|succeeded| !**succeeded).count();
    println!(
        "\ntest result: {} passed; {failed} failed\n",
        results.len() - failed
    );
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Whether the command line selects this test. Ignores options that have no meaning here.
fn is_chosen(name: &str, mut arguments: impl Iterator<Item = String>) -> bool {
    let (mut has_filter, mut matches_filter, mut is_skipped) = (false, false, false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--skip" => is_skipped |= arguments.next().is_some_and(|part| name.contains(&part)),
            "--test-threads" | "--format" | "--color" | "--logfile" => drop(arguments.next()),
            option if option.starts_with('-') => {}
            part => {
                has_filter = true;
                matches_filter |= name.contains(part);
            }
        }
    }
    !is_skipped && (matches_filter || !has_filter)
}

fn start(name: &str, library: &Path) -> Output {
    let mut command = Command::new(env::current_exe().unwrap());
    if name == "allocates_nothing" {
        command.env("ASCENDCL_CPU_FAULT", allocates_nothing::FAULTS);
    }
    command.arg(library).env(NAME, name).output().unwrap()
}

/// Prints the result of a test, and its output if it failed. Returns whether it succeeded.
fn report(name: &str, output: &Output) -> bool {
    let succeeded = output.status.success();
    println!(
        "test {name} ... {}",
        if succeeded { "ok" } else { "FAILED" }
    );
    if !succeeded {
        println!("{}", output.status);
        print!("{}", String::from_utf8_lossy(&output.stdout));
        print!("{}", String::from_utf8_lossy(&output.stderr));
    }
    succeeded
}
