//! Short texts for the screens, cut where the line ends.

use crate::part::{Cause, Reason, Verdict};
use crate::text::cut;
use core::fmt;
use heapless::String;

/// A line of a screen.
pub(super) type Line = String<40>;

/// `arguments` as a line; what does not fit is cut. A letter that the fonts do not have is drawn as `?`.
pub(super) fn line(arguments: fmt::Arguments<'_>) -> Line {
    cut(arguments)
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
                    Cause::File | Cause::Picture | Cause::NoPicture | Cause::Camera =>
                        "check the camera",
                    Cause::Deadline | Cause::QueueFull | Cause::Missed => "line too fast",
                    Cause::Engine => "see the journal",
                    Cause::Output => "check the model",
                    Cause::Stopping => "part rejected",
                }
            )),
        ),
    }
}
