//! The drawing: the verdict, the whole picture with the region, the model's input with mask and
//! blobs, and what is behind the verdict as text.

use super::Snap;
use super::picture::fitted;
use super::pixels::Pixels;
use crate::blobs::Blob;
use crate::image::{ChannelOrder, Size};
use crate::part::Verdict;
use embedded_graphics::geometry::Size as Extent;
use embedded_graphics::mono_font::ascii::{FONT_9X15, FONT_10X20};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::{Rgb888, RgbColor as _};
use embedded_graphics::prelude::{DrawTarget, Drawable as _, Point, Primitive as _};
use embedded_graphics::primitives::{
    PrimitiveStyle, PrimitiveStyleBuilder, Rectangle, StrokeAlignment,
};
use embedded_graphics::text::{Baseline, Text};

/// Width of the drawing, in pixels.
pub const WIDTH_PX: u32 = 1280;
/// Longer side of each of the two pictures, in pixels.
pub(super) const PANEL_PX: u32 = 616;

const MARGIN: i32 = 16;
const PANELS_Y: i32 = 72;
const RIGHT_X: i32 = 648;
const LINE_PX: i32 = 20;
/// Most blobs that are listed.
const LISTED_MAX: usize = 12;
/// Most letters of a line.
const LETTERS_MAX: usize = 138;

pub(super) const BACKGROUND: Rgb888 = Rgb888::new(18, 22, 28);
pub(super) const QUIET: Rgb888 = Rgb888::new(170, 182, 196);
const GREEN: Rgb888 = Rgb888::new(24, 140, 66);
const RED: Rgb888 = Rgb888::new(200, 36, 40);
const AMBER: Rgb888 = Rgb888::new(190, 120, 10);
const BOX: Rgb888 = Rgb888::new(255, 230, 0);

/// Height of the drawing of this snap, in pixels.
pub fn height_px(snap: &Snap) -> u32 {
    let lines = i32::try_from(lines(snap).len()).unwrap_or(i32::MAX);
    to_u32(texts_y(snap) + LINE_PX.saturating_mul(lines) + MARGIN)
}

/// Draws a snap on a target of [`WIDTH_PX`] x [`height_px`] pixels.
///
/// # Errors
/// The errors of `target`.
pub fn draw<D: DrawTarget<Color = Rgb888>>(snap: &Snap, target: &mut D) -> Result<(), D::Error> {
    target.clear(BACKGROUND)?;
    let (colour, verdict) = match snap.verdict {
        Verdict::Pass => (GREEN, "PASS".to_owned()),
        Verdict::Reject(_) => (RED, snap.verdict.to_string()),
        Verdict::Fault(_) => (AMBER, snap.verdict.to_string()),
    };
    let banner = Rectangle::new(Point::zero(), Extent::new(WIDTH_PX, 56));
    banner
        .into_styled(PrimitiveStyle::with_fill(colour))
        .draw(target)?;
    put(
        target,
        &verdict,
        &FONT_10X20,
        Point::new(MARGIN, 18),
        Rgb888::WHITE,
    )?;
    whole(snap, target)?;
    input(snap, target)?;
    let mut at = Point::new(MARGIN, texts_y(snap));
    for line in lines(snap) {
        put(target, &line, &FONT_9X15, at, QUIET)?;
        at.y += LINE_PX;
    }
    Ok(())
}

/// The whole picture, with the region.
fn whole<D: DrawTarget<Color = Rgb888>>(snap: &Snap, target: &mut D) -> Result<(), D::Error> {
    let (size, rgb) = &snap.preview;
    let at = Point::new(MARGIN, PANELS_Y);
    let pixels = Pixels {
        size: *size,
        order: ChannelOrder::Rgb,
        bytes: rgb,
        mask: &[],
    };
    let shown = enlarged(*size, PANEL_PX);
    target.fill_contiguous(&area(at, shown), pixels.scaled(shown))?;
    let roi = [snap.roi.x, snap.roi.y, snap.roi.width, snap.roi.height];
    frame(target, boxed(at, roi, snap.frame, shown))
}

/// The model's input, with mask and blobs.
fn input<D: DrawTarget<Color = Rgb888>>(snap: &Snap, target: &mut D) -> Result<(), D::Error> {
    let shown = enlarged(snap.size, PANEL_PX);
    let at = Point::new(RIGHT_X, PANELS_Y);
    let pixels = Pixels {
        size: snap.size,
        order: snap.order,
        bytes: &snap.input,
        mask: &snap.mask,
    };
    target.fill_contiguous(&area(at, shown), pixels.scaled(shown))?;
    for (number, blob) in (1..).zip(&snap.blobs) {
        let sides = [blob.x, blob.y, blob.width, blob.height].map(u32::from);
        let outline = boxed(at, sides, snap.size, shown);
        frame(target, outline)?;
        if number <= LISTED_MAX {
            let above = outline.top_left - Point::new(0, 17);
            let place = Point::new(above.x, above.y.max(PANELS_Y));
            put(target, &number.to_string(), &FONT_9X15, place, BOX)?;
        }
    }
    Ok(())
}

/// The size of a picture in a drawing: small ones are enlarged by a whole factor.
pub(super) fn enlarged(size: Size, side_px: u32) -> Size {
    let longer = size.width.max(size.height).max(1);
    let factor = (side_px / longer).max(1);
    let larger = Size {
        width: size.width.saturating_mul(factor),
        height: size.height.saturating_mul(factor),
    };
    fitted(larger, side_px)
}

