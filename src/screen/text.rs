//! Short texts for the screens, cut at the end of the line.

use super::view::{Notice, View};
use crate::bounded::text::cut;
use crate::control::{Expected, Latch, Latches, Progress};
use crate::drift::Drifted;
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

/// A notice: its title and two short lines that fit on the smallest screen.
pub(super) fn notice(notice: Notice) -> (&'static str, ScreenLine, ScreenLine) {
    match notice {
        Notice::Stopped { by_command } => (
            "STOPPED",
            line(format_args!(
                "{}",
                if by_command {
                    "by a command"
                } else {
                    "by the input lines"
                }
            )),
            line(format_args!("every part is rejected")),
        ),
        Notice::Belt => (
            "BELT FAULT",
            line(format_args!("check belt and encoder")),
            line(format_args!("every part is rejected")),
        ),
        Notice::Challenge(progress) => {
            let (first, second) = challenge(progress);
            ("CHALLENGE", first, second)
        }
        Notice::NoRecipe => (
            "NO RECIPE",
            line(format_args!("the code of the lines")),
            line(format_args!("is no recipe's")),
        ),
        Notice::RecipeChanges => (
            "RECIPE",
            line(format_args!("waits for an empty line")),
            line(format_args!("and changes then")),
        ),
        // A reset does not end it.
        Notice::ResetNeeded(latches) if latches == Latches::of(Latch::Challenge) => (
            "CHALLENGE",
            line(format_args!("failed: repeat it")),
            line(format_args!("every part is rejected")),
        ),
        Notice::ResetNeeded(latches) => {
            let mut causes = latches.causes();
            let first = causes.next().map_or("", |cause| cause.text());
            let second = match (causes.next(), causes.count()) {
                (None, _) => ScreenLine::new(),
                (Some(cause), 0) => line(format_args!("{}", cause.text())),
                (Some(_), more) => line(format_args!("and {} more", more + 1)),
            };
            ("RESET NEEDED", line(format_args!("{first}")), second)
        }
    }
}

/// The recipe and the station's name, or the name alone.
pub(super) fn name(view: &View<'_>) -> ScreenLine {
    if view.recipe.is_empty() {
        line(format_args!("{}", view.station))
    } else {
        line(format_args!("{}: {}", view.recipe, view.station))
    }
}

/// The speed of the belt, if it fits beside this text in a line of `letters`.
pub(super) fn belt(view: &View<'_>, beside: &str, letters: usize) -> ScreenLine {
    let text = view
        .belt
        .map_or(ScreenLine::new(), |speed| line(format_args!("{speed}")));
    if beside.len() + 1 + text.len() <= letters {
        text
    } else {
        ScreenLine::new()
    }
}

/// How far a challenge is.
fn challenge(progress: Progress) -> (ScreenLine, ScreenLine) {
    let rejected = line(format_args!("every part is rejected"));
    match progress {
        Progress::Waiting => (line(format_args!("waits for an empty line")), rejected),
        Progress::WaitingToRun => (line(format_args!("waits for mode run")), rejected),
        Progress::Picture { number, of } => (
            line(format_args!("golden picture {number} of {of}")),
            rejected,
        ),
        Progress::NextPart {
            number,
            of,
            expected,
        } => (
            line(format_args!("put golden part {number} of {of}")),
            line(format_args!(
                "{}",
                match expected {
                    Expected::Pass => "which must pass",
                    Expected::Reject => "which must be rejected",
                }
            )),
        ),
        Progress::Deciding { of } => (
            line(format_args!("all {of} golden parts taken")),
            line(format_args!("waits for the gate")),
        ),
    }
}

/// The reason in two short lines that fit on the smallest screen. A part that passed has none;
/// then what has drifted is shown.
pub(super) fn reason(verdict: Verdict, drift: Option<Drifted>) -> (ScreenLine, ScreenLine) {
    match verdict {
        Verdict::Pass => drift.map_or_else(Default::default, |drifted| {
            let Drifted {
                baseline, average, ..
            } = drifted;
            (
                line(format_args!("drift: {}", baseline.measure)),
                line(format_args!(
                    "{}, normal {}",
                    baseline.measure.value(average),
                    baseline.measure.value(baseline.normal)
                )),
            )
        }),
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
