//! Short texts for the screens, cut where the line ends.

use crate::part::{Cause, Reason, Verdict};
use core::fmt::{self, Write};
use heapless::String;

/// A line of a screen.
pub(super) type Line = String<40>;

/// `arguments` as a line; what does not fit is cut.
pub(super) fn line(arguments: fmt::Arguments<'_>) -> Line {
    struct Cut(Line);
    impl Write for Cut {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for letter in text.chars() {
                // The screens' fonts are ASCII; a full line swallows the rest.
                let _ = self.0.push(if letter.is_ascii() { letter } else { '?' });
            }
            Ok(())
        }
    }
    let mut cut = Cut(Line::new());
    let _ = cut.write_fmt(arguments);
    cut.0
}

/// The reason in two short lines that fit the smallest screen.
pub(super) fn reason(verdict: Verdict) -> (Line, Line) {
    match verdict {
        Verdict::Pass => (Line::new(), Line::new()),
        Verdict::Reject(Reason::BlobArea {
            area_px,
            limit_px,
            x,
            y,
            ..
        }) => (
            line(format_args!("blob {area_px} px, max {limit_px}")),
            line(format_args!("at x {x}, y {y}")),
        ),
        Verdict::Reject(Reason::TotalArea {
            area_px, limit_px, ..
        }) => (
            line(format_args!("defects {area_px} px")),
            line(format_args!("allowed {limit_px} px")),
        ),
        Verdict::Reject(Reason::TooManyBlobs) => (
            line(format_args!("too many defects")),
            line(format_args!("to count")),
        ),
        Verdict::Reject(Reason::PartAbsent {
            seen_percent,
            needed_percent,
        }) => (
            line(format_args!("no part in the picture")),
            line(format_args!(
                "seen {seen_percent} %, need {needed_percent} %"
            )),
        ),
        Verdict::Fault(cause) => (
            line(format_args!("{cause}")),
            line(format_args!(
                "{}",
                match cause {
                    Cause::File | Cause::Picture => "check the camera",
                    Cause::Deadline | Cause::QueueFull => "line too fast",
                    Cause::Engine => "see the journal",
                    Cause::Output => "check the model",
                    Cause::Stopping => "part rejected",
                }
            )),
        ),
    }
}
