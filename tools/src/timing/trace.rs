//! Runs the station's schedule over the parts of a scene, in virtual time.

use super::scenes::{Finding, Scene};
use board::Timestamp;
use sluice::gate::{Event, GateReport, Levels, Schedule, Settings};
use sluice::part::{PartId, Reason, Verdict};
use sluice::station::Station;

/// What the lines did. Times are in milliseconds of the diagram.
#[derive(Debug)]
pub struct Trace {
    /// The levels from each time on.
    pub levels: Vec<(u64, Levels)>,
    /// The reports of the parts, in the order of the gate.
    pub reports: Vec<GateReport>,
}

/// The diagram begins when the station has been ready for long.
const START_MS: u64 = 10_000;
const READY_MS: u64 = 1;

/// The time of the diagram as the schedule's.
fn at(time_ms: u64) -> Timestamp {
    Timestamp::from_ns((START_MS + time_ms) * 1_000_000)
}

/// The schedule's time as the diagram's.
pub fn time_ms(time: Timestamp) -> u64 {
    (time.as_ns() / 1_000_000).saturating_sub(START_MS)
}

enum Command {
    Tick(i64),
    Arm,
    Resolve(Verdict),
}

/// Runs the scene to its end.
pub fn run(station: &Station, scene: &Scene) -> Trace {
    let mut schedule = Schedule::new(Settings::from(station));
    let gate = &station.gate;
    if station.encoder.is_some() {
        schedule = schedule.with_belt(gate.delay_ticks, gate.pulse_ticks);
    }
    let mut trace = Trace {
        levels: Vec::new(),
        reports: Vec::new(),
    };
    schedule.set_ready(true, Timestamp::from_ns(READY_MS * 1_000_000), &mut |_| {});
    // The belt has moved by the delay since then, and what was at the trigger is gone.
    let ticks = [gate.delay_ticks, gate.pulse_ticks];
    let ticks: u32 = ticks.into_iter().flatten().sum();
    for tick in 1..=u64::from(ticks) {
        let time = Timestamp::from_ns((READY_MS + tick) * 1_000_000);
        schedule.tick(time, 1);
        schedule.advance(time, &mut |_| {});
    }
    advance(&mut schedule, 0, &mut trace);
    let mut commands = Vec::new();
    for (time_ms, step) in scene.ticks() {
        commands.push((time_ms, 0, Command::Tick(step)));
    }
    for (number, part) in (1..).zip(scene.parts) {
        commands.push((part.trigger_ms, number, Command::Arm));
        let verdict = match part.finding {
            Finding::Good => Verdict::Pass,
            Finding::Bad => Verdict::Reject(Reason::TooManyBlobs),
            Finding::None => continue,
        };
        let time_ms = part.trigger_ms + part.inspection_ms;
        commands.push((time_ms, number, Command::Resolve(verdict)));
    }
    commands.sort_by_key(|(time_ms, number, _)| (*time_ms, *number));
    for (time_ms, number, command) in commands {
        wake_until(&mut schedule, time_ms, &mut trace);
        let part = PartId::new(number);
        let out = &mut |event| take(event, &mut trace.reports);
        match command {
            Command::Tick(step) => schedule.tick(at(time_ms), step),
            Command::Arm => schedule.arm(part, at(time_ms), out),
            Command::Resolve(verdict) => schedule.resolve(part, verdict, at(time_ms), out),
        }
        advance(&mut schedule, time_ms, &mut trace);
    }
    wake_until(&mut schedule, scene.end_ms, &mut trace);
    trace
}

fn wake_until(schedule: &mut Schedule, end_ms: u64, trace: &mut Trace) {
    while let Some(wake) = schedule.next_wake().filter(|wake| *wake <= at(end_ms)) {
        advance(schedule, time_ms(wake), trace);
    }
}

fn advance(schedule: &mut Schedule, now_ms: u64, trace: &mut Trace) {
    schedule.advance(at(now_ms), &mut |event| take(event, &mut trace.reports));
    let levels = schedule.levels();
    if trace.levels.last().is_none_or(|(_, last)| *last != levels) {
        trace.levels.push((now_ms, levels));
    }
}

fn take(event: Event, reports: &mut Vec<GateReport>) {
    if let Event::Report(report) = event {
        reports.push(report);
    }
}
