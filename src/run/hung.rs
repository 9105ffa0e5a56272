//! A call into AscendCL that does not come back. Waiting for the device has a limit of its own; this is about calls that should
//! return at once, or after the seconds that loading a model takes, and do not. The thread that made the call cannot be ended,
//! so the program is.
//!
//! The inspection says by when it will be heard of again, the recorder looks whether it was, and the main thread does not wait
//! for it for ever when the program stops: parts that it left undecided become faults in the journal, the gate is stopped
//! without it, and then the process ends, since nothing else ends the thread.

use super::decide::Undecided;
use super::messages::{Decision, Found};
use super::shared::{Shared, Stop};
use crate::gate::Control;
use crate::part::{Cause, Verdict};
use crate::text::cut;
use board::Timestamp;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::process;
use std::thread::{self, ScopedJoinHandle};

/// Opening the device and loading a model may take so long; the service's `TimeoutStartSec` says the same.
pub(super) const OPENING_MAX: Duration = Duration::from_secs(120);
/// The inspection is heard of again so much later than it has to be at most, on a busy machine.
pub(super) const SLACK: Duration = Duration::from_secs(1);
/// What a process that ends has for the exit functions of the libraries in it, which may wait for the device.
const EXIT_MAX: Duration = Duration::from_secs(1);
/// Exit codes, as the program gives them when it ends by itself: something cannot be used, or the device failed for good.
const UNUSABLE: i32 = 4;
const DEVICE: i32 = 5;

/// By when the inspection has to be heard of.
#[derive(Debug)]
pub(super) struct Heard(AtomicU64);

impl Heard {
    /// Whenever it likes.
    pub const fn new() -> Self {
        Self(AtomicU64::new(u64::MAX))
    }

    /// The inspection is here, and will be again within this time.
    pub fn again_within(&self, time: Duration) {
        let by = Timestamp::now() + time + SLACK;
        self.0.store(by.as_ns(), Ordering::Release);
    }

    /// Whether it is overdue.
    pub fn overdue(&self, now: Timestamp) -> bool {
        now.as_ns() > self.0.load(Ordering::Acquire)
    }
}

impl Shared {
    /// Ends the program when the inspection hangs. To be called now and then.
    pub fn look_for_hang(&self) {
        if !self.stopping() && self.heard.overdue(Timestamp::now()) {
            self.stop(Stop::Device(
                "a call into AscendCL does not come back".to_owned(),
            ));
        }
    }

    /// Waits for the end of the inspection, which has `deadline` for a part. False when it hangs.
    pub fn wait_for_inspection<T>(
        &self,
        inspection: Option<&ScopedJoinHandle<'_, T>>,
        deadline: Duration,
    ) -> bool {
        let end = Timestamp::now() + deadline + SLACK;
        let ended = || inspection.is_none_or(ScopedJoinHandle::is_finished);
        while !ended() {
            let now = Timestamp::now();
            if now >= end || self.heard.overdue(now) {
                return false;
            }
            thread::sleep(Duration::from_millis(5));
        }
        true
    }

    /// Decides what a hung inspection left, and stops the gate, which would wait for it.
    pub fn decide_for_inspection(&self, deadline: Duration, control: Control<'_>) {
        while let Some(job) = self.open.pop() {
            let now = Timestamp::now();
            let late = job.trigger + deadline <= now;
            let undecided = Undecided::of(job);
            let mut times = undecided.times;
            times.total = now.since(undecided.job.trigger);
            let _ = self.decisions.send(Decision {
                armed: undecided.job.on_line,
                job: undecided.job,
                verdict: Verdict::Fault(if late {
                    Cause::Deadline
                } else {
                    Cause::Stopping
                }),
                detail: cut(format_args!("a call into AscendCL does not come back")),
                sha256: undecided.sha256,
                found: Found::default(),
                times,
                thumbnail: None,
            });
        }
        control.stop();
    }

    /// Ends the process, with the lines safe and the journal written: the hung thread ends in no other way.
    pub fn leave(&self) -> ! {
        complain!("sluice: a call into AscendCL does not come back; the process ends without it");
        // Without this thread the exit functions have all the time that the service gives.
        let _ = thread::Builder::new().spawn(|| {
            thread::sleep(EXIT_MAX);
            let _ = kill(Pid::this(), Signal::SIGKILL);
        });
        process::exit(match self.why() {
            Stop::Asked => 0,
            Stop::Device(why) => {
                complain!("sluice: the device failed for good: {why}");
                DEVICE
            }
            Stop::Broken(why) => {
                complain!("sluice: {why}");
                UNUSABLE
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inspection_is_overdue_when_it_was_not_heard_of_in_time() {
        let heard = Heard::new();
        let later = |time| Timestamp::now() + time;
        assert!(!heard.overdue(later(Duration::from_secs(1 << 20))));
        heard.again_within(OPENING_MAX);
        assert!(!heard.overdue(later(OPENING_MAX)));
        assert!(heard.overdue(later(OPENING_MAX + 2 * SLACK)));
    }
}
