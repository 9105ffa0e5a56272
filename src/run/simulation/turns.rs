//! The turns of the station's threads, and what must hold after each.

use super::checks::Checks;
use super::clock::{self, now_ns};
use super::life::{GATE_WAKES, Life};
use super::random::Random;
use super::steps::Thread;
use super::world::World;
use crate::bounded::channel::Received;
use crate::journal::Period;
use crate::run::keeper;
use crate::run::readiness::{ChallengeState, Requirement};
use crate::run::record::GROUP_MAX;
use crate::run::shared::ChallengeResult;
use crate::station::file::{InputName, LineName};
use board::Timestamp;
use core::time::Duration;

const US: u64 = 1_000;
const MS: u64 = 1_000_000;
/// The threads that take turns without a cause do so this often.
const POLL: u64 = 20 * MS;
/// How soon a failed write of the journal is tried again.
const RETRY: u64 = 1_000 * MS;

impl Life<'_> {
    pub fn turn(
        &mut self,
        thread: Thread,
        world: &mut World,
        checks: &mut Checks,
        random: &mut Random,
    ) -> Result<(), String> {
        let now = now_ns();
        match thread {
            Thread::Trigger => {
                let parts = &self.shared.ready.parts;
                let before = parts.waiting_unnumbered();
                let chatters = self.trigger.work()?;
                if parts.waiting_unnumbered() > before {
                    checks.held.add(now, now + self.leaves_ns);
                }
                let wake = self.trigger.next_wake().map_or(u64::MAX, Timestamp::as_ns);
                self.schedule(thread, wake.max(now + US));
                if chatters || world.line.is_readable() {
                    self.schedule(thread, now + MS);
                }
                self.soon(Thread::Gate, random);
            }
            Thread::Gate => self.gate(world, checks, random)?,
            Thread::Pairs => {
                self.shared.clear_source_wake_up();
                self.pairs.turn();
                let wake = self.pairs.next_wake().map_or(u64::MAX, Timestamp::as_ns);
                let pictures = world.pictures.borrow();
                let poll = if pictures.fresh.is_empty() {
                    POLL
                } else {
                    20 * US
                };
                drop(pictures);
                self.schedule(thread, wake.clamp(now + US, now + poll));
            }
            Thread::Decode => {
                let wake = self.inspections.decode(world, random);
                self.schedule(thread, wake.max(now + US));
            }
            Thread::Inspection => {
                let wake = self.inspections.turn(world, random)?;
                self.schedule(thread, wake.max(now + 10 * US));
                self.soon(Thread::Gate, random);
                if self.inspections.may_decode() {
                    self.soon(Thread::Decode, random);
                }
            }
            Thread::Recorder => {
                self.recorder.turn(Duration::ZERO);
                self.look_at_challenge()?;
                self.schedule(thread, now + POLL);
                self.soon(Thread::Gate, random);
            }
            Thread::Journal => self.write(world, checks, random)?,
            Thread::Inputs => {
                self.inputs(checks);
                let wake = self.controls.next_wake().map_or(u64::MAX, Timestamp::as_ns);
                self.schedule(thread, wake.clamp(now + US, now + POLL));
                self.soon(Thread::Gate, random);
            }
            Thread::Golden => {
                let inspections = &mut self.inspections;
                let goldens = &mut self.goldens;
                let wake = goldens.turn(&mut world.golden, random, |kind, recipe| {
                    inspections.golden(kind, recipe)
                });
                self.schedule(thread, wake.max(now + US));
                self.soon(Thread::Recorder, random);
            }
            Thread::Keeper => {
                keeper::take_turn(self.guarded, self.shared);
                self.causes.guard_gone = !self.guarded;
                self.schedule(thread, now + POLL);
                self.soon(Thread::Gate, random);
            }
        }
        Ok(())
    }

    fn gate(
        &mut self,
        world: &mut World,
        checks: &mut Checks,
        random: &mut Random,
    ) -> Result<(), String> {
        let (now, was_ready) = (now_ns(), self.driver.is_ready());
        let since_ns = self.driver.ready_since_ns();
        self.driver.turn(false);
        self.causes.line_failed = world.wires.refused.get();
        let after = now_ns();
        if self.wanted.min(now).saturating_add(self.late_max_ns) < after {
            checks.gate_behind.add(self.wanted.min(now), after);
        }
        let stays_ready = self.driver.ready_since_ns() == since_ns;
        if !(was_ready && stays_ready && self.driver.is_ready()) {
            checks.not_ready.add(now, after);
        }
        if world.wires.fails.get() {
            checks.line_failed.add(now, after);
        }
        let counts = self.driver.counts();
        let waiting = u64::try_from(counts.waiting).unwrap_or(u64::MAX);
        if counts.armed != counts.passed + counts.rejected + waiting {
            return Err(format!("the gate's parts do not add up: {counts:?}"));
        }
        let (until, edges) = self.driver.next_turn();
        self.wanted = until.map_or(u64::MAX, Timestamp::as_ns);
        if edges && let Some(belt) = &world.way.belt {
            self.wanted = self.wanted.min(belt.readable_ns());
        }
        let wake = self
            .wanted
            .max(after)
            .saturating_add(random.between(US, GATE_WAKES));
        self.schedule(Thread::Gate, wake);
        let wires = &world.wires;
        checks.tally.ready += u64::from(wires.is_active(LineName::Ready));
        checks.tally.fault += u64::from(wires.is_active(LineName::Fault));
        // A gate that was held may wait for verdicts of parts that were decided while the mode was
        // another one. Its ready line may be off until they are gone, which is safe.
        let held_until = self.held[Thread::Gate as usize].saturating_add(self.leaves_ns);
        let ready = self.driver.is_ready() && held_until < after;
        let in_doubt = self.driver.is_in_doubt();
        self.look_at_products();
        self.causes.belt_doubt = self.doubt.turn(after, in_doubt, world, checks);
        let wires = &world.wires;
        self.causes
            .check(wires, self.shared, ready, self.undecided_max)?;
        if self.goldens.are_read() && !wires.is_active(LineName::Reject) && !self.causes.line_failed
        {
            return Err("golden pictures are inspected, and the gate is open".to_owned());
        }
        let is_ready = wires.is_active(LineName::Ready) && !self.causes.by_hand;
        let is_written = self.unwritten.is_empty() && self.shared.recording.is_empty();
        if self.goldens.has_failed && is_ready && is_written {
            return Err("a challenge has failed, and the ready line is active".to_owned());
        }
        let known = self.held[Thread::Recorder as usize] + 100 * MS < after;
        let is_met = self.shared.ready.is_met(Requirement::Belt);
        if known && !is_met && self.doubt.is_over(after, checks) {
            return Err("the belt moves as it should, and is in doubt".to_owned());
        }
        Ok(())
    }

    /// The thread `inputs` takes what its lines have done.
    fn inputs(&mut self, checks: &mut Checks) {
        for (name, at, active) in core::mem::take(&mut self.inputs) {
            self.controls.line(name, at, active);
            if let Some(bit) = InputName::RECIPE.iter().position(|line| *line == name) {
                self.choice.line(bit, at.as_ns(), active);
            }
        }
        self.shared.confirmed.know_until(Timestamp::now());
        self.controls.turn(Timestamp::now());
        checks.tally.no_recipe += u64::from(self.choice.settle(now_ns()));
    }

    /// What the operator must see of the recipe and of the challenge.
    fn look_at_products(&mut self) {
        let ready = &self.shared.ready;
        self.causes.no_recipe = self.choice.is_none;
        self.causes.changing = self.choice.wanted != ready.recipes.current();
        self.causes.by_hand = match ready.challenge() {
            ChallengeState::ByHand { taken, of } => taken < of,
            _ => false,
        };
    }

    /// The recorder has taken a turn. A challenge that was asked for begins, and the station is
    /// proven only once it has passed.
    fn look_at_challenge(&mut self) -> Result<(), String> {
        let (result, _) = self.shared.challenges.status();
        self.goldens.has_failed &= result != ChallengeResult::Running;
        match self.shared.ready.challenge() {
            ChallengeState::Changing => {}
            ChallengeState::Proven if self.asked => {
                return Err("a challenge was asked for, and none begins".to_owned());
            }
            ChallengeState::Proven => self.causes.unproven &= !self.goldens.is_proof(),
            _ => {
                self.asked = false;
                self.causes.unproven = true;
            }
        }
        Ok(())
    }

    fn write(
        &mut self,
        world: &mut World,
        checks: &mut Checks,
        random: &mut Random,
    ) -> Result<(), String> {
        self.writer.look_at_clock();
        self.schedule(Thread::Journal, now_ns() + POLL);
        if self.unwritten.is_empty() {
            // The real thread takes all that waits. Here so many of them have come by then.
            let most = random.between(1, GROUP_MAX as u64 + 1);
            while self.unwritten.len() as u64 != most
                && let Received::Item(record) = self.shared.recording.receive(Duration::ZERO)
            {
                let _ = self.unwritten.push(record);
            }
        }
        if self.unwritten.is_empty() {
            return Ok(());
        }
        let written = self.writer.try_write(&self.unwritten);
        self.causes.journal_failed = !written;
        self.soon(Thread::Gate, random);
        if !written {
            checks.tally.failed_writes += 1;
            self.at[Thread::Journal as usize] = u64::MAX;
            self.schedule(Thread::Journal, now_ns() + RETRY);
            return Ok(());
        }
        let recipe = self.shared.ready.recipes.current();
        for record in core::mem::take(&mut self.unwritten) {
            checks.record(&record, recipe, &mut self.goldens, world)?;
            self.writer.finish(&record);
            self.shared.recording.count_done();
        }
        let account = self.writer.journal.accounts().account(Period::Total);
        checks.counting.compare(account, &self.writer.recipes)?;
        clock::advance(Duration::from_micros(random.between(20, 400)));
        Ok(())
    }
}
