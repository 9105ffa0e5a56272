//! The counts as text and as JSON.

use crate::exit::{FAILED, fail};
use crate::output;
use core::fmt::Write as _;
use serde::Serialize;
use sluice::journal::{
    Accounts, Counted, Period, RecipeCounters, Shift, StageStatistics, Statistics, WallTime,
    is_held,
};
use sluice::screen::Counters;
use sluice::station::StationFile;
use std::process::ExitCode;

/// Enough for the longest report: two periods with all recipes.
const JSON_MAX: usize = 64 * 1024;

/// Everything that is printed.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    station: &'a str,
    /// Whether a station writes the journal now.
    running: bool,
    /// Lines of the journal that could not be read. Their parts are not counted.
    damaged_lines: u64,
    periods: &'a [PeriodReport<'a>],
}

/// The counts of a period.
#[derive(Debug, Serialize)]
pub struct PeriodReport<'a> {
    period: Period,
    from: Option<WallTime>,
    /// The time of the reset, if the period has ended by one.
    until: Option<WallTime>,
    shift: Option<&'a Shift>,
    counters: Counters,
    recipes: &'a [RecipeCounters],
    times_us: StageStatistics,
}

impl<'a> PeriodReport<'a> {
    /// The period that goes on.
    pub fn of(period: Period, accounts: &'a Accounts) -> Self {
        let account = accounts.account(period);
        let shift = match period {
            Period::Total => None,
            Period::Shift => accounts.shift(),
        };
        Self {
            period,
            from: account.from,
            until: None,
            shift,
            counters: account.counters(),
            recipes: account.recipes(),
            times_us: account.statistics(),
        }
    }

    /// The period that a reset has ended, from its record.
    pub fn before_reset(counted: &Counted, recipes: &'a [RecipeCounters]) -> Self {
        Self {
            period: counted.period,
            from: counted.from,
            until: Some(counted.time),
            shift: None,
            counters: counted.counters,
            recipes,
            times_us: counted.times_us.unwrap_or_default(),
        }
    }

    fn text(&self) -> String {
        let from = self.from.map_or_else(
            || "the journal has no record yet".to_owned(),
            |from| format!("from {from}"),
        );
        let until = self
            .until
            .map(|until| format!(" to {until}, when they were reset"))
            .unwrap_or_default();
        let title = match (self.period, self.shift) {
            (Period::Shift, Some(shift)) => format!("shift {}", shift.name),
            (Period::Shift, None) => "shift".to_owned(),
            (Period::Total, _) => "all".to_owned(),
        };
        // Writing to a string cannot fail, here and below.
        let mut text = format!("\n{title}: {from}{until}\n");
        let heads = ["triggers", "pass", "reject", "fault", "missed", "late"];
        let _ = writeln!(text, "{}", row("parts", &heads));
        let _ = writeln!(text, "{}", parts("", &self.counters));
        for of_recipe in self.recipes {
            let _ = writeln!(text, "{}", parts(&of_recipe.recipe, &of_recipe.counters));
        }
        let gate = self.counters.gate;
        let _ = writeln!(
            text,
            "at the gate: {} passed, {} rejected ({} of them good, {} of these by overlap), {} not on the line",
            gate.passed, gate.rejected, gate.good_rejected, gate.overlap, gate.not_on_line
        );
        let heads = ["count", "min", "mean", "p50", "p99", "p99.9", "max"];
        let _ = writeln!(text, "{}", row("times in ms", &heads));
        let times = &self.times_us;
        for (stage, times) in [
            ("wait", &times.wait),
            ("decode", &times.decode),
            ("engine", &times.engine),
            ("verdict", &times.verdict),
            ("total", &times.total),
            ("gate", &times.gate),
        ] {
            let _ = writeln!(text, "{}", stage_row(stage, times));
        }
        text
    }
}

impl<'a> Report<'a> {
    pub fn new(file: &'a StationFile, damaged_lines: u64, periods: &'a [PeriodReport<'a>]) -> Self {
        Self {
            station: &file.station.station.name,
            running: is_held(&file.station.journal.directory),
            damaged_lines,
            periods,
        }
    }

    /// Prints the report.
    ///
    /// # Errors
    /// The exit code, if it cannot be printed.
    pub fn print(&self, json: bool) -> Result<(), ExitCode> {
        if !json {
            output::print(format_args!("{}", self.text()));
            return Ok(());
        }
        let mut buffer = vec![0; JSON_MAX];
        let length = serde_json_core::to_slice(self, &mut buffer)
            .map_err(|error| fail(FAILED, format_args!("the counts as JSON: {error}")))?;
        let text = String::from_utf8_lossy(buffer.get(..length).unwrap_or_default());
        output::print(format_args!("{text}\n"));
        Ok(())
    }

    fn text(&self) -> String {
        let state = if self.running {
            "the station runs"
        } else {
            "the station does not run"
        };
        let mut text = format!("{}: {state}\n", self.station);
        if self.damaged_lines > 0 {
            let _ = writeln!(
                text,
                "{} lines of the journal cannot be read; their parts are not counted",
                self.damaged_lines
            );
        }
        for period in self.periods {
            text += &period.text();
        }
        text
    }
}

/// A row of a table: a name and its columns.
fn row<T: AsRef<str>>(name: &str, columns: &[T]) -> String {
    let mut text = format!("  {name:<24}");
    for column in columns {
        let _ = write!(text, " {:>9}", column.as_ref());
    }
    text
}

fn parts(name: &str, counters: &Counters) -> String {
    let counts = [
        counters.triggers,
        counters.pass,
        counters.reject,
        counters.fault,
        counters.missed,
        counters.late,
    ];
    row(name, &counts.map(|count| count.to_string()))
}

fn stage_row(stage: &str, times: &Statistics) -> String {
    let mut columns = vec![times.count.to_string()];
    let all = [
        times.min, times.mean, times.p50, times.p99, times.p999, times.max,
    ];
    columns.extend(all.map(|us| format!("{}.{:03}", us / 1000, us % 1000)));
    row(stage, &columns)
}
