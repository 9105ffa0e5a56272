//! The golden parts of the challenges: the thread `golden` with its pictures, the operator who puts
//! golden parts on the line, and what a challenge must find.

use super::clock::now_ns;
use super::random::Random;
use super::steps::{Golden as Quality, Kind};
use crate::bounded::channel::Received;
use crate::bounded::text::Detail;
use crate::control::{Expected, FoundGolden, GOLDEN_MAX};
use crate::gate::Outcome;
use crate::part::{Cause, Verdict};
use crate::run::messages::{Complete, Golden, GoldenFound, GoldenRequest};
use crate::run::readiness::ChallengeState;
use crate::run::shared::{ChallengeRecord, Shared};
use crate::station::Station;
use crate::station::file::ChallengeBy;
use core::time::Duration;
use std::collections::VecDeque;

const MS: u64 = 1_000_000;
/// Challenges whose results are kept.
const SENT_KEPT: usize = 64;

/// Pictures that are read for a challenge.
#[derive(Debug)]
struct Reading {
    challenge: u32,
    /// The recipe that it proves.
    recipe: u8,
    quality: Quality,
    /// The next picture.
    index: u8,
    /// When it is inspected.
    due_ns: u64,
}

/// What the simulation knows of the challenges of one life.
pub struct Goldens<'a> {
    expected: Vec<Expected>,
    by: Option<ChallengeBy>,
    reading: Option<Reading>,
    /// The results of pictures, as they were sent, for the last challenges. The journal may be some
    /// challenges behind.
    sent: VecDeque<[Option<Verdict>; GOLDEN_MAX]>,
    /// The pictures of the last challenge that was read are all sent, and all right.
    is_right: bool,
    /// The golden parts that have a record since the last challenge.
    recorded: Vec<(u8, FoundGolden)>,
    /// The last challenge that has a record has failed.
    pub has_failed: bool,
    shared: &'a Shared<'a>,
}

impl<'a> Goldens<'a> {
    pub fn new(station: &Station, shared: &'a Shared<'a>) -> Self {
        let challenge = station.challenge.as_ref();
        let parts = challenge.iter().flat_map(|challenge| &challenge.parts);
        Self {
            expected: parts.map(|part| part.expect).collect(),
            by: challenge.map(|challenge| challenge.by),
            reading: None,
            sent: VecDeque::new(),
            is_right: false,
            recorded: Vec::new(),
            has_failed: false,
            shared,
        }
    }

    /// Whether the thread `golden` has something to do.
    pub fn has_work(&self) -> bool {
        self.reading.is_none() && !self.shared.challenges.pictures.is_empty()
    }

    /// Whether pictures are inspected, so that nothing may pass.
    pub fn are_read(&self) -> bool {
        self.reading.is_some()
    }

    /// Whether the challenge by picture that was read last proves the station.
    pub fn is_proof(&self) -> bool {
        self.by != Some(ChallengeBy::Picture) || self.is_right
    }

    /// One turn of the thread `golden`. `inspect` judges a good or a bad picture by a recipe.
    /// Returns when the next turn is due.
    pub fn turn(
        &mut self,
        quality: &mut Quality,
        random: &mut Random,
        mut inspect: impl FnMut(Kind, u8) -> Option<Verdict>,
    ) -> u64 {
        let now = now_ns();
        if self.reading.is_none()
            && let Received::Item(GoldenRequest { challenge, recipe }) =
                self.shared.challenges.pictures.receive(Duration::ZERO)
        {
            self.is_right = false;
            self.sent.push_back([None; GOLDEN_MAX]);
            if self.sent.len() > SENT_KEPT {
                self.sent.pop_front();
            }
            self.reading = Some(Reading {
                challenge,
                recipe,
                quality: core::mem::replace(quality, Quality::Right),
                index: 0,
                due_ns: now + random.between(MS, 30 * MS),
            });
        }
        let Some(reading) = &mut self.reading else {
            return u64::MAX;
        };
        if now < reading.due_ns {
            return reading.due_ns;
        }
        let expected = self.expected.get(usize::from(reading.index)).copied();
        let is_last = usize::from(reading.index) + 1 >= self.expected.len();
        let Some(expected) = expected else {
            self.reading = None;
            return u64::MAX;
        };
        let quality = if is_last {
            reading.quality
        } else {
            Quality::Right
        };
        let right = if expected == Expected::Pass {
            Kind::Good
        } else {
            Kind::Bad
        };
        let wrong = if expected == Expected::Pass {
            Kind::Bad
        } else {
            Kind::Good
        };
        let verdict = match quality {
            Quality::Right | Quality::Slow => inspect(right, reading.recipe),
            Quality::Wrong => inspect(wrong, reading.recipe),
            Quality::Faulted => Some(Verdict::Fault(Cause::Engine)),
            Quality::Missing => None,
        };
        if let Some(verdict) = verdict {
            let _ = self.shared.challenges.found.send(GoldenFound {
                golden: Golden {
                    challenge: reading.challenge,
                    index: reading.index,
                },
                verdict,
                detail: Detail::new(),
                sha256: None,
            });
            if let Some(sent) = self.sent.back_mut()
                && let Some(sent) = sent.get_mut(usize::from(reading.index))
            {
                *sent = Some(verdict);
            }
        }
        reading.index += 1;
        let late = reading.quality == Quality::Slow
            && usize::from(reading.index) + 1 >= self.expected.len();
        reading.due_ns = now
            + if late {
                3_000 * MS
            } else {
                random.between(MS, 30 * MS)
            };
        if is_last {
            self.is_right = matches!(reading.quality, Quality::Right | Quality::Slow);
            self.reading = None;
            return u64::MAX;
        }
        reading.due_ns
    }

