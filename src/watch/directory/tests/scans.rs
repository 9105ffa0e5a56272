//! What happens in the directory while a scan is under way.

use super::*;

/// The directory with this picture, which was given out.
fn inspected(watched: &Watched) -> Directory {
    let settings = watched.settings();
    let known = Ledger::new().unwrap().into();
    let step = Step {
        time: Duration::ZERO,
        files_min: 1,
    };
    let mut directory = Directory::with_limits(&settings, known, BACKLOG_MAX, step).unwrap();
    watched.write("a.png");
    assert_eq!(watched.arrived(&mut directory, SETTLED), ["a.png"]);
    directory
}

/// Begins a scan, and leaves out every file. A scan that lists the files can miss one like that
/// which is renamed.
fn miss_all(directory: &mut Directory) {
    directory.begin_scan().unwrap();
    let scan = directory.scan.as_mut().unwrap();
    assert!(scan.entries.by_ref().count() > 2);
}

#[test]
fn a_picture_that_is_renamed_before_the_scan_ends_is_known() {
    let watched = Watched::new("scan-rename");
    let mut directory = inspected(&watched);
    miss_all(&mut directory);
    fs::rename(watched.path("a.png"), watched.path("b.png")).unwrap();
    assert_eq!(directory.scan_on(), Ok(false), "the rename comes first");
    assert!(watched.arrived(&mut directory, LATE).is_empty());
    assert!(directory.scan.is_none());
    assert_eq!(directory.ledger.len(), 1);
}

#[test]
fn a_picture_whose_rename_is_half_reported_is_known() {
    let watched = Watched::new("scan-half-rename");
    let mut directory = inspected(&watched);
    miss_all(&mut directory);
    let elsewhere = watched.folder.path.join("elsewhere");
    fs::rename(watched.path("a.png"), elsewhere).unwrap();
    assert!(watched.arrived(&mut directory, LATE).is_empty());
    assert!(directory.scan.is_none());
    assert_eq!(directory.ledger.len(), 1);
}

#[test]
fn a_picture_that_is_deleted_during_a_scan_is_forgotten() {
    let watched = Watched::new("scan-delete");
    let mut directory = inspected(&watched);
    directory.begin_scan().unwrap();
    assert_eq!(directory.scan_on(), Ok(false));
    fs::remove_file(watched.path("a.png")).unwrap();
    assert!(watched.arrived(&mut directory, LATE).is_empty());
    assert!(directory.scan.is_none());
    assert_eq!(directory.ledger.len(), 0);
}

#[test]
fn a_scan_that_lost_events_forgets_nothing_and_another_one_follows() {
    let watched = Watched::new("scan-overflow");
    let mut directory = inspected(&watched);
    miss_all(&mut directory);
    watched.overflow(&mut directory);
    assert_eq!(directory.scan_on(), Ok(true));
    assert_eq!(directory.ledger.len(), 1);
    fs::remove_file(watched.path("a.png")).unwrap();
    directory.ledger.fill().unwrap();
    directory.ledger.lock().events.inject(&[]);
    assert!(watched.arrived(&mut directory, LATE).is_empty());
    assert_eq!(directory.ledger.len(), 0);
}

#[test]
fn a_stream_of_events_holds_up_neither_a_scan_nor_the_deadline() {
    let watched = Watched::new("scan-stream");
    let mut directory = inspected(&watched);
    directory.begin_scan().unwrap();
    let written = encode(AddWatchFlags::IN_MODIFY, b"other.png");
    directory.ledger.lock().events.inject(&written.repeat(300));
    directory.step = Step::default();
    let now = Some(Timestamp::now());
    for waits in 1..=4 {
        assert_eq!(directory.next(now, watched.stop.as_fd()), Ok(None));
        assert!(directory.ledger.has_events());
        // It has listed all files, and waits for the events.
        assert_eq!(directory.scan.as_ref().unwrap().waits, waits);
    }
}
