//! Times at which the gate is held at reject: for parts that could not wait, or that were flushed.

use super::travel::{Moment, NEVER, Travel};
use board::Timestamp;

/// The half-open time from `from` until the part that is due at `last` is gone.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: Moment,
    last: Moment,
    /// The end, once it is known.
    until: Option<Moment>,
}

impl Span {
    fn until(&self, travel: &Travel) -> Timestamp {
        self.until.map_or(NEVER, |until| travel.time(until))
    }
}

/// All held times, joined to one span that covers them.
#[derive(Debug, Default)]
pub(super) struct Hold {
    span: Option<Span>,
    /// A time was added after it had begun, so the lines may have let the part through.
    owed: bool,
}

impl Hold {
    /// Holds the time of a part that is due then. `now` is the last time that the gate acted on.
    pub(super) fn add(&mut self, due: Moment, travel: &Travel, now: Timestamp) {
        self.owed |= travel.time(due) <= now;
        let (from, last) = match self.span {
            None => (due, due),
            Some(span) => (travel.earlier(span.from, due), travel.later(span.last, due)),
        };
        let until = travel.gone(last, now);
        self.span = Some(Span { from, last, until });
    }

    /// Advances from `before` to `now`. Returns true if the gate owes a movement: it slept through
    /// a whole held time, or a held time had begun when it was added.
    pub(super) fn advance(&mut self, travel: &Travel, before: Timestamp, now: Timestamp) -> bool {
        if let Some(span) = &mut self.span
            && span.until.is_none()
        {
            span.until = travel.gone(span.last, now);
        }
        let over = self.span.take_if(|span| span.until(travel) <= now);
        let slept_through = over.is_some_and(|span| before < travel.time(span.from));
        core::mem::take(&mut self.owed) || slept_through
    }

    /// True if the gate is held at this time.
    pub(super) fn holds(&self, travel: &Travel, now: Timestamp) -> bool {
        self.span
            .is_some_and(|span| travel.time(span.from) <= now && now < span.until(travel))
    }

    /// True if the gate is not held now and will be before `until`.
    pub(super) fn begins(&self, travel: &Travel, now: Timestamp, until: Timestamp) -> bool {
        self.span.is_some_and(|span| {
            let from = travel.time(span.from);
            now < from && from < until
        })
    }

    /// The moments at which the hold begins and ends, or at which its end will be known.
    pub(super) fn edges(&self) -> impl Iterator<Item = Moment> {
        self.span
            .into_iter()
            .flat_map(|span| [span.from, span.until.unwrap_or(span.last)])
    }
}
