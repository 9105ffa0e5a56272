//! The records about the station itself: who changed it, which limit stopped it, and which part
//! went the wrong way.

use crate::bounded::channel::Received;
use crate::bounded::text::{Detail, cut};
use crate::control::{
    Asker, Confirmation, Exceeded, Latch, Latches, Limits, Mode, RejectRate, Unconfirmed, Window,
};
use crate::drift::{Drifted, Level, Trend};
use crate::gate::{BeltFault, GateReport, Outcome};
use crate::journal::WallTime;
use crate::recipe::RECIPES_MAX;
use crate::run::messages::{Change, Complete, Decided};
use crate::run::readiness::Requirement;
use crate::run::shared::{Record, Shared};
use crate::station::Station;
use crate::station::file::{ConfirmSettings, Sees};
use board::Timestamp;
use core::time::Duration;
use heapless::{Deque, Vec};

/// Records that can wait until the journal has space.
const WAITING_MAX: usize = 32;

/// A record that waits. A [`Record`] takes several times the space.
enum Waiting {
    Change(Change),
    Unconfirmed(Unconfirmed, WallTime),
}

/// Watches the limits and the confirmation, and collects the records.
pub struct ControlRecords<'a> {
    limits: Limits,
    confirmation: Option<Confirmation>,
    /// Parts on the wrong way at which READY stops.
    faults_max: u16,
    /// Parts on the wrong way since READY was last stopped for them.
    faults: u16,
    /// All of them.
    unconfirmed: u64,
    /// For each recipe, in the station file's order.
    trends: Vec<Option<Trend>, RECIPES_MAX>,
    /// What waits for a reset, as far as it is recorded.
    latched: Latches,
    waiting: Deque<Waiting, WAITING_MAX>,
    shared: &'a Shared<'a>,
}

impl<'a> ControlRecords<'a> {
    pub fn new(station: &Station, shared: &'a Shared<'a>) -> Self {
        let limits = &station.limits;
        let rate = limits.reject_rate.as_ref().map(|rate| RejectRate {
            parts: rate.parts,
            max_percent: rate.max_percent,
        });
        let confirm = station.gate.confirm.as_ref();
        Self {
            limits: Limits::new(limits.rejects_in_a_row, rate),
            confirmation: confirm.map(|confirm| Confirmation::new(window(confirm))),
            faults_max: confirm.map_or(1, |confirm| confirm.faults_max),
            faults: 0,
            unconfirmed: 0,
            trends: station
                .all_recipes()
                .map(|recipe| recipe.drift.as_ref().map(Trend::new))
                .collect(),
            latched: shared.ready.latched(),
            waiting: Deque::new(),
            shared,
        }
    }

    /// Counts a part for the limits. Missed triggers do not count, because READY was down. Neither
    /// do parts that are not on the line, nor those that come while the station is not to run.
    pub fn part(&mut self, complete: &Complete) {
        let decided = &complete.decided;
        self.measured(decided);
        let ready = &self.shared.ready;
        let runs = ready.mode() == Mode::Run && ready.latched().is_empty();
        if complete.report.is_none() || decided.is_missed() || !runs {
            return;
        }
        if let Some(exceeded) = self.limits.part(!decided.verdict.passes()) {
            let Exceeded {
                latch,
                rejected,
                parts,
            } = exceeded;
            let detail = cut(format_args!(
                "{}: {rejected} of {parts}, up to {}",
                latch.text(),
                decided.job.part
            ));
            self.latch(latch, detail);
        }
    }

    /// Adds the part's measures to the averages of its recipe, if it passed and is on the line,
    /// whatever the mode. The baseline is of such parts as well. Pictures that waited in the
    /// directory may be from before the lens was cleaned.
    fn measured(&mut self, decided: &Decided) {
        if !decided.verdict.passes() || !decided.job.on_line {
            return;
        }
        let trend = self.trends.get_mut(usize::from(decided.job.recipe));
        let (Some(Some(trend)), Some(measures)) = (trend, &decided.measures) else {
            return;
        };
        for drifted in trend.add(measures) {
            match drifted.level {
                Level::Fault => {
                    let advice = drifted.measure().advice();
                    self.latch(Latch::Drift, cut(format_args!("{drifted}; {advice}")));
                }
                Level::Warning | Level::Normal => self.tell_drift(&drifted),
            }
        }
    }

    fn tell_drift(&mut self, drifted: &Drifted) {
        let detail: Detail = cut(format_args!("{drifted}"));
        let what = if drifted.level == Level::Normal {
            complain!("sluice: {detail}");
            "drift_over"
        } else {
            complain!("sluice: {detail}; {}", drifted.measure().advice());
            "drift"
        };
        self.push(Waiting::Change(Change::now(what, Asker::Station, detail)));
    }

    /// What has drifted furthest in this recipe.
    pub fn drifted(&self, recipe: u8) -> Option<Drifted> {
        self.trends.get(usize::from(recipe))?.as_ref()?.worst()
    }

    /// The gate acted on a part. The sensor must see it, or must not.
    pub fn reported(&mut self, report: &GateReport) {
        // Where a part is that the belt has not brought to the gate is unknown.
        if let Some(confirmation) = &mut self.confirmation
            && report.is_due_known
        {
            let rejected = report.outcome != Outcome::Passed;
            let wrong = confirmation.part(report.part, report.due, rejected);
            self.wrong(wrong);
        }
    }

