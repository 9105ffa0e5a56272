//! The mode of the station, and who asked for it.

use core::fmt;

/// What the station does with parts, the most restrictive mode first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Mode {
    /// Triggers are missed, and nothing passes.
    Stopped,
    /// Parts are inspected and recorded. The outputs stay at their safe levels, so nothing passes.
    Test,
    /// Parts are inspected, and the gate moves.
    #[default]
    Run,
}

impl Mode {
    /// The word in the journal, in messages and in commands' answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Test => "test",
            Self::Run => "run",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Who asked for a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// An input line.
    Line,
    /// A command.
    Command,
    /// The station itself.
    Station,
}

impl Asker {
    /// The word in the journal.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Command => "command",
            Self::Station => "station",
        }
    }
}

/// The modes that the lines and the commands ask for. The more restrictive one counts: a command
/// can ask for less than the lines allow, never for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modes {
    /// What the lines allow. Without lines, everything.
    pub lines: Mode,
    /// What the last command asked for. Before the first one, everything.
    pub command: Mode,
}

impl Modes {
    /// The mode of the station.
    pub fn effective(self) -> Mode {
        self.lines.min(self.command)
    }

    /// What keeps the station from running; the lines if both do.
    pub fn holder(self) -> Asker {
        if self.lines <= self.command {
            Asker::Line
        } else {
            Asker::Command
        }
    }

    /// What the lines allow. `run` and `test` are the levels of the two lines, where the station
    /// has them: `test` wins, and with a line `run` the station is stopped while it is inactive.
    pub fn of_lines(run: Option<bool>, test: Option<bool>) -> Mode {
        match (run, test) {
            (_, Some(true)) => Mode::Test,
            (Some(false), _) => Mode::Stopped,
            (Some(true) | None, _) => Mode::Run,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_decide_and_test_wins_over_run() {
        for (run, test, mode) in [
            (None, None, Mode::Run),
            (None, Some(false), Mode::Run),
            (None, Some(true), Mode::Test),
            (Some(false), None, Mode::Stopped),
            (Some(true), None, Mode::Run),
            (Some(false), Some(false), Mode::Stopped),
            (Some(false), Some(true), Mode::Test),
            (Some(true), Some(true), Mode::Test),
        ] {
            assert_eq!(Modes::of_lines(run, test), mode, "{run:?} {test:?}");
        }
    }

    #[test]
    fn a_command_asks_for_less_than_the_lines_allow_and_never_for_more() {
        let all = [Mode::Stopped, Mode::Test, Mode::Run];
        for lines in all {
            for command in all {
                let modes = Modes { lines, command };
                assert!(modes.effective() <= lines && modes.effective() <= command);
                assert!([lines, command].contains(&modes.effective()));
            }
        }
        let by_command = Modes {
            lines: Mode::Run,
            command: Mode::Stopped,
        };
        assert_eq!(by_command.holder(), Asker::Command);
        let by_line = Modes {
            lines: Mode::Stopped,
            command: Mode::Stopped,
        };
        assert_eq!(by_line.holder(), Asker::Line);
    }
}
