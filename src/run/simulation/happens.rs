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
            Some((at_ns, Event::Sensor(part))) if world.is_at_sensor(at_ns, part) => {
                let at = Timestamp::from_ns(at_ns);
                self.inputs.push((InputName::Confirm, at, true));
            }
            Some((at_ns, Event::Code(bit, active))) => {
                set_code_line(world, bit, active);
                if self.chosen_by_lines {
                    let at = Timestamp::from_ns(at_ns);
                    self.inputs.push((InputName::RECIPE[bit], at, active));
                    self.soon(Thread::Inputs, random);
                }
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
                let kind = self.goldens.placed(kind, random);
                checks.tally.kept_back += u64::from(!world.part(at_ns, kind, random));
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
                self.controls.command("reset");
                self.causes.bin_full &= self.bin_line;
                // The operator sees that the challenge has failed, and repeats it.
                let state = self.controls.command("challenge state");
                if state.what.starts_with("failed") {
                    self.ask_for_challenge(at_ns, false);
                }
            }
            What::Command(run) => {
                let request = if run { "mode run" } else { "mode stop" };
                if self.controls.command(request).done || !run {
                    self.causes.stopped = !run;
                }
            }
            What::SelfCheck(finished) => self.inspections.check_self(finished),
            What::Kill(_) => {}
            What::Belt(_) | What::Slip(_) | What::LostTicks(_) | What::HiddenTick => {
                change_belt(at_ns, what, world);
                self.doubt.change(now_ns(), world);
            }
            What::Code(code) => world.set_code(at_ns, code, random),
            What::Recipe(place) => {
                let name = self.recipes.get(usize::from(place));
                let name = name.cloned().unwrap_or_default();
                if self.controls.command(&format!("recipe {name}")).done {
                    self.choice.wanted = place;
                }
            }
            What::Challenge(by_line) => self.ask_for_challenge(at_ns, by_line),
            What::Golden(golden) => world.golden = golden,
        }
        self.soon(Thread::Gate, random);
        Ok(())
    }

    /// By line, nothing answers.
    fn ask_for_challenge(&mut self, at_ns: u64, by_line: bool) {
        let runs = self.controls.command("challenge state");
        let runs = runs.what.starts_with("running");
        if by_line {
            let at = Timestamp::from_ns(at_ns);
            self.controls.line(InputName::Challenge, at, true);
            self.controls.line(InputName::Challenge, at, false);
            self.asked |= self.has_challenge && !runs;
        } else {
            self.asked |= self.controls.command("challenge").done;
        }
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
                self.bin_line = on;
                self.causes.bin_full |= on;
            }
            Switch::LampTest => {
                self.controls.line(InputName::LampTest, now, on);
                self.causes.lamp_test = on;
            }
            Switch::Drive => {
                self.controls.line(InputName::Belt, now, on);
                self.causes.drive = on;
                self.doubt.is_driven = on;
                self.doubt.change(now_ns(), world);
            }
        }
        Ok(())
    }
}

/// The belt, or its encoder, does this.
pub fn change_belt(at_ns: u64, what: What, world: &mut World) {
    if let What::Belt(ticks_per_s) = what {
        world.set_speed(at_ns, ticks_per_s);
    }
    let Some(belt) = &world.way.belt else { return };
    match what {
        What::Slip(count) => world.way.doubts += belt.slip(at_ns, count),
        What::LostTicks(count) => belt.lose(at_ns, count),
        What::HiddenTick => belt.hide(at_ns),
        _ => {}
    }
}

/// A line of the recipe's code changes.
pub fn set_code_line(world: &mut World, bit: usize, active: bool) {
    if let Some(level) = world.code.get_mut(bit) {
        *level = active;
    }
}

/// The first part of the world is judged, unless it has not left the gate.
pub fn judge(world: &mut World, checks: &mut Checks) -> Result<(), String> {
    let Some(part) = world.parts.front() else {
        return Ok(());
    };
    if world.way.place(part).end_ns > now_ns() {
        world.judge_later();
        return Ok(());
    }
    judge_first(world, checks)
}

/// The first part of the world is judged.
pub fn judge_first(world: &mut World, checks: &mut Checks) -> Result<(), String> {
    let Some(part) = world.parts.pop_front() else {
        return Ok(());
    };
    let place = world.way.place(&part);
    checks.judge(&part, place, world)
}

/// The journal's directory goes away, or comes back.
pub fn move_directory(place: &Path, away: &Path, back: bool) -> Result<(), String> {
    let (from, to) = if back { (away, place) } else { (place, away) };
    if !from.exists() {
        return Ok(());
    }
    std::fs::rename(from, to).map_err(|error| format!("{}: {error}", from.display()))
}
