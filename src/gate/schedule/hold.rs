//! Times at which the gate is held at reject: for parts that could not wait, or that were flushed.

use board::Timestamp;
use core::time::Duration;

/// The half-open time from `from` to `until`.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: Timestamp,
    until: Timestamp,
}

/// All held times, joined to one span that covers them.
#[derive(Debug, Default)]
pub(super) struct Hold {
    span: Option<Span>,
    /// A time was added after it had begun, so the lines may have let the part through.
    owed: bool,
}

impl Hold {
    /// Holds the time of a part, from `due` for `pulse`. `now` is the last time that the gate acted
    /// on.
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

    /// Advances from `before` to `now`. Returns true if the gate owes a movement: it slept through
    /// a whole held time, or a held time had begun when it was added.
    pub(super) fn advance(&mut self, before: Timestamp, now: Timestamp) -> bool {
        let over = self.span.take_if(|span| span.until <= now);
        let slept_through = over.is_some_and(|span| before < span.from);
        core::mem::take(&mut self.owed) || slept_through
    }

    /// True if the gate is held at this time.
    pub(super) fn holds(&self, now: Timestamp) -> bool {
        self.span
            .is_some_and(|span| span.from <= now && now < span.until)
    }

    /// The times at which the hold begins and ends.
    pub(super) fn edges(&self) -> impl Iterator<Item = Timestamp> {
        self.span
            .into_iter()
            .flat_map(|span| [span.from, span.until])
    }
}
