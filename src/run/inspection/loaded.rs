//! The engine: the device and all models of the recipes, loaded at the start. So a change of the
//! recipe takes no time.

use super::OpenLibrary;
use super::judge::Judge;
use super::model::LoadedModel;
use crate::engine::{Engine, EngineDevice, EngineError};
use crate::recipe::RECIPES_MAX;
use crate::run::messages::{Decoded, InputLease, SlotNumber};
use crate::run::shared::{EngineFacts, INPUTS_MAX, Shared};
use crate::station::Station;
use ascendcl::Slot;
use heapless::Vec;
use std::rc::Rc;

/// The device, the models on it, and the pictures in their slots.
pub struct LoadedEngine {
    pub device: Rc<EngineDevice>,
    /// By their numbers ([`Station::model_numbers`]).
    pub models: Vec<LoadedModel, RECIPES_MAX>,
    /// Pictures that were decoded while the inspection waited for a late device.
    held: Vec<Decoded, INPUTS_MAX>,
}

impl LoadedEngine {
    /// Opens the device, loads every model once and runs black pictures through it. Lends the
    /// inputs to the threads that fill them. Returns what judges the parts of each recipe.
    ///
    /// # Errors
    /// The message names the recipe and its keys, and says what to change.
    pub fn open(
        station: &Station,
        open: &OpenLibrary<'_>,
        shared: &Shared<'_>,
    ) -> Result<(Self, Vec<Judge, RECIPES_MAX>), String> {
        let library = open(&station.engine.library).map_err(|error| error.to_string())?;
        let device = EngineDevice::open(station, library).map_err(|error| error.to_string())?;
        let numbers = station.model_numbers();
        let mut engines = Vec::<Engine, RECIPES_MAX>::new();
        let mut judges = Vec::<Judge, RECIPES_MAX>::new();
        // Each holds as many as there can be recipes.
        for (place, (one, number)) in station.each_recipe().zip(&numbers).enumerate() {
            let mut earlier = engines.iter().zip(&numbers);
            let same = earlier.find(|(_, other)| *other == number);
            let same = same.map(|(same, _)| same);
            let (engine, judge) = prepare(&one, &device, same, *number)
                .map_err(|error| station.with_own_keys(place, &error.to_string()))?;
            let _ = engines.push(engine);
            let _ = judges.push(judge);
        }
        let mut loaded = Self {
            device,
            models: Vec::new(),
            held: Vec::new(),
        };
        let mut facts = None::<EngineFacts>;
        for (place, (engine, number)) in engines.iter().zip(&numbers).enumerate() {
            if *number < loaded.models.len() {
                continue;
            }
            let ready = LoadedModel::new(*number, engine, &mut judges, station, shared);
            let (model, first_runs) =
                ready.map_err(|error| station.with_own_keys(place, &error.to_string()))?;
            let _ = loaded.models.push(model);
            let Some(memory) = first_runs.memory else {
                continue;
            };
            tell!("{}", station.with_own_keys(place, &memory.to_string()));
            if let Some(by) = &first_runs.computed_by {
                let text = format!("engine.model: computed by {by}");
                tell!("{}", station.with_own_keys(place, &text));
            }
            let facts = facts.get_or_insert_with(|| EngineFacts::new(memory));
            let _ = facts.computed_by.push(first_runs.computed_by);
        }
        if let Some(facts) = facts {
            // It is set only here.
            let _ = shared.engine.set(facts);
        }
        Ok((loaded, judges))
    }

    /// Lends an input to the threads that fill it.
    pub fn lend(&self, input: InputLease, shared: &Shared<'_>) {
        if let Some(model) = self.models.get(input.slot.model) {
            model.lend(input, shared);
        }
    }

    /// Takes this slot; nothing if the device still has it.
    pub fn take_slot(&mut self, slot: SlotNumber) -> Option<Slot> {
        self.models.get_mut(slot.model)?.take_slot(slot.index)
    }

    pub fn put_slot(&mut self, number: SlotNumber, slot: Slot) {
        if let Some(model) = self.models.get_mut(number.model) {
            model.put_slot(number.index, slot);
        }
    }

    /// Keeps a decoded picture for later.
    pub fn hold(&mut self, decoded: Decoded) {
        // Each picture occupies an input, and there are no more inputs than this holds.
        let _ = self.held.push(decoded);
    }

    /// A picture that was kept.
    pub fn take_held(&mut self) -> Option<Decoded> {
        self.held.pop()
    }

    /// Whether pictures are kept.
    pub fn has_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes the device down. All inputs go first: with an input left, the last slot would not free
    /// the device's memory.
    pub fn unload(mut self, shared: &Shared<'_>) {
        self.held.clear();
        shared.inputs.clear();
        shared.challenges.inputs.clear();
    }
}

/// Loads the model of a station's only recipe, unless `same` has it, and makes the judge.
fn prepare(
    one: &Station,
    device: &Rc<EngineDevice>,
    same: Option<&Engine>,
    number: usize,
) -> Result<(Engine, Judge), EngineError> {
    let model = match same {
        Some(same) => Rc::clone(same.model()),
        None => device.load(one)?,
    };
    let engine = Engine::with(one, device, model)?;
    let judge = Judge {
        inspector: engine.inspector(one)?,
        model: number,
        output: engine.outputs().judged,
    };
    Ok((engine, judge))
}
