//! The binary search against trying every area, on made-up scores of two classes.

use super::super::limits::Limits;
use super::{EngineError, NEVER, Shown, Trial};
use crate::image::Size;
use crate::mask::{Content, DataType, ModelOutput, ScoreKind};
use crate::station::{self, Station};
use crate::verdict::Inspector;

const HOST: &str = include_str!("../../../../board/stations/host.json");
const SCORES: [f32; 6] = [0.05, 0.2, 0.3, 0.5, 0.7, 0.9];
const CLASSES: usize = 3;

fn station(side: u32, recipe: &str) -> Station {
    let mut station = station::read(HOST.as_bytes()).unwrap();
    station.image.size = Size {
        width: side,
        height: side,
    };
    station.recipe = serde_json_core::from_str(recipe).unwrap().0;
    station
}

fn inspector(station: &Station) -> Result<Inspector, EngineError> {
    let Size { width, height } = station.image.size;
    let dims = [1, i64::from(height), i64::from(width), 3];
    let output = ModelOutput {
        name: "softmax",
        dims: &dims,
        data_type: DataType::F32,
    };
    let content = Content::Scores(ScoreKind::Softmax);
    Inspector::new(&station.recipe, station.image.size, &output, content)
        .map_err(EngineError::Contract)
}

/// The scores of the two classes at each pixel; the rest is background.
fn output(scores: impl Iterator<Item = [f32; 2]>) -> Vec<u8> {
    let pixel = |[a, b]: [f32; 2]| [1.0 - a - b, a, b];
    scores.flat_map(pixel).flat_map(f32::to_le_bytes).collect()
}

/// Asserts that each pass area is the first area at which the station passes the part, and that it
/// passes at every larger one.
fn assert_exact(
    station: &Station,
    class: usize,
    output: &[u8],
    input: &[u8],
    area_end_px: u32,
) -> Vec<u32> {
    let from = Limits::of(&station.recipe, class).unwrap();
    let mut trial = Trial {
        station: station.clone(),
        class,
        from,
        scores: SCORES.to_vec(),
        area_end_px,
    };
    let shown = Shown {
        inspector: &inspector,
        output,
        input,
    };
    let found = trial.pass_areas_px(&shown).unwrap();
    assert_eq!(found.len(), SCORES.len());
    for (score, found) in SCORES.iter().zip(&found) {
        for area_px in 0..=area_end_px {
            let mut with = station.clone();
            from.moved_to(*score, area_px)
                .put_into(&mut with.recipe, class);
            let verdict = inspector(&with).unwrap().inspect(output, input).unwrap();
            assert_eq!(
                verdict.passes(),
                area_px >= *found,
                "score {score}, {area_px} px: {verdict}"
            );
        }
    }
    found
}

const TWO: &str = r#"{"name": "r", "classes": [
    {"class": 2, "name": "pit", "score_min": 0.4, "blob_area_min_px": 5, "blob_area_max_px": 30, "total_area_max_px": 42},
    {"class": 1, "name": "crack", "score_min": 0.3, "blob_area_min_px": 2, "blob_area_max_px": 40, "total_area_max_px": 50}
], "zones": [
    {"name": "bore", "x": 11, "y": 10, "width": 1, "height": 2, "rule": "no_defect"},
    {"name": "edge", "x": 0, "y": 0, "width": 12, "height": 2, "rule": "ignore"}
], "part_present": {"x": 0, "y": 0, "width": 12, "height": 12, "brightness_min": 100, "brightness_max": 255,
    "share_min_percent": 50}}"#;

#[test]
fn the_search_finds_the_same_areas_as_trying_every_one() {
    const SIDE: u32 = 12;
    let station = station(SIDE, TWO);
    let mut state = 7_u32;
    let mut draw = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    let (mut none, mut some, mut never) = (0, 0, 0);
    for _ in 0..40 {
        // Blocks of 3 x 3 pixels with one pair of scores, and single pixels with another.
        let mut tenth = |most: u32| f32::from(u16::try_from(draw(most)).unwrap()) / 10.0;
        let blocks: Vec<[f32; 2]> = (0..16).map(|_| [tenth(4), tenth(6)]).collect();
        let filled = draw(9);
        let pixels = (0..SIDE * SIDE).map(|pixel| {
            let (x, y) = (pixel % SIDE, pixel / SIDE);
            let block = usize::try_from(y / 3 * 4 + x / 3).unwrap();
            match draw(12) {
                empty if empty > filled => [0.0, 0.0],
                0 => [0.5, 0.1],
                1 => [0.0, 0.8],
                _ => blocks[block],
            }
        });
        let output = output(pixels);
        let bright = if draw(6) == 0 { 90 } else { 150 };
        let input = vec![bright; output.len() / CLASSES / 4 * 3];
        for class in 0..2 {
            for area in assert_exact(&station, class, &output, &input, SIDE * SIDE) {
                match area {
                    0 => none += 1,
                    NEVER => never += 1,
                    _ => some += 1,
                }
            }
        }
    }
    assert!(
        none > 20 && some > 100 && never > 50,
        "{none} {some} {never}"
    );
}

/// More specks than the blob finder can count, each smaller than the noise floor. As the score
/// falls each grows by a pixel.
#[test]
fn more_specks_below_the_noise_floor_than_can_be_counted() {
    const SIDE: u32 = 60;
    let one = r#"{"name": "r", "classes": [{"class": 1, "name": "d", "score_min": 0.5, "blob_area_min_px": 6,
        "blob_area_max_px": 9, "total_area_max_px": 20}]}"#;
    let station = station(SIDE, one);
    let speck = |pixel: u32| match (pixel % SIDE % 3, pixel / SIDE % 3) {
        (0, 0) => [0.8, 0.0],
        (1, 0) => [0.4, 0.0],
        (0, 1) => [0.1, 0.0],
        _ => [0.0, 0.0],
    };
    let output = output((0..SIDE * SIDE).map(speck));
    let found = assert_exact(&station, 0, &output, &[], 40);
    assert_eq!(found, [3, 2, 2, 1, 1, 0]);
}
