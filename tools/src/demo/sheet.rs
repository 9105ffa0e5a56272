//! The contact sheet. It shows each part's picture, the model's result and the operator's screen;
//! below them, the lines.

use super::{Shown, waveform};
use crate::error::{Error, at};
use crate::station::Station;
use board::display::{Canvas, Panel as _, PngFile};
use embedded_graphics::image::{Image, ImageRaw};
use embedded_graphics::mono_font::ascii::{FONT_7X13_BOLD, FONT_9X18_BOLD};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::{
    DrawTarget, Drawable, OriginDimensions, Point, Primitive, RgbColor, Size as Extent,
};
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Baseline, Text};
use sluice::frame::PictureSource;
use sluice::image::{ChannelOrder, Interpolation, Roi, Size};
use std::fs::{self, File};
use std::path::Path;

const COLUMNS: usize = 4;
const CELL_WIDTH: i32 = 530;
const CELL_HEIGHT: i32 = 450;
const HEADER: i32 = 44;
const FRAME: Roi = Roi {
    x: 0,
    y: 0,
    width: 4096,
    height: 3072,
};
const ROI: Roi = Roi {
    x: 2200,
    y: 1000,
    width: 1800,
    height: 1800,
};
/// The whole picture, scaled down.
const SMALL: Size = Size {
    width: 256,
    height: 192,
};
/// The inspected square with the model's classes over it.
const MARKED: Size = Size {
    width: 184,
    height: 184,
};
const QUIET: Rgb888 = Rgb888::new(150, 162, 176);

/// Draws the sheet and writes it.
///
/// # Errors
///
/// A picture cannot be read, or the sheet cannot be written.
pub(super) fn draw(
    path: &Path,
    shown: &[Shown],
    station: &Station,
    evaluation: &str,
) -> Result<(), Error> {
    let rows = i32::try_from(shown.len().div_ceil(COLUMNS)).unwrap_or_default();
    let columns = i32::try_from(COLUMNS).unwrap_or_default();
    let (width, timeline_y) = (CELL_WIDTH * columns, HEADER + CELL_HEIGHT * rows);
    let height = timeline_y + waveform::height_px() + 24;
    let size = |side: i32| u32::try_from(side).unwrap_or_default();
    let mut sheet = Canvas::new(Extent::new(size(width), size(height)));
    let Ok(()) = sheet.clear(Rgb888::new(18, 22, 28));
    write(
        &mut sheet,
        (12, 12),
        "Sluice: a picture of each part, a U-Net, a relay",
        &FONT_9X18_BOLD,
        Rgb888::WHITE,
    );
    for (index, part) in shown.iter().enumerate() {
        let (row, column) = (index / COLUMNS, index % COLUMNS);
        let place = |at: usize, pitch: i32| i32::try_from(at).unwrap_or_default() * pitch;
        cell(
            &mut sheet,
            Point::new(place(column, CELL_WIDTH), HEADER + place(row, CELL_HEIGHT)),
            part,
        )?;
    }
    if !shown.len().is_multiple_of(COLUMNS) {
        let corner = Point::new(
            CELL_WIDTH * (columns - 1) + 12,
            HEADER + CELL_HEIGHT * (rows - 1) + 30,
        );
        figures(&mut sheet, corner, evaluation);
    }
    waveform::draw(
        &mut sheet,
        Point::new(0, timeline_y + 8),
        width - 20,
        &station.timeline(),
    )?;
    let mut file = PngFile::new(path, sheet.size());
    file.send(&sheet).map_err(|error| Error::Picture {
        path: path.to_owned(),
        error: error.to_string(),
    })
}

