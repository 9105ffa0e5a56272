use super::*;

fn name(number: u64) -> Name {
    Name::new(format!("{number}.png").as_bytes()).unwrap()
}

fn identity(inode: u64) -> Identity {
    Identity {
        size: 1,
        mtime_ns: 2,
        inode,
        ctime_ns: 3,
        content: 0,
    }
}

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
    // Two names lead to it. Without one of them, it is still there.
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
    let later = Identity {
        mtime_ns: 20,
        ctime_ns: 30,
        ..identity(7)
    };
    assert!(table.recognise_followed(&name(1), &later, true));
    assert!(!table.is_overwritten(&taken));
    table.mark_written(&name(1));
    assert!(table.is_overwritten(&taken));
    assert!(!table.recognise_followed(&name(1), &later, true));
    let again = table.insert(&name(1), later, None, true);
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
    let capacity = (table.contents.capacity(), table.names.capacity());
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
    assert!(table.contents.capacity() <= capacity.0);
    assert!(table.names.capacity() <= capacity.1);
    // A new content is still new.
    assert_eq!(judged(&mut table, 9999, identity(9999)), Recognition::New);
}
