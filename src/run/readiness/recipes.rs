//! Which recipe is used, and which one is asked for.

use crate::control::Asker;
use core::sync::atomic::{AtomicU8, AtomicU16, Ordering};

/// Recipes by their place in the station file; the one at the start is 0.
#[derive(Debug)]
pub struct Recipes {
    /// Changed by the recorder alone.
    current: AtomicU8,
    /// The recipe, and in the high byte whether a line asked for it.
    wanted: AtomicU16,
}

impl Recipes {
    /// The first recipe is used, and no other is asked for.
    pub(super) const fn new() -> Self {
        Self {
            current: AtomicU8::new(0),
            wanted: AtomicU16::new(0),
        }
    }

    /// Whether another recipe is asked for than the one that is used.
    pub fn is_changing(&self) -> bool {
        self.wanted().0 != self.current()
    }

    /// The recipe of a part that begins now.
    pub fn current(&self) -> u8 {
        self.current.load(Ordering::Acquire)
    }

    /// The recipe that was last asked for, and who did.
    pub fn wanted(&self) -> (u8, Asker) {
        let [by, recipe] = self.wanted.load(Ordering::Acquire).to_be_bytes();
        let by = if by == 0 { Asker::Command } else { Asker::Line };
        (recipe, by)
    }

    /// Asks for a recipe.
    pub fn want(&self, recipe: u8, by: Asker) {
        let wanted = u16::from_be_bytes([u8::from(by == Asker::Line), recipe]);
        self.wanted.store(wanted, Ordering::Release);
    }

    /// Uses a recipe from now on. For the recorder.
    pub fn set_current(&self, recipe: u8) {
        self.current.store(recipe, Ordering::Release);
    }
}
