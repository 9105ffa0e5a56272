//! What turns pictures into the inputs of models, for each recipe.

use super::error::RunError;
use crate::recipe::RECIPES_MAX;
use crate::station::Station;
use crate::station::file::ImageSettings;
use heapless::Vec;

/// A decoder for each recipe. Recipes with the same section `image` share one.
#[derive(Debug)]
pub struct Decoders<S> {
    decoders: Vec<(ImageSettings, S), RECIPES_MAX>,
    /// In the station file's order.
    recipes: Vec<ForRecipe, RECIPES_MAX>,
}

/// What a recipe uses.
#[derive(Debug, Clone, Copy)]
struct ForRecipe {
    decoder: usize,
    model: usize,
}

impl<S> Decoders<S> {
    /// Makes a decoder for each region that the recipes have.
    ///
    /// # Errors
    /// As `make`.
    pub fn new(
        station: &Station,
        mut make: impl FnMut(&ImageSettings) -> Result<S, RunError>,
    ) -> Result<Self, RunError> {
        let mut decoders: Vec<(ImageSettings, S), RECIPES_MAX> = Vec::new();
        let mut recipes = Vec::new();
        for (recipe, model) in station.all_recipes().zip(station.model_numbers()) {
            let image = station.image_of(recipe);
            let known = decoders.iter().position(|(other, _)| *other == image);
            let decoder = known.unwrap_or(decoders.len());
            // Both hold as many as a station file allows.
            if known.is_none() {
                let _ = decoders.push((image, make(&image)?));
            }
            let _ = recipes.push(ForRecipe { decoder, model });
        }
        Ok(Self { decoders, recipes })
    }

    /// The number of the model that inspects for this recipe.
    pub fn model(&self, recipe: u8) -> usize {
        let of = self.recipes.get(usize::from(recipe));
        of.map_or(0, |of| of.model)
    }

    /// The decoder of this recipe; `None` if the station file has no such recipe.
    pub fn of(&mut self, recipe: u8) -> Option<&mut S> {
        let of = self.recipes.get(usize::from(recipe))?;
        let (_, decoder) = self.decoders.get_mut(of.decoder)?;
        Some(decoder)
    }
}
