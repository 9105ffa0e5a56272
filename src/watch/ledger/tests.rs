use super::*;
use crate::watch::event_buffer::encode;
use crate::watch::test_files::{identity, name};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags};

fn watched() -> Ledger {
    let ledger = Ledger::with_capacity(8, 8).unwrap();
    let inotify = Inotify::init(InitFlags::IN_NONBLOCK).unwrap();
    ledger.lock().inotify = Some(Arc::new(inotify));
    ledger
}

fn inject(ledger: &Ledger, mask: AddWatchFlags, name: &str) {
    let bytes = encode(mask, name.as_bytes());
    ledger.lock().events.inject(&bytes);
}

fn is_awake(ledger: &Ledger) -> bool {
    let mut fds = [PollFd::new(ledger.wake_up(), PollFlags::POLLIN)];
    poll(&mut fds, PollTimeout::ZERO).unwrap() > 0
}

#[test]
fn the_next_event_of_a_name_tells_what_became_of_its_content() {
    for (mask, expected) in [
        (AddWatchFlags::IN_MODIFY, ContentState::Overwritten),
        (AddWatchFlags::IN_CREATE, ContentState::Untouched),
        (AddWatchFlags::IN_MOVED_TO, ContentState::Untouched),
        (AddWatchFlags::IN_MOVED_FROM, ContentState::Untouched),
        (AddWatchFlags::IN_DELETE, ContentState::Untouched),
        (AddWatchFlags::IN_CLOSE_WRITE, ContentState::Untouched),
        (AddWatchFlags::IN_Q_OVERFLOW, ContentState::Unknown),
    ] {
        let ledger = watched();
        let taken = ledger
            .lock()
            .table
            .insert(&name("a.png"), identity(7), None, true);
        inject(&ledger, mask, "a.png");
        assert_eq!(
            ledger.state_of(&name("a.png"), &taken),
            expected,
            "{mask:?}"
        );
        let is_overwritten = ledger.is_overwritten(&name("a.png"), &taken);
        assert_eq!(is_overwritten, expected == ContentState::Overwritten);
        assert!(ledger.has_events());
    }
}

#[test]
fn only_the_first_event_of_the_name_counts() {
    let ledger = watched();
    let taken = ledger
        .lock()
        .table
        .insert(&name("a.png"), identity(7), None, true);
    let modified = |name: &str| encode(AddWatchFlags::IN_MODIFY, name.as_bytes());
    ledger.lock().events.inject(&modified("b.png"));
    assert_eq!(
        ledger.state_of(&name("a.png"), &taken),
        ContentState::Untouched
    );
    let moved = encode(AddWatchFlags::IN_MOVED_FROM, b"a.png");
    let events = [moved, modified("a.png")].concat();
    ledger.lock().events.inject(&events);
    assert_eq!(
        ledger.state_of(&name("a.png"), &taken),
        ContentState::Untouched
    );
    let next = ledger.lock().read_next_change(&name("a.png"));
    assert_eq!(next, Some(NextChange::Left));
}

#[test]
fn the_state_is_unknown_without_events_unless_the_table_knows_better() {
    let ledger = Ledger::with_capacity(8, 8).unwrap();
    assert!(!ledger.is_watched() && watched().is_watched());
    let taken = ledger
        .lock()
        .table
        .insert(&name("a.png"), identity(7), None, true);
    assert_eq!(
        ledger.state_of(&name("a.png"), &taken),
        ContentState::Unknown
    );
    ledger.lock().table.mark_written(&name("a.png"));
    assert_eq!(
        ledger.state_of(&name("a.png"), &taken),
        ContentState::Overwritten
    );
}

#[test]
fn events_that_a_worker_reads_wake_the_watching_thread_until_it_reads() {
    let ledger = watched();
    let taken = ledger
        .lock()
        .table
        .insert(&name("a.png"), identity(7), None, true);
    ledger.state_of(&name("a.png"), &taken);
    assert!(!is_awake(&ledger), "there are no events");
    inject(&ledger, AddWatchFlags::IN_DELETE, "b.png");
    ledger.state_of(&name("a.png"), &taken);
    assert!(is_awake(&ledger));
    ledger.fill().unwrap();
    assert!(!is_awake(&ledger) && ledger.has_events());
    let (event, _) = ledger.next_event().unwrap();
    assert_eq!(event, FileEvent::Deleted(name("b.png")));
    assert!(!ledger.has_events() && ledger.next_event().is_none());
}

#[test]
fn contents_are_counted_proved_and_recognised() {
    let ledger = Ledger::with_capacity(8, 1).unwrap();
    assert!(ledger.is_empty() && !ledger.is_full());
    let sha256 = Sha256::of(b"bytes");
    ledger.restore(ledger.key(&name("a.png")), identity(7), None);
    assert!(!ledger.is_empty() && ledger.len() == 1);
    let later = Identity {
        ctime_ns: 30,
        ..identity(7)
    };
    assert_eq!(ledger.recognise(&name("a.png"), &later), Recognition::New);
    let taken = *ledger.lock().table.get(&name("a.png")).unwrap();
    ledger.prove(&taken, PartId::FIRST, sha256);
    let proof = Proof {
        part: PartId::FIRST,
        sha256,
        ctime_ns: 3,
    };
    assert_eq!(
        ledger.recognise(&name("a.png"), &later),
        Recognition::IfSame(proof)
    );
    assert!(Ledger::with_capacity(8, 0).unwrap().is_full());
}
