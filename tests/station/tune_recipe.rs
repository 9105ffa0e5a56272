//! Promise: with the limits that `sluice tune` proposes in the station file, the verdicts are those
//! that it counted.

use crate::site::{Site, pictures};
use ascendcl::Library;
use sluice::labelled::eval::{self, Summary};
use sluice::labelled::tune::{self, Limits, NEVER, Request, Tuning};
use sluice::station::{Station, read};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

/// A square in the picture: left, top, side, brightness, and whether it is in the mask. The first
/// three are even, so the model sees a square of half the side.
#[derive(Clone, Copy)]
struct Spot(u32, u32, u32, u8, bool);

/// Parts for the test model. It gives brightness 175 a score of 0.37, 178 one of 0.48, 190 one of
/// 0.86, 172 one of 0.27 and 166 one of 0.12. The ground is 100.
///
/// Parts 1, 2, 5, 7 and 9 are defective: squares of 100, 100, 64, three of 16, and 144 px. Good
/// parts have specks and stains that are too dim.
const PARTS: [&[Spot]; 11] = [
    &[],
    &[Spot(60, 50, 20, 255, true)],
    &[Spot(40, 30, 20, 175, true)],
    &[Spot(60, 50, 4, 255, false)],
    &[Spot(60, 50, 40, 166, false)],
    &[Spot(20, 20, 16, 190, true)],
    &[Spot(20, 20, 4, 255, false), Spot(90, 90, 4, 255, false)],
    &[
        Spot(20, 20, 8, 255, true),
        Spot(50, 20, 8, 255, true),
        Spot(20, 50, 8, 255, true),
    ],
    &[Spot(16, 8, 128, 150, false)],
    &[Spot(80, 80, 24, 178, true)],
    &[Spot(100, 30, 10, 172, false)],
];
const DEFECTIVE: [u32; 5] = [1, 2, 5, 7, 9];

fn render(spots: &[Spot], value: impl Fn(&Spot) -> Option<u8>, ground: u8) -> Vec<u8> {
    pictures::png(pictures::WIDTH, pictures::HEIGHT, |x, y| {
        let at = |spot: &&Spot| {
            let Spot(left, top, side, ..) = **spot;
            (left..left + side).contains(&x) && (top..top + side).contains(&y)
        };
        spots.iter().find(at).and_then(&value).unwrap_or(ground)
    })
}

fn write_part(site: &Site, number: usize, spots: &[Spot]) {
    let directory = site.path.join("set").join(number.to_string());
    fs::create_dir_all(&directory).unwrap();
    let picture = render(spots, |spot| Some(spot.3), 100);
    fs::write(directory.join("image.png"), picture).unwrap();
    let mask = render(spots, |spot| spot.4.then_some(255), 0);
    fs::write(directory.join("mask.png"), mask).unwrap();
}

/// A site with the data set `set`.
fn site(test: &str) -> Site {
    let site = Site::new(test);
    for (number, spots) in PARTS.iter().enumerate() {
        write_part(&site, number, spots);
    }
    site
}

/// The station of the site, with an absolute path of its model.
fn station_of(site: &Site) -> Station {
    let text = fs::read_to_string(site.path.join("station.json")).unwrap();
    let model = site.path.join("parts.onnx");
    let text = text.replace("parts.onnx", model.to_str().unwrap());
    read(text.as_bytes()).unwrap()
}

fn library() -> Library {
    Library::builtin(ascendcl_cpu::RESOLVER).unwrap()
}

fn tuned(station: &Station, set: &Path, miss_share: f64) -> Tuning {
    let request = Request {
        class: None,
        miss_share,
    };
    tune::run(station, library(), set, request, |_| {}).unwrap()
}

/// The parts that pass in the evaluation, and its counts.
fn evaluated(station: &Station, set: &Path) -> (BTreeMap<u32, bool>, Summary) {
    let mut passes = BTreeMap::new();
    let summary = eval::run(station, library(), set, None, |figures, _| {
        passes.insert(figures.number, figures.verdict.passes());
    });
    (passes, summary.unwrap())
}

