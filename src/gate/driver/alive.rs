//! Reports of finished inspections. The watchdogs are fed only while these arrive.

use super::tests::{LONG_MS, Stop, edges, next, settings, simulated};
use super::*;
use crate::gate::{Channels, Handles, SendError};
use crate::part::{Cause, PartId, Reason, Verdict};
use crate::station::file::GateStyle;
use std::vec::Vec;

#[test]
fn each_finished_inspection_is_reported_and_no_other() {
    let (outputs, timeline) = simulated();
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
    std::thread::scope(|scope| {
        scope.spawn(|| driver.run().unwrap());
        let _stop = Stop(control);
        let later = Timestamp::now() + Duration::from_secs(600);
        let mut expected = 0;
        for (number, verdict, finished) in [
            (1, Verdict::Pass, true),
            (2, Verdict::Fault(Cause::Deadline), false),
            (3, Verdict::Reject(Reason::TooManyBlobs), true),
        ] {
            arming.arm(PartId::new(number), later).unwrap();
            resolving.resolve(PartId::new(number), verdict).unwrap();
            if finished {
                assert_eq!(next(&mut events), Event::Alive);
                expected += 1;
            }
        }
        for finished in [true, false, true] {
            resolving.inspected(finished);
            if finished {
                assert_eq!(next(&mut events), Event::Alive);
                expected += 1;
            }
        }
        std::thread::sleep(Duration::from_millis(30));
        assert_eq!(events.next(), None);
        let changes: Vec<_> = timeline.changes().collect();
        // One more than the number of inspections, for the level at the start.
        assert_eq!(edges(&changes, 5).len(), 1 + expected);
    });
    let part = PartId::new(4);
    let stopped = Err(SendError::Stopped);
    assert_eq!(resolving.resolve(part, Verdict::Pass), stopped);
}
