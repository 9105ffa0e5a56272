//! A complete part as a line of the journal.

use crate::bounded::text::cut;
use crate::gate::Outcome;
use crate::journal::{self, Sha256, WallTime, Word};
use crate::run::messages::{Complete, PictureRef};
use crate::station::file::NameText;
use crate::watch::{Identity, Name};
use board::Timestamp;
use core::time::Duration;
use heapless::String;

/// The journal's record of a part.
pub fn of_part(complete: &Complete, station: &NameText) -> journal::Part {
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
        time: WallTime::of(job.trigger),
        station: station.clone(),
        picture: picture(&job.picture, decided.sha256),
        verdict: journal::Decision::new(&decided.verdict, &decided.detail),
        blobs: journal::BlobTotals {
            count: decided.found.blobs,
            largest_px: decided.found.largest_px,
            total_px: decided.found.total_px,
        },
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
            acted_us: complete
                .report
                .and_then(|report| report.acted_at)
                .map(after_trigger),
        },
    }
}

fn picture(picture: &PictureRef, sha256: Option<Sha256>) -> Option<journal::PictureRecord> {
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
