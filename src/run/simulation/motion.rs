//! How the belt truly moves, which the station sees through its encoder only.

use std::collections::VecDeque;

/// Parts of a tick in which positions are kept: at a speed in ticks a second, the belt moves by so
/// many of them in a nanosecond.
pub const TICK: i64 = 1_000_000_000;
/// Spans that are kept: more than the belt makes while a part is under way.
const SPANS_KEPT: usize = 4_096;

/// A time in which the belt came further than ever.
#[derive(Debug, Clone, Copy)]
struct Span {
    from_ns: u64,
    from: i64,
    ticks_per_s: i64,
    /// Where it ended; nothing while it lasts.
    until: Option<i64>,
}

/// The belt. It changes its speed at once.
#[derive(Debug)]
pub struct Motion {
    from_ns: u64,
    from: i64,
    ticks_per_s: i64,
    highest: i64,
    spans: VecDeque<Span>,
}

impl Motion {
    /// A belt at position 0 that moves at this speed from this time on.
    pub fn new(at_ns: u64, ticks_per_s: i64) -> Self {
        let mut motion = Self {
            from_ns: at_ns,
            from: 0,
            ticks_per_s: 0,
            highest: 0,
            spans: VecDeque::new(),
        };
        motion.set_speed(at_ns, ticks_per_s);
        motion
    }

    /// In ticks a second; negative backwards.
    pub fn ticks_per_s(&self) -> i64 {
        self.ticks_per_s
    }

    /// Where the belt is at this time, which is not before its speed last changed.
    pub fn position(&self, at_ns: u64) -> i64 {
        let lasted = i64::try_from(at_ns.saturating_sub(self.from_ns)).unwrap_or(i64::MAX);
        self.from + lasted.saturating_mul(self.ticks_per_s)
    }

    /// Whether the belt is as far as it ever was.
    pub fn is_furthest(&self, at_ns: u64) -> bool {
        self.position(at_ns) >= self.highest
    }

    /// The belt moves at this speed from now on.
    pub fn set_speed(&mut self, at_ns: u64, ticks_per_s: i64) {
        let position = self.position(at_ns);
        self.end_span(position);
        self.from_ns = at_ns;
        self.from = position;
        self.ticks_per_s = ticks_per_s;
        if ticks_per_s > 0 {
            if self.spans.len() == SPANS_KEPT {
                self.spans.pop_front();
            }
            // The span begins once the belt has made up for what it went back.
            let missing = (self.highest - position).max(0);
            self.spans.push_back(Span {
                from_ns: at_ns + div_up(missing, ticks_per_s),
                from: position.max(self.highest),
                ticks_per_s,
                until: None,
            });
        }
    }

    fn end_span(&mut self, position: i64) {
        let highest = self.highest.max(position);
        if let Some(span) = self.spans.back_mut()
            && span.until.is_none()
        {
            if position < span.from {
                self.spans.pop_back();
            } else {
                span.until = Some(highest);
            }
        }
        self.highest = highest;
    }

    /// When the belt was, or will be, at this position for the first time. Nothing if it stands, or
    /// runs backwards.
    pub fn reached(&self, position: i64) -> Option<u64> {
        let mut after = None;
        for span in self.spans.iter().rev() {
            if span.until.is_some_and(|until| until < position) {
                break;
            }
            after = Some(span);
            if span.from <= position {
                break;
            }
        }
        let span = after?;
        let way = (position - span.from).max(0);
        Some(span.from_ns + div_up(way, span.ticks_per_s))
    }

    /// The furthest place up to this time.
    pub fn highest_at(&self, at_ns: u64) -> i64 {
        let mut spans = self.spans.iter().rev();
        let Some(span) = spans.find(|span| span.from_ns <= at_ns) else {
            return 0;
        };
        let lasted = i64::try_from(at_ns - span.from_ns).unwrap_or(i64::MAX);
        let highest = span.from + lasted.saturating_mul(span.ticks_per_s);
        span.until.map_or(highest, |until| highest.min(until))
    }

    /// When the belt is next at a border between two of these units; nothing if it stands. `unit`
    /// is the one that it is in.
    pub fn leaves(&self, unit: i64, unit_length: i64) -> Option<u64> {
        let speed = self.ticks_per_s;
        if speed > 0 {
            let way = (unit + 1) * unit_length - self.from;
            return Some(self.from_ns + div_up(way, speed));
        }
        if speed < 0 {
            let way = self.from - unit * unit_length;
            return Some(self.from_ns + div_up(way + 1, -speed));
        }
        None
    }
}

fn div_up(way: i64, speed: i64) -> u64 {
    let ns = (way + speed - 1).div_euclid(speed.max(1));
    u64::try_from(ns).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_back_and_forth_is_reached_once() {
        let second = 1_000_000_000;
        let mut belt = Motion::new(0, 100);
        assert_eq!(belt.reached(50 * TICK), Some(second / 2));
        belt.set_speed(second, 0);
        assert_eq!(belt.reached(100 * TICK), Some(second));
        assert_eq!(belt.reached(100 * TICK + 1), None);
        belt.set_speed(2 * second, -50);
        assert_eq!(belt.position(3 * second), 50 * TICK);
        belt.set_speed(3 * second, 10);
        assert!(!belt.is_furthest(7 * second) && belt.is_furthest(8 * second));
        assert_eq!(belt.reached(110 * TICK), Some(9 * second));
        assert_eq!(belt.reached(20 * TICK), Some(second / 5));
        assert_eq!(belt.highest_at(second / 2), 50 * TICK);
        assert_eq!(belt.highest_at(7 * second), 100 * TICK);
        assert_eq!(belt.highest_at(9 * second), 110 * TICK);
        // It turns before it has made up for the way back.
        belt.set_speed(3 * second, 10);
        belt.set_speed(4 * second, -1);
        assert_eq!(belt.reached(100 * TICK + 1), None);
        assert_eq!(belt.reached(100 * TICK), Some(second));
    }

    #[test]
    fn a_border_is_left_at_the_first_moment_beyond_it() {
        let mut belt = Motion::new(0, 3);
        assert_eq!(belt.leaves(0, TICK), Some(333_333_334));
        belt.set_speed(333_333_334, -3);
        let at_ns = belt.leaves(1, TICK).unwrap();
        assert!(belt.position(at_ns) < TICK && belt.position(at_ns - 1) >= TICK);
    }
}
