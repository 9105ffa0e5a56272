//! The station's own states, as flags that the gate looks at.

use super::{GateFlags, SendError};
use board::Timestamp;
use core::sync::atomic::Ordering;

/// Sets the station's states. Usable from any thread; never waits and allocates nothing.
#[derive(Debug, Clone, Copy)]
pub struct Control<'c> {
    flags: &'c GateFlags,
}

impl<'c> Control<'c> {
    pub(super) const fn new(flags: &'c GateFlags) -> Self {
        Self { flags }
    }

    /// Makes the gate ready from now on, or not. Parts armed by a thread that knows of it find the gate in this state. The
    /// reject stays active until parts that were triggered before are gone.
    ///
    /// # Errors
    /// When the gate has stopped or cannot be woken.
    pub fn set_ready(&self, ready: bool) -> Result<(), SendError> {
        self.flags.check_open()?;
        if ready {
            let now_ns = Timestamp::now().as_ns().max(1);
            let (set, get) = (Ordering::AcqRel, Ordering::Acquire);
            // One that is ready keeps the time since when it is.
            let _ = self
                .flags
                .ready_since_ns
                .compare_exchange(0, now_ns, set, get);
        } else {
            self.flags.ready_since_ns.store(0, Ordering::Release);
        }
        self.flags.wake()
    }

    /// The gate may be ready until this time, and not after it unless this is called again. The gate looks at the time itself, so
    /// nothing passes while the caller is held up. Where the time was over, the station is ready anew from now on. Never waits.
    pub fn renew(&self, until: Timestamp) {
        let until_ns = until.as_ns();
        let flags = self.flags;
        let now_ns = Timestamp::now().as_ns().max(1);
        if flags.ready_until_ns.load(Ordering::Acquire) < now_ns {
            let (set, get) = (Ordering::AcqRel, Ordering::Acquire);
            let anew = |since_ns| (since_ns != 0).then_some(now_ns);
            // One that is not ready stays so.
            let _ = flags.ready_since_ns.fetch_update(set, get, anew);
            flags.ready_until_ns.store(until_ns, Ordering::Release);
            // Writing to an open eventfd does not fail, and a gate that has stopped needs no wake-up.
            let _ = flags.wake();
        }
        flags.ready_until_ns.store(until_ns, Ordering::Release);
    }

    /// Says whether a trigger would be taken, beside what the gate knows itself: with false the ready line is not active.
    /// Parts that wait stay as they are. True at the start.
    ///
    /// # Errors
    /// When the gate has stopped or cannot be woken.
    pub fn set_taking(&self, taking: bool) -> Result<(), SendError> {
        self.flags.check_open()?;
        self.flags.taking.store(taking, Ordering::Release);
        self.flags.wake()
    }

    /// Makes the fault line active, or leaves it to the parts again.
    ///
    /// # Errors
    /// When the gate has stopped or cannot be woken.
    pub fn set_fault(&self, fault: bool) -> Result<(), SendError> {
        self.flags.check_open()?;
        self.flags.fault.store(fault, Ordering::Release);
        self.flags.wake()
    }

    /// Stops the gate: it rejects and reports what waits, puts the lines to their safe levels, and its thread ends.
    pub fn stop(&self) {
        self.flags.stop();
    }
}
