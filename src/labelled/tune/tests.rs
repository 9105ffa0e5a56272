//! Tests of the search against trying everything.

use super::limits::Limits;
use super::measure::{NEVER, Part};
use super::surface::{Counts, Surface, ladder};
use crate::labelled::eval::Doubts;

use super::{Tuning, allowed, draw, scores};
use embedded_graphics::mock_display::MockDisplay;

const AREA_END_PX: u32 = 30;

/// The upper bits of a linear congruential generator.
fn draws(seed: u32) -> impl FnMut(u32) -> u32 {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    }
}

/// Parts with random pass areas, some of them never.
fn parts(seed: u32, count: u32, scores: usize) -> Vec<Part> {
    let mut draw = draws(seed);
    let part = |number| Part {
        number,
        kind: None,
        defective: number < 2 || (number > 3 && draw(2) == 0),
        pass_areas_px: (0..scores)
            .map(|_| {
                if draw(8) == 0 {
                    NEVER
                } else {
                    draw(AREA_END_PX + 1)
                }
            })
            .collect(),
    };
    (0..count).map(part).collect()
}

fn counted(parts: &[Part], index: usize, area_px: u32) -> Counts {
    let count = |defective, passes| {
        let parts = parts.iter().filter(|part| part.defective == defective);
        let found = parts
            .filter(|part| part.passes(index, area_px) == passes)
            .count();
        u32::try_from(found).unwrap()
    };
    Counts {
        missed: count(true, true),
        rejected: count(false, false),
    }
}

#[test]
fn the_search_finds_the_same_as_trying_every_score_and_area() {
    const SCORES: [f32; 4] = [0.1, 0.3, 0.4, 0.9];
    for seed in 0..300 {
        let parts = parts(seed, 4 + seed % 12, SCORES.len());
        let surface = Surface::new(&parts, &SCORES, AREA_END_PX);
        let all: Vec<(usize, u32, Counts)> = (0..SCORES.len())
            .flat_map(|index| (0..=AREA_END_PX).map(move |area_px| (index, area_px)))
            .map(|(index, area_px)| (index, area_px, counted(&parts, index, area_px)))
            .collect();
        for &(index, area_px, counts) in &all {
            assert_eq!(surface.counts(index, area_px), counts, "seed {seed}");
        }
        for allowed in 0..=surface.defective() {
            let within = all.iter().map(|(_, _, counts)| *counts);
            let within = within.filter(|counts| counts.missed <= allowed);
            let expected = within.min_by_key(|counts| (counts.rejected, counts.missed));
            assert_eq!(surface.best(allowed), expected, "seed {seed}, {allowed}");
            let Some(counts) = expected else { continue };
            let point = surface.deepest(counts).unwrap();
            assert_eq!(point.counts, counts);
            let same = |index: usize, area_px: u32| {
                let found = all.iter().find(|(i, a, _)| (*i, *a) == (index, area_px));
                found.is_some_and(|(_, _, found)| *found == counts)
            };
            assert!(same(point.index, point.area_px), "seed {seed}, {allowed}");
            // The reported range is the whole range around the point.
            let areas: Vec<u32> = (0..=AREA_END_PX)
                .filter(|a| same(point.index, *a))
                .collect();
            assert_eq!(
                areas.first(),
                Some(&point.area_from_px),
                "seed {seed}, {allowed}"
            );
            assert_eq!(
                areas.last(),
                Some(&point.area_to_px),
                "seed {seed}, {allowed}"
            );
            let range_end = |indices: &mut dyn Iterator<Item = usize>| {
                let same = indices.take_while(|index| same(*index, point.area_px));
                same.last().map(|index| SCORES[index])
            };
            let (down, up) = (
                &mut (0..=point.index).rev(),
                &mut (point.index..SCORES.len()),
            );
            assert_eq!(
                range_end(down),
                Some(point.score_from),
                "seed {seed}, {allowed}"
            );
            assert_eq!(
                range_end(up),
                Some(point.score_to),
                "seed {seed}, {allowed}"
            );
        }
    }
}

