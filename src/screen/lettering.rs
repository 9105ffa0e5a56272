//! Draws text in which Latin and Chinese letters stand side by side.
//!
//! Latin letters are those of embedded-graphics. The Chinese ones are of Fusion Pixel, whose
//! licence is beside them; `tools/font/make_hanzi.py` draws them. They are the 3,755 characters of
//! the first level of GB 2312, and marks. What neither font has is shown as `?`.

use super::scaled::Scaled;
use embedded_graphics::geometry::{Point, Size};
use embedded_graphics::image::ImageRaw;
use embedded_graphics::mono_font::ascii::{
    FONT_4X6, FONT_5X8, FONT_6X10, FONT_6X13, FONT_7X13_BOLD, FONT_10X20,
};
use embedded_graphics::mono_font::mapping::GlyphMapping;
use embedded_graphics::mono_font::{DecorationDimensions, MonoFont, MonoTextStyle};
use embedded_graphics::prelude::{DrawTarget, Drawable};
use embedded_graphics::text::{Alignment, Baseline, Text};

/// The Chinese letters in the order of their bytes, three bytes each.
const LETTERS: &str = include_str!("hanzi/letters.txt");
const LETTER_BYTES: usize = 3;

const HANZI_10: MonoFont<'static> = hanzi(include_bytes!("hanzi/10.raw"), 10);
const HANZI_12: MonoFont<'static> = hanzi(include_bytes!("hanzi/12.raw"), 12);

/// Each row of the picture has 16 letters.
const fn hanzi(picture: &'static [u8], side_px: u32) -> MonoFont<'static> {
    MonoFont {
        image: ImageRaw::new(picture, 16 * side_px),
        glyph_mapping: &Places,
        character_size: Size::new(side_px, side_px),
        character_spacing: 0,
        baseline: side_px - 2,
        underline: DecorationDimensions::default_underline(side_px),
        strikethrough: DecorationDimensions::default_strikethrough(side_px),
    }
}

/// Where the pictures have a Chinese letter.
struct Places;

impl GlyphMapping for Places {
    fn index(&self, letter: char) -> usize {
        place(letter).unwrap_or_default()
    }
}

pub(super) fn place(letter: char) -> Option<usize> {
    let (letters, _) = LETTERS.as_bytes().as_chunks::<LETTER_BYTES>();
    let mut bytes = [0; 4];
    let sought = letter.encode_utf8(&mut bytes).as_bytes();
    letters
        .binary_search_by(|known| known.as_slice().cmp(sought))
        .ok()
}

/// The letters of one size, Latin and Chinese.
#[derive(Debug)]
pub(super) struct Face {
    latin: &'static MonoFont<'static>,
    hanzi: &'static MonoFont<'static>,
    /// Each pixel of a Chinese letter is a square of this side.
    hanzi_scale: u32,
    /// How much lower than the Latin ones the Chinese letters begin, in pixels.
    hanzi_drop_px: i32,
}

impl Face {
    const fn new(
        latin: &'static MonoFont<'static>,
        hanzi: &'static MonoFont<'static>,
        hanzi_drop_px: i32,
    ) -> Self {
        Self {
            latin,
            hanzi,
            hanzi_scale: 1,
            hanzi_drop_px,
        }
    }

    /// The same letters, with the Chinese ones enlarged.
    const fn scaled(self, hanzi_scale: u32) -> Self {
        Self {
            hanzi_scale,
            ..self
        }
    }

    fn letter_px(&self, letter: char) -> u32 {
        if place(letter).is_some() {
            self.hanzi.character_size.width * self.hanzi_scale
        } else {
            self.latin.character_size.width
        }
    }

    /// The width of a text in pixels.
    pub fn width_px(&self, text: &str) -> u32 {
        text.chars().map(|letter| self.letter_px(letter)).sum()
    }

    /// The beginning of a text, as far as it fits into this width.
    pub fn beginning<'t>(&self, text: &'t str, width_px: u32) -> &'t str {
        let mut left_px = width_px;
        let end = text.char_indices().find(|(_, letter)| {
            let fitting = left_px.checked_sub(self.letter_px(*letter));
            left_px = fitting.unwrap_or_default();
            fitting.is_none()
        });
        end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
    }
}

