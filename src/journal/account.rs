//! The counts and times of one period.

use super::histogram::{Histogram, Statistics};
use super::record::{ConfirmationFault, Missed, Part, RecipeName, StageStatistics};
use super::wall_time::WallTime;
use crate::gate::{Outcome, Rejection};
use crate::screen::Counters;
use heapless::Vec;
use serde::Serialize;

/// Recipes with counts of their own in a period. Parts of further recipes are counted together.
pub const RECIPES_MAX: usize = 16;
/// The name under which parts of further recipes are counted.
pub const OTHERS: &str = "(others)";

/// A step of a part's way, as the times of a record name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// From the trigger to the start of its decoding.
    Wait,
    /// From file or frame to model input.
    Decode,
    /// The model's execution.
    Engine,
    /// From mask to verdict.
    Verdict,
    /// From the trigger to the verdict.
    Total,
    /// From the due time to the movement of the lines.
    Gate,
}

impl Stage {
    /// All stages.
    pub const ALL: [Self; 6] = [
        Self::Wait,
        Self::Decode,
        Self::Engine,
        Self::Verdict,
        Self::Total,
        Self::Gate,
    ];

    /// The stage's name in the journal.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Decode => "decode",
            Self::Engine => "engine",
            Self::Verdict => "verdict",
            Self::Total => "total",
            Self::Gate => "gate",
        }
    }

    /// The time that a part's record has for this stage, in microseconds; `None` if the part did
    /// not reach it.
    pub fn of(self, part: &Part) -> Option<u32> {
        let times = part.times_us;
        let time_us = match self {
            Self::Wait => times.wait,
            Self::Decode => times.decode,
            Self::Engine => times.engine,
            Self::Verdict => times.verdict,
            Self::Total => times.total,
            // A movement before the due time is that of a stop.
            Self::Gate => return part.gate.acted_us?.checked_sub(part.gate.due_us),
        };
        (time_us > 0).then_some(time_us)
    }
}

/// The counts of one recipe's parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecipeCounters {
    /// `recipe.name`; empty for records of versions that did not write it.
    pub recipe: RecipeName,
    /// Its parts.
    pub counters: Counters,
}

/// The parts of one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// When the period began; `None` before the journal's first record.
    pub from: Option<WallTime>,
    recipes: Vec<RecipeCounters, RECIPES_MAX>,
    times: [Histogram; Stage::ALL.len()],
}

impl Account {
    /// A period without parts.
    pub const EMPTY: Self = Self {
        from: None,
        recipes: Vec::new(),
        times: [Histogram::EMPTY; Stage::ALL.len()],
    };

    /// Begins a new period.
    pub fn begin(&mut self, from: Option<WallTime>) {
        *self = Self {
            from,
            ..Self::EMPTY
        };
    }

    /// Adds a part. A golden part of a challenge is no production, and does not count.
    pub fn add_part(&mut self, part: &Part) {
        if part.golden.is_some() {
            return;
        }
        let recipe = part.recipe.as_deref().unwrap_or_default();
        self.change(recipe, |counters| count_part(counters, part));
        if part.is_missed() {
            return;
        }
        for (stage, times) in Stage::ALL.into_iter().zip(&mut self.times) {
            if let Some(time_us) = stage.of(part) {
                times.add(time_us);
            }
        }
    }

    /// Adds missed triggers without a part number.
    pub fn add_missed(&mut self, missed: &Missed) {
        let recipe = missed.recipe.as_deref().unwrap_or_default();
        self.change(recipe, |counters| counters.missed(missed.triggers));
    }

    /// Adds a part that went the wrong way, by the sensor behind the gate.
    pub fn add_unconfirmed(&mut self, fault: &ConfirmationFault) {
        self.change(&fault.recipe, Counters::unconfirmed);
    }

    /// Adds the counts of a recipe.
    pub fn add_counters(&mut self, recipe: &str, counters: &Counters) {
        self.change(recipe, |sum| *sum = sum.plus(counters));
    }

    /// The parts of all recipes.
    pub fn counters(&self) -> Counters {
        let each = self.recipes.iter().map(|recipe| &recipe.counters);
        each.fold(Counters::default(), |sum, counters| sum.plus(counters))
    }

    /// The parts of each recipe, in the order in which the recipes appeared.
    pub fn recipes(&self) -> &[RecipeCounters] {
        &self.recipes
    }

    /// The times of a stage.
    pub fn times(&self, stage: Stage) -> &Histogram {
        &self.times[stage as usize]
    }

    /// The times of a stage.
    pub fn times_mut(&mut self, stage: Stage) -> &mut Histogram {
        &mut self.times[stage as usize]
    }

