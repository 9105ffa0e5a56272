//! The plain model: every armed part with its due time and its state.

use super::armed::is_movement;
use super::*;

#[derive(Debug)]
pub(super) struct Model {
    style: GateStyle,
    pub(super) neighbours: Neighbours,
    /// The level of the reject line, and when it came to it.
    closed: bool,
    since: Timestamp,
    /// End of the movement for the parts that were rejected, if it may be extended.
    extended_until: Timestamp,
    /// A divert gate has let a part through and did not have to close since.
    held_open: bool,
    /// The last time that the gate was advanced to.
    last: Timestamp,
    /// Whether the reject line was active then.
    last_reject: bool,
    /// When a gate that was open then, for a part that passed, must close. None if it was closed.
    open_until: Option<Timestamp>,
    /// The gate made up for a held time since the lines were compared.
    made_up: bool,
    /// A part passed, or was rejected as held, since then.
    passed_now: bool,
    held_now: bool,
    /// A part was late: the lines moved for it too late.
    part_late: bool,
    /// End of the hold after the last late movement.
    held_late_until: Timestamp,
    /// Late movements after which the gate was held.
    pub(super) holds_late: u64,
    /// Those that ended the time for which a divert gate was held open.
    pub(super) held_open_late: u64,
    /// A held time had begun when it was added.
    owed: bool,
    /// End of the movement that makes up for a held time.
    closed_until: Timestamp,
    /// By number. One number can be armed more than once.
    pub(super) parts: BTreeMap<u64, std::vec::Vec<Armed>>,
    ready: bool,
    /// From this time on, parts triggered before the gate was ready are gone.
    opens_at: Timestamp,
    pub(super) taking: bool,
    /// The held time: from the first to the last part that was refused or flushed.
    held: Option<(Timestamp, Timestamp)>,
    pub(super) counts: Counts,
    pub(super) lates: u64,
    /// Parts for which the lines moved late.
    pub(super) lates_moved: u64,
    /// Parts with a pass that were gone when the gate woke.
    pub(super) gone: u64,
    /// Parts refused or flushed after their time at the gate had begun.
    pub(super) armed_late: u64,
    pub(super) strays: u64,
    pub(super) overlaps: u64,
    /// Good parts that were rejected because of a late movement before them.
    pub(super) held_good: u64,
    /// Good parts that were rejected because the actuator had not rested.
    pub(super) gaps: u64,
    /// Movements with more than one pulse for a part.
    pub(super) extended: u64,
    /// Steps at which the gate was held open for no part.
    pub(super) held_seen: u64,
    pub(super) fulls: u64,
    pub(super) passes_seen: u64,
    pub(super) missed: u64,
    pub(super) ready_seen: u64,
    /// Verdicts given exactly at the due time of a part that waits.
    pub(super) at_due: u64,
}

impl Model {
    pub(super) fn new(style: GateStyle, neighbours: Neighbours) -> Self {
        Self {
            style,
            neighbours,
            closed: true,
            since: Timestamp::default(),
            extended_until: Timestamp::default(),
            held_open: false,
            gaps: 0,
            extended: 0,
            held_seen: 0,
            last: Timestamp::default(),
            last_reject: true,
            open_until: None,
            made_up: false,
            passed_now: false,
            held_now: false,
            part_late: false,
            held_late_until: Timestamp::default(),
            holds_late: 0,
            held_open_late: 0,
            owed: false,
            closed_until: Timestamp::default(),
            parts: BTreeMap::new(),
            ready: false,
            opens_at: Timestamp::default(),
            taking: true,
            held: None,
            counts: Counts::default(),
            lates: 0,
            lates_moved: 0,
            gone: 0,
            armed_late: 0,
            strays: 0,
            overlaps: 0,
            held_good: 0,
            fulls: 0,
            passes_seen: 0,
            missed: 0,
            ready_seen: 0,
            at_due: 0,
        }
    }

