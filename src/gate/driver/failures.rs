//! Lines that refuse, and a panic of the gate's thread.

use super::tests::{DELAY, LONG_MS, Stop, edges, lines, next, next_report, settings, simulated};
use super::*;
use crate::gate::{Channels, Handles, Outcome, Rejection, SendError};
use crate::part::{PartId, Verdict};
use crate::station::file::GateStyle;
use core::sync::atomic::{AtomicBool, AtomicU32};
use embedded_hal::digital::{ErrorKind, ErrorType, PinState};
use std::vec::Vec;

/// A pulse that does not end while a test runs, so that only a retry wakes the gate.
const FOREVER_MS: u32 = 600_000;

/// A pin that refuses while `broken` is set.
struct Fragile<'t> {
    broken: &'t AtomicBool,
    high: &'t AtomicBool,
    /// Calls that it refused.
    refusals: &'t AtomicU32,
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
            self.refusals.fetch_add(1, Ordering::SeqCst);
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

/// All lines on pins that refuse while their flag is set.
fn fragile<'t>(
    broken: &'t [AtomicBool; 6],
    high: &'t [AtomicBool; 6],
    refusals: &'t AtomicU32,
) -> Outputs<Fragile<'t>> {
    let outputs = Outputs::open(&lines(), |line| {
        let offset = usize::try_from(line.offset.unwrap()).unwrap();
        Ok::<_, core::convert::Infallible>(Fragile {
            broken: &broken[offset],
            high: &high[offset],
            refusals,
        })
    });
    outputs.unwrap()
}

#[test]
fn when_the_reject_line_fails_parts_are_flushed_and_it_is_retried_until_safe() {
    let broken = [const { AtomicBool::new(false) }; 6];
    let levels = [const { AtomicBool::new(false) }; 6];
    let refusals = AtomicU32::new(0);
    let (reject_broken, is_high) = (&broken[0], |line: usize| {
        levels[line].load(Ordering::SeqCst)
    });
    let wait_for = |condition: &dyn Fn() -> bool| {
        let end = Timestamp::now() + Duration::from_secs(20);
        while !condition() {
            assert!(Timestamp::now() < end, "never came");
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    let outputs = fragile(&broken, &levels, &refusals);
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
            // From the second part's verdict, if it was taken before the first part was due.
            Event::Alive => next(&mut events),
            event => event,
        };
        let Event::LineFailed { line, error } = failed else {
            panic!("expected the failure first: {failed:?}")
        };
        assert_eq!((line, error.as_str()), (LineName::Reject, "Refused"));
        // No one knows where the first part went. The second one was flushed.
        for (part, rejection) in [(1, Rejection::NoVerdict), (2, Rejection::NotReady)] {
            let report = next_report(&mut events);
            assert_eq!(report.part, PartId::new(part));
            assert_eq!(report.outcome, Outcome::Rejected(rejection));
            assert_eq!(report.acted_at, None);
        }
        assert!(!is_high(0) && !is_high(2) && is_high(4), "not READY, FAULT");
        // While the line refuses, no inspection is reported, so the watchdogs are not fed.
        resolving.inspected(true);
        let (from, tries) = (Timestamp::now(), refusals.load(Ordering::SeqCst));
        std::thread::sleep(5 * RETRY);
        assert_eq!(events.next(), None);
        // The gate sleeps between two retries. Each wakes it once, and each command does.
        let tries = u128::from(refusals.load(Ordering::SeqCst) - tries);
        let slept = Timestamp::now().since(from).as_nanos() / RETRY.as_nanos();
        assert!(tries <= slept + 3, "{tries} retries in {slept} times RETRY");
        reject_broken.store(false, Ordering::SeqCst);
        wait_for(&|| is_high(0));
        assert_eq!(next(&mut events), Event::Alive);
        // After one failure the gate stays not ready until the station restarts.
        control.set_ready(true).unwrap();
        arming.arm(PartId::new(3), Timestamp::now()).unwrap();
        resolving.resolve(PartId::new(3), Verdict::Pass).unwrap();
        let report = next_report(&mut events);
        assert_eq!(report.outcome, Outcome::Rejected(Rejection::NotReady));
        assert!(is_high(0) && !is_high(2));
    });
}

