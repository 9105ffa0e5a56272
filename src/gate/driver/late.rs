//! Late movements, because the lines' driver is slow.

use super::tests::{LONG_MS, Stop, lines, next, settings};
use super::*;
use crate::gate::{Channels, Handles, Outcome, Rejection};
use crate::part::{PartId, Verdict};
use crate::station::file::GateStyle;
use core::convert::Infallible;
use core::sync::atomic::AtomicBool;
use embedded_hal::digital::ErrorType;

/// A pin that takes `takes` to move.
struct Slow<'t> {
    takes: Duration,
    high: &'t AtomicBool,
}

impl ErrorType for Slow<'_> {
    type Error = Infallible;
}

impl Slow<'_> {
    fn drive(&self, high: bool) {
        std::thread::sleep(self.takes);
        self.high.store(high, Ordering::SeqCst);
    }
}

impl OutputPin for Slow<'_> {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.drive(false);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.drive(true);
        Ok(())
    }
}

#[test]
fn a_late_movement_of_a_slow_line_is_in_the_report_and_a_fault() {
    const LATE_MAX: Duration = Duration::from_millis(400);
    for slow in [false, true] {
        let levels = [const { AtomicBool::new(false) }; 6];
        let outputs = Outputs::open(&lines(), |line| {
            let offset = usize::try_from(line.offset.unwrap()).unwrap();
            let takes = if slow && offset == 0 {
                2 * LATE_MAX
            } else {
                Duration::ZERO
            };
            let high = &levels[offset];
            Ok::<_, Infallible>(Slow { takes, high })
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
        let settings = Settings {
            late_max_ms: u32::try_from(LATE_MAX.as_millis()).unwrap(),
            ..settings(GateStyle::Pulse, LONG_MS)
        };
        let driver = Driver::new(settings, outputs, gate).unwrap();
        control.set_ready(true).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| driver.run().unwrap());
            let _stop = Stop(control);
            // Wait until the gate is open: the line has moved once, slowly.
            std::thread::sleep(4 * LATE_MAX);
            while events.next().is_some() {}
            arming.arm(PartId::FIRST, Timestamp::now()).unwrap();
            resolving
                .resolve(
                    PartId::FIRST,
                    Verdict::Reject(crate::part::Reason::TooManyBlobs),
                )
                .unwrap();
            let mut moved_late = false;
            let report = loop {
                match next(&mut events) {
                    Event::Report(report) => break report,
                    Event::MovedLate { by, held } => moved_late = held && by > LATE_MAX,
                    _ => {}
                }
            };
            assert_eq!(report.outcome, Outcome::Rejected(Rejection::Verdict));
            assert_eq!((report.late, moved_late), (slow, slow), "{report:?}");
            let fault = levels[4].load(Ordering::SeqCst);
            assert_eq!(fault, slow, "only a late movement is a fault");
            assert_eq!(control.is_held_late(Timestamp::now()), slow);
            assert_eq!(levels[2].load(Ordering::SeqCst), !slow, "ready");
            // The line opens as slowly after the hold, and that does not begin another one.
            let end = Timestamp::now() + Duration::from_secs(20);
            while !levels[2].load(Ordering::SeqCst) || levels[0].load(Ordering::SeqCst) {
                assert!(Timestamp::now() < end, "the gate is held for ever");
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(2 * LATE_MAX);
            assert!(!control.is_held_late(Timestamp::now()));
        });
    }
}
