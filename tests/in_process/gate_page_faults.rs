//! Promise: once it has warmed up, the gate's thread has no page fault, and allocates nothing.
//!
//! The gate runs as in the station: memory locked, real-time priority and stack touched, if the
//! system grants them. Its reject line reads the thread's page faults at each movement.

use crate::station::{self, Reading};
use board::Timestamp;
use board::realtime::{self, PageFaults};
use core::convert::Infallible;
use embedded_hal::digital::{ErrorType, OutputPin};
use sluice::gate::{Channels, Control, Driver, Event, Handles, Outputs, Settings};
use sluice::part::{PartId, Reason, Verdict};
use sluice::scheduling::{GATE_PRIORITY, Granted};
use sluice::station::file::{GateStyle, Level, LineSettings, LinesSettings};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// Movements until each place of each queue was used once.
const WARM_UP: u64 = 600;
/// With locked memory the queues are in RAM as a whole. These are the opening of the line, by
/// another thread, and the gate's first movement.
const WARM_UP_LOCKED: u64 = 2;
/// Movements in which no page fault is allowed.
const MOVEMENTS: u64 = 2_000;
/// Parts that are armed and not reported yet.
const UNDER_WAY: u64 = 32;

/// The gate's page faults, as its line reads them: minor and major.
#[derive(Default)]
struct Seen {
    /// Movements in which page faults are allowed.
    warm_up: u64,
    movements: AtomicU64,
    /// Those up to the end of the warm-up.
    warm: [AtomicU64; 2],
    /// Those so far.
    last: [AtomicU64; 2],
}

fn load(faults: &[AtomicU64; 2]) -> [u64; 2] {
    faults.each_ref().map(|count| count.load(Ordering::SeqCst))
}

/// A line that reads the page faults of the thread that drives it.
struct Reader<'s>(&'s Seen);

impl ErrorType for Reader<'_> {
    type Error = Infallible;
}

impl Reader<'_> {
    fn read(&self) {
        let PageFaults { minor, major } = PageFaults::of_this_thread();
        let moved = self.0.movements.fetch_add(1, Ordering::SeqCst) + 1;
        let warm = (moved <= self.0.warm_up).then_some(&self.0.warm);
        for faults in warm.into_iter().chain([&self.0.last]) {
            faults[0].store(minor, Ordering::SeqCst);
            faults[1].store(major, Ordering::SeqCst);
        }
    }
}

impl OutputPin for Reader<'_> {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.read();
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.read();
        Ok(())
    }
}

/// Stops the gate when dropped, so that a failing test ends.
struct StopAtEnd<'c>(Control<'c>);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

pub fn run(_: &Path) {
    // In the order of the station: first the queues, then the lock.
    let mut channels = Channels::new().unwrap();
    let granted = Granted::obtain().to_string();
    println!("{granted}");
    let is_locked = granted.contains(", memory locked");
    let lines = LinesSettings::with_reject(LineSettings::numbered(0, Level::High, Level::High));
    let settings = Settings {
        style: GateStyle::Pulse,
        delay_ms: 100,
        pulse_ms: 1,
        // A busy machine may move late. That does not matter here.
        late_max_ms: 10_000,
        undecided_max: None,
        neighbours: Default::default(),
    };
    let seen = Seen {
        warm_up: if is_locked { WARM_UP_LOCKED } else { WARM_UP },
        ..Seen::default()
    };
    let outputs = Outputs::open(&lines, |_| Ok::<_, Infallible>(Reader(&seen))).unwrap();
    let Handles {
        mut arming,
        mut resolving,
        control,
        mut events,
        gate,
    } = channels.split();
    let driver = Driver::new(settings, outputs, gate).unwrap();
    let (before, after): (Reading, Reading) = thread::scope(|scope| {
        let named = thread::Builder::new().name("gate".to_owned());
        let gate = named.spawn_scoped(scope, || {
            let _ = realtime::raise_priority(GATE_PRIORITY);
            realtime::touch_stack();
            driver.run().unwrap()
        });
        let _stop = StopAtEnd(control);
        control.set_ready(true).unwrap();
        let mut due = Timestamp::now() + Duration::from_millis(200);
        let (mut armed, mut reported, mut before) = (0, 0, None);
        while seen.movements.load(Ordering::SeqCst) < seen.warm_up + MOVEMENTS {
            while armed - reported < UNDER_WAY {
                armed += 1;
                let part = PartId::new(armed);
                due = due.max(Timestamp::now() + Duration::from_millis(5));
                let trigger = Timestamp::from_ns(due.as_ns() - 100_000_000);
                arming.arm(part, trigger).unwrap();
                let reject = Verdict::Reject(Reason::TooManyBlobs);
                resolving.resolve(part, reject).unwrap();
                due = due + Duration::from_millis(2);
            }
            for event in events.by_ref() {
                reported += u64::from(matches!(event, Event::Report(_)));
            }
            if seen.movements.load(Ordering::SeqCst) > seen.warm_up {
                before.get_or_insert_with(station::reading);
            }
            thread::sleep(Duration::from_millis(1));
        }
        let after = station::reading();
        control.stop();
        gate.unwrap().join().unwrap();
        (before.unwrap(), after)
    });
    let (warm, last) = (load(&seen.warm), load(&seen.last));
    println!("page faults (minor, major): {warm:?} while it warmed up, {last:?} at the end");
    assert_eq!(warm, last, "page faults after the start");
    assert_eq!(station::made("gate", &before, &after), 0);
}
