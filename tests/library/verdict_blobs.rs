//! Promise: the blobs of a mask are exactly its connected regions.
//!
//! The test compares random masks of many sizes, densities and classes with a flood fill, which
//! does not work by runs.

use sluice::blobs::{BLOBS_MAX, Blob, BlobFinder};
use sluice::recipe::{Recipe, Zone, ZoneRule};

/// The recipe lists classes 1, 2 and 4, each with its own noise limit, and not class 3.
const RECIPE: &str = r#"{"name": "r", "classes": [
    {"class": 2, "name": "a", "score_min": 0.5, "blob_area_min_px": 0, "blob_area_max_px": 0, "total_area_max_px": 0},
    {"class": 1, "name": "b", "score_min": 0.5, "blob_area_min_px": 2, "blob_area_max_px": 0, "total_area_max_px": 0},
    {"class": 4, "name": "c", "score_min": 0.5, "blob_area_min_px": 7, "blob_area_max_px": 0, "total_area_max_px": 0}
], "zones": [
    {"name": "x", "x": 3, "y": 2, "width": 4, "height": 3, "rule": "no_defect"},
    {"name": "y", "x": 0, "y": 0, "width": 9, "height": 9, "rule": "ignore"},
    {"name": "z", "x": 12, "y": 0, "width": 1, "height": 30, "rule": "no_defect"}
]}"#;

/// xorshift64*: the masks are the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        u32::try_from(bits).unwrap() % end
    }
}

/// The blobs by flood fill, without noise.
fn flood_fill(recipe: &Recipe, mask: &[u8], width: usize) -> Vec<Blob> {
    let height = mask.len() / width;
    let mut left = mask.to_vec();
    let mut blobs = Vec::new();
    for start in 0..mask.len() {
        let class = left[start];
        let index = recipe.classes.iter().position(|c| c.class == class);
        let Some(index) = index else { continue };
        let mut pixels = Vec::new();
        let mut open = vec![start];
        left[start] = 0;
        while let Some(at) = open.pop() {
            let (x, y) = (at % width, at / width);
            pixels.push((x, y));
            for ny in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for nx in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    if left[ny * width + nx] == class {
                        left[ny * width + nx] = 0;
                        open.push(ny * width + nx);
                    }
                }
            }
        }
        if pixels.len() >= recipe.classes[index].blob_area_min_px as usize {
            blobs.push(describe(recipe, index, &pixels));
        }
    }
    blobs
}

#[expect(clippy::cast_possible_truncation, reason = "a centroid is an f32")]
fn describe(recipe: &Recipe, class: usize, pixels: &[(usize, usize)]) -> Blob {
    let small = |value: usize| u16::try_from(value).unwrap();
    let inside = |zone: &Zone, x: usize, y: usize| {
        let (zx, zy) = (usize::from(zone.x), usize::from(zone.y));
        (zx..zx + usize::from(zone.width)).contains(&x)
            && (zy..zy + usize::from(zone.height)).contains(&y)
    };
    let xs = || pixels.iter().map(|p| p.0);
    let ys = || pixels.iter().map(|p| p.1);
    let area = u32::try_from(pixels.len()).unwrap();
    let mean = |sum: usize| (f64::from(u32::try_from(sum).unwrap()) / f64::from(area)) as f32;
    let mut zones = 0;
    for (index, zone) in recipe.zones.iter().enumerate() {
        let touches = pixels.iter().any(|&(x, y)| inside(zone, x, y));
        zones |= u8::from(touches && zone.rule == ZoneRule::NoDefect) << index;
    }
    let (left, top) = (xs().min().unwrap(), ys().min().unwrap());
    Blob {
        class: u8::try_from(class).unwrap(),
        area_px: area,
        x: small(left),
        y: small(top),
        width: small(xs().max().unwrap() + 1 - left),
        height: small(ys().max().unwrap() + 1 - top),
        centroid_x: mean(xs().sum()),
        centroid_y: mean(ys().sum()),
        zones,
    }
}

fn sorted(mut blobs: Vec<Blob>) -> Vec<Blob> {
    // Two blobs of one class may share box, area and centroid (rings in rings). Then they are equal
    // in all fields.
    blobs.sort_by(|a, b| {
        let key = |c: &Blob| (c.y, c.x, c.class, c.area_px, c.height, c.width, c.zones);
        let centroid = |c: &Blob| (c.centroid_x, c.centroid_y);
        key(a)
            .cmp(&key(b))
            .then(centroid(a).partial_cmp(&centroid(b)).unwrap())
    });
    blobs
}

#[test]
fn blobs_of_random_masks_are_those_of_a_flood_fill() {
    let recipe: Recipe = serde_json_core::from_str(RECIPE).unwrap().0;
    let mut random = Random(0x5107_1ce5_eed1_2345);
    let (mut counted, mut overflowed) = (0, 0);
    for round in 0..4000 {
        let side = if round % 10 == 0 { 90 } else { 24 };
        let width = 1 + random.below(side);
        let height = 1 + random.below(side);
        let percent = random.below(101);
        let classes = 1 + random.below(4);
        let mask: Vec<u8> = (0..width * height)
            .map(|_| {
                let class = u8::try_from(1 + random.below(classes)).unwrap();
                if random.below(100) < percent {
                    class
                } else {
                    0
                }
            })
            .collect();
        let (width, height) = (width as usize, height as usize);

        let expected = flood_fill(&recipe, &mask, width);
        let mut finder = BlobFinder::new(u16::try_from(width).unwrap(), &recipe);
        for pass in 0..2 {
            finder.begin();
            mask.chunks(width).for_each(|row| finder.row(row));
            let blobs = finder.finish();
            let what = format!("{width} x {height}, {percent} %, {classes} classes, pass {pass}");
            assert_eq!(blobs.overflowed(), expected.len() > BLOBS_MAX, "{what}");
            if blobs.overflowed() {
                assert_eq!(blobs.as_slice().len(), BLOBS_MAX, "{what}");
            } else {
                let found = sorted(blobs.as_slice().to_vec());
                assert_eq!(found, sorted(expected.clone()), "{what}");
            }
        }
        counted += expected.len();
        overflowed += usize::from(expected.len() > BLOBS_MAX);
    }
    // The masks contained enough blobs.
    assert!(counted > 50_000, "{counted}");
    assert!(overflowed > 10, "{overflowed}");
}
