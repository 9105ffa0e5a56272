//! The station's own states, as flags that the gate reads.

use super::{GateFlags, SendError};
use board::Timestamp;
use core::sync::atomic::Ordering;

/// Larger than any speed: there is no encoder, or its speed is not known yet.
pub(in crate::gate) const NO_SPEED: u64 = u64::MAX;

/// Sets the station's states from any thread. Never waits and allocates nothing.
#[derive(Debug, Clone, Copy)]
pub struct Control<'c> {
    flags: &'c GateFlags,
}

impl<'c> Control<'c> {
    pub(super) const fn new(flags: &'c GateFlags) -> Self {
        Self { flags }
    }

    /// Makes the gate ready or not ready, from now on. It applies to every part armed after this
    /// call returns. The reject stays active until parts triggered before it are gone.
    ///
    /// # Errors
    /// If the gate has stopped or cannot be woken.
    pub fn set_ready(&self, ready: bool) -> Result<(), SendError> {
        self.flags.check_open()?;
        if ready {
            let now_ns = Timestamp::now().as_ns().max(1);
            let (set, get) = (Ordering::AcqRel, Ordering::Acquire);
            // A gate that is ready keeps the time at which it became ready.
            let _ = self
                .flags
                .ready_since_ns
                .compare_exchange(0, now_ns, set, get);
        } else {
            self.flags.ready_since_ns.store(0, Ordering::Release);
        }
        self.flags.wake()
    }

    /// Lets the gate be ready until `until`, and no longer unless this is called again. The gate
    /// checks the time itself, so nothing passes while the caller hangs. If the time had already
    /// ended, the station becomes ready again now. Never waits.
    pub fn renew(&self, until: Timestamp) {
        let until_ns = until.as_ns();
        let flags = self.flags;
        let now_ns = Timestamp::now().as_ns().max(1);
        if flags.ready_until_ns.load(Ordering::Acquire) < now_ns {
            let (set, get) = (Ordering::AcqRel, Ordering::Acquire);
            let anew = |since_ns| (since_ns != 0).then_some(now_ns);
            // A station that is not ready stays not ready.
            let _ = flags.ready_since_ns.fetch_update(set, get, anew);
            flags.ready_until_ns.store(until_ns, Ordering::Release);
            // Writing to an open eventfd does not fail, and a stopped gate needs no wake-up.
            let _ = flags.wake();
        }
        flags.ready_until_ns.store(until_ns, Ordering::Release);
    }

    /// Sets whether the rest of the station would take a trigger. While this is false, the ready
    /// line is not active. Waiting parts are not affected. True at the start.
    ///
    /// # Errors
    /// If the gate has stopped or cannot be woken.
    pub fn set_taking(&self, taking: bool) -> Result<(), SendError> {
        self.flags.check_open()?;
        self.flags.taking.store(taking, Ordering::Release);
        self.flags.wake()
    }

    /// True while the gate holds its reject because a movement was late: no trigger is taken.
    pub fn is_held_late(&self, now: Timestamp) -> bool {
        now.as_ns() < self.flags.late_until_ns.load(Ordering::Acquire)
    }

    /// Sets the station's own fault. While it is set, the fault line is active whatever the parts
    /// do.
    ///
    /// # Errors
    /// If the gate has stopped or cannot be woken.
    pub fn set_fault(&self, fault: bool) -> Result<(), SendError> {
        self.flags.check_open()?;
        self.flags.fault.store(fault, Ordering::Release);
        self.flags.wake()
    }

    /// Sets whether every output stays at its safe level. Meanwhile the gate is not ready. The
    /// lines of the lamp test are the exception.
    ///
    /// # Errors
    /// If the gate has stopped or cannot be woken.
    pub fn set_outputs_safe(&self, safe: bool) -> Result<(), SendError> {
        self.flags.check_open()?;
        if self.flags.outputs_safe.swap(safe, Ordering::AcqRel) == safe {
            return Ok(());
        }
        self.flags.wake()
    }

    /// Sets whether the lamps are tested: the lines busy and fault are active. Does nothing after
    /// the gate has stopped, because all lines are then safe.
    pub fn set_lamp_test(&self, active: bool) {
        self.flags.lamp_test.store(active, Ordering::Release);
        // The gate reads it at every turn.
        let _ = self.flags.wake();
    }

    /// Sets whether the belt should move. True at the start. A change begins a new measurement of
    /// its speed.
    pub fn set_belt_driven(&self, driven: bool) {
        self.flags.belt_driven.store(driven, Ordering::Release);
        // The gate reads it at every turn.
        let _ = self.flags.wake();
    }

    /// The belt's speed in ticks a second, or `None` without an encoder or before it is known.
    pub fn ticks_per_s(&self) -> Option<u32> {
        u32::try_from(self.flags.ticks_per_s.load(Ordering::Acquire)).ok()
    }

    /// Stops the gate. It rejects and reports the waiting parts, drives the lines to their safe
    /// levels, and its thread ends.
    pub fn stop(&self) {
        self.flags.stop();
    }
}