    /// The belt is in doubt for this reason, or moves as it should again.
    pub fn belt(&mut self, fault: Option<&BeltFault>) {
        let ready = &self.shared.ready;
        ready.set(Requirement::Belt, fault.is_none());
        let (what, detail) = match fault {
            Some(fault) => {
                let detail: Detail = cut(format_args!("{fault}"));
                complain!("sluice: {detail}; no part passes until it moves as it should");
                ("belt_fault", detail)
            }
            None => {
                complain!("sluice: the belt moves as it should again");
                let speed = ready.ticks_per_s().unwrap_or_default();
                ("belt", cut(format_args!("{speed} ticks/s")))
            }
        };
        self.push(Waiting::Change(Change::now(what, Asker::Station, detail)));
    }

    /// Takes what has come from the lines and the commands. Returns the number of parts that went
    /// the wrong way, since the start.
    pub fn turn(&mut self, now: Timestamp) -> u64 {
        self.confirm(now);
        let latched = self.shared.ready.latched();
        if self.latched.contains(Latch::Drift) && !latched.contains(Latch::Drift) {
            // Whatever was wrong has been seen to. If it is still there, it shows again.
            let trends = self.trends.iter_mut().flatten();
            trends.for_each(Trend::clear_faults);
        }
        self.latched = self.latched.without(self.latched.without(latched));
        for cause in latched.without(self.latched).causes() {
            self.record_latched(cause, cut(format_args!("{}", cause.text())));
        }
        while !self.waiting.is_full()
            && let Received::Item(change) = self.shared.changes.receive(Duration::ZERO)
        {
            tell!("{change}");
            self.push(Waiting::Change(change));
        }
        self.unconfirmed
    }

    /// The next record for the journal.
    pub fn next_record(&mut self) -> Option<Record> {
        Some(match self.waiting.pop_front()? {
            Waiting::Change(change) => Record::Change(change),
            Waiting::Unconfirmed(part, time) => Record::Unconfirmed(part, time),
        })
    }

    fn confirm(&mut self, now: Timestamp) {
        let confirmed = &self.shared.confirmed;
        // Read before the edges, so that none of them is missing.
        let known_until = confirmed.known_until();
        if let Some(confirmation) = &mut self.confirmation {
            while let Some(at) = confirmed.take() {
                confirmation.edge(at);
            }
        }
        while let Some(confirmation) = &mut self.confirmation
            && let Some(wrong) = confirmation.next(known_until, now)
        {
            self.wrong(Some(wrong));
        }
    }

    fn wrong(&mut self, wrong: Option<Unconfirmed>) {
        let Some(wrong) = wrong else { return };
        complain!("sluice: the sensor behind the gate: {wrong}");
        self.unconfirmed = self.unconfirmed.saturating_add(1);
        self.push(Waiting::Unconfirmed(wrong, WallTime::now()));
        self.faults = self.faults.saturating_add(1);
        if self.faults >= self.faults_max {
            let faults = self.faults;
            self.faults = 0;
            let latch = Latch::Unconfirmed;
            self.latch(
                latch,
                cut(format_args!(
                    "{}: {faults}, the last: {wrong}",
                    latch.text()
                )),
            );
        }
    }

    fn latch(&mut self, cause: Latch, detail: Detail) {
        self.shared.ready.latch(cause);
        self.record_latched(cause, detail);
    }

    fn record_latched(&mut self, cause: Latch, detail: Detail) {
        if self.waiting.is_full() {
            // A later turn does it. What is latched must outlast the program.
            return;
        }
        complain!("sluice: {detail}; no part passes until {}", cause.ends());
        let change = Change::now("latched", Asker::Station, detail);
        self.push(Waiting::Change(change));
        self.latched = self.latched.with(Latches::of(cause));
    }

    fn push(&mut self, record: Waiting) {
        if self.waiting.push_back(record).is_err() {
            complain!(
                "sluice: a change of the station is not in the journal, which is too far behind"
            );
        }
    }
}

fn window(confirm: &ConfirmSettings) -> Window {
    Window {
        min: Duration::from_millis(confirm.min_ms.into()),
        max: Duration::from_millis(confirm.max_ms.into()),
        sees_rejected: confirm.sees == Sees::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Channels;
    use crate::part::PartId;

    /// What is latched must outlast the program, however far behind the journal is.
    #[test]
    fn what_is_latched_waits_for_space_in_the_journal() {
        let text = include_str!("../../../board/stations/host.json");
        let station = crate::station::read(text.as_bytes()).unwrap();
        let mut channels = Channels::new().unwrap();
        let control = channels.split().control;
        let shared = Shared::new(PartId::FIRST, Duration::ZERO, control).unwrap();
        let mut records = ControlRecords::new(&station, &shared);
        for _ in 0..WAITING_MAX {
            records.belt(None);
        }
        shared.ready.latch(Latch::RejectRate);
        records.turn(Timestamp::now());
        let mut taken = || {
            let record = records.next_record();
            records.turn(Timestamp::now());
            match record {
                Some(Record::Change(change)) => change.what,
                _ => "none",
            }
        };
        for _ in 0..WAITING_MAX {
            assert_eq!(taken(), "belt");
        }
        assert_eq!((taken(), taken()), ("latched", "none"));
        shared.ready.reset(Latches::default());
        assert_eq!(taken(), "none");
        shared.ready.latch(Latch::RejectRate);
        assert_eq!((taken(), taken(), taken()), ("none", "latched", "none"));
    }
}
