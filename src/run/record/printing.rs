//! One line for each part on standard output. If the screen is a file, the line follows the file's
//! new content, so that a reader of the line finds the screen that goes with it. The recorder does
//! not wait for that.

use super::screen::ScreenThread;
use crate::bounded::text::cut;
use crate::console::{self, Field, Priority};
use crate::part::{PartId, Verdict};
use crate::run::messages::Decided;
use board::Timestamp;
use core::fmt;
use core::time::Duration;
use heapless::{Deque, String};

/// Longest line, in bytes: a name of 255 bytes that are all escaped, and a detail.
const LINE_MAX: usize = 1200;
/// Lines that can wait for their screens. If one more comes, the oldest is printed at once.
const WAITING_MAX: usize = 16;

struct Line {
    text: String<LINE_MAX>,
    part: PartId,
    verdict: Verdict,
    total: Duration,
    /// The number of the screen's scene.
    scene: u64,
    /// When the line is printed at the latest.
    until: Timestamp,
}

/// The lines that wait for their screens.
#[derive(Default)]
pub struct Printing {
    waiting: Deque<Line, WAITING_MAX>,
}

impl Printing {
    /// Adds the line of a part, which goes with this scene.
    pub fn add(&mut self, decided: &Decided, scene: u64, screen: &ScreenThread) {
        if self.waiting.is_full() {
            self.print_oldest();
        }
        let text = cut(format_args!(
            "{} {:<6} {:>5} ms  {}{}{}{}  {}",
            decided.job.part,
            decided.verdict.kind(),
            decided.times.total.as_millis(),
            if decided.is_golden() {
                "golden part: "
            } else {
                ""
            },
            Reason(decided.verdict),
            if decided.detail.is_empty() { "" } else { ": " },
            decided.detail,
            decided.job.picture,
        ));
        // The oldest line has made space.
        let _ = self.waiting.push_back(Line {
            text,
            part: decided.job.part,
            verdict: decided.verdict,
            total: decided.times.total,
            scene,
            until: Timestamp::now() + screen.line_delay_max(),
        });
    }

    /// Prints the lines whose scenes are shown or whose time is over, in order.
    pub fn turn(&mut self, screen: &ScreenThread, now: Timestamp) {
        while let Some(line) = self.waiting.front()
            && (line.until <= now || screen.is_done_with(line.scene))
        {
            self.print_oldest();
        }
    }

    /// Prints all remaining lines.
    pub fn print_all(&mut self) {
        while !self.waiting.is_empty() {
            self.print_oldest();
        }
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    fn print_oldest(&mut self) {
        if let Some(line) = self.waiting.pop_front() {
            let priority = match line.verdict {
                Verdict::Pass | Verdict::Reject(_) => Priority::Debug,
                Verdict::Fault(_) => Priority::Warning,
            };
            let total_ms = line.total.as_millis();
            let fields: [Field<'_>; 4] = [
                ("SLUICE_PART", &line.part.number()),
                ("SLUICE_VERDICT", &line.verdict.kind()),
                ("SLUICE_TOTAL_MS", &total_ms),
                ("SLUICE_CODE", &line.verdict.code()),
            ];
            // A pass has no code.
            let fields = match line.verdict {
                Verdict::Pass => fields.get(..3).unwrap_or_default(),
                _ => &fields,
            };
            console::out_at(priority, format_args!("{}", line.text), fields);
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
