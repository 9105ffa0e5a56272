use super::*;

fn running() -> Status {
    Status {
        is_locked: Some(true),
        looked: Some(Instant::now()),
        lines: 1,
        ..Status::default()
    }
}

#[test]
fn a_station_runs_only_while_its_journal_is_read() {
    assert_eq!(running().is_running(), Some(true));
    let failed = Status {
        failure: Some("gone".to_owned()),
        ..running()
    };
    let empty = Status {
        lines: 0,
        ..running()
    };
    let hangs = Status {
        looked: Instant::now().checked_sub(TURN_MAX),
        ..running()
    };
    let unseen = Status {
        is_locked: None,
        ..running()
    };
    let behind = Status {
        is_behind: true,
        ..running()
    };
    assert!(behind.is_reading() && !running().is_reading());
    for status in [failed, empty, hangs, unseen, behind, Status::default()] {
        assert_eq!(status.is_running(), None, "{status:?}");
    }
    // Another journal is not known before its first line.
    let mut status = running();
    status.begin_anew();
    assert_eq!((status.is_running(), status.is_readable()), (None, true));
}

#[test]
fn a_cause_that_this_version_does_not_know_is_not_taken_for_none() {
    let of = |text: &str| serde_json_core::from_str(text).unwrap().0;
    let latches: Latches = of(r#"["bin_full", "of_tomorrow"]"#);
    assert!(latches.has_unknown() && latches.causes().count() == 1);
    let latches: Latches = of(r#"["bin_full"]"#);
    assert!(!latches.has_unknown());
}
