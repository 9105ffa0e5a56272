//! Positions in the colour layout: one vertical layout for panels that are higher than wide, and
//! one horizontal layout for the others.

use embedded_graphics::geometry::{Point, Size};

/// Side of the picture in pixels.
pub(super) const PICTURE_SIDE: u32 = 160;

/// Positions and sizes of one layout.
#[derive(Debug)]
pub(super) struct ColourLayout {
    /// Size of the whole layout.
    pub size: Size,
    /// Width of the station's name beside the state, in pixels.
    pub name_px: u32,
    /// Upper left corner of the reason's two lines.
    pub reason: Point,
    /// Upper left corner of the picture.
    pub picture: Point,
    /// Position of the first counter, and the step to the next one.
    pub counters: (Point, Point),
    /// Offset from a counter's word to its number: to the number's upper right corner if
    /// `numbers_end`, else to its upper left corner.
    pub number: Point,
    /// Whether numbers are right-aligned.
    pub numbers_end: bool,
    /// Position of the gate's first line and, if it has a second line, the step to it.
    pub gate: (Point, Option<Point>),
    /// Upper left corner of the cycle times and, if each has its own line, the step to the next
    /// one.
    pub cycle: (Point, Option<Point>),
}

/// ```text
/// +----------------------+
/// | station        STATE |
/// | VERDICT      #000123 |
/// | reason, two lines    |
/// |    +------------+    |
/// |    |  picture   |    |
/// |    +------------+    |
/// | five counters        |
/// | gate                 |
/// | cycle times          |
/// +----------------------+
/// ```
pub(super) const VERTICAL: ColourLayout = ColourLayout {
    size: Size::new(240, 320),
    name_px: 154,
    reason: Point::new(8, 62),
    picture: Point::new(40, 94),
    counters: (Point::new(6, 256), Point::new(47, 0)),
    number: Point::new(0, 13),
    numbers_end: false,
    gate: (Point::new(6, 285), None),
    cycle: (Point::new(6, 304), None),
};

/// ```text
/// +-----------------------------+
/// | station               STATE |
/// | VERDICT             #000123 |
/// | +------------+ reason,      |
/// | |  picture   | two lines    |
/// | |            | five counters|
/// | |            | gate         |
/// | +------------+ cycle times  |
/// +-----------------------------+
/// ```
pub(super) const HORIZONTAL: ColourLayout = ColourLayout {
    size: Size::new(320, 240),
    name_px: 224,
    reason: Point::new(178, 62),
    picture: Point::new(10, 69),
    counters: (Point::new(178, 92), Point::new(0, 14)),
    number: Point::new(132, 0),
    numbers_end: true,
    gate: (Point::new(178, 165), Some(Point::new(0, 14))),
    cycle: (Point::new(178, 196), Some(Point::new(0, 14))),
};

impl ColourLayout {
    /// The layout for a target of this size.
    pub const fn of(size: Size) -> &'static Self {
        if size.width > size.height {
            &HORIZONTAL
        } else {
            &VERTICAL
        }
    }
}

/// Whether the colour layout fits on a target of this size.
pub const fn colour_fits(size: Size) -> bool {
    let needed = ColourLayout::of(size).size;
    size.width >= needed.width && size.height >= needed.height
}
