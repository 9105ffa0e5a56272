//! What happens to a station from outside.

use super::checks::Checks;
use super::clock::{self, now_ns};
use super::life::Life;
use super::random::Random;
use super::steps::{Switch, Thread, What};
use super::world::{Event, World};
use crate::station::file::InputName;
use board::Timestamp;
use std::path::Path;

const US: u64 = 1_000;
const MS: u64 = 1_000_000;

impl Life<'_> {
    /// What happens in the world by itself.
    pub fn event(
        &mut self,
        world: &mut World,
        checks: &mut Checks,
        random: &mut Random,
    ) -> Result<(), String> {
        match world.take() {
            Some((at_ns, Event::Line(part, active))) => {
                world.change_line(at_ns, part, active);
                if world.line.is_readable() {
                    self.soon(Thread::Trigger, random);
                }
            }
            Some((at_ns, Event::Picture(part))) => {
                world.picture(at_ns, part);
                self.soon(Thread::Pairs, random);
            }
            Some((at_ns, Event::Sensor(part))) if world.is_sent_to_sensor(at_ns, part) => {
                self.sensed.push(Timestamp::from_ns(at_ns));
            }
            Some((_, Event::Judge(_))) => judge(world, checks)?,
            Some((_, Event::Sensor(_))) | None => {}
        }
        Ok(())
    }

    /// Something happens from outside, at this time.
    pub fn step(
        &mut self,
        at_ns: u64,
        what: What,
        world: &mut World,
        checks: &mut Checks,
        random: &mut Random,
    ) -> Result<(), String> {
        match what {
            What::Part(kind) => {
                world.part(at_ns, kind, random);
                if world.line.is_readable() {
                    self.soon(Thread::Trigger, random);
                }
            }
            What::Held(thread, us) => self.hold(thread, us, checks),
            What::Stalled(us) => {
                for thread in Thread::ALL {
                    self.hold(*thread, us, checks);
                }
            }
            What::SlowLine(us) => world.wires.slow_us.set(us),
            What::ClockStep(seconds) => clock::step(seconds),
            What::Set(switch, on) => self.set(switch, on, world, checks)?,
            What::Reset => {
                let done = self.controls.command("reset").done;
                self.causes.bin_full &= !done;
            }
            What::Command(run) => {
                let request = if run { "mode run" } else { "mode stop" };
                if self.controls.command(request).done || !run {
                    self.causes.stopped = !run;
                }
            }
            What::SelfCheck(finished) => self.inspections.check_self(finished),
            What::Kill(_) => {}
        }
        self.soon(Thread::Gate, random);
        Ok(())
    }

    fn hold(&mut self, thread: Thread, us: u32, checks: &mut Checks) {
        let (index, now) = (thread as usize, now_ns());
        let until = now + u64::from(us) * US;
        self.held[index] = self.held[index].max(until);
        if self.at[index] != u64::MAX {
            self.at[index] = self.at[index].max(until);
        }
        if thread == Thread::Trigger {
            checks.trigger_behind.add(now, until + MS);
        }
    }

    fn set(
        &mut self,
        switch: Switch,
        on: bool,
        world: &World,
        checks: &mut Checks,
    ) -> Result<(), String> {
        let now = Timestamp::now();
        match switch {
            Switch::Journal => move_directory(self.journal, self.journal_away, on)?,
            Switch::Guard => self.guarded = on,
            Switch::RejectLine => {
                world.wires.fails.set(!on);
                checks.line_failed.add(now_ns(), now_ns() + 30 * MS);
            }
            Switch::Run => {
                self.controls.line(InputName::Run, now, on);
                self.causes.run = on;
            }
            Switch::Test => {
                self.controls.line(InputName::Test, now, on);
                self.causes.test = on;
            }
            Switch::BinFull => {
                self.controls.line(InputName::BinFull, now, on);
                self.causes.bin_full |= on;
            }
            Switch::LampTest => {
                self.controls.line(InputName::LampTest, now, on);
                self.causes.lamp_test = on;
            }
        }
        Ok(())
    }
}

/// The first part of the world is judged.
pub fn judge(world: &mut World, checks: &mut Checks) -> Result<(), String> {
    match world.parts.pop_front() {
        Some(part) => checks.judge(&part, world),
        None => Ok(()),
    }
}

/// The journal's directory goes away, or comes back.
pub fn move_directory(place: &Path, away: &Path, back: bool) -> Result<(), String> {
    let (from, to) = if back { (away, place) } else { (place, away) };
    if !from.exists() {
        return Ok(());
    }
    std::fs::rename(from, to).map_err(|error| format!("{}: {error}", from.display()))
}
