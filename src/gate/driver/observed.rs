//! What the simulation reads of the gate.

use super::Driver;
use crate::gate::encoder::Encoder;
use crate::gate::report::Counts;
use embedded_hal::digital::OutputPin;

impl<P: OutputPin> Driver<'_, P> {
    /// The parts so far.
    pub(crate) fn counts(&self) -> Counts {
        self.schedule.counts()
    }

    /// Whether parts may pass.
    pub(crate) fn is_ready(&self) -> bool {
        self.schedule.is_ready()
    }

    /// Since when; 0 while nothing passes. It changes if the station was not ready in between.
    pub(crate) const fn ready_since_ns(&self) -> u64 {
        self.ready_since_ns
    }

    /// Whether the belt is in doubt.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.encoder.as_ref().is_some_and(Encoder::is_in_doubt)
    }
}
