//! The inspection: the one thread that speaks to AscendCL. It opens the engine, runs each part, decides it, and tells the
//! gate. It also keeps the deadline: a part that is not decided in time is a fault then, whatever still works on it.

use super::decide::Undecided;
use super::messages::{Decoded, Input, Message};
use super::self_check::SelfCheck;
use super::shared::{SLOTS_MAX, Shared, Stop};
use crate::bounded::channel::Received;
use crate::bounded::text::{Detail, cut};
use crate::engine::{ClockMeter, Engine, EngineError};
use crate::gate::{Control, Resolving};
use crate::image::{ChannelOrder, Size};
use crate::part::{Cause, Verdict};
use crate::station::Station;
use crate::verdict::Inspector;
use ascendcl::{Finished, Library, Slot};
use board::Timestamp;
use core::sync::atomic::Ordering;
use core::time::Duration;
use heapless::Vec;
use std::time::Instant;

/// How often a waiting inspection looks at the flags.
pub(super) const LOOK: Duration = Duration::from_millis(20);

/// What a turn may take beyond the times of the station file: a busy machine, and AscendCL's calls that only start or ask.
const TURN_MORE: Duration = Duration::from_secs(2);

/// Inspects parts until the program stops, then faults what is under way. Dropping `resolving` at the end stops the gate.
pub(super) fn run(
    station: &Station,
    open: &(dyn Fn(&str) -> Result<Library, EngineError> + Sync),
    resolving: Resolving<'_>,
    control: Control<'_>,
    shared: &Shared,
) {
    let mut inspection = match Inspection::start(station, open, resolving, shared) {
        Ok(inspection) => inspection,
        Err(error) => return shared.stop(Stop::Broken(error.to_string())),
    };
    // The queue holds one and this is the only message.
    let _ = shared.engine_ready.send(inspection.engine.place());
    while !shared.stopping() {
        inspection.is_heard_of();
        inspection.turn();
    }
    // What still has to end is waited for by whoever stops the station.
    shared.patience.end();
    let _ = shared.tell_gate(control);
    inspection.finish();
}

pub(super) struct Inspection<'a> {
    /// Dropped first, which stops the gate: its lines are safe before the device is taken down, which may take long.
    pub(super) resolving: Resolving<'a>,
    pub(super) engine: Engine,
    pub(super) inspector: Inspector,
    slots: Vec<Option<Slot>, SLOTS_MAX>,
    /// Pictures that were decoded while the inspection waited for a late device.
    held: Vec<Decoded, SLOTS_MAX>,
    pub(super) shared: &'a Shared,
    pub(super) deadline: Duration,
    pub(super) timeout: Duration,
    pub(super) self_check: Option<SelfCheck>,
    pub(super) size: Size,
    pub(super) order: ChannelOrder,
}

impl<'a> Inspection<'a> {
    /// Opens the engine, runs a black picture through it so that the first part does not pay for what the device does
    /// once, and lends the inputs to the decode workers.
    fn start(
        station: &Station,
        open: &(dyn Fn(&str) -> Result<Library, EngineError> + Sync),
        resolving: Resolving<'a>,
        shared: &'a Shared,
    ) -> Result<Self, EngineError> {
        let engine = Engine::open(station, open(&station.engine.library)?)?;
        let mut inspector = engine.inspector(station)?;
        let check_every = Duration::from_millis(station.engine.self_check_ms.into());
        let mut self_check = None;
        let count = usize::from(station.engine.slots);
        // One more for the self-check.
        let more = usize::from(!check_every.is_zero());
        let timeout = Duration::from_millis(station.engine.timeout_ms.into());
        let mut slots = Vec::new();
        let warm = engine.warm_up(count + more, timeout, &ClockMeter)?;
        if let Some(memory) = warm.memory {
            tell!("{memory}");
            // It is set once.
            let _ = shared.memory.set(memory);
        }
        for (finished, _) in warm.slots {
            if slots.len() == count {
                let check = SelfCheck::new(check_every, &engine, &mut inspector, finished)?;
                self_check = Some(check);
                break;
            }
            let (buffer, slot) = finished.into_parts();
            let number = slots.len();
            // Both hold as many as a station file allows.
            let _ = slots.push(Some(slot));
            let _ = shared.inputs.send(Input {
                slot: number,
                buffer,
            });
        }
        Ok(Self {
            engine,
            inspector,
            slots,
            held: Vec::new(),
            resolving,
            shared,
            deadline: Duration::from_millis(station.gate.deadline_ms.into()),
            timeout,
            self_check,
            size: station.image.size,
            order: station.image.order,
        })
    }

    /// The next sign of life comes in time. A part, or a self-check, may take its deadline, and a device that is late with it
    /// the rest of its timeout; a turn can have more than one of them.
    pub(super) fn is_heard_of(&self) {
        let turn_max = self.deadline + self.timeout + TURN_MORE;
        self.shared.patience.until(Timestamp::now() + turn_max);
    }

    /// One picture, one message or one passed deadline.
    fn turn(&mut self) {
        if let Some(decoded) = self.held.pop() {
            self.inspect(decoded);
        }
        let now = Timestamp::now();
        let wait = match self.shared.open.first_trigger() {
            _ if !self.held.is_empty() => Duration::ZERO,
            Some(trigger) => (trigger + self.deadline).since(now).min(LOOK),
            None => LOOK,
        };
        match self.shared.messages.receive(wait) {
            Received::Item(message) => self.hear(message),
            Received::Nothing | Received::Closed => {}
        }
        self.expire();
        self.check_self();
    }

