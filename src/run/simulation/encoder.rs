//! The encoder's lines as the kernel reports them. Their edges are made when they are read, from
//! the true motion of the belt.

use super::clock::now_ns;
use super::motion::{Motion, TICK};
use board::Timestamp;
use board::edge::{Edge, Edges};
use board::line::LineError;
use board::wake::{Wake, WakeError};
use embedded_hal::digital::PinState;
use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Edges that the kernel keeps for a line.
const EDGES_KEPT: usize = 1_024;

/// The lines of an encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// One, and the belt must not reverse.
    One,
    /// The second one gives the direction.
    Direction,
    /// Both are shifted by a quarter of a period.
    Quadrature,
}

impl Lines {
    /// How many there are.
    pub const fn count(self) -> usize {
        match self {
            Self::One => 1,
            Self::Direction | Self::Quadrature => 2,
        }
    }

    /// The way from one edge to the next.
    const fn unit(self) -> i64 {
        match self {
            Self::One | Self::Direction => TICK / 2,
            Self::Quadrature => TICK,
        }
    }

    /// The line whose level changes at a border, and its level while the belt is in this unit.
    fn change(self, from: i64, to: i64) -> (usize, PinState) {
        match self {
            Self::One | Self::Direction => (0, PinState::from(to.rem_euclid(2) == 1)),
            Self::Quadrature => {
                // Line A leads: 00, 10, 11, 01.
                let state = to.rem_euclid(4);
                let line = usize::from(from.min(to).rem_euclid(2) == 1);
                let level = if line == 0 {
                    state == 1 || state == 2
                } else {
                    state >= 2
                };
                (line, PinState::from(level))
            }
        }
    }
}

#[derive(Debug)]
struct Queue {
    edges: VecDeque<Edge>,
    level: PinState,
    lost: u32,
}

#[derive(Debug)]
struct Inner {
    lines: Lines,
    motion: Motion,
    /// Where the last edge has brought the belt.
    unit: i64,
    /// It does, or did when it last moved.
    backwards: bool,
    /// Edges of the first line that the kernel will lose and count.
    loses: u32,
    /// Edges of the first line that never reach the kernel.
    hides: u32,
    /// Edges for which the encoder stands and the belt moves.
    slips: u32,
    /// Up to when the edges were made.
    made_ns: u64,
    queues: [Queue; 2],
}

impl Inner {
    fn push(&mut self, at_ns: u64, line: usize, level: PinState) {
        let Some(queue) = self.queues.get_mut(line) else {
            return;
        };
        queue.level = level;
        if line == 0 && self.hides > 0 {
            self.hides -= 1;
            return;
        }
        let loses = line == 0 && self.loses > 0;
        if loses || queue.edges.len() == EDGES_KEPT {
            self.loses -= u32::from(loses);
            queue.lost += 1;
            return;
        }
        let lost = core::mem::take(&mut queue.lost);
        queue.edges.push_back(Edge {
            at: Timestamp::from_ns(at_ns),
            level,
            lost,
        });
    }

    fn next_ns(&self) -> Option<u64> {
        self.motion.leaves(self.unit, self.lines.unit())
    }

    fn make_edges(&mut self) {
        self.make_edges_until(now_ns());
    }

    fn make_edges_until(&mut self, until_ns: u64) {
        self.made_ns = self.made_ns.max(until_ns);
        while let Some(at_ns) = self.next_ns().filter(|at| *at <= until_ns) {
            let from = self.unit;
            self.unit += self.motion.ticks_per_s().signum();
            if self.slips > 0 {
                self.slips -= 1;
                continue;
            }
            let (line, level) = self.lines.change(from, self.unit);
            self.push(at_ns, line, level);
        }
    }
}

/// The belt with its encoder. It outlives the station.
#[derive(Debug, Clone)]
pub struct BeltWithEncoder(Arc<Mutex<Inner>>);

