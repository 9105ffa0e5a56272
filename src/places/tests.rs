use super::*;
use crate::control::Expected;
use crate::station::file::{ChallengeBy, ChallengeSettings, GoldenSettings};
use std::fs;
use std::os::unix::fs::symlink;

/// A directory for one test, with a watched directory `in` and a model. The station file has
/// absolute paths.
struct Site(PathBuf);

impl Site {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("sluice-places-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        for directory in ["in/sub", "out"] {
            fs::create_dir_all(path.join(directory)).unwrap();
        }
        fs::write(path.join("model.onnx"), b"").unwrap();
        Self(path)
    }

    fn at(&self, path: &str) -> String {
        self.0.join(path).display().to_string()
    }

    /// The problems' messages after `set` has changed the station file.
    fn problems(&self, set: impl Fn(&mut Station)) -> Vec<String> {
        let mut station =
            crate::station::read(include_bytes!("../../board/stations/host.json")).unwrap();
        let path = |path: &str| self.at(path).parse().unwrap();
        station.source.directory.as_mut().unwrap().path = path("in");
        station.journal.directory = path("journal");
        station.display.file = path("out/screen.png");
        station.lines.timeline = path("out/lines.csv");
        station.engine.model = path("model.onnx");
        set(&mut station);
        let file = self.0.join("station.json");
        let problems = problems(&station, Some(&file));
        problems.iter().map(ToString::to_string).collect()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn files_that_the_station_writes_must_not_be_among_its_pictures() {
    let site = Site::new("inside");
    assert_eq!(site.problems(|_| {}), [""; 0]);
    symlink(site.0.join("in"), site.0.join("alias")).unwrap();
    symlink(site.0.join("in/new.png"), site.0.join("out/link.png")).unwrap();
    for path in [
        "in/screen.png",
        "./in/screen.png",
        "out/../in/screen.png",
        "alias/screen.png",
        "in/sub/screen.png",
        // A write would create the link's target.
        "out/link.png",
    ] {
        let found = site.problems(|station| station.display.file = site.at(path).parse().unwrap());
        assert_eq!(found.len(), 1, "{path}: {found:?}");
        assert!(
            found[0].starts_with("display.file ")
                && found[0].contains("is inside source.directory.path"),
            "{found:?}"
        );
        let found =
            site.problems(|station| station.lines.timeline = site.at(path).parse().unwrap());
        assert!(found[0].starts_with("lines.timeline "), "{found:?}");
    }
    for path in ["in", "alias", "in/journal", "alias/sub"] {
        let found =
            site.problems(|station| station.journal.directory = site.at(path).parse().unwrap());
        assert!(found[0].starts_with("journal.directory "), "{found:?}");
        let found = site.problems(|station| {
            let directory = station.source.directory.as_mut().unwrap();
            directory.move_to = site.at(path).parse().unwrap();
            directory.after = After::Move;
        });
        assert!(
            found[0].starts_with("source.directory.move_to "),
            "{found:?}"
        );
        // Without `after: move` the directory is not used.
        let found = site.problems(|station| {
            station.source.directory.as_mut().unwrap().move_to = site.at(path).parse().unwrap();
        });
        assert_eq!(found, [""; 0]);
    }
    // The watched directory may be inside the journal's.
    let found = site.problems(|station| station.journal.directory = site.at(".").parse().unwrap());
    assert_eq!(found, [""; 0]);
}

#[test]
fn no_two_keys_may_name_one_file() {
    let site = Site::new("one-file");
    symlink("lines.csv", site.0.join("out/other.csv")).unwrap();
    fs::hard_link(site.0.join("model.onnx"), site.0.join("out/hard.png")).unwrap();
    let screen =
        |path: &str| site.problems(|station| station.display.file = site.at(path).parse().unwrap());
    for (path, other) in [
        ("model.onnx", "engine.model"),
        ("out/hard.png", "engine.model"),
        ("station.json", "the station file"),
    ] {
        let found = screen(path);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(other), "{found:?}");
    }
    for path in ["out/lines.csv", "out/../out/lines.csv", "out/other.csv"] {
        let found = screen(path);
        assert_eq!(found.len(), 1, "{path}: {found:?}");
        assert!(
            found[0].starts_with("lines.timeline ") && found[0].contains("display.file"),
            "{found:?}"
        );
    }
    assert_eq!(screen("none/screen.png"), [""; 0]);
    let found = site.problems(|station| {
        station.recipe.model = Some(site.at("model.onnx").parse().unwrap());
        station.engine.model.clear();
        let mut other = station.recipe.clone();
        other.model = Some(site.at("out/screen.png").parse().unwrap());
        station.recipes.push(other).unwrap();
        station.lines.timeline = site.at("model.onnx").parse().unwrap();
    });
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("recipes[].model"), "{found:?}");
    assert!(found[1].contains("recipe.model"), "{found:?}");
}

#[test]
fn a_golden_picture_is_no_picture_of_a_part() {
    let site = Site::new("golden");
    fs::write(site.0.join("in/golden.png"), b"").unwrap();
    symlink(site.0.join("in"), site.0.join("linked")).unwrap();
    fs::write(site.0.join("out/golden.png"), b"").unwrap();
    let challenge = |path: &str| {
        site.problems(|station| {
            let golden = |picture: &str, expect| GoldenSettings {
                picture: picture.parse().unwrap(),
                expect,
            };
            station.challenge = Some(ChallengeSettings {
                by: ChallengeBy::Picture,
                parts: [
                    golden("out/good.png", Expected::Pass),
                    golden(&site.at(path), Expected::Reject),
                ]
                .into_iter()
                .collect(),
                at_start: true,
                every_parts: None,
                every_hours: None,
            });
        })
    };
    assert_eq!(challenge("out/golden.png"), [""; 0]);
    for path in ["in/golden.png", "linked/golden.png"] {
        let found = challenge(path);
        assert_eq!(found.len(), 1, "{path}: {found:?}");
        let expected = "is inside source.directory.path, from which pictures are taken";
        assert!(
            found[0].starts_with("challenge.parts[].picture ") && found[0].contains(expected),
            "{found:?}"
        );
    }
}
