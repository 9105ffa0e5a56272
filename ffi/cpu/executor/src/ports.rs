//! What a run reads and writes outside of the network's memory.

use std::sync::atomic::AtomicBool;

/// Numbers for the inputs of a network.
pub trait Pictures: Sync {
    /// Fills one row of one plane of an input; `to` has the input's width. Threads call this at the
    /// same time, each row of each plane once.
    fn fill(&self, input: usize, channel: usize, row: usize, to: &mut [f32]);
}

/// The buffer of an output, in a run.
pub(crate) struct Port {
    pub(crate) first: *mut u8,
    pub(crate) is_finite: AtomicBool,
}

/// What a run reads and writes.
pub(crate) struct Ports<'a> {
    pub(crate) inputs: &'a dyn Pictures,
    pub(crate) outputs: &'a [Port],
    /// Whether NaN reached an operator that hides it.
    pub(crate) has_nan: AtomicBool,
}

// SAFETY: only a run uses the address, which the run's caller has lent it.
unsafe impl Send for Port {}
// SAFETY: the threads of a run write disjoint rows of the buffers.
unsafe impl Sync for Port {}

impl std::fmt::Debug for Port {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Port").finish_non_exhaustive()
    }
}