    /// The part that the operator puts on the line. During a challenge by hand it is the next
    /// golden part, unless the operator is mistaken.
    pub fn placed(&self, kind: Kind, random: &mut Random) -> Kind {
        let ChallengeState::ByHand { taken, .. } = self.shared.ready.challenge() else {
            return kind;
        };
        match self.expected.get(usize::from(taken)) {
            Some(_) if random.one_in_thousand(80) => kind,
            Some(Expected::Pass) => Kind::Good,
            Some(Expected::Reject) => Kind::Bad,
            None => kind,
        }
    }

    /// A golden part on the line has its record.
    pub fn record(&mut self, index: u8, complete: &Complete) -> Result<(), String> {
        let decided = &complete.decided;
        if self.by != Some(ChallengeBy::Hand) {
            return Err(format!("{} is a golden part", decided.job.part));
        }
        if self.recorded.iter().any(|(other, _)| *other == index) {
            return Err(format!("{} is golden part {index} again", decided.job.part));
        }
        let outcome = complete.report.map(|report| report.outcome);
        let found = FoundGolden {
            verdict: decided.verdict,
            on_line: Some((decided.job.part, outcome == Some(Outcome::Passed))),
        };
        self.recorded.push((index, found));
        Ok(())
    }

    /// A challenge has ended, by its record. It has passed only if every golden part was right.
    pub fn challenge(&mut self, record: &ChallengeRecord) -> Result<(), String> {
        let mut all_right = true;
        for (index, expected) in (0..).zip(&self.expected) {
            let mut parts = record.found.iter();
            let found = parts.find(|part| part.index == index);
            let found = found.map(|part| part.found);
            if !self.is_known(index, found) {
                let recorded = &self.recorded;
                return Err(format!(
                    "golden part {index} was not found to be {found:?}: {recorded:?}"
                ));
            }
            all_right &= found.is_some_and(|found| is_right(found, *expected));
        }
        self.has_failed = !record.passed;
        self.recorded.clear();
        if record.passed && !all_right {
            return Err("a challenge passed that has failed".to_owned());
        }
        if all_right && !record.passed {
            return Err("a challenge failed that has passed".to_owned());
        }
        Ok(())
    }

    /// Whether a golden part was found to be this: by its record, or as its picture's result was
    /// sent.
    fn is_known(&self, index: u8, found: Option<FoundGolden>) -> bool {
        if self.by == Some(ChallengeBy::Hand) {
            let mut parts = self.recorded.iter();
            let known = parts.find(|(other, _)| *other == index);
            return known.map(|(_, known)| *known) == found;
        }
        let Some(found) = found else { return true };
        let mut sent = self.sent.iter();
        sent.any(|sent| sent.get(usize::from(index)) == Some(&Some(found.verdict)))
    }
}

/// Whether the golden part was judged as expected, and on the line the gate did the same.
fn is_right(found: FoundGolden, expected: Expected) -> bool {
    let passes = expected == Expected::Pass;
    let judged = match found.verdict {
        Verdict::Pass => passes,
        Verdict::Reject(_) => !passes,
        Verdict::Fault(_) => false,
    };
    judged && found.on_line.is_none_or(|(_, passed)| passed == passes)
}
