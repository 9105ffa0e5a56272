//! The thread `inspection`, the only one that calls AscendCL. It opens the engine, runs each part
//! through it, decides the part and tells the gate. It also keeps the deadlines: a part that is not
//! decided in time is a fault then, even if other threads still work on it.

mod decide;
mod golden;
mod hung;
mod judge;
mod late_device;
mod loaded;
mod model;
mod self_check;
mod steps;

pub use decide::{Decider, Shown, Undecided};
pub use hung::decide_for_inspection;

use super::history::History;
use super::messages::{Decoded, InputLease, Message, SlotNumber};
use super::record::Thumbnails;
use super::shared::{Shared, Stop};
use crate::bounded::channel::Received;
use crate::bounded::text::{Detail, cut};
use crate::engine::EngineError;
use crate::gate::Resolving;
use crate::part::{Cause, Verdict};
use crate::recipe::RECIPES_MAX;
use crate::station::Station;
use ascendcl::{Finished, InputBuffer, Library, Slot, Unfinished};
use board::Timestamp;
use board::realtime;
use core::sync::atomic::Ordering;
use core::time::Duration;
use heapless::Vec;
use judge::Judge;
use late_device::Failure;
use loaded::LoadedEngine;
use self_check::Checked;
use std::time::Instant;

/// How often a waiting inspection checks the deadlines and whether the program stops.
const POLL: Duration = Duration::from_millis(20);

/// What a turn may take in addition to the deadline and the timeout of the station file: scheduling
/// on a busy machine, and AscendCL calls that only start something or ask for its state.
const TURN_SLACK: Duration = Duration::from_secs(2);

/// Opens an AscendCL library by the name in the station file.
pub type OpenLibrary<'d> = dyn Fn(&str) -> Result<Library, EngineError> + Sync + 'd;

/// Inspects parts until the program stops. Then turns the parts under way into faults, stops the
/// gate and shuts the device down, in this order.
pub fn run(
    station: &Station,
    open: &OpenLibrary<'_>,
    resolving: Resolving<'_>,
    thumbnails: &Thumbnails,
    history: Option<&History>,
    shared: &Shared<'_>,
) {
    // So a part does not wait for a page of the library's file.
    let opened = realtime::read_in_at_once(|| LoadedEngine::open(station, open, shared));
    let (mut loaded, judges) = match opened {
        Ok(opened) => opened,
        Err(error) => return shared.stop(Stop::Broken(error)),
    };
    let place = loaded.device.place();
    let mut inspection = Inspection {
        loaded: &mut loaded,
        judges,
        decider: Decider::new(station, resolving, thumbnails, history, shared),
        deadline: Duration::from_millis(station.gate.deadline_ms.into()),
        timeout: Duration::from_millis(station.engine.timeout_ms.into()),
        shared,
    };
    // The queue holds one item and this is the only one.
    let _ = shared.engine_ready.send(place);
    while !shared.is_stopping() {
        inspection.extend_hang_deadline();
        inspection.turn();
    }
    // From now on the main thread limits the waits.
    shared.hang_deadline.clear();
    inspection.finish();
    loaded.unload(shared);
}

/// The inspection at work.
///
/// It owns the [`Decider`], which keeps the gate running, and only borrows the engine and the
/// device's memory. So it is dropped first, in a panic as well: the gate stops and its lines are
/// safe before the device is shut down, which may take long.
struct Inspection<'a> {
    loaded: &'a mut LoadedEngine,
    /// For each recipe, in the station file's order.
    judges: Vec<Judge, RECIPES_MAX>,
    decider: Decider<'a>,
    deadline: Duration,
    timeout: Duration,
    shared: &'a Shared<'a>,
}