impl BeltWithEncoder {
    /// A belt that moves at this speed.
    pub fn new(lines: Lines, ticks_per_s: i64) -> Self {
        let queue = |level| Queue {
            edges: VecDeque::new(),
            level,
            lost: 0,
        };
        Self(Arc::new(Mutex::new(Inner {
            lines,
            motion: Motion::new(now_ns(), ticks_per_s),
            unit: 0,
            backwards: false,
            loses: 0,
            hides: 0,
            slips: 0,
            made_ns: now_ns(),
            queues: [queue(PinState::Low), queue(PinState::Low)],
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the belt something.
    pub fn with<T>(&self, ask: impl FnOnce(&Motion) -> T) -> T {
        ask(&self.lock().motion)
    }

    /// The belt moves at this speed from this time on, or from that of the last edge that was made.
    /// Returns whether its direction changes.
    pub fn set_speed(&self, at_ns: u64, ticks_per_s: i64) -> bool {
        let mut inner = self.lock();
        let at_ns = at_ns.max(inner.made_ns);
        inner.make_edges_until(at_ns);
        inner.motion.set_speed(at_ns, ticks_per_s);
        let backwards = ticks_per_s < 0;
        let turns = ticks_per_s != 0 && inner.backwards != backwards;
        if turns {
            inner.backwards = backwards;
        }
        if turns && inner.lines == Lines::Direction {
            inner.push(at_ns, 1, PinState::from(backwards));
        }
        turns
    }

    /// The kernel loses so many edges from now on, and counts them.
    pub fn lose(&self, at_ns: u64, edges: u32) {
        let mut inner = self.lock();
        inner.make_edges_until(at_ns);
        inner.loses += edges;
    }

    /// The next edge does not reach the kernel.
    pub fn hide(&self, at_ns: u64) {
        let mut inner = self.lock();
        inner.make_edges_until(at_ns);
        inner.hides += 1;
    }

    /// The encoder stands during so many times four edges. Returns how many ticks that is.
    pub fn slip(&self, at_ns: u64, count: u32) -> i64 {
        let mut inner = self.lock();
        inner.make_edges_until(at_ns);
        inner.slips += 4 * count;
        i64::from(4 * count) * inner.lines.unit() / TICK
    }

    /// For how many ticks the encoder still stands.
    pub fn slips(&self, at_ns: u64) -> i64 {
        let mut inner = self.lock();
        inner.make_edges_until(at_ns);
        (i64::from(inner.slips) * inner.lines.unit() + TICK - 1) / TICK
    }

    /// Whether edges are still to be lost.
    pub fn loses(&self) -> bool {
        let inner = self.lock();
        inner.loses + inner.hides > 0
    }

    /// When an edge ends a sleep.
    pub fn readable_ns(&self) -> u64 {
        let inner = self.lock();
        if inner.queues.iter().any(|queue| !queue.edges.is_empty()) {
            return now_ns();
        }
        inner.next_ns().unwrap_or(u64::MAX)
    }

    /// The station opens the lines anew.
    pub fn open(&self) -> Result<Vec<Box<dyn Edges>>, WakeError> {
        let mut inner = self.lock();
        inner.make_edges();
        let count = inner.lines.count();
        for queue in &mut inner.queues {
            queue.edges.clear();
            queue.lost = 0;
        }
        (0..count)
            .map(|line| {
                let line = OpenLine {
                    belt: self.clone(),
                    line,
                    readable: Wake::new()?,
                };
                Ok(Box::new(line) as Box<dyn Edges>)
            })
            .collect()
    }
}

/// A line as the station sees it.
#[derive(Debug)]
struct OpenLine {
    belt: BeltWithEncoder,
    line: usize,
    readable: Wake,
}

impl AsFd for OpenLine {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.readable.as_fd()
    }
}

impl Edges for OpenLine {
    fn next_edge(&mut self) -> Result<Option<Edge>, LineError> {
        let mut inner = self.belt.lock();
        inner.make_edges();
        let queue = inner.queues.get_mut(self.line);
        Ok(queue.and_then(|queue| queue.edges.pop_front()))
    }

    fn level(&mut self) -> Result<PinState, LineError> {
        let mut inner = self.belt.lock();
        inner.make_edges();
        let queue = inner.queues.get(self.line);
        Ok(queue.map_or(PinState::Low, |queue| queue.level))
    }

    fn counts_lost(&self) -> bool {
        true
    }
}
