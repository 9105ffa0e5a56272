//! One line for each part, on standard output. Where the screen is a file, the line comes after the file was written,
//! so that a reader of the line finds it. The recorder does not wait for that.

use crate::bounded::text::cut;
use crate::part::Verdict;
use crate::run::messages::Decision;
use crate::run::record::screen::ScreenThread;
use board::Timestamp;
use core::fmt;
use heapless::{Deque, String};

/// Longest line, in bytes: a name of 255 bytes that are all escaped, and a detail.
const LINE_MAX: usize = 1200;
/// Lines that can wait for their screens. With more, the oldest does not wait any longer.
const WAITING_MAX: usize = 16;

struct Line {
    text: String<LINE_MAX>,
    scene: u64,
    until: Timestamp,
}

/// The lines that wait for their screens.
#[derive(Default)]
pub(in crate::run) struct Printing {
    waiting: Deque<Line, WAITING_MAX>,
}

impl Printing {
    /// The line of this part, which goes with this scene.
    pub fn add(&mut self, decision: &Decision, scene: u64, screen: &ScreenThread) {
        if self.waiting.is_full() {
            self.print_oldest();
        }
        let text = cut(format_args!(
            "{} {:<6} {:>5} ms  {}{}{}  {}",
            decision.job.part,
            decision.verdict.kind(),
            decision.times.total.as_millis(),
            Reason(decision.verdict),
            if decision.detail.is_empty() { "" } else { ": " },
            decision.detail,
            decision.job.picture,
        ));
        // There is room.
        let _ = self.waiting.push_back(Line {
            text,
            scene,
            until: Timestamp::now() + screen.patience(),
        });
    }

    /// Prints what need not wait any longer, in order.
    pub fn turn(&mut self, screen: &ScreenThread, now: Timestamp) {
        while let Some(line) = self.waiting.front()
            && (line.until <= now || screen.has_dealt_with(line.scene))
        {
            self.print_oldest();
        }
    }

    /// Prints all that is left.
    pub fn end(&mut self) {
        while !self.waiting.is_empty() {
            self.print_oldest();
        }
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    fn print_oldest(&mut self) {
        if let Some(line) = self.waiting.pop_front() {
            tell!("{}", line.text);
        }
    }
}

/// The verdict without its kind.
struct Reason(Verdict);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Verdict::Pass => f.write_str("good"),
            Verdict::Reject(reason) => reason.fmt(f),
            Verdict::Fault(cause) => cause.fmt(f),
        }
    }
}
