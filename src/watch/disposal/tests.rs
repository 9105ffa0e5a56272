use super::*;
use crate::watch::test_files::{TestFolder, name};
use std::fs;

#[test]
fn the_number_precedes_the_extension() {
    let numbered = |bytes: &[u8]| {
        numbered(&Name::new(bytes).unwrap(), PartId::new(17))
            .as_bytes()
            .to_vec()
    };
    assert_eq!(numbered(b"a.png"), b"a-000017.png");
    assert_eq!(numbered(b"a.b.PNG"), b"a.b-000017.PNG");
    let mut longest = vec![b'x'; FILE_NAME_MAX - 4];
    longest.extend(b".png");
    let long = numbered(&longest);
    assert_eq!(long.len(), FILE_NAME_MAX);
    assert!(long.ends_with(b"x-000017.png"));
}

fn apply(site: &TestFolder, after: After, identity: &Identity, bytes: Option<&str>) -> Disposed {
    let disposal = Disposal::new(&site.settings(after)).unwrap();
    let sha256 = bytes.map(|bytes| Sha256::of(bytes.as_bytes()));
    let done = disposal.apply(&name("a.png"), identity, sha256.as_ref(), PartId::new(17));
    done.unwrap()
}

fn moved(site: &TestFolder, file: &str) -> Option<String> {
    fs::read_to_string(site.path.join("out").join(file)).ok()
}

#[test]
fn a_picture_is_kept_moved_or_deleted() {
    let site = TestFolder::new("disposal");
    let identity = site.write("a.png", "one");
    let kept = Disposal::new(&site.settings(After::Keep)).unwrap();
    assert!(kept.keeps() && kept.folder().path().ends_with("/in"));
    assert_eq!(apply(&site, After::Keep, &identity, None), Disposed::Kept);
    assert!(!Disposal::new(&site.settings(After::Move)).unwrap().keeps());
    assert_eq!(apply(&site, After::Move, &identity, None), Disposed::Moved);
    assert_eq!(moved(&site, "a.png").as_deref(), Some("one"));
    assert_eq!(
        apply(&site, After::Move, &identity, None),
        Disposed::Vanished
    );
    let identity = site.write("a.png", "two");
    assert_eq!(apply(&site, After::Move, &identity, None), Disposed::Moved);
    assert_eq!(moved(&site, "a-000017.png").as_deref(), Some("two"));
    let identity = site.write("a.png", "three");
    assert_eq!(
        apply(&site, After::Delete, &identity, None),
        Disposed::Deleted
    );
    assert!(!site.file("a.png").exists());
}

#[test]
fn a_picture_with_other_times_must_have_the_inspected_bytes() {
    for after in [After::Move, After::Delete] {
        let site = TestFolder::new(&format!("disposal-times-{after:?}"));
        let identity = site.write("a.png", "bytes");
        site.set_times("a.png", 1_000_000, 0);
        assert_eq!(apply(&site, after, &identity, None), Disposed::Changed);
        let other = Some("other");
        assert_eq!(apply(&site, after, &identity, other), Disposed::Changed);
        let longer = Identity {
            size: 6,
            ..identity
        };
        assert_eq!(
            apply(&site, after, &longer, Some("bytes")),
            Disposed::Changed
        );
        // A file that was created after the inspection is a different file.
        let earlier = Identity {
            ctime_ns: 1,
            ..identity
        };
        assert_eq!(
            apply(&site, after, &earlier, Some("bytes")),
            Disposed::Changed
        );
        assert!(site.file("a.png").exists());
        // A picture that stays is not read.
        assert_eq!(apply(&site, After::Keep, &identity, None), Disposed::Kept);
        let creation_is_known = fs::metadata(site.file("a.png")).unwrap().created().is_ok();
        let done = apply(&site, after, &identity, Some("bytes"));
        assert_eq!(done == Disposed::Changed, !creation_is_known);
    }
}

#[test]
fn a_move_overwrites_no_file() {
    let site = TestFolder::new("disposal-taken");
    let identity = site.write("a.png", "one");
    for taken in ["a.png", "a-000017.png"] {
        fs::write(site.path.join("out").join(taken), "taken").unwrap();
    }
    let disposal = Disposal::new(&site.settings(After::Move)).unwrap();
    let done = disposal.apply(&name("a.png"), &identity, None, PartId::new(17));
    assert_eq!(done, Err(WatchError::NameTaken));
    assert!(site.file("a.png").exists());
    assert_eq!(moved(&site, "a.png").as_deref(), Some("taken"));
    assert_eq!(moved(&site, "a-000017.png").as_deref(), Some("taken"));
}

#[test]
fn the_directory_to_move_to_must_be_another_directory() {
    let site = TestFolder::new("disposal-to");
    let mut settings = site.settings(After::Move);
    settings.move_to = settings.path.clone();
    let error = Disposal::new(&settings).unwrap_err();
    assert_eq!(error, WatchError::SameDirectory);
    site.write("file", "");
    settings.move_to = site.file("file").to_str().unwrap().parse().unwrap();
    let error = Disposal::new(&settings).unwrap_err().to_string();
    assert!(
        error.starts_with("source.directory.move_to: stat failed"),
        "{error}"
    );
    settings.after = After::Keep;
    assert!(Disposal::new(&settings).is_ok());
}

/// The copy for a move to another file system, made on one file system.
#[test]
fn a_copy_keeps_bytes_and_time_and_removes_the_original() {
    let site = TestFolder::new("disposal-copy");
    site.write("a.png", "bytes");
    site.set_times("a.png", 1_000_000, 5);
    let identity = site.identity("a.png");
    let disposal = Disposal::new(&site.settings(After::Move)).unwrap();
    let longer = Identity {
        size: 6,
        ..identity
    };
    let copy = |identity: &Identity| disposal.copy(&name("a.png"), identity, PartId::new(17));
    assert_eq!(copy(&longer), Ok(Disposed::Changed));
    assert_eq!(copy(&identity), Ok(Disposed::Moved));
    assert_eq!(moved(&site, "a.png").as_deref(), Some("bytes"));
    assert_eq!(moved(&site, ".sluice-copy"), None);
    let copied = fs::metadata(site.path.join("out/a.png")).unwrap();
    let modified = copied
        .modified()
        .unwrap()
        .duration_since(std::time::SystemTime::UNIX_EPOCH);
    assert_eq!(modified.unwrap().as_nanos(), 1_000_000_000_000_005);
    assert_eq!(copy(&identity), Ok(Disposed::Vanished));
    let identity = site.write("a.png", "two");
    assert_eq!(copy(&identity), Ok(Disposed::Moved));
    assert_eq!(moved(&site, "a-000017.png").as_deref(), Some("two"));
    // Both names are taken: no copy is left, and the picture stays.
    let identity = site.write("a.png", "three");
    assert_eq!(copy(&identity), Err(WatchError::NameTaken));
    assert!(site.file("a.png").exists());
    assert_eq!(moved(&site, ".sluice-copy"), None);
}
