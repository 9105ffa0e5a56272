//! The end of a run: its summary, its exit code, and an end that does not wait for the device.

use crate::exit::{DEVICE, FLUSH_MAX, UNUSABLE};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sluice::console;
use sluice::run::{RunResult, Stop};
use sluice::{complain, tell};
use std::process;
use std::thread;
use std::time::Duration;

/// Longest time that a hung library may take when the process ends.
const LEAVE_MAX: Duration = Duration::from_secs(1);

/// Prints what a run did. Returns the exit code.
pub fn tell(result: RunResult) -> u8 {
    let counters = result.counters;
    tell!(
        "{} parts: {} pass, {} reject, {} fault, {} missed ({} late)",
        counters.triggers,
        counters.pass,
        counters.reject,
        counters.fault,
        counters.missed,
        counters.late
    );
    let gate = counters.gate;
    tell!(
        "at the gate: {} passed, {} rejected ({} of them good, {} of these by overlap), {} not on the line",
        gate.passed,
        gate.rejected,
        gate.good_rejected,
        gate.overlap,
        gate.not_on_line
    );
    if counters.unconfirmed > 0 {
        tell!(
            "behind the gate: {} on the wrong way, by the sensor",
            counters.unconfirmed
        );
    }
    match result.stop {
        Stop::Asked => 0,
        Stop::Broken(why) => {
            complain!("sluice: {why}");
            UNUSABLE
        }
        Stop::Device(why) => {
            complain!("sluice: the device failed for good: {why}");
            DEVICE
        }
    }
}

/// Ends the process even if a thread hangs in a call: of the AscendCL library, a disk or a device.
/// The guard gets no dismissal, so it makes the lines safe once more.
pub fn leave(result: RunResult) -> ! {
    // The exit handlers of a hung library may hang as well, and so may the reader of standard
    // output.
    let _ = thread::Builder::new().spawn(|| {
        thread::sleep(LEAVE_MAX);
        let _ = kill(Pid::this(), Signal::SIGKILL);
    });
    let code = tell(result);
    console::flush(FLUSH_MAX);
    process::exit(code.into())
}
