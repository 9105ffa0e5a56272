//! One life of the station, from its start until it is killed: its real threads' work, one turn
//! after the other, on simulated time.

use super::checks::Checks;
use super::clock::{self, now_ns};
use super::inspection::Inspections;
use super::lines::Pin;
use super::random::Random;
use super::ready_line::Causes;
use super::steps::Thread;
use super::world::{Pictures, World};
use crate::bounded::channel::Received;
use crate::gate::Driver;
use crate::journal::Period;
use crate::run::inputs::Controls;
use crate::run::keeper;
use crate::run::record::{Recorder, Writer};
use crate::run::shared::{Record, Shared};
use crate::run::source::{Arrivals, Pairs, Triggers};
use crate::station::file::{InputName, LineName};
use crate::watch::{Arrival, WatchError};
use board::Timestamp;
use core::cell::RefCell;
use core::time::Duration;
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::rc::Rc;

const US: u64 = 1_000;
const MS: u64 = 1_000_000;
/// The threads that take turns without a cause do so this often.
const POLL: u64 = 20 * MS;
/// The longest time from the cause of a gate's turn to the turn, unless the gate is held.
const GATE_WAKES: u64 = 60 * US;
/// How soon a failed write of the journal is tried again.
const RETRY: u64 = 1_000 * MS;

/// The watched directory.
#[derive(Debug)]
pub struct Directory {
    /// What is in it.
    pub pictures: Rc<RefCell<Pictures>>,
    /// Files that belong to no part are not returned.
    pub held_back: bool,
}

impl Arrivals for Directory {
    fn has_arrivals(&self) -> bool {
        !self.pictures.borrow().fresh.is_empty()
    }

    fn hold_back(&mut self, held_back: bool) {
        self.held_back = held_back;
    }

    fn put_back(&mut self, arrival: &Arrival) {
        let mut arrival = arrival.clone();
        arrival.backlog = true;
        self.pictures.borrow_mut().aside.push_back(arrival);
    }

    fn next(
        &mut self,
        _until: Option<Timestamp>,
        _stop: BorrowedFd<'_>,
    ) -> Result<Option<Arrival>, WatchError> {
        let mut pictures = self.pictures.borrow_mut();
        if let Some(mut arrival) = pictures.fresh.pop_front() {
            arrival.seen_at = Timestamp::now();
            return Ok(Some(arrival));
        }
        Ok(if self.held_back {
            None
        } else {
            pictures.aside.pop_front()
        })
    }
}

/// A station at work.
pub struct Life<'a> {
    pub shared: &'a Shared<'a>,
    pub trigger: Triggers<'a>,
    pub pairs: Pairs<'a, Directory>,
    pub inspections: Inspections<'a>,
    pub recorder: Recorder<'a>,
    pub writer: Writer<'a>,
    pub controls: Controls<'a>,
    pub driver: Driver<'a, Pin>,
    pub undecided_max: usize,
    pub late_max_ns: u64,
    /// From the trigger until a part is gone.
    pub leaves_ns: u64,
    /// Where the journal is, and where its directory is moved.
    pub journal: &'a Path,
    pub journal_away: &'a Path,
    /// When each thread takes its next turn.
    pub at: [u64; Thread::ALL.len()],
    /// Until when each thread is held.
    pub held: [u64; Thread::ALL.len()],
    /// When the gate wanted to take a turn.
    pub wanted: u64,
    /// A record that the journal has not taken yet.
    pub unwritten: Option<Record>,
    /// The edges of the sensor behind the gate that wait for the thread `inputs`.
    pub sensed: Vec<Timestamp>,
    pub causes: Causes,
    /// Whether the guard lives.
    pub guarded: bool,
}

