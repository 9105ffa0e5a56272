//! The recipe's code on its input lines, as one number.

use board::Timestamp;
use core::time::Duration;

/// Lines of the code.
pub const CODE_LINES: usize = 4;

/// A line of the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bit {
    /// The station has no such line: the bit is 0.
    None,
    /// Its level is not known yet.
    Unknown,
    Known(bool),
}

/// Takes a code once it is the same on all lines for long enough. So the lines need not change at
/// the same moment.
#[derive(Debug)]
pub struct RecipeCode {
    /// The lowest bit first.
    bits: [Bit; CODE_LINES],
    stable: Duration,
    /// When a line last changed.
    since: Timestamp,
    /// The code that was taken last.
    taken: Option<u8>,
}

impl RecipeCode {
    /// `exists` says which lines the station has, the lowest bit first.
    pub fn new(exists: [bool; CODE_LINES], stable: Duration) -> Self {
        let bit = |exists| if exists { Bit::Unknown } else { Bit::None };
        Self {
            bits: exists.map(bit),
            stable,
            since: Timestamp::default(),
            taken: None,
        }
    }

    /// A line is active or inactive from this time on.
    pub fn line(&mut self, bit: usize, at: Timestamp, active: bool) {
        if let Some(bit) = self.bits.get_mut(bit)
            && *bit != Bit::Known(active)
        {
            *bit = Bit::Known(active);
            self.since = self.since.max(at);
        }
    }

    /// When to call [`Self::settle`] next, unless a line changes first.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let code = self.code()?;
        (self.taken != Some(code)).then_some(self.since + self.stable)
    }

    /// Takes a code that differs from the last one taken and is stable by `now`.
    pub fn settle(&mut self, now: Timestamp) -> Option<u8> {
        if self.next_wake()? > now {
            return None;
        }
        self.taken = self.code();
        self.taken
    }

    /// The code of this moment; nothing while a level is not known, or without lines.
    fn code(&self) -> Option<u8> {
        if self.bits == [Bit::None; CODE_LINES] {
            return None;
        }
        let bits = (0..).zip(self.bits);
        bits.map(|(place, bit)| match bit {
            Bit::Unknown => None,
            Bit::None | Bit::Known(false) => Some(0),
            Bit::Known(true) => Some(1 << place),
        })
        .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Timestamp {
        Timestamp::default() + Duration::from_millis(ms)
    }

    #[test]
    fn a_code_counts_once_it_is_stable_on_all_lines() {
        let mut code = RecipeCode::new([true, true, false, true], Duration::from_millis(100));
        code.line(0, at(0), true);
        code.line(1, at(5), false);
        assert_eq!(code.settle(at(1_000)), None, "a line is not known");
        code.line(3, at(2_000), true);
        assert_eq!(code.next_wake(), Some(at(2_100)));
        assert_eq!(code.settle(at(2_099)), None);
        assert_eq!(code.settle(at(2_100)), Some(0b1001));
        assert_eq!((code.settle(at(9_000)), code.next_wake()), (None, None));
        // From 9 to 2 by 8, 10 and 2: none of the codes between counts.
        code.line(0, at(3_000), false);
        code.line(1, at(3_060), true);
        assert_eq!(code.settle(at(3_159)), None);
        code.line(3, at(3_159), false);
        assert_eq!(code.settle(at(3_258)), None);
        assert_eq!(code.settle(at(3_259)), Some(2));
        // There and back: nothing has changed.
        code.line(0, at(4_000), true);
        code.line(0, at(4_050), false);
        assert_eq!((code.settle(at(4_500)), code.next_wake()), (None, None));
    }

    #[test]
    fn without_lines_there_is_no_code() {
        let mut code = RecipeCode::new([false; CODE_LINES], Duration::ZERO);
        assert_eq!((code.settle(at(1)), code.next_wake()), (None, None));
    }
}
