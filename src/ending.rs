//! The end of a run: what is said of it, its exit code, and an end that does not wait for the device.

use crate::{DEVICE, UNUSABLE};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sluice::complain;
use sluice::run::{Outcome, Stop};
use std::io::{self, Write as _};
use std::process;
use std::thread;
use std::time::Duration;

/// How long a library that hangs may take when the process ends.
const LEAVE_MAX: Duration = Duration::from_secs(1);

/// Says what a run did; its exit code.
pub fn tell(outcome: Outcome) -> u8 {
    let counters = outcome.counters;
    // A closed terminal must not change the exit code.
    let _ = writeln!(
        io::stdout(),
        "{} parts: {} pass, {} reject, {} fault, {} missed ({} late)",
        counters.triggers,
        counters.pass,
        counters.reject,
        counters.fault,
        counters.missed,
        counters.late
    );
    match outcome.stop {
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

/// Ends the process although a thread hangs in a call of the AscendCL library. The guard is not told that all is well, so it
/// makes the lines safe once more.
pub fn leave(outcome: Outcome) -> ! {
    // What a library that hangs does when the process ends may hang as well, and so may whoever reads what is said.
    let _ = thread::Builder::new().spawn(|| {
        thread::sleep(LEAVE_MAX);
        let _ = kill(Pid::this(), Signal::SIGKILL);
    });
    process::exit(tell(outcome).into())
}