    pub(super) fn take(&mut self, event: Event, now: Timestamp) {
        let report = match event {
            Event::Report(report) => report,
            Event::Late { .. } => return self.lates += 1,
            Event::Stray { .. } => return self.strays += 1,
            Event::LineFailed { .. } | Event::MovedLate { .. } | Event::Belt(_) | Event::Alive => {
                panic!("there are no lines and no belt here")
            }
        };
        let by = now.since(report.due);
        let gone = by >= PULSE || by > LATE_MAX;
        let divert = self.style == GateStyle::Divert;
        let holds = divert && self.neighbours.after_pass == AfterPass::Hold;
        let moves_again = divert
            && self.closed
            && (now < self.since + self.gap() || (holds && self.reject_follows(now)));
        let flushed = report.outcome == Outcome::Rejected(Rejection::NotReady);
        let acted = report.acted_at.is_some() && !flushed;
        let part = self.unreported(&report);
        part.report = Some(report.outcome);
        let good = part.good;
        if acted {
            part.acted_at = Some(now);
            assert_eq!((report.acted_at, report.late), (Some(now), by > LATE_MAX));
            assert!(report.due <= now);
            // Late or gone wins over each other reason.
            let missed = report.outcome == Outcome::Rejected(Rejection::Missed);
            assert_eq!(missed, good && gone, "{report:?}");
            self.part_late |= report.late;
            self.make_up(now);
            self.extend(&report.outcome, now);
        } else {
            let end = report.due + PULSE;
            let (from, until) = self.held.unwrap_or((report.due, end));
            self.held = Some((from.min(report.due), until.max(end)));
            self.owed |= report.due <= self.last;
            self.armed_late += u64::from(report.due <= self.last);
        }
        self.lates_moved += u64::from(report.late);
        match report.outcome {
            Outcome::Passed => {
                assert!(good && !gone && !moves_again, "{report:?}");
                assert!(report.due >= self.opens_at, "{report:?}");
                self.held_open = holds;
                self.passed_now = true;
                self.counts.passed += 1;
            }
            Outcome::Rejected(rejection) => {
                let missed = rejection == Rejection::Missed;
                assert!(!missed || gone, "{report:?}");
                self.gone += u64::from(missed);
                use Rejection::{Gap, Held, NotReady, Overlap};
                assert!(
                    rejection != Gap || moves_again || (!divert && self.closed),
                    "{report:?}"
                );
                let asked_for = missed || matches!(rejection, Gap | Held | NotReady | Overlap);
                assert!(!good || asked_for, "{report:?}");
                self.gaps += u64::from(rejection == Gap);
                self.held_good += u64::from(rejection == Held);
                self.held_now |= rejection == Held;
                self.overlaps += u64::from(rejection == Overlap);
                self.fulls += u64::from(rejection == Rejection::Full);
                self.counts.rejected += 1;
            }
        }
    }

    /// Parts with one number are told apart by their due times.
    fn unreported(&mut self, report: &GateReport) -> &mut Armed {
        self.parts
            .get_mut(&report.part.number())
            .expect("only what was armed is reported")
            .iter_mut()
            .find(|part| part.due == report.due && part.report.is_none())
            .expect("each arm is reported once")
    }

    /// Makes up for a held time that the gate slept through.
    fn make_up(&mut self, now: Timestamp) {
        let slept = |(from, until)| until <= now && self.last < from;
        if self.held.is_some_and(slept) || core::mem::take(&mut self.owed) {
            self.owed = false;
            self.made_up = true;
            self.closed_until = now + PULSE;
            self.extended_until = self.extended_until.max(now + PULSE);
        }
    }

    fn gap(&self) -> Duration {
        Duration::from_millis(self.neighbours.gap_min_ms.into())
    }

    /// True if the gate would have to close again before the gap is over.
    fn reject_follows(&self, now: Timestamp) -> bool {
        let soon = |time: Timestamp| now < time && time < now + self.gap();
        let mut parts = self.parts.values().flatten();
        let waits = |part: &Armed| part.report.is_none() && !part.good && soon(part.due);
        parts.any(waits) || self.held.is_some_and(|(from, _)| soon(from))
    }

    /// A rejected part moves the gate, maybe during the movement for another one.
    fn extend(&mut self, outcome: &Outcome, now: Timestamp) {
        if is_movement(outcome) && self.neighbours.overlap == OverlapRule::Extend {
            let whole = now + PULSE;
            let most = now + Duration::from_millis(self.neighbours.extend_max_ms.into());
            self.extended += u64::from(now < self.extended_until);
            let added = self.extended_until.max(now) + PULSE;
            self.extended_until = added.min(most).max(whole).max(self.extended_until);
        }
    }

