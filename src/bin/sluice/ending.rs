//! The end of a run: what is said of it, its exit code, and an end that does not wait for the device.

use crate::{DEVICE, UNUSABLE};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sluice::console;
use sluice::run::{RunResult, Stop};
use sluice::{complain, tell};
use std::process;
use std::thread;
use std::time::Duration;

/// How long a library that hangs may take when the process ends.
const LEAVE_MAX: Duration = Duration::from_secs(1);

/// Says what a run did; its exit code.
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

/// How long what was said may take to be written when the process ends.
pub const SAY_MAX: Duration = Duration::from_millis(150);

/// Ends the process although a thread hangs in a call: of the AscendCL library, or on a disk or device. The guard is not told that all is well, so it
/// makes the lines safe once more.
pub fn leave(result: RunResult) -> ! {
    // What a library that hangs does when the process ends may hang as well, and so may whoever reads what is said.
    let _ = thread::Builder::new().spawn(|| {
        thread::sleep(LEAVE_MAX);
        let _ = kill(Pid::this(), Signal::SIGKILL);
    });
    let code = tell(result);
    console::flush(SAY_MAX);
    process::exit(code.into())
}
