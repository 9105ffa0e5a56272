//! What goes when the files take too much, which is the oldest, and deletions that are cut off.

use super::*;

/// A history whose bound of bytes is that of 20 parts.
fn of(place: &Place) -> Store {
    Store::new(&settings(place), 16)
}

fn settings(place: &Place) -> HistorySettings {
    let mut store = Store::new(&place.settings(10_000, 1024), 16);
    add(&mut store, 1, Kind::Reject, 0).unwrap();
    let bytes = bytes(place);
    fs::remove_dir_all(place.path.join("history")).unwrap();
    // Noise compresses to almost the same length, so the bound has space for a half part more.
    let bound = bytes * 20 + bytes / 2;
    place.settings(10_000, u32::try_from(bound / 1024).unwrap())
}

/// What all files take.
fn bytes(place: &Place) -> u64 {
    let files = walk(&place.path);
    files
        .iter()
        .map(|path| path.metadata().unwrap().len())
        .sum()
}

fn walk(path: &std::path::Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// How many parts of each kind are kept: rejects, faults, passes, near passes.
fn counts(place: &Place) -> [usize; 4] {
    let kept = place.kept();
    Kind::ALL.map(|kind| kept.iter().filter(|(_, found)| *found == kind).count())
}

#[test]
fn passes_make_space_for_passes_and_never_push_out_rejects() {
    let place = Place::new("space-passes");
    let settings = settings(&place);
    let mut store = Store::new(&settings, 16);
    for part in 1..=15 {
        assert!(add(&mut store, part, Kind::Reject, 0).unwrap());
    }
    for part in 16..=100 {
        assert!(add(&mut store, part, Kind::Pass, 0).unwrap());
    }
    assert_eq!(counts(&place), [15, 0, 5, 0]);
    let kept = place.kept();
    let expected: Vec<_> = (1..=15).chain(96..=100).collect();
    let kept: Vec<_> = kept.into_iter().map(|(part, _)| part).collect();
    assert_eq!(kept, expected, "the oldest passes went");
    assert!(bytes(&place) <= settings.size_max_bytes());
}

#[test]
fn for_a_reject_the_kind_that_takes_most_makes_space() {
    let place = Place::new("space-rejects");
    let mut store = of(&place);
    for part in 1..=30 {
        add(&mut store, part, Kind::Pass, 0).unwrap();
    }
    for part in 31..=60 {
        assert!(add(&mut store, part, Kind::Reject, 0).unwrap());
    }
    let [rejects, _, passes, _] = counts(&place);
    assert_eq!(rejects + passes, 20);
    assert!((9..=11).contains(&rejects), "{rejects} rejects");
}

#[test]
fn a_pass_is_not_kept_if_only_rejects_could_go() {
    let place = Place::new("space-full");
    let mut store = of(&place);
    for part in 1..=20 {
        add(&mut store, part, Kind::Reject, 0).unwrap();
    }
    assert!(!add(&mut store, 21, Kind::Pass, 0).unwrap());
    assert_eq!(store.near_above(), 0);
    assert!(!add(&mut store, 22, Kind::Near, 80).unwrap());
    assert_eq!(counts(&place), [20, 0, 0, 0]);
    assert!(!place.path.join("history/.unfinished").exists());
    // A pass that is no nearer is not even written, until something went.
    assert_eq!(store.near_above(), 80);
    assert!(add(&mut store, 23, Kind::Reject, 0).unwrap());
    assert_eq!((counts(&place), store.near_above()), ([20, 0, 0, 0], 0));
}

#[test]
fn a_far_pass_never_displaces_a_nearer_one() {
    let place = Place::new("space-near");
    let mut store = of(&place);
    for part in 1..=20 {
        assert!(
            add(
                &mut store,
                part,
                Kind::Near,
                40 + u8::try_from(part).unwrap()
            )
            .unwrap()
        );
    }
    // 41 to 60 are kept.
    assert!(!add(&mut store, 21, Kind::Near, 41).unwrap());
    assert_eq!(store.near_above(), 41);
    assert!(!add(&mut store, 22, Kind::Pass, 0).unwrap());
    assert!(add(&mut store, 23, Kind::Near, 50).unwrap());
    let kept: Vec<_> = place.kept().into_iter().map(|(part, _)| part).collect();
    let expected: Vec<_> = (2..=20).chain([23]).collect();
    assert_eq!(kept, expected, "the farthest went");
    // Passes go for near passes.
    let place = Place::new("space-near-passes");
    let mut store = of(&place);
    for part in 1..=20 {
        add(&mut store, part, Kind::Pass, 0).unwrap();
    }
    assert!(add(&mut store, 21, Kind::Near, 1).unwrap());
    assert_eq!(counts(&place), [0, 0, 19, 1]);
}

/// A part at this time.
fn add_at(store: &mut Store, part: u64, second: u64) {
    let time = WallTime::from_unix_us(second * 1_000_000);
    let name = EntryName::new(time, PartId::new(part), Kind::Reject, 0);
    store.add(&name, &record(part), None).unwrap();
}

#[test]
fn the_oldest_is_known_by_the_number_also_if_the_clock_was_wrong() {
    let place = Place::new("clock");
    let settings = place.settings(2, 1024);
    let mut store = Store::new(&settings, 16);
    // The clock was far ahead, and then set right.
    for (part, second) in [(1, 4_000_000_000), (2, 4_000_000_001), (3, 1_800_000_000)] {
        add_at(&mut store, part, second);
    }
    let parts = || -> Vec<u64> { place.kept().into_iter().map(|(part, _)| part).collect() };
    assert_eq!(parts(), [3, 2]);
    drop(store);
    let mut store = Store::new(&settings, 16);
    add_at(&mut store, 4, 1_800_000_001);
    assert_eq!(parts(), [3, 4]);
    // A journal that is lost begins at 1 again. What this run has kept is the newest.
    add_at(&mut store, 1, 1_800_000_002);
    add_at(&mut store, 2, 1_800_000_003);
    assert_eq!(parts(), [1, 2]);
}

#[test]
fn a_deletion_that_is_cut_off_leaves_no_half_of_a_part() {
    let place = Place::new("cut-off");
    let settings = place.settings(1, 1024);
    let mut store = Store::new(&settings, 16);
    add(&mut store, 1, Kind::Reject, 0).unwrap();
    // A file that cannot be deleted cuts the deletion off.
    let of_first = entries(&place.path.join("history")).unwrap()[0]
        .path
        .clone();
    fs::remove_file(of_first.join(MASK_FILE)).unwrap();
    fs::create_dir(of_first.join(MASK_FILE)).unwrap();
    assert!(add(&mut store, 2, Kind::Reject, 0).is_err());
    assert_eq!(place.kept(), []);
    let rest = place.path.join("history/.deleted");
    assert!(rest.join(INPUT_FILE).exists());
    // The next start deletes the rest.
    fs::remove_dir(rest.join(MASK_FILE)).unwrap();
    drop(store);
    let mut store = Store::new(&settings, 16);
    add(&mut store, 3, Kind::Reject, 0).unwrap();
    assert!(!rest.exists());
    assert_eq!(place.kept(), [(3, Kind::Reject)]);
}

#[test]
fn files_of_others_in_a_kept_part_stay_where_they_are() {
    let place = Place::new("foreign");
    let mut store = Store::new(&place.settings(1, 1024), 16);
    let mut notes = Vec::new();
    for part in 1..=3 {
        add(&mut store, part, Kind::Reject, 0).unwrap();
        let kept = entries(&place.path.join("history")).unwrap();
        let path = kept.last().unwrap().path.clone();
        fs::write(path.join("notes.txt"), "mine").unwrap();
        notes.push(path);
    }
    for path in &notes[..2] {
        assert_eq!(walk(path), [path.join("notes.txt")]);
    }
    // The rest of a deletion with such a file is in the way of none.
    let rest = place.path.join("history/.deleted");
    fs::create_dir(&rest).unwrap();
    fs::write(rest.join("notes.txt"), "mine").unwrap();
    add(&mut store, 4, Kind::Reject, 0).unwrap();
    assert_eq!(walk(&notes[2]), [notes[2].join("notes.txt")]);
}

#[test]
fn a_kept_part_that_is_deleted_is_told_from_one_that_is_damaged() {
    let place = Place::new("is-deleted");
    let mut store = Store::new(&place.settings(1, 1024), 16);
    add(&mut store, 1, Kind::Reject, 0).unwrap();
    let entry = entries(&place.path.join("history")).unwrap().remove(0);
    assert!(!entry.is_deleted());
    add(&mut store, 2, Kind::Reject, 0).unwrap();
    assert!(entry.is_deleted());
    assert!(entry.record().unwrap_err().is_not_found());
}