impl Inspection<'_> {
    /// Allows one more worst-case turn before the inspection counts as hung. A part, or a
    /// self-check, may take its deadline. A device that is late with it may take the rest of its
    /// timeout. A turn can have more than one of them.
    fn extend_hang_deadline(&self) {
        let turn_max = self.deadline + self.timeout + TURN_SLACK;
        self.shared.hang_deadline.set(Timestamp::now() + turn_max);
    }

    /// Handles one picture, one message or one passed deadline.
    fn turn(&mut self) {
        if let Some(decoded) = self.loaded.take_held() {
            self.inspect(decoded);
        }
        let now = Timestamp::now();
        let wait = match self.shared.open.first_trigger() {
            _ if self.loaded.has_held() => Duration::ZERO,
            Some(trigger) => (trigger + self.deadline).since(now).min(POLL),
            None => POLL,
        };
        if let Received::Item(message) = self.shared.messages.receive(wait)
            && let Some(decoded) = self.decider.handle(message)
        {
            self.inspect(decoded);
        }
        self.decider.expire();
        self.check_self();
    }

    /// Runs a decoded picture through the engine and decides its part.
    fn inspect(&mut self, decoded: Decoded) {
        self.extend_hang_deadline();
        if let Some(golden) = decoded.golden {
            self.decider.expire();
            return self.inspect_golden(golden, decoded);
        }
        let Some(mut undecided) = self.decider.admit(&decoded) else {
            return self.lend(decoded.input);
        };
        let Some(free) = self.loaded.take_slot(decoded.input.slot) else {
            // A hung device still has the slot, and the program is stopping.
            return self
                .decider
                .fail_open(undecided, Cause::Engine, Detail::new());
        };
        let InputLease { slot, buffer } = decoded.input;
        let start = Timestamp::now();
        let until = (undecided.job.trigger + self.deadline).since(start);
        let device = &self.loaded.device;
        let run = device.run(free, buffer, Instant::now() + until);
        undecided.times.engine = Timestamp::now().since(start);
        if self.shared.open.take(undecided.job.part).is_none() {
            // The program is stopping, and the main thread has decided the part.
            return;
        }
        match run {
            Ok(finished) => self.judge(undecided, slot, finished),
            Err(unfinished) => self.give_up(undecided, slot, unfinished),
        }
    }

    /// Turns the model's output into a verdict.
    fn judge(&mut self, mut undecided: Undecided, slot: SlotNumber, finished: Finished) {
        let start = Timestamp::now();
        let recipe = usize::from(undecided.job.recipe);
        // The station file has as many recipes as there are judges.
        let Some(judge) = self.judges.get_mut(recipe) else {
            let detail = cut(format_args!("there is no recipe {recipe}"));
            let fault = Verdict::Fault(Cause::Output);
            self.decider.decide(undecided, fault, detail, None);
            let (buffer, free) = finished.into_parts();
            return self.put_back(slot, buffer, free);
        };
        let result = judge.inspect(&finished);
        undecided.times.verdict = Timestamp::now().since(start);
        let shown = Shown {
            input: finished.input(),
            inspector: &judge.inspector,
        };
        self.decider.judge(undecided, result, Some(shown));
        let (buffer, free) = finished.into_parts();
        self.put_back(slot, buffer, free);
    }

    /// The device failed or is late. The part is a fault at once. The device then gets the rest of
    /// its timeout before it counts as hung.
    fn give_up(&mut self, undecided: Undecided, slot: SlotNumber, unfinished: Unfinished) {
        let failure = Failure::new(&unfinished, self.deadline);
        let end = undecided.job.trigger + self.timeout;
        let fault = Verdict::Fault(failure.cause);
        let detail = failure.detail.clone();
        self.decider.decide(undecided, fault, detail, None);
        if failure.is_fatal {
            let why = failure.detail.as_str().to_owned();
            return self.shared.stop(Stop::Device(why));
        }
        if let Some((buffer, free)) = self.wait_for_device(unfinished, end) {
            self.put_back(slot, buffer, free);
        }
    }

    /// Waits until the device gives the slot back. If it has not done so by `end`, the program
    /// ends.
    fn wait_for_device(
        &mut self,
        unfinished: Unfinished,
        end: Timestamp,
    ) -> Option<(InputBuffer, Slot)> {
        let recovered = late_device::recover(unfinished, end, || {
            self.keep_deadlines();
            !self.shared.is_stopping()
        });
        match recovered {
            Ok(free) => Some(free),
            Err(cause) => {
                let timeout_ms = self.timeout.as_millis();
                let why = format!("not done after {timeout_ms} ms ({cause})");
                self.shared.stop(Stop::Device(why));
                None
            }
        }
    }

    /// Keeps the other parts' deadlines while the device is late.
    fn keep_deadlines(&mut self) {
        while let Received::Item(message) = self.shared.messages.receive(Duration::ZERO) {
            if let Some(decoded) = self.decider.handle(message) {
                self.loaded.hold(decoded);
            }
        }
        self.decider.expire();
    }

    /// Runs the self-check if it is due. One that passes toggles the alive line. One whose result
    /// differs from the start's ends the program, as a lost device does.
    ///
    /// It checks the model of the present recipe. The alive line must not toggle because another
    /// model works. If the models took turns, the one that decides would be checked less often the
    /// more there are. After a change of the recipe the check of the new model is due at once,
    /// unless the model has worked a short time before.
    fn check_self(&mut self) {
        self.extend_hang_deadline();
        let idle = self.shared.open.is_empty() && !self.loaded.has_held();
        let now = Timestamp::now();
        let current = self.shared.ready.recipes.current();
        let number = self.decider.model_number(current);
        let LoadedEngine { device, models, .. } = &mut *self.loaded;
        let model = models.get_mut(number);
        let Some(check) = model.and_then(|model| model.self_check.as_mut()) else {
            return;
        };
        if !check.is_due(idle, self.decider.finished_at(number), now) {
            return;
        }
        // A part that comes meanwhile has at least as long.
        let until = Instant::now() + self.deadline;
        match check.run(device, &mut self.judges, until) {
            None => {}
            Some(Checked::Passed) => self.decider.inspected(true),
            Some(Checked::Fatal(why)) => self.shared.stop(Stop::Device(why)),
            Some(Checked::Unfinished(unfinished)) => {
                // The next part or check may succeed. The fault line shows that this check failed.
                self.decider.inspected(false);
                let free = self.wait_for_device(unfinished, now + self.timeout);
                let model = self.loaded.models.get_mut(number);
                if let Some(check) = model.and_then(|model| model.self_check.as_mut()) {
                    check.put_back(free);
                }
            }
        }
    }

    fn put_back(&mut self, slot: SlotNumber, buffer: InputBuffer, free: Slot) {
        self.loaded.put_slot(slot, free);
        self.lend(InputLease { slot, buffer });
    }

    fn lend(&self, input: InputLease) {
        self.loaded.lend(input, self.shared);
    }

    /// The program is stopping, so parts under way become faults. Stops the gate at the end.
    fn finish(mut self) {
        loop {
            while let Some(job) = self.shared.open.pop() {
                let fault = Verdict::Fault(Cause::Stopping);
                self.decider
                    .decide(Undecided::new(job), fault, Detail::new(), None);
            }
            match self.shared.messages.receive(POLL) {
                Received::Item(Message::Decoded(decoded)) => self.loaded.hold(decoded),
                Received::Item(message) => drop(self.decider.handle(message)),
                Received::Nothing => {}
                Received::Closed => break,
            }
        }
        self.shared.all_decided.store(true, Ordering::Release);
    }
}
