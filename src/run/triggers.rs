//! The trigger thread: an edge of the trigger's line becomes a part, with its number and the gate armed, or a missed
//! trigger. It waits for no other thread and for no file.
//!
//! A part whose trigger was missed is on the line all the same. It gets a number and a record, and the gate rejects it at
//! its time. Where that is not possible, because the journal cannot be written, or too many were missed at once, or their
//! edges were lost, it is counted, and the gate rejects everything from now until it is gone.

use super::beats::Beating;
use super::messages::{Decision, Found, Job, Message, Picture, Times, Triggered};
use super::readiness::NotReady;
use super::shared::{Shared, Stop};
use super::wait::wait;
use crate::bounded::text::cut;
use crate::gate::{Arming, Control};
use crate::part::{Cause, PartId, Verdict};
use crate::station::file::TriggerSettings;
use crate::trigger::{Input, Signal};
use board::Timestamp;
use board::edge::Edges;
use board::realtime;
use core::time::Duration;
use heapless::Vec;
use std::os::fd::AsFd as _;
use std::thread;

#[cfg(test)]
mod tests;

/// Real-time priority of this thread, of 1 to 99: just below the gate's.
const PRIORITY: u8 = super::threads::GATE_PRIORITY - 1;
/// Edges that are taken before the thread looks whether the program stops. A line that changes so often without settling is
/// no contact that bounces.
const EDGES_AT_ONCE: usize = 64;
/// How long the thread leaves such a line alone, so that it does not take the processor from everybody else. What the kernel
/// cannot keep meanwhile is counted as lost.
const PAUSE: Duration = Duration::from_millis(1);

/// What the trigger thread works with.
pub(super) struct Triggers<'a> {
    edges: Box<dyn Edges + 'a>,
    input: Input,
    /// Edges since the line was settled.
    unsettled: usize,
    undecided_max: usize,
    arming: Arming<'a>,
    control: Control<'a>,
    shared: &'a Shared,
}

impl<'a> Triggers<'a> {
    pub fn new(
        settings: &TriggerSettings,
        edges: Box<dyn Edges + 'a>,
        arming: Arming<'a>,
        control: Control<'a>,
        shared: &'a Shared,
    ) -> Self {
        let period = Duration::from_micros(settings.debounce_us.into());
        Self {
            edges,
            input: Input::new(settings.active.into(), period),
            unsettled: 0,
            undecided_max: settings.undecided_max.into(),
            arming,
            control,
            shared,
        }
    }

    /// Takes triggers until the program stops.
    pub fn run(mut self) {
        if let Err(error) = realtime::raise_priority(PRIORITY) {
            complain!("sluice: {error}");
        }
        while !self.shared.stopping() {
            if let Err(why) = self.turn() {
                return self.shared.stop(Stop::Broken(why));
            }
        }
    }

