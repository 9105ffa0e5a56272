//! Which files are pictures of parts.

use super::*;
use crate::gate::Channels;
use crate::station::file::{After, DirectorySettings, Level, LineBias};
use crate::watch::{Identity, Name};
use std::thread;

/// When the file was found: this long after the edge.
const AFTER_EDGE: Duration = Duration::from_millis(40);

/// A directory with one file.
struct Single(Option<Arrival>);

impl Arrivals for Single {
    fn has_arrivals(&self) -> bool {
        self.0.is_some()
    }

    fn hold_back(&mut self, _held_back: bool) {}

    fn put_back(&mut self, arrival: &Arrival) {
        self.0 = Some(arrival.clone());
    }

    fn next(
        &mut self,
        _until: Option<Timestamp>,
        _stop: BorrowedFd<'_>,
    ) -> Result<Option<Arrival>, WatchError> {
        Ok(self.0.take())
    }
}

/// Whether a file becomes the picture of a part, if its time is unknown by `doubt`.
fn is_paired(doubt: Duration) -> bool {
    let settings = DirectorySettings {
        path: Default::default(),
        after: After::Keep,
        move_to: Default::default(),
        workers: 1,
        pair_min_ms: 0,
        pair_max_ms: 100,
        poll_ms: 20,
        endings: Default::default(),
    };
    let trigger = TriggerSettings {
        chip: Default::default(),
        offset: Some(1),
        name: Default::default(),
        active: Level::High,
        bias: LineBias::AsIs,
        debounce_us: 0,
        undecided_max: 1,
    };
    let mut channels = Channels::new().unwrap();
    let handles = channels.split();
    let shared = Shared::new(PartId::FIRST, Duration::ZERO, handles.control).unwrap();
    let finished_at = Timestamp::now();
    let edge = finished_at - AFTER_EDGE;
    let directory = Single(Some(Arrival {
        name: Name::new(b"a.png").unwrap(),
        identity: Identity::default(),
        seen_at: finished_at,
        finished_at,
        finished_after: finished_at - doubt,
        backlog: false,
    }));
    let mut pairs = Pairs::new(&settings, &trigger, directory, &shared);
    let part = Some(PartId::FIRST);
    let recipe = 0;
    let triggered = Triggered { edge, part, recipe };
    assert!(shared.triggers.send(triggered).is_ok());
    for _ in 0..2 {
        pairs.turn();
    }
    let message = shared.messages.receive(Duration::ZERO);
    matches!(message, Received::Item(Message::Paired(..)))
}

/// It may be the picture of the part before. A server may stall a scan as well.
#[test]
fn a_polled_file_that_may_have_been_there_before_the_edge_is_no_picture_of_a_part() {
    let is_paired = |doubt| {
        // An unoptimised build copies the queues on the stack while it makes them.
        let thread = thread::Builder::new().stack_size(64 << 20);
        let paired = thread.spawn(move || is_paired(doubt)).unwrap();
        paired.join().unwrap()
    };
    assert!(is_paired(AFTER_EDGE));
    assert!(!is_paired(AFTER_EDGE + Duration::from_nanos(1)));
}
