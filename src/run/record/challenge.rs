//! Runs the challenges: by picture through the threads `golden` and `inspection`, by hand with the
//! next parts on the line. The recorder owns it, because it sees each part with its gate.

use crate::bounded::channel::Received;
use crate::bounded::text::{Detail, cut};
use crate::control::{Asker, FoundGolden, GOLDEN_MAX, Latch, Progress, Repeats};
use crate::gate::Outcome;
use crate::journal::WallTime;
use crate::run::messages::{Change, Complete, GoldenFound, GoldenRequest};
use crate::run::readiness::{ChallengeState, Requirement};
use crate::run::shared::{ChallengeRecord, ChallengeResult, FoundPart, Shared};
use crate::station::Station;
use crate::station::file::{ChallengeBy, ChallengeSettings};
use board::Timestamp;
use core::time::Duration;
use heapless::Vec;

/// How far the challenge is.
#[derive(Debug, Clone, Copy)]
enum Phase {
    /// None runs.
    Idle,
    /// Parts may still be under way, at the latest until then.
    Waiting { until: Timestamp },
    /// The golden pictures are inspected; the next result comes by then.
    Pictures { until: Timestamp },
    /// The golden parts are on the line.
    Hand,
}

/// The challenges of a station that has golden parts.
pub struct ChallengeRun<'a> {
    settings: &'a ChallengeSettings,
    /// How long parts may be under way once no further trigger is taken; nothing if only the belt
    /// knows.
    emptying: Option<Duration>,
    /// How long a golden picture may take.
    picture_max: Duration,
    repeats: Repeats,
    phase: Phase,
    by: Asker,
    /// The number of the challenge. What was found for an earlier one does not count.
    number: u32,
    found: Vec<FoundPart, GOLDEN_MAX>,
    /// The record of the challenge that has ended.
    record: Option<ChallengeRecord>,
    shared: &'a Shared<'a>,
}

impl<'a> ChallengeRun<'a> {
    /// Nothing if the station has no golden parts. One that must pass at the start begins now.
    pub fn new(station: &'a Station, shared: &'a Shared<'a>) -> Option<Self> {
        let settings = station.challenge.as_ref()?;
        let ms = |ms: u32| Duration::from_millis(ms.into());
        let now = Timestamp::now();
        let mut run = Self {
            settings,
            emptying: emptying(station),
            picture_max: ms(station.gate.deadline_ms) + ms(station.engine.timeout_ms),
            repeats: Repeats::new(settings.every_parts, settings.interval(), now),
            phase: Phase::Idle,
            by: Asker::Station,
            number: 0,
            found: Vec::new(),
            record: None,
            shared,
        };
        if settings.at_start {
            run.begin(Asker::Station, "at the start", now);
        }
        Some(run)
    }

    /// Whether one runs.
    pub const fn is_running(&self) -> bool {
        !matches!(self.phase, Phase::Idle)
    }

    /// What the operator must know; nothing if none runs.
    pub fn notice(&self) -> Option<Progress> {
        let of = self.settings.count();
        let number = u8::try_from(self.found.len()).unwrap_or(of);
        let ready = &self.shared.ready;
        Some(match self.phase {
            Phase::Idle => return None,
            // The screen shows the start.
            Phase::Waiting { .. } if !ready.is_met(Requirement::Started) => return None,
            Phase::Waiting { .. } if self.settings.by == ChallengeBy::Hand && !ready.may_run() => {
                Progress::WaitingToRun
            }
            Phase::Waiting { .. } => Progress::Waiting,
            Phase::Pictures { .. } => Progress::Picture {
                number: of.min(number + 1),
                of,
            },
            Phase::Hand => match ready.challenge() {
                ChallengeState::ByHand { taken, .. } if taken < of => {
                    let part = self.settings.parts.get(usize::from(taken))?;
                    Progress::NextPart {
                        number: taken + 1,
                        of,
                        expected: part.expect,
                    }
                }
                _ => Progress::Deciding { of },
            },
        })
    }

