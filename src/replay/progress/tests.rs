//! The file from which a replay is resumed.

use super::super::runner::NowOfRecipe;
use super::*;
use std::fs;

fn now() -> Now {
    Now {
        binary: Sha256::of(b"binary"),
        station_file: Sha256::of(b"station"),
        recipes: vec![NowOfRecipe {
            name: "plate".to_owned(),
            recipe_sha256: Sha256::of(b"recipe"),
            model: Sha256::of(b"model"),
            engine: Some("executor".to_owned()),
        }],
    }
}

fn result(part: u64, outcome: Outcome) -> PartResult {
    PartResult {
        part,
        time: WallTime::default(),
        outcome,
        what: heapless::Vec::new(),
        because: heapless::Vec::new(),
        detail: heapless::String::new(),
    }
}

/// A path that is removed at the end.
struct Place(PathBuf);

impl Place {
    fn new(test: &str) -> Self {
        let name = format!("sluice-resume-{test}-{}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_file_that_is_not_of_this_replay_stays_as_it_is() {
    let place = Place::new("other");
    let first = identity(&now(), "all");
    let longer = format!("{}, and more\n", first.trim_end());
    for text in ["a line\nand a half", "no line", "\n", "\u{0}", &longer] {
        fs::write(&place.0, text).unwrap();
        let error = Resume::open(&place.0, &now(), "all").unwrap_err();
        assert!(matches!(error, ReplayError::OtherReplay { .. }), "{error}");
        assert_eq!(fs::read_to_string(&place.0).unwrap(), text);
    }
    fs::write(&place.0, "").unwrap();
    drop(Resume::open(&place.0, &now(), "all").unwrap());
    assert_eq!(fs::read_to_string(&place.0).unwrap(), first);
}

#[test]
fn what_was_compared_is_not_run_again() {
    let place = Place::new("again");
    let mut resume = Resume::open(&place.0, &now(), "all").unwrap();
    let outcomes = [
        (Outcome::Equal, true),
        (Outcome::Differs, true),
        (Outcome::NotFound, false),
        (Outcome::Failed, false),
        (Outcome::Deleted, false),
    ];
    for (part, (outcome, _)) in (1..).zip(outcomes) {
        resume.add(&result(part, outcome)).unwrap();
    }
    let whole = fs::read_to_string(&place.0).unwrap();
    fs::write(&place.0, format!("{whole}{{\"part\":9,")).unwrap();
    let resume = Resume::open(&place.0, &now(), "all").unwrap();
    for (part, (outcome, is_done)) in (1..).zip(outcomes) {
        let found = resume.result(part, WallTime::default());
        let expected = result(part, outcome);
        assert_eq!(found, is_done.then_some(&expected));
    }
    assert_eq!(fs::read_to_string(&place.0).unwrap(), whole);
}

#[test]
fn whatever_can_change_a_result_is_in_the_first_line() {
    let first = identity(&now(), "History 1/1 h");
    assert_ne!(identity(&now(), "History 1/1 other"), first);
    let changes: [fn(&mut Now); 6] = [
        |now| now.binary = Sha256::of(b"b"),
        |now| now.station_file = Sha256::of(b"s"),
        |now| now.recipes[0].name = "disc".to_owned(),
        |now| now.recipes[0].recipe_sha256 = Sha256::of(b"r"),
        |now| now.recipes[0].model = Sha256::of(b"m"),
        |now| now.recipes[0].engine = Some("rten".to_owned()),
    ];
    for change in changes {
        let mut now = now();
        change(&mut now);
        assert_ne!(identity(&now, "History 1/1 h"), first, "{now:?}");
    }
}
