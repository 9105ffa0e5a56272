//! How late the gate's reject edge is, beside what `cyclictest` measures of the machine itself.
//!
//! `cyclictest` sleeps until a time and looks how late it wakes. The gate sleeps until a part is
//! due, takes its turn and drives the line. What the gate adds to the machine's own lateness is the
//! difference of the two.

pub mod canvas;
pub mod cyclictest;
pub mod gate;
pub mod histogram;
pub mod load;
pub mod plot;
pub mod report;

pub use histogram::Histogram;

use core::time::Duration;

/// What is measured, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Movements of the gate, and wake-ups of `cyclictest`, in each state of the machine.
    pub movements: u32,
    /// Time between two of them.
    pub interval: Duration,
    /// Real-time priority of both.
    pub priority: u8,
    /// A later edge is counted as past the limit.
    pub limit: Duration,
}

/// The two measurements in one state of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// `idle` or `busy`.
    pub state: &'static str,
    /// The reject edges, by their delay after the due time.
    pub edges: Histogram,
    /// Of each wake-up of the gate, the edge that was due first. A machine that stands still delays
    /// several edges by one wake-up, and `cyclictest` counts the sleeps that it misses only once.
    pub gate: Histogram,
    /// The wake-ups of `cyclictest`, by their delay.
    pub cyclictest: Histogram,
    /// Parts without an edge of their own: the line was still active for the part before.
    pub merged: u64,
}

/// Measures in turns, so that both see the same minutes and neither disturbs the other.
///
/// # Errors
/// The gate or `cyclictest` cannot be run.
pub fn measure(state: &'static str, plan: Plan, turns: u32) -> Result<Pair, String> {
    let mut pair = Pair {
        state,
        edges: Histogram::new(),
        gate: Histogram::new(),
        cyclictest: Histogram::new(),
        merged: 0,
    };
    let turns = turns.clamp(1, plan.movements.max(1));
    for turn in 0..turns {
        let movements = plan.movements / turns + u32::from(turn < plan.movements % turns);
        let plan = Plan { movements, ..plan };
        pair.cyclictest.merge(&cyclictest::run(plan)?);
        let edges = gate::run(plan)?;
        pair.edges.merge(&edges.late);
        pair.gate.merge(&edges.first);
        pair.merged += edges.merged;
    }
    Ok(pair)
}
