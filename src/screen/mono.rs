//! The 128 x 64 black-and-white layout.
//!
//! ```text
//! +--------------------------+  y
//! | station            STATE |  0..11   inverse
//! | VERDICT          #000123 | 12..31   10 x 20 letters
//! | reason                   | 32..51   two lines
//! | P12 R3 F0 M1 G11   812ms | 53..63   G: let through by the gate
//! +--------------------------+
//! ```

use super::text::{belt, count, line, name, notice, reason};
use super::view::View;
use embedded_graphics::mono_font::ascii::{FONT_4X6, FONT_5X8, FONT_6X10, FONT_10X20};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::{DrawTarget, Drawable, Point, Primitive, Size};
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Alignment, Baseline, Text, TextStyleBuilder};

const WIDTH: i32 = 128;

/// Draws the whole screen.
///
/// # Errors
/// The target's error.
pub fn draw<D: DrawTarget<Color = BinaryColor>>(
    view: &View<'_>,
    target: &mut D,
) -> Result<(), D::Error> {
    target.clear(BinaryColor::Off)?;
    Rectangle::new(Point::zero(), Size::new(128, 12))
        .into_styled(PrimitiveStyle::with_fill(BinaryColor::On))
        .draw(target)?;
    let mut put = |text: &str,
                   font: &MonoFont<'_>,
                   x: i32,
                   y: i32,
                   alignment: Alignment,
                   colour: BinaryColor| {
        let style = TextStyleBuilder::new()
            .alignment(alignment)
            .baseline(Baseline::Top)
            .build();
        Text::with_text_style(
            text,
            Point::new(x, y),
            MonoTextStyle::new(font, colour),
            style,
        )
        .draw(target)
        .map(|_| ())
    };
    // Letters are six pixels wide, so 20 fit. One separates name and state.
    let letters = 19_usize.saturating_sub(view.state.word().len());
    put(
        &line(format_args!("{:.*}", letters, name(view))),
        &FONT_6X10,
        2,
        1,
        Alignment::Left,
        BinaryColor::Off,
    )?;
    put(
        view.state.word(),
        &FONT_6X10,
        WIDTH - 2,
        1,
        Alignment::Right,
        BinaryColor::Off,
    )?;
    let reasons = match (view.notice, view.last) {
        (Some(shown), _) => {
            let (title, first, second) = notice(shown);
            Some((title, None, first, second))
        }
        (None, Some(last)) => {
            let (first, second) = reason(last.verdict, view.drift);
            Some((last.verdict.kind(), Some(last.part), first, second))
        }
        (None, None) => None,
    };
    let mut beside = line(format_args!(""));
    if let Some((title, part, first, second)) = reasons {
        put(title, &FONT_10X20, 1, 12, Alignment::Left, BinaryColor::On)?;
        if let Some(part) = part {
            put(
                &line(format_args!("{part}")),
                &FONT_6X10,
                WIDTH - 2,
                19,
                Alignment::Right,
                BinaryColor::On,
            )?;
        }
        for (text, y) in [(first, 33), (second, 42)] {
            let font = if text.len() > 25 {
                &FONT_4X6
            } else {
                &FONT_5X8
            };
            put(&text, font, 1, y, Alignment::Left, BinaryColor::On)?;
            beside = text;
        }
    } else {
        put(
            "no part yet",
            &FONT_6X10,
            1,
            19,
            Alignment::Left,
            BinaryColor::On,
        )?;
    }
    let speed = belt(view, &beside, 25);
    put(
        &speed,
        &FONT_5X8,
        WIDTH - 2,
        42,
        Alignment::Right,
        BinaryColor::On,
    )?;
    let counters = view.counters;
    let [pass, reject, fault, missed, through] = [
        counters.pass,
        counters.reject,
        counters.fault,
        counters.missed,
        counters.gate.passed,
    ]
    .map(count);
    let verdicts = if counters.missed == 0 {
        line(format_args!("P{pass} R{reject} F{fault}"))
    } else {
        line(format_args!("P{pass} R{reject} F{fault} M{missed}"))
    };
    // A number that is cut off would be wrong, so the whole entry is left out.
    let counted = match line(format_args!("{verdicts} G{through}")) {
        all if all.len() * 4 <= 127 => all,
        _ => verdicts,
    };
    let cycle = line(format_args!("{}ms", view.cycle.last.as_millis()));
    // A long line uses smaller letters, and a longer one leaves out the cycle time.
    let letters_below = counted.len() + 1 + cycle.len();
    let (font, y) = if letters_below * 5 <= 127 {
        (&FONT_5X8, 55)
    } else {
        (&FONT_4X6, 56)
    };
    put(&counted, font, 1, y, Alignment::Left, BinaryColor::On)?;
    if letters_below * 4 > 127 {
        return Ok(());
    }
    put(
        &cycle,
        font,
        WIDTH - 1,
        y,
        Alignment::Right,
        BinaryColor::On,
    )
}
