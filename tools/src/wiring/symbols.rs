//! The symbols of electrical parts.

use crate::svg::{Anchor, Point, Svg};

/// A supply or ground at the end of a lead, which comes from below (`up`) or from above.
pub fn supply(svg: &mut Svg, (x, y): Point, name: &str, up: bool) {
    svg.line("part", &[(x - 8, y), (x + 8, y)]);
    svg.text(
        "small",
        Anchor::Middle,
        (x, if up { y - 4 } else { y + 12 }),
        name,
    );
}

/// A vertical resistor, 16 high, its value to the right.
pub fn resistor(svg: &mut Svg, (x, y): Point, value: &str) {
    svg.rect("box", (x - 4, y), (8, 16));
    svg.text("small", Anchor::Start, (x + 8, y + 12), value);
}

/// A vertical light-emitting diode, 14 high, that shines to the right.
pub fn led(svg: &mut Svg, (x, y): Point) {
    diode(svg, (x, y));
    arrows(svg, (x + 11, y + 2), 1);
}

/// A vertical diode, 13 high.
pub fn diode(svg: &mut Svg, (x, y): Point) {
    svg.shape("solid", &[(x - 7, y), (x + 7, y), (x, y + 12)]);
    svg.line("part", &[(x - 7, y + 13), (x + 7, y + 13)]);
}

/// The light of a diode, drawn as arrows.
pub fn arrows(svg: &mut Svg, (x, y): Point, direction: i32) {
    for below in [0, 7] {
        let (tip, y) = (x + 14 * direction, y + below);
        svg.line("part", &[(x, y), (tip, y)]);
        svg.line(
            "part",
            &[
                (tip - 4 * direction, y - 2),
                (tip, y),
                (tip - 4 * direction, y + 2),
            ],
        );
    }
}

/// The transistor of an opto-coupler, vertical, 16 high. The light comes from the right.
pub fn transistor(svg: &mut Svg, (x, y): Point) {
    svg.line("part", &[(x, y), (x + 8, y + 5)]);
    svg.line("part", &[(x + 8, y), (x + 8, y + 16)]);
    svg.line("part", &[(x + 8, y + 11), (x, y + 16)]);
    svg.shape("solid", &[(x, y + 16), (x + 6, y + 15), (x + 3, y + 10)]);
}

/// A relay's coil, 24 x 22, with its supply.
pub fn coil(svg: &mut Svg, (x, y): Point, name: &str) {
    svg.line("part", &[(x + 16, y - 10), (x + 16, y + 32)]);
    svg.rect("box", (x, y), (32, 22));
    svg.text("bold", Anchor::Middle, (x + 16, y + 16), name);
    supply(svg, (x + 16, y - 10), "24 V", true);
    supply(svg, (x + 16, y + 32), "0 V", false);
}

/// A horizontal contact, 70 long, drawn without current in the coil.
pub fn contact(svg: &mut Svg, (x, y): Point, normally_open: bool) {
    svg.line("part", &[(x, y), (x + 20, y)]);
    if normally_open {
        svg.line("part", &[(x + 20, y), (x + 48, y - 12)]);
    } else {
        svg.line("part", &[(x + 20, y), (x + 52, y - 5)]);
        svg.line("part", &[(x + 50, y), (x + 50, y - 8)]);
    }
    svg.line("part", &[(x + 50, y), (x + 70, y)]);
    svg.terminal((x, y));
    svg.terminal((x + 70, y));
    svg.text("small", Anchor::Middle, (x + 4, y + 15), "11");
    let other = if normally_open { "14" } else { "12" };
    svg.text("small", Anchor::Middle, (x + 66, y + 15), other);
}

/// A vertical open contact, 50 long.
pub fn contact_down(svg: &mut Svg, (x, y): Point, name: &str, what: &str) {
    svg.line("part", &[(x, y), (x, y + 12)]);
    svg.line("part", &[(x - 13, y + 16), (x, y + 38)]);
    svg.line("part", &[(x, y + 38), (x, y + 50)]);
    svg.terminal((x, y + 12));
    svg.terminal((x, y + 38));
    svg.text("small", Anchor::Start, (x + 8, y + 16), "11");
    svg.text("small", Anchor::Start, (x + 8, y + 43), "14");
    svg.text("bold", Anchor::End, (x - 20, y + 30), name);
    svg.text("small", Anchor::Start, (x + 30, y + 30), what);
}
