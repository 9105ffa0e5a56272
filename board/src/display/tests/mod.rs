//! A model of each panel's chip decodes what was sent. The picture is compared with the canvas
//! pixel by pixel.

mod fakes;
mod files;
mod oled;
mod oled_chip;
mod tft;
mod tft_chip;

use super::Canvas;
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::ascii::FONT_6X10;
use embedded_graphics::pixelcolor::{BinaryColor, PixelColor};
use embedded_graphics::prelude::{DrawTarget, Drawable, Point};
use embedded_graphics::text::Text;

/// An asymmetric drawing without repetition: text all over, with `count` in the middle.
fn draw<C: PixelColor>(canvas: &mut Canvas<C>, ink: C, ground: C, count: u32) {
    let Ok(()) = canvas.clear(ground);
    let style = MonoTextStyle::new(&FONT_6X10, ink);
    for line in 0..40 {
        let text = format!("{line:02} {count:07} jungle of letters, to the edge and beyond it");
        // Only one line shows the count.
        let text = if line == 3 {
            text
        } else {
            format!("{line:02} 0000000 {}", &text[11..])
        };
        let Ok(_) = Text::new(&text, Point::new(line, 7 + 9 * line), style).draw(canvas);
    }
}

#[test]
fn only_differing_pixels_are_changes() {
    let mut canvas = Canvas::<BinaryColor>::new(embedded_graphics::geometry::Size::new(20, 17));
    let everything: Vec<_> = canvas.changes(8).map(|area| (area.x, area.y)).collect();
    assert_eq!(everything, [(0..20, 0..8), (0..20, 8..16), (0..20, 16..17)]);
    canvas.set_shown();
    assert_eq!(canvas.changes(8).count(), 0);
    let mut set = |x, y| {
        let Ok(()) =
            canvas.draw_iter([embedded_graphics::Pixel(Point::new(x, y), BinaryColor::On)]);
    };
    set(19, 16);
    set(3, 2);
    set(7, 5);
    // Pixels outside the canvas are dropped.
    set(20, 1);
    set(-1, 4);
    set(2, 17);
    let changed: Vec<_> = canvas.changes(8).map(|area| (area.x, area.y)).collect();
    assert_eq!(changed, [(3..8, 2..6), (19..20, 16..17)]);
    canvas.set_shown();
    let Ok(()) = canvas.clear(BinaryColor::Off);
    let Ok(()) = canvas.draw_iter([embedded_graphics::Pixel(Point::new(3, 2), BinaryColor::On)]);
    let changed: Vec<_> = canvas.changes(1).map(|area| (area.x, area.y)).collect();
    assert_eq!(changed, [(7..8, 5..6), (19..20, 16..17)]);
}