    /// Whether no part waits for its decision.
    pub(super) fn is_idle(&self) -> bool {
        self.shared.open.is_empty() && self.held.is_empty()
    }

    /// Keeps the other parts' deadlines while the device is waited for.
    pub(super) fn keep_deadlines(&mut self) {
        while let Received::Item(message) = self.shared.messages.receive(Duration::ZERO) {
            match message {
                // There are as many as there are inputs, and each is here once.
                Message::Decoded(decoded) => drop(self.held.push(decoded)),
                message => self.hear(message),
            }
        }
        self.expire();
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::Begun(job) => {
                self.shared.open.push(job);
            }
            Message::Paired(part, picture) => self.paired(part, picture),
            Message::Failed(part, cause, detail) => self.fail(part, cause, detail),
            Message::Doubted(part, detail) => self.doubt(part, detail),
            Message::Refused(job, cause, detail) => {
                let verdict = Verdict::Fault(cause);
                self.decide(Undecided::of(job), verdict, detail, false, None);
            }
            Message::Decoded(decoded) => self.inspect(decoded),
        }
    }

    /// Every part whose deadline has passed is a fault.
    fn expire(&mut self) {
        let now = Timestamp::now();
        while let Some(job) = self.shared.open.take_older(self.deadline, now) {
            let detail = cut(format_args!(
                "no decision within {} ms",
                self.deadline.as_millis()
            ));
            self.decide(
                Undecided::of(job),
                Verdict::Fault(Cause::Deadline),
                detail,
                true,
                None,
            );
        }
    }

    fn inspect(&mut self, mut decoded: Decoded) {
        self.is_heard_of();
        self.expire();
        let Some(input) = decoded.input.take() else {
            return;
        };
        // Under its number, or under the one that its file got later.
        let open = &self.shared.open;
        let Some(job) = open.find(decoded.part, &decoded.picture) else {
            // Its deadline passed while it was being decoded: it is a fault already.
            return self.lend(input);
        };
        let part = job.part;
        let mut undecided = Undecided::decoded(job, &decoded);
        let slot = match (
            decoded.result,
            self.slots.get_mut(input.slot).and_then(Option::take),
        ) {
            (Ok(_), Some(slot)) => slot,
            (Err((cause, detail)), slot) => {
                let taken = open.take(part);
                self.put_back(input, slot);
                if taken.is_some() {
                    self.decide(undecided, Verdict::Fault(cause), detail, true, None);
                }
                return;
            }
            (Ok(_), None) => {
                if open.take(part).is_none() {
                    return;
                }
                return self.decide(
                    undecided,
                    Verdict::Fault(Cause::Engine),
                    Detail::new(),
                    true,
                    None,
                );
            }
        };
        let start = Timestamp::now();
        let until = (undecided.job.trigger + self.deadline).since(start);
        let run = self.engine.run(slot, input.buffer, Instant::now() + until);
        undecided.times.engine = Timestamp::now().since(start);
        if open.take(part).is_none() {
            // The program ends, and somebody else has decided it.
            return;
        }
        match run {
            Ok(finished) => self.judge(undecided, input.slot, finished),
            Err(unfinished) => self.give_up(undecided, input.slot, unfinished),
        }
    }

    /// The model's output becomes a verdict. The screen's picture is drawn after the gate was told.
    fn judge(&mut self, mut undecided: Undecided, slot: usize, finished: Finished) {
        let start = Timestamp::now();
        let output = finished
            .output(self.engine.outputs().judged)
            .unwrap_or_default();
        let result = self.inspector.inspect(output, finished.input());
        undecided.times.verdict = Timestamp::now().since(start);
        let late = Timestamp::now() > undecided.job.trigger + self.deadline;
        let (verdict, detail) = match result {
            Ok(_) if late => {
                let detail = cut(format_args!(
                    "no decision within {} ms",
                    self.deadline.as_millis()
                ));
                (Verdict::Fault(Cause::Deadline), detail)
            }
            Ok(verdict) => (verdict, Detail::new()),
            Err(error) => (Verdict::Fault(Cause::Output), cut(format_args!("{error}"))),
        };
        self.decide(undecided, verdict, detail, true, Some(finished.input()));
        let (buffer, free) = finished.into_parts();
        self.put_back(Input { slot, buffer }, Some(free));
    }

    pub(super) fn put_back(&mut self, input: Input, slot: Option<Slot>) {
        if let Some(place) = self.slots.get_mut(input.slot)
            && slot.is_some()
        {
            *place = slot;
        }
        self.lend(input);
    }

    fn lend(&self, input: Input) {
        // There is room for every input; only a closed queue refuses, and then the memory goes with the process.
        let _ = self.shared.inputs.send(input);
    }

    /// The program stops: what has begun is a fault, and the workers' inputs come home before the engine goes.
    fn finish(mut self) {
        loop {
            while let Some(job) = self.shared.open.pop() {
                self.decide(
                    Undecided::of(job),
                    Verdict::Fault(Cause::Stopping),
                    Detail::new(),
                    true,
                    None,
                );
            }
            match self.shared.messages.receive(LOOK) {
                Received::Item(Message::Decoded(decoded)) => drop(decoded),
                Received::Item(message) => self.hear(message),
                Received::Nothing => {}
                Received::Closed => break,
            }
        }
        self.shared.all_decided.store(true, Ordering::Release);
        while let Received::Item(input) = self.shared.inputs.receive(Duration::ZERO) {
            drop(input);
        }
    }
}
