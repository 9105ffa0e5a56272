//! Triggers and pictures are letters with times. The window is from 20 to 60 ms after the edge, and
//! a trigger is known at most 25 ms after it.

use super::*;
use Paired::{Another, Both, NoPicture, NoTrigger};

fn ms(time_ms: u64) -> Timestamp {
    Timestamp::from_ns(time_ms * 1_000_000)
}

enum Step {
    Trigger(&'static str, u64),
    /// The edge, and the time at which the trigger is known.
    LateTrigger(&'static str, u64, u64),
    Picture(&'static str, u64),
    /// The time of the last change, and the time at which the picture is seen.
    LatePicture(&'static str, u64, u64),
}
use Step::{LatePicture, LateTrigger, Picture, Trigger};

/// The results of `steps`, each with its time. Calls `expire` only at a step and at `next_wake`.
fn play(steps: &[Step]) -> std::vec::Vec<(u64, Paired<&'static str, &'static str>)> {
    let span = Duration::from_millis;
    let mut matcher = FileMatcher::new(span(20), span(60), span(25));
    let mut found = std::vec::Vec::new();
    let mut expire = |matcher: &mut FileMatcher<_, _>, now: Timestamp| {
        while let Some(paired) = matcher.expire(now) {
            found.push((now.as_ns() / 1_000_000, paired));
        }
    };
    for step in steps {
        let at = match *step {
            Trigger(_, at) | LateTrigger(_, _, at) | Picture(_, at) | LatePicture(_, _, at) => {
                ms(at)
            }
        };
        while let Some(wake) = matcher.next_wake().filter(|wake| *wake < at) {
            expire(&mut matcher, wake);
        }
        match *step {
            Trigger(name, at) => matcher.trigger(name, ms(at)).unwrap(),
            LateTrigger(name, edge, _) => matcher.trigger(name, ms(edge)).unwrap(),
            Picture(name, at) => assert_eq!(matcher.picture(name, ms(at), ms(at)), None),
            LatePicture(name, changed, seen) => {
                assert_eq!(matcher.picture(name, ms(changed), ms(seen)), None);
            }
        }
        expire(&mut matcher, at);
    }
    while let Some(wake) = matcher.next_wake() {
        expire(&mut matcher, wake);
    }
    assert!(matcher.is_empty());
    found
}

#[test]
fn each_picture_goes_to_the_trigger_in_whose_window_it_was_finished() {
    let found = play(&[
        Trigger("A", 0),
        Picture("a", 30),
        Trigger("B", 100),
        Picture("b", 160),
        Trigger("C", 200),
        Picture("c", 220),
    ]);
    let expected = [
        (30, Both("A", "a")),
        (160, Both("B", "b")),
        (220, Both("C", "c")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_missing_picture_is_reported_at_the_end_of_its_window_and_affects_only_its_part() {
    let found = play(&[
        Trigger("A", 0),
        Trigger("B", 100),
        Picture("b", 130),
        Trigger("C", 200),
        Picture("c", 230),
    ]);
    let expected = [
        (60, NoPicture("A")),
        (130, Both("B", "b")),
        (230, Both("C", "c")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_picture_before_or_after_the_window_belongs_to_no_part() {
    let found = play(&[
        Trigger("A", 0),
        Picture("early", 19),
        Picture("late", 61),
        Picture("later", 200),
    ]);
    let expected = [
        (24, NoTrigger("early")),
        (60, NoPicture("A")),
        (66, NoTrigger("late")),
        (205, NoTrigger("later")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_picture_seen_late_does_not_go_to_the_next_part() {
    // Finished in the window of A, but seen when only that of B is open.
    let found = play(&[
        Trigger("A", 0),
        Trigger("B", 50),
        LatePicture("a", 55, 75),
        Picture("b", 80),
    ]);
    let expected = [
        (60, NoPicture("A")),
        (80, Both("B", "b")),
        (80, NoTrigger("a")),
    ];
    assert_eq!(found, expected);
    // Seen at the end of the window of A, it belongs to A.
    let found = play(&[Trigger("A", 0), Trigger("B", 50), LatePicture("a", 20, 60)]);
    assert_eq!(found, [(60, Both("A", "a")), (110, NoPicture("B"))]);
}

#[test]
fn a_picture_last_changed_outside_the_window_belongs_to_no_part() {
    // The writer waited before it closed the file, or this is an earlier picture that was seen
    // late.
    let found = play(&[Trigger("A", 0), LatePicture("a", 19, 40)]);
    assert_eq!(found, [(45, NoTrigger("a")), (60, NoPicture("A"))]);
    // It was changed again after the station had seen it.
    let found = play(&[Trigger("A", 0), LatePicture("a", 61, 40)]);
    assert_eq!(found, [(45, NoTrigger("a")), (60, NoPicture("A"))]);
}

#[test]
fn a_trigger_known_after_its_picture_still_gets_it() {
    let found = play(&[Picture("a", 20), LateTrigger("A", 0, 24)]);
    assert_eq!(found, [(24, Both("A", "a"))]);
    let found = play(&[Picture("a", 20), LateTrigger("A", 0, 26)]);
    assert_eq!(found, [(25, NoTrigger("a")), (60, NoPicture("A"))]);
}

#[test]
fn pictures_in_the_wrong_order_are_matched_by_time_alone() {
    // The parts are closer than the window is wide, so the swap goes unnoticed. The oldest trigger
    // is served first.
    let found = play(&[
        Trigger("A", 0),
        Trigger("B", 30),
        Picture("b", 55),
        Picture("a", 57),
    ]);
    assert_eq!(found, [(55, Both("A", "b")), (57, Both("B", "a"))]);
    // With more distance, a late picture of A can still fall into the window of B and puts B in
    // doubt.
    let found = play(&[
        Trigger("A", 0),
        Trigger("B", 41),
        Picture("b", 61),
        Picture("a", 62),
    ]);
    let expected = [
        (60, NoPicture("A")),
        (61, Both("B", "b")),
        (62, Another("B", "a")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_second_picture_in_a_window_is_reported_once_and_does_not_affect_the_next_part() {
    let found = play(&[
        Trigger("A", 0),
        Picture("a", 30),
        Picture("again", 60),
        Picture("and again", 60),
        Picture("stray", 61),
        Trigger("B", 100),
        Picture("b", 130),
    ]);
    let expected = [
        (30, Both("A", "a")),
        (60, Another("A", "again")),
        (60, NoTrigger("and again")),
        (66, NoTrigger("stray")),
        (130, Both("B", "b")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_picture_changed_in_the_window_but_seen_after_it_does_not_match() {
    let mut matcher = FileMatcher::new(
        Duration::from_millis(20),
        Duration::from_millis(60),
        Duration::from_millis(25),
    );
    matcher.trigger("A", ms(0)).unwrap();
    assert_eq!(matcher.picture("a", ms(30), ms(75)), None);
    assert_eq!(matcher.pair(), None);
}

#[test]
fn after_a_burst_of_unrelated_pictures_the_next_part_gets_its_own() {
    let mut matcher = FileMatcher::new(
        Duration::ZERO,
        Duration::from_secs(1),
        Duration::from_secs(9),
    );
    let mut dropped = std::vec::Vec::new();
    for number in 0..1_000 {
        dropped.extend(matcher.picture(number, ms(10), ms(10)));
        assert_eq!(matcher.pair(), None);
    }
    assert_eq!(dropped, std::vec::Vec::from_iter(0..1_000 - PICTURES_MAX));
    matcher.trigger(7, ms(11)).unwrap();
    assert_eq!(
        matcher.picture(2_000, ms(20), ms(20)),
        Some(1_000 - PICTURES_MAX)
    );
    assert_eq!(matcher.pair(), Some(Both(7, 2_000)));
    assert_eq!(matcher.pair(), None);
}

#[test]
fn a_burst_is_matched_in_order_and_a_trigger_that_does_not_fit_is_returned() {
    let mut matcher = FileMatcher::new(Duration::ZERO, Duration::from_secs(1), Duration::ZERO);
    // Each part under way and as many missed triggers.
    for number in 0..2 * PARTS_MAX {
        assert_eq!(matcher.trigger(number, ms(0)), Ok(()));
    }
    assert_eq!(matcher.trigger(999, ms(0)), Err(999));
    for number in 0..PICTURES_MAX {
        assert_eq!(matcher.picture(number, ms(1), ms(1)), None);
    }
    for number in 0..PICTURES_MAX {
        assert_eq!(matcher.pair(), Some(Both(number, number)));
    }
    assert_eq!(matcher.pair(), None);
    let mut left = 0;
    while let Some(paired) = matcher.expire(ms(1_001)) {
        assert!(matches!(paired, NoPicture(_)));
        left += 1;
    }
    assert_eq!(left, PARTS_MAX);
}

#[test]
fn the_latest_matched_triggers_are_remembered_for_a_second_picture() {
    let span = Duration::from_millis;
    let mut matcher = FileMatcher::new(span(0), span(1), span(0));
    let count = u64::try_from(TRIGGERS_MAX).unwrap();
    for number in 0..=count {
        let at = ms(10 * number);
        assert_eq!(matcher.trigger(number, at), Ok(()));
        assert_eq!(matcher.picture(number, at, at), None);
        assert_eq!(matcher.pair(), Some(Both(number, number)));
    }
    for number in [1, count] {
        let at = ms(10 * number);
        assert_eq!(matcher.picture(1_000, at, at), None);
        assert_eq!(matcher.pair(), Some(Another(number, 1_000)));
    }
    // The first one is forgotten.
    assert_eq!(matcher.picture(1_000, ms(0), ms(0)), None);
    assert_eq!(matcher.pair(), None);
}

#[test]
fn a_picture_at_the_end_of_the_window_is_still_awaited() {
    let span = Duration::from_millis;
    let mut matcher = FileMatcher::<_, &str>::new(span(20), span(60), span(25));
    matcher.trigger("A", ms(0)).unwrap();
    assert_eq!(matcher.expire(ms(60)), None);
    assert!(!matcher.is_empty());
    let after = ms(60) + Duration::from_nanos(1);
    assert_eq!(matcher.next_wake(), Some(after));
    assert_eq!(matcher.expire(after), Some(NoPicture("A")));
    assert!(matcher.is_empty());
    assert_eq!(matcher.picture("late", ms(70), ms(70)), None);
    assert!(!matcher.is_empty());
}
