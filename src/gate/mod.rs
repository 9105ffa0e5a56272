//! The physical output.

/// Parts that can be under way between trigger and gate.
pub const PARTS_MAX: usize = 64;
