//! Short texts for the screens, cut at the end of the line.

use super::view::View;
use crate::bounded::text::cut;
use core::fmt;
use heapless::String;

/// A line of a screen. A Chinese letter takes three bytes.
pub(super) type ScreenLine = String<96>;

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

/// The recipe and the station's name, or the name alone.
pub(super) fn name(view: &View<'_>) -> ScreenLine {
    if view.recipe.is_empty() {
        line(format_args!("{}", view.station))
    } else {
        line(format_args!("{}: {}", view.recipe, view.station))
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
