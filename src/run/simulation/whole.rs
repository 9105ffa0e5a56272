//! A simulation from its first step to its last: the lives of a station, one after the other.

use super::checks::Checks;
use super::choice::Choice;
use super::clock;
use super::course::Course;
use super::doubt::Doubt;
use super::down::{be_down, leave_torn_line};
use super::ends::be_quiet;
use super::file::{self, Chosen, features};
use super::goldens::Goldens;
use super::happens::{judge_first, move_directory};
use super::inspection::Inspections;
use super::life::{Directory, Life};
use super::lines::Pin;
use super::random::Random;
use super::ready_line::Causes;
use super::steps::{Step, Switch, Thread, What};
use super::tally::Tally;
use super::world::World;
use crate::console;
use crate::gate::{Channels, Driver, Encoder, Handles, Outputs, Settings};
use crate::journal::{Journal, Period, Sha256, Start, WallTime};
use crate::run::inputs::Controls;
use crate::run::inspection::Decider;
use crate::run::readiness::ChallengeState;
use crate::run::record::{
    Group, Periods, Recorder, ScreenThread, Thumbnails, WatchdogFeeder, Watchdogs, Writer,
};
use crate::run::shared::Shared;
use crate::run::source::{Pairs, TriggerEdges, Triggers};
use crate::station::Station;
use crate::station::file::InputName;
use board::Timestamp;
use core::convert::Infallible;
use core::fmt;
use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};

const MS: u64 = 1_000_000;
/// From the trigger until a part is gone, on a belt that stops at times.
const LEAVES_BELT_NS: u64 = 8_000 * MS;
/// Driving a slow line takes no longer.
const SLOWEST_NS: u64 = 60 * MS;
/// How long the station takes to open its engine.
const STARTS_NS: u64 = 30 * MS;

/// A check that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What happened.
    pub why: String,
    /// The place of the step before it.
    pub step: usize,
    /// Parts that had come by then.
    pub parts: u64,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { why, step, parts } = self;
        write!(f, "{why} (after {parts} parts, step {step})")
    }
}

/// Lets these steps happen to a station. The journal is written in `directory`, which is emptied.
///
/// # Errors
/// A check failed.
pub fn run(seed: u64, steps: &[Step], directory: &Path) -> Result<Tally, Failure> {
    console::set_silent(true);
    clock::begin();
    let mut course = Course {
        seed,
        steps,
        next: 0,
        at_ns: clock::now_ns(),
        parts: 0,
    };
    if let Some(first) = course.peek() {
        course.at_ns += u64::from(first.after_us) * 1_000;
    }
    let result = lives(&mut course, directory);
    clock::end();
    console::set_silent(false);
    result.map_err(|why| Failure {
        why,
        step: course.next,
        parts: course.parts,
    })
}

fn lives(course: &mut Course<'_>, directory: &Path) -> Result<Tally, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", directory.display());
    if directory.exists() {
        fs::remove_dir_all(directory).map_err(failed)?;
    }
    fs::create_dir_all(directory).map_err(failed)?;
    let place = directory.join("journal");
    let station = file::station(course.seed, &place.to_string_lossy())?;
    let mut world = World::new(&station);
    let mut checks = Checks::new(station.gate.late_max_ms());
    let mut causes = Causes {
        run: true,
        drive: true,
        ..Causes::default()
    };
    loop {
        checks.tally.starts += 1;
        let killed = live(
            course,
            &station,
            &place,
            &mut world,
            &mut checks,
            &mut causes,
        )?;
        let Some(down_us) = killed else { break };
        leave_torn_line(&place)?;
        be_down(
            course,
            u64::from(down_us) * 1_000,
            &mut world,
            &mut checks,
            &mut causes,
        )?;
    }
    while !world.parts.is_empty() {
        judge_first(&mut world, &mut checks)?;
    }
    Ok(checks.tally)
}

