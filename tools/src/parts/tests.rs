//! The properties that the project relies on: pictures are reproducible, masks show where the
//! defects are, and defects are visible and change nothing else.

use super::patch::pixel_centre;
use super::surface::EDGE;
use super::{Defect, DefectKind, FRAME, Kind, Part, ROI, Window, kind_of, render, seed_of};

/// The least mean difference that a defect makes inside its mask, in grey levels over the three
/// channels.
const CONTRAST: f64 = 50.0;

/// A pixel just inside the outline is faint if every channel differs by less than this: about six
/// times the noise.
const FAINT: u8 = 15;

/// The largest share of an outline that may be faint. Between the groove of a scratch and its lip,
/// the brightness passes through that of the metal.
const FAINT_SHARE: f64 = 0.05;

/// How far outside of its mask a defect may change a pixel: the blur of the lens.
const MARGIN: usize = 2;

const KINDS: [Kind; 4] = [
    Kind::With(DefectKind::Scratch),
    Kind::With(DefectKind::Pit),
    Kind::With(DefectKind::Chip),
    Kind::With(DefectKind::Stain),
];

/// `window`, enlarged by `border` px on each side.
fn grown(window: Window, border: usize) -> Window {
    Window {
        x: window.x - border,
        y: window.y - border,
        width: window.width + 2 * border,
        height: window.height + 2 * border,
    }
}

fn marked(mask: &[u8]) -> usize {
    mask.iter().filter(|&&value| value == 255).count()
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
    // The second window begins at an odd column and contains some background.
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
        let area_px = marked(&mask);
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
        let inside = marked(&part.mask(ROI));
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
        assert_eq!(marked(&mask), marked(&part.mask(FRAME)), "{kind:?}");
        let rows: Vec<&[u8]> = mask.chunks(bounds.width).collect();
        assert!(rows[0].contains(&255) && rows[bounds.height - 1].contains(&255));
        assert!(
            rows.iter().any(|row| row[0] == 255)
                && rows.iter().any(|row| row[bounds.width - 1] == 255)
        );
    }
}

/// A part with one defect, and the same part without it.
struct Pair {
    part: Part,
    window: Window,
    mask: Vec<u8>,
    /// The difference in each channel of each pixel, in grey levels.
    differences: Vec<[u8; 3]>,
}

impl Pair {
    fn new(seed: u64, kind: Kind) -> Self {
        let (part, good) = (render(seed, kind), render(seed, Kind::Good));
        let window = grown(only_defect(&part).bounds, 8);
        let (damaged, whole) = (part.pixels(window), good.pixels(window));
        let differences = damaged
            .chunks_exact(3)
            .zip(whole.chunks_exact(3))
            .map(|(a, b)| {
                [
                    a[0].abs_diff(b[0]),
                    a[1].abs_diff(b[1]),
                    a[2].abs_diff(b[2]),
                ]
            })
            .collect();
        let mask = part.mask(window);
        Self {
            part,
            window,
            mask,
            differences,
        }
    }

    /// Whether the mask is `value` somewhere within `reach` px of pixel `i`.
    fn has_near(&self, i: usize, reach: usize, value: u8) -> bool {
        let (x, y) = (i % self.window.width, i / self.window.width);
        let (left, right) = (
            x.saturating_sub(reach),
            (x + reach + 1).min(self.window.width),
        );
        (y.saturating_sub(reach)..(y + reach + 1).min(self.window.height)).any(|y| {
            self.mask[y * self.window.width + left..y * self.window.width + right].contains(&value)
        })
    }

    /// Distance of pixel `i` from the metal's edge.
    fn metal(&self, i: usize) -> f32 {
        let (x, y) = (i % self.window.width, i / self.window.width);
        self.part
            .body
            .metal(pixel_centre(self.window.x + x, self.window.y + y))
    }
}

#[test]
fn a_defect_stands_out_inside_its_mask_and_changes_nothing_outside() {
    for kind in KINDS {
        for seed in 0..12 {
            let pair = Pair::new(seed, kind);
            let (mut sum, mut count, mut outline, mut faint) = (0.0, 0.0, 0.0, 0.0);
            for (i, difference) in pair.differences.iter().enumerate() {
                if pair.mask[i] == 255 {
                    sum += difference.iter().copied().map(f64::from).sum::<f64>();
                    count += 3.0;
                    // A depth inside the outline that the blur does not reach, but less than the
                    // width of the narrowest scratch.
                    if pair.has_near(i, 2, 0) && !pair.has_near(i, 1, 0) {
                        outline += 1.0;
                        faint +=
                            f64::from(u8::from(difference.iter().all(|&levels| levels < FAINT)));
                    }
                } else if !pair.has_near(i, MARGIN, 255) && pair.metal(i).abs() > EDGE {
                    // A chip that meets an edge at a flat angle may also touch that edge's blurred
                    // pixels.
                    assert_eq!(
                        *difference, [0; 3],
                        "{kind:?}, seed {seed}: pixel {i} is outside"
                    );
                }
            }
            let (contrast, faint) = (sum / count, faint / outline);
            assert!(
                contrast >= CONTRAST,
                "{kind:?}, seed {seed}: {contrast:.1} grey levels"
            );
            assert!(
                faint <= FAINT_SHARE,
                "{kind:?}, seed {seed}: {faint:.3} of the outline is faint"
            );
        }
    }
}

#[test]
fn the_noise_is_that_of_a_camera() {
    // In the dark bore, neighbouring pixels differ by little more than noise.
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

#[test]
fn the_bytes_are_the_same_on_every_machine() {
    // FNV-1a over the pixels and the mask around each defect of a few parts. It changes whenever
    // the pictures change: then train and measure the models again.
    let mut hash: u64 = 0xCBF2_9CE4_8422_2325;
    for seed in 0..8 {
        let part = render(seed, Kind::Defective);
        for defect in part.defects() {
            let window = grown(defect.bounds, 30);
            for byte in part.pixels(window).into_iter().chain(part.mask(window)) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
            }
        }
    }
    assert_eq!(hash, 0x0DE0_19AC_5DAF_304B, "{hash:#018X}");
}
