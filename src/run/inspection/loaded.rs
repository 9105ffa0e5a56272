//! The engine with everything that lies in the device's memory.

use super::OpenLibrary;
use super::self_check::SelfCheck;
use crate::bounded::channel::Received;
use crate::engine::{ClockMeter, Engine, EngineError};
use crate::run::messages::{Decoded, InputLease};
use crate::run::shared::{SLOTS_MAX, Shared};
use crate::station::Station;
use crate::verdict::Inspector;
use ascendcl::Slot;
use core::time::Duration;
use heapless::Vec;

/// The engine, its slots, and the pictures in them.
pub struct LoadedEngine {
    pub engine: Engine,
    /// The slots by their numbers; nothing while the device has one.
    slots: Vec<Option<Slot>, SLOTS_MAX>,
    /// Pictures that were decoded while the inspection waited for a late device.
    pub held: Vec<Decoded, SLOTS_MAX>,
    pub self_check: Option<SelfCheck>,
}

impl LoadedEngine {
    /// Opens the engine and runs a black picture through every slot, so that the first part does
    /// not pay for the device's first execution. Lends the inputs to the threads that fill them.
    pub fn open(
        station: &Station,
        open: &OpenLibrary<'_>,
        shared: &Shared<'_>,
    ) -> Result<(Self, Inspector), EngineError> {
        let engine = Engine::open(station, open(&station.engine.library)?)?;
        let mut inspector = engine.inspector(station)?;
        let interval = Duration::from_millis(station.engine.self_check_ms.into());
        let count = usize::from(station.engine.slots);
        // The self-check has a slot too.
        let more = usize::from(!interval.is_zero());
        let timeout = Duration::from_millis(station.engine.timeout_ms.into());
        let warm = engine.warm_up(count + more, timeout, &ClockMeter)?;
        if let Some(memory) = warm.memory {
            tell!("{memory}");
            // It is set only here.
            let _ = shared.memory.set(memory);
        }
        let mut slots = Vec::new();
        let mut self_check = None;
        for (finished, _) in warm.slots {
            if slots.len() == count {
                let check = SelfCheck::new(interval, &engine, &mut inspector, finished)?;
                self_check = Some(check);
                break;
            }
            let (buffer, slot) = finished.into_parts();
            let number = slots.len();
            // Both hold as many as a station file allows.
            let _ = slots.push(Some(slot));
            let _ = shared.inputs.send(InputLease {
                slot: number,
                buffer,
            });
        }
        let loaded = Self {
            engine,
            slots,
            held: Vec::new(),
            self_check,
        };
        Ok((loaded, inspector))
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
        // Each picture occupies an input, and there are at most `SLOTS_MAX` inputs.
        let _ = self.held.push(decoded);
    }

    /// Takes the device down. All inputs go first: with an input left, the last slot would not free
    /// the device's memory.
    pub fn unload(mut self, shared: &Shared<'_>) {
        self.held.clear();
        while let Received::Item(input) = shared.inputs.receive(Duration::ZERO) {
            drop(input);
        }
    }
}
