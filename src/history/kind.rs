//! The four kinds of kept parts. Each has its own bound.

use crate::station::file::HistorySettings;

/// Why a part is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It was rejected.
    Reject,
    /// It was a fault.
    Fault,
    /// It passed, and its turn had come.
    Pass,
    /// It passed, and was near to a limit.
    Near,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Reject, Self::Fault, Self::Pass, Self::Near];

    /// How many parts of this kind are kept.
    pub fn parts_max(self, settings: &HistorySettings) -> usize {
        let parts = match self {
            Self::Reject => settings.rejects_max,
            Self::Fault => settings.faults_max,
            Self::Pass => settings.passes_max,
            Self::Near => settings.near_max,
        };
        usize::try_from(parts).unwrap_or(usize::MAX)
    }
}
