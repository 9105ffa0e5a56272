//! Promise: the sensor behind the gate must see exactly the parts that the gate sends its way. Each
//! part that went the wrong way has a record and is counted, and the configured number of them
//! stops READY.

use crate::site::inputs::CONFIRM;
use crate::site::trigger::Stimulus;
use crate::site::{Site, lines, pictures, wait_for};

/// A station with a sensor that sees a part up to 5 s after it was at the gate.
fn site(test: &str, sees: &str, faults_max: u16) -> Site {
    let site = Site::with_trigger(test, 4, 1500);
    site.be_patient();
    site.add_inputs(&[("confirm", CONFIRM)]);
    let confirm = format!(
        r#""late_max_ms": 390, "confirm": {{ "sees": "{sees}", "min_ms": 0, "max_ms": 4900, "faults_max": {faults_max} }}"#
    );
    site.change(&[(r#""late_max_ms": 390"#, &confirm)]);
    site
}

/// Sends a part, and waits until the gate has acted on it.
fn part(site: &Site, inputs: &mut Stimulus, nth: usize, picture: &[u8]) {
    site.wait_line(lines::READY, true);
    site.part_with(inputs, nth, &format!("{nth}.png"), picture);
    site.wait_parts(nth);
}

/// The sensor sees one part.
fn see(inputs: &mut Stimulus) {
    inputs.set(CONFIRM, true);
    inputs.set(CONFIRM, false);
}

/// Waits for this many faults. Returns the part and the fault of each.
fn faults(site: &Site, count: usize) -> Vec<(Option<u64>, String)> {
    wait_for("the faults", || {
        let faults = site.confirmation_faults().into_iter();
        let found: Vec<_> = faults
            .map(|fault| (fault.part, fault.fault.to_string()))
            .collect();
        (found.len() >= count).then_some(found)
    })
}

#[test]
fn a_reject_that_does_not_leave_is_a_fault_and_the_second_one_stops_ready() {
    let site = site("confirmation-not-left", "rejected", 2);
    let mut station = site.start();
    let mut inputs = Stimulus::open(&site);
    part(&site, &mut inputs, 1, &pictures::bad());
    see(&mut inputs);
    // A good part is not seen, and that is right.
    part(&site, &mut inputs, 2, &pictures::good());
    part(&site, &mut inputs, 3, &pictures::bad());
    let not_left = |part| (Some(part), "not_left".to_owned());
    assert_eq!(faults(&site, 1), [not_left(3)]);
    site.wait_line(lines::READY, true);
    part(&site, &mut inputs, 4, &pictures::bad());
    assert_eq!(faults(&site, 2), [not_left(3), not_left(4)]);
    site.wait_line(lines::READY, false);
    site.wait_control("latched station");
    assert_eq!(site.ask(&["reset"]).0, Some(0));
    site.wait_line(lines::READY, true);
    station.signal(nix::sys::signal::Signal::SIGTERM);
    station.line_with("behind the gate: 2 on the wrong way");
    assert_eq!(station.wait(), Some(0));
}

#[test]
fn a_good_part_that_leaves_is_a_fault_wherever_the_sensor_stands() {
    // The sensor of the rejected parts sees it; the sensor of the good parts does not.
    for sees in ["rejected", "passed"] {
        let site = site("confirmation-left", sees, 1);
        let mut station = site.start();
        let mut inputs = Stimulus::open(&site);
        // The gate opens one delay after READY.
        site.wait_line(lines::REJECT, false);
        part(&site, &mut inputs, 1, &pictures::good());
        if sees == "rejected" {
            see(&mut inputs);
        }
        assert_eq!(faults(&site, 1), [(Some(1), "left".to_owned())]);
        site.wait_line(lines::READY, false);
        site.wait_control("latched station");
        assert_eq!(station.stop(), Some(0));
    }
}
