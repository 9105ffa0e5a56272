//! Choosing the recipe, by line or command.

use super::{Answer, Controls, text};
use crate::control::Asker;
use crate::run::readiness::Requirement;
use crate::station::Station;
use board::Timestamp;
use core::fmt;

impl Controls<'_> {
    /// When to call [`Self::turn`] next, unless a line changes first.
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.code.next_wake()
    }

    /// Takes a new code of the recipe, once it is stable.
    pub fn turn(&mut self, now: Timestamp) {
        let Some(code) = self.code.settle(now) else {
            return;
        };
        let ready = &self.shared.ready;
        let mut recipes = (0..).zip(self.station.all_recipes());
        if let Some((place, _)) = recipes.find(|(_, recipe)| recipe.code == code) {
            self.want_recipe(place, Asker::Line);
            ready.set(Requirement::Recipe, true);
            return;
        }
        ready.set(Requirement::Recipe, false);
        let detail = text(format_args!("the code {code} is no recipe's"));
        complain!("sluice: inputs.recipe_0 to _3: {detail}; no part passes until they give one");
        self.journal("recipe", Asker::Line, detail);
    }

    /// Has the recorder change the recipe. No trigger is taken from now on until it has.
    fn want_recipe(&self, place: u8, by: Asker) {
        let recipes = &self.shared.ready.recipes;
        recipes.want(place, by);
        if recipes.current() != place {
            self.shared.ready.begin_recipe_change();
        }
    }

    pub(super) fn recipe_by_command(&self, name: &str) -> Answer {
        let current = self.shared.ready.recipes.current();
        let mut recipes = (0..).zip(self.station.all_recipes());
        let named = recipes.find(|(_, recipe)| recipe.name == name);
        let (done, what) = match named {
            None => {
                let names = Names(self.station);
                (
                    false,
                    text(format_args!("no recipe \"{name}\"; there are: {names}")),
                )
            }
            Some(_) if self.station.inputs.choose_recipe() => (
                false,
                text(format_args!(
                    "the input lines choose the recipe, and a command cannot; it is {}",
                    self.station.recipe_name(current)
                )),
            ),
            Some((place, _)) => {
                self.want_recipe(place, Asker::Command);
                let what = if place == current {
                    text(format_args!("the recipe is {name}, as before"))
                } else {
                    text(format_args!(
                        "the recipe changes to {name} once no part is under way"
                    ))
                };
                (true, what)
            }
        };
        Answer { done, what }
    }
}

/// `plate, flange`.
struct Names<'a>(&'a Station);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, recipe) in self.0.all_recipes().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{}", recipe.name)?;
        }
        Ok(())
    }
}
