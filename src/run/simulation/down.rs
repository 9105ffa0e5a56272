//! The time between a kill and the next start.

use super::checks::Checks;
use super::clock;
use super::course::Course;
use super::happens::{change_belt, judge, set_code_line};
use super::random::Random;
use super::ready_line::Causes;
use super::steps::{Switch, What};
use super::world::{Event, World};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// No station is there. The switches move all the same.
pub fn be_down(
    course: &mut Course<'_>,
    down_ns: u64,
    world: &mut World,
    checks: &mut Checks,
    causes: &mut Causes,
) -> Result<(), String> {
    let end_ns = clock::now_ns() + down_ns;
    loop {
        let step_ns = course.peek().map_or(u64::MAX, |_| course.at_ns);
        let event_ns = world.next_ns();
        if step_ns.min(event_ns) > end_ns {
            clock::advance_to(end_ns);
            return Ok(());
        }
        if event_ns <= step_ns {
            clock::advance_to(event_ns);
            match world.take() {
                Some((at_ns, Event::Line(part, active))) => world.change_line(at_ns, part, active),
                Some((_, Event::Judge(_))) => judge(world, checks)?,
                Some((_, Event::Code(bit, active))) => set_code_line(world, bit, active),
                Some((_, Event::Sensor(_) | Event::Picture(_))) | None => {}
            }
            continue;
        }
        clock::advance_to(step_ns);
        let Some(step) = course.peek() else { continue };
        course.advance();
        match step.what {
            What::Part(kind) => {
                let random = &mut Random::new(course.seed, step.number);
                checks.tally.kept_back += u64::from(!world.part(step_ns, kind, random));
            }
            What::Code(code) => {
                world.set_code(step_ns, code, &mut Random::new(course.seed, step.number))
            }
            What::Set(Switch::Drive, on) => causes.drive = on,
            What::Set(Switch::Run, on) => causes.run = on,
            What::Set(Switch::Test, on) => causes.test = on,
            What::Set(Switch::LampTest, on) => causes.lamp_test = on,
            What::ClockStep(seconds) => clock::step(seconds),
            What::Golden(golden) => world.golden = golden,
            what => change_belt(step_ns, what, world),
        }
    }
}

/// The kill came while a line was written.
pub fn leave_torn_line(place: &Path) -> Result<(), String> {
    let mut newest: Option<PathBuf> = None;
    let failed = |error: std::io::Error| format!("{}: {error}", place.display());
    let Ok(entries) = fs::read_dir(place) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let is_journal = path
            .extension()
            .is_some_and(|extension| extension == "jsonl");
        if is_journal && newest.as_ref().is_none_or(|newest| *newest < path) {
            newest = Some(path);
        }
    }
    let Some(newest) = newest else { return Ok(()) };
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(newest)
        .map_err(failed)?;
    file.write_all(br#"{"kind":"part","part":"#).map_err(failed)
}