    /// A part of the production is complete.
    pub const fn add_part(&mut self) {
        self.repeats.add_part();
    }

    /// A golden part on the line is complete. Parts complete in any order.
    pub fn complete(&mut self, complete: &Complete) {
        let decided = &complete.decided;
        let Some(index) = decided.job.golden else {
            return;
        };
        let outcome = complete.report.map(|report| report.outcome);
        self.add(FoundPart {
            index,
            found: FoundGolden {
                verdict: decided.verdict,
                on_line: Some((decided.job.part, outcome == Some(Outcome::Passed))),
            },
            sha256: decided.sha256,
        });
    }

    /// The record of a challenge that has ended.
    pub fn take_record(&mut self) -> Option<ChallengeRecord> {
        self.record.take()
    }

    /// Begins a challenge that was asked for or is due, and goes on with the one that runs.
    pub fn turn(&mut self, now: Timestamp) {
        let ready = &self.shared.ready;
        if !self.is_running() && ready.recipes.is_changing() {
            // The recipe changes first.
            return;
        }
        let asked = self.shared.challenges.take_asked();
        match self.phase {
            Phase::Idle => {
                if let Some(by) = asked {
                    self.begin(by, "as asked", now);
                } else if self.repeats.is_due(now) && ready.challenge() == ChallengeState::Proven {
                    // One that failed is repeated when someone asks, who has looked for the cause.
                    self.begin(Asker::Station, "as often as the station file says", now);
                }
            }
            Phase::Waiting { until } => self.start_if_empty(until, now),
            Phase::Pictures { until } => self.take_pictures(until, now),
            Phase::Hand => {}
        }
        if let Some(progress) = self.notice() {
            let detail = cut(format_args!("{progress}"));
            let challenges = &self.shared.challenges;
            challenges.set(ChallengeResult::Running, detail);
        }
    }

    fn begin(&mut self, by: Asker, why: &str, now: Timestamp) {
        let ready = &self.shared.ready;
        // After one that failed, or at the start, the gate is closed and stays so.
        if ready.challenge() == ChallengeState::Proven {
            ready.set_challenge(ChallengeState::Emptying);
        }
        ready.end_failed_challenge();
        self.number = self.number.wrapping_add(1);
        self.by = by;
        self.found.clear();
        self.repeats.begin(now);
        self.phase = Phase::Waiting {
            until: self
                .emptying
                .map_or(Timestamp::from_ns(u64::MAX), |emptying| now + emptying),
        };
        let (of, how) = (self.settings.count(), self.settings.by.word());
        let detail = cut(format_args!("begins {why}: {of} golden parts, by {how}"));
        let change = Change::now("challenge", by, detail);
        if let Err(change) = self.shared.changes.send(change) {
            complain!("sluice: not in the journal, which is too far behind: {change}");
        }
    }

    /// Starts the challenge once the line is empty and the station works. By hand, the gate must
    /// work as well.
    fn start_if_empty(&mut self, until: Timestamp, now: Timestamp) {
        let ready = &self.shared.ready;
        let empty = ready.parts.under_way() == 0 || until <= now;
        if !empty || !ready.is_met(Requirement::Started) {
            return;
        }
        if self.settings.by == ChallengeBy::Hand {
            if ready.may_run() {
                let of = self.settings.count();
                ready.set_challenge(ChallengeState::ByHand { taken: 0, of });
                self.phase = Phase::Hand;
            }
            return;
        }
        ready.set_challenge(ChallengeState::Closed);
        let until = now + self.picture_max;
        self.phase = Phase::Pictures { until };
        let request = GoldenRequest {
            challenge: self.number,
            recipe: ready.recipes.current(),
        };
        // A station that stops reads no pictures any more: this challenge has no result.
        let sent = self.shared.challenges.pictures.send(request).is_ok();
        if !sent && !ready.is_stopping() {
            self.fail(cut(format_args!(
                "the golden pictures of the challenge before are not read yet; check the disk"
            )));
        }
    }

