//! The inspection's thread and the decode workers around the real decider: with a simulated device
//! and simulated pictures.

use super::clock::now_ns;
use super::random::Random;
use super::steps::Kind;
use super::world::World;
use crate::bounded::channel::Received;
use crate::bounded::text::{Detail, cut};
use crate::image::Size;
use crate::mask::{Content, DataType, ModelOutput};
use crate::part::{Cause, Verdict};
use crate::run::inspection::{Decider, Shown, Undecided};
use crate::run::messages::{Decoded, Job, PictureRef};
use crate::run::shared::Shared;
use crate::station::Station;
use crate::verdict::Inspector;
use board::Timestamp;
use core::time::Duration;
use std::collections::VecDeque;

const MS: u64 = 1_000_000;
const WIDTH: usize = 32;
const HEIGHT: usize = 16;
/// Decode workers, and inputs that are lent to them.
const WORKERS: usize = 2;

/// A picture that a worker decodes.
#[derive(Debug)]
struct Decoding {
    job: Job,
    start: Timestamp,
    done_ns: u64,
}

/// A part whose picture is in the device.
struct Running {
    undecided: Undecided,
    kind: Option<Kind>,
    index: Option<u64>,
    start: Timestamp,
    done_ns: u64,
}

/// The threads `decode` and `inspection`.
pub struct Inspections<'a> {
    decider: Decider<'a>,
    /// One for each recipe.
    inspectors: Vec<Inspector>,
    decoding: Vec<Decoding>,
    decoded: VecDeque<Decoded<()>>,
    running: Option<Running>,
    /// The device still has the picture of a part that was given up.
    device_busy_until: u64,
    deadline: Duration,
    shared: &'a Shared<'a>,
    mask: Vec<u8>,
    input: Vec<u8>,
}

impl<'a> Inspections<'a> {
    /// Nothing is under way.
    pub fn new(
        station: &Station,
        decider: Decider<'a>,
        shared: &'a Shared<'a>,
    ) -> Result<Self, String> {
        let output = ModelOutput {
            name: "mask",
            dims: &[1, 16, 32],
            data_type: DataType::U8,
        };
        let size = Size {
            width: 32,
            height: 16,
        };
        let inspectors = station
            .all_recipes()
            .map(|recipe| Inspector::new(recipe, size, &output, Content::Classes));
        let inspectors: Result<_, _> = inspectors.collect();
        Ok(Self {
            decider,
            inspectors: inspectors.map_err(|error| error.to_string())?,
            decoding: Vec::new(),
            decoded: VecDeque::new(),
            running: None,
            device_busy_until: 0,
            deadline: Duration::from_millis(station.gate.deadline_ms.into()),
            shared,
            mask: vec![0; WIDTH * HEIGHT],
            input: vec![0; WIDTH * HEIGHT * 3],
        })
    }

    /// Judges a golden picture by the recipe that is used.
    pub fn golden(&mut self, kind: Kind, recipe: u8) -> Option<Verdict> {
        fill(&mut self.mask, kind);
        let inspector = self.inspectors.get_mut(usize::from(recipe))?;
        inspector.inspect(&self.mask, &self.input).ok()
    }

    /// An inspection that no part waits for has finished or failed.
    pub fn check_self(&mut self, finished: bool) {
        self.decider.inspected(finished);
    }

    /// The workers finish pictures, and take others. Returns when one is finished next.
    pub fn decode(&mut self, world: &mut World, random: &mut Random) -> u64 {
        let now = now_ns();
        let mut place = 0;
        while let Some(decoding) = self.decoding.get(place) {
            if decoding.done_ns > now {
                place += 1;
                continue;
            }
            let Decoding { job, start, .. } = self.decoding.remove(place);
            let kind = kind_of(&job.picture, world);
            let result = if kind == Some(Kind::Damaged) {
                Err((Cause::Picture, cut(format_args!("damaged"))))
            } else {
                Ok(())
            };
            self.decoded.push_back(Decoded {
                part: job.part,
                golden: None,
                recipe: job.recipe,
                picture: job.picture,
                input: (),
                result,
                sha256: None,
                wait: start.since(job.trigger),
                decode: Timestamp::now().since(start),
            });
        }
        while self.may_decode()
            && let Received::Item(job) = self.shared.jobs.receive(Duration::ZERO)
        {
            if job.on_line && job.trigger + self.deadline <= Timestamp::now() {
                continue;
            }
            let takes = match kind_of(&job.picture, world) {
                Some(Kind::SlowPicture) => random.between(300 * MS, 900 * MS),
                _ => random.between(2 * MS, 12 * MS),
            };
            self.decoding.push(Decoding {
                job,
                start: Timestamp::now(),
                done_ns: now + takes,
            });
        }
        let done = self.decoding.iter().map(|decoding| decoding.done_ns);
        done.min().unwrap_or(u64::MAX)
    }

