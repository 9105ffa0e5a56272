//! Promise: a station with several recipes changes between them by input lines or command, only
//! when READY is off and no part is under way. Each part's record and counts name the recipe that
//! judged it. While the lines give no recipe's code, nothing passes.

use crate::site::inputs::{RECIPE_0, RECIPE_1};
use crate::site::trigger::Stimulus;
use crate::site::{Site, lines, pictures, wait_for};

/// A recipe that allows the defect which the first one, `plate`, rejects.
const FLANGE: &str = r#""recipes": [ { "name": "flange", "code": 2, "classes": [ { "class": 1, "name": "defect",
    "score_min": 0.5, "blob_area_min_px": 4, "blob_area_max_px": 400, "total_area_max_px": 400 } ] } ],
  "display": {"#;

impl Site {
    fn add_flange(&self) {
        self.change(&[
            ("\"display\": {", FLANGE),
            (r#""name": "plate","#, r#""name": "plate", "code": 1,"#),
        ]);
    }

    /// The recipe and the verdict of each part, in order.
    fn judged(&self, count: usize) -> Vec<String> {
        let parts = self.wait_parts(count).into_iter();
        parts
            .map(|part| {
                let recipe = part.recipe.unwrap();
                format!("{recipe} {} {}", part.verdict.kind, part.gate.outcome)
            })
            .collect()
    }

    /// The changes of the recipe in the journal.
    fn recipe_changes(&self) -> Vec<String> {
        let records = self.control_records().into_iter();
        let changes = records.filter(|control| control.change == "recipe");
        changes
            .map(|control| format!("{}: {}", control.by, control.detail))
            .collect()
    }

    fn wait_recipe_changes(&self, expected: &[&str]) {
        wait_for(&format!("{expected:?}"), || {
            (self.recipe_changes() == expected).then_some(())
        });
    }
}

#[test]
fn input_lines_choose_the_recipe_between_two_parts() {
    let site = Site::with_trigger("recipes-lines", 4, 1000);
    site.be_quick();
    site.add_inputs(&[("recipe_0", RECIPE_0), ("recipe_1", RECIPE_1)]);
    site.change(&[(r#""inputs": {"#, r#""inputs": { "recipe_stable_ms": 20,"#)]);
    site.add_flange();
    let mut station = site.start();
    let mut inputs = Stimulus::open(&site);
    // Both lines are inactive, and 0 is no recipe's code.
    let none = "line: the code 0 is no recipe's";
    site.wait_recipe_changes(&[none]);
    site.wait_line(lines::READY, false);
    site.wait_line(lines::FAULT, true);
    inputs.set(RECIPE_0, true);
    site.wait_line(lines::READY, true);
    site.part_with(&mut inputs, 1, "1.png", &pictures::bad());
    let plate = "plate REJECT rejected";
    assert_eq!(site.judged(1)[0], plate);

    // The code changes while a part is under way: the part is still judged by the old recipe. The
    // lines do not change at once, but no code between counts.
    site.wait_line(lines::READY, true);
    inputs.part();
    wait_for("the part to be taken", || {
        (site.timeline().active(lines::BUSY).len() >= 2).then_some(())
    });
    inputs.set(RECIPE_1, true);
    inputs.set(RECIPE_0, false);
    site.wait_line(lines::READY, false);
    assert_eq!(site.recipe_changes(), [none]);
    site.feed("2.png", &pictures::bad());
    assert_eq!(site.judged(2)[1], plate);
    site.wait_recipe_changes(&[none, "line: flange; was plate"]);
    site.wait_line(lines::READY, true);
    site.part_with(&mut inputs, 3, "3.png", &pictures::bad());
    assert_eq!(site.judged(3)[2], "flange PASS passed");

    let (code, answer) = site.ask(&["recipe", "plate"]);
    assert_eq!(code, Some(1), "{answer}");
    assert!(
        answer.contains("the input lines choose the recipe"),
        "{answer}"
    );
    // An impossible code keeps READY off until the lines give a recipe's code again.
    inputs.set(RECIPE_0, true);
    site.wait_line(lines::READY, false);
    site.wait_line(lines::FAULT, true);
    for _ in 0..3 {
        station.verdict();
    }
    inputs.part();
    let missed = station.verdict();
    assert!(
        missed
            .text
            .contains("the input lines give no recipe's code"),
        "{missed:?}"
    );
    inputs.set(RECIPE_0, false);
    site.wait_line(lines::READY, true);
    site.wait_recipe_changes(&[
        none,
        "line: flange; was plate",
        "line: the code 3 is no recipe's",
    ]);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_command_chooses_the_recipe_and_the_counts_follow_it() {
    let site = Site::quick("recipes-command");
    site.add_flange();
    let mut station = site.start();
    assert_eq!(site.ask(&["recipe"]), (Some(0), "plate\n".to_owned()));
    site.assert_passes("good.png");
    site.feed("bad.png", &pictures::bad());
    site.wait_part("bad.png");
    let (code, answer) = site.ask(&["recipe", "disc"]);
    assert_eq!(code, Some(1), "{answer}");
    assert!(
        answer.contains("no recipe \"disc\"; there are: plate, flange"),
        "{answer}"
    );
    let (code, answer) = site.ask(&["recipe", "flange"]);
    assert_eq!(code, Some(0), "{answer}");
    assert!(answer.contains("the recipe changes to flange"), "{answer}");
    site.wait_recipe_changes(&["command: flange; was plate"]);
    assert_eq!(site.ask(&["recipe"]), (Some(0), "flange\n".to_owned()));
    site.wait_line(lines::READY, true);
    site.feed("allowed.png", &pictures::bad());
    site.wait_part("allowed.png");
    assert_eq!(
        site.judged(3),
        [
            "plate PASS passed",
            "plate REJECT rejected",
            "flange PASS passed"
        ]
    );
    let (_, counts) = site.ask(&["counters"]);
    assert!(
        counts.contains("plate") && counts.contains("flange"),
        "{counts}"
    );
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn check_tries_each_recipe() {
    let site = Site::new("recipes-check");
    site.add_flange();
    let (code, text) = site.ask(&["check"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains(r#"recipes[0].name "flange": fits the model"#),
        "{text}"
    );
    // A class that the model does not have.
    site.change(&[(
        r#"{ "class": 1, "name": "defect",
    "score_min""#,
        r#"{ "class": 7, "name": "defect",
    "score_min""#,
    )]);
    let (code, text) = site.ask(&["check"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(!text.contains("flange\": fits"), "{text}");
    assert!(text.contains("recipes[0].classes lists class 7"), "{text}");
}
