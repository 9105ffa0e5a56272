//! What the rest of the project relies on: reproducible bytes, masks that say where the defects are, defects that
//! can be seen and that change nothing else.

use super::patch::pixel_centre;
use super::surface::EDGE;
use super::{Defect, DefectKind, FRAME, Kind, Part, ROI, Window, kind_of, render, seed_of};

/// Least mean difference, in grey levels over the three channels, that a defect makes inside its mask.
const CONTRAST: f64 = 30.0;

/// How far outside of its mask a defect may change a pixel: the blur of the lens.
const MARGIN: usize = 2;

const KINDS: [Kind; 4] = [
    Kind::With(DefectKind::Scratch),
    Kind::With(DefectKind::Pit),
    Kind::With(DefectKind::Chip),
    Kind::With(DefectKind::Stain),
];

/// `window` with `border` px more on each side.
fn grown(window: Window, border: usize) -> Window {
    Window {
        x: window.x - border,
        y: window.y - border,
        width: window.width + 2 * border,
        height: window.height + 2 * border,
    }
}

fn only_defect(part: &Part) -> Defect {
    assert_eq!(part.defects().len(), 1);
    part.defects()[0]
}

#[test]
fn a_seed_always_gives_the_same_bytes() {
    let window = Window {
        x: 2600,
        y: 1300,
        width: 600,
        height: 300,
    };
    let first = render(11, Kind::Defective);
    let again = render(11, Kind::Defective);
    assert_eq!(first.pixels(window), again.pixels(window));
    assert_eq!(first.mask(ROI), again.mask(ROI));
    assert_ne!(
        first.pixels(window),
        render(12, Kind::Defective).pixels(window)
    );
}

#[test]
fn a_window_shows_the_pixels_of_the_whole_frame() {
    let part = render(5, Kind::Defective);
    let (frame, mask) = (part.pixels(FRAME), part.mask(FRAME));
    // The second window begins at an odd column, off and beside the part.
    for window in [
        ROI,
        Window {
            x: 1801,
            y: 771,
            width: 1000,
            height: 901,
        },
    ] {
        let (own, own_mask) = (part.pixels(window), part.mask(window));
        for row in 0..window.height {
            let start = (window.y + row) * FRAME.width + window.x;
            let cut = start..start + window.width;
            let here = row * window.width..(row + 1) * window.width;
            assert!(
                frame[cut.start * 3..cut.end * 3] == own[here.start * 3..here.end * 3],
                "row {row}"
            );
            assert!(mask[cut] == own_mask[here], "mask, row {row}");
        }
    }
}

#[test]
fn masks_are_empty_exactly_on_good_parts() {
    for number in 0..40 {
        let kind = kind_of(number, 0.5);
        let part = render(seed_of(3, number), kind);
        let mask = part.mask(FRAME);
        let area_px = mask.iter().filter(|&&value| value == 255).count();
        assert_eq!(
            area_px + mask.iter().filter(|&&value| value == 0).count(),
            mask.len(),
            "part {number}"
        );
        assert_eq!(area_px > 0, kind == Kind::Defective, "part {number}");
        assert_eq!(
            area_px,
            part.defects()
                .iter()
                .map(|defect| defect.area_px)
                .sum::<usize>(),
            "part {number}"
        );
        let inside = part.mask(ROI).iter().filter(|&&value| value == 255).count();
        assert_eq!(
            area_px, inside,
            "part {number}: a defect outside of the inspected square"
        );
    }
}

#[test]
fn bounding_boxes_are_tight() {
    for kind in KINDS {
        let part = render(21, kind);
        let bounds = only_defect(&part).bounds;
        let mask = part.mask(bounds);
        let rows: Vec<&[u8]> = mask.chunks(bounds.width).collect();
        assert!(rows[0].contains(&255) && rows[bounds.height - 1].contains(&255));
        assert!(
            rows.iter().any(|row| row[0] == 255)
                && rows.iter().any(|row| row[bounds.width - 1] == 255)
        );
    }
}

#[test]
fn a_defect_stands_out_inside_its_mask_and_changes_nothing_outside() {
    for kind in KINDS {
        for seed in 0..12 {
            let (part, good) = (render(seed, kind), render(seed, Kind::Good));
            let window = grown(only_defect(&part).bounds, 8);
            let (damaged, whole, mask) =
                (part.pixels(window), good.pixels(window), part.mask(window));
            let covered = |x: usize, y: usize, margin: usize| {
                let rows = y.saturating_sub(margin)..(y + margin + 1).min(window.height);
                let (left, right) = (x.saturating_sub(margin), (x + margin + 1).min(window.width));
                rows.into_iter()
                    .any(|y| mask[y * window.width + left..y * window.width + right].contains(&255))
            };
            let (mut sum, mut count) = (0.0, 0.0);
            for y in 0..window.height {
                for x in 0..window.width {
                    let i = (y * window.width + x) * 3;
                    let differences = (i..i + 3).map(|i| f64::from(damaged[i].abs_diff(whole[i])));
                    if covered(x, y, 0) {
                        sum += differences.sum::<f64>();
                        count += 3.0;
                    } else if !covered(x, y, MARGIN)
                        && part
                            .body
                            .metal(pixel_centre(window.x + x, window.y + y))
                            .abs()
                            > EDGE
                    {
                        assert_eq!(
                            differences.sum::<f64>(),
                            0.0,
                            "{kind:?}, seed {seed}: ({x}, {y}) is outside"
                        );
                    }
                }
            }
            let contrast = sum / count;
            assert!(
                contrast >= CONTRAST,
                "{kind:?}, seed {seed}: {contrast:.1} grey levels"
            );
        }
    }
}

#[test]
fn the_noise_is_that_of_a_camera() {
    // The spread of one pixel's value over parts that differ in the noise alone cannot be had; neighbours in the
    // dark of the bore differ by little but noise.
    let part = render(2, Kind::Good);
    let window = Window {
        x: 3050,
        y: 1850,
        width: 100,
        height: 100,
    };
    let bytes = part.pixels(window);
    for channel in 0..3 {
        let mut squares = 0.0;
        for row in bytes.chunks(window.width * 3) {
            for x in 1..window.width {
                let step = f64::from(row[x * 3 + channel]) - f64::from(row[x * 3 - 3 + channel]);
                squares += step * step;
            }
        }
        let deviation = (squares / 2.0 / 9900.0).sqrt();
        assert!(
            (1.1..2.2).contains(&deviation),
            "channel {channel}: {deviation}"
        );
    }
}

#[test]
fn good_parts_have_the_share_asked_for_however_a_set_is_split() {
    for (share, good) in [(0.0, 0), (0.25, 15), (0.4, 24), (1.0, 60)] {
        assert_eq!(
            (0..60)
                .filter(|&number| kind_of(number, share) == Kind::Good)
                .count(),
            good,
            "share {share}"
        );
    }
    assert_ne!(seed_of(1, 0), seed_of(1, 1));
    assert_ne!(seed_of(1, 1), seed_of(2, 0));
}