impl Life<'_> {
    /// Everything that happens until this time.
    pub fn run_until(
        &mut self,
        end_ns: u64,
        world: &mut World,
        checks: &mut Checks,
        random: &mut Random,
    ) -> Result<(), String> {
        loop {
            let mut next = Thread::Trigger;
            for thread in Thread::ALL {
                if self.at[*thread as usize] < self.at[next as usize] {
                    next = *thread;
                }
            }
            // The last turn may have taken time. Whatever came meanwhile is known to the next one.
            let turn_ns = self.at[next as usize].max(now_ns());
            let event_ns = world.next_ns();
            if event_ns.min(turn_ns) > end_ns {
                clock::advance_to(end_ns);
                return Ok(());
            }
            if event_ns <= turn_ns {
                clock::advance_to(event_ns);
                self.event(world, checks, random)?;
                continue;
            }
            clock::advance_to(turn_ns);
            self.at[next as usize] = u64::MAX;
            self.turn(next, world, checks, random)
                .map_err(|why| format!("after a turn of {}: {why}", next.word()))?;
            self.wake(random);
            if self.shared.is_stopping() {
                return Err(format!("the station stopped: {:?}", self.shared.why()));
            }
        }
    }

    /// A thread runs by this time, unless it is held.
    pub fn schedule(&mut self, thread: Thread, ns: u64) {
        let index = thread as usize;
        self.at[index] = self.at[index].min(ns.max(self.held[index]));
    }

    pub fn soon(&mut self, thread: Thread, random: &mut Random) {
        if self.at[thread as usize] <= now_ns() {
            return;
        }
        let most = match thread {
            Thread::Gate => GATE_WAKES,
            _ if random.one_in_thousand(10) => 4 * MS,
            _ => 300 * US,
        };
        self.schedule(thread, now_ns() + random.between(5 * US, most));
    }

    /// Threads with work run soon.
    fn wake(&mut self, random: &mut Random) {
        let shared = self.shared;
        if self.driver.has_commands() {
            self.soon(Thread::Gate, random);
        }
        if self.inspections.has_work() {
            self.soon(Thread::Inspection, random);
        }
        if !shared.jobs.is_empty() && self.inspections.may_decode() {
            self.soon(Thread::Decode, random);
        }
        if !shared.decided.is_empty() {
            self.soon(Thread::Recorder, random);
        }
        if self.unwritten.is_none() && !shared.recording.is_empty() {
            self.soon(Thread::Journal, random);
        }
        if !shared.triggers.is_empty() {
            self.soon(Thread::Pairs, random);
        }
    }

    fn turn(
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
                self.shared.source_wake_up.clear();
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
                self.schedule(thread, now + POLL);
                self.soon(Thread::Gate, random);
            }
            Thread::Journal => self.write(world, checks, random)?,
            Thread::Inputs => {
                for at in core::mem::take(&mut self.sensed) {
                    self.controls.line(InputName::Confirm, at, true);
                }
                self.shared.confirmed.know_until(Timestamp::now());
                self.schedule(thread, now + POLL);
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
        // A line that fails in this turn is shown in the next one, at most 20 ms later.
        self.causes.line_failed = world.wires.refused.get();
        self.driver.turn(false);
        let after = now_ns();
        if self.wanted.min(now).saturating_add(self.late_max_ns) < after {
            checks.gate_behind.add(self.wanted.min(now), after);
        }
        if !(was_ready && self.driver.is_ready()) {
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
        self.wanted = self.driver.next_wake().map_or(u64::MAX, Timestamp::as_ns);
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
        self.causes
            .check(wires, self.shared, ready, self.undecided_max)
    }

    fn write(
        &mut self,
        world: &mut World,
        checks: &mut Checks,
        random: &mut Random,
    ) -> Result<(), String> {
        self.writer.look_at_clock();
        self.schedule(Thread::Journal, now_ns() + POLL);
        if self.unwritten.is_none() {
            let Received::Item(record) = self.shared.recording.receive(Duration::ZERO) else {
                return Ok(());
            };
            self.unwritten = Some(record);
        }
        let Some(record) = self.unwritten.take() else {
            return Ok(());
        };
        let written = self.writer.try_write(&record);
        self.causes.journal_failed = !written;
        self.soon(Thread::Gate, random);
        if !written {
            checks.tally.failed_writes += 1;
            self.unwritten = Some(record);
            self.at[Thread::Journal as usize] = u64::MAX;
            self.schedule(Thread::Journal, now_ns() + RETRY);
            return Ok(());
        }
        checks.record(&record, world)?;
        self.writer.finish(&record);
        self.shared.recording.count_done();
        checks.counters(
            self.writer
                .journal
                .accounts()
                .account(Period::Total)
                .counters(),
        )?;
        clock::advance(Duration::from_micros(random.between(20, 400)));
        Ok(())
    }
}
