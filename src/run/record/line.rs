//! Complete parts and changes of the station as lines of the journal.

use crate::bounded::text::cut;
use crate::control::{Expected, Latches, Unconfirmed};
use crate::gate::Outcome;
use crate::journal::{self, RecipeName, Sha256, WallTime, Word};
use crate::run::messages::{Change, Complete, PictureRef};
use crate::run::shared::{ChallengeRecord, FoundPart};
use crate::station::file::{ChallengeSettings, NameText};
use crate::watch::{Identity, Name};
use board::Timestamp;
use core::time::Duration;
use heapless::String;

/// The journal's record of a part.
pub fn of_part(complete: &Complete, station: &NameText, recipe: &RecipeName) -> journal::Part {
    let decided = &complete.decided;
    let job = &decided.job;
    let times = decided.times;
    let outcome = match complete.report.map(|report| report.outcome) {
        None => "not_armed",
        Some(Outcome::Passed) => "passed",
        Some(Outcome::Rejected(_)) => "rejected",
    };
    let reason = complete.report.map_or("", |report| report.outcome.code());
    let after_trigger = |at: Timestamp| micros(at.since(job.trigger));
    journal::Part {
        part: job.part,
        time: decided.time,
        station: station.clone(),
        picture: picture(&job.picture, decided.sha256),
        verdict: journal::Decision::new(&decided.verdict, &decided.detail),
        blobs: decided.found,
        times_us: journal::StageTimes {
            wait: micros(times.wait),
            decode: micros(times.decode),
            engine: micros(times.engine),
            verdict: micros(times.verdict),
            total: micros(times.total),
        },
        gate: journal::GateOutcome {
            outcome: word(outcome),
            reason: word(reason),
            late: complete.is_late(),
            due_us: complete
                .report
                .map_or(0, |report| after_trigger(report.due)),
            due_ticks: complete.report.and_then(|report| report.due_ticks),
            acted_us: complete
                .report
                .and_then(|report| report.acted_at)
                .map(after_trigger),
        },
        recipe: Some(recipe.clone()),
        golden: job.golden.map(|index| index + 1),
        input_sha256: decided.hashes.map(|hashes| hashes.input),
        mask_sha256: decided.hashes.map(|hashes| hashes.mask),
        measures: decided.measures,
    }
}

/// The journal's record of a change of the station.
///
/// A change of what is latched has what is latched now. A change after it writes it again.
pub fn of_change(change: &Change, station: &NameText, latches: Latches) -> journal::Control {
    let is_of_latches = matches!(change.what, "latched" | "reset");
    journal::Control {
        time: change.time,
        station: station.clone(),
        change: word(change.what),
        by: word(change.by.word()),
        detail: change.detail.clone(),
        latches: is_of_latches.then_some(latches),
    }
}

/// The journal's record of a part that went the wrong way.
pub fn of_unconfirmed(
    part: Unconfirmed,
    time: WallTime,
    station: &NameText,
    recipe: &RecipeName,
) -> journal::ConfirmationFault {
    journal::ConfirmationFault {
        time,
        station: station.clone(),
        part: part.part().map(|part| part.number()),
        fault: word(part.code()),
        recipe: recipe.clone(),
    }
}

/// The journal's record of a challenge.
pub fn of_challenge(
    record: &ChallengeRecord,
    settings: &ChallengeSettings,
    station: &NameText,
    recipe: &RecipeName,
) -> journal::Challenge {
    let found = |index: usize| {
        let found = record.found.iter();
        found
            .clone()
            .find(|part| usize::from(part.index) == index)
            .cloned()
    };
    let parts = settings.parts.iter().enumerate();
    journal::Challenge {
        time: record.time,
        station: station.clone(),
        recipe: recipe.clone(),
        by: word(record.by.word()),
        method: word(settings.by.word()),
        passed: record.passed,
        parts: parts
            .map(|(index, golden)| golden_part(golden.expect, found(index)))
            .collect(),
    }
}

fn golden_part(expected: Expected, found: Option<FoundPart>) -> journal::GoldenPart {
    let Some(FoundPart { found, sha256, .. }) = found else {
        return journal::GoldenPart {
            expected: word(expected.word()),
            ..journal::GoldenPart::default()
        };
    };
    let gate = found
        .on_line
        .map(|(_, passed)| if passed { "passed" } else { "rejected" });
    journal::GoldenPart {
        expected: word(expected.word()),
        found: word(found.verdict.kind()),
        code: word(found.verdict.code()),
        gate: word(gate.unwrap_or_default()),
        part: found.on_line.map(|(part, _)| part.number()),
        sha256,
    }
}

/// The journal's record of a picture.
pub fn picture(picture: &PictureRef, sha256: Option<Sha256>) -> Option<journal::PictureRecord> {
    let (name, identity) = match picture {
        PictureRef::None => return None,
        PictureRef::File { name, identity } => (name.clone(), *identity),
        PictureRef::Frame { sequence } => {
            let name: String<16> = cut(format_args!("frame {sequence}"));
            (Name::new(name.as_bytes())?, Identity::default())
        }
    };
    Some(journal::PictureRecord {
        name,
        identity,
        sha256,
    })
}

fn word(text: &str) -> Word {
    cut(format_args!("{text}"))
}

/// Microseconds, rounded down; the largest `u32` for longer times (71 minutes).
fn micros(span: Duration) -> u32 {
    u32::try_from(span.as_micros()).unwrap_or(u32::MAX)
}