fn text(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

/// At every point of the search, the counted verdict of each part equals that of `eval` with these
/// limits. Noise floors, zones, a part-present check and both kinds of output are tested.
#[test]
fn every_score_and_area_gives_the_verdicts_that_were_counted() {
    let site = site("tune-exact");
    let set = site.path.join("set");
    let plain = station_of(&site);
    let mut zoned = plain.clone();
    let zones = r#"{"name": "r", "classes": [{"class": 1, "name": "defect", "score_min": 0.3, "blob_area_min_px": 30,
        "blob_area_max_px": 50, "total_area_max_px": 45}], "zones": [
        {"name": "bore", "x": 34, "y": 36, "width": 20, "height": 20, "rule": "no_defect"},
        {"name": "edge", "x": 0, "y": 0, "width": 8, "height": 64, "rule": "ignore"}], "part_present":
        {"x": 0, "y": 0, "width": 64, "height": 64, "brightness_min": 0, "brightness_max": 120, "share_min_percent": 95}}"#;
    zoned.recipe = serde_json(zones);
    let mut by_class = plain.clone();
    by_class.engine.scores.clear();
    // No blob is that large. So the total area alone decides, and keeps its ratio to the blob area.
    let mut wide = plain.clone();
    let limits = &mut wide.recipe.classes[0];
    (limits.blob_area_max_px, limits.total_area_max_px) = (100_000_000, 50);

    for (station, step, areas) in [
        (
            &plain,
            9,
            &[0, 2, 3, 4, 15, 16, 23, 24, 25, 99, 100, 4096][..],
        ),
        (&zoned, 13, &[0, 7, 28, 29, 30, 63, 64, 110, 4096]),
        (&by_class, 1, &[0, 3, 4, 23, 24, 99, 100]),
        (
            &wide,
            33,
            &[0, 4096, 6_000_000, 8_000_000, 99_999_999, 100_000_000],
        ),
    ] {
        let tuning = tuned(station, &set, 0.0);
        assert_eq!(tuning.parts.len(), PARTS.len());
        let never = |index: usize| {
            let parts = tuning.parts.iter();
            parts
                .filter(move |part| part.pass_areas_px[index] == NEVER)
                .count()
        };
        assert_eq!(
            never(0) > 0,
            station == &zoned || station == &wide,
            "some part is always rejected"
        );
        let mut points: Vec<(usize, u32)> = (0..tuning.surface.scores().len())
            .step_by(step)
            .flat_map(|index| areas.iter().map(move |area| (index, *area)))
            .collect();
        points.push((tuning.file_index, tuning.file.blob_area_max_px));
        points.extend(tuning.proposed.map(|point| (point.index, point.area_px)));
        for (index, area_px) in points {
            let limits = tuning.limits(index, area_px);
            let mut with = station.clone();
            limits.put_into(&mut with.recipe, tuning.class);
            let (passes, summary) = evaluated(&with, &set);
            for part in &tuning.parts {
                assert_eq!(
                    part.passes(index, area_px),
                    passes[&part.number],
                    "part {} with {limits}",
                    part.number
                );
            }
            let counts = tuning.surface.counts(index, area_px);
            assert_eq!(
                counts.missed,
                summary.defective - summary.caught,
                "{limits}"
            );
            assert_eq!(counts.rejected, summary.rejected, "{limits}");
        }
        // The station file's limits are a point of the search.
        let own = tuning.limits(tuning.file_index, tuning.file.blob_area_max_px);
        assert_eq!(own, tuning.file);
    }
    // By hand: only scores above 0.27 and up to 0.37 separate the dim defect from the dim stain.
    // Three spots of 16 px exceed the total of 2 * 23.
    let point = tuned(&plain, &set, 0.0).proposed.unwrap();
    assert_eq!((point.counts.missed, point.counts.rejected), (0, 0));
    assert_eq!((point.area_from_px, point.area_to_px), (4, 23));
    assert!(
        point.score_from > 0.26 && point.score_to < 0.38,
        "{point:?}"
    );
    // One defective part in five may pass. It is the dim one, so more limits are possible.
    let point = tuned(&plain, &set, 0.2).proposed.unwrap();
    assert_eq!((point.counts.missed, point.counts.rejected), (0, 0));
}

fn serde_json(text: &str) -> sluice::recipe::Recipe {
    serde_json_core::from_str(text).unwrap().0
}

