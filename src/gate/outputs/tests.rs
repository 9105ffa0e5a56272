//! Lines on pins that the test reads and that it can make refuse.

use super::*;
use embedded_hal::digital::{ErrorKind, ErrorType};
use std::cell::RefCell;
use std::rc::Rc;
use std::vec::Vec;

/// The calls in order, each with offset and level, and the offset that refuses.
#[derive(Debug, Default)]
struct Wires {
    calls: Vec<(u32, bool)>,
    refuses: Option<u32>,
}

#[derive(Debug)]
struct Pin(u32, Rc<RefCell<Wires>>);

#[derive(Debug)]
#[expect(dead_code, reason = "read through Debug")]
struct Refused(&'static str);

impl embedded_hal::digital::Error for Refused {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl ErrorType for Pin {
    type Error = Refused;
}

impl Pin {
    fn drive(&self, level: bool) -> Result<(), Refused> {
        let mut wires = self.1.borrow_mut();
        if wires.refuses == Some(self.0) {
            return Err(Refused("the chip is gone"));
        }
        wires.calls.push((self.0, level));
        Ok(())
    }
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), Refused> {
        self.drive(false)
    }

    fn set_high(&mut self) -> Result<(), Refused> {
        self.drive(true)
    }
}

/// Reject active low, pass active high, ready active low. The others are not wired.
fn lines() -> LinesSettings {
    let line = LineSettings::numbered;
    LinesSettings {
        chip: Default::default(),
        pass: Some(line(11, Level::High, Level::Low)),
        ready: Some(line(12, Level::Low, Level::High)),
        ..LinesSettings::with_reject(line(10, Level::Low, Level::Low))
    }
}

fn open(lines: &LinesSettings, wires: &Rc<RefCell<Wires>>) -> Result<Outputs<Pin>, OutputError> {
    Outputs::open(lines, |line| match line.offset.unwrap() {
        99 => Err("no such line"),
        offset => Ok(Pin(offset, Rc::clone(wires))),
    })
}

fn calls(wires: &Rc<RefCell<Wires>>) -> Vec<(u32, bool)> {
    core::mem::take(&mut wires.borrow_mut().calls)
}

#[test]
fn lines_are_safe_at_start_and_end_and_active_at_the_level_in_the_file() {
    let wires = Rc::default();
    let mut outputs = open(&lines(), &wires).unwrap();
    let safe = [(10, false), (11, false), (12, true)];
    assert_eq!(calls(&wires), safe);
    let levels = Levels {
        pass: true,
        ready: true,
        busy: true,
        ..Levels::default()
    };
    for expected in [&[(10, true), (11, true), (12, false)][..], &[]] {
        outputs.drive(levels, |line, error| panic!("{line}: {error}"));
        assert_eq!(calls(&wires), expected, "only lines that change are driven");
    }
    drop(outputs);
    assert_eq!(calls(&wires), safe, "the reject first");
}

#[test]
fn a_line_that_refuses_does_not_affect_the_others_and_is_retried() {
    let wires: Rc<RefCell<Wires>> = Rc::default();
    let mut outputs = open(&lines(), &wires).unwrap();
    let rest = Levels {
        ready: true,
        ..Levels::default()
    };
    outputs.drive(rest, |line, error| panic!("{line}: {error}"));
    calls(&wires);
    wires.borrow_mut().refuses = Some(10);
    let closed = Levels {
        reject: true,
        ..Levels::default()
    };
    for expected in [&[(12, true)][..], &[]] {
        let mut failed = Vec::new();
        outputs.drive(closed, |line, error| failed.push((line, error)));
        let [(LineName::Reject, error)] = &failed[..] else {
            panic!("{failed:?}")
        };
        assert_eq!(error.as_str(), "Refused(\"the chip is gone\")");
        assert_eq!(calls(&wires), expected);
        assert!(!outputs.all_driven());
    }
    wires.borrow_mut().refuses = None;
    outputs.drive(closed, |line, error| panic!("{line}: {error}"));
    assert_eq!(calls(&wires), [(10, false)]);
    assert!(outputs.all_driven());
}

#[test]
fn a_line_that_lets_parts_pass_when_undriven_is_refused_before_any_is_opened() {
    let wires = Rc::default();
    let mut reject = lines();
    reject.reject.safe = Level::High;
    let mut pass = lines();
    pass.pass.as_mut().unwrap().safe = Level::High;
    for (lines, line, text) in [
        (
            reject,
            LineName::Reject,
            "lines.reject.safe must be its active level, or an undriven line lets parts pass",
        ),
        (
            pass,
            LineName::Pass,
            "lines.pass.safe must be the level that is not active, or an undriven line lets parts pass",
        ),
    ] {
        let error = open(&lines, &wires).unwrap_err();
        assert_eq!(error, OutputError::UnsafeLevel { line });
        assert_eq!(error.to_string(), text);
    }
    assert_eq!(calls(&wires), []);
}

#[test]
fn a_line_that_fails_at_start_is_named_and_the_others_are_left_safe() {
    let wires: Rc<RefCell<Wires>> = Rc::default();
    let mut absent = lines();
    absent.ready.as_mut().unwrap().offset = Some(99);
    let error = open(&absent, &wires).unwrap_err();
    assert_eq!(error.to_string(), "lines.ready: no such line");
    assert_eq!(calls(&wires), [(10, false), (11, false)]);

    wires.borrow_mut().refuses = Some(11);
    let error = open(&lines(), &wires).unwrap_err();
    let text = "driving lines.pass: Refused(\"the chip is gone\")";
    assert_eq!(error.to_string(), text);
}

#[test]
fn by_hand_every_line_is_safe_and_the_lamp_test_moves_only_the_lamps() {
    let wires = Rc::default();
    let mut with_lamps = lines();
    let lamp = |offset| Some(LineSettings::numbered(offset, Level::High, Level::Low));
    (with_lamps.busy, with_lamps.fault, with_lamps.alive) = (lamp(13), lamp(14), lamp(15));
    let mut outputs = open(&with_lamps, &wires).unwrap();
    calls(&wires);
    let levels = Levels {
        pass: true,
        ready: true,
        alive: true,
        ..Levels::default()
    };
    let mut drive = |safe, lamp_test| {
        outputs.set_by_hand(ByHand { safe, lamp_test });
        outputs.drive(levels, |line, error| panic!("{line}: {error}"));
        calls(&wires)
    };
    drive(false, false);
    assert_eq!(drive(false, true), [(13, true), (14, true)]);
    let released = [(10, false), (11, false), (12, true), (15, false)];
    assert_eq!(drive(true, true), released, "the lamps stay");
    assert_eq!(drive(true, false), [(13, false), (14, false)]);
    let again = [(10, true), (11, true), (12, false), (15, true)];
    assert_eq!(drive(false, false), again);
}