fn cell(sheet: &mut Canvas<Rgb888>, corner: Point, part: &Shown) -> Result<(), Error> {
    let colour = match part.verdict.kind() {
        "PASS" => Rgb888::new(24, 140, 66),
        "REJECT" => Rgb888::new(200, 36, 40),
        _ => Rgb888::new(226, 150, 16),
    };
    let Ok(()) = Rectangle::new(corner + Point::new(8, 0), Extent::new(514, 24))
        .into_styled(PrimitiveStyle::with_fill(colour))
        .draw(sheet);
    let title = format!("{}: {}", part.truth.trim(), part.verdict.kind());
    write(
        sheet,
        (corner.x + 14, corner.y + 5),
        &title,
        &FONT_7X13_BOLD,
        Rgb888::WHITE,
    );
    let mut picture = resized(&part.picture, FRAME, SMALL)?;
    if part.classes.is_none() {
        // Only the first half of this picture was delivered.
        let half = picture.len() / 2;
        picture.iter_mut().skip(half).for_each(|value| *value /= 5);
    }
    paste(sheet, corner + Point::new(8, 30), &picture, SMALL.width);
    if let Some(classes) = &part.classes {
        let mut marked = resized(&part.picture, ROI, MARKED)?;
        tint(&mut marked, &fs::read(classes).map_err(at(classes))?);
        paste(sheet, corner + Point::new(8, 228), &marked, MARKED.width);
        write(
            sheet,
            (corner.x + 198, corner.y + 230),
            "marked",
            &FONT_7X13_BOLD,
            QUIET,
        );
    }
    let file = File::open(&part.screen).map_err(at(&part.screen))?;
    let size = Size {
        width: 240,
        height: 320,
    };
    let whole = Roi {
        x: 0,
        y: 0,
        width: 240,
        height: 320,
    };
    let screen = read(file, &part.screen, whole, size)?;
    paste(sheet, corner + Point::new(280, 30), &screen, size.width);
    let reason: String = part.verdict.reason().chars().take(74).collect();
    write(
        sheet,
        (corner.x + 8, corner.y + 420),
        &reason,
        &FONT_7X13_BOLD,
        QUIET,
    );
    Ok(())
}

/// The last lines of the evaluation, which compare the model with the rendered masks.
fn figures(sheet: &mut Canvas<Rgb888>, corner: Point, evaluation: &str) {
    write(
        sheet,
        (corner.x, corner.y),
        "the six parts against the truth",
        &FONT_9X18_BOLD,
        Rgb888::WHITE,
    );
    let wanted = evaluation
        .lines()
        .filter(|line| line.starts_with("foreground") || line.starts_with("defective"));
    for (line, row) in wanted.zip(1..) {
        write(
            sheet,
            (corner.x, corner.y + 14 + row * 22),
            line,
            &FONT_7X13_BOLD,
            QUIET,
        );
    }
}

fn write(
    sheet: &mut Canvas<Rgb888>,
    at: (i32, i32),
    text: &str,
    font: &MonoFont<'_>,
    colour: Rgb888,
) {
    let style = MonoTextStyle::new(font, colour);
    let Ok(_) = Text::with_baseline(text, Point::new(at.0, at.1), style, Baseline::Top).draw(sheet);
}

fn paste(sheet: &mut Canvas<Rgb888>, corner: Point, rgb: &[u8], width: u32) {
    let Ok(()) = Image::new(&ImageRaw::<Rgb888>::new(rgb, width), corner).draw(sheet);
}

fn resized(path: &Path, roi: Roi, size: Size) -> Result<Vec<u8>, Error> {
    read(File::open(path).map_err(at(path))?, path, roi, size)
}

/// Decodes and resamples with the station's own code, red first.
fn read(file: File, path: &Path, roi: Roi, size: Size) -> Result<Vec<u8>, Error> {
    let picture = |error: String| Error::Picture {
        path: path.to_owned(),
        error,
    };
    let mut source = PictureSource::new(roi, size, ChannelOrder::Rgb, Interpolation::Linear)
        .map_err(|error| picture(error.to_string()))?;
    let mut rgb = vec![0; size.bytes().unwrap_or_default()];
    source
        .read_into(file, &mut rgb)
        .map_err(|error| picture(error.to_string()))?;
    Ok(rgb)
}

/// Marks the pixels of the inspected square that show a defect. `npy` is `N_argmax.npy`, which ends
/// with int32 classes, 1 x 960 x 960.
fn tint(rgb: &mut [u8], npy: &[u8]) {
    const SIDE: usize = 960;
    let classes = npy
        .get(npy.len().saturating_sub(SIDE * SIDE * 4)..)
        .unwrap_or_default();
    let small = usize::try_from(MARKED.width).unwrap_or(1);
    let any = |x: usize, y: usize| {
        let rows = y * SIDE / small..(y + 1) * SIDE / small;
        rows.into_iter().any(|row| {
            let start = (row * SIDE + x * SIDE / small) * 4;
            let end = (row * SIDE + (x + 1) * SIDE / small) * 4;
            classes
                .get(start..end)
                .unwrap_or_default()
                .iter()
                .any(|byte| *byte != 0)
        })
    };
    for (index, pixel) in rgb.chunks_exact_mut(3).enumerate() {
        if any(index % small, index / small) {
            for (value, colour) in pixel.iter_mut().zip([255, 40, 40]) {
                *value = value.midpoint(colour);
            }
        }
    }
}
