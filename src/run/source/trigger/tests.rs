//! The trigger thread on a line whose last edge was lost.

use super::*;
use crate::gate::Channels;
use crate::run::wait::WakeUp;
use crate::station::file::{Level, LineBias};
use board::edge::Edge;
use board::line::LineError;
use embedded_hal::digital::PinState;
use std::os::fd::{AsFd, BorrowedFd};

/// A trigger line that delivers these edges and now has this level.
struct Line {
    readable: WakeUp,
    edges: std::vec::Vec<Edge>,
    level: PinState,
}

impl AsFd for Line {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.readable.as_fd()
    }
}

impl Edges for Line {
    fn next_edge(&mut self) -> Result<Option<Edge>, LineError> {
        Ok(self.edges.pop())
    }

    fn level(&mut self) -> Result<PinState, LineError> {
        Ok(self.level)
    }

    fn counts_lost(&self) -> bool {
        false
    }
}

/// How many parts count as lost when the line went high, and has this level after its debounce.
fn lost_with(level: PinState) -> u64 {
    let mut channels = Channels::new().unwrap();
    let handles = channels.split();
    let shared = Shared::new(PartId::FIRST, Duration::ZERO, handles.control).unwrap();
    let settings = TriggerSettings {
        chip: Default::default(),
        offset: Some(9),
        name: Default::default(),
        active: Level::High,
        bias: LineBias::AsIs,
        debounce_us: 2_000,
        undecided_max: 4,
    };
    let rising = Edge {
        at: Timestamp::now(),
        level: PinState::High,
        lost: 0,
    };
    let line = TriggerEdges {
        settings: &settings,
        edges: Box::new(Line {
            readable: WakeUp::new().unwrap(),
            edges: std::vec![rising],
            level,
        }),
    };
    let mut triggers = Triggers::new(line, handles.arming, &shared);
    shared.stop_wake_up.wake();
    triggers.turn().unwrap();
    thread::sleep(Duration::from_millis(5));
    triggers.turn().unwrap();
    shared.ready.parts.take_unnumbered().lost
}

#[test]
fn the_level_is_read_before_it_counts_so_a_lost_last_edge_is_a_lost_part() {
    let lost = |level| {
        // An unoptimised build copies the queues on the stack while it makes them.
        let thread = thread::Builder::new().stack_size(64 << 20);
        let counted = thread.spawn(move || lost_with(level)).unwrap();
        counted.join().unwrap()
    };
    assert_eq!(lost(PinState::High), 0);
    assert_eq!(lost(PinState::Low), 1);
}
