//! The recipes of a station, each as if it were the only one: its own model and region in place of
//! those of the sections `engine` and `image`, and its own keys in messages.

use super::file::{ImageSettings, NameText, PathText, Station};
use super::keys;
use crate::recipe::{RECIPES_MAX, Recipe};
use heapless::Vec;

impl Station {
    /// All recipes, the one at the start first.
    pub fn all_recipes(&self) -> impl Iterator<Item = &Recipe> + Clone {
        core::iter::once(&self.recipe).chain(&self.recipes)
    }

    /// The recipe at this place of the file.
    fn recipe_at(&self, place: usize) -> Option<&Recipe> {
        self.all_recipes().nth(place)
    }

    /// The name of the recipe at this place; empty if the file has fewer.
    pub fn recipe_name(&self, place: u8) -> &str {
        let recipe = self.recipe_at(place.into());
        recipe.map_or("", |recipe| recipe.name.as_str())
    }

    /// The model file of a recipe.
    pub fn model_of<'s>(&'s self, recipe: &'s Recipe) -> &'s PathText {
        recipe.model.as_ref().unwrap_or(&self.engine.model)
    }

    /// The names of the outputs of a recipe's model: the class mask and the scores. A name is empty
    /// for no output.
    pub fn outputs_of<'s>(&'s self, recipe: &'s Recipe) -> (&'s NameText, &'s NameText) {
        let engine = &self.engine;
        (
            recipe.mask.as_ref().unwrap_or(&engine.mask),
            recipe.scores.as_ref().unwrap_or(&engine.scores),
        )
    }

    /// How a frame becomes the input of a recipe's model.
    pub fn image_of(&self, recipe: &Recipe) -> ImageSettings {
        let own = recipe.image.unwrap_or_default();
        let shared = &self.image;
        ImageSettings {
            frame: shared.frame,
            roi: own.roi.unwrap_or(shared.roi),
            size: own.size.unwrap_or(shared.size),
            order: own.order.unwrap_or(shared.order),
            resize: own.resize.unwrap_or(shared.resize),
        }
    }

    /// The number of each recipe's model. Recipes with the same model file and size of its input
    /// share one. The models are numbered from 0, in the order in which the recipes name them.
    pub fn model_numbers(&self) -> Vec<usize, RECIPES_MAX> {
        let model = |recipe| (self.model_of(recipe), self.image_of(recipe).size);
        let mut numbers = Vec::new();
        let mut next = 0;
        for recipe in self.all_recipes() {
            let earlier = self.all_recipes().zip(&numbers);
            let same = earlier
                .filter(|(other, _)| model(other) == model(recipe))
                .map(|(_, number)| *number)
                .next();
            // It holds as many as a station file allows.
            let _ = numbers.push(same.unwrap_or(next));
            next += usize::from(same.is_none());
        }
        numbers
    }

    /// The station with only the recipe at this place: its model is in `engine`, its region in
    /// `image`, and it is the first recipe. `None` if the file has fewer recipes. Large, so not for
    /// a part's path.
    pub fn of_recipe(&self, place: usize) -> Option<Self> {
        let recipe = self.recipe_at(place)?;
        let (mask, scores) = self.outputs_of(recipe);
        let mut one = self.clone();
        one.engine.model.clone_from(self.model_of(recipe));
        one.engine.mask.clone_from(mask);
        one.engine.scores.clone_from(scores);
        one.engine.score_kind = recipe.score_kind.unwrap_or(self.engine.score_kind);
        one.image = self.image_of(recipe);
        one.recipe.clone_from(recipe);
        one.recipes.clear();
        Some(one)
    }

    /// [`Self::of_recipe`] for each recipe.
    pub fn each_recipe(&self) -> impl Iterator<Item = Self> {
        (0..=self.recipes.len()).filter_map(|place| self.of_recipe(place))
    }

    /// `text`, a message about the recipe at this place, with the recipe's own keys: those of its
    /// section, and those that it has instead of `engine` and `image`. Paths stay as they are.
    pub fn with_own_keys(&self, place: usize, text: &str) -> String {
        let path = recipe_path(place);
        let own = self.recipe_at(place).map(own_keys).unwrap_or_default();
        let mut named = String::new();
        for word in text.split_inclusive([' ', '\n']) {
            match own_key(word, &path, &own) {
                Some(word) => named += &word,
                None => named += word,
            }
        }
        if place > 0 && named == text {
            named = format!("{path}: {text}");
        }
        named
    }
}

/// The path of the recipe at this place: `recipe`, `recipes[0]`, ...
pub fn recipe_path(place: usize) -> String {
    match place.checked_sub(1) {
        None => "recipe".to_owned(),
        Some(index) => format!("recipes[{index}]"),
    }
}

/// The keys that the recipe has instead of shared ones: the shared key, and its own in its section.
fn own_keys(recipe: &Recipe) -> std::vec::Vec<(&'static str, &'static str)> {
    let image = recipe.image.unwrap_or_default();
    [
        (recipe.model.is_some(), "engine.model", "model"),
        (recipe.mask.is_some(), "engine.mask", "mask"),
        (recipe.scores.is_some(), "engine.scores", "scores"),
        (
            recipe.score_kind.is_some(),
            "engine.score_kind",
            "score_kind",
        ),
        (image.roi.is_some(), "image.roi", "image.roi"),
        (image.size.is_some(), "image.size", "image.size"),
        (image.order.is_some(), "image.order", "image.order"),
        (image.resize.is_some(), "image.resize", "image.resize"),
    ]
    .into_iter()
    .filter_map(|(has, shared, own)| has.then_some((shared, own)))
    .collect()
}

/// A word of a message with the recipe's own key in place of the one that it begins with. `None` if
/// the word does not begin with such a key: it may be part of a path.
fn own_key(word: &str, path: &str, own: &[(&str, &str)]) -> Option<String> {
    let inner = word.trim_start_matches(['(', '"', '`']);
    let before = word.strip_suffix(inner)?;
    let is_of_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
    let key = inner.split(|c| !is_of_key(c)).next()?.trim_end_matches('.');
    let after = inner.strip_prefix(key)?;
    if after.starts_with(['/', '-']) || !is_key(key) {
        return None;
    }
    let instead = |(shared, own): &(&str, &str)| {
        let rest = key.strip_prefix(shared)?;
        (rest.is_empty() || rest.starts_with('.')).then(|| format!("{own}{rest}"))
    };
    let name = own.iter().find_map(instead);
    let name = name.or_else(|| key.strip_prefix("recipe.").map(str::to_owned))?;
    Some(format!("{before}{path}.{name}{after}"))
}

/// Whether it is a key of a station file, or an element of a list.
fn is_key(key: &str) -> bool {
    let list = key.rsplit_once('[').map_or(key, |(list, _)| list);
    keys::all().any(|known| known.describes(key) || known.describes(list))
}