/// 4 x 6 pixels; Chinese letters have 10 x 10.
pub(super) const TINY: Face = Face::new(&FONT_4X6, &HANZI_10, -2);
/// 5 x 8 pixels; Chinese letters have 10 x 10.
pub(super) const SMALL: Face = Face::new(&FONT_5X8, &HANZI_10, -1);
/// 6 x 10 pixels; Chinese letters have 10 x 10.
pub(super) const MIDDLE: Face = Face::new(&FONT_6X10, &HANZI_10, 0);
/// 6 x 13 pixels; Chinese letters have 12 x 12.
pub(super) const LARGE: Face = Face::new(&FONT_6X13, &HANZI_12, 1);
/// 7 x 13 pixels, bold; Chinese letters have 12 x 12.
pub(super) const BOLD: Face = Face::new(&FONT_7X13_BOLD, &HANZI_12, 1);
/// 10 x 20 pixels; Chinese letters have 20 x 20.
pub(super) const TITLE: Face = Face::new(&FONT_10X20, &HANZI_10, 0).scaled(2);

/// Draws a line of text; `at` is its upper left or upper right corner, or the middle of its upper
/// edge.
///
/// # Errors
/// The target's error.
pub(super) fn put<D: DrawTarget>(
    target: &mut D,
    text: &str,
    face: &Face,
    (place, alignment): (Point, Alignment),
    colour: D::Color,
) -> Result<(), D::Error> {
    let last_px = i32::try_from(face.width_px(text).saturating_sub(1)).unwrap_or_default();
    let mut corner = match alignment {
        Alignment::Left => place,
        Alignment::Center => place - Point::new(last_px / 2, 0),
        Alignment::Right => place - Point::new(last_px, 0),
    };
    let mut left = text;
    while let Some(first) = left.chars().next() {
        let is_hanzi = self::place(first).is_some();
        let end = left.find(|letter| self::place(letter).is_some() != is_hanzi);
        let (run, rest) = left.split_at(end.unwrap_or(left.len()));
        if is_hanzi {
            let corner = corner + Point::new(0, face.hanzi_drop_px);
            let mut enlarged = Scaled::at(target, corner, face.hanzi_scale);
            draw(&mut enlarged, run, face.hanzi, Point::zero(), colour)?;
        } else {
            draw(target, run, face.latin, corner, colour)?;
        }
        corner.x += i32::try_from(face.width_px(run)).unwrap_or_default();
        left = rest;
    }
    Ok(())
}

fn draw<D: DrawTarget>(
    target: &mut D,
    text: &str,
    font: &MonoFont<'_>,
    corner: Point,
    colour: D::Color,
) -> Result<(), D::Error> {
    let style = MonoTextStyle::new(font, colour);
    Text::with_baseline(text, corner, style, Baseline::Top)
        .draw(target)
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_has_its_place_in_the_pictures() {
        for (number, letter) in LETTERS.chars().enumerate() {
            assert_eq!(letter.len_utf8(), LETTER_BYTES, "{letter}");
            assert_eq!(place(letter), Some(number), "{letter}");
        }
        for letter in ['A', '\u{e4}', '\u{9f98}', '\u{1f600}'] {
            assert_eq!(place(letter), None);
        }
    }

    #[test]
    fn widths_are_those_of_the_letters() {
        assert_eq!(LARGE.width_px("a\u{4e00}b"), 6 + 12 + 6);
        assert_eq!(TITLE.width_px("\u{4e00}#"), 20 + 10);
        assert_eq!(MIDDLE.beginning("ab\u{4e00}c", 22), "ab\u{4e00}");
        assert_eq!(MIDDLE.beginning("ab\u{4e00}c", 21), "ab");
        assert_eq!(MIDDLE.beginning("\u{4e00}a", 9), "");
        assert_eq!(MIDDLE.beginning("ab", 12), "ab");
    }
}
