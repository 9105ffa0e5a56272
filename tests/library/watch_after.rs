//! Once a part is in the journal, its picture is kept, moved or deleted. No file is overwritten,
//! and no other file is touched.

use super::watch_place::WatchSite;
use sluice::part::PartId;
use sluice::station::file::After;
use sluice::watch::{Disposal, Disposed, Identity, Name, WatchError};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

fn identity(path: &Path) -> Identity {
    let metadata = fs::metadata(path).unwrap();
    Identity {
        size: metadata.size(),
        mtime_ns: metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec(),
        inode: metadata.ino(),
        ..Identity::default()
    }
}

fn apply(
    site: &WatchSite,
    disposal: &Disposal,
    content: &str,
    part: u64,
) -> Result<Disposed, WatchError> {
    site.write("a.png", content);
    let identity = identity(&site.file("a.png"));
    disposal.apply(
        &Name::new(b"a.png").unwrap(),
        &identity,
        None,
        PartId::new(part),
    )
}

fn listing(path: &Path) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = fs::read_dir(path)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn file(name: &str, content: &str) -> (String, String) {
    (name.to_string(), content.to_string())
}

#[test]
fn keep_and_delete() {
    let site = WatchSite::new("keep");
    let keep = Disposal::new(&site.source(After::Keep)).unwrap();
    assert_eq!(apply(&site, &keep, "one", 1), Ok(Disposed::Kept));
    assert_eq!(listing(&site.path.join("in")), [file("a.png", "one")]);
    let delete = Disposal::new(&site.source(After::Delete)).unwrap();
    assert_eq!(apply(&site, &delete, "two", 2), Ok(Disposed::Deleted));
    assert_eq!(listing(&site.path.join("in")), []);
}

/// Moves to `to`, which is on the same file system or on another one.
fn moves(site: &WatchSite, to: &Path) {
    let mut source = site.source(After::Move);
    source.move_to = to.to_str().unwrap().parse().unwrap();
    let disposal = Disposal::new(&source).unwrap();
    site.write("a.png", "one");
    let mtime = fs::metadata(site.file("a.png"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(apply(site, &disposal, "one", 1), Ok(Disposed::Moved));
    let moved = fs::metadata(to.join("a.png")).unwrap().modified().unwrap();
    assert!(moved >= mtime && moved.elapsed().unwrap().as_secs() < 60);
    assert_eq!(apply(site, &disposal, "two", 2), Ok(Disposed::Moved));
    let expected = [file("a-000002.png", "two"), file("a.png", "one")];
    assert_eq!(listing(to), expected);
    // Both names are taken: the picture stays, and the files in `to` stay unchanged.
    assert_eq!(
        apply(site, &disposal, "three", 2),
        Err(WatchError::NameTaken)
    );
    assert_eq!(listing(to), expected);
    assert_eq!(listing(&site.path.join("in")), [file("a.png", "three")]);
}

#[test]
fn a_move_overwrites_nothing() {
    let site = WatchSite::new("move");
    moves(&site, &site.path.join("out"));
}

#[test]
fn a_move_to_another_file_system_overwrites_nothing() {
    let site = WatchSite::new("across");
    let memory = Path::new("/dev/shm");
    let device = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev());
    if !device(memory).is_ok_and(|memory| memory != device(&site.path).unwrap()) {
        println!("no second file system at /dev/shm: not tested");
        return;
    }
    let to = memory.join(site.path.file_name().unwrap());
    fs::create_dir(&to).unwrap();
    // As if a process had died during a copy.
    fs::write(to.join(".sluice-copy"), "a longer text than the picture").unwrap();
    let result = std::panic::catch_unwind(|| moves(&site, &to));
    fs::remove_dir_all(&to).unwrap();
    result.unwrap();
}

#[test]
fn a_picture_that_was_rewritten_is_left_alone() {
    let site = WatchSite::new("changed");
    let name = Name::new(b"a.png").unwrap();
    for after in [After::Keep, After::Move, After::Delete] {
        let disposal = Disposal::new(&site.source(after)).unwrap();
        site.write("a.png", "inspected");
        let inspected = identity(&site.file("a.png"));
        site.write("a.png", "not yet inspected");
        let done = disposal.apply(&name, &inspected, None, PartId::FIRST);
        assert_eq!(done, Ok(Disposed::Changed));
        let expected = [file("a.png", "not yet inspected")];
        assert_eq!(listing(&site.path.join("in")), expected);
        fs::remove_file(site.file("a.png")).unwrap();
        let done = disposal.apply(&name, &inspected, None, PartId::FIRST);
        assert_eq!(done, Ok(Disposed::Vanished));
    }
}

#[test]
fn an_unusable_move_to_is_an_error_at_start() {
    let site = WatchSite::new("check");
    let mut source = site.source(After::Move);
    source.move_to = source.path.clone();
    assert_eq!(
        Disposal::new(&source).unwrap_err(),
        WatchError::SameDirectory
    );
    source.move_to = site.path.join("none").to_str().unwrap().parse().unwrap();
    let message = Disposal::new(&source).unwrap_err().to_string();
    assert!(
        message.starts_with("source.directory.move_to: stat failed"),
        "{message}"
    );
    // Without moves the directory is not checked.
    source.after = After::Delete;
    Disposal::new(&source).unwrap();
}
