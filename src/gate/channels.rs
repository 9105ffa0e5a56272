//! How the other threads send to the gate's thread. Neither side ever waits for the other.
//!
//! Two bounded queues lead to the gate and one leads away from it, each with one thread at either
//! end. A wake-up ends the gate's sleep. If a command does not fit into its queue, its sender gets
//! an error and the gate rejects the part. The station's own states (ready, fault, stop) are flags,
//! so they always arrive.

use super::report::Event;
use crate::part::{PARTS_MAX, PartId, Verdict};
use board::Timestamp;
use board::wake::{Wake, WakeError};
use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use heapless::spsc::{Consumer, Producer, Queue};

mod control;

pub use control::Control;
pub(super) use control::NO_SPEED;

/// Number of unread events after which the next one is lost.
pub const EVENTS_MAX: usize = 255;

/// A queue of this size holds one command fewer.
const COMMANDS: usize = PARTS_MAX + 1;

/// Why a command did not reach the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The queue is full, because the gate's thread is far behind. The part is rejected. If it was
    /// to be armed, the gate does not report it.
    #[error(
        "part {part}: the gate is {PARTS_MAX} commands behind; give its thread a real-time priority"
    )]
    Full {
        /// The part named in the command.
        part: PartId,
    },
    /// The gate stopped. Every line is at its safe level, and no report will follow.
    #[error("the gate has stopped; restart the station")]
    Stopped,
    /// The gate could not be woken. The command waits in its queue.
    #[error("the gate cannot be woken: {0}")]
    Wake(#[source] WakeError),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Arm {
    pub(super) part: PartId,
    pub(super) trigger: Timestamp,
    /// The trigger was missed, so the part is a fault already.
    pub(super) missed: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Resolve {
    pub(super) part: PartId,
    pub(super) verdict: Verdict,
    pub(super) at: Timestamp,
}

/// The states that other threads set. The gate reads them at every turn.
#[derive(Debug)]
pub(super) struct GateFlags {
    pub(super) wake: Wake,
    /// When the station became ready, in nanoseconds. 0 while it is not ready.
    pub(super) ready_since_ns: AtomicU64,
    /// When the station stops being ready unless this time is renewed, in nanoseconds. `u64::MAX`
    /// for no limit.
    pub(super) ready_until_ns: AtomicU64,
    pub(super) taking: AtomicBool,
    pub(super) fault: AtomicBool,
    /// The outputs stay at their safe levels.
    pub(super) outputs_safe: AtomicBool,
    /// The lamps are tested.
    pub(super) lamp_test: AtomicBool,
    pub(super) stop: AtomicBool,
    /// Finished inspections that no part on the line waited for.
    pub(super) inspected: AtomicU64,
    /// An inspection that no part on the line waited for failed.
    pub(super) check_failed: AtomicBool,
    /// The latest trigger of a part that could not be armed, in nanoseconds. 0 for no trigger.
    pub(super) refused_ns: AtomicU64,
    /// Until when no trigger is taken because a movement was late, in nanoseconds. Set by the gate.
    pub(super) late_until_ns: AtomicU64,
    /// The belt should move.
    pub(super) belt_driven: AtomicBool,
    /// The belt's speed, or [`NO_SPEED`]. Set by the gate.
    pub(super) ticks_per_s: AtomicU64,
    /// The gate has stopped.
    closed: AtomicBool,
}

impl GateFlags {
    fn wake(&self) -> Result<(), SendError> {
        self.wake.ring().map_err(SendError::Wake)
    }

    fn check_open(&self) -> Result<(), SendError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(SendError::Stopped);
        }
        Ok(())
    }

    fn stop(&self) {
        self.stop.store(true, Ordering::Release);
        // Writing to an open eventfd does not fail, and the gate reads the flag at every turn.
        let _ = self.wake();
    }
}

/// The queues and the flags. They must outlive the station's threads.
pub struct Channels {
    arms: Queue<Arm, COMMANDS>,
    resolves: Queue<Resolve, COMMANDS>,
    events: Queue<Event, { EVENTS_MAX + 1 }>,
    flags: GateFlags,
}

impl fmt::Debug for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channels")
            .field("flags", &self.flags)
            .finish_non_exhaustive()
    }
}

/// The ends of the [`Channels`], one for each thread.
#[derive(Debug)]
pub struct Handles<'c> {
    /// For the thread that sees the triggers.
    pub arming: Arming<'c>,
    /// For the thread that decides.
    pub resolving: Resolving<'c>,
    /// For the owner of the station's states. Can be copied.
    pub control: Control<'c>,
    /// For the thread that records.
    pub events: Events<'c>,
    /// For the gate's thread: [`super::Driver::new`].
    pub gate: GateEnd<'c>,
}

impl Channels {
    /// Empty queues for a gate that is not ready. Opens one file descriptor. The queues are part of
    /// the value.
    ///
    /// # Errors
    /// If the process has no file descriptor left.
    pub fn new() -> Result<Self, WakeError> {
        Ok(Self {
            arms: Queue::new(),
            resolves: Queue::new(),
            events: Queue::new(),
            flags: GateFlags {
                wake: Wake::new()?,
                ready_since_ns: AtomicU64::new(0),
                ready_until_ns: AtomicU64::new(u64::MAX),
                taking: AtomicBool::new(true),
                fault: AtomicBool::new(false),
                outputs_safe: AtomicBool::new(false),
                lamp_test: AtomicBool::new(false),
                stop: AtomicBool::new(false),
                inspected: AtomicU64::new(0),
                check_failed: AtomicBool::new(false),
                refused_ns: AtomicU64::new(0),
                late_until_ns: AtomicU64::new(0),
                belt_driven: AtomicBool::new(true),
                ticks_per_s: AtomicU64::new(NO_SPEED),
                closed: AtomicBool::new(false),
            },
        })
    }

