//! Deciding a part: the gate is told first, then the recorder.

use crate::bounded::channel::Received;
use crate::bounded::text::{Detail, cut};
use crate::drift::{Measures, PictureMeter};
use crate::gate::{Resolving, SendError};
use crate::hash::Sha256;
use crate::image::{ChannelOrder, Size};
use crate::journal::{BlobTotals, WallTime};
use crate::part::{Cause, PartId, Verdict};
use crate::recipe::RECIPES_MAX;
use crate::run::history::{History, Keeper};
use crate::run::messages::{Decided, Decoded, Job, Message, PictureRef, Times};
use crate::run::record::Thumbnails;
use crate::run::shared::{OpenParts, Shared, Stop};
use crate::screen::Thumbnail;
use crate::station::Station;
use crate::verdict::Inspector;
use board::Timestamp;
use core::time::Duration;
use heapless::Vec;

/// Decides parts. Dropping it stops the gate.
pub struct Decider<'a> {
    resolving: Resolving<'a>,
    thumbnails: &'a Thumbnails,
    /// Keeps parts in the history, if the station has one.
    keeper: Option<Keeper<'a>>,
    /// Measures the pictures, if a recipe has the section `drift`.
    meter: Option<PictureMeter>,
    shared: &'a Shared<'a>,
    deadline: Duration,
    /// In the station file's order.
    recipes: Vec<RecipeModel, RECIPES_MAX>,
    /// When the last inspection of a part by each model finished.
    finished_at: [Timestamp; RECIPES_MAX],
}

/// The model of a recipe, and the pictures that it takes.
#[derive(Debug, Clone, Copy)]
struct RecipeModel {
    number: usize,
    size: Size,
    order: ChannelOrder,
    /// Whether its parts are measured.
    is_measured: bool,
}

/// A part that is about to be decided.
pub struct Undecided {
    pub job: Job,
    pub sha256: Option<Sha256>,
    pub times: Times,
    /// Whether the gate is armed for it.
    armed: bool,
}

/// What the screen shows of an inspected part: the model's input, and the inspector that holds its
/// mask and blobs.
#[derive(Clone, Copy)]
pub struct Shown<'m> {
    pub input: &'m [u8],
    pub inspector: &'m Inspector,
}

impl Undecided {
    /// A part whose picture was not decoded.
    pub fn new(job: Job) -> Self {
        Self {
            armed: job.on_line,
            job,
            sha256: None,
            times: Times::default(),
        }
    }

    /// A part that the gate is not armed for.
    pub fn refused(job: Job) -> Self {
        Self {
            armed: false,
            ..Self::new(job)
        }
    }

