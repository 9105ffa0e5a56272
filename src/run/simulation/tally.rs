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
        ] {
            *sum += more;
        }
    }
}
