//! A loaded model with everything that lies in the device's memory for it.

use super::judge::Judge;
use super::self_check::SelfCheck;
use crate::bounded::text::{Detail, cut};
use crate::engine::{ClockMeter, Engine, EngineError, MemoryBandwidth};
use crate::recipe::RECIPES_MAX;
use crate::run::messages::{InputLease, SlotNumber};
use crate::run::shared::{SLOTS_MAX, Shared};
use crate::station::Station;
use crate::station::file::ChallengeBy;
use ascendcl::Slot;
use core::time::Duration;
use heapless::Vec;

/// A model that is ready to run.
pub struct LoadedModel {
    /// The slots by their numbers; nothing while the device has one.
    slots: Vec<Option<Slot>, { SLOTS_MAX + 1 }>,
    /// The number of the slot that only golden pictures use, if the station has them.
    golden_slot: Option<usize>,
    pub self_check: Option<SelfCheck>,
}

/// What was found out about a model at its first executions.
pub struct FirstRuns {
    pub memory: Option<MemoryBandwidth>,
    /// What computes the model, if it is the CPU engine.
    pub computed_by: Option<Detail>,
}

impl LoadedModel {
    /// Runs a black picture through every slot, so that the first part does not pay for the
    /// device's first execution. Lends the inputs to the threads that fill them. `judges` has all
    /// recipes that are judged by this model, and may have others.
    ///
    /// # Errors
    /// An execution failed, or its output cannot be judged.
    pub fn new(
        number: usize,
        engine: &Engine,
        judges: &mut [Judge],
        station: &Station,
        shared: &Shared<'_>,
    ) -> Result<(Self, FirstRuns), EngineError> {
        let mut outputs = Vec::<usize, RECIPES_MAX>::new();
        for judge in judges.iter().filter(|judge| judge.model == number) {
            if !outputs.contains(&judge.output) {
                // It holds as many as there can be recipes.
                let _ = outputs.push(judge.output);
            }
        }
        let interval = Duration::from_millis(station.engine.self_check_ms.into());
        let count = usize::from(station.engine.slots);
        // Golden pictures have a slot, and so has the self-check.
        let has_golden = station
            .challenge
            .as_ref()
            .is_some_and(|challenge| challenge.by == ChallengeBy::Picture);
        let golden_slot = has_golden.then_some(count);
        let count = count + usize::from(has_golden);
        let more = usize::from(!interval.is_zero());
        let timeout = Duration::from_millis(station.engine.timeout_ms.into());
        let warm = engine.warm_up(count + more, &outputs, timeout, &ClockMeter)?;
        let computed_by = engine.model().engine();
        let first_runs = FirstRuns {
            memory: warm.memory,
            computed_by: computed_by.map(|text| cut(format_args!("{text}"))),
        };
        let mut model = Self {
            slots: Vec::new(),
            golden_slot,
            self_check: None,
        };
        for (finished, _) in warm.slots {
            if model.slots.len() == count {
                model.self_check = Some(SelfCheck::new(interval, number, judges, finished)?);
                break;
            }
            let (buffer, free) = finished.into_parts();
            let slot = SlotNumber {
                model: number,
                index: model.slots.len(),
            };
            // It holds as many as a station file allows.
            let _ = model.slots.push(Some(free));
            model.lend(InputLease { slot, buffer }, shared);
        }
        Ok((model, first_runs))
    }

    /// Lends an input of this model to the threads that fill it.
    pub fn lend(&self, input: InputLease, shared: &Shared<'_>) {
        if Some(input.slot.index) == self.golden_slot {
            shared.challenges.inputs.send(input);
        } else {
            shared.inputs.send(input);
        }
    }

    /// Takes the slot with this number; nothing if the device still has it.
    pub fn take_slot(&mut self, number: usize) -> Option<Slot> {
        self.slots.get_mut(number)?.take()
    }

    pub fn put_slot(&mut self, number: usize, slot: Slot) {
        if let Some(place) = self.slots.get_mut(number) {
            *place = Some(slot);
        }
    }
}