    /// Whether a worker and an input are free.
    pub fn may_decode(&self) -> bool {
        let inputs = self.decoding.len() + self.decoded.len() + usize::from(self.running.is_some());
        self.decoding.len() < WORKERS && inputs < WORKERS + 1
    }

    /// Whether the inspection has something to do besides waiting.
    pub fn has_work(&self) -> bool {
        self.running.is_none() && (!self.decoded.is_empty() || !self.shared.messages.is_empty())
    }

    /// One turn of the inspection. Returns when the next one is due at the latest.
    pub fn turn(&mut self, world: &mut World, random: &mut Random) -> Result<u64, String> {
        let now = now_ns();
        if let Some(running) = self.running.take() {
            let deadline_ns = (running.undecided.job.trigger + self.deadline).as_ns();
            if now < running.done_ns && now < deadline_ns {
                let next = running.done_ns.min(deadline_ns);
                self.running = Some(running);
                return Ok(next);
            }
            self.end(running, world, now)?;
        }
        if let Received::Item(message) = self.shared.messages.receive(Duration::ZERO) {
            // Pictures come by the queue of this simulation.
            let _ = self.decider.handle(message);
        }
        self.decider.expire();
        if now >= self.device_busy_until
            && let Some(decoded) = self.decoded.pop_front()
        {
            self.begin(&decoded, world, random);
        }
        let wake = self
            .running
            .as_ref()
            .map_or(u64::MAX, |running| running.done_ns);
        Ok(wake.min(self.device_busy_until.max(now + 20 * MS)))
    }

    fn begin(&mut self, decoded: &Decoded<()>, world: &mut World, random: &mut Random) {
        let Some(undecided) = self.decider.admit(decoded) else {
            return;
        };
        let PictureRef::File { name, .. } = &decoded.picture else {
            return;
        };
        let kind = kind_of(&decoded.picture, world);
        let takes = match kind {
            Some(Kind::SlowDevice) => random.between(200 * MS, 1_200 * MS),
            _ => random.between(MS, 7 * MS),
        };
        self.running = Some(Running {
            undecided,
            kind,
            index: World::shown_by(name),
            start: Timestamp::now(),
            done_ns: now_ns() + takes,
        });
    }

    /// The device is done, failed, or late.
    fn end(&mut self, running: Running, world: &mut World, now: u64) -> Result<(), String> {
        let Running {
            mut undecided,
            kind,
            index,
            start,
            done_ns,
        } = running;
        undecided.times.engine = Timestamp::now().since(start);
        if self.shared.open.take(undecided.job.part).is_none() {
            return Err(format!("{} was decided meanwhile", undecided.job.part));
        }
        if now < done_ns {
            self.device_busy_until = done_ns;
            let fault = Verdict::Fault(Cause::Deadline);
            self.decider.decide(undecided, fault, Detail::new(), None);
            return Ok(());
        }
        if kind == Some(Kind::DeviceFault) {
            let fault = Verdict::Fault(Cause::Engine);
            self.decider.decide(undecided, fault, Detail::new(), None);
            return Ok(());
        }
        let recipe = usize::from(undecided.job.recipe);
        fill(&mut self.mask, kind.unwrap_or(Kind::Good));
        let Some(inspector) = self.inspectors.get_mut(recipe) else {
            return Err(format!("there is no recipe {recipe}"));
        };
        let result = inspector.inspect(&self.mask, &self.input);
        if result == Ok(Verdict::Pass) && undecided.job.on_line {
            let found = world.find_edge(undecided.job.trigger);
            let Some(part) = found.filter(|part| Some(part.index) == index) else {
                let Job { part, trigger, .. } = undecided.job;
                return Err(format!(
                    "{part}, whose edge was at {}, is judged by the picture of part {index:?}",
                    trigger.as_ns()
                ));
            };
            part.pass_ns = Some(now);
        }
        let shown = Shown {
            input: &self.input,
            inspector,
        };
        self.decider.judge(undecided, result, Some(shown));
        Ok(())
    }
}

/// What goes wrong with the part that a picture shows.
fn kind_of(picture: &PictureRef, world: &mut World) -> Option<Kind> {
    let PictureRef::File { name, .. } = picture else {
        return None;
    };
    let index = World::shown_by(name)?;
    world.find(index).map(|part| part.kind)
}

/// Draws what a picture of this kind shows.
fn fill(mask: &mut [u8], kind: Kind) {
    mask.fill(0);
    let (class, width) = match kind {
        Kind::Bad => (1, 9 * WIDTH),
        Kind::Marked => (1, 9),
        Kind::BadOutput => (9, 9),
        _ => (0, 0),
    };
    mask[WIDTH * 4 + 3..WIDTH * 4 + 3 + width].fill(class);
}
