//! Times at the gate that are held at reject: of parts that were refused or given up, and of parts that are known too late.

use board::Timestamp;
use core::time::Duration;

/// From `from` on, and before `until`.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: Timestamp,
    until: Timestamp,
}

/// All held times as one span: wider than needed, never narrower.
#[derive(Debug, Default)]
pub(super) struct Hold {
    span: Option<Span>,
    /// The time of a part had begun when it was added, so the lines may have let the part through.
    owed: bool,
}

impl Hold {
    /// Holds the time of a part: `pulse` long, from `due` on. `now` is the time that the gate has acted up to.
    pub(super) fn add(&mut self, due: Timestamp, pulse: Duration, now: Timestamp) {
        self.owed |= due <= now;
        let until = due + pulse;
        self.span = Some(match self.span {
            None => Span { from: due, until },
            Some(span) => Span {
                from: span.from.min(due),
                until: span.until.max(until),
            },
        });
    }

    /// Moves on from `before` to `now`. True when a movement is to be made up for: a held time was slept through, or had
    /// begun when it was added.
    pub(super) fn advance(&mut self, before: Timestamp, now: Timestamp) -> bool {
        let over = self.span.take_if(|span| span.until <= now);
        let slept_through = over.is_some_and(|span| before < span.from);
        core::mem::take(&mut self.owed) || slept_through
    }

    /// Whether the gate is held at this time.
    pub(super) fn holds(&self, now: Timestamp) -> bool {
        self.span
            .is_some_and(|span| span.from <= now && now < span.until)
    }

    /// When the hold begins and ends.
    pub(super) fn edges(&self) -> impl Iterator<Item = Timestamp> {
        self.span
            .into_iter()
            .flat_map(|span| [span.from, span.until])
    }
}