    /// A part whose picture was decoded, successfully or not.
    pub fn decoded<I>(job: Job, decoded: &Decoded<I>) -> Self {
        Self {
            armed: job.on_line,
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

    /// The decision on a part that was not inspected.
    pub fn into_fault(mut self, cause: Cause, detail: Detail) -> Decided {
        self.times.total = Timestamp::now().since(self.job.trigger);
        Decided {
            armed: self.armed,
            time: WallTime::of(self.job.trigger),
            job: self.job,
            verdict: Verdict::Fault(cause),
            detail,
            sha256: self.sha256,
            found: BlobTotals::default(),
            hashes: None,
            measures: None,
            times: self.times,
            thumbnail: None,
        }
    }
}

impl<'a> Decider<'a> {
    pub fn new(
        station: &Station,
        resolving: Resolving<'a>,
        thumbnails: &'a Thumbnails,
        history: Option<&'a History>,
        shared: &'a Shared<'a>,
    ) -> Self {
        Self {
            resolving,
            thumbnails,
            keeper: history.map(Keeper::new),
            meter: meter(station),
            shared,
            deadline: Duration::from_millis(station.gate.deadline_ms.into()),
            recipes: station
                .all_recipes()
                .zip(station.model_numbers())
                .map(|(recipe, number)| {
                    let image = station.image_of(recipe);
                    RecipeModel {
                        number,
                        size: image.size,
                        order: image.order,
                        is_measured: recipe.drift.is_some(),
                    }
                })
                .collect(),
            finished_at: [Timestamp::now(); RECIPES_MAX],
        }
    }

    /// The model of the recipe at this place.
    fn model(&self, recipe: u8) -> Option<&RecipeModel> {
        self.recipes.get(usize::from(recipe))
    }

    /// The number of the model of the recipe at this place.
    pub fn model_number(&self, recipe: u8) -> usize {
        self.model(recipe).map_or(0, |model| model.number)
    }

    /// The parts that are not decided.
    pub(super) fn open(&self) -> &'a OpenParts {
        &self.shared.open
    }

    /// From trigger to decision.
    pub(super) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// When the last inspection of a part by this model finished; the start of the program if none
    /// has.
    pub fn finished_at(&self, model: usize) -> Timestamp {
        self.finished_at.get(model).copied().unwrap_or_default()
    }

    /// Handles a message. Returns a decoded picture, which is still to be inspected.
    pub fn handle(&mut self, message: Message) -> Option<Decoded> {
        match message {
            Message::Begun(job) => self.shared.open.push(job),
            Message::Paired(part, picture, recipe) => self.pair(part, picture, recipe),
            Message::Failed(part, cause, detail) => self.fail(part, cause, detail),
            Message::Doubted(part, detail) => self.doubt(part, detail),
            Message::Refused(job, cause, detail) => {
                let fault = Verdict::Fault(cause);
                self.decide(Undecided::refused(job), fault, detail, None);
            }
            Message::Decoded(decoded) => return Some(decoded),
        }
        None
    }

    /// Decides every part whose deadline has passed as a fault.
    pub fn expire(&mut self) {
        let now = Timestamp::now();
        while let Some(job) = self.shared.open.take_older(self.deadline, now) {
            let fault = Verdict::Fault(Cause::Deadline);
            let detail = no_decision(self.deadline);
            self.decide(Undecided::new(job), fault, detail, None);
        }
    }

    /// Tells the gate the verdict, then the recorder. `shown` is set if the part was inspected.
    pub fn decide(
        &mut self,
        mut undecided: Undecided,
        mut verdict: Verdict,
        mut detail: Detail,
        shown: Option<Shown<'_>>,
    ) {
        if undecided.job.on_line {
            self.shared.ready.decided();
        }
        let armed = undecided.armed;
        // Otherwise the gate is closed and has rejected the part already. The inspection is a sign
        // of life all the same.
        let waits = armed && self.shared.ready.is_running();
        if waits && let Err(error) = self.resolving.resolve(undecided.job.part, verdict) {
            detail = cut(format_args!("gate: {error}"));
            verdict = not_taken(verdict, &error);
        }
        if matches!(verdict, Verdict::Pass | Verdict::Reject(_)) {
            let model = self.model_number(undecided.job.recipe);
            if let Some(finished_at) = self.finished_at.get_mut(model) {
                *finished_at = Timestamp::now();
            }
            if !waits {
                self.inspected(true);
            }
        }
        undecided.times.total = Timestamp::now().since(undecided.job.trigger);
        let recipe = undecided.job.recipe;
        // Of an output that cannot be used, mask and scores say nothing.
        let judged = shown.filter(|_| !matches!(verdict, Verdict::Fault(_)));
        let mut decided = Decided {
            time: WallTime::of(undecided.job.trigger),
            job: undecided.job,
            verdict,
            detail,
            sha256: undecided.sha256,
            found: shown
                .map(|shown| BlobTotals::of(shown.inspector.blobs()))
                .unwrap_or_default(),
            hashes: None,
            measures: judged.and_then(|shown| self.measure(recipe, shown)),
            times: undecided.times,
            armed,
            thumbnail: shown.and_then(|shown| self.draw(recipe, shown)),
        };
        if let Some(keeper) = &mut self.keeper {
            let seen = shown.map(|shown| (shown.input, shown.inspector));
            decided.hashes = keeper.keep(&decided, seen);
        }
        if self.shared.decided.send(decided).is_err() {
            let why = "the recorder is too far behind".to_owned();
            self.shared.stop(Stop::Broken(why));
        }
        self.shared.open.decided();
    }

    /// Reports an inspection that no part on the line waited for.
    pub fn inspected(&mut self, finished: bool) {
        self.resolving.inspected(finished);
    }

    /// The file of a part was found. If the part is already decided, the file no longer belongs to
    /// a part on the line, and gets a number and a record.
    fn pair(&mut self, part: PartId, picture: PictureRef, recipe: u8) {
        if self.shared.open.pair(part, &picture) {
            return;
        }
        self.shared.ready.begin_off_line();
        self.shared.open.push(Job {
            part: self.shared.ready.parts.next_part(),
            trigger: Timestamp::now(),
            on_line: false,
            picture,
            golden: None,
            recipe,
        });
    }

    /// A part gets no picture. Does nothing if it is already decided.
    fn fail(&mut self, part: PartId, cause: Cause, detail: Detail) {
        if let Some(job) = self.shared.open.take(part) {
            let fault = Verdict::Fault(cause);
            self.decide(Undecided::new(job), fault, detail, None);
        }
    }

    /// Another picture came in the time of a part. If the part is already decided, its picture may
    /// have been another part's, and the gate takes a pass back. If it is too late for that, the
    /// gate reports a stray verdict.
    fn doubt(&mut self, part: PartId, detail: Detail) {
        if self.shared.open.find(part, &PictureRef::None).is_some() {
            return self.fail(part, Cause::TwoPictures, detail);
        }
        // It fails when the gate has stopped, and then all lines are safe, or when the gate's queue
        // of verdicts is full.
        let fault = Verdict::Fault(Cause::TwoPictures);
        let _ = self.resolving.resolve(part, fault);
    }

    /// Measures the part, if its recipe asks for it. The next part waits meanwhile.
    fn measure(&mut self, recipe: u8, shown: Shown<'_>) -> Option<Measures> {
        let model = *self.model(recipe)?;
        let meter = self.meter.as_mut().filter(|_| model.is_measured)?;
        let width = usize::try_from(model.size.width).ok()?;
        let picture = meter.measure(shown.input, width)?;
        let Shown { inspector, .. } = shown;
        let measures = Measures::new(picture, inspector.margin(), inspector.mask());
        Some(measures)
    }

    /// Draws the part for the screen. Returns nothing if no thumbnail is free: the screen is behind
    /// and shows the next part instead.
    fn draw(&self, recipe: u8, shown: Shown<'_>) -> Option<Thumbnail> {
        let model = self.model(recipe)?;
        let Received::Item(mut thumbnail) = self.thumbnails.receive(Duration::ZERO) else {
            return None;
        };
        let Shown { input, inspector } = shown;
        let boxes = inspector.blobs().as_slice().iter().map(|blob| {
            [
                blob.x,
                blob.y,
                blob.x.saturating_add(blob.width),
                blob.y.saturating_add(blob.height),
            ]
        });
        thumbnail.draw(model.size, model.order, input, inspector.mask(), boxes);
        Some(thumbnail)
    }
}

/// What measures pictures as wide as the widest; nothing if no recipe has a section `drift`.
fn meter(station: &Station) -> Option<PictureMeter> {
    let measured = station
        .all_recipes()
        .filter(|recipe| recipe.drift.is_some());
    let width_max = measured
        .map(|recipe| station.image_of(recipe).size.width)
        .max()?;
    Some(PictureMeter::new(usize::try_from(width_max).ok()?))
}

/// The verdict that counts after the gate did not take it. The gate then rejects the part, and the
/// journal must say so. If it was only not woken, the verdict waits in its queue and still counts.
fn not_taken(verdict: Verdict, error: &SendError) -> Verdict {
    let is_waiting = matches!(error, SendError::Wake(_));
    if verdict.passes() && !is_waiting {
        return Verdict::Fault(Cause::QueueFull);
    }
    verdict
}

/// The detail of a part whose deadline has passed.
pub fn no_decision(deadline: Duration) -> Detail {
    cut(format_args!(
        "no decision within {} ms",
        deadline.as_millis()
    ))
}

#[cfg(test)]
mod tests;
