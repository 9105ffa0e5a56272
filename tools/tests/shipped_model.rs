//! Promise: the shipped model finds the defects of parts that it never saw, with the shipped station file and through the
//! whole path from PNG to verdict, and its card names the very file.

use ascendcl::Library;
use sluice::hash::Sha256;
use sluice::labelled::eval;
use sluice::station;
use sluice_tools::parts::{self, ROI, write};
use std::path::{Path, PathBuf};

/// Parts rendered here. The seed is none of those that the card names for training, validation and its own figures.
const PARTS: usize = 8;
const SEED: u64 = 77_001;
/// Least foreground Dice of all pixels together. The card's figure, over more parts, is higher; this leaves room for the
/// luck of eight.
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
    // The windows are the inspected square already; all else is the shipped file.
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
    let summary = eval::run(&station, library, &directory, None, |figures| {
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
