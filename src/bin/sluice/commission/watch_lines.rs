//! Prints the trigger's edges live.

use crate::devices::{TriggerLine, open_trigger};
use crate::interrupt::Interrupt;
use board::edge::Edge;
use board::line::LineError;
use core::fmt;
use embedded_hal::digital::PinState;
use sluice::station::Station;
use std::io::{self, Write};

/// Prints what the trigger's line is, and each of its edges until a signal comes or standard output
/// is closed.
///
/// # Errors
/// The line cannot be opened or read.
pub fn watch_lines(station: &Station) -> Result<(), String> {
    let interrupt = Interrupt::new()?;
    let mut line = open_trigger(station)?;
    match tell(&mut io::stdout().lock(), &mut line, &interrupt) {
        Ok(()) => Ok(()),
        // The reader has seen enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(Failure::Output(error)) => Err(format!("standard output: {error}")),
        Err(Failure::Line(error)) => Err(format!("trigger: {error}")),
    }
}

enum Failure {
    Line(LineError),
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

fn tell(
    out: &mut impl Write,
    line: &mut TriggerLine,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let edges = &mut *line.edges;
    writeln!(
        out,
        "trigger: {}; not debounced here; {} now",
        line.description,
        Word(edges.level().map_err(Failure::Line)?),
    )?;
    let (mut count, mut lost, mut last) = (0_u64, 0_u64, None);
    while !interrupt.wait(edges.as_fd()) {
        while let Some(edge) = edges.next_edge().map_err(Failure::Line)? {
            writeln!(out, "{}", Row { edge, last })?;
            count += 1;
            lost += u64::from(edge.lost);
            last = Some(edge);
        }
        out.flush()?;
    }
    writeln!(out, "{count} edges, {lost} lost")?;
    Ok(())
}

/// A level as a word.
struct Word(PinState);

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            PinState::Low => "low",
            PinState::High => "high",
        })
    }
}

/// An edge: its time since boot in seconds, its level, the time since the previous edge, and the
/// edges lost between them.
struct Row {
    edge: Edge,
    last: Option<Edge>,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Edge { at, level, lost } = self.edge;
        let us = at.as_ns() / 1_000;
        write!(
            f,
            "{}.{:06} s  {:<4}",
            us / 1_000_000,
            us % 1_000_000,
            Word(level).to_string()
        )?;
        if let Some(last) = self.last {
            write!(f, "  after {} us", at.since(last.at).as_micros())?;
        }
        if lost > 0 {
            write!(f, "  {lost} lost before it")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use board::Timestamp;

    #[test]
    fn a_row_has_the_time_the_level_and_the_loss() {
        let edge = |ns, level, lost| Edge {
            at: Timestamp::from_ns(ns),
            level,
            lost,
        };
        let first = edge(12_000_345_678, PinState::High, 0);
        let row = |edge, last| Row { edge, last }.to_string();
        assert_eq!(row(first, None), "12.000345 s  high");
        let second = edge(12_004_345_999, PinState::Low, 3);
        assert_eq!(
            row(second, Some(first)),
            "12.004345 s  low   after 4000 us  3 lost before it"
        );
    }
}
