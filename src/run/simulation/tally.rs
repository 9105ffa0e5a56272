//! What happened in a simulation.

/// What happened, in numbers. A simulation in which something never happens proves nothing of it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Parts on the belt.
    pub parts: u64,
    /// Parts whose record says PASS, and that the gate was open.
    pub passed: u64,
    /// Other records with a number.
    pub others: u64,
    /// Missed triggers, with or without a number.
    pub missed: u64,
    /// Triggers whose edges were lost.
    pub lost: u64,
    /// Records of late parts.
    pub late: u64,
    /// Records of parts that went the wrong way.
    pub unconfirmed: u64,
    /// Records of changes of the station.
    pub changes: u64,
    /// Turns of the gate with an active ready line.
    pub ready: u64,
    /// Turns of the gate with an active fault line.
    pub fault: u64,
    /// Starts of the station.
    pub starts: u64,
    /// Writes of the journal that failed.
    pub failed_writes: u64,
    /// Parts that did not come, because the belt was running backwards.
    pub kept_back: u64,
    /// Golden parts on the line.
    pub golden: u64,
    /// Challenges that passed.
    pub proofs: u64,
    /// Challenges that failed.
    pub failed_proofs: u64,
    /// Changes of the recipe.
    pub recipes: u64,
    /// Codes that no recipe has.
    pub no_recipe: u64,
    /// Times when the belt was in doubt.
    pub belt_faults: u64,
    /// Parts without a pass whose whole time at the gate is known, and that must be rejected.
    pub rejected_surely: u64,
}

impl Tally {
    /// Adds what happened in another simulation.
    pub fn add(&mut self, other: &Self) {
        for (sum, more) in [
            (&mut self.parts, other.parts),
            (&mut self.passed, other.passed),
            (&mut self.others, other.others),
            (&mut self.missed, other.missed),
            (&mut self.lost, other.lost),
            (&mut self.late, other.late),
            (&mut self.unconfirmed, other.unconfirmed),
            (&mut self.changes, other.changes),
            (&mut self.ready, other.ready),
            (&mut self.fault, other.fault),
            (&mut self.starts, other.starts),
            (&mut self.failed_writes, other.failed_writes),
            (&mut self.kept_back, other.kept_back),
            (&mut self.golden, other.golden),
            (&mut self.proofs, other.proofs),
            (&mut self.failed_proofs, other.failed_proofs),
            (&mut self.recipes, other.recipes),
            (&mut self.no_recipe, other.no_recipe),
            (&mut self.belt_faults, other.belt_faults),
            (&mut self.rejected_surely, other.rejected_surely),
        ] {
            *sum += more;
        }
    }
}