    /// The ends, for scoped threads. After a gate has stopped, the ends of another split behave
    /// like those of a stopped gate.
    pub fn split(&mut self) -> Handles<'_> {
        let (arms_in, arms) = self.arms.split();
        let (resolves_in, resolves) = self.resolves.split();
        let (events_in, events) = self.events.split();
        let flags = &self.flags;
        Handles {
            arming: Arming {
                queue: arms_in,
                flags,
            },
            resolving: Resolving {
                queue: resolves_in,
                flags,
            },
            control: Control::new(flags),
            events: Events { queue: events },
            gate: GateEnd {
                arms,
                resolves,
                events: events_in,
                flags: Closing(flags),
            },
        }
    }
}

/// Arms parts. Sending costs a copy and one system call, never waits and allocates nothing.
pub struct Arming<'c> {
    queue: Producer<'c, Arm>,
    flags: &'c GateFlags,
}

impl Arming<'_> {
    /// Arms the reject for `part`, whose trigger was at `trigger`. Numbers must rise from call to
    /// call.
    ///
    /// # Errors
    /// If the gate did not take the part. The part is then a fault. A running gate also holds the
    /// reject from now until the part is gone. A part armed while the gate is stopping may get
    /// neither an error nor a report, so stop the triggers first.
    pub fn arm(&mut self, part: PartId, trigger: Timestamp) -> Result<(), SendError> {
        self.send(Arm {
            part,
            trigger,
            missed: false,
        })
    }

    /// Arms the reject for a part whose trigger was missed. It is a fault already and needs no
    /// verdict.
    ///
    /// # Errors
    /// As [`Self::arm`].
    pub fn arm_missed(&mut self, part: PartId, trigger: Timestamp) -> Result<(), SendError> {
        self.send(Arm {
            part,
            trigger,
            missed: true,
        })
    }

    fn send(&mut self, arm: Arm) -> Result<(), SendError> {
        self.flags.check_open()?;
        if self.queue.enqueue(arm).is_err() {
            self.hold(arm.trigger);
            return Err(SendError::Full { part: arm.part });
        }
        self.flags.wake()
    }

    /// Holds the reject from now until a part with this trigger is gone. Use it for parts without a
    /// number. Does nothing after the gate has stopped, because all lines are then safe. Never
    /// waits and allocates nothing.
    pub fn hold(&mut self, trigger: Timestamp) {
        self.flags
            .refused_ns
            .fetch_max(trigger.as_ns().max(1), Ordering::AcqRel);
        // The gate reads the time at every turn.
        let _ = self.flags.wake();
    }
}

/// Sends verdicts, and keeps the gate running: dropping it stops the gate. Without the thread that
/// decides, nothing can pass.
pub struct Resolving<'c> {
    queue: Producer<'c, Resolve>,
    flags: &'c GateFlags,
}

impl Resolving<'_> {
    /// Gives the verdict on a part, with the current time. Never waits and allocates nothing.
    ///
    /// # Errors
    /// If the gate did not take the verdict. The part is then rejected. After [`SendError::Wake`]
    /// the verdict may still count.
    pub fn resolve(&mut self, part: PartId, verdict: Verdict) -> Result<(), SendError> {
        self.flags.check_open()?;
        let at = Timestamp::now();
        self.queue
            .enqueue(Resolve { part, verdict, at })
            .map_err(|_| SendError::Full { part })?;
        self.flags.wake()
    }

    /// Reports an inspection that no part on the line waits for: a self-check, or a picture whose
    /// part is gone. If it finished, the alive line toggles. If it failed, the fault line is active
    /// until another inspection finishes. Does nothing after the gate has stopped, because all
    /// lines are then safe. Never waits and allocates nothing.
    pub fn inspected(&mut self, finished: bool) {
        if finished {
            self.flags.inspected.fetch_add(1, Ordering::AcqRel);
        } else {
            self.flags.check_failed.store(true, Ordering::Release);
        }
        // The gate reads both at every turn.
        let _ = self.flags.wake();
    }
}

impl Drop for Resolving<'_> {
    fn drop(&mut self) {
        self.flags.stop();
    }
}

/// Receives the gate's events, for the thread that records.
pub struct Events<'c> {
    queue: Consumer<'c, Event>,
}

/// Returns the next event, or `None` if the queue is empty. More events can follow `None`.
impl Iterator for Events<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        self.queue.dequeue()
    }
}

/// The gate's end of the channels. After this end or its driver is dropped, senders get
/// [`SendError::Stopped`].
pub struct GateEnd<'c> {
    pub(super) arms: Consumer<'c, Arm>,
    pub(super) resolves: Consumer<'c, Resolve>,
    pub(super) events: Producer<'c, Event>,
    pub(super) flags: Closing<'c>,
}

/// The flags as the gate holds them. Dropping this closes the channels.
#[derive(Debug)]
pub(super) struct Closing<'c>(&'c GateFlags);

impl<'c> Closing<'c> {
    pub(super) fn get(&self) -> &'c GateFlags {
        self.0
    }
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.closed.store(true, Ordering::Release);
    }
}

macro_rules! debug_as_name {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}
debug_as_name!(Arming, Resolving, Events, GateEnd);
