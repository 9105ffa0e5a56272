use super::*;

fn name(number: usize) -> Name {
    Name::new(format!("{number}.png").as_bytes()).unwrap()
}

fn at(ms: u64) -> Timestamp {
    Timestamp::from_ns(ms * 1_000_000)
}

fn identity(ctime_ns: i64) -> Identity {
    Identity {
        size: 1,
        mtime_ns: 5,
        ctime_ns,
        ..Identity::default()
    }
}

#[test]
fn only_a_name_that_is_not_written_to_becomes_due() {
    let mut links = PendingNames::default();
    assert!(links.add(&name(1), identity(6), at(100)));
    assert!(links.add(&name(2), identity(6), at(105)));
    assert_eq!(links.due(), Some(at(120)));
    assert!(links.take_due(at(119)).is_none());
    links.remove(&name(1));
    assert!(links.take_due(at(120)).is_none());
    let mut made = links.take_due(at(125)).unwrap();
    assert_eq!(made.name, name(2));
    assert!(made.look_again(identity(6), 1, at(125)));
    assert_eq!(links.due(), None);
    for number in 0..WAITING_MAX {
        assert!(links.add(&name(number), identity(6), at(0)));
    }
    assert!(!links.add(&name(WAITING_MAX), identity(6), at(0)));
}

#[test]
fn a_file_that_may_be_written_to_waits_longer() {
    let mut links = PendingNames::default();
    let grown = |size| Identity {
        size,
        ..identity(5)
    };
    assert!(links.add(&name(1), grown(1), at(0)));
    for (now, size, finished) in [
        (20, 2, false),
        (40, 2, false),
        (150, 3, false),
        (330, 3, false),
        (360, 3, true),
    ] {
        let mut made = links.take_due(at(now)).unwrap();
        assert_eq!(made.look_again(grown(size), 1, at(now)), finished, "{now}");
        assert!(links.put_back(made));
    }
    // With two names, it is a link.
    let mut made = links.take_due(at(400)).unwrap();
    assert!(!made.look_again(grown(4), 2, at(400)));
    assert!(made.look_again(grown(4), 2, at(420)));
}

#[test]
fn the_halves_of_a_rename_find_each_other() {
    let mut links = PendingNames::default();
    assert_eq!(links.rename_from(7, 70), None);
    assert_eq!(links.rename_from(8, 80), None);
    assert_eq!(links.rename_to(7), Some(70));
    assert_eq!(links.rename_to(7), None);
    for cookie in 9..12 {
        assert_eq!(links.rename_from(cookie, 0), None);
    }
    assert_eq!(links.rename_from(12, 0), Some(80));
}

/// Whether content with one name and equal times is finished after [`LINK_SETTLE`].
fn is_finished_soon(links: &mut PendingNames, found: Identity) -> bool {
    let ms = |ms: u64| Timestamp::from_ns(ms * 1_000_000);
    assert!(links.add(&name(1), found, ms(100)));
    links.deleted(&name(0));
    let mut made = links.take_due(ms(120)).unwrap();
    made.look_again(found, 1, ms(120))
}

#[test]
fn a_rename_by_link_and_unlink_within_a_tick_is_recognised_by_its_closing() {
    let found = identity(5);
    let found = Identity {
        mtime_ns: 5,
        ..found
    };
    assert!(
        !is_finished_soon(&mut PendingNames::default(), found),
        "unsure"
    );
    let mut links = PendingNames::default();
    links.closed_other(&name(0), Some(found));
    assert!(is_finished_soon(&mut links, found));
    let another = Identity {
        mtime_ns: 4,
        ..found
    };
    let mut links = PendingNames::default();
    links.closed_other(&name(0), Some(another));
    assert!(!is_finished_soon(&mut links, found), "written since");
    let mut links = PendingNames::default();
    links.closed_other(&name(0), None);
    assert!(is_finished_soon(&mut links, found), "gone already");
    let mut links = PendingNames::default();
    links.closed_other(&name(2), None);
    assert!(!is_finished_soon(&mut links, found), "another was deleted");
}

#[test]
fn a_name_that_appears_again_waits_anew() {
    let mut links = PendingNames::default();
    assert!(links.add(&name(1), identity(6), at(100)));
    assert!(links.add(&name(1), identity(6), at(110)));
    assert_eq!(links.due(), Some(at(130)));
    links.deleted(&name(1));
    assert_eq!(links.due(), None);
}

#[test]
fn the_latest_closings_are_remembered() {
    let closed = |inode| Identity {
        inode,
        ..identity(5)
    };
    let mut links = PendingNames::default();
    let first = CLOSED_MAX as u64 + 1;
    for inode in 0..=first {
        links.closed_other(&name(0), Some(closed(inode)));
    }
    assert!(!is_finished_soon(&mut links, closed(1)), "forgotten");
    assert!(is_finished_soon(&mut links, closed(2)));
    assert!(is_finished_soon(&mut links, closed(first)));
}

#[test]
fn a_link_is_told_by_its_change_time_or_its_second_name() {
    for (ctime_ns, names, is_link) in [(5, 1, false), (6, 1, true), (5, 2, true), (4, 1, false)] {
        let mut links = PendingNames::default();
        assert!(links.add(&name(1), identity(ctime_ns), at(0)));
        let mut made = links.take_due(at(20)).unwrap();
        let is_finished = made.look_again(identity(ctime_ns), names, at(20));
        assert_eq!(is_finished, is_link, "{ctime_ns}, {names}");
    }
}
