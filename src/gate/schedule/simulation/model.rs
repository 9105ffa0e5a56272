//! The plain model: every arm with its due time, and what is true of it.

use super::*;

/// What the model knows of one arm.
#[derive(Debug)]
pub(super) struct Armed {
    due: Timestamp,
    /// May pass: armed alone under its number, and resolved once, in time, with Pass.
    good: bool,
    pub(super) verdicts: u32,
    pub(super) report: Option<Outcome>,
    /// When the gate acted on it.
    acted_at: Option<Timestamp>,
    /// Let through, and then the station ceased to be ready.
    cut: bool,
}

impl Armed {
    fn at_gate(&self, now: Timestamp) -> bool {
        self.due <= now && now < self.due + PULSE
    }

    /// Whether a movement was made for it that is under way.
    fn is_thrown_out(&self, now: Timestamp) -> bool {
        use Rejection::{Missed, Overlap};
        let unmoved = |rejection: &Rejection| matches!(rejection, Overlap | Missed);
        matches!(&self.report, Some(Outcome::Rejected(rejection)) if !unmoved(rejection))
            && self.acted_at.is_some_and(|at| now < at + PULSE)
    }
}

#[derive(Debug)]
pub(super) struct Model {
    style: GateStyle,
    /// The last time that the gate was moved on to.
    last: Timestamp,
    /// A time that was given up was slept through, or had begun by then.
    owed: bool,
    /// A movement that makes up for it.
    closed_until: Timestamp,
    /// By number; one number can be armed more than once.
    pub(super) parts: BTreeMap<u64, std::vec::Vec<Armed>>,
    ready: bool,
    /// Parts that were triggered before the gate was ready are gone.
    opens_at: Timestamp,
    pub(super) taking: bool,
    /// From the first to the last of the parts that were given up before they were due.
    given_up: Option<(Timestamp, Timestamp)>,
    pub(super) counts: Counts,
    pub(super) lates: u64,
    /// Parts for which the lines moved late, parts that were gone by then, and parts that were refused after their time
    /// had begun.
    pub(super) lates_moved: u64,
    pub(super) gone: u64,
    pub(super) armed_late: u64,
    pub(super) strays: u64,
    pub(super) overlaps: u64,
    pub(super) fulls: u64,
    pub(super) passes_seen: u64,
    pub(super) missed: u64,
    pub(super) ready_seen: u64,
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
            given_up: None,
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
        }
    }

    pub(super) fn hear(&mut self, event: Event, now: Timestamp) {
        let report = match event {
            Event::Report(report) => report,
            Event::Late { .. } => return self.lates += 1,
            Event::Stray { .. } => return self.strays += 1,
            Event::LineFailed { .. } | Event::MovedLate { .. } | Event::Alive => {
                panic!("there are no lines here")
            }
        };
        // Twins under one number are told apart by their due time.
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
                let (from, until) = self.given_up.unwrap_or((report.due, end));
                self.given_up = Some((from.min(report.due), until.max(end)));
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

    /// Compares the lines at `now`, and forgets parts that are gone and reported.
    pub(super) fn compare(&mut self, style: GateStyle, levels: Levels, now: Timestamp) {
        let parts = || self.parts.values().flatten();
        assert!(parts().all(|part| now < part.due || part.report.is_some()));
        let given_up = |(from, until)| from <= now && now < until;
        let slept = |(from, until)| until <= now && self.last < from;
        if core::mem::take(&mut self.owed) || self.given_up.is_some_and(slept) {
            self.closed_until = now + PULSE;
        }
        let closed = !self.ready
            || now < self.opens_at
            || now < self.closed_until
            || self.given_up.is_some_and(given_up)
            || parts().any(|part| part.is_thrown_out(now));
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

        if self.given_up.is_some_and(|(_, until)| until <= now) {
            self.given_up = None;
        }
        self.last = now;
        // The latest numbers stay, so that they can be armed and resolved again.
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

    pub(super) fn set_ready(&mut self, ready: bool, now: Timestamp) {
        if ready && !self.ready {
            self.opens_at = now + DELAY;
        }
        self.ready = ready;
        let parts = self.parts.values_mut().flatten();
        parts.for_each(|part| part.cut |= !ready);
    }
}
