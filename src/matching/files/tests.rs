//! Triggers and pictures by letters and times, with a window from 20 to 60 ms after the edge.

use super::*;
use Paired::{Another, Both, NoPicture, NoTrigger};

fn ms(time_ms: u64) -> Timestamp {
    Timestamp::from_ns(time_ms * 1_000_000)
}

enum Happening {
    Trigger(&'static str, u64),
    /// A trigger that is known so long after its edge.
    LateTrigger(&'static str, u64, u64),
    Picture(&'static str, u64),
    /// A picture that was last changed at the first time and seen at the second.
    LatePicture(&'static str, u64, u64),
}
use Happening::{LatePicture, LateTrigger, Picture, Trigger};

/// What becomes of it all, with the time of each, looking only when something happens or a look is asked for.
fn play(happenings: &[Happening]) -> std::vec::Vec<(u64, Paired<&'static str, &'static str>)> {
    let span = Duration::from_millis;
    let mut pairing = FileMatcher::new(span(20), span(60), span(25));
    let mut found = std::vec::Vec::new();
    let mut look = |pairing: &mut FileMatcher<_, _>, now: Timestamp| {
        while let Some(paired) = pairing.expire(now) {
            found.push((now.as_ns() / 1_000_000, paired));
        }
    };
    for happening in happenings {
        let at = match *happening {
            Trigger(_, at) | LateTrigger(_, _, at) | Picture(_, at) | LatePicture(_, _, at) => {
                ms(at)
            }
        };
        while let Some(wake) = pairing.next_wake().filter(|wake| *wake < at) {
            look(&mut pairing, wake);
        }
        match *happening {
            Trigger(name, at) => pairing.trigger(name, ms(at)).unwrap(),
            LateTrigger(name, edge, _) => pairing.trigger(name, ms(edge)).unwrap(),
            Picture(name, at) => assert_eq!(pairing.picture(name, ms(at), ms(at)), None),
            LatePicture(name, changed, seen) => {
                assert_eq!(pairing.picture(name, ms(changed), ms(seen)), None);
            }
        }
        look(&mut pairing, at);
    }
    while let Some(wake) = pairing.next_wake() {
        look(&mut pairing, wake);
    }
    assert!(pairing.is_empty());
    found
}

#[test]
fn each_picture_goes_to_the_trigger_in_whose_time_it_came() {
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
fn a_picture_that_is_missing_is_known_at_once_and_costs_only_its_part() {
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
fn a_picture_before_or_after_its_time_is_nobodys() {
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
fn a_picture_that_is_seen_late_is_not_the_next_parts() {
    // Finished in time, seen when only the next one can have it.
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
    // In time for its own part it costs nothing.
    let found = play(&[Trigger("A", 0), Trigger("B", 50), LatePicture("a", 20, 60)]);
    assert_eq!(found, [(60, Both("A", "a")), (110, NoPicture("B"))]);
}

#[test]
fn a_picture_whose_last_change_is_not_in_the_time_of_its_part_is_nobodys() {
    // Its writer waited before it closed the file: it may as well be an earlier one that was seen late.
    let found = play(&[Trigger("A", 0), LatePicture("a", 19, 40)]);
    assert_eq!(found, [(45, NoTrigger("a")), (60, NoPicture("A"))]);
    // It was changed again after the station had learned of it.
    let found = play(&[Trigger("A", 0), LatePicture("a", 61, 40)]);
    assert_eq!(found, [(45, NoTrigger("a")), (60, NoPicture("A"))]);
}

#[test]
fn a_trigger_that_is_known_after_its_picture_still_gets_it() {
    let found = play(&[Picture("a", 20), LateTrigger("A", 0, 24)]);
    assert_eq!(found, [(24, Both("A", "a"))]);
    let found = play(&[Picture("a", 20), LateTrigger("A", 0, 26)]);
    assert_eq!(found, [(25, NoTrigger("a")), (60, NoPicture("A"))]);
}

#[test]
fn pictures_in_another_order_go_to_the_triggers_by_time_alone() {
    // Closer than the window is wide: the station cannot know that they were swapped. The oldest comes first.
    let found = play(&[
        Trigger("A", 0),
        Trigger("B", 30),
        Picture("b", 55),
        Picture("a", 57),
    ]);
    assert_eq!(found, [(55, Both("A", "b")), (57, Both("B", "a"))]);
    // Farther apart than that, a picture of a part before may still be in the time of this one, and puts it in doubt.
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
fn a_second_picture_in_the_time_of_a_part_is_told_and_a_part_of_its_own_is_not_harmed() {
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
fn a_picture_that_is_seen_after_the_time_of_its_part_is_not_its_picture() {
    let mut pairing = FileMatcher::new(
        Duration::from_millis(20),
        Duration::from_millis(60),
        Duration::from_millis(25),
    );
    pairing.trigger("A", ms(0)).unwrap();
    assert_eq!(pairing.picture("a", ms(30), ms(75)), None);
    assert_eq!(pairing.pair(), None);
}

#[test]
fn after_a_burst_of_strange_pictures_the_next_part_gets_its_own() {
    let mut pairing = FileMatcher::new(
        Duration::ZERO,
        Duration::from_secs(1),
        Duration::from_secs(9),
    );
    let mut given_up = std::vec::Vec::new();
    for number in 0..1_000 {
        given_up.extend(pairing.picture(number, ms(10), ms(10)));
        assert_eq!(pairing.pair(), None);
    }
    assert_eq!(given_up, std::vec::Vec::from_iter(0..1_000 - PICTURES_MAX));
    pairing.trigger(7, ms(11)).unwrap();
    assert_eq!(
        pairing.picture(2_000, ms(20), ms(20)),
        Some(1_000 - PICTURES_MAX)
    );
    assert_eq!(pairing.pair(), Some(Both(7, 2_000)));
    assert_eq!(pairing.pair(), None);
}

#[test]
fn a_burst_is_paired_in_its_order_and_what_has_no_room_comes_back() {
    let mut pairing = FileMatcher::new(Duration::ZERO, Duration::from_secs(1), Duration::ZERO);
    for number in 0..TRIGGERS_MAX {
        assert_eq!(pairing.trigger(number, ms(0)), Ok(()));
    }
    assert_eq!(pairing.trigger(999, ms(0)), Err(999));
    for number in 0..PICTURES_MAX {
        assert_eq!(pairing.picture(number, ms(1), ms(1)), None);
    }
    for number in 0..PICTURES_MAX {
        assert_eq!(pairing.pair(), Some(Both(number, number)));
    }
    assert_eq!(pairing.pair(), None);
    let mut left = 0;
    while let Some(paired) = pairing.expire(ms(1_001)) {
        assert!(matches!(paired, NoPicture(_)));
        left += 1;
    }
    assert_eq!(left, TRIGGERS_MAX - PICTURES_MAX);
}