/// A defective part that passes from 1600 px on at scores up to 0.8, and a good part that needs 15
/// px from score 0.2 on.
fn window() -> (Vec<Part>, Vec<f32>) {
    let scores = scores(0.5);
    let areas = |low: u32, high: u32, edge: f32| {
        let area = |score: &f32| if *score < edge { low } else { high };
        scores.iter().map(area).collect()
    };
    let part = |number, defective, pass_areas_px| Part {
        number,
        kind: None,
        defective,
        pass_areas_px,
    };
    let parts = vec![
        part(0, true, areas(1600, 0, 0.805)),
        part(1, false, areas(5000, 15, 0.195)),
    ];
    (parts, scores)
}

#[test]
fn the_proposal_is_in_the_middle_of_the_window() {
    let (parts, scores) = window();
    let surface = Surface::new(&parts, &scores, 921_600);
    let counts = surface.best(0).unwrap();
    assert_eq!((counts.missed, counts.rejected), (0, 0));
    let point = surface.deepest(counts).unwrap();
    let score = scores[point.index];
    assert!((score - 0.5).abs() < 0.011, "{score}");
    assert_eq!((point.area_from_px, point.area_to_px), (15, 1599));
    // The geometric mean of 15 and 1600.
    assert!((145..=165).contains(&point.area_px), "{point:?}");
    let close = |left: f32, right: f32| (left - right).abs() < 1e-6;
    assert!(
        close(point.score_from, 0.2) && close(point.score_to, 0.8),
        "{point:?}"
    );
}

#[test]
fn scores_are_ascending_and_include_that_of_the_station_file() {
    let tried = scores(0.333);
    assert!(tried.is_sorted_by(|left, right| left < right));
    assert!(tried.contains(&0.333) && tried.contains(&0.5) && tried.contains(&0.999));
    assert_eq!(tried.len(), 106);
    assert_eq!(scores(0.5).len(), 105);
    let texts: Vec<String> = tried.iter().map(f32::to_string).collect();
    assert!(texts.iter().all(|text| text.len() <= 5), "{texts:?}");
}

#[test]
fn a_share_becomes_a_number_of_whole_parts() {
    for (share, defective, parts) in [
        (0.0, 50, 0),
        (0.01, 99, 0),
        (0.01, 100, 1),
        (0.07, 100, 7),
        (0.29, 100, 29),
        (1.0, 3, 3),
    ] {
        assert_eq!(allowed(share, defective), parts, "{share} of {defective}");
    }
}

#[test]
fn areas_in_equal_ratios_include_both_ends() {
    let areas: Vec<u32> = ladder(0, 1000, 3).collect();
    assert_eq!(areas, [0, 9, 99, 1000]);
    assert_eq!(ladder(7, 7, 64).collect::<Vec<_>>(), [7]);
    assert_eq!(ladder(0, 3, 64).collect::<Vec<_>>(), [0, 1, 2, 3]);
}

/// Any result can be drawn: with and without scores, with and without a proposal, with any number
/// of parts.
#[test]
fn every_tuning_can_be_drawn() {
    let (window, scores) = window();
    for (parts, scores) in [(window, scores), (parts(7, 9, 1), vec![0.5])] {
        let surface = Surface::new(&parts, &scores, 921_600);
        let proposed = surface.best(0).and_then(|counts| surface.deepest(counts));
        for proposed in [proposed, None] {
            let tuning = Tuning {
                class: 0,
                class_name: "defect".to_owned(),
                file: Limits {
                    score_min: 0.5,
                    blob_area_min_px: 12,
                    blob_area_max_px: 40,
                    total_area_max_px: 80,
                },
                file_index: 0,
                has_scores: scores.len() > 1,
                parts: parts.clone(),
                left_out: Vec::new(),
                doubts: Doubts::default(),
                surface: surface.clone(),
                miss_share: 0.0,
                allowed: 0,
                proposed,
            };
            let mut sheet = MockDisplay::new();
            sheet.set_allow_overdraw(true);
            sheet.set_allow_out_of_bounds_drawing(true);
            assert_eq!(draw(&tuning, &mut sheet), Ok(()));
            assert!(!tuning.to_string().is_empty());
        }
    }
}
