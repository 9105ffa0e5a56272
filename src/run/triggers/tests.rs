//! The trigger thread on a line whose last edge was lost.

use super::*;
use crate::gate::Channels;
use crate::station::file::{Level, LineBias};
use board::edge::Edge;
use board::line::LineError;
use board::wake::Wake;
use embedded_hal::digital::PinState;
use std::os::fd::BorrowedFd;

/// A line that has told of these edges and has this level now.
struct Told {
    bell: Wake,
    edges: std::vec::Vec<Edge>,
    level: PinState,
}

impl std::os::fd::AsFd for Told {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }
}

impl Edges for Told {
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

/// What is counted as lost when the line went high, and has this level after its debounce.
fn lost_with(level: PinState) -> u64 {
    let mut channels = Channels::new().unwrap();
    let handles = channels.split();
    let shared = Shared::new(PartId::FIRST, Duration::ZERO).unwrap();
    let settings = TriggerSettings {
        chip: Default::default(),
        offset: Some(9),
        name: Default::default(),
        active: Level::High,
        bias: LineBias::AsIs,
        debounce_us: 2_000,
        undecided_max: 4,
    };
    let edges = std::vec![Edge {
        at: Timestamp::now(),
        level: PinState::High,
        lost: 0,
    }];
    let bell = Wake::new().unwrap();
    let told = Box::new(Told { bell, edges, level });
    let (arming, control) = (handles.arming, handles.control);
    let mut triggers = Triggers::new(&settings, told, arming, control, &shared);
    triggers.shared.stop_bell.ring().unwrap();
    triggers.turn().unwrap();
    thread::sleep(Duration::from_millis(5));
    triggers.turn().unwrap();
    shared.readiness.take_unnumbered().lost
}

#[test]
fn the_line_is_asked_before_a_level_counts_so_a_lost_last_edge_is_a_lost_part() {
    assert_eq!(lost_with(PinState::High), 0);
    assert_eq!(lost_with(PinState::Low), 1);
}