/// One life. Returns for how long the station is down after it; nothing at the end.
fn live(
    course: &mut Course<'_>,
    station: &Station,
    place: &PathBuf,
    world: &mut World,
    checks: &mut Checks,
    causes: &mut Causes,
) -> Result<Option<u32>, String> {
    let away = place.with_extension("away");
    move_directory(place, &away, true)?;
    let text = |error: &dyn fmt::Display| error.to_string();
    let journal = Journal::open(&station.journal, start(station)).map_err(|e| text(&e))?;
    let recipes: Vec<_> = station
        .all_recipes()
        .map(|recipe| recipe.name.to_string())
        .collect();
    let account = journal.accounts().account(Period::Total);
    checks.counting.compare(account, &recipes)?;
    let mut channels = Box::new(Channels::new().map_err(|e| text(&e))?);
    let Handles {
        arming,
        resolving,
        control,
        events,
        gate,
    } = channels.split();
    let ms = |ms: u32| Duration::from_millis(ms.into());
    let self_check = ms(station.engine.self_check_ms);
    let shared = Shared::new(journal.next_part(), self_check, control).map_err(|e| text(&e))?;
    let mut shared = Box::new(shared);
    shared.main_waits = false;
    let latches = journal.accounts().latches();
    shared.ready.begin(station, latches);
    let challenge = station.challenge.as_ref();
    let shared = &*shared;
    let thumbnails = Thumbnails::default();
    world.wires.fails.set(false);
    world.wires.refused.set(false);
    let outputs = Outputs::open(&station.lines, |line| {
        Ok::<_, Infallible>(Pin::new(line, &world.wires))
    });
    let outputs = outputs.map_err(|e| text(&e))?;
    let (Some(settings), Some(directory)) = (&station.trigger, &station.source.directory) else {
        return Err("no trigger or directory".to_owned());
    };
    let edges = TriggerEdges {
        settings,
        edges: Box::new(world.line.open().map_err(|e| text(&e))?),
    };
    let watchdogs = Watchdogs {
        service: None,
        service_period: None,
        open_board: Box::new(|_| unreachable!("the station has no watchdog")),
    };
    let feeder = WatchdogFeeder::new(None, self_check, watchdogs).map_err(|e| text(&e))?;
    *world.pictures.borrow_mut() = Default::default();
    let pictures = Directory {
        pictures: std::rc::Rc::clone(&world.pictures),
        held_back: true,
    };
    let mut driver = Driver::new(Settings::from(station), outputs, gate).map_err(|e| text(&e))?;
    if let (Some(settings), Some(belt)) = (&station.encoder, &world.way.belt) {
        let lines = belt.open().map_err(|e| text(&e))?;
        let encoder = Encoder::new(settings, lines, Timestamp::now()).map_err(|e| text(&e))?;
        let gate = &station.gate;
        driver = driver.with_encoder(encoder, gate.delay_ticks, gate.pulse_ticks);
    }
    let features = features(course.seed);
    let decider = Decider::new(station, resolving, &thumbnails, None, shared);
    let mut life = Life {
        shared,
        trigger: Triggers::new(edges, arming, shared),
        pairs: Pairs::new(directory, settings, pictures, shared),
        inspections: Inspections::new(station, decider, shared)?,
        recorder: Recorder::new(ScreenThread::dark(), None, feeder, events, station, shared),
        writer: Writer {
            journal,
            inspected: None,
            shared,
            station: station.station.name.clone(),
            recipes: station
                .all_recipes()
                .map(|recipe| recipe.name.clone())
                .collect(),
            challenge,
            periods: Periods::new(&station.journal),
            lines: heapless::Vec::new(),
            parts: None,
        },
        controls: Controls::new(station, shared),
        driver,
        undecided_max: settings.undecided_max.into(),
        late_max_ns: u64::from(station.gate.late_max_ms()) * MS,
        leaves_ns: if features.lines.is_some() {
            LEAVES_BELT_NS
        } else {
            u64::from(station.gate.delay_ms + station.gate.pulse_ms) * MS
        },
        journal: place,
        journal_away: &away,
        at: [clock::now_ns(); Thread::ALL.len()],
        held: [0; Thread::ALL.len()],
        wanted: u64::MAX,
        unwritten: Group::new(),
        inputs: Vec::new(),
        choice: Choice::new(features.chosen),
        chosen_by_lines: features.chosen == Chosen::ByLines,
        recipes,
        has_challenge: challenge.is_some(),
        goldens: Goldens::new(station, shared),
        asked: false,
        doubt: Doubt::new(!features.driven_by_line, clock::now_ns(), world),
        causes: Causes {
            journal_failed: false,
            guard_gone: false,
            bin_full: false,
            line_failed: false,
            stopped: false,
            started: false,
            belt_doubt: false,
            unproven: shared.ready.challenge() != ChallengeState::Proven,
            by_hand: false,
            ..*causes
        },
        guarded: true,
        bin_line: false,
    };
    world.watch();
    shared.keeper_turns.mark(Timestamp::now());
    life.writer.begin();
    checks.course.start(shared);
    if features.chosen == Chosen::ByLines {
        for (line, active) in InputName::RECIPE.into_iter().zip(world.code) {
            life.inputs.push((line, Timestamp::now(), active));
        }
    }
    let mut random = Random::new(course.seed, course.peek().map_or(0, |step| step.number));
    for name in [InputName::Reset, InputName::Confirm, InputName::Challenge] {
        life.controls.line(name, Timestamp::now(), false);
    }
    let switches = if features.driven_by_line { 4 } else { 3 };
    let switches_on = [
        (Switch::Run, causes.run),
        (Switch::Test, causes.test),
        (Switch::LampTest, causes.lamp_test),
        (Switch::Drive, causes.drive),
    ];
    for (switch, on) in switches_on.into_iter().take(switches) {
        life.step(
            clock::now_ns(),
            What::Set(switch, on),
            world,
            checks,
            &mut random,
        )?;
    }
    let ready_ns = clock::now_ns() + STARTS_NS;
    life.run_until(ready_ns, world, checks, &mut random)?;
    shared.ready.start().map_err(|e| text(&e))?;
    life.causes.started = true;
    while let Some(step) = course.peek() {
        let at_ns = course.at_ns;
        life.run_until(at_ns, world, checks, &mut random)?;
        random = Random::new(course.seed, step.number);
        course.advance();
        if let What::Kill(us) = step.what {
            *causes = life.causes;
            let now = clock::now_ns();
            // What makes the line safe now has the same driver, which may be slow.
            let slow_ns = u64::from(world.wires.slow_us.get()) * 1_000;
            checks
                .gate_behind
                .add(life.wanted.min(now), now.saturating_add(slow_ns));
            if world.wires.fails.get() {
                // Nothing can make the line safe, until the next station drives it.
                let until_ns = now + u64::from(us) * 1_000 + SLOWEST_NS;
                checks.line_failed.add(now, until_ns);
            }
            world.watched = false;
            return Ok(Some(us));
        }
        life.step(at_ns, step.what, world, checks, &mut random)?;
    }
    be_quiet(&mut life, world, checks, &mut random)?;
    Ok(None)
}

fn start(station: &Station) -> Start {
    Start {
        time: WallTime::now(),
        station: station.station.name.clone(),
        version: "simulation".parse().unwrap_or_default(),
        binary_sha256: Sha256::of(b"simulation"),
        station_sha256: Sha256::of(b"simulation"),
        model_sha256: Sha256::of(b"simulation"),
        next_part: crate::part::PartId::FIRST,
        memory: None,
        engine: None,
        realtime: None,
        models: heapless::Vec::new(),
    }
}
