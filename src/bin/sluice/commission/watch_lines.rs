//! Prints the trigger's edges live.

use crate::devices::{TriggerLine, open_trigger};
use crate::interrupt::Interrupt;
use crate::json;
use board::edge::Edge;
use board::line::LineError;
use core::fmt;
use embedded_hal::digital::PinState;
use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};
use sluice::station::Station;
use std::io::{self, Write};

/// Prints what the trigger's line is, and each of its edges until a signal comes or standard output
/// is closed; as lines of JSON if asked to.
///
/// # Errors
/// The line cannot be opened or read.
pub fn watch_lines(station: &Station, is_json: bool) -> Result<(), String> {
    let interrupt = Interrupt::new()?;
    let mut line = open_trigger(station)?;
    let told = tell(&mut io::stdout().lock(), &mut line, &interrupt, is_json);
    match told {
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
    is_json: bool,
) -> Result<(), Failure> {
    let edges = &mut *line.edges;
    let level = Word(edges.level().map_err(Failure::Line)?);
    let begin = Begin {
        trigger: &line.description,
        level: level.text(),
    };
    put(out, is_json, &begin)?;
    let (mut count, mut lost, mut last) = (0_u64, 0_u64, None);
    while !interrupt.wait(edges.as_fd()) {
        while let Some(edge) = edges.next_edge().map_err(Failure::Line)? {
            put(out, is_json, &Row { edge, last })?;
            count += 1;
            lost += u64::from(edge.lost);
            last = Some(edge);
        }
        out.flush()?;
    }
    put(out, is_json, &Sum { edges: count, lost })?;
    Ok(())
}

/// Prints a line, for people or as JSON.
fn put(
    out: &mut impl Write,
    is_json: bool,
    line: &(impl fmt::Display + Serialize),
) -> io::Result<()> {
    if is_json {
        writeln!(out, "{}", json::line(line).unwrap_or_default())
    } else {
        writeln!(out, "{line}")
    }
}

/// The line, and its level before the first edge.
#[derive(Serialize)]
struct Begin<'l> {
    trigger: &'l str,
    level: &'static str,
}

impl fmt::Display for Begin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { trigger, level } = self;
        write!(f, "trigger: {trigger}; not debounced here; {level} now")
    }
}

/// How many edges came.
#[derive(Serialize)]
struct Sum {
    edges: u64,
    lost: u64,
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} edges, {} lost", self.edges, self.lost)
    }
}

/// A level as a word.
struct Word(PinState);

impl Word {
    const fn text(&self) -> &'static str {
        match self.0 {
            PinState::Low => "low",
            PinState::High => "high",
        }
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
            Word(level).text()
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

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Edge { at, level, lost } = self.edge;
        let after = self.last.map(|last| at.since(last.at).as_micros());
        let mut row = serializer.serialize_struct("Row", 4)?;
        row.serialize_field("at_us", &(at.as_ns() / 1_000))?;
        row.serialize_field("level", Word(level).text())?;
        row.serialize_field("after_us", &after.and_then(|us| u64::try_from(us).ok()))?;
        row.serialize_field("lost", &lost)?;
        row.end()
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
        let of_json = |edge, last| json::line(&Row { edge, last }).unwrap();
        assert_eq!(
            of_json(first, None),
            r#"{"at_us":12000345,"level":"high","after_us":null,"lost":0}"#
        );
        assert_eq!(
            of_json(second, Some(first)),
            r#"{"at_us":12004345,"level":"low","after_us":4000,"lost":3}"#
        );
    }
}
