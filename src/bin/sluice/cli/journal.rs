//! The options of `sluice journal`.

use super::StationOption;
use clap::{Args, ValueEnum};

pub(super) const HELP: &str = "\
Works while the station runs and when it does not. Times are UTC: 2026-11-29, or with hours, minutes and seconds as in
2026-11-29T13:45. --until includes the time that it names, such as the whole day.

Exit codes: 0 done, 1 with --verify if lines are damaged, missing or changed, 4 the journal cannot be read.";

/// `sluice journal`.
#[derive(Debug, PartialEq, Args)]
pub struct JournalOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The journal in this directory, such as a copy; without it, that of the station file
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "station")]
    pub directory: Option<String>,
    #[command(flatten)]
    pub filter: JournalFilter,
    /// Only the last N of them
    #[arg(long, value_name = "N")]
    pub last: Option<usize>,
    /// Go on with each record as it is written, until Ctrl-C
    #[arg(long, conflicts_with = "verify")]
    pub follow: bool,
    /// Print the lines of the journal as they are
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print the parts as a table of comma-separated values
    #[arg(long, conflicts_with = "verify")]
    pub csv: bool,
    /// Check that every line is whole and follows the one before; with --json the result is JSON
    #[arg(long, conflicts_with_all = ["part", "kind", "verdict", "recipe", "since", "until", "last"])]
    pub verify: bool,
}

/// Which records are listed: those that fit all of these.
#[derive(Debug, Default, PartialEq, Args)]
pub struct JournalFilter {
    /// The record of part N, or of the parts N..M
    #[arg(long, value_name = "N|N..M", value_parser = parts)]
    pub part: Option<Parts>,
    /// Records of this kind
    #[arg(long, value_enum)]
    pub kind: Option<KindWord>,
    /// Parts with this verdict
    #[arg(long, value_enum)]
    pub verdict: Option<VerdictWord>,
    /// Parts that were judged by this recipe
    #[arg(long, value_name = "NAME")]
    pub recipe: Option<String>,
    /// From this time on
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub since: Option<String>,
    /// Up to this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub until: Option<String>,
}

/// Numbers of parts, the first and the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub first: u64,
    pub last: u64,
}

/// A kind of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindWord {
    /// One part
    Part,
    /// Missed triggers without a part number
    Missed,
    /// Changes of the station: modes, recipes, resets, what was latched
    Control,
    /// Challenges
    Challenge,
    /// Parts that went the wrong way, by the sensor behind the gate
    Confirmation,
    /// What judged the parts that follow: the program, the station file, the models
    Start,
    /// Counts: of a shift, before a reset, at a stop
    Counters,
    /// Repairs of the journal after a power cut
    Recovered,
}

/// A verdict in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerdictWord {
    /// Good
    Pass,
    /// Bad
    Reject,
    /// Not inspected to the end; missed triggers are not among them
    Fault,
    /// Missed triggers
    Missed,
}

/// `17`, or `17..23` with both ends.
fn parts(text: &str) -> Result<Parts, String> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if first <= last => Ok(Parts { first, last }),
        _ => Err("not a number of a part, nor two of them such as 17..23".to_owned()),
    }
}

/// A time as in the journal, or its beginning.
fn time(text: &str) -> Result<String, String> {
    const FORM: &str = "0000-00-00T00:00:00.000000Z";
    let fits = |(given, form): (char, char)| match form {
        '0' => given.is_ascii_digit(),
        other => given == other,
    };
    let is_begun = text.len() >= 4 && text.len() <= FORM.len();
    if is_begun && text.chars().zip(FORM.chars()).all(fits) {
        Ok(text.to_owned())
    } else {
        Err("not a time such as 2026-11-29 or 2026-11-29T13:45".to_owned())
    }
}
