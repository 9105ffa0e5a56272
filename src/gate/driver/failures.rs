//! What the gate does when a line refuses, or when its own thread breaks.

use super::tests::{DELAY, LONG_MS, Stop, edges, lines, next, next_report, settings, simulated};
use super::*;
use crate::gate::{Channels, Handles, Outcome, Rejection, SendError};
use crate::part::{PartId, Verdict};
use crate::station::file::GateStyle;
use core::sync::atomic::AtomicBool;
use embedded_hal::digital::{ErrorKind, ErrorType, PinState};
use std::vec::Vec;

/// A pulse that does not end while a test runs, so that nothing but a retry wakes the gate.
const FOREVER_MS: u32 = 600_000;

/// A pin that refuses while `broken` is set.
struct Fragile<'t> {
    broken: &'t AtomicBool,
    high: &'t AtomicBool,
}

#[derive(Debug)]
struct Refused;

impl embedded_hal::digital::Error for Refused {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl ErrorType for Fragile<'_> {
    type Error = Refused;
}

impl Fragile<'_> {
    fn drive(&self, high: bool) -> Result<(), Refused> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(Refused);
        }
        self.high.store(high, Ordering::SeqCst);
        Ok(())
    }
}

impl OutputPin for Fragile<'_> {
    fn set_low(&mut self) -> Result<(), Refused> {
        self.drive(false)
    }

    fn set_high(&mut self) -> Result<(), Refused> {
        self.drive(true)
    }
}

#[test]
fn a_line_that_fails_ends_the_parts_and_is_tried_until_it_is_safe() {
    let flags = [const { AtomicBool::new(false) }; 6];
    let levels = [const { AtomicBool::new(false) }; 6];
    let (reject_broken, is_high) = (&flags[0], |line: usize| levels[line].load(Ordering::SeqCst));
    let wait_for = |condition: &dyn Fn() -> bool| {
        let end = Timestamp::now() + Duration::from_secs(20);
        while !condition() {
            assert!(Timestamp::now() < end, "never came");
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    let outputs = Outputs::open(&lines(), |line| {
        let offset = usize::try_from(line.offset.unwrap()).unwrap();
        Ok::<_, core::convert::Infallible>(Fragile {
            broken: &flags[offset],
            high: &levels[offset],
        })
    })
    .unwrap();
    let mut channels = Channels::new().unwrap();
    let Handles {
        mut arming,
        mut resolving,
        control,
        mut events,
        gate,
    } = channels.split();
    let driver = Driver::new(settings(GateStyle::Pulse, FOREVER_MS), outputs, gate).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| driver.run().unwrap());
        let _stop = Stop(control);
        control.set_ready(true).unwrap();
        wait_for(&|| !is_high(0) && is_high(2));
        reject_broken.store(true, Ordering::SeqCst);
        let trigger = Timestamp::now();
        arming.arm(PartId::new(1), trigger).unwrap();
        let later = trigger + Duration::from_secs(600);
        arming.arm(PartId::new(2), later).unwrap();
        resolving.resolve(PartId::new(2), Verdict::Pass).unwrap();
        let failed = match next(&mut events) {
            // The second part's verdict, before the first was due.
            Event::Alive => next(&mut events),
            event => event,
        };
        let Event::LineFailed { line, error } = failed else {
            panic!("the failure is what comes first: {failed:?}")
        };
        assert_eq!((line, error.as_str()), (LineName::Reject, "Refused"));
        // Nobody knows where the first went; the second finds the gate closed as far as it can be.
        for (part, rejection) in [(1, Rejection::NoVerdict), (2, Rejection::NotReady)] {
            let report = next_report(&mut events);
            assert_eq!(report.part, PartId::new(part));
            assert_eq!(report.outcome, Outcome::Rejected(rejection));
            assert_eq!(report.acted_at, None);
        }
        assert!(!is_high(0) && !is_high(2) && is_high(4), "not READY, FAULT");
        // Whoever feeds a watchdog hears nothing while the line does not obey, and only then.
        resolving.inspected(true);
        std::thread::sleep(3 * RETRY);
        assert_eq!(events.next(), None);
        reject_broken.store(false, Ordering::SeqCst);
        wait_for(&|| is_high(0));
        assert_eq!(next(&mut events), Event::Alive);
        // A line that failed once is not trusted again, whatever the station says.
        control.set_ready(true).unwrap();
        arming.arm(PartId::new(3), Timestamp::now()).unwrap();
        resolving.resolve(PartId::new(3), Verdict::Pass).unwrap();
        let report = next_report(&mut events);
        assert_eq!(report.outcome, Outcome::Rejected(Rejection::NotReady));
        assert!(is_high(0) && !is_high(2));
    });
}

#[test]
fn a_signal_line_that_fails_is_a_fault_and_no_more() {
    let flags = [const { AtomicBool::new(false) }; 6];
    let levels = [const { AtomicBool::new(false) }; 6];
    let outputs = Outputs::open(&lines(), |line| {
        let offset = usize::try_from(line.offset.unwrap()).unwrap();
        Ok::<_, core::convert::Infallible>(Fragile {
            broken: &flags[offset],
            high: &levels[offset],
        })
    })
    .unwrap();
    flags[3].store(true, Ordering::SeqCst);
    let mut channels = Channels::new().unwrap();
    let Handles {
        mut arming,
        mut resolving,
        control,
        mut events,
        gate,
    } = channels.split();
    let driver = Driver::new(settings(GateStyle::Pulse, LONG_MS), outputs, gate).unwrap();
    control.set_ready(true).unwrap();
    let trigger = Timestamp::now() + Duration::from_millis(200);
    arming.arm(PartId::FIRST, trigger).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| driver.run().unwrap());
        let _stop = Stop(control);
        let failed = next(&mut events);
        let Event::LineFailed { line, .. } = failed else {
            panic!("{failed:?}")
        };
        assert_eq!(line, LineName::Busy);
        resolving.resolve(PartId::FIRST, Verdict::Pass).unwrap();
        let report = next_report(&mut events);
        assert_eq!(report.outcome, Outcome::Passed);
        assert!(report.acted_at.is_some());
        assert!(levels[4].load(Ordering::SeqCst), "FAULT");
    });
}

#[test]
fn a_panic_leaves_the_lines_safe_and_tells_the_senders() {
    let (outputs, timeline) = simulated();
    let mut channels = Channels::new().unwrap();
    let Handles {
        mut arming,
        control,
        gate,
        ..
    } = channels.split();
    let mut driver = Driver::new(settings(GateStyle::Pulse, LONG_MS), outputs, gate).unwrap();
    control.set_ready(true).unwrap();
    let panicked = std::thread::scope(|scope| {
        let gate = scope.spawn(|| {
            std::thread::sleep(DELAY);
            driver.turn(false);
            // Moved in, as it is into `run`.
            let _driver = driver;
            panic!("as a bug would");
        });
        gate.join().is_err()
    });
    assert!(panicked);
    let changes: Vec<_> = timeline.changes().collect();
    let levels: Vec<_> = edges(&changes, 0).iter().map(|edge| edge.level).collect();
    assert_eq!(levels, [PinState::High, PinState::Low, PinState::High]);
    let stopped = Err(SendError::Stopped);
    assert_eq!(arming.arm(PartId::FIRST, Timestamp::now()), stopped);
}
