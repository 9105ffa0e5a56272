//! The expander against simulated registers that another master changes at the same time.

use super::*;
use embedded_hal::i2c::{ErrorKind, Operation};

const ADDRESS: u8 = 0x20;

/// The registers of an expander, with a record of the bus and with faults.
#[derive(Debug)]
struct Registers {
    bytes: [u8; 8],
    written: Vec<(u8, u8)>,
    /// Register and mask of the bits that another master inverts after each of our writes.
    foreign: Option<(u8, u8)>,
    /// Number of the next transactions that fail.
    failing: usize,
    /// Bits of the output registers that cannot be set.
    stuck: u8,
    transactions: usize,
}

impl Registers {
    /// The state after power-on: all lines are inputs, all output registers are high.
    fn new() -> Self {
        Self {
            bytes: [0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF],
            written: Vec::new(),
            foreign: None,
            failing: 0,
            stuck: 0,
            transactions: 0,
        }
    }
}

#[derive(Debug)]
struct NoAnswer;

impl embedded_hal::i2c::Error for NoAnswer {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Bus
    }
}

impl embedded_hal::i2c::ErrorType for Registers {
    type Error = NoAnswer;
}

impl I2c for Registers {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), NoAnswer> {
        self.transactions += 1;
        if address != ADDRESS || self.failing > 0 {
            self.failing = self.failing.saturating_sub(1);
            return Err(NoAnswer);
        }
        match operations {
            [Operation::Write([register, value])] => {
                self.bytes[usize::from(*register)] = value & !self.stuck;
                self.written.push((*register, *value));
                if let Some((register, mask)) = self.foreign {
                    self.bytes[usize::from(register)] ^= mask;
                }
            }
            [Operation::Write([register]), Operation::Read([value])] => {
                *value = self.bytes[usize::from(*register)];
            }
            other => panic!("{other:?}"),
        }
        Ok(())
    }
}

fn with<T>(expander: &Expander<Registers>, look: impl FnOnce(&mut Registers) -> T) -> T {
    look(&mut expander.bus.lock().unwrap())
}

#[test]
fn a_line_has_its_level_before_it_is_an_output() {
    let expander = Expander::new(Registers::new(), ADDRESS);
    let mut line = expander.output(12, PinState::Low).unwrap();
    with(&expander, |registers| {
        assert_eq!(registers.written, [(3, 0xEF), (7, 0xEF)]);
    });
    line.set_high().unwrap();
    line.set_low().unwrap();
    line.set_low().unwrap();
    with(&expander, |registers| {
        assert_eq!(registers.written[2..], [(3, 0xFF), (3, 0xEF)]);
    });
    // A register that already holds the level is not written.
    let _line = expander.output(7, PinState::High).unwrap();
    with(&expander, |registers| {
        assert_eq!(registers.written[4..], [(6, 0x7F)]);
        assert_eq!(registers.bytes, [0, 0, 0xFF, 0xEF, 0, 0, 0x7F, 0xEF]);
    });
}

#[test]
fn bits_of_other_lines_keep_what_another_master_wrote() {
    let expander = Expander::new(Registers::new(), ADDRESS);
    let mut first = expander.output(8, PinState::Low).unwrap();
    let mut second = expander.output(9, PinState::Low).unwrap();
    with(&expander, |registers| {
        registers.foreign = Some((3, 0b1010_0000))
    });
    for (line, level) in [(0, true), (1, true), (0, false), (1, false), (0, true)] {
        let before = with(&expander, |registers| registers.bytes);
        let pin = if line == 0 { &mut first } else { &mut second };
        pin.set_state(level.into()).unwrap();
        let after = with(&expander, |registers| registers.bytes);
        let ours = u8::from(level) << line;
        // Our bit changed, and the other bits are those that the other master wrote.
        assert_eq!(after[3] & 1 << line, ours);
        let others = !(1 << line);
        assert_eq!(after[3] & others, (before[3] ^ 0b1010_0000) & others);
        assert_eq!(after[6..], before[6..]);
    }
}

#[test]
fn a_disturbance_is_retried_and_a_dead_bus_is_an_error() {
    let expander = Expander::new(Registers::new(), ADDRESS);
    let mut line = expander.output(3, PinState::Low).unwrap();
    with(&expander, |registers| registers.failing = TRIES - 1);
    line.set_high().unwrap();
    with(&expander, |registers| registers.failing = usize::MAX);
    let error = line.set_low().unwrap_err().to_string();
    assert!(
        error.starts_with("expander 0x20 line 3: reading the output register: NoAnswer"),
        "{error}"
    );
    with(&expander, |registers| {
        registers.failing = 0;
        registers.transactions = 0;
    });
    line.set_low().unwrap();
    assert_eq!(with(&expander, |registers| registers.transactions), 3);
    let absent = Expander::new(Registers::new(), 0x21).output(0, PinState::Low);
    assert!(absent.unwrap_err().to_string().contains("0x21"));
}

#[test]
fn a_register_that_does_not_hold_its_value_is_an_error() {
    let mut registers = Registers::new();
    registers.bytes[2] = 0;
    registers.stuck = 1 << 5;
    let expander = Expander::new(registers, ADDRESS);
    let error = expander.output(5, PinState::High).unwrap_err().to_string();
    assert!(error.contains("holds 0x00 after 0x20"), "{error}");
    assert_eq!(
        with(&expander, |registers| registers.bytes[6]),
        0xFF,
        "still an input"
    );
}

#[test]
fn reading_the_state_writes_nothing_and_absent_lines_are_refused() {
    let expander = Expander::new(Registers::new(), ADDRESS);
    let _line = expander.output(14, PinState::Low).unwrap();
    with(&expander, |registers| registers.written.clear());
    let state = |line| expander.state(line).unwrap();
    assert_eq!(
        (state(14).is_output, state(14).level),
        (true, PinState::Low)
    );
    assert_eq!(
        (state(13).is_output, state(13).level),
        (false, PinState::High)
    );
    assert_eq!(
        (state(6).is_output, state(6).level),
        (false, PinState::High)
    );
    for line in [16, 255, 256, u32::MAX] {
        let error = expander
            .output(line, PinState::Low)
            .unwrap_err()
            .to_string();
        assert!(error.contains("0 to 15"), "{error}");
    }
    assert!(with(&expander, |registers| registers.written.is_empty()));
}
