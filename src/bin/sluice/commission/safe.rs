//! `sluice safe`: every output line to its safe level.

use crate::devices::Chips;
use board::Timestamp;
use board::line::{LineError, PATIENCE};
use core::time::Duration;
use sluice::station::Station;
use sluice::station::file::LineSettings;
use std::thread;

/// How often a line that another program holds is tried.
const RETRY: Duration = Duration::from_millis(1);

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineResult {
    /// Its key in the station file.
    pub key: &'static str,
    /// Whether it is at its safe level.
    pub result: Result<(), LineError>,
}

/// Puts every output line to its safe level and releases it, the reject line first. A line that
/// fails does not delay the others. A line that another program holds is tried for half a second.
pub fn make_safe(station: &Station) -> Vec<LineResult> {
    let (mut chips, timeline) = Chips::after(station);
    let end = Timestamp::now() + PATIENCE;
    let results = each(
        station.lines.outputs().collect(),
        |key, line| chips.output(key, line, Duration::ZERO).map(drop),
        || {
            thread::sleep(RETRY);
            Timestamp::now() < end
        },
    );
    // Dropping it writes the file.
    drop(timeline);
    results
}

/// Tries every line once, and then repeats the lines that are held while `again` is true.
fn each(
    lines: Vec<(&'static str, &LineSettings)>,
    mut put: impl FnMut(&str, &LineSettings) -> Result<(), LineError>,
    mut again: impl FnMut() -> bool,
) -> Vec<LineResult> {
    let mut results: Vec<_> = lines
        .iter()
        .map(|(key, line)| LineResult {
            key,
            result: put(key, line),
        })
        .collect();
    let is_taken = |line: &LineResult| line.result.as_ref().is_err_and(LineError::is_taken);
    while results.iter().any(is_taken) && again() {
        for (tried, (key, line)) in results.iter_mut().zip(&lines) {
            if is_taken(tried) {
                tried.result = put(key, line);
            }
        }
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice::station::file::Level;

    #[test]
    fn a_held_or_missing_line_does_not_delay_the_others() {
        let line = |offset| LineSettings::numbered(offset, Level::High, Level::Low);
        let (held, gone, free) = (line(0), line(1), line(2));
        let lines = vec![("held", &held), ("gone", &gone), ("free", &free)];
        let tried = std::cell::RefCell::new(Vec::new());
        // The holder releases it before the third round.
        let round = std::cell::Cell::new(0);
        let results = each(
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
        let results: Vec<_> = results
            .iter()
            .map(|line| (line.key, line.result.is_ok()))
            .collect();
        assert_eq!(results, [("held", true), ("gone", false), ("free", true)]);
        assert_eq!(*tried.borrow(), [0, 1, 2, 0, 0]);
    }

    #[test]
    fn a_line_that_stays_held_is_given_up_and_reported() {
        let line = LineSettings::numbered(0, Level::High, Level::Low);
        let mut rounds = 0;
        let results = each(
            vec![("lines.reject", &line)],
            |_, _| Err(LineError::taken(format_args!("held"))),
            || {
                rounds += 1;
                rounds < 4
            },
        );
        assert_eq!(rounds, 4);
        let [result] = results.as_slice() else {
            panic!("{results:?}")
        };
        assert!(result.result.as_ref().unwrap_err().is_taken());
    }
}
