//! Short texts for the screens, cut at the end of the line.

use crate::bounded::text::cut;
use crate::part::{Cause, Reason, Verdict};
use core::fmt;
use heapless::String;

/// A line of a screen.
pub(super) type ScreenLine = String<40>;

/// Formats `arguments` as a line; text that does not fit is cut. Fonts draw unknown letters as `?`.
pub(super) fn line(arguments: fmt::Arguments<'_>) -> ScreenLine {
    cut(arguments)
}

/// A number of parts in at most six letters. From a million on, it is shown in millions, rounded
/// down.
pub(super) fn count(parts: u64) -> ScreenLine {
    const MILLION: u64 = 1_000_000;
    let tenths = parts / (MILLION / 10);
    if parts < MILLION {
        line(format_args!("{parts}"))
    } else if tenths < 10_000 {
        line(format_args!("{}.{}M", tenths / 10, tenths % 10))
    } else if parts < 100_000 * MILLION {
        line(format_args!("{}M", parts / MILLION))
    } else {
        line(format_args!(">99G"))
    }
}

/// The reason in two short lines that fit on the smallest screen.
pub(super) fn reason(verdict: Verdict) -> (ScreenLine, ScreenLine) {
    match verdict {
        Verdict::Pass => (ScreenLine::new(), ScreenLine::new()),
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
                    Cause::File
                    | Cause::Picture
                    | Cause::NoPicture
                    | Cause::TwoPictures
                    | Cause::Camera => "check the camera",
                    Cause::Deadline | Cause::QueueFull | Cause::Missed | Cause::Late =>
                        "line too fast",
                    Cause::Engine => "see the journal",
                    Cause::Output => "check the model",
                    Cause::Stopping => "part rejected",
                }
            )),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn counts_have_at_most_six_letters() {
        for (parts, text) in [
            (0, "0"),
            (999_999, "999999"),
            (1_000_000, "1.0M"),
            (12_399_999, "12.3M"),
            (999_999_999, "999.9M"),
            (1_000_000_000, "1000M"),
            (99_999_999_999, "99999M"),
            (100_000_000_000, ">99G"),
            (u64::MAX, ">99G"),
        ] {
            assert_eq!(count(parts), text);
            assert!(text.len() <= 6);
        }
    }
}
