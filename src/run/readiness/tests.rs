use super::*;
use crate::gate::Channels;
use crate::run::shared::Shared;
use core::time::Duration;

#[test]
fn a_trigger_is_taken_only_while_everything_works_and_there_is_room() {
    let mut channels = Channels::new().unwrap();
    let control = channels.split().control;
    let shared = Shared::new(PartId::new(7), Duration::ZERO).unwrap();
    let ready = &shared.readiness;
    let set = |what, works| {
        // There is no gate; the test asks only what the readiness holds.
        let _ = shared.set_works(what, works, control);
    };
    assert_eq!(ready.refuses(2), Some(NotReady::Starting));
    set(Works::Started, true);
    assert_eq!(ready.refuses(2), None);
    set(Works::Source, false);
    assert_eq!(ready.refuses(2), Some(NotReady::Source));
    set(Works::Journal, false);
    assert_eq!(ready.refuses(2), Some(NotReady::Journal));
    set(Works::Source, true);
    assert_eq!(ready.refuses(2), Some(NotReady::Journal));
    set(Works::Journal, true);
    ready.begin(true);
    ready.begin(true);
    ready.begin(false);
    assert_eq!(ready.refuses(2), Some(NotReady::Undecided(2)));
    ready.decided();
    assert_eq!(ready.refuses(2), None, "one off the line is not waited for");
    assert_eq!(ready.next_part(), PartId::new(7));
    assert_eq!(ready.next_part(), PartId::new(8));
}

#[test]
fn room_for_parts_is_kept_whatever_was_missed() {
    let ready = Readiness::new(PartId::FIRST);
    ready.broken.store(0, Ordering::Release);
    let missed = (0..1_000).filter(|_| ready.begin_missed()).count();
    assert_eq!(missed, MISSED_MAX);
    for _ in 0..PARTS_MAX {
        assert_eq!(ready.refuses(1_000), None);
        assert!(ready.begin_if_room(true));
    }
    assert!(!ready.begin_if_room(true));
    assert_eq!(ready.refuses(1_000), Some(NotReady::UnderWay(PARTS_MAX)));
    assert!(ready.end(), "room again");
    assert!(!ready.end());
    ready.end_missed();
    assert!(ready.begin_missed() && !ready.begin_missed());
}

#[test]
fn what_was_missed_without_a_number_is_taken_once() {
    let ready = Readiness::new(PartId::FIRST);
    ready.miss(3, false);
    ready.miss(5, true);
    let taken = Unnumbered {
        triggers: 8,
        lost: 5,
    };
    assert_eq!(ready.take_unnumbered(), taken);
    assert_eq!(ready.take_unnumbered(), Unnumbered::default());
}
