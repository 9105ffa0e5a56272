//! What judges the parts of each recipe.

use crate::part::Verdict;
use crate::verdict::{InspectError, Inspector};
use ascendcl::Finished;

/// What judges the parts of one recipe.
pub struct Judge {
    pub inspector: Inspector,
    /// The number of the recipe's model.
    pub model: usize,
    /// The number of the model's output that decides the verdict.
    pub output: usize,
}

impl Judge {
    /// Judges what the model has made of a picture.
    pub fn inspect(&mut self, finished: &Finished) -> Result<Verdict, InspectError> {
        let output = finished.output(self.output).unwrap_or_default();
        self.inspector.inspect(output, finished.input())
    }
}
