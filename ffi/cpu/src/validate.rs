//! Validation: with `ASCENDCL_CPU_VALIDATE` set, every misuse of AscendCL is reported.
//!
//! A report has the function, the argument, the rule of the documentation and a backtrace.
//! `aclFinalize` also reports everything that the program did not give back.
//!
//! A misuse is a call that fails through the caller's fault, or a call that the documentation
//! forbids, even if a device might not notice. Not misuse: a query with a negative answer (no AIPP,
//! no such name, no callback yet), a missing file, an injected fault.
//!
//! `1` reports to the standard error output; any other value except `0` is the file to append to.
//! `aclFinalize` writes the line `validation: N misuses, N leaks`. The end of the process writes it
//! again if there were later reports, or if `aclFinalize` was never called.

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

/// The number of reports so far, and whether the summary line was written.
struct Counts {
    misuses: usize,
    leaks: usize,
    is_summed_up: bool,
}

static COUNTS: Mutex<Counts> = Mutex::new(Counts {
    misuses: 0,
    leaks: 0,
    is_summed_up: false,
});

/// True between `aclInit` and `aclFinalize`.
static RUNNING: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// The function of the ABI that this thread is in.
    static CALL: Cell<&'static str> = const { Cell::new("") };
}

/// Whether misuse is reported.
pub(crate) fn active() -> bool {
    output::get().is_some()
}

/// Called at the start of `aclInit`. Fails if the report cannot be written.
pub(crate) fn start() -> Result<(), Failure> {
    output::check()?;
    RUNNING.store(true, Ordering::Release);
    Ok(())
}

/// This thread enters a function of the ABI.
pub(crate) fn enter(call: &'static str) {
    if active() {
        // Thread-local storage is gone while a thread ends.
        let _ = CALL.try_with(|current| current.set(call));
    }
}

/// Reports a failed call if it is a misuse.
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

/// Reports that the current call succeeds here but breaks a rule of the documentation. `what` is
/// called only if validation is on.
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
    counts.is_summed_up = false;
    let argument = if argument.is_empty() { "-" } else { argument };
    output.write(&format!(
        "validation: misuse {}: {call}\n  argument: {argument}\n  what: {what}\n  documentation: {rule}\n{}",
        counts.misuses,
        indented(&backtrace)
    ));
}

/// Called at the start of `aclFinalize`: every object that is still alive is a leak.
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
        counts.is_summed_up = false;
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
    if !counts.is_summed_up {
        counts.is_summed_up = true;
        let (misuses, leaks) = (counts.misuses, counts.leaks);
        output.write(&format!("validation: {misuses} misuses, {leaks} leaks\n"));
    }
}

/// Runs at the end of the process.
extern "C" fn at_exit() {
    if RUNNING.swap(false, Ordering::AcqRel) {
        if let Some(output) = output::get() {
            let mut counts = crate::failure::lock(&COUNTS);
            counts.misuses += 1;
            counts.is_summed_up = false;
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
