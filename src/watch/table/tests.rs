use super::*;
use crate::hash::Sha256;
use crate::part::PartId;
use crate::watch::test_files::identity;

fn name(number: u64) -> Name {
    Name::new(format!("{number}.png").as_bytes()).unwrap()
}

/// The content of inode 7, with later times.
const LATER: Identity = Identity {
    mtime_ns: 20,
    ctime_ns: 30,
    ..identity(7)
};

fn proof() -> Proof {
    Proof {
        part: PartId::FIRST,
        sha256: Sha256::of(b"bytes"),
        ctime_ns: 3,
    }
}

/// What a scan without events makes of a file.
fn judged(table: &mut ContentTable, number: u64, found: Identity) -> Recognition {
    table.recognise(&name(number), &found, false)
}

#[test]
fn a_content_is_known_by_its_inode_under_any_name() {
    let mut table = ContentTable::new(8, 8);
    let taken = table.insert(&name(1), identity(7), None, true);
    assert_eq!(taken.content, 1);
    assert_eq!(judged(&mut table, 1, identity(7)), Recognition::Taken);
    assert_eq!(judged(&mut table, 2, identity(7)), Recognition::Taken);
    assert_eq!(judged(&mut table, 1, identity(8)), Recognition::New);
    // Two names refer to the file. If one is removed, the file is still known.
    table.unlink(&name(1));
    assert_eq!(table.len(), 1);
    table.unlink(&name(2));
    assert_eq!(table.len(), 0);
    assert_eq!(judged(&mut table, 2, identity(7)), Recognition::New);
}

#[test]
fn a_followed_content_is_known_with_any_times() {
    let mut table = ContentTable::new(8, 8);
    let taken = table.insert(&name(1), identity(7), None, true);
    assert!(table.recognise_followed(&name(1), &LATER, true));
    assert!(!table.is_overwritten(&taken));
    table.mark_written(&name(1));
    assert!(table.is_overwritten(&taken));
    assert!(!table.recognise_followed(&name(1), &LATER, true));
    let again = table.insert(&name(1), LATER, None, true);
    assert!(table.is_overwritten(&taken) && !table.is_overwritten(&again));
}

#[test]
fn a_content_without_events_is_proved_by_its_times_or_bytes() {
    let mut table = ContentTable::new(8, 8);
    let later = Identity {
        ctime_ns: 30,
        ..identity(7)
    };
    table.insert(&name(1), identity(7), None, false);
    assert_eq!(judged(&mut table, 1, identity(7)), Recognition::Taken);
    assert_eq!(judged(&mut table, 1, later), Recognition::New);
    table.insert(&name(1), identity(7), Some(proof()), false);
    assert_eq!(judged(&mut table, 1, later), Recognition::IfSame(proof()));
    let longer = Identity { size: 2, ..later };
    assert_eq!(judged(&mut table, 1, longer), Recognition::New);
    // After a loss of events, changed times count again.
    table.insert(&name(1), identity(7), None, true);
    table.lose_track();
    assert_eq!(judged(&mut table, 1, later), Recognition::New);
}

#[test]
fn a_rename_keeps_a_content_between_its_two_names() {
    let mut table = ContentTable::new(8, 8);
    table.insert(&name(1), identity(7), None, true);
    assert_eq!(table.detach(&name(1)), Some(7));
    // A file from outside the directory would be new.
    assert!(!table.recognise_followed(&name(2), &identity(7), true));
    assert!(table.recognise_followed(&name(2), &identity(7), false));
    table.forget_unnamed(7);
    assert_eq!(table.get(&name(2)).map(|found| found.inode), Some(7));
}

#[test]
fn a_sweep_forgets_what_the_scan_did_not_find() {
    let mut table = ContentTable::new(8, 8);
    table.insert(&name(1), identity(1), None, true);
    table.insert(&name(2), identity(2), None, true);
    table.unmark();
    assert_eq!(judged(&mut table, 2, identity(2)), Recognition::Taken);
    table.sweep();
    assert_eq!(table.len(), 1);
    assert!(table.get(&name(1)).is_none());
}

#[test]
fn the_table_never_grows_and_the_oldest_are_known_by_size_and_time() {
    const MAX: u64 = 100;
    let mut table = ContentTable::new(100, 1000);
    for number in 0..10 * MAX {
        table.insert(&name(number), identity(number), None, true);
        assert!(table.len() <= 100);
    }
    for number in 0..10 * MAX {
        assert_eq!(
            judged(&mut table, number, identity(number)),
            Recognition::Taken
        );
        let other = Identity {
            size: 99,
            ..identity(number)
        };
        assert_eq!(judged(&mut table, number, other), Recognition::New);
    }
    assert!(!table.is_full());
    for number in 10 * MAX..30 * MAX {
        table.insert(&name(number), identity(number), None, true);
        table.unlink(&name(number));
    }
    for number in 30 * MAX..50 * MAX {
        table.insert(&name(number), identity(number), None, true);
    }
    assert!(table.is_full());
    // A new content is still new.
    assert_eq!(judged(&mut table, 9999, identity(9999)), Recognition::New);
}

#[test]
fn a_followed_content_is_recognised_with_new_times_and_names() {
    let mut table = ContentTable::new(8, 8);
    table.insert(&name(1), identity(7), None, true);
    assert!(table.recognise_followed(&name(2), &LATER, true));
    let known = *table.get(&name(2)).unwrap();
    assert_eq!((known.mtime_ns, known.ctime_ns), (20, 30));
    let longer = Identity { size: 2, ..LATER };
    assert!(!table.recognise_followed(&name(1), &longer, true));
    assert!(!table.recognise_followed(&name(1), &identity(8), true));
    table.lose_track();
    assert!(!table.recognise_followed(&name(1), &LATER, true));
}

