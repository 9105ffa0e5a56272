//! Where a simulation is in its steps.

use super::steps::{Step, What};

/// The steps as they are taken.
pub struct Course<'s> {
    pub seed: u64,
    pub steps: &'s [Step],
    /// The next one.
    pub next: usize,
    /// When it is due.
    pub at_ns: u64,
    pub parts: u64,
}

impl Course<'_> {
    /// The next step.
    pub fn peek(&self) -> Option<Step> {
        self.steps.get(self.next).copied()
    }

    /// It is taken.
    pub fn advance(&mut self) {
        if let Some(step) = self.peek() {
            self.parts += u64::from(matches!(step.what, What::Part(_)));
        }
        self.next += 1;
        if let Some(step) = self.peek() {
            self.at_ns += u64::from(step.after_us) * 1_000;
        }
    }
}
