//! One input line: its debounced level, and when it changed.

use super::InputLine;
use crate::station::file::InputName;
use crate::trigger::Debounce;
use board::Timestamp;
use board::edge::{Edge, Edges};
use board::line::LineError;
use core::time::Duration;
use embedded_hal::digital::PinState;
use heapless::Vec;
use std::os::fd::{AsFd, BorrowedFd};

/// Edges taken in one turn.
const EDGES_AT_ONCE: usize = 16;

/// The changes of one turn: two for each edge, and one for the end of a debounce. Each has its time
/// and whether the line is active from then on.
pub type Changes = Vec<(Timestamp, bool), { 2 * EDGES_AT_ONCE + 3 }>;

/// An input line. Its level is unknown until it has lasted for the debounce; then it counts as a
/// change.
pub struct Line<'a> {
    name: InputName,
    active: PinState,
    edges: Box<dyn Edges + 'a>,
    debounce: Debounce,
    /// The level after the last edge; nothing before the first look.
    level: Option<PinState>,
    /// When the first look is due.
    first_at: Timestamp,
}

impl<'a> Line<'a> {
    pub fn new(line: InputLine<'a>, now: Timestamp) -> Self {
        Self {
            name: line.name,
            active: line.settings.active.into(),
            edges: line.edges,
            debounce: Debounce::new(Duration::from_micros(line.settings.debounce_us.into())),
            level: None,
            first_at: now,
        }
    }

    pub const fn name(&self) -> InputName {
        self.name
    }

    /// True while a change has begun and has not settled.
    pub fn is_settling(&self) -> bool {
        self.next_wake().is_some()
    }

    /// When to call [`Self::read`] next, unless an edge comes first.
    pub fn next_wake(&self) -> Option<Timestamp> {
        match self.level {
            None => Some(self.first_at),
            Some(_) => self.debounce.next_wake(),
        }
    }

    /// Takes the edges that have come, and adds the changes that have settled by `now`. Returns
    /// whether more edges may wait.
    pub fn read(&mut self, now: Timestamp, changes: &mut Changes) -> Result<bool, LineError> {
        for _ in 0..EDGES_AT_ONCE {
            let Some(edge) = self.edges.next_edge()? else {
                self.compare(now, changes)?;
                self.settle(now, changes);
                return Ok(false);
            };
            self.edge(edge, changes);
        }
        Ok(true)
    }

    /// Looks at the level itself before it counts: the edge to it may be lost, and the first level
    /// has no edge.
    fn compare(&mut self, now: Timestamp, changes: &mut Changes) -> Result<(), LineError> {
        if self.next_wake().is_some_and(|at| at <= now) {
            let level = self.edges.level()?;
            if self.level != Some(level) {
                let edge = self.edges.next_edge()?;
                let at = now;
                self.edge(edge.unwrap_or(Edge { at, level, lost: 0 }), changes);
            }
        }
        Ok(())
    }

    fn edge(&mut self, edge: Edge, changes: &mut Changes) {
        let Edge { at, level, lost } = edge;
        self.settle(at, changes);
        if lost == 0 {
            self.debounce.edge(at, level);
        } else {
            self.debounce.edge_after_lost(at, level);
        }
        self.level = Some(level);
        self.settle(at, changes);
    }

    fn settle(&mut self, now: Timestamp, changes: &mut Changes) {
        if let Some(settled) = self.debounce.settle(now) {
            // There is space for each change of a turn.
            let _ = changes.push((settled.at, settled.level == self.active));
        }
    }
}

impl AsFd for Line<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.edges.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::station::file::{InputSettings, Level, LineBias};
    use board::simulated::SimulatedInput;

    const PERIOD: Duration = Duration::from_millis(200);

    fn settings(debounce: Duration) -> InputSettings {
        InputSettings {
            chip: Default::default(),
            offset: Some(1),
            name: Default::default(),
            active: Level::Low,
            bias: LineBias::PullUp,
            debounce_us: debounce.as_micros().try_into().unwrap(),
        }
    }

    fn line(settings: &InputSettings, edges: SimulatedInput) -> Line<'_> {
        let line = InputLine {
            name: InputName::Run,
            settings,
            edges: Box::new(edges),
        };
        Line::new(line, Timestamp::now())
    }

    /// Whether the line is active after each change that has settled at this time.
    fn read(line: &mut Line<'_>, now: Timestamp) -> std::vec::Vec<bool> {
        let mut changes = Changes::new();
        while line.read(now, &mut changes).unwrap() {}
        changes.into_iter().map(|(_, active)| active).collect()
    }

    #[test]
    fn the_first_level_is_known_once_it_has_lasted() {
        let settings = settings(PERIOD);
        let (edges, stimulus) = SimulatedInput::new(PinState::Low).unwrap();
        let mut line = line(&settings, edges);
        let start = Timestamp::now();
        assert!(line.is_settling());
        assert_eq!(read(&mut line, start), [false; 0]);
        assert_eq!(read(&mut line, start + PERIOD), [true]);
        assert!(!line.is_settling());
        // A short level is a bounce, and its edges are no change.
        stimulus.set(PinState::High);
        stimulus.set(PinState::Low);
        let now = Timestamp::now();
        assert_eq!(read(&mut line, now), [false; 0]);
        assert_eq!(read(&mut line, now + PERIOD), [false; 0]);
        stimulus.set(PinState::High);
        let now = Timestamp::now();
        assert_eq!(read(&mut line, now), [false; 0]);
        assert_eq!(read(&mut line, now + PERIOD), [false]);
    }

    #[test]
    fn without_a_debounce_every_edge_is_a_change() {
        let settings = settings(Duration::ZERO);
        let (edges, stimulus) = SimulatedInput::new(PinState::High).unwrap();
        let mut line = line(&settings, edges);
        assert_eq!(read(&mut line, Timestamp::now()), [false]);
        for _ in 0..3 {
            stimulus.set(PinState::Low);
            stimulus.set(PinState::High);
        }
        let expected = [true, false, true, false, true, false];
        assert_eq!(read(&mut line, Timestamp::now()), expected);
    }
}