/// A box in pixels of `from`, in the drawing of `from` at `at` with size `to`.
pub(super) fn boxed(at: Point, [x, y, width, height]: [u32; 4], from: Size, to: Size) -> Rectangle {
    let scale = |value: u32, from: u32, to: u32| {
        let scaled = u64::from(value) * u64::from(to) / u64::from(from.max(1));
        // A region outside the picture is drawn up to a little outside.
        u32::try_from(scaled)
            .unwrap_or(to)
            .min(to.saturating_add(8))
    };
    let (left, top) = (
        scale(x, from.width, to.width),
        scale(y, from.height, to.height),
    );
    let right = scale(x.saturating_add(width), from.width, to.width).max(left + 1);
    let bottom = scale(y.saturating_add(height), from.height, to.height).max(top + 1);
    let size = Size {
        width: right - left,
        height: bottom - top,
    };
    area(at + Point::new(to_i32(left), to_i32(top)), size)
}

pub(super) fn frame<D: DrawTarget<Color = Rgb888>>(
    target: &mut D,
    outline: Rectangle,
) -> Result<(), D::Error> {
    let style = PrimitiveStyleBuilder::new()
        .stroke_color(BOX)
        .stroke_width(2)
        .stroke_alignment(StrokeAlignment::Outside)
        .build();
    outline.into_styled(style).draw(target)
}

pub(super) fn put<D: DrawTarget<Color = Rgb888>>(
    target: &mut D,
    text: &str,
    font: &MonoFont<'_>,
    at: Point,
    colour: Rgb888,
) -> Result<(), D::Error> {
    let style = MonoTextStyle::new(font, colour);
    Text::with_baseline(text, at, style, Baseline::Top)
        .draw(target)
        .map(|_| ())
}

/// What is behind the verdict.
fn lines(snap: &Snap) -> Vec<String> {
    let mut lines = vec![
        format!(
            "left: {} {}, and the region {} (image.roi)",
            snap.picture, snap.frame, snap.roi
        ),
        format!(
            "right: the model's input {}, defects tinted, blobs of recipe \"{}\" boxed",
            snap.size, snap.recipe.name
        ),
        format!(
            "decoded in {} ms, model in {} ms",
            snap.decode.as_millis(),
            snap.engine.as_millis()
        ),
    ];
    lines.extend(snap.fault.clone());
    if let Some(nearest) = snap.nearest {
        lines.push(format!(
            "nearest limit: {}, {} % of it used",
            nearest.limit, nearest.percent
        ));
    }
    for (number, blob) in (1..).zip(snap.blobs.iter().take(LISTED_MAX)) {
        lines.push(described(snap, number, blob));
    }
    let more = snap.blobs.len().saturating_sub(LISTED_MAX);
    if more > 0 {
        lines.push(format!("and {more} more blobs"));
    }
    lines.into_iter().flat_map(|line| wrapped(&line)).collect()
}

fn described(snap: &Snap, number: usize, blob: &Blob) -> String {
    let limits = snap.recipe.classes.get(usize::from(blob.class));
    let (name, limit) = limits.map_or(("", 0), |limits| {
        (limits.name.as_str(), limits.blob_area_max_px)
    });
    let Blob {
        area_px,
        x,
        y,
        width,
        height,
        ..
    } = blob;
    format!("{number}: {name} {area_px} px (limit {limit}), {width}x{height} at ({x}, {y})")
}

/// The line in pieces that fit.
fn wrapped(line: &str) -> Vec<String> {
    let letters: Vec<char> = line.chars().collect();
    letters
        .chunks(LETTERS_MAX)
        .map(|piece| piece.iter().collect())
        .collect()
}

/// Where the text begins: below the higher picture.
fn texts_y(snap: &Snap) -> i32 {
    let (preview, _) = &snap.preview;
    let higher = enlarged(*preview, PANEL_PX)
        .height
        .max(enlarged(snap.size, PANEL_PX).height);
    PANELS_Y + to_i32(higher) + MARGIN
}

pub(super) fn area(at: Point, size: Size) -> Rectangle {
    Rectangle::new(at, Extent::new(size.width, size.height))
}

fn to_i32(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

pub(super) fn to_u32(value: i32) -> u32 {
    u32::try_from(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_scaled_with_their_picture() {
        let from = Size {
            width: 4096,
            height: 3072,
        };
        let to = Size {
            width: 616,
            height: 462,
        };
        let found = boxed(Point::new(16, 72), [2048, 0, 1024, 3072], from, to);
        assert_eq!(
            (found.top_left, found.size),
            (Point::new(324, 72), Extent::new(154, 462))
        );
        let outside = boxed(Point::zero(), [u32::MAX, 0, u32::MAX, 1], from, to);
        assert!(
            outside.top_left.x < 640 && outside.size.width == 1,
            "{outside:?}"
        );
    }

    #[test]
    fn small_inputs_are_enlarged_and_large_ones_fitted() {
        let of = |width, height| {
            let shown = enlarged(Size { width, height }, PANEL_PX);
            (shown.width, shown.height)
        };
        assert_eq!(of(64, 64), (576, 576));
        assert_eq!(of(960, 480), (616, 308));
        assert_eq!(of(400, 616), (400, 616));
    }

    #[test]
    fn long_lines_are_wrapped() {
        assert_eq!(wrapped(&"x".repeat(LETTERS_MAX + 1)).len(), 2);
        assert_eq!(wrapped("x"), ["x"]);
    }
}
