//! Which records are listed, and in which form.

use super::{csv, record, text};
use crate::cli::journal::{JournalFilter, JournalOptions, KindWord, VerdictWord};
use sluice::journal::{Entry, Part, Record, WallTime};

/// The form of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Json,
    Csv,
}

/// What the options ask for.
#[derive(Debug)]
pub struct Filter<'a> {
    form: Form,
    options: &'a JournalFilter,
}

impl<'a> Filter<'a> {
    pub fn new(options: &'a JournalOptions) -> Self {
        let form = match (options.json, options.csv) {
            (true, _) => Form::Json,
            (false, true) => Form::Csv,
            (false, false) => Form::Text,
        };
        Self {
            form,
            options: &options.filter,
        }
    }

    /// The line to print for an entry, with its newline; nothing if it is not asked for.
    pub fn line(&self, entry: &Entry, bytes: &[u8]) -> Option<String> {
        let record = record(entry)?;
        if !self.takes(record) {
            return None;
        }
        match (self.form, record) {
            (Form::Json, _) => Some(String::from_utf8_lossy(bytes).into_owned() + "\n"),
            (Form::Csv, Record::Part(part)) => Some(csv::line(part)),
            (Form::Csv, _) => None,
            (Form::Text, record) => text::line(record, time(record)?),
        }
    }

    fn takes(&self, record: &Record) -> bool {
        let JournalFilter {
            part,
            kind,
            verdict,
            recipe,
            since,
            until,
        } = self.options;
        let number = match record {
            Record::Part(part) => Some(part.part.number()),
            Record::Confirmation(fault) => fault.part,
            _ => None,
        };
        let time = time(record).map(|time| time.to_string());
        // Compared as far as the given time says, so that a day means the whole day.
        let begin = |asked: &String| time.as_ref()?.get(..asked.len()).map(str::to_owned);
        part.is_none_or(|part| number.is_some_and(|n| part.first <= n && n <= part.last))
            && kind.is_none_or(|kind| is_of(record, kind))
            && verdict.is_none_or(|verdict| is_judged(record, verdict))
            && recipe
                .as_ref()
                .is_none_or(|recipe| recipe_of(record) == Some(recipe))
            && since
                .as_ref()
                .is_none_or(|since| begin(since).is_some_and(|time| time >= *since))
            && until
                .as_ref()
                .is_none_or(|until| begin(until).is_some_and(|time| time <= *until))
    }
}

fn is_of(record: &Record, kind: KindWord) -> bool {
    match kind {
        KindWord::Part => matches!(record, Record::Part(_)),
        KindWord::Missed => matches!(record, Record::Missed(_)),
        KindWord::Control => matches!(record, Record::Control(_)),
        KindWord::Challenge => matches!(record, Record::Challenge(_)),
        KindWord::Confirmation => matches!(record, Record::Confirmation(_)),
        KindWord::Start => matches!(record, Record::Start(_) | Record::Model(_)),
        KindWord::Counters => matches!(record, Record::Counted(_)),
        KindWord::Recovered => matches!(record, Record::Recovered(_)),
    }
}

fn is_judged(record: &Record, verdict: VerdictWord) -> bool {
    let is_part = |takes: fn(&Part) -> bool| match record {
        Record::Part(part) => takes(part),
        _ => false,
    };
    match verdict {
        VerdictWord::Pass => is_part(|part| part.verdict.kind == "PASS"),
        VerdictWord::Reject => is_part(|part| part.verdict.kind == "REJECT"),
        VerdictWord::Fault => is_part(|part| part.verdict.kind == "FAULT" && !part.is_missed()),
        VerdictWord::Missed => is_part(Part::is_missed) || matches!(record, Record::Missed(_)),
    }
}

fn recipe_of(record: &Record) -> Option<&str> {
    match record {
        Record::Part(part) => part.recipe.as_deref(),
        Record::Missed(missed) => missed.recipe.as_deref(),
        Record::Confirmation(fault) => Some(&fault.recipe),
        Record::Challenge(challenge) => Some(&challenge.recipe),
        Record::Counted(counted) => counted.recipe.as_deref(),
        _ => None,
    }
}

/// When a record was written, or its part was triggered.
fn time(record: &Record) -> Option<WallTime> {
    Some(match record {
        Record::Start(start) => start.time,
        Record::Model(model) => model.time,
        Record::Part(part) => part.time,
        Record::Missed(missed) => missed.time,
        Record::Control(control) => control.time,
        Record::Confirmation(fault) => fault.time,
        Record::Challenge(challenge) => challenge.time,
        Record::Recovered(recovered) => recovered.time,
        Record::Counted(counted) => counted.time,
        Record::CarriedCounts(_)
        | Record::CarriedTimes(_)
        | Record::Carried(_)
        | Record::Other(_) => return None,
    })
}
