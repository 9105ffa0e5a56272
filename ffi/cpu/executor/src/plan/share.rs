//! How the threads share a step.

use crate::operators::Item;
use crate::operators::operation::Operation;
use crate::schedule::Step;

/// A step and how it is divided.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shared {
    pub(super) step: Step,
    /// Rows of one item.
    pub(super) rows: usize,
    /// Blocks of one item.
    pub(super) blocks: usize,
    /// Parts of the blocks.
    pub(super) parts: usize,
    /// Items of all earlier steps.
    pub(super) before: usize,
    /// Items of this step.
    pub(super) items: usize,
}

impl Shared {
    /// Divides a step among the threads: by rows, and by blocks if there are few rows or many
    /// weights. `before` is the number of items of all earlier steps.
    pub(super) fn new(operation: &Operation, step: Step, threads: usize, before: usize) -> Self {
        /// Items for each thread, so that the threads end at nearly the same time.
        const ITEMS: usize = 4;
        /// The least work of an item, in multiply-adds. In tests small graphs are divided, too.
        const WORK: usize = if cfg!(test) { 2_000 } else { 100_000 };
        /// Weights that pass quickly enough row by row, bytes.
        const WEIGHTS: usize = if cfg!(test) { 8 * 1024 } else { 512 * 1024 };
        let count = step.end - step.first;
        let blocks = operation.blocks();
        let wanted = threads * ITEMS;
        let (rows, parts) = if operation.weight_bytes() > WEIGHTS {
            (count, blocks.min(wanted))
        } else {
            let together = operation.rows_together();
            let groups = count.div_ceil(together);
            let cost = operation.cost() * together;
            let least = WORK.div_ceil(cost.max(1));
            let each = groups
                .div_ceil(wanted)
                .max(1)
                .max(least.min(groups.div_ceil(threads)));
            // Each part of a group transforms the input for itself.
            let wanted = if together > 1 { threads } else { wanted };
            let parts = wanted
                .div_ceil(groups.div_ceil(each))
                .min(blocks)
                .min((cost * each / WORK).max(1));
            (each * together, parts)
        };
        let blocks = blocks.div_ceil(parts);
        let parts = operation.blocks().div_ceil(blocks);
        Self {
            step,
            rows,
            blocks,
            parts,
            before,
            items: count.div_ceil(rows) * parts,
        }
    }

    /// The item with this number.
    pub(super) fn item(&self, operation: &Operation, number: usize) -> Item {
        let first = self.step.first + number / self.parts * self.rows;
        let block = number % self.parts * self.blocks;
        Item {
            rows: first..(first + self.rows).min(self.step.end),
            blocks: block..(block + self.blocks).min(operation.blocks()),
        }
    }
}
