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

use super::lettering::{Face, MIDDLE, SMALL, TINY, TITLE, put};
use super::text::{count, line, name};
use super::view::View;
use super::words::{self, belt, notice, reason};
use crate::language::Language;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::{DrawTarget, Drawable, Point, Primitive, Size};
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle};
use embedded_graphics::text::Alignment;

const WIDTH: i32 = 128;
/// Width of the last line.
const LINE_PX: u32 = 127;
/// Width of the two lines of the reason.
const REASON_PX: u32 = 125;

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
    let (language, on) = (view.language, BinaryColor::On);
    let left = |x, y| (Point::new(x, y), Alignment::Left);
    let right = |margin, y| (Point::new(WIDTH - margin, y), Alignment::Right);
    let state = words::state(view.state, language);
    // Of 120 pixels, a letter's width separates name and state.
    let name = name(view);
    let name = MIDDLE.beginning(&name, 114_u32.saturating_sub(MIDDLE.width_px(state)));
    put(target, name, &MIDDLE, left(2, 1), BinaryColor::Off)?;
    put(target, state, &MIDDLE, right(2, 1), BinaryColor::Off)?;
    let mut beside = line(format_args!(""));
    let reasons = match (view.notice, view.last) {
        (Some(shown), _) => {
            let (title, first, second) = notice(shown, language);
            put(target, title, &TITLE, left(1, 12), on)?;
            Some((first, second))
        }
        (None, Some(last)) => {
            let title = words::verdict(last.verdict, language);
            put(target, title, &TITLE, left(1, 12), on)?;
            let part = line(format_args!("{}", last.part));
            put(target, &part, &MIDDLE, right(2, 19), on)?;
            Some(reason(last.verdict, view.drift, language))
        }
        (None, None) => {
            let text = language.choose("no part yet", "尚无工件");
            put(target, text, &MIDDLE, left(1, 19), on)?;
            None
        }
    };
    // Chinese letters are higher.
    let second_y = match language {
        Language::English => 42,
        Language::Chinese => 43,
    };
    if let Some((first, second)) = reasons {
        for (text, y) in [(&first, 33), (&second, second_y)] {
            let is_long = SMALL.width_px(text) > REASON_PX;
            let face = if is_long { &TINY } else { &SMALL };
            put(target, text, face, left(1, y), on)?;
        }
        beside = second;
    }
    let speed = belt(view, &beside, &SMALL, REASON_PX);
    put(target, &speed, &SMALL, right(2, second_y), on)?;
    counted(view, target)
}

/// Draws counters and the last cycle time.
fn counted<D: DrawTarget<Color = BinaryColor>>(
    view: &View<'_>,
    target: &mut D,
) -> Result<(), D::Error> {
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
        all if TINY.width_px(&all) <= LINE_PX => all,
        _ => verdicts,
    };
    let cycle = line(format_args!("{}ms", view.cycle.last.as_millis()));
    // A long line uses smaller letters, and a longer one leaves out the cycle time.
    let width_px =
        |face: &Face| face.width_px(&counted) + face.width_px(" ") + face.width_px(&cycle);
    let (face, y) = if width_px(&SMALL) <= LINE_PX {
        (&SMALL, 55)
    } else {
        (&TINY, 56)
    };
    let at = (Point::new(1, y), Alignment::Left);
    put(target, &counted, face, at, BinaryColor::On)?;
    if width_px(&TINY) > LINE_PX {
        return Ok(());
    }
    let at = (Point::new(WIDTH - 1, y), Alignment::Right);
    put(target, &cycle, face, at, BinaryColor::On)
}
