//! Validation: `ASCENDCL_CPU_VALIDATE` makes the implementation report every misuse of AscendCL, with the function, the
//! argument, what the documentation says and a backtrace, and at `aclFinalize` everything that was not given back.
//!
//! A misuse is a call that fails because of the caller, or one that a device might not notice but that the
//! documentation forbids. Right questions with the answer "no" are none: whether an input has AIPP, whether a name
//! exists, whether a callback has come. Nor is a missing file, or a fault on demand.
//!
//! `1` reports to the standard error output, anything else but `0` is the file to append to. At `aclFinalize`, and
//! again when the process ends if something was reported after that or `aclFinalize` was never called, comes a line
//! `validation: N misuses, N leaks`.

mod ledger;
mod output;
mod rules;
#[cfg(test)]
mod tests;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::Cell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;
pub(crate) use ledger::{created, ended};
pub(crate) use rules::{BUFFER_SIZE, DESTROY_ORDER, NO_OVERLAP, ONE_AT_A_TIME, WAIT_FIRST};

/// What was reported so far, and whether that was summed up in a line.
struct Counts {
    misuses: usize,
    leaks: usize,
    told: bool,
}

static COUNTS: Mutex<Counts> = Mutex::new(Counts {
    misuses: 0,
    leaks: 0,
    told: false,
});

/// Between `aclInit` and `aclFinalize`.
static RUNNING: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// The function of the ABI that this thread is in.
    static CALL: Cell<&'static str> = const { Cell::new("") };
}

/// Whether misuse is reported.
pub(crate) fn active() -> bool {
    output::get().is_some()
}

/// `aclInit` begins. Error: the report cannot be written.
pub(crate) fn start() -> Result<(), Failure> {
    output::check()?;
    RUNNING.store(true, Ordering::Release);
    Ok(())
}

/// This thread enters a function of the ABI.
pub(crate) fn enter(call: &'static str) {
    if active() {
        // A thread that is ending has no storage left.
        let _ = CALL.try_with(|current| current.set(call));
    }
}

/// A call failed.
pub(crate) fn failed(call: &str, failure: &Failure) {
    if active() && failure.is_misuse() {
        report(
            call,
            failure.argument,
            &failure.to_string(),
            rules::of_code(failure.code),
        );
    }
}

/// The current call does what the documentation forbids, though it goes well here. `what` is made only if wanted.
pub(crate) fn forbidden(argument: &str, what: impl FnOnce() -> String, rule: &str) {
    if active() {
        let call = CALL.try_with(Cell::get).unwrap_or_default();
        report(call, argument, &what(), rule);
    }
}

fn report(call: &str, argument: &str, what: &str, rule: &str) {
    let Some(output) = output::get() else { return };
    let backtrace = output::backtrace();
    let mut counts = crate::failure::lock(&COUNTS);
    counts.misuses += 1;
    counts.told = false;
    let argument = if argument.is_empty() { "-" } else { argument };
    output.write(&format!(
        "validation: misuse {}: {call}\n  argument: {argument}\n  what: {what}\n  documentation: {rule}\n{}",
        counts.misuses,
        indented(&backtrace)
    ));
}

/// `aclFinalize` begins: everything that lives is a leak.
pub(crate) fn finish() {
    if !active() {
        return;
    }
    RUNNING.store(false, Ordering::Release);
    leaks();
    sum_up();
}

fn leaks() {
    let Some(output) = output::get() else { return };
    for object in ledger::take() {
        let mut counts = crate::failure::lock(&COUNTS);
        counts.leaks += 1;
        counts.told = false;
        output.write(&format!(
            "validation: leak {}: {}\n{}",
            counts.leaks,
            object.what,
            indented(&object.backtrace)
        ));
    }
}

fn sum_up() {
    let Some(output) = output::get() else { return };
    let mut counts = crate::failure::lock(&COUNTS);
    if !counts.told {
        counts.told = true;
        let (misuses, leaks) = (counts.misuses, counts.leaks);
        output.write(&format!("validation: {misuses} misuses, {leaks} leaks\n"));
    }
}

/// What the process does at its end.
extern "C" fn at_exit() {
    if RUNNING.swap(false, Ordering::AcqRel) {
        if let Some(output) = output::get() {
            let mut counts = crate::failure::lock(&COUNTS);
            counts.misuses += 1;
            counts.told = false;
            output.write(&format!(
                "validation: misuse {}: the process ends without aclFinalize\n",
                counts.misuses
            ));
        }
        leaks();
    }
    sum_up();
}

fn indented(backtrace: &Backtrace) -> String {
    if backtrace.status() != BacktraceStatus::Captured {
        return String::new();
    }
    let lines = backtrace.to_string();
    lines.lines().flat_map(|line| ["  ", line, "\n"]).collect()
}
