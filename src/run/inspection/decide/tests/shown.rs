//! What the screen gets of a part, by the sizes of the recipe's model.

use super::*;
use crate::mask::{Content, DataType, ModelOutput};

/// A bluish part of the recipe, with blobs of three pixels and of one, and what the screen gets.
fn shown_of(
    decider: &mut Decider<'_>,
    place: u8,
    shared: &Shared<'_>,
) -> (BlobTotals, Option<Thumbnail>) {
    let recipe = r#"{"name": "r", "classes": [{"class": 1, "name": "scratch", "score_min": 0.5,
        "blob_area_min_px": 1, "blob_area_max_px": 30, "total_area_max_px": 30}], "zones": []}"#;
    let (recipe, _) = serde_json_core::from_str(recipe).unwrap();
    let RecipeModel { size, order, .. } = decider.recipes[usize::from(place)];
    let output = ModelOutput {
        name: "argmax",
        dims: &[size.height.into(), size.width.into()],
        data_type: DataType::U8,
    };
    let mut inspector = Inspector::new(&recipe, size, &output, Content::Classes).unwrap();
    let mut mask = [0; 32];
    for at in [0, 1, 2, 31] {
        mask[at] = 1;
    }
    let blue = match order {
        ChannelOrder::Rgb => [0, 0, 200],
        ChannelOrder::Bgr => [200, 0, 0],
    };
    let input = [blue; 32].concat();
    assert_eq!(inspector.inspect(&mask, &input), Ok(Verdict::Pass));
    let shown = Shown {
        input: &input,
        inspector: &inspector,
    };
    let undecided = Undecided::new(Job {
        recipe: place,
        ..job(1, false)
    });
    decider.decide(undecided, Verdict::Pass, Detail::new(), Some(shown));
    let decided = sent(shared).unwrap();
    (decided.found, decided.thumbnail)
}

#[test]
fn the_screen_gets_the_blobs_and_a_thumbnail_while_one_is_free() {
    with_decider(|mut decider, shared, _gate| {
        // A free thumbnail is square, and a drawn one has the proportions of the recipe's input.
        for (recipe, width, height) in [(0, 160, 80), (1, 80, 160)] {
            assert!(decider.thumbnails.send(Thumbnail::new()).is_ok());
            let (found, thumbnail) = shown_of(&mut decider, recipe, shared);
            assert_eq!((found.count, found.largest_px, found.total_px), (2, 3, 4));
            let drawn = thumbnail.unwrap();
            assert_eq!((drawn.width_px(), drawn.height_px()), (width, height));
            // The pixel in the middle of the picture has no defect.
            let middle = usize::try_from(width * height / 2 + width / 2).unwrap();
            let pixels = drawn.pixels().as_chunks::<3>().0;
            assert_eq!(pixels[middle], [0, 0, 200], "recipe {recipe}");
        }
        let (found, thumbnail) = shown_of(&mut decider, 0, shared);
        assert!(found.count == 2 && thumbnail.is_none());
    });
}
