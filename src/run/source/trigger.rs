//! The thread `trigger`: an edge of the trigger line becomes a part, with its number and the gate
//! armed, or a missed trigger. It waits for no other thread and for no file.
//!
//! A part whose trigger was missed is still on the line. It gets a number and a record, and the
//! gate rejects it at its time. Sometimes that is impossible: the journal cannot be written, too
//! many triggers were missed at once, or their edges were lost. Then they are counted, and the gate
//! rejects everything from now until they are gone.

use crate::bounded::text::cut;
use crate::gate::Arming;
use crate::journal::{BlobTotals, WallTime};
use crate::part::{Cause, PartId, Verdict};
use crate::run::messages::{Decided, Job, Message, PictureRef, Times, Triggered};
use crate::run::readiness::Refusal;
use crate::run::shared::{Monitored, Shared, Stop};
use crate::run::threads::{Thread, Threads};
use crate::run::wait::wait;
use crate::scheduling::GATE_PRIORITY;
use crate::station::file::TriggerSettings;
use crate::trigger::{EdgeFilter, Signal};
use board::Timestamp;
use board::edge::Edges;
use board::realtime;
use core::sync::atomic::Ordering;
use core::time::Duration;
use heapless::Vec;
use std::os::fd::AsFd as _;
use std::thread;

#[cfg(test)]
mod tests;

/// Real-time priority of this thread, from 1 to 99: just below the gate's.
const PRIORITY: u8 = GATE_PRIORITY - 1;
/// Edges taken in one turn. A line that changes more often without settling is not a bouncing
/// contact.
const EDGES_AT_ONCE: usize = 64;
/// How long the thread ignores such a line, so that the other threads get the processor. Edges that
/// the kernel cannot keep meanwhile count as lost.
const PAUSE: Duration = Duration::from_millis(1);
/// Signals of one turn: three for each edge, and two for the end of a debounce.
const SIGNALS_MAX: usize = 3 * EDGES_AT_ONCE + 2;

/// The open trigger line and its settings.
pub struct TriggerEdges<'d> {
    pub settings: &'d TriggerSettings,
    pub edges: Box<dyn Edges + 'd>,
}

impl TriggerEdges<'_> {
    /// Starts the thread `trigger`, which arms the gate.
    pub fn start<'scope>(
        self,
        arming: Arming<'scope>,
        threads: &Threads<'scope, '_>,
    ) -> Thread<'scope, ()>
    where
        Self: 'scope,
    {
        let triggers = Triggers::new(self, arming, threads.shared);
        threads.start("trigger", move || triggers.run())
    }
}

/// The trigger thread at work.
pub struct Triggers<'a> {
    edges: Box<dyn Edges + 'a>,
    input: EdgeFilter,
    /// Edges since the line was last settled.
    unsettled: usize,
    undecided_max: usize,
    arming: Arming<'a>,
    shared: &'a Shared<'a>,
}

impl<'a> Triggers<'a> {
    pub fn new(line: TriggerEdges<'a>, arming: Arming<'a>, shared: &'a Shared<'a>) -> Self {
        let TriggerEdges { settings, edges } = line;
        let period = Duration::from_micros(settings.debounce_us.into());
        Self {
            edges,
            input: EdgeFilter::new(settings.active.into(), period),
            unsettled: 0,
            undecided_max: settings.undecided_max.into(),
            arming,
            shared,
        }
    }

    fn run(mut self) {
        // The station has said what is missing, if this fails.
        let _ = realtime::raise_priority(PRIORITY);
        realtime::touch_stack();
        while !self.shared.is_stopping() {
            if let Err(why) = self.turn() {
                return self.shared.stop(Stop::Broken(why));
            }
        }
    }