#[test]
fn only_a_followed_content_is_known_to_be_unwritten() {
    let mut table = ContentTable::new(8, 8);
    assert!(!table.is_unwritten(&name(1)));
    table.insert(&name(1), identity(7), None, true);
    assert!(table.is_unwritten(&name(1)));
    table.mark_inode_written(8);
    assert!(table.is_unwritten(&name(1)));
    table.mark_inode_written(7);
    assert!(!table.is_unwritten(&name(1)));
    table.insert(&name(1), identity(7), None, false);
    assert!(!table.is_unwritten(&name(1)));
}

#[test]
fn a_content_written_under_another_name_is_new_for_the_next_scan() {
    let mut table = ContentTable::new(8, 8);
    table.insert(&name(1), identity(7), None, true);
    assert!(!table.written_elsewhere(&identity(8)));
    assert!(
        !table.written_elsewhere(&identity(7)),
        "its time is the same"
    );
    let later = Identity {
        mtime_ns: 20,
        ..identity(7)
    };
    assert!(table.written_elsewhere(&later));
    assert_eq!(judged(&mut table, 1, later), Recognition::New);
    table.detach(&name(1));
    let still_later = Identity {
        mtime_ns: 30,
        ..identity(7)
    };
    assert!(
        !table.written_elsewhere(&still_later),
        "no name leads to it"
    );
}

#[test]
fn a_content_that_is_being_written_arrives_by_its_closing_and_not_by_a_scan() {
    let mut table = ContentTable::new(8, 8);
    table.insert(&name(1), identity(7), None, true);
    table.mark_written(&name(1));
    assert_eq!(judged(&mut table, 1, identity(7)), Recognition::Taken);
    table.lose_track();
    assert_eq!(judged(&mut table, 1, identity(7)), Recognition::New);
}

#[test]
fn a_scan_adopts_times_and_whether_events_follow() {
    let mut table = ContentTable::new(8, 8);
    table.insert(&name(1), identity(7), None, true);
    assert_eq!(table.recognise(&name(1), &LATER, true), Recognition::Taken);
    let known = *table.get(&name(1)).unwrap();
    assert_eq!((known.mtime_ns, known.ctime_ns), (20, 30));
    assert!(table.is_unwritten(&name(1)));
    assert_eq!(table.recognise(&name(1), &LATER, false), Recognition::Taken);
    assert!(!table.is_unwritten(&name(1)));
    let unknown = Identity {
        ctime_ns: 0,
        ..LATER
    };
    table.insert(&name(1), unknown, None, false);
    assert_eq!(judged(&mut table, 1, LATER), Recognition::New);
}

#[test]
fn a_proof_counts_for_the_content_that_was_judged_and_no_later_one() {
    let mut table = ContentTable::new(8, 8);
    let first = table.insert(&name(1), identity(7), None, false);
    let second = table.insert(&name(1), identity(7), None, false);
    assert_eq!((first.content, second.content), (1, 2));
    let later = Identity {
        ctime_ns: 30,
        ..identity(7)
    };
    table.prove(&first, proof());
    assert_eq!(judged(&mut table, 1, later), Recognition::New);
    table.prove(&second, proof());
    assert_eq!(judged(&mut table, 1, later), Recognition::IfSame(proof()));
}

#[test]
fn a_content_with_another_name_is_not_forgotten() {
    let mut table = ContentTable::new(8, 8);
    table.insert(&name(1), identity(7), None, true);
    table.forget_unnamed(7);
    assert_eq!(table.len(), 1);
    table.link(&name(1), 7);
    table.link(&name(2), 7);
    table.link(&name(2), 8);
    assert!(
        table.get(&name(2)).is_none(),
        "its inode is not in the table"
    );
    assert_eq!(table.detach(&name(1)), Some(7));
    assert_eq!(table.detach(&name(1)), None);
    table.forget_unnamed(7);
    assert_eq!(table.len(), 0);
}

#[test]
fn names_are_kept_up_to_two_for_each_content() {
    let mut table = ContentTable::new(2, 8);
    table.insert(&name(0), identity(7), None, true);
    for number in 1..6 {
        table.link(&name(number), 7);
    }
    let known = (0..6).filter(|number| table.get(&name(*number)).is_some());
    assert_eq!(known.count(), 4);
}

#[test]
fn only_inspected_pictures_with_a_name_become_aged() {
    let mut table = ContentTable::new(4, 8);
    for inode in 1..=4 {
        table.insert(&name(inode), identity(inode), None, true);
    }
    table.mark_written(&name(1));
    table.detach(&name(2));
    // A content that is in the table already needs no space.
    table.insert(&name(4), identity(4), None, true);
    assert_eq!(table.len(), 4);
    table.insert(&name(5), identity(5), None, true);
    assert_eq!(table.len(), 2, "three at once make space for one");
    assert_eq!(judged(&mut table, 1, identity(1)), Recognition::New);
    assert_eq!(judged(&mut table, 2, identity(2)), Recognition::New);
    assert_eq!(judged(&mut table, 3, identity(3)), Recognition::Taken);
    assert!(table.get(&name(3)).is_none());
    assert_eq!(judged(&mut table, 4, identity(4)), Recognition::Taken);
}

#[test]
fn a_file_that_is_renamed_during_a_scan_is_not_swept() {
    let mut table = ContentTable::new(4, 4);
    table.insert(&name(1), identity(7), None, true);
    table.unmark();
    assert_eq!(table.detach(&name(1)), Some(7));
    table.link(&name(2), 7);
    table.sweep();
    assert!(table.get(&name(2)).is_some());
}