    /// Minimum, mean, percentiles and maximum of each stage.
    pub fn statistics(&self) -> StageStatistics {
        let of = |stage| -> Statistics { self.times(stage).statistics() };
        StageStatistics {
            wait: of(Stage::Wait),
            decode: of(Stage::Decode),
            engine: of(Stage::Engine),
            verdict: of(Stage::Verdict),
            total: of(Stage::Total),
            gate: of(Stage::Gate),
        }
    }

    fn change(&mut self, recipe: &str, change: impl FnOnce(&mut Counters)) {
        let is_new = !self.recipes.iter().any(|known| known.recipe == recipe);
        if is_new {
            let is_last = self.recipes.len() + 1 >= RECIPES_MAX;
            let name = if is_last { OTHERS } else { recipe };
            // Without space, the part is one of the others, which are the last.
            let _ = self.recipes.push(RecipeCounters {
                recipe: name.parse().unwrap_or_default(),
                counters: Counters::default(),
            });
        }
        let known = self.recipes.iter().position(|known| known.recipe == recipe);
        let place = known.unwrap_or(self.recipes.len().saturating_sub(1));
        if let Some(of_recipe) = self.recipes.get_mut(place) {
            change(&mut of_recipe.counters);
        }
    }
}

/// Counts a part's record, by the rule of [`Counters`].
pub fn count_part(counters: &mut Counters, part: &Part) {
    let add = |counter: &mut u64| *counter = counter.saturating_add(1);
    let passes = part.verdict.kind == "PASS";
    add(&mut counters.triggers);
    add(match part.verdict.kind.as_str() {
        "PASS" => &mut counters.pass,
        "REJECT" => &mut counters.reject,
        _ if part.is_missed() => &mut counters.missed,
        _ => &mut counters.fault,
    });
    if part.gate.late {
        add(&mut counters.late);
    }
    let gate = &mut counters.gate;
    match part.gate.outcome.as_str() {
        "passed" => add(&mut gate.passed),
        "rejected" => {
            add(&mut gate.rejected);
            if passes {
                add(&mut gate.good_rejected);
            }
            let reason = part.gate.reason.as_str();
            if passes && NEIGHBOURS.iter().any(|outcome| reason == outcome.code()) {
                add(&mut gate.overlap);
            }
        }
        _ => add(&mut gate.not_on_line),
    }
}

/// The rejections of a good part because of its neighbours on the belt.
const NEIGHBOURS: [Outcome; 2] = [
    Outcome::Rejected(Rejection::Overlap),
    Outcome::Rejected(Rejection::Gap),
];

#[cfg(test)]
mod tests {
    use super::super::tests::part;
    use super::*;

    #[test]
    fn parts_of_more_recipes_than_fit_are_counted_together() {
        let mut account = Account::EMPTY;
        for number in 0..40_u64 {
            let mut part = part(number + 1, "a.png");
            part.recipe = Some(format!("recipe {}", number % 20).parse().unwrap());
            account.add_part(&part);
        }
        assert_eq!(account.counters().triggers, 40);
        assert_eq!(account.recipes().len(), RECIPES_MAX);
        let others = account.recipes().last().unwrap();
        assert_eq!((others.recipe.as_str(), others.counters.pass), (OTHERS, 10));
        assert!(
            account.recipes()[..RECIPES_MAX - 1]
                .iter()
                .all(|recipe| recipe.counters.pass == 2)
        );
    }

    #[test]
    fn good_parts_rejected_because_of_their_neighbours_count_as_overlap() {
        let mut account = Account::EMPTY;
        for (number, reason) in (1..).zip(["overlap", "gap", "held", "not_ready"]) {
            let mut part = part(number, "a.png");
            part.gate.outcome = "rejected".parse().unwrap();
            part.gate.reason = reason.parse().unwrap();
            account.add_part(&part);
        }
        let gate = account.counters().gate;
        assert_eq!((gate.good_rejected, gate.overlap), (4, 2));
    }

    #[test]
    fn a_stage_that_was_not_reached_has_no_time_and_a_movement_on_time_has_zero() {
        let mut account = Account::EMPTY;
        let mut first = part(1, "a.png");
        first.times_us.wait = 300;
        first.times_us.total = 900;
        first.gate.acted_us = Some(first.gate.due_us);
        account.add_part(&first);
        let mut stopped = part(2, "b.png");
        stopped.gate.acted_us = Some(first.gate.due_us - 1);
        account.add_part(&stopped);
        let times = account.statistics();
        let counts = [
            times.wait.count,
            times.decode.count,
            times.total.count,
            times.gate.count,
        ];
        assert_eq!(counts, [1, 0, 1, 1]);
        assert_eq!((times.total.max, times.gate.max), (900, 0));
    }
}