    /// Waits for edges or the end of a debounce, and handles them.
    fn turn(&mut self) -> Result<(), String> {
        let sources = [self.shared.stop_wake_up.as_fd(), self.edges.as_fd()];
        let heartbeat_at = self.shared.heartbeats.give(Monitored::Trigger);
        let until = self.input.next_wake().into_iter().chain(heartbeat_at).min();
        wait(sources, until).map_err(|error| format!("trigger: {error}"))?;
        if self.work()? {
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Handles what has come. Returns whether the line changes without settling, and must be left
    /// alone for a while.
    pub fn work(&mut self) -> Result<bool, String> {
        let mut signals = Vec::<Signal, SIGNALS_MAX>::new();
        let taken = self.take_edges(&mut signals)?;
        for signal in signals {
            match signal {
                Signal::Trigger { at } => self.trigger(at),
                Signal::Lost { triggers, until } => self.lost(triggers, until),
            }
        }
        self.report_settling();
        Ok(self.chatters(taken))
    }

    /// When to call [`Self::work`] next, unless an edge comes first.
    #[cfg(any(test, feature = "simulation"))]
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.input.next_wake()
    }

    /// Takes the edges that have come. Returns how many.
    fn take_edges(&mut self, signals: &mut Vec<Signal, SIGNALS_MAX>) -> Result<usize, String> {
        let mut out = |signal| {
            let _ = signals.push(signal);
        };
        let failed = |error| format!("trigger: {error}");
        // Read before the edges: an edge that comes meanwhile is later than this.
        let now = Timestamp::now();
        let mut taken = 0;
        while taken < EDGES_AT_ONCE
            && let Some(edge) = self.edges.next_edge().map_err(failed)?
        {
            self.input.edge(edge, &mut out);
            taken += 1;
        }
        if taken == EDGES_AT_ONCE {
            return Ok(taken);
        }
        // The line's level is read before a level counts. A full queue may have lost the last edge:
        // version 1 of the kernel's interface drops the newest.
        if self.input.next_wake().is_some_and(|at| at <= now) {
            let level = self.edges.level().map_err(failed)?;
            if self.input.level() != Some(level) {
                match self.edges.next_edge().map_err(failed)? {
                    Some(edge) => self.input.edge(edge, &mut out),
                    None => self.input.resync(now, level, &mut out),
                }
            }
        }
        self.input.advance(now, &mut out);
        Ok(taken)
    }

    /// Tells the camera's thread whether the line is settling. Call it after the triggers were
    /// passed on: a thread that waits for the line to settle must then find them.
    fn report_settling(&self) {
        let settling = self.input.is_settling();
        let before = self
            .shared
            .trigger_settling
            .swap(settling, Ordering::AcqRel);
        if settling != before {
            self.shared.source_wake_up.wake();
        }
    }

    /// Whether the line changes without settling.
    fn chatters(&mut self, taken: usize) -> bool {
        let settled = taken < EDGES_AT_ONCE && !self.input.is_settling();
        self.unsettled = if settled {
            0
        } else {
            self.unsettled.saturating_add(taken)
        };
        self.unsettled >= EDGES_AT_ONCE
    }

    fn trigger(&mut self, edge: Timestamp) {
        // Read before the part is admitted: it begins under this recipe, if it begins.
        let recipe = self.shared.ready.recipes.current();
        match self.shared.ready.admit(edge, self.undecided_max) {
            Ok(golden) => self.take(edge, golden, recipe),
            Err(why) => self.miss(edge, why),
        }
    }

    /// Begins a part, perhaps a golden one, and arms the gate for it.
    fn take(&mut self, edge: Timestamp, golden: Option<u8>, recipe: u8) {
        let shared = self.shared;
        let job = Job {
            golden,
            recipe,
            ..self.job(shared.ready.parts.next_part(), edge)
        };
        let (part, recipe) = (job.part, job.recipe);
        // `refusal` has checked the space, and only this thread begins parts on the line.
        shared.ready.parts.begin(true);
        match self.arming.arm(part, edge) {
            Ok(()) => {
                shared.tell_inspection(Message::Begun(job));
                if !self.pass_on(edge, Some(part), recipe) {
                    let detail = cut(format_args!("too many triggers wait for their pictures"));
                    let failed = Message::Failed(part, Cause::QueueFull, detail);
                    shared.tell_inspection(failed);
                }
            }
            Err(error) => {
                let detail = cut(format_args!("gate: {error}"));
                let refused = Message::Refused(job, Cause::QueueFull, detail);
                shared.tell_inspection(refused);
            }
        }
        if shared.ready.refusal(self.undecided_max).is_some() {
            // No further part can begin: the ready line must say so.
            shared.ready.refresh();
        }
    }

    /// Records a part that cannot be inspected, and has the gate reject it.
    fn miss(&mut self, edge: Timestamp, why: Refusal) {
        // The picture of this part must not be given to another one. If the queue is full, its
        // picture finds no trigger.
        let ready = &self.shared.ready;
        let _ = self.pass_on(edge, None, ready.recipes.current());
        if !ready.is_recording() || !ready.parts.begin_missed() {
            return self.count(1, false, edge);
        }
        let part = ready.parts.next_part();
        let armed = self.arming.arm_missed(part, edge);
        let detail = match &armed {
            Ok(()) => cut(format_args!("{why}")),
            Err(error) => cut(format_args!("{why}; gate: {error}")),
        };
        let decided = Decided {
            job: self.job(part, edge),
            time: WallTime::of(edge),
            verdict: Verdict::Fault(Cause::Missed),
            detail,
            sha256: None,
            found: BlobTotals::default(),
            hashes: None,
            measures: None,
            times: Times {
                total: Timestamp::now().since(edge),
                ..Times::default()
            },
            armed: armed.is_ok(),
            thumbnail: None,
        };
        if self.shared.decided.send(decided).is_err() {
            self.shared.stop_for_queue();
        }
    }

    /// Counts parts whose edges were lost.
    fn lost(&mut self, triggers: u32, until: Timestamp) {
        if triggers > 0 {
            self.count(triggers, true, until);
        }
    }

    /// Counts triggers without a number, the last one at `until` or earlier. The gate rejects until
    /// their parts are gone.
    fn count(&mut self, triggers: u32, lost: bool, until: Timestamp) {
        self.shared.ready.parts.miss(triggers, lost);
        self.arming.hold(until);
    }

    /// A part of the production.
    fn job(&self, part: PartId, edge: Timestamp) -> Job {
        Job {
            part,
            trigger: edge,
            on_line: true,
            picture: PictureRef::None,
            golden: None,
            recipe: self.shared.ready.recipes.current(),
        }
    }

    /// Passes the trigger to the thread that finds the picture. Returns false if the queue is full.
    fn pass_on(&self, edge: Timestamp, part: Option<PartId>, recipe: u8) -> bool {
        let triggered = Triggered { edge, part, recipe };
        let sent = self.shared.triggers.send(triggered).is_ok();
        self.shared.source_wake_up.wake();
        sent
    }
}
