//! One life of the station, from its start until it is killed: its real threads' work, one turn
//! after the other, on simulated time.

use super::checks::Checks;
use super::choice::Choice;
use super::clock::{self, now_ns};
use super::doubt::Doubt;
use super::goldens::Goldens;
use super::inspection::Inspections;
use super::lines::Pin;
use super::random::Random;
use super::ready_line::Causes;
use super::steps::Thread;
use super::world::{Pictures, World};
use crate::gate::Driver;
use crate::run::inputs::Controls;
use crate::run::record::{Group, Recorder, Writer};
use crate::run::shared::Shared;
use crate::run::source::{Arrivals, Pairs, Triggers};
use crate::station::file::InputName;
use crate::watch::{Arrival, WatchError};
use board::Timestamp;
use core::cell::RefCell;
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::rc::Rc;

const US: u64 = 1_000;
const MS: u64 = 1_000_000;
/// The longest time from the cause of a gate's turn to the turn, unless the gate is held.
pub const GATE_WAKES: u64 = 60 * US;

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
    /// Records that the journal has not taken yet.
    pub unwritten: Group,
    /// The changes of input lines that wait for the thread `inputs`.
    pub inputs: Vec<(InputName, Timestamp, bool)>,
    /// Which recipe is asked for.
    pub choice: Choice,
    pub chosen_by_lines: bool,
    /// The names of the recipes.
    pub recipes: Vec<String>,
    pub has_challenge: bool,
    /// The golden parts.
    pub goldens: Goldens<'a>,
    /// A challenge was asked for and has not begun.
    pub asked: bool,
    /// What must be known of the belt.
    pub doubt: Doubt,
    pub causes: Causes,
    /// The input line `bin_full`.
    pub bin_line: bool,
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
                .and_then(|()| checks.course.look(self.shared))
                .map(|changed| checks.tally.recipes += u64::from(changed))
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
        if self.unwritten.is_empty() && !shared.recording.is_empty() {
            self.soon(Thread::Journal, random);
        }
        if !shared.triggers.is_empty() {
            self.soon(Thread::Pairs, random);
        }
        if self.goldens.has_work() {
            self.soon(Thread::Golden, random);
        }
    }
}
