//! Runs the station's gate on a line that keeps the time of each edge.

use super::{Histogram, Plan};
use board::Timestamp;
use board::realtime::{self, PageFaults};
use core::convert::Infallible;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use core::time::Duration;
use embedded_hal::digital::{ErrorType, OutputPin};
use sluice::gate::{Channels, Driver, Event, Handles, Outcome, Outputs, Settings};
use sluice::part::{PartId, Reason, Verdict};
use sluice::station::file::{GateStyle, Level, LineSettings, LinesSettings};
use std::thread;

/// From the trigger to the due time.
const DELAY: Duration = Duration::from_millis(100);
/// Parts that are armed and not reported yet: fewer than the gate holds.
const UNDER_WAY: u64 = 48;
/// How far ahead of its due time a part is armed at least.
const AHEAD: Duration = Duration::from_millis(20);
/// How long the gate may take with one part before the measurement fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a run of the gate gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edges {
    /// The edges, by their delay after the due time.
    pub late: Histogram,
    /// Of these, the first in each wake-up of the gate.
    pub first: Histogram,
    /// Rejected parts without an edge of their own.
    pub merged: u64,
}

/// The times at which the line became active.
struct Times {
    at_ns: Vec<AtomicU64>,
    count: AtomicUsize,
}

/// A line that keeps the times. Its driver costs nothing, so only the gate is measured.
struct TimedLine<'t> {
    times: &'t Times,
    active: bool,
}

impl ErrorType for TimedLine<'_> {
    type Error = Infallible;
}

impl OutputPin for TimedLine<'_> {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.active = false;
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        let now = Timestamp::now();
        if !core::mem::replace(&mut self.active, true) {
            let place = self.times.count.fetch_add(1, Ordering::AcqRel);
            if let Some(at_ns) = self.times.at_ns.get(place) {
                at_ns.store(now.as_ns(), Ordering::Release);
            }
        }
        Ok(())
    }
}

/// Rejects `plan.movements` parts, one in each interval, and measures their edges.
///
/// # Errors
/// The system grants no real-time priority, the gate stops, or it does not report a part.
pub fn run(plan: Plan) -> Result<Edges, String> {
    let parts = u64::from(plan.movements);
    let times = Times {
        // One more: the line is active before READY.
        at_ns: (0..=parts).map(|_| AtomicU64::new(0)).collect(),
        count: AtomicUsize::new(0),
    };
    let ms = |time: Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
    let settings = Settings {
        style: GateStyle::Pulse,
        delay_ms: ms(DELAY),
        // Half of the interval, so that each part has an edge of its own.
        pulse_ms: ms(plan.interval / 2),
        late_max_ms: ms(plan.limit),
        undecided_max: None,
        neighbours: Default::default(),
    };
    let mut channels = Channels::new().map_err(|error| error.to_string())?;
    let Handles {
        mut arming,
        mut resolving,
        control,
        mut events,
        gate,
    } = channels.split();
    let line = TimedLine {
        times: &times,
        active: false,
    };
    let driver = Driver::new(settings, outputs(line)?, gate).map_err(|error| error.to_string())?;
    thread::scope(|scope| {
        let thread = thread::Builder::new().name("gate".to_owned());
        let gate = thread
            .spawn_scoped(scope, move || {
                realtime::raise_priority(plan.priority).map_err(|error| error.to_string())?;
                realtime::touch_stack();
                let before = PageFaults::of_this_thread();
                driver.run().map_err(|error| error.to_string())?;
                Ok::<_, String>(PageFaults::of_this_thread().since(before))
            })
            .map_err(|error| error.to_string())?;
        let measured = (|| {
            control.set_ready(true).map_err(|error| error.to_string())?;
            let mut edges = Edges {
                late: Histogram::new(),
                first: Histogram::new(),
                merged: 0,
            };
            // The gate opens when parts from before READY are gone.
            let mut due = Timestamp::now() + 2 * DELAY;
            // The edge from before READY is the first one.
            let (mut armed, mut reported, mut edge) = (0, 0, 1);
            let mut woken_at = Timestamp::default();
            let mut patience = Timestamp::now() + PATIENCE;
            while reported < parts {
                while armed < parts && armed - reported < UNDER_WAY {
                    armed += 1;
                    let part = PartId::new(armed);
                    due = due.max(Timestamp::now() + AHEAD);
                    let trigger = Timestamp::default() + due.since(Timestamp::default() + DELAY);
                    let sent = arming.arm(part, trigger).and_then(|()| {
                        resolving.resolve(part, Verdict::Reject(Reason::TooManyBlobs))
                    });
                    sent.map_err(|error| error.to_string())?;
                    due = due + plan.interval;
                }
                for event in events.by_ref() {
                    let Event::Report(report) = event else {
                        continue;
                    };
                    if report.outcome == Outcome::Passed {
                        return Err(format!("the gate let a bad part through: {report:?}"));
                    }
                    reported += 1;
                    patience = Timestamp::now() + PATIENCE;
                    let Some(acted_at) = report.acted_at else {
                        return Err(format!("no movement for {report:?}"));
                    };
                    let at_ns = times.at_ns.get(edge);
                    let at_ns = at_ns.map_or(0, |at_ns| at_ns.load(Ordering::Acquire));
                    let at = Timestamp::from_ns(at_ns);
                    let apart = at.since(acted_at).max(acted_at.since(at));
                    let moved_at = if apart < plan.interval / 2 {
                        edge += 1;
                        at
                    } else {
                        // A gate that was held up did not end the movement before. The line was
                        // active, and became right when the gate acted.
                        edges.merged += 1;
                        acted_at
                    };
                    let late = moved_at.since(report.due);
                    edges.late.add(late);
                    if acted_at != woken_at {
                        woken_at = acted_at;
                        edges.first.add(late);
                    }
                }
                if Timestamp::now() > patience {
                    return Err(format!("the gate does not report part {}", reported + 1));
                }
                thread::sleep(Duration::from_millis(1));
            }
            Ok(edges)
        })();
        control.stop();
        let faults = gate
            .join()
            .map_err(|_| "the gate's thread panicked".to_owned())??;
        if faults.major > 0 {
            return Err(format!("the gate waited for its memory: {faults:?}"));
        }
        measured
    })
}

fn outputs(line: TimedLine<'_>) -> Result<Outputs<TimedLine<'_>>, String> {
    let lines = LinesSettings::with_reject(LineSettings::numbered(0, Level::High, Level::High));
    let mut line = Some(line);
    Outputs::open(&lines, |_| line.take().ok_or("the line is open already"))
        .map_err(|error| error.to_string())
}