#[test]
fn the_written_station_file_keeps_the_promise_and_changes_nothing_else() {
    let site = site("tune-write");
    fs::write(
        site.path.join("set/kinds.csv"),
        "part,kind\n2,dim\n9,dim\n0,free\n3,free\n",
    )
    .unwrap();
    let old = fs::read_to_string(site.path.join("station.json")).unwrap();
    // With its own limits the station file misses the two dim parts.
    let before = text(&site.output(&["eval", "set", "--station", "station.json"]));
    assert!(
        before.contains("defective 5, caught 3; good 6, rejected 0"),
        "{before}"
    );
    assert!(before.contains("kind dim   0 of 2 (0.0 %)"), "{before}");
    assert!(
        before.contains("kind free  -                      0 of 2 (0.0 %)"),
        "{before}"
    );

    let command = [
        "tune",
        "set",
        "--station",
        "station.json",
        "--write",
        "new.json",
        "--plot",
        "plot.png",
        "--table",
        "t.csv",
    ];
    let output = site.output(&command);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for words in [
        "11 parts: 5 defective, 6 good; 0 left out",
        "station file         0.5                20  2 of 5 (40.0 %)",
        "0 of 5 defective parts missed: the share in production is below 45.1 % with 95 % confidence",
        "0 of 6 good parts rejected: the share in production is below 39.3 %",
        "  kind dim: 0 of 2 defective missed\n",
        "  kind free: 0 of 2 good rejected\n",
        "recipe.classes[0] of the station file:",
    ] {
        assert!(said.contains(words), "\"{words}\" in: {said}");
    }
    let new = fs::read_to_string(site.path.join("new.json")).unwrap();
    let limits = Limits::of(&read(new.as_bytes()).unwrap().recipe, 0).unwrap();
    for line in limits.to_string().lines() {
        assert!(
            said.contains(line) && new.contains(line),
            "{line} in: {said}"
        );
    }
    let others = |text: &str| {
        let lines = text
            .lines()
            .filter(|line| !line.contains("_px\"") && !line.contains("score_min"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(others(&new), others(&old));
    assert_ne!(new, old);
    let after = text(&site.output(&["eval", "set", "--station", "new.json"]));
    assert!(
        after.contains("defective 5, caught 5; good 6, rejected 0"),
        "{after}"
    );
    assert!(after.contains("kind dim   2 of 2 (100.0 %)"), "{after}");

    let table = fs::read_to_string(site.path.join("t.csv")).unwrap();
    let row = format!(
        "{},{},{},{},5,0,0.000000,6,0,0.000000",
        limits.score_min,
        limits.blob_area_min_px,
        limits.blob_area_max_px,
        limits.total_area_max_px
    );
    assert!(table.lines().any(|line| line == row), "{row}");
    let row = "0.5,4,20,40,5,2,0.400000,6,0,0.000000";
    assert!(table.lines().any(|line| line == row), "{row}");

    let plot = png::Decoder::new(std::io::BufReader::new(
        fs::File::open(site.path.join("plot.png")).unwrap(),
    ));
    let mut plot = plot.read_info().unwrap();
    let mut pixels = vec![0; plot.output_buffer_size().unwrap()];
    let info = plot.next_frame(&mut pixels).unwrap();
    assert_eq!(
        (info.width, info.height),
        (tune::PLOT_WIDTH_PX, tune::PLOT_HEIGHT_PX)
    );
    let orange = pixels
        .chunks_exact(3)
        .filter(|pixel| *pixel == [215, 90, 0])
        .count();
    assert!(orange > 200, "the proposal is marked: {orange}");

    // An existing file stays unchanged.
    let output = site.output(&command);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("never overwritten"));
    assert_eq!(fs::read_to_string(site.path.join("new.json")).unwrap(), new);
    assert_eq!(
        fs::read_to_string(site.path.join("station.json")).unwrap(),
        old
    );
}

#[test]
fn tune_overwrites_no_file() {
    let site = site("tune-over");
    let station = site.path.join("station.json");
    let old = fs::read(&station).unwrap();
    std::os::unix::fs::symlink("station.json", site.path.join("link.csv")).unwrap();
    let whole = station.to_str().unwrap();
    for (files, word) in [
        (
            &["--table", "station.json"][..],
            "--table station.json: is also the file of --station",
        ),
        (&["--plot", whole], "is also the file of --station"),
        (
            &["--table", "./set/../station.json"],
            "is also the file of --station",
        ),
        (&["--table", "link.csv"], "is also the file of --station"),
        (
            &["--table", "new", "--plot", "./new"],
            "--plot ./new: is also the file of --table",
        ),
        (
            &["--write", "set/new", "--plot", "set/../set/new"],
            "is also the file of --write",
        ),
    ] {
        let output = site.output(&[&["tune", "set", "--station", "station.json"], files].concat());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(word), "{word} in: {}", text(&output));
        assert_eq!(fs::read(&station).unwrap(), old);
    }
    assert!(!site.path.join("new").exists() && !site.path.join("set/new").exists());
}

#[test]
fn unusable_data_is_named() {
    let site = site("tune-data");
    let set = site.path.join("set");
    let tune = |more: &[&str]| {
        let command = [&["tune", "set", "--station", "station.json"], more].concat();
        let output = site.output(&command);
        (output.status.code().unwrap(), text(&output))
    };
    let says = |more: &[&str], code: i32, words: &[&str]| {
        let (found, said) = tune(more);
        assert_eq!(found, code, "{said}");
        for word in words {
            assert!(said.contains(word), "\"{word}\" in: {said}");
        }
    };
    says(&["--class", "pit"], 2, &["no class \"pit\"", "defect"]);

    // A mask of another size, a truncated picture, a missing mask, a label that vanishes: these
    // parts are left out, and nothing is written.
    let mask = pictures::png(pictures::WIDTH + 1, pictures::HEIGHT, |_, _| 0);
    fs::write(set.join("0/mask.png"), mask).unwrap();
    fs::write(set.join("1/image.png"), pictures::truncated()).unwrap();
    fs::remove_file(set.join("3/mask.png")).unwrap();
    let thin = pictures::png(pictures::WIDTH, pictures::HEIGHT, |x, y| {
        u8::from((x, y) == (40, 40)) * 200
    });
    fs::write(set.join("6/mask.png"), thin).unwrap();
    says(
        &["--write", "new.json"],
        1,
        &[
            "0/mask.png: has 161 x 144 pixels, and image.png beside it 160 x 144",
            "1/image.png: the file ends at byte",
            "3/mask.png: No such file",
            "6  left out: set/6/mask.png: its defect is too thin",
            "7 parts: 4 defective, 3 good; 4 left out (named above)",
            "not written: 4 parts were left out",
        ],
    );
    assert!(!site.path.join("new.json").exists());

    // A mask of 0 and 1 would have no defect.
    write_part(&site, 21, &[Spot(60, 50, 20, 255, true)]);
    let mask = render(PARTS[1], |spot| spot.4.then_some(1), 0);
    fs::write(set.join("21/mask.png"), mask).unwrap();
    says(&[], 1, &["set/21/mask.png: its highest grey value is 1"]);
    fs::remove_dir_all(set.join("21")).unwrap();

    // A defect that the model does not see at any score.
    write_part(&site, 20, &[Spot(60, 50, 20, 101, true)]);
    says(
        &[],
        1,
        &[
            "No proposal: at most 0 of 5",
            "missed at every score and area: part 20",
        ],
    );
    says(
        &["--miss", "0.2"],
        1,
        &[
            "proposed",
            "missed: part 20",
            "To show a miss rate below 20 % takes 14 ",
        ],
    );
    says(
        &["--miss", "0.07"],
        1,
        &["No proposal", "allow it with --miss 0.20"],
    );

    for number in DEFECTIVE {
        fs::remove_dir_all(set.join(number.to_string())).unwrap();
    }
    fs::remove_dir_all(set.join("20")).unwrap();
    says(
        &[],
        1,
        &[
            "none of the 3 parts is defective (3 left out): fix the parts that were left out",
            "add defective parts",
        ],
    );
    // No part at all, and one whose defect the model never sees.
    for number in [4, 8, 10] {
        fs::remove_dir_all(set.join(number.to_string())).unwrap();
    }
    says(
        &[],
        1,
        &["no part could be used (3 left out): fix the parts that were left out"],
    );
    write_part(&site, 1, &[Spot(60, 50, 20, 101, true)]);
    write_part(&site, 2, PARTS[0]);
    says(&[], 1, &["No proposal", "allow it with --miss 1.0000."]);
    write_part(&site, 1, PARTS[1]);
    says(
        &["--miss", "0.07"],
        1,
        &["To show a miss rate below 7 % takes 42 "],
    );
    fs::remove_dir_all(&set).unwrap();
    write_part(&site, 0, PARTS[1]);
    says(
        &[],
        1,
        &["none of the 1 parts is good (0 left out)", "add good parts"],
    );
    fs::write(set.join("kinds.csv"), "part,kind\n0\n").unwrap();
    says(&[], 1, &["kinds.csv: line 2"]);
    fs::write(set.join("kinds.csv"), "part,kind\n0,a\n1,b\n").unwrap();
    says(&[], 1, &["kinds.csv: line 3 names part 1"]);
    for name in ["0001", "007", "+1"] {
        fs::create_dir(set.join(name)).unwrap();
        let named = format!("set/{name}: a part's directory has the part's number as its name");
        says(&[], 1, &[&named, "rename it to "]);
        fs::remove_dir(set.join(name)).unwrap();
    }
    fs::remove_dir_all(set.join("0")).unwrap();
    says(&[], 1, &["no numbered directories"]);
}
