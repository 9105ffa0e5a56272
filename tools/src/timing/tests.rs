//! The diagrams: the committed ones are those of the schedule, and the page shows each of them.

use super::{SCENES, drawing};
use std::fs;
use std::path::PathBuf;

fn docs(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs")).join(name)
}

#[test]
fn the_committed_diagrams_are_up_to_date() {
    for scene in SCENES {
        let made = drawing(scene).unwrap_or_else(|error| panic!("{error}"));
        let file = format!("timing/{}.svg", scene.name);
        let committed = fs::read_to_string(docs(&file)).unwrap();
        assert!(
            made == committed,
            "docs/{file} is not what the schedule gives; run `cargo run -p sluice-tools --bin timing`, and look at it"
        );
    }
}

#[test]
fn the_page_shows_each_diagram_and_no_other() {
    let page = |name| fs::read_to_string(docs(name)).unwrap();
    let page = page("gate.md") + &page("encoder.md");
    let shown: Vec<&str> = page
        .split("](timing/")
        .skip(1)
        .filter_map(|rest| rest.split_once(".svg)"))
        .map(|(name, _)| name)
        .collect();
    let mut files: Vec<String> = fs::read_dir(docs("timing"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let names: Vec<&str> = SCENES.iter().map(|scene| scene.name).collect();
    assert_eq!(shown, names, "in the order of the pages");
    files.sort_unstable();
    let mut sorted = names;
    sorted.sort_unstable();
    assert_eq!(files, sorted);
}
