//! Which recipe the lines or a command ask for: the rules of `docs/recipes.md` once more.

use super::file::{CODES, Chosen, STABLE_MS};

/// What was asked for, as the thread `inputs` has seen it.
#[derive(Debug)]
pub struct Choice {
    levels: [Option<bool>; CODES.len()],
    since_ns: u64,
    taken: Option<u8>,
    /// The recipe's place in the station file.
    pub wanted: u8,
    /// The lines give the code of no recipe, or none yet.
    pub is_none: bool,
}

impl Choice {
    /// Nothing was asked for.
    pub fn new(chosen: Chosen) -> Self {
        Self {
            levels: [None; CODES.len()],
            since_ns: 0,
            taken: None,
            wanted: 0,
            is_none: chosen == Chosen::ByLines,
        }
    }

    /// A line of the code has changed.
    pub fn line(&mut self, bit: usize, at_ns: u64, active: bool) {
        if let Some(level) = self.levels.get_mut(bit)
            && *level != Some(active)
        {
            *level = Some(active);
            self.since_ns = self.since_ns.max(at_ns);
        }
    }

    /// Takes a code that has been the same for long enough. Returns whether it is no recipe's.
    pub fn settle(&mut self, now_ns: u64) -> bool {
        let [Some(low), Some(high)] = self.levels else {
            return false;
        };
        let code = u8::from(low) + 2 * u8::from(high);
        if self.taken == Some(code) || now_ns < self.since_ns + STABLE_MS * 1_000_000 {
            return false;
        }
        self.taken = Some(code);
        let place = CODES.iter().position(|of| *of == code);
        self.is_none = place.is_none();
        if let Some(place) = place {
            self.wanted = u8::try_from(place).unwrap_or(0);
        }
        self.is_none
    }
}
