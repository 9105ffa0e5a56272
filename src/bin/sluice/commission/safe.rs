//! `sluice safe`: every output line to its safe level.

use crate::devices::Chips;
use board::Timestamp;
use board::line::{LineError, PATIENCE};
use core::time::Duration;
use sluice::station::Station;
use sluice::station::file::LineSettings;
use std::thread;

/// How often a line that somebody holds is tried.
const RETRY: Duration = Duration::from_millis(1);

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its key in the station file.
    pub key: &'static str,
    /// Whether it has its safe level.
    pub result: Result<(), LineError>,
}

/// Puts every output line to its safe level and lets it go, the one that keeps parts out first. A line that cannot be had
/// keeps none of the others waiting; one that somebody holds is tried again for half a second.
pub fn make_safe(station: &Station) -> Vec<Outcome> {
    let (mut chips, timeline) = Chips::after(station);
    let end = Timestamp::now() + PATIENCE;
    let outcomes = each(
        station.lines.outputs().collect(),
        |key, line| chips.output(key, line, Duration::ZERO).map(drop),
        || {
            thread::sleep(RETRY);
            Timestamp::now() < end
        },
    );
    // Written when it is dropped.
    drop(timeline);
    outcomes
}

/// Tries every line once, and then the ones that somebody holds for as long as `again` says so.
fn each(
    lines: Vec<(&'static str, &LineSettings)>,
    mut put: impl FnMut(&str, &LineSettings) -> Result<(), LineError>,
    mut again: impl FnMut() -> bool,
) -> Vec<Outcome> {
    let mut outcomes: Vec<_> = lines
        .iter()
        .map(|(key, line)| Outcome {
            key,
            result: put(key, line),
        })
        .collect();
    let is_taken = |outcome: &Outcome| outcome.result.as_ref().is_err_and(LineError::is_taken);
    while outcomes.iter().any(is_taken) && again() {
        for (outcome, (key, line)) in outcomes.iter_mut().zip(&lines) {
            if is_taken(outcome) {
                outcome.result = put(key, line);
            }
        }
    }
    outcomes
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice::station::file::Level;

    #[test]
    fn a_line_that_is_held_or_gone_keeps_none_of_the_others_waiting() {
        let line = |offset| LineSettings::numbered(offset, Level::High, Level::Low);
        let (held, gone, free) = (line(0), line(1), line(2));
        let lines = vec![("held", &held), ("gone", &gone), ("free", &free)];
        let tried = std::cell::RefCell::new(Vec::new());
        // The holder lets go before the third round.
        let round = std::cell::Cell::new(0);
        let outcomes = each(
            lines,
            |key, line| {
                tried.borrow_mut().push(line.offset.unwrap());
                match key {
                    "held" if round.get() < 2 => Err(LineError::taken(format_args!("held"))),
                    "gone" => Err(LineError::new(format_args!("gone"))),
                    _ => Ok(()),
                }
            },
            || {
                round.set(round.get() + 1);
                true
            },
        );
        let results: Vec<_> = outcomes
            .iter()
            .map(|outcome| (outcome.key, outcome.result.is_ok()))
            .collect();
        assert_eq!(results, [("held", true), ("gone", false), ("free", true)]);
        assert_eq!(*tried.borrow(), [0, 1, 2, 0, 0]);
    }

    #[test]
    fn a_line_that_stays_held_is_given_up_and_said() {
        let line = LineSettings::numbered(0, Level::High, Level::Low);
        let mut rounds = 0;
        let outcomes = each(
            vec![("lines.reject", &line)],
            |_, _| Err(LineError::taken(format_args!("held"))),
            || {
                rounds += 1;
                rounds < 4
            },
        );
        assert_eq!(rounds, 4);
        let [outcome] = outcomes.as_slice() else {
            panic!("{outcomes:?}")
        };
        assert!(outcome.result.as_ref().unwrap_err().is_taken());
    }
}
