//! The gate's thread and the belt: reading the encoder, and when to do it next.

use super::Driver;
use crate::gate::channels::NO_SPEED;
use crate::gate::encoder::{Encoder, Sleep};
use crate::gate::report::Event;
use board::Timestamp;
use board::wake::WakeError;
use core::sync::atomic::Ordering;
use embedded_hal::digital::OutputPin;

impl<'c, P: OutputPin> Driver<'c, P> {
    /// Reads this encoder, and measures the delay, the pulse or both in its ticks. Call it before
    /// the gate runs. Allocates the record of the belt.
    #[must_use]
    pub fn with_encoder(
        mut self,
        encoder: Encoder<'c>,
        delay_ticks: Option<u32>,
        pulse_ticks: Option<u32>,
    ) -> Self {
        self.schedule = self.schedule.with_belt(delay_ticks, pulse_ticks);
        self.encoder = Some(encoder);
        self
    }

    /// Takes the ticks that have come.
    pub(super) fn read_belt(&mut self) {
        if let Some(encoder) = &mut self.encoder {
            let schedule = &mut self.schedule;
            encoder.read(Timestamp::now(), &mut |at, step| schedule.tick(at, step));
        }
    }

    /// Compares the belt with the clock, and reports what has changed.
    pub(super) fn judge_belt(&mut self) {
        let Some(encoder) = &mut self.encoder else {
            return;
        };
        let flags = self.flags.get();
        let now = Timestamp::now();
        let driven = flags.belt_driven.load(Ordering::Acquire);
        if let Some(fault) = encoder.judge(now, driven, self.schedule.belt().highest()) {
            if fault.is_none() {
                self.belt_since_ns = now.as_ns();
            }
            self.outbox.send(Event::Belt(fault));
        }
        let speed = encoder.ticks_per_s().map_or(NO_SPEED, u64::from);
        flags.ticks_per_s.store(speed, Ordering::Release);
    }

    /// When to take the next turn, unless another thread rings before, and whether the next edge of
    /// the encoder ends the sleep as well.
    pub(crate) fn next_turn(&self) -> (Option<Timestamp>, bool) {
        let deadline = self.next_wake();
        let Some(encoder) = &self.encoder else {
            return (deadline, false);
        };
        let next = self.schedule.next_position();
        let Sleep { until, edges } = encoder.sleep(Timestamp::now(), self.schedule.belt(), next);
        let until = deadline.map_or(until, |time| time.min(until));
        (Some(until), edges)
    }

    /// Sleeps until the next turn or a wake-up.
    pub(super) fn sleep_for_turn(&self) -> Result<(), WakeError> {
        let (until, edges) = self.next_turn();
        let encoder = self.encoder.as_ref().filter(|_| edges);
        let lines = encoder.map(Encoder::descriptors).unwrap_or_default();
        self.sleeper.sleep_until_readable(until, &lines)
    }
}

#[cfg(test)]
mod tests;
