use super::*;
use crate::station::file::{self, After};
use std::env;

struct Place(PathBuf);

impl Place {
    fn new(test: &str) -> Self {
        let path = env::temp_dir().join(format!("sluice-inspected-{}-{test}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn disposal(&self) -> Disposal {
        Disposal::new(&file::DirectorySettings {
            path: self.0.to_str().unwrap().parse().unwrap(),
            after: After::Keep,
            move_to: "".parse().unwrap(),
            workers: 1,
            pair_min_ms: 0,
            pair_max_ms: 0,
            poll_ms: 0,
        })
        .unwrap()
    }

    fn open(&self, kept: &[Before]) -> Inspected {
        let ledger = Ledger::new().unwrap();
        Inspected::open(
            self.0.join("journal.inspected"),
            self.disposal(),
            ledger,
            kept,
        )
    }

    fn read(&self) -> Vec<Before> {
        read(&self.0.join("journal.inspected")).unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn before(part: u64) -> Before {
    Before {
        part: PartId::new(part),
        name: None,
        identity: Identity {
            size: part + 1,
            mtime_ns: -5,
            inode: u64::MAX - part,
            ctime_ns: i64::MAX,
            content: 0,
        },
        sha256: part.is_multiple_of(2).then(|| Sha256::of(b"bytes")),
    }
}

#[test]
fn what_was_written_is_read_in_order_after_any_restart() {
    let place = Place::new("order");
    assert_eq!(place.read(), []);
    let mut inspected = place.open(&[before(1), before(2)]);
    inspected.remember(&before(3));
    let all = [before(1), before(2), before(3)];
    assert_eq!(place.read(), all);
    let mut inspected = place.open(&all[1..]);
    inspected.remember(&before(4));
    assert_eq!(place.read(), [before(2), before(3), before(4)]);
}

#[test]
fn a_power_cut_at_any_byte_costs_the_record_that_was_being_written_and_no_other() {
    let place = Place::new("torn");
    let path = place.0.join("journal.inspected");
    drop(place.open(&[before(1), before(2), before(3)]));
    let whole = fs::read(&path).unwrap();
    assert_eq!(whole.len(), 3 * RECORD_BYTES);
    for length in 0..=whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(place.read().len(), length / RECORD_BYTES);
    }
    // Where the ring writes over the oldest, a changed byte costs that one.
    for at in RECORD_BYTES..2 * RECORD_BYTES {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&path, &changed).unwrap();
        assert_eq!(place.read(), [before(1), before(3)], "byte {at}");
    }
}

#[test]
fn a_place_that_cannot_be_written_is_said_once() {
    let place = Place::new("nowhere");
    let path = place.0.join("none/journal.inspected");
    let mut inspected = Inspected::open(path, place.disposal(), Ledger::new().unwrap(), &[]);
    let notice = inspected.notice().unwrap().to_string();
    assert!(
        notice.contains("none/journal.inspected: open failed"),
        "{notice}"
    );
    inspected.remember(&before(1));
    assert_eq!(inspected.notice(), None);
}

#[test]
fn the_integrator_hears_of_many_pictures_once_and_long_before_the_limit() {
    let place = Place::new("many");
    let mut inspected = place.open(&[]);
    for number in 0..LEDGER_MAX {
        let name = Name::new(format!("{number}.png").as_bytes()).unwrap();
        inspected
            .ledger
            .restore(&name, before(number as u64).identity, None);
        let notice = inspected.notice();
        assert_eq!(notice.is_some(), number + 1 == MANY, "{number}: {notice:?}");
    }
}

#[test]
fn it_lies_beside_the_journal() {
    let of = |text: &str| path(&text.parse().unwrap());
    assert_eq!(of("journal"), Path::new("journal.inspected"));
    let directory = env::temp_dir();
    let journal = format!("{}/j/", directory.display());
    assert_eq!(of(&journal), directory.join("j.inspected"));
    // Nothing may be written beside it.
    let inside = Path::new("/proc/self/journal/inspected");
    assert_eq!(of("/proc/self/journal"), inside);
}

#[test]
fn it_is_complete_while_its_file_lies_in_its_place() {
    let place = Place::new("complete");
    let path = place.0.join("journal.inspected");
    let inspected = place.open(&[before(1)]);
    assert!(inspected.is_complete());
    // As when it lies in the journal's directory, and that is moved.
    fs::rename(&path, place.0.join("archived")).unwrap();
    assert!(!inspected.is_complete());
    fs::copy(place.0.join("archived"), &path).unwrap();
    assert!(!inspected.is_complete(), "another file");
}

#[test]
fn it_is_not_complete_after_a_write_that_failed() {
    let place = Place::new("incomplete");
    let mut inspected = place.open(&[]);
    let path = place.0.join("journal.inspected");
    // Nothing can be written through it.
    inspected.file = Some(File::open(&path).unwrap());
    inspected.remember(&before(1));
    assert!(!inspected.is_complete());
    assert!(inspected.notice().is_some());
    assert!(!inspected.is_complete(), "it was said, and is still so");
}
