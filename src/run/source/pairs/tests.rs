//! Which files are pictures of parts.

use super::*;
use crate::gate::Channels;
use crate::station::file::{After, DirectorySettings, Level, LineBias};
use crate::watch::{Identity, Name};
use std::thread;

const PAIR_MAX: Duration = Duration::from_millis(100);

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
    let edge = Timestamp::now();
    let directory = Single(Some(Arrival {
        name: Name::new(b"a.png").unwrap(),
        identity: Identity::default(),
        seen_at: edge,
        finished_at: edge,
        finished_after: edge - doubt,
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
    let is_aside = !pairs.aside.is_empty();
    let message = shared.messages.receive(Duration::ZERO);
    let is_begun = matches!(message, Received::Item(Message::Paired(..)));
    assert_ne!(is_aside, is_begun);
    is_begun
}

/// A server may stall a scan of a polled directory, so that an old picture looks new.
#[test]
fn a_file_whose_time_is_unknown_by_more_than_that_of_a_trigger_is_no_picture_of_a_part() {
    let is_paired = |doubt| {
        // An unoptimised build copies the queues on the stack while it makes them.
        let thread = thread::Builder::new().stack_size(64 << 20);
        let paired = thread.spawn(move || is_paired(doubt)).unwrap();
        paired.join().unwrap()
    };
    assert!(is_paired(PAIR_MAX));
    assert!(!is_paired(PAIR_MAX + Duration::from_millis(1)));
}
