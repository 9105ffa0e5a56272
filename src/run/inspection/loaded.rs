//! The engine with everything that lies in the device's memory.

use super::OpenLibrary;
use super::self_check::SelfCheck;
use crate::bounded::channel::Received;
use crate::bounded::text::cut;
use crate::engine::{ClockMeter, Engine, EngineError};
use crate::recipe::RECIPES_MAX;
use crate::run::messages::{Decoded, InputLease};
use crate::run::shared::{SLOTS_MAX, Shared};
use crate::station::Station;
use crate::station::file::ChallengeBy;
use crate::verdict::Inspector;
use ascendcl::Slot;
use core::time::Duration;
use heapless::Vec;

/// The engine, its slots, and the pictures in them.
pub struct LoadedEngine {
    pub engine: Engine,
    /// The slots by their numbers; nothing while the device has one.
    slots: Vec<Option<Slot>, { SLOTS_MAX + 1 }>,
    /// The number of the slot that only golden pictures use, if the station has them.
    golden_slot: Option<usize>,
    /// Pictures that were decoded while the inspection waited for a late device.
    pub held: Vec<Decoded, { SLOTS_MAX + 1 }>,
    pub self_check: Option<SelfCheck>,
}

impl LoadedEngine {
    /// Opens the engine and runs a black picture through every slot, so that the first part does
    /// not pay for the device's first execution. Lends the inputs to the threads that fill them.
    /// Returns an inspector for each recipe; they share the model.
    pub fn open(
        station: &Station,
        open: &OpenLibrary<'_>,
        shared: &Shared<'_>,
    ) -> Result<(Self, Vec<Inspector, RECIPES_MAX>), EngineError> {
        let engine = Engine::open(station, open(&station.engine.library)?)?;
        let mut inspectors = Vec::new();
        for recipe in station.all_recipes() {
            let inspector = engine.inspector_for(recipe, station)?;
            // It holds as many as a station file allows.
            let _ = inspectors.push(inspector);
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
        let warm = engine.warm_up(count + more, timeout, &ClockMeter)?;
        if let Some(memory) = warm.memory {
            tell!("{memory}");
            let computed_by = engine.model().engine();
            if let Some(computed_by) = computed_by {
                tell!("engine.model: computed by {computed_by}");
            }
            let computed_by = computed_by.map(|text| cut(format_args!("{text}")));
            // It is set only here.
            let _ = shared.engine.set((memory, computed_by));
        }
        let mut loaded = Self {
            engine,
            slots: Vec::new(),
            golden_slot,
            held: Vec::new(),
            self_check: None,
        };
        for (finished, _) in warm.slots {
            if loaded.slots.len() == count {
                if let Some(inspector) = inspectors.first_mut() {
                    let check = SelfCheck::new(interval, &loaded.engine, inspector, finished)?;
                    loaded.self_check = Some(check);
                }
                break;
            }
            let (buffer, slot) = finished.into_parts();
            let number = loaded.slots.len();
            // It holds as many as a station file allows.
            let _ = loaded.slots.push(Some(slot));
            let slot = number;
            loaded.lend(InputLease { slot, buffer }, shared);
        }
        Ok((loaded, inspectors))
    }

    /// Lends an input to the threads that fill it.
    pub fn lend(&self, input: InputLease, shared: &Shared<'_>) {
        // The queues hold every input. They are closed only at the end, and then the end of the
        // process frees the memory.
        let _ = if Some(input.slot) == self.golden_slot {
            shared.challenges.inputs.send(input).is_ok()
        } else {
            shared.inputs.send(input).is_ok()
        };
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

    /// Keeps a decoded picture for later.
    pub fn hold(&mut self, decoded: Decoded) {
        // Each picture occupies an input, and there are at most `SLOTS_MAX` inputs and the golden
        // one.
        let _ = self.held.push(decoded);
    }

    /// Takes the device down. All inputs go first: with an input left, the last slot would not free
    /// the device's memory.
    pub fn unload(mut self, shared: &Shared<'_>) {
        self.held.clear();
        while let Received::Item(input) = shared.inputs.receive(Duration::ZERO) {
            drop(input);
        }
        while let Received::Item(input) = shared.challenges.inputs.receive(Duration::ZERO) {
            drop(input);
        }
    }
}
