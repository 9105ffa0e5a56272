//! A decision: the gate hears it first, then everything for people is made of it.

use crate::bounded::channel::Received;
use crate::bounded::text::{Detail, cut};
use crate::hash::Sha256;
use crate::part::{Cause, PartId, Verdict};
use crate::run::inspection::Inspection;
use crate::run::messages::{Decision, Decoded, Found, Job, Picture, Times};
use crate::run::shared::Stop;
use crate::screen::Thumbnail;
use board::Timestamp;
use core::time::Duration;

impl Inspection<'_> {
    /// Tells the gate, then the recorder. `shown` is the model's input when the inspector's mask belongs to this part.
    pub(in crate::run) fn decide(
        &mut self,
        mut undecided: Undecided,
        mut verdict: Verdict,
        mut detail: Detail,
        armed: bool,
        shown: Option<&[u8]>,
    ) {
        if undecided.job.on_line {
            self.shared.readiness.decided();
        }
        let armed = armed && undecided.job.on_line;
        if armed && let Err(error) = self.resolving.resolve(undecided.job.part, verdict) {
            // The gate rejects what it did not hear about; the journal must not say otherwise.
            detail = cut(format_args!("gate: {error}"));
            if verdict.passes() {
                verdict = Verdict::Fault(Cause::QueueFull);
            }
        }
        if matches!(verdict, Verdict::Pass | Verdict::Reject(_)) {
            self.finished(armed);
        }
        undecided.times.total = Timestamp::now().since(undecided.job.trigger);
        let thumbnail = shown.and_then(|input| self.draw(input));
        let decision = Decision {
            job: undecided.job,
            verdict,
            detail,
            sha256: undecided.sha256,
            found: if shown.is_some() {
                self.found()
            } else {
                Found::default()
            },
            times: undecided.times,
            armed,
            thumbnail,
        };
        if self.shared.decisions.send(decision).is_err() {
            self.shared
                .stop(Stop::Broken("the recorder is too far behind".to_owned()));
        }
        self.shared.open.decided();
    }

    /// An inspection has finished: no self-check is wanted for a while. The gate is told when no part waited for it there.
    fn finished(&mut self, armed: bool) {
        if let Some(check) = &mut self.self_check {
            check.put_off();
        }
        if !armed {
            // It fails only when the gate has stopped, and then all lines are safe.
            let _ = self.resolving.inspected(true);
        }
    }

    /// The file of a part was found. If the part is decided already, the file is of nobody on the line any more, and gets a
    /// number and a record of its own.
    pub(in crate::run) fn paired(&mut self, part: PartId, picture: Picture) {
        if self.shared.open.pair(part, &picture) {
            return;
        }
        self.shared.readiness.begin(false);
        self.shared.open.push(Job {
            part: self.shared.readiness.next_part(),
            trigger: Timestamp::now(),
            on_line: false,
            picture,
        });
    }

    /// A part gets no picture. Nothing is to be done if it is decided already.
    pub(in crate::run) fn fail(&mut self, part: PartId, cause: Cause, detail: Detail) {
        if let Some(job) = self.shared.open.take(part) {
            let undecided = Undecided::of(job);
            self.decide(undecided, Verdict::Fault(cause), detail, true, None);
        }
    }

    /// Another picture came in the time of a part. If the part is decided already, its picture may have been another
    /// part's, and the gate takes a pass back. If it is too late for that, it is a fault of the station.
    pub(in crate::run) fn doubt(&mut self, part: PartId, detail: Detail) {
        if self.shared.open.find(part, &Picture::None).is_some() {
            return self.fail(part, Cause::TwoPictures, detail);
        }
        // It fails when the gate has stopped, and then all lines are safe, or when it is a queue of verdicts behind.
        let _ = self
            .resolving
            .resolve(part, Verdict::Fault(Cause::TwoPictures));
    }

    fn found(&self) -> Found {
        let blobs = self.inspector.blobs().as_slice();
        Found {
            blobs: u32::try_from(blobs.len()).unwrap_or(u32::MAX),
            largest_px: blobs
                .iter()
                .map(|blob| blob.area_px)
                .max()
                .unwrap_or_default(),
            total_px: blobs
                .iter()
                .fold(0, |sum, blob| sum.saturating_add(blob.area_px)),
        }
    }

    /// Nothing when the screen is behind: it shows the next part instead.
    fn draw(&self, input: &[u8]) -> Option<Thumbnail> {
        let Received::Item(mut thumbnail) = self.shared.thumbnails.receive(Duration::ZERO) else {
            return None;
        };
        let boxes = self.inspector.blobs().as_slice().iter().map(|blob| {
            [
                blob.x,
                blob.y,
                blob.x.saturating_add(blob.width),
                blob.y.saturating_add(blob.height),
            ]
        });
        thumbnail.draw(self.size, self.order, input, self.inspector.mask(), boxes);
        Some(thumbnail)
    }
}

/// A part on its way to a decision.
pub(in crate::run) struct Undecided {
    pub job: Job,
    pub sha256: Option<Sha256>,
    pub times: Times,
}

impl Undecided {
    /// One that was never decoded.
    pub fn of(job: Job) -> Self {
        Self {
            job,
            sha256: None,
            times: Times::default(),
        }
    }

    /// One whose picture was read, well or not.
    pub fn decoded(job: Job, decoded: &Decoded) -> Self {
        Self {
            job: Job {
                picture: decoded.picture.clone(),
                ..job
            },
            sha256: decoded.sha256,
            times: Times {
                wait: decoded.wait,
                decode: decoded.decode,
                ..Times::default()
            },
        }
    }
}
