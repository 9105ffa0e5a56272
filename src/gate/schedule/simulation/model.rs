//! The plain model: every armed part with its due time and its state.

use super::*;

/// One armed part.
#[derive(Debug)]
pub(super) struct Armed {
    due: Timestamp,
    /// May pass: its number was armed once, and its only verdict was Pass, in time.
    good: bool,
    pub(super) verdicts: u32,
    pub(super) report: Option<Outcome>,
    /// When the gate acted on the part.
    acted_at: Option<Timestamp>,
    /// The station stopped being ready after the part was armed.
    cut: bool,
}

impl Armed {
    pub(super) fn due(&self) -> Timestamp {
        self.due
    }

    fn at_gate(&self, now: Timestamp) -> bool {
        self.due <= now && now < self.due + PULSE
    }

    /// True if a movement for this part is under way.
    fn is_rejected_now(&self, now: Timestamp) -> bool {
        use Rejection::{Missed, Overlap};
        let unmoved = |rejection: &Rejection| matches!(rejection, Overlap | Missed);
        matches!(&self.report, Some(Outcome::Rejected(rejection)) if !unmoved(rejection))
            && self.acted_at.is_some_and(|at| now < at + PULSE)
    }
}

#[derive(Debug)]
pub(super) struct Model {
    style: GateStyle,
    /// The last time that the gate was advanced to.
    last: Timestamp,
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
    pub(super) fulls: u64,
    pub(super) passes_seen: u64,
    pub(super) missed: u64,
    pub(super) ready_seen: u64,
    /// Verdicts given exactly at the due time of a part that waits.
    pub(super) at_due: u64,
}

impl Model {
    pub(super) fn new(style: GateStyle) -> Self {
        Self {
            style,
            last: Timestamp::default(),
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
            Event::LineFailed { .. } | Event::MovedLate { .. } | Event::Alive => {
                panic!("there are no lines here")
            }
        };
        // Parts with one number are told apart by their due times.
        let part = self
            .parts
            .get_mut(&report.part.number())
            .expect("only what was armed is reported")
            .iter_mut()
            .find(|part| part.due == report.due && part.report.is_none())
            .expect("each arm is reported once");
        part.report = Some(report.outcome);
        let by = now.since(report.due);
        let gone = by >= PULSE || (by > LATE_MAX && self.style == GateStyle::Divert);
        self.lates_moved += u64::from(report.late);
        match report.outcome {
            Outcome::Passed => {
                assert!(part.good && !gone, "{report:?}");
                assert!(report.due >= self.opens_at, "{report:?}");
                self.counts.passed += 1;
            }
            Outcome::Rejected(rejection) => {
                let missed = rejection == Rejection::Missed;
                assert!(!missed || gone, "{report:?}");
                self.gone += u64::from(missed);
                let asked_for =
                    missed || matches!(rejection, Rejection::Overlap | Rejection::NotReady);
                assert!(!part.good || asked_for, "{report:?}");
                self.overlaps += u64::from(rejection == Rejection::Overlap);
                self.fulls += u64::from(rejection == Rejection::Full);
                self.counts.rejected += 1;
            }
        }
        match (report.acted_at, report.outcome) {
            (None, _) | (_, Outcome::Rejected(Rejection::NotReady)) => {
                let end = report.due + PULSE;
                let (from, until) = self.held.unwrap_or((report.due, end));
                self.held = Some((from.min(report.due), until.max(end)));
                self.owed |= report.due <= self.last;
                self.armed_late += u64::from(report.due <= self.last);
            }
            (acted_at, _) => {
                assert_eq!((acted_at, report.late), (Some(now), by > LATE_MAX));
                assert!(report.due <= now);
                part.acted_at = Some(now);
            }
        }
    }

    /// Compares the lines at `now`, and removes parts that are gone and reported.
    pub(super) fn compare(&mut self, style: GateStyle, levels: Levels, now: Timestamp) {
        let parts = || self.parts.values().flatten();
        assert!(parts().all(|part| now < part.due || part.report.is_some()));
        let held = |(from, until)| from <= now && now < until;
        let slept = |(from, until)| until <= now && self.last < from;
        if core::mem::take(&mut self.owed) || self.held.is_some_and(slept) {
            self.closed_until = now + PULSE;
        }
        let closed = !self.ready
            || now < self.opens_at
            || now < self.closed_until
            || self.held.is_some_and(held)
            || parts().any(|part| part.is_rejected_now(now));
        let mut let_through =
            parts().filter(|part| part.report == Some(Outcome::Passed) && !part.cut);
        let open = !closed && let_through.any(|part| part.at_gate(now));
        let undecided = |twins: &&std::vec::Vec<Armed>| matches!(twins.as_slice(), [part] if part.report.is_none() && part.verdicts == 0);
        let undecided = self.parts.values().filter(undecided).count();
        let ready = self.ready && self.taking && undecided < usize::from(UNDECIDED_MAX);
        assert_eq!((levels.ready, levels.pass), (ready, open), "{now:?}");
        assert_eq!(levels.busy, undecided > 0, "{now:?}");
        self.ready_seen += u64::from(ready);
        let reject = match style {
            GateStyle::Pulse => closed,
            GateStyle::Divert => !open,
        };
        assert_eq!(levels.reject, reject, "{now:?}");
        self.passes_seen += u64::from(open);

        if self.held.is_some_and(|(_, until)| until <= now) {
            self.held = None;
        }
        self.last = now;
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
