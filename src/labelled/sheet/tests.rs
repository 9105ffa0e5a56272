use super::*;
use crate::labelled::dice::Counts;
use crate::part::{Reason, Verdict};
use core::convert::Infallible;
use core::time::Duration;
use embedded_graphics::Pixel;
use embedded_graphics::geometry::OriginDimensions;

const HOST: &[u8] = include_bytes!("../../../board/stations/host.json");
const WIDTH: u32 = 40;
const HEIGHT: u32 = 20;

/// A drawing in memory. Nothing may be drawn outside of it.
struct Canvas {
    size: Extent,
    pixels: Vec<Rgb888>,
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Extent {
        self.size
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Infallible> {
        for Pixel(at, colour) in pixels {
            let (x, y) = (u32::try_from(at.x).unwrap(), u32::try_from(at.y).unwrap());
            assert!(x < self.size.width && y < self.size.height, "{at}");
            self.pixels[(y * self.size.width + x) as usize] = colour;
        }
        Ok(())
    }
}

fn sheet(parts_max: u8) -> Sheet {
    let mut station = crate::station::read(HOST).unwrap();
    station.image.size = Size {
        width: WIDTH,
        height: HEIGHT,
    };
    station.image.order = ChannelOrder::Rgb;
    Sheet::new(&station, parts_max)
}

/// A mask whose first pixels are a defect.
fn mask(area_px: usize) -> Vec<u8> {
    let pixels = (WIDTH * HEIGHT) as usize;
    (0..pixels).map(|pixel| u8::from(pixel < area_px)).collect()
}

/// Adds a part with these areas, which passes or is rejected.
fn add(sheet: &mut Sheet, number: u32, expected_px: usize, found_px: usize, passes: bool) {
    let (truth, found) = (mask(expected_px), mask(found_px));
    let verdict = if passes {
        Verdict::Pass
    } else {
        Verdict::Reject(Reason::TooManyBlobs)
    };
    let figures = Figures {
        number,
        soft_dice: None,
        counts: Counts::of(&found, &truth).unwrap(),
        classes: Vec::new(),
        verdict,
        frame: sheet.size,
        doubt: None,
        decode: Duration::ZERO,
        engine: Duration::ZERO,
    };
    let seen = Seen {
        input: &[50; (WIDTH * HEIGHT) as usize * 3],
        truth: &truth,
        mask: &found,
        score: Some(0.4),
    };
    sheet.add(&figures, &seen);
}

#[test]
fn the_worst_of_each_kind_are_kept_in_order_and_the_others_counted() {
    let mut sheet = sheet(2);
    for (number, expected, found, passes) in [
        (1, 5, 0, true),
        (2, 9, 0, true),
        (3, 9, 9, false),
        (4, 0, 0, true),
        (5, 7, 1, true),
        (6, 0, 3, false),
    ] {
        add(&mut sheet, number, expected, found, passes);
    }
    assert_eq!(sheet.numbers(), [vec![2, 5], vec![6]]);
    assert_eq!((sheet.missed.count, sheet.rejected.count), (3, 1));
    assert_eq!(
        sheet.missed.parts[1].caption,
        "5: expected 7 px, found 1 px, score 0.400, Dice 0.25"
    );
}

#[test]
fn each_part_has_its_picture_and_both_masks_and_the_size_is_bounded() {
    let mut sheet = sheet(u8::MAX);
    for number in 0..100 {
        add(&mut sheet, number, 800, 0, true);
        add(&mut sheet, 100 + number, 0, 800, false);
    }
    let size = sheet.size_px();
    assert_eq!((size.width, size.height), (1040, 4656));
    let mut canvas = Canvas {
        size,
        pixels: vec![Rgb888::new(1, 2, 3); (size.width * size.height) as usize],
    };
    sheet.draw(&mut canvas).unwrap();
    // The middle of each panel of the first part of both sections.
    let colour = |top: u32, panel: u32| {
        let (x, y) = (
            GAP_PX + panel * (PANEL_PX + GAP_PX) + 80,
            top + HEADING_PX + CAPTION_PX + 40,
        );
        canvas.pixels[(y * size.width + x) as usize]
    };
    let (plain, tinted) = (Rgb888::new(50, 50, 50), Rgb888::new(152, 45, 45));
    let second = sheet.missed.height_px();
    let panels = |top| [0, 1, 2].map(|panel| colour(top, panel));
    assert_eq!(panels(0), [plain, tinted, plain]);
    assert_eq!(panels(second), [plain, plain, tinted]);
}
