//! Why a trigger is missed.

use crate::control::Latches;
use core::fmt;

/// Why a trigger is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The engine or the source has not started yet.
    Starting,
    /// The journal takes no records.
    Journal,
    /// Records are not written in time.
    Disk,
    /// The lines would not be made safe if this process died.
    Guard,
    /// The camera does not work.
    Source,
    /// The mode is `stopped`.
    Stopped,
    /// Something waits for a reset.
    Latched(Latches),
    /// The belt does not move as it should.
    Belt,
    /// A movement was late, and the gate is held.
    Late,
    /// The input lines give no recipe's code.
    NoRecipe,
    /// The recipe changes.
    Changing,
    /// A challenge is due, runs, or has all its parts.
    Challenge,
    /// Its edge came before the recipe changed, or before the challenge that takes triggers now, or
    /// that has ended.
    Before,
    /// As many parts are undecided as the station file allows.
    Undecided(usize),
    /// As many parts are under way as the gate holds.
    UnderWay(usize),
}

impl Refusal {
    /// What a person can do about it; empty if it ends by itself. At most 76 letters, so that it
    /// fits into a terminal's line.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Journal => {
                "make space on the journal's disk, or give the station the right to write"
            }
            Self::Disk => "the disk is too slow or does not answer: see its cable, and `dmesg`",
            Self::Guard => "see the station's messages: journalctl -u sluice",
            Self::Source => "look at the camera's cable and power; it is opened again by itself",
            Self::Stopped => "switch the mode: inputs.run, or `sluice mode run`",
            Self::Latched(_) => "end the cause, then reset: inputs.reset, or `sluice reset`",
            Self::Belt => "look at the belt's drive and at the encoder's cables",
            Self::Late => "it goes on by itself; if it comes again, see docs/stalls.md",
            Self::NoRecipe => "look at the lines of inputs.recipe: all off and all on are no code",
            Self::Challenge => "put the golden parts on the line as the screen asks",
            Self::Starting
            | Self::Changing
            | Self::Before
            | Self::Undecided(_)
            | Self::UnderWay(_) => "",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => f.write_str("the station is starting"),
            Self::Journal => f.write_str("the journal cannot be written"),
            Self::Disk => f.write_str("the journal is not written in time"),
            Self::Guard => f.write_str("the lines are not guarded"),
            Self::Source => f.write_str("the camera is not ready"),
            Self::Stopped => f.write_str("the station is stopped"),
            Self::Latched(latches) => write!(f, "a reset is needed: {latches}"),
            Self::Belt => f.write_str("the belt does not move as it should"),
            Self::Late => f.write_str("the gate is held after a late movement"),
            Self::NoRecipe => f.write_str("the input lines give no recipe's code"),
            Self::Changing => f.write_str("the recipe changes"),
            Self::Challenge => f.write_str("a challenge must pass first"),
            Self::Before => {
                f.write_str("it came before triggers were taken again (challenge, recipe)")
            }
            Self::Undecided(count) => write!(f, "{count} undecided"),
            Self::UnderWay(count) => write!(f, "{count} parts under way"),
        }
    }
}
