//! Spans of time in which something was not as it should be.

use std::collections::VecDeque;

const MS: u64 = 1_000_000;
/// Times that are kept for the parts which are not judged yet.
const KEPT_NS: u64 = 60_000 * MS;

/// Spans of time, oldest first, as far as they can still count.
#[derive(Debug, Default)]
pub struct Spans(VecDeque<(u64, u64)>);

impl Spans {
    /// Adds a span. Spans are added in the order of their ends.
    pub fn add(&mut self, from_ns: u64, until_ns: u64) {
        while self
            .0
            .front()
            .is_some_and(|(_, until)| until + KEPT_NS < until_ns)
        {
            self.0.pop_front();
        }
        match self.0.back_mut() {
            Some((_, until)) if *until >= from_ns => *until = (*until).max(until_ns),
            _ => self.0.push_back((from_ns, until_ns)),
        }
    }

    /// Whether one of them and this span have a time in common.
    pub fn touch(&self, from_ns: u64, until_ns: u64) -> bool {
        let mut newest = self
            .0
            .iter()
            .rev()
            .take_while(|(_, until)| *until >= from_ns);
        newest.any(|(from, _)| *from <= until_ns)
    }
}
