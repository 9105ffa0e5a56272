//! A complete part as the journal writes it.

use super::merge::Complete;
use super::messages::Picture;
use crate::bounded::text::cut;
use crate::gate::Outcome;
use crate::journal::{self, Sha256, WallTime, Word};
use crate::station::file::NameText;
use crate::watch::{Identity, Name};
use board::Timestamp;
use core::time::Duration;
use heapless::String;

/// Both halves of a part in one record.
pub(super) fn record(complete: &Complete, station: &NameText) -> journal::Part {
    let decision = &complete.decision;
    let job = &decision.job;
    let times = decision.times;
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
        picture: picture(&job.picture, decision.sha256),
        verdict: journal::Decision::new(&decision.verdict, &decision.detail),
        blobs: journal::BlobTotals {
            count: decision.found.blobs,
            largest_px: decision.found.largest_px,
            total_px: decision.found.total_px,
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
            late: complete.late(),
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

fn picture(picture: &Picture, sha256: Option<Sha256>) -> Option<journal::PictureRecord> {
    let (name, identity) = match picture {
        Picture::None => return None,
        Picture::File { name, identity } => (name.clone(), *identity),
        Picture::Frame { sequence } => {
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

fn micros(span: Duration) -> u32 {
    u32::try_from(span.as_micros()).unwrap_or(u32::MAX)
}
