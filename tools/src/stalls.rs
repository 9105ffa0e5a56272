//! Draws what a stall at the gate does, from a station file and the station's own schedule.

use crate::svg::{Anchor, Point, Svg};
use board::Timestamp;
use core::time::Duration;
use sluice::gate::{Event, GateReport, Levels, Outcome, Schedule, Settings, Stalls};
use sluice::part::{PartId, Reason, Verdict};
use sluice::station::Station;

/// The verdicts of the parts, one in each interval. The stall begins before the second one.
const VERDICTS: [Verdict; 4] = [
    Verdict::Pass,
    Verdict::Reject(Reason::TooManyBlobs),
    Verdict::Pass,
    Verdict::Reject(Reason::TooManyBlobs),
];

const WIDTH: i32 = 900;
const LEFT: i32 = 150;
const RIGHT: i32 = 870;
/// The colour of the stall.
const STALL: &str = "#c77700";
const LINE: &str = "#0072b2";

/// The gate with and without a stall, in milliseconds.
#[derive(Debug)]
pub struct Traces {
    settings: Settings,
    /// When the stall begins and ends.
    pub stall_ms: (u64, u64),
    /// The levels from each time on, without the stall.
    pub without: Vec<(u64, Levels)>,
    /// The same with the stall.
    pub with: Vec<(u64, Levels)>,
    /// The parts' reports with the stall.
    pub reports: Vec<GateReport>,
    end_ms: u64,
}

/// Runs the schedule for a stall that begins just before the second part is due, and ends when that
/// part has gone through.
pub fn trace(station: &Station) -> Traces {
    let settings = Settings::from(station);
    let interval_ms = u64::from(station.gate.part_interval_ms);
    let (delay_ms, pulse_ms) = (u64::from(settings.delay_ms), u64::from(settings.pulse_ms));
    let first_ms = 2 * delay_ms;
    let second_ms = first_ms + interval_ms;
    let from_ms = second_ms - (interval_ms / 4).clamp(1, pulse_ms);
    let stall_ms = (from_ms, second_ms + pulse_ms + pulse_ms / 4);
    let end_ms = first_ms + 4 * interval_ms.max(pulse_ms);
    let run = |stall_ms| run(settings, first_ms, interval_ms, stall_ms, end_ms);
    let (without, _) = run((0, 0));
    let (with, reports) = run(stall_ms);
    Traces {
        settings,
        stall_ms,
        without,
        with,
        reports,
        end_ms,
    }
}

fn at(ms: u64) -> Timestamp {
    Timestamp::from_ns(ms * 1_000_000)
}

fn ms(time: Timestamp) -> u64 {
    time.as_ns() / 1_000_000
}

/// The levels at each change, and the reports. The schedule is not called in the stall.
fn run(
    settings: Settings,
    first_ms: u64,
    interval_ms: u64,
    (from_ms, until_ms): (u64, u64),
    end_ms: u64,
) -> (Vec<(u64, Levels)>, Vec<GateReport>) {
    let mut schedule = Schedule::new(settings);
    let mut reports = Vec::new();
    let delay = Duration::from_millis(settings.delay_ms.into());
    let mut take = |event| {
        if let Event::Report(report) = event {
            reports.push(report);
        }
    };
    schedule.set_ready(true, at(1), &mut take);
    for ((number, verdict), index) in (1..).zip(VERDICTS).zip(0..) {
        let due = at(first_ms + index * interval_ms);
        let trigger = Timestamp::default() + due.since(Timestamp::default() + delay);
        schedule.arm(PartId::new(number), trigger, &mut take);
        schedule.resolve(PartId::new(number), verdict, trigger, &mut take);
    }
    let mut levels: Vec<(u64, Levels)> = Vec::new();
    while let Some(wake_ms) = schedule.next_wake().map(ms).filter(|wake| *wake <= end_ms) {
        let stalled = from_ms < wake_ms && wake_ms < until_ms;
        let now_ms = if stalled { until_ms } else { wake_ms };
        schedule.advance(at(now_ms), &mut take);
        if levels.last().is_none_or(|last| last.1 != schedule.levels()) {
            levels.push((now_ms, schedule.levels()));
        }
    }
    (levels, reports)
}

/// A line's label, the levels at each change, and which of them the line has.
type Row<'a> = (&'a str, &'a [(u64, Levels)], fn(&Levels) -> bool);