    /// Waits for edges or the end of a debounce, and takes what has come.
    fn turn(&mut self) -> Result<(), String> {
        let sources = [self.shared.stop_bell.as_fd(), self.edges.as_fd()];
        let beat = self.shared.beats.beat(Beating::Trigger);
        let until = self.input.next_wake().into_iter().chain(beat).min();
        wait(sources, until).map_err(|error| format!("trigger: {error}"))?;
        let mut signals = Vec::<Signal, { 3 * EDGES_AT_ONCE + 2 }>::new();
        // An edge gives three at most, and so does a lost one, which is asked for behind fewer edges. The
        // end of a debounce gives two.
        let mut out = |signal| {
            let _ = signals.push(signal);
        };
        // Looked at before the edges: an edge that comes meanwhile is later than this.
        let now = Timestamp::now();
        let failed = |error| format!("trigger: {error}");
        let mut taken = 0;
        while taken < EDGES_AT_ONCE
            && let Some(edge) = self.edges.next_edge().map_err(failed)?
        {
            self.input.edge(edge, &mut out);
            taken += 1;
        }
        let all = taken < EDGES_AT_ONCE;
        if all {
            // Before a level counts, the line is asked: a queue that was full may have lost the last edge (version 1 of the
            // kernel's interface loses the newest).
            if self.input.next_wake().is_some_and(|at| at <= now) {
                let level = self.edges.level().map_err(failed)?;
                if self.input.level() != Some(level) {
                    match self.edges.next_edge().map_err(failed)? {
                        Some(edge) => self.input.edge(edge, &mut out),
                        None => self.input.strayed(now, level, &mut out),
                    }
                }
            }
            self.input.advance(now, &mut out);
        }
        for signal in signals {
            match signal {
                Signal::Trigger { at } => self.trigger(at),
                Signal::Lost { triggers, until } => self.lost(triggers, until),
            }
        }
        // Behind the triggers, so that whoever waits for the line to settle finds them then.
        let settling = self.input.is_settling();
        if settling != self.shared.readiness.settling() {
            self.shared.readiness.set_settling(settling);
            // The bell has no reason to fail while it exists.
            let _ = self.shared.source_bell.ring();
        }
        self.unsettled = if settling || !all {
            self.unsettled.saturating_add(taken)
        } else {
            0
        };
        if self.unsettled >= EDGES_AT_ONCE {
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    fn trigger(&mut self, edge: Timestamp) {
        match self.shared.readiness.refuses(self.undecided_max) {
            None => self.take(edge),
            Some(why) => self.miss(edge, why),
        }
    }

    /// The part is on its way.
    fn take(&mut self, edge: Timestamp) {
        let shared = self.shared;
        let job = Job {
            part: shared.readiness.next_part(),
            trigger: edge,
            on_line: true,
            picture: Picture::None,
        };
        let part = job.part;
        // Asked before, and nobody else begins a part on the line.
        shared.readiness.begin(true);
        let message = match self.arming.arm(part, edge) {
            Ok(()) => Message::Begun(job),
            Err(error) => {
                let detail = cut(format_args!("gate: {error}"));
                Message::Refused(job, Cause::QueueFull, detail)
            }
        };
        let armed = matches!(message, Message::Begun(_));
        if shared.messages.send(message).is_err() {
            return shared.stop_for_queue();
        }
        if armed && !self.pass_on(edge, Some(part)) {
            let detail = cut(format_args!("nobody takes its trigger"));
            let failed = Message::Failed(part, Cause::QueueFull, detail);
            if shared.messages.send(failed).is_err() {
                return shared.stop_for_queue();
            }
        }
        if shared.readiness.refuses(usize::MAX).is_some() {
            // That was the last one for which there was room. It fails only when the gate has stopped.
            let _ = shared.tell_gate(self.control);
        }
    }

    /// The part is there, and nobody can inspect it.
    fn miss(&mut self, edge: Timestamp, why: NotReady) {
        let ready = &self.shared.readiness;
        // Its picture, if one comes, is not another part's. Without room it is looked for a part in vain.
        let _ = self.pass_on(edge, None);
        if !ready.journal_works() || !ready.begin_missed() {
            return self.count(1, false, edge);
        }
        let part = ready.next_part();
        let armed = self.arming.arm_missed(part, edge);
        let detail = match &armed {
            Ok(()) => cut(format_args!("{why}")),
            Err(error) => cut(format_args!("{why}; gate: {error}")),
        };
        let decision = Decision {
            job: Job {
                part,
                trigger: edge,
                on_line: true,
                picture: Picture::None,
            },
            verdict: Verdict::Fault(Cause::Missed),
            detail,
            sha256: None,
            found: Found::default(),
            times: Times {
                total: Timestamp::now().since(edge),
                ..Times::default()
            },
            armed: armed.is_ok(),
            thumbnail: None,
        };
        if self.shared.decisions.send(decision).is_err() {
            self.shared.stop_for_queue();
        }
    }

    /// Parts that came between two edges, and that nobody saw.
    fn lost(&mut self, triggers: u32, until: Timestamp) {
        if triggers > 0 {
            self.count(triggers, true, until);
        }
    }

    /// Counts triggers without a number, the last of them at this time or before.
    fn count(&mut self, triggers: u32, lost: bool, until: Timestamp) {
        self.shared.readiness.miss(triggers, lost);
        // It fails only when the gate has stopped, and then all lines are safe.
        let _ = self.arming.hold(until);
    }

    /// Tells whoever finds the picture. False without room.
    fn pass_on(&self, edge: Timestamp, part: Option<PartId>) -> bool {
        let sent = self.shared.triggers.send(Triggered { edge, part }).is_ok();
        // The bell has no reason to fail while it exists.
        let _ = self.shared.source_bell.ring();
        sent
    }
}