    /// Compares the lines at `now`, and removes parts that are gone and reported.
    pub(super) fn compare(&mut self, levels: Levels, now: Timestamp) {
        self.make_up(now);
        let parts = || self.parts.values().flatten();
        assert!(parts().all(|part| now < part.due || part.report.is_some()));
        let held = |(from, until)| from <= now && now < until;
        let owes = core::mem::take(&mut self.made_up);
        // What closed the gate late: a part, the end of a pass, or the begin of a held time.
        let part_late = core::mem::take(&mut self.part_late);
        let pass_late = self.open_until.is_some_and(|end| end + LATE_MAX < now);
        let begins_late = |(from, _)| self.last < from && from + LATE_MAX < now;
        let hold_late = !self.last_reject && (owes || self.held.is_some_and(begins_late));
        if part_late || pass_late || hold_late {
            self.held_late_until = now + PULSE;
            self.holds_late += 1;
            self.held_open_late += u64::from(self.held_open);
        }
        let held_late = now < self.held_late_until;
        assert!(held_late || !self.held_now, "{now:?}");
        let moving = !self.ready
            || held_late
            || now < self.opens_at
            || now < self.closed_until
            || now < self.extended_until
            || self.held.is_some_and(held)
            || parts().any(|part| part.is_rejected_now(now));
        let stays = self.style == GateStyle::Pulse && self.closed && self.reject_follows(now);
        let closed = moving || stays;
        let let_through = parts().filter(|part| part.report == Some(Outcome::Passed) && !part.cut);
        let passing = let_through.filter(|part| part.at_gate(now));
        let open_until = passing.map(Armed::end).max();
        let open = !closed && open_until.is_some();
        assert!(open || !self.passed_now, "{now:?}");
        let undecided = |twins: &&std::vec::Vec<Armed>| matches!(twins.as_slice(), [part] if part.report.is_none() && part.verdicts == 0);
        let undecided = self.parts.values().filter(undecided).count();
        let ready =
            self.ready && self.taking && !held_late && undecided < usize::from(UNDECIDED_MAX);
        assert_eq!((levels.ready, levels.pass), (ready, open), "{now:?}");
        assert_eq!(levels.busy, undecided > 0, "{now:?}");
        self.ready_seen += u64::from(ready);
        (self.passed_now, self.held_now) = (false, false);
        self.held_open &= !closed;
        let reject = match self.style {
            GateStyle::Pulse => closed,
            GateStyle::Divert => !open && !self.held_open,
        };
        assert_eq!(levels.reject, reject, "{now:?}");
        self.held_seen += u64::from(self.held_open && !open);
        if reject != self.closed {
            (self.closed, self.since) = (reject, now);
        }
        self.passes_seen += u64::from(open);

        if self.held.is_some_and(|(_, until)| until <= now) {
            self.held = None;
        }
        self.last = now;
        self.last_reject = levels.reject;
        self.open_until = open_until.filter(|_| open);
        // Keep the latest numbers, so that they can be armed and resolved again.
        let gone = |part: &Armed| {
            part.report.is_some() && part.due.max(part.acted_at.unwrap_or(part.due)) + PULSE <= now
        };
        while self.parts.len() > 100
            && let Some(first) = self.parts.first_entry()
            && first.get().iter().all(gone)
        {
            first.remove();
        }
    }

    pub(super) fn arm(&mut self, number: u64, due: Timestamp, missed: bool) {
        self.counts.armed += 1;
        self.missed += u64::from(missed);
        let twins = self.parts.entry(number).or_default();
        twins.iter_mut().for_each(|twin| twin.good = false);
        twins.push(Armed {
            due,
            good: false,
            verdicts: u32::from(missed),
            report: None,
            acted_at: None,
            cut: false,
        });
    }

    pub(super) fn resolve(&mut self, number: u64, verdict: Verdict, at: Timestamp) {
        let parts = self.parts.entry(number).or_default();
        let alone = parts.len() == 1;
        for part in parts.iter_mut().filter(|part| part.report.is_none()) {
            part.verdicts += 1;
            part.good = alone && part.verdicts == 1 && verdict.passes() && at < part.due;
        }
    }

    /// The lines were driven late.
    pub(super) fn driven_late(&mut self) {
        self.part_late = true;
    }

    /// When the gate last became ready.
    pub(super) fn ready_at(&self) -> Timestamp {
        self.opens_at - DELAY
    }

    pub(super) fn set_ready(&mut self, ready: bool, now: Timestamp) {
        if ready && !self.ready {
            self.opens_at = now + DELAY;
        }
        self.ready = ready;
        let parts = self.parts.values_mut().flatten();
        parts.for_each(|part| part.cut |= !ready);
    }
}
