//! Promise: the shipped model, with the shipped station file, finds the defects of parts that it
//! has never seen. The test uses the whole path from PNG to verdict. The model's card names the
//! model by its hash.

use ascendcl::Library;
use sluice::hash::Sha256;
use sluice::labelled::eval;
use sluice::station;
use sluice_tools::parts::{self, ROI, write};
use std::path::{Path, PathBuf};

/// Number of parts rendered here. The card names other seeds for training, validation and its own
/// figures.
const PARTS: usize = 8;
const SEED: u64 = 77_001;
/// The least foreground Dice over all pixels. The card's figure is higher and over more parts; with
/// eight parts chance has more influence.
const DICE_MIN: f64 = 0.97;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn defects_are_found_and_good_parts_pass() {
    let directory =
        std::env::temp_dir().join(format!("sluice-shipped-model-{}", std::process::id()));
    for number in 0..PARTS {
        let part = parts::render(parts::seed_of(SEED, number), parts::kind_of(number, 0.4));
        write::write_part(&directory.join(number.to_string()), &part, ROI).unwrap();
    }
    // The pictures contain only the inspected square. Otherwise the station file is the shipped
    // one.
    let text = std::fs::read_to_string(root().join("board/stations/host.json")).unwrap();
    let model = root().join("model/unet_simple_parts.onnx");
    let text = text
        .replacen("\"x\": 2200, \"y\": 1000", "\"x\": 0, \"y\": 0", 1)
        .replacen(
            "\"width\": 4096, \"height\": 3072",
            "\"width\": 1800, \"height\": 1800",
            1,
        )
        .replacen("model/unet_simple_parts.onnx", model.to_str().unwrap(), 1);
    let station = station::read(text.as_bytes()).unwrap();
    let library = Library::builtin(ascendcl_cpu::RESOLVER).unwrap();
    let summary = eval::run(&station, library, &directory, None, |figures, _| {
        println!("{figures:?}")
    })
    .unwrap();
    std::fs::remove_dir_all(&directory).unwrap();

    assert_eq!((summary.defective, summary.good), (5, 3), "{summary:?}");
    assert_eq!(summary.caught, summary.defective, "{summary:?}");
    assert_eq!(summary.rejected, 0, "{summary:?}");
    assert!(
        summary.pooled.dice() >= DICE_MIN,
        "foreground Dice {}",
        summary.pooled.dice()
    );
    assert!(summary.soft_dice.unwrap() >= 0.999, "{summary:?}");
}

#[test]
fn the_card_names_this_file() {
    let hash = Sha256::of_file(&root().join("model/unet_simple_parts.onnx")).unwrap();
    let card = std::fs::read_to_string(root().join("model/unet_simple_parts.md")).unwrap();
    assert!(
        card.contains(&hash.to_string()),
        "the card does not name sha256 {hash}"
    );
}