/// The drawing, as SVG.
pub fn drawing(station: &Station, name: &str) -> String {
    let traces = trace(station);
    let stalls = Stalls::from(station);
    let settings = traces.settings;
    let begin_ms = 2 * u64::from(settings.delay_ms) - u64::from(settings.pulse_ms);
    let sheet = Sheet {
        begin_ms,
        end_ms: traces.end_ms,
    };
    let mut svg = Svg::default();
    let (from_ms, until_ms) = traces.stall_ms;
    let title = format!("A stall of {} ms at the gate of {name}", until_ms - from_ms);
    svg.text("big", Anchor::Start, (20, 34), &title);
    let (from, until) = (sheet.x(from_ms), sheet.x(until_ms));
    svg.coloured(STALL, (from, 56), (until - from, 300));
    svg.text("small", Anchor::Middle, ((from + until) / 2, 70), "held up");

    svg.text("bold", Anchor::Start, (20, 108), "at the gate");
    for report in &traces.reports {
        let due_ms = ms(report.due);
        let (left, right) = (
            sheet.x(due_ms),
            sheet.x(due_ms + u64::from(settings.pulse_ms)),
        );
        let class = if report.late { "warn" } else { "box" };
        svg.rect(class, (left, 86), (right - left, 34));
        let middle = (left + right) / 2;
        let part = format!("{}", report.part.number());
        svg.text("bold", Anchor::Middle, (middle, 108), &part);
        let word = match (report.outcome, report.late) {
            (Outcome::Passed, _) => "passes",
            (Outcome::Rejected(_), false) => "rejected",
            (Outcome::Rejected(_), true) => "late",
        };
        svg.text("small", Anchor::Middle, (middle, 136), word);
    }
    let rows: [Row<'_>; 4] = [
        ("reject, no stall", &traces.without, |levels| levels.reject),
        ("reject", &traces.with, |levels| levels.reject),
        ("READY", &traces.with, |levels| levels.ready),
        ("fault", &traces.with, |levels| levels.fault),
    ];
    for ((label, levels, active), y) in rows.into_iter().zip([190, 240, 290, 340]) {
        svg.text("bold", Anchor::Start, (20, y), label);
        svg.wire(LINE, &sheet.steps(levels, active, y));
    }
    let late = traces.reports.iter().filter(|report| report.late).count();
    let words = format!(
        "Tolerated: {} ms (gate.late_max_ms). Parts 2 and 4 are bad. A part is at the gate for {} ms (gate.pulse_ms), and one comes \
         each {} ms (gate.part_interval_ms). This stall made {late} of them late. After it READY is off and the reject held for {} ms.",
        stalls.tolerated_ms(),
        settings.pulse_ms,
        station.gate.part_interval_ms,
        stalls.held_ms(),
    );
    svg.lines("text", (20, 388), 120, &words);
    svg.finish((WIDTH, 440))
}

/// The time axis.
struct Sheet {
    begin_ms: u64,
    end_ms: u64,
}

impl Sheet {
    fn x(&self, time_ms: u64) -> i32 {
        let time_ms = time_ms.clamp(self.begin_ms, self.end_ms) - self.begin_ms;
        let share = time_ms as f64 / (self.end_ms - self.begin_ms) as f64;
        let place = (share * f64::from(RIGHT - LEFT)).round();
        #[expect(clippy::cast_possible_truncation, reason = "inside the sheet")]
        let place = place as i32;
        LEFT + place
    }

    /// The line as steps: active is up.
    fn steps(&self, levels: &[(u64, Levels)], active: fn(&Levels) -> bool, y: i32) -> Vec<Point> {
        let height = |levels: &Levels| if active(levels) { y - 20 } else { y };
        let mut points: Vec<Point> = Vec::new();
        for (from_ms, levels) in levels {
            let (x, to) = (self.x(*from_ms), height(levels));
            if let Some((_, y)) = points.last().copied() {
                points.push((x, y));
            }
            points.push((x, to));
        }
        if let Some((_, y)) = points.last().copied() {
            points.push((RIGHT, y));
        }
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = include_bytes!("../../board/stations/host.json");

    #[test]
    fn the_drawing_in_the_documents_is_that_of_its_station_file() {
        let station = sluice::station::read(FILE).unwrap();
        let drawn = drawing(&station, "host.json");
        assert!(
            drawn == include_str!("../../docs/stalls.svg"),
            "run `cargo run -p sluice-tools --bin stalls`"
        );
    }

    #[test]
    fn the_stall_makes_one_part_late_and_ready_is_off_for_the_pulse() {
        let station = sluice::station::read(FILE).unwrap();
        let traces = trace(&station);
        let late: Vec<bool> = traces.reports.iter().map(|report| report.late).collect();
        assert_eq!(late, [false, true, false, false]);
        let off = traces.with.windows(2).find(|pair| !pair[0].1.ready);
        let [(off_ms, _), (on_ms, on)] = off.unwrap() else {
            panic!("one change")
        };
        assert_eq!((*off_ms, on.ready), (traces.stall_ms.1, true));
        assert_eq!(on_ms - off_ms, u64::from(Stalls::from(&station).held_ms()));
        assert!(traces.without.iter().all(|(_, levels)| levels.ready));
    }
}
