//! Text of bounded length.

use core::fmt::{self, Write};
use heapless::String;

/// Detail of a verdict or failure in a journal record.
pub type Detail = String<160>;

/// Longest path in a station file, in bytes.
pub const PATH_MAX: usize = 192;
/// Longest name in a station file, in bytes.
pub const NAME_MAX: usize = 32;

/// A path in the station file, relative to the working directory.
pub type PathText = String<PATH_MAX>;
/// A name of a station, a tensor or a line.
pub type NameText = String<NAME_MAX>;

/// Formats `arguments` as text of at most `N` bytes, cut between characters. Allocates nothing.
///
/// ```
/// let text = sluice::bounded::text::cut::<8>(format_args!("{} parts", 1234));
/// assert_eq!(text, "1234 par");
/// ```
pub fn cut<const N: usize>(arguments: fmt::Arguments<'_>) -> String<N> {
    struct Cut<const N: usize>(String<N>);
    impl<const N: usize> Write for Cut<N> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            // The error ends the formatting. The text written so far is kept.
            text.chars()
                .try_for_each(|letter| self.0.push(letter).map_err(|_| fmt::Error))
        }
    }
    let mut text = Cut(String::new());
    let _ = text.write_fmt(arguments);
    text.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters_and_nothing_follows_the_cut() {
        assert_eq!(cut::<4>(format_args!("a\u{e4}\u{e4}b")), "a\u{e4}");
        assert_eq!(cut::<4>(format_args!("{}{}", "abc\u{e4}", "d")), "abc");
        assert_eq!(cut::<0>(format_args!("a")), "");
    }
}
