//! The hash of all that decides how a recipe's parts are judged, except the model.

use super::Station;
use super::file::{ImageSettings, NameText};
use crate::hash::Sha256;
use crate::recipe::{Recipe, ScoreKind};
use serde::Serialize;

/// More than the longest text: eight classes and eight zones with escaped names.
const BYTES_MAX: usize = 8192;

/// What is hashed.
#[derive(Serialize)]
struct Judging<'s> {
    recipe: &'s Recipe,
    image: ImageSettings,
    mask: &'s NameText,
    scores: &'s NameText,
    score_kind: ScoreKind,
}

impl Station {
    /// The hash of the recipe at this place: its name, limits, zones and part-present check, the
    /// region and size of its input, and the outputs of its model. It does not depend on keys that
    /// judge no part, on the path of the model, or on which section a value comes from. `None` if
    /// the file has fewer recipes. Allocates; for the start and for commands.
    pub fn recipe_sha256(&self, place: usize) -> Option<Sha256> {
        let one = self.of_recipe(place)?;
        let mut recipe = one.recipe.clone();
        recipe.code = 0;
        recipe.model = None;
        (recipe.mask, recipe.scores) = (None, None);
        (recipe.score_kind, recipe.image) = (None, None);
        recipe.drift = None;
        let judging = Judging {
            recipe: &recipe,
            image: one.image,
            mask: &one.engine.mask,
            scores: &one.engine.scores,
            score_kind: one.engine.score_kind,
        };
        let text = serde_json_core::to_vec::<_, BYTES_MAX>(&judging).ok()?;
        Some(Sha256::of(&text))
    }
}

#[cfg(test)]
mod tests {
    use crate::hash::Sha256;
    use crate::station::read;

    const HOST: &str = include_str!("../../board/stations/host.json");

    fn hash(changes: &[(&str, &str)]) -> Sha256 {
        let mut text = HOST.to_owned();
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        read(text.as_bytes()).unwrap().recipe_sha256(0).unwrap()
    }

    #[test]
    fn only_what_judges_changes_the_hash() {
        let host = hash(&[]);
        for change in [
            ("\"score_min\": 0.5", "\"score_min\": 0.75"),
            ("\"blob_area_max_px\": 40", "\"blob_area_max_px\": 41"),
            ("\"x\": 2200", "\"x\": 2201"),
            ("\"order\": \"bgr\"", "\"order\": \"rgb\""),
            (
                "\"order\": \"bgr\"",
                "\"order\": \"bgr\", \"resize\": \"area\"",
            ),
            ("\"scores\": \"softmax\"", "\"scores\": \"\""),
            ("\"name\": \"flange\"", "\"name\": \"plate\""),
        ] {
            assert_ne!(hash(&[change]), host, "{change:?}");
        }
        for change in [
            (
                "\"name\": \"flange\",",
                "\"name\": \"flange\", \"drift\": { \"parts\": 100, \"baselines\": [] },",
            ),
            ("\"delay_ms\": 8000", "\"delay_ms\": 9000"),
            // What a file without the key means.
            (
                "\"order\": \"bgr\"",
                "\"order\": \"bgr\", \"resize\": \"linear\"",
            ),
            ("model/unet_simple_parts.onnx", "elsewhere.onnx"),
            // The same value from another section.
            (
                "\"name\": \"flange\",",
                "\"name\": \"flange\", \"image\": { \"order\": \"bgr\" },",
            ),
        ] {
            assert_eq!(hash(&[change]), host, "{change:?}");
        }
    }

    #[test]
    fn the_longest_recipe_has_a_hash() {
        let name = "\\\"".repeat(23);
        let class = |class: u8| {
            format!(
                "{{\"class\": {class}, \"name\": \"{class}{name}\", \"score_min\": 0.12345678, \"blob_area_min_px\": 1, \"blob_area_max_px\": 16000000, \"total_area_max_px\": 16000000}}"
            )
        };
        let zone = format!(
            "{{\"name\": \"{name}\", \"x\": 900, \"y\": 900, \"width\": 59, \"height\": 59, \"rule\": \"no_defect\"}}"
        );
        let classes: Vec<_> = (1..=8).map(class).collect();
        let text = HOST.replacen(
            "\"name\": \"flange\",",
            &format!(
                "\"name\": \"{name}\", \"zones\": [{}],",
                vec![zone; 8].join(", ")
            ),
            1,
        );
        let begin = text.find("\"classes\": [").unwrap();
        let end = text[begin..].find(']').unwrap() + begin;
        let text = format!(
            "{}\"classes\": [{}{}",
            &text[..begin],
            classes.join(", "),
            &text[end..]
        );
        let station = read(text.as_bytes()).unwrap();
        assert_eq!(station.recipe.classes.len(), 8);
        assert!(station.recipe_sha256(0).is_some());
    }
}
