use super::*;
use crate::station::file::After;
use crate::watch::file_system::lists_inodes;
use crate::watch::table::Recognition;
use crate::watch::test_files::{TestFolder, name};
use std::fs;

fn record(part: u64, file: &str, identity: Identity) -> RecordedPicture {
    RecordedPicture {
        picture: InspectedPicture {
            part: PartId::new(part),
            identity,
            sha256: Some(Sha256::of(b"bytes")),
        },
        name: Some(name(file)),
    }
}

fn pictures(records: &[RecordedPicture]) -> Vec<InspectedPicture> {
    records.iter().map(|record| record.picture).collect()
}

fn restored(site: &TestFolder, after: After, records: &[RecordedPicture]) -> (Ledger, Restored) {
    let disposal = Disposal::new(&site.settings(after)).unwrap();
    restore(&disposal, records.iter().cloned()).unwrap()
}

#[test]
fn pictures_that_are_still_there_are_known_in_the_order_of_their_parts() {
    let site = TestFolder::new("restore-keep");
    let [a, b] = ["a.png", "b.png"].map(|file| site.write(file, "bytes"));
    let gone = Identity { inode: 0, ..a };
    let records = [
        record(1, "gone.png", gone),
        record(2, "b.png", b),
        record(3, "renamed.png", a),
    ];
    let (ledger, restored) = restored(&site, After::Keep, &records);
    assert_eq!(restored.kept, pictures(&records[1..]));
    assert_eq!((restored.finished, restored.failed), (0, 0));
    assert_eq!(ledger.recognise(&name("a.png"), &a), Recognition::Taken);
    let proof = Proof {
        part: PartId::new(2),
        sha256: Sha256::of(b"bytes"),
        ctime_ns: b.ctime_ns,
    };
    let touched = Identity {
        ctime_ns: b.ctime_ns + 1,
        ..b
    };
    let found = ledger.recognise(&name("b.png"), &touched);
    assert_eq!(found, Recognition::IfSame(proof));
}

#[test]
fn the_latest_record_of_an_inode_counts() {
    let site = TestFolder::new("restore-latest");
    let a = site.write("a.png", "bytes");
    let shorter = Identity { size: 1, ..a };
    let records = [record(1, "a.png", a), record(2, "a.png", shorter)];
    let (ledger, found) = restored(&site, After::Keep, &records);
    assert!(found.kept.is_empty() && ledger.is_empty());
    let records = [record(1, "a.png", shorter), record(2, "a.png", a)];
    let (_, found) = restored(&site, After::Keep, &records);
    assert_eq!(found.kept, pictures(&records[1..]));
}

#[test]
fn a_record_without_a_change_time_counts_for_the_same_name_and_time() {
    let site = TestFolder::new("restore-old");
    let a = site.write("a.png", "bytes");
    let old = Identity { ctime_ns: 0, ..a };
    let kept = |record: RecordedPicture| {
        let (_, restored) = restored(&site, After::Keep, &[record]);
        restored.kept[0].identity.ctime_ns
    };
    assert_eq!(kept(record(1, "a.png", old)), a.ctime_ns);
    assert_eq!(kept(record(1, "b.png", old)), 0);
    let earlier = Identity { mtime_ns: 1, ..old };
    assert_eq!(kept(record(1, "a.png", earlier)), 0);
    let known = Identity { ctime_ns: 1, ..a };
    assert_eq!(kept(record(1, "a.png", known)), 1);
}

#[test]
fn what_the_last_process_did_not_move_or_delete_is_done_now() {
    for after in [After::Move, After::Delete] {
        let site = TestFolder::new(&format!("restore-{after:?}"));
        let a = site.write("a.png", "bytes");
        let b = site.write("b.png", "bytes");
        let changed = Identity { size: 1, ..b };
        let records = [
            record(1, "a.png", a),
            // Another record of an inode that is gone by now.
            record(2, "c.png", a),
            record(3, "b.png", changed),
        ];
        let (ledger, restored) = restored(&site, after, &records);
        assert_eq!((restored.finished, restored.failed), (1, 0));
        assert!(restored.kept.is_empty() && ledger.is_empty());
        assert!(!site.file("a.png").exists() && site.file("b.png").exists());
        assert_eq!(site.path.join("out/a.png").exists(), after == After::Move);
    }
}

#[test]
fn what_cannot_be_moved_stays_and_is_known() {
    let site = TestFolder::new("restore-failed");
    let a = site.write("a.png", "bytes");
    for taken in ["a.png", "a-000001.png"] {
        fs::write(site.path.join("out").join(taken), "taken").unwrap();
    }
    let (ledger, restored) = restored(&site, After::Move, &[record(1, "a.png", a)]);
    assert_eq!((restored.finished, restored.failed), (0, 1));
    assert_eq!(restored.failure, Some(WatchError::NameTaken));
    assert_eq!((restored.kept.len(), ledger.len()), (1, 1));
}

#[test]
fn only_files_with_a_recorded_inode_are_examined_where_the_directory_lists_inodes() {
    let site = TestFolder::new("restore-inodes");
    let [a, _] = ["a.png", "b.png"].map(|file| site.write(file, "bytes"));
    let folder = site.folder();
    let mut examined = Vec::new();
    each_picture_of(
        &folder,
        |inode| inode == a.inode,
        |name, found| {
            examined.push((name.to_string(), *found));
        },
    )
    .unwrap();
    examined.sort();
    let all = if lists_inodes(folder.path()) { 1 } else { 2 };
    assert_eq!(examined.len(), all, "{examined:?}");
    assert_eq!(examined[0], ("a.png".to_owned(), a));
}