    fn take_pictures(&mut self, until: Timestamp, now: Timestamp) {
        while let Received::Item(picture) = self.shared.challenges.found.receive(Duration::ZERO) {
            let GoldenFound {
                golden,
                verdict,
                detail,
                sha256,
            } = picture;
            if golden.challenge != self.number {
                continue;
            }
            if !detail.is_empty() {
                complain!("sluice: golden picture {}: {detail}", golden.index + 1);
            }
            self.phase = Phase::Pictures {
                until: now + self.picture_max,
            };
            self.add(FoundPart {
                index: golden.index,
                found: FoundGolden {
                    verdict,
                    on_line: None,
                },
                sha256,
            });
            if matches!(self.phase, Phase::Idle) {
                return;
            }
        }
        if until <= now {
            let number = self.found.len() + 1;
            let ms = self.picture_max.as_millis();
            self.fail(cut(format_args!(
                "golden picture {number} is not inspected after {ms} ms; check the disk"
            )));
        }
    }

    fn add(&mut self, part: FoundPart) {
        if matches!(self.phase, Phase::Idle | Phase::Waiting { .. }) {
            return;
        }
        let place = self.found.iter().position(|other| other.index > part.index);
        // There are no more than the station file names.
        let _ = self.found.insert(place.unwrap_or(self.found.len()), part);
        if self.found.len() >= self.settings.parts.len() {
            self.conclude();
        }
    }

    /// Every golden part is inspected.
    fn conclude(&mut self) {
        let both = self.found.iter().zip(&self.settings.parts);
        let mut wrong = both.filter(|(part, golden)| !part.found.is(golden.expect));
        if let Some((part, golden)) = wrong.next() {
            let (number, expected) = (part.index + 1, golden.expect);
            let verdict = part.found.verdict;
            let gate = match part.found.on_line {
                None => "",
                Some((_, true)) => ", let through",
                Some((_, false)) => ", rejected by the gate",
            };
            return self.fail(cut(format_args!(
                "golden part {number} must {expected}, but: {verdict}{gate}"
            )));
        }
        self.end(true);
        let of = self.settings.count();
        self.shared.ready.set_challenge(ChallengeState::Proven);
        tell!("challenge passed: {of} golden parts are judged as they must be");
        let detail = cut(format_args!("{of} golden parts are judged as they must be"));
        let challenges = &self.shared.challenges;
        challenges.set(ChallengeResult::Passed, detail);
    }

    fn fail(&mut self, why: Detail) {
        self.end(false);
        self.shared.ready.set_challenge(ChallengeState::Closed);
        self.shared.ready.latch(Latch::Challenge);
        complain!("sluice: challenge failed: {why}");
        self.shared.challenges.set(ChallengeResult::Failed, why);
    }

    fn end(&mut self, passed: bool) {
        self.phase = Phase::Idle;
        self.record = Some(ChallengeRecord {
            time: WallTime::now(),
            by: self.by,
            passed,
            found: self.found.clone(),
        });
    }
}

/// How long parts can be under way: to the gate, through it, and into the journal. Nothing if the
/// belt brings them, which may stand. Without a trigger there is always an end, since pictures may
/// come for ever.
fn emptying(station: &Station) -> Option<Duration> {
    let gate = &station.gate;
    if gate.delay_ticks.is_some() && station.trigger.is_some() {
        return None;
    }
    let ms = gate
        .delay_ms
        .saturating_add(gate.pulse_ms)
        .saturating_mul(2);
    Some(Duration::from_millis(ms.into()) + Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_on_a_belt_are_waited_for_without_an_end() {
        let mut station = crate::station::read(include_bytes!(
            "../../../board/stations/atlas200-carrier-belt.json"
        ))
        .unwrap();
        assert_eq!(emptying(&station), None);
        // Pictures that begin parts by themselves may come for ever.
        station.trigger = None;
        assert_eq!(emptying(&station), Some(Duration::from_millis(4_000)));
    }
}