#[test]
fn when_the_reject_line_refuses_the_other_lines_close_in_the_same_turn() {
    let broken = [const { AtomicBool::new(false) }; 6];
    let levels = [const { AtomicBool::new(false) }; 6];
    let refusals = AtomicU32::new(0);
    let is_high = |line: usize| levels[line].load(Ordering::SeqCst);
    let outputs = fragile(&broken, &levels, &refusals);
    let mut channels = Channels::new().unwrap();
    let Handles {
        mut arming,
        mut resolving,
        control,
        mut events,
        gate,
    } = channels.split();
    let mut driver = Driver::new(settings(GateStyle::Divert, FOREVER_MS), outputs, gate).unwrap();
    control.set_ready(true).unwrap();
    let trigger = Timestamp::now() + Duration::from_millis(200);
    arming.arm(PartId::FIRST, trigger).unwrap();
    resolving.resolve(PartId::FIRST, Verdict::Pass).unwrap();
    driver.turn(false);
    assert_eq!(events.next(), Some(Event::Alive));
    assert!(is_high(0) && is_high(2) && !is_high(4), "closed and READY");

    // The gate is to open for the part: the pass line obeys, but the reject line does not.
    broken[0].store(true, Ordering::SeqCst);
    std::thread::sleep(Duration::from_millis(200) + DELAY);
    driver.turn(false);
    let failed = events.next();
    assert!(
        matches!(
            failed,
            Some(Event::LineFailed {
                line: LineName::Reject,
                ..
            })
        ),
        "{failed:?}"
    );
    let Some(Event::Report(report)) = events.next() else {
        panic!("no report")
    };
    assert_eq!((report.outcome, report.acted_at), (Outcome::Passed, None));
    // This happens at once, and not only when the reject line is retried.
    assert!(!is_high(1), "the pass line");
    assert!(!is_high(2) && is_high(4), "not READY, FAULT");
}

#[test]
fn a_signal_line_that_fails_is_a_fault_but_parts_still_pass() {
    let broken = [const { AtomicBool::new(false) }; 6];
    let levels = [const { AtomicBool::new(false) }; 6];
    let refusals = AtomicU32::new(0);
    let outputs = fragile(&broken, &levels, &refusals);
    broken[3].store(true, Ordering::SeqCst);
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
fn a_panic_leaves_the_lines_safe_and_senders_get_an_error() {
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
            // The panic drops it, as it does in `run`.
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

#[test]
fn a_line_that_fails_while_the_gate_closes_for_good_is_a_fault_in_the_same_turn() {
    let broken = [const { AtomicBool::new(false) }; 6];
    let levels = [const { AtomicBool::new(false) }; 6];
    let refusals = AtomicU32::new(0);
    let is_fault = || levels[4].load(Ordering::SeqCst);
    let mut channels = Channels::new().unwrap();
    let Handles { control, gate, .. } = channels.split();
    let outputs = fragile(&broken, &levels, &refusals);
    let settings = settings(GateStyle::Pulse, LONG_MS);
    let mut driver = Driver::new(settings, outputs, gate).unwrap();
    control.set_ready(true).unwrap();
    let opens_at = Timestamp::now() + DELAY;
    while levels[0].load(Ordering::SeqCst) {
        driver.turn(false);
        assert!(Timestamp::now() < opens_at + Duration::from_secs(20));
    }
    assert!(!is_fault());
    broken[0].store(true, Ordering::SeqCst);
    control.set_ready(false).unwrap();
    driver.turn(false);
    assert_eq!(refusals.load(Ordering::SeqCst), 2, "tried once more");
    assert!(is_fault());
    driver.turn(false);
    assert_eq!(refusals.load(Ordering::SeqCst), 3);
}
