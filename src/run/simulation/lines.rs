//! The lines of the simulated station: what its output lines do, and what its trigger line reports.

use super::clock;
use crate::station::file::{LineName, LineSettings};
use board::Timestamp;
use board::edge::{Edge, Edges};
use board::line::LineError;
use board::wake::{Wake, WakeError};
use core::cell::{Cell, RefCell};
use core::time::Duration;
use embedded_hal::digital::{Error, ErrorKind, ErrorType, OutputPin, PinState};
use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

/// Changes of the reject line that are kept: more than it makes while a part is judged.
const CHANGES_KEPT: usize = 20_000;

/// What the output lines do. It outlives the station.
#[derive(Debug, Default)]
pub struct Wires {
    active: [Cell<bool>; LineName::ALL.len()],
    /// When the reject line changed, and whether it is active from then on.
    changes: RefCell<VecDeque<(u64, bool)>>,
    /// The reject line cannot be driven.
    pub fails: Cell<bool>,
    /// It could not be driven, since this was set to false.
    pub refused: Cell<bool>,
    /// How long it takes to drive the reject line next time.
    pub slow_us: Cell<u32>,
}

impl Wires {
    /// Whether a line is active.
    pub fn is_active(&self, line: LineName) -> bool {
        self.active[line as usize].get()
    }

    /// Whether the reject line was active at this time.
    pub fn rejected_at(&self, ns: u64) -> bool {
        let changes = self.changes.borrow();
        let mut before = changes.iter().rev();
        before
            .find(|(at, _)| *at <= ns)
            .is_none_or(|(_, active)| *active)
    }

    /// Whether the reject line was active, or not, at any time of this span.
    pub fn was(&self, active: bool, from_ns: u64, until_ns: u64) -> bool {
        self.rejected_at(from_ns) == active || {
            let changes = self.changes.borrow();
            let mut inside = changes.iter().rev().take_while(|(at, _)| *at > from_ns);
            inside.any(|(at, level)| *at < until_ns && *level == active)
        }
    }

    /// The last change of the reject line before this span, and those in it.
    pub fn around(&self, from_ns: u64, until_ns: u64) -> String {
        let changes = self.changes.borrow();
        let first = changes.partition_point(|(at, _)| *at <= from_ns);
        let changes = changes.iter().skip(first.saturating_sub(1));
        let changes = changes.take_while(|(at, _)| *at < until_ns);
        let each = changes.map(|(at, active)| format!("{active} from {at}"));
        each.collect::<Vec<_>>().join(", ")
    }

    fn set(&self, line: LineName, active: bool) {
        self.active[line as usize].set(active);
        if line == LineName::Reject {
            let mut changes = self.changes.borrow_mut();
            if changes.len() == CHANGES_KEPT {
                changes.pop_front();
            }
            changes.push_back((clock::now_ns(), active));
        }
    }
}

/// One output line. All are active when high.
#[derive(Debug)]
pub struct Pin {
    line: LineName,
    wires: Rc<Wires>,
}

impl Pin {
    /// The line with these settings: its offset is its place in [`LineName::ALL`].
    pub fn new(settings: &LineSettings, wires: &Rc<Wires>) -> Self {
        let offset = settings
            .offset
            .and_then(|offset| usize::try_from(offset).ok());
        let line = offset.and_then(|offset| LineName::ALL.get(offset).copied());
        Self {
            line: line.unwrap_or(LineName::Reject),
            wires: Rc::clone(wires),
        }
    }
}

/// The line cannot be driven.
#[derive(Debug, Clone, Copy)]
pub struct Broken;

impl Error for Broken {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl ErrorType for Pin {
    type Error = Broken;
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), Broken> {
        self.set_state(PinState::Low)
    }

    fn set_high(&mut self) -> Result<(), Broken> {
        self.set_state(PinState::High)
    }

    fn set_state(&mut self, state: PinState) -> Result<(), Broken> {
        if self.line == LineName::Reject {
            clock::advance(Duration::from_micros(self.wires.slow_us.take().into()));
            if self.wires.fails.get() {
                self.wires.refused.set(true);
                return Err(Broken);
            }
        }
        self.wires.set(self.line, state == PinState::High);
        Ok(())
    }
}

/// The kernel's queue of the trigger line.
#[derive(Debug)]
struct Queue {
    edges: VecDeque<Edge>,
    level: PinState,
    lost: u32,
}

/// The trigger line, which the world moves.
#[derive(Debug, Clone)]
pub struct TriggerLine(Arc<Mutex<Queue>>);

/// Edges that the kernel keeps.
const EDGES_KEPT: usize = 64;

impl TriggerLine {
    /// A line that is low.
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Queue {
            edges: VecDeque::new(),
            level: PinState::Low,
            lost: 0,
        })))
    }

    /// The line changes. Returns whether the kernel keeps the edge.
    pub fn set(&self, at: Timestamp, level: PinState, lost: bool) -> bool {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queue.level = level;
        if lost || queue.edges.len() == EDGES_KEPT {
            queue.lost += 1;
            return false;
        }
        let lost = core::mem::take(&mut queue.lost);
        queue.edges.push_back(Edge { at, level, lost });
        true
    }

    /// Whether edges wait.
    pub fn is_readable(&self) -> bool {
        let queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        !queue.edges.is_empty()
    }

    /// The station opens the line anew.
    pub fn open(&self) -> Result<OpenLine, WakeError> {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queue.edges.clear();
        queue.lost = 0;
        Ok(OpenLine {
            line: self.clone(),
            readable: Wake::new()?,
        })
    }
}

/// The trigger line as the station sees it.
#[derive(Debug)]
pub struct OpenLine {
    line: TriggerLine,
    readable: Wake,
}

impl AsFd for OpenLine {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.readable.as_fd()
    }
}

impl Edges for OpenLine {
    fn next_edge(&mut self) -> Result<Option<Edge>, LineError> {
        let mut queue = self.line.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(queue.edges.pop_front())
    }

    fn level(&mut self) -> Result<PinState, LineError> {
        let queue = self.line.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(queue.level)
    }

    fn counts_lost(&self) -> bool {
        true
    }
}
