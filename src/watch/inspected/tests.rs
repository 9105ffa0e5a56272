use super::*;
use crate::station::file::After;
use crate::watch::test_files::{TestFolder, name};
use std::env;

impl TestFolder {
    fn list(&self) -> PathBuf {
        self.path.join("journal.inspected")
    }

    fn disposal(&self) -> Disposal {
        Disposal::new(&self.settings(After::Keep)).unwrap()
    }

    fn open(&self, kept: &[InspectedPicture]) -> Inspected {
        let ledger = Ledger::new().unwrap();
        Inspected::open(self.list(), self.disposal(), ledger, kept)
    }

    fn read(&self) -> Vec<InspectedPicture> {
        read(&self.list()).unwrap()
    }
}

pub(super) fn before(part: u64) -> InspectedPicture {
    InspectedPicture {
        part: PartId::new(part),
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
fn records_are_read_in_order_after_each_restart() {
    let folder = TestFolder::new("inspected-order");
    assert_eq!(folder.read(), []);
    let mut inspected = folder.open(&[before(1), before(2)]);
    inspected.remember(&before(3));
    let all = [before(1), before(2), before(3)];
    assert_eq!(folder.read(), all);
    let mut inspected = folder.open(&all[1..]);
    inspected.remember(&before(4));
    assert_eq!(folder.read(), [before(2), before(3), before(4)]);
}

#[test]
fn a_power_cut_at_any_byte_costs_only_the_record_being_written() {
    let folder = TestFolder::new("inspected-torn");
    let path = folder.list();
    drop(folder.open(&[before(1), before(2), before(3)]));
    let whole = fs::read(&path).unwrap();
    assert_eq!(whole.len(), 3 * RECORD_BYTES);
    for length in 0..=whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(folder.read().len(), length / RECORD_BYTES);
    }
    // Where the ring overwrites its oldest record, a changed byte costs that record only.
    for at in RECORD_BYTES..2 * RECORD_BYTES {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&path, &changed).unwrap();
        assert_eq!(folder.read(), [before(1), before(3)], "byte {at}");
    }
}

#[test]
fn a_path_that_cannot_be_written_is_reported_once() {
    let folder = TestFolder::new("inspected-nowhere");
    let path = folder.path.join("none/journal.inspected");
    let mut inspected = Inspected::open(path, folder.disposal(), Ledger::new().unwrap(), &[]);
    let notice = inspected.notice().unwrap().to_string();
    assert!(
        notice.contains("none/journal.inspected: open failed"),
        "{notice}"
    );
    inspected.remember(&before(1));
    assert_eq!(inspected.notice(), None);
}

#[test]
fn many_pictures_are_reported_once_and_long_before_the_limit() {
    let folder = TestFolder::new("inspected-many");
    let mut inspected = folder.open(&[]);
    for number in 0..LEDGER_MAX {
        let name = Name::new(format!("{number}.png").as_bytes()).unwrap();
        let ledger = &inspected.ledger;
        ledger.restore(ledger.key(&name), before(number as u64).identity, None);
        let notice = inspected.notice();
        assert_eq!(notice.is_some(), number + 1 == MANY, "{number}: {notice:?}");
    }
}

#[test]
fn the_file_is_beside_the_journal_if_possible() {
    let of = |text: &str| path(&text.parse().unwrap());
    assert_eq!(of("journal"), Path::new("journal.inspected"));
    let directory = env::temp_dir();
    let journal = format!("{}/j/", directory.display());
    assert_eq!(of(&journal), directory.join("j.inspected"));
    // No process may write beside this path.
    let inside = Path::new("/proc/self/journal/inspected");
    assert_eq!(of("/proc/self/journal"), inside);
}

#[test]
fn the_list_is_complete_while_its_file_is_in_place() {
    let folder = TestFolder::new("inspected-complete");
    let path = folder.list();
    let inspected = folder.open(&[before(1)]);
    assert!(inspected.is_complete());
    // As if the file were in the journal's directory, and that were moved.
    fs::rename(&path, folder.path.join("archived")).unwrap();
    assert!(!inspected.is_complete());
    fs::copy(folder.path.join("archived"), &path).unwrap();
    assert!(!inspected.is_complete(), "another file");
}

#[test]
fn the_list_is_incomplete_after_a_failed_write() {
    let folder = TestFolder::new("inspected-incomplete");
    let mut inspected = folder.open(&[]);
    let path = folder.list();
    // A write through this descriptor fails.
    inspected.file = Some(File::open(&path).unwrap());
    inspected.remember(&before(1));
    assert!(!inspected.is_complete());
    assert!(inspected.notice().is_some());
    assert!(!inspected.is_complete(), "it was said, and is still so");
}

#[test]
fn a_picture_that_stays_is_remembered_and_no_other() {
    let folder = TestFolder::new("inspected-dispose");
    let identity = folder.write("a.png", "bytes");
    let sha256 = Some(Sha256::of(b"bytes"));
    let dispose = |inspected: &mut Inspected, part| {
        let part = PartId::new(part);
        inspected.dispose(&name("a.png"), &identity, sha256, part)
    };
    let mut inspected = folder.open(&[]);
    assert_eq!(dispose(&mut inspected, 1), Ok(Disposed::Kept));
    let expected = InspectedPicture {
        part: PartId::new(1),
        identity,
        sha256,
    };
    assert_eq!(folder.read(), [expected]);
    // A content that was written since is another picture.
    let ledger = &inspected.ledger;
    ledger.restore(ledger.key(&name("a.png")), identity, None);
    inspected.ledger.lock().table.mark_written(&name("a.png"));
    assert_eq!(dispose(&mut inspected, 2), Ok(Disposed::Changed));
    assert_eq!(folder.read().len(), 1);

    let mut inspected = folder.open(&[]);
    inspected.disposal = Disposal::new(&folder.settings(After::Move)).unwrap();
    for taken in ["a.png", "a-000003.png"] {
        fs::write(folder.path.join("out").join(taken), "taken").unwrap();
    }
    assert_eq!(dispose(&mut inspected, 3), Err(WatchError::NameTaken));
    assert_eq!(folder.read().len(), 1);
    assert_eq!(dispose(&mut inspected, 4), Ok(Disposed::Moved));
    assert_eq!(folder.read().len(), 1);
}

#[test]
fn a_full_set_of_old_pictures_is_reported_once() {
    let folder = TestFolder::new("inspected-full");
    let mut inspected = folder.open(&[]);
    inspected.ledger = Ledger::with_capacity(8, 0).unwrap();
    assert_eq!(inspected.notice(), Some(Notice::Full));
    assert_eq!(inspected.notice(), None);
}

#[test]
fn the_oldest_record_is_overwritten_once_the_ring_is_full() {
    let folder = TestFolder::new("inspected-ring");
    let mut inspected = folder.open(&[before(1), before(2)]);
    inspected.next = RECORDS_MAX;
    inspected.remember(&before(3));
    assert_eq!(folder.read(), [before(2), before(3)]);
}

#[test]
fn a_list_that_cannot_be_read_is_an_error() {
    let folder = TestFolder::new("inspected-unreadable");
    assert!(read(&folder.path).is_err());
}
