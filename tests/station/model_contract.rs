//! Promise: `sluice check` tells whether a model fits the station file. It names each mismatch with
//! its key, its value, what is allowed and what to change. Every ONNX model that keeps the contract
//! is accepted.

use super::onnx::{self, Constant, FLOAT, INT32, UINT8};
use crate::site::Site;
use std::fs;

const CHECK: [&str; 3] = ["check", "--station", "station.json"];
const RUN: [&str; 5] = ["run", "--station", "station.json", "--parts", "1"];

/// The test station: 64 x 64, bgr, class 1.
const INPUT: [u64; 4] = [1, 3, 64, 64];
/// A pixel's two scores. The background is certain.
const CERTAIN: [u8; 8] = [0, 0, 0x80, 0x3f, 0, 0, 0, 0];
/// A value of 0.
const ZERO: [u8; 4] = [0; 4];

const SOFTMAX: Constant<'_> = Constant {
    name: "softmax",
    kind: FLOAT,
    dims: &[1, 64, 64, 2],
    bytes: &CERTAIN,
};
const ARGMAX: Constant<'_> = Constant {
    name: "argmax",
    kind: INT32,
    dims: &[1, 64, 64],
    bytes: &ZERO,
};

/// A station with this model.
fn site(test: &str, input: &[u64], outputs: &[Constant<'_>]) -> Site {
    let site = Site::new(test);
    fs::create_dir(site.path.join("journal")).unwrap();
    fs::write(site.path.join("parts.onnx"), onnx::model(input, outputs)).unwrap();
    site
}

/// The output of `check`, which exits with 0 if nothing is wrong and else with 1.
fn check(site: &Site) -> String {
    let output = site.output(&CHECK);
    let text = String::from_utf8(output.stdout).unwrap();
    let code = i32::from(text.contains("WRONG"));
    assert_eq!(output.status.code(), Some(code), "{text}");
    // There is no device, so advice about a device would not help.
    for word in [
        "ATC",
        "CANN",
        ".om",
        "device log",
        "npu-smi",
        "sluice explain",
        "convert",
    ] {
        assert!(!text.contains(word), "\"{word}\" in: {text}");
    }
    text
}

/// Fails if `check` finds anything wrong.
fn fits(site: &Site, words: &[&str]) {
    let text = check(site);
    assert!(!text.contains("WRONG"), "{text}");
    for word in words {
        assert!(text.contains(word), "\"{word}\" in: {text}");
    }
}

/// Fails unless `check` finds exactly these problems in this order, each with all of its words.
fn wrong(site: &Site, expected: &[&[&str]]) {
    let text = check(site);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("WRONG"))
        .collect();
    assert_eq!(lines.len(), expected.len(), "{text}");
    for (line, words) in lines.iter().zip(expected) {
        for word in *words {
            assert!(line.contains(word), "\"{word}\" in: {line}");
        }
    }
}

fn does_not_start(site: &Site) {
    assert_eq!(site.output(&RUN).status.code(), Some(4));
}

#[test]
fn every_form_of_the_contract_is_accepted() {
    type Form<'a> = (&'a str, &'a [Constant<'a>], &'a [(&'a str, &'a str)]);
    let forms: [Form<'_>; 4] = [
        ("both", &[SOFTMAX, ARGMAX], &[]),
        (
            "nchw",
            &[Constant {
                dims: &[1, 2, 64, 64],
                // Logits: the same for both classes.
                bytes: &ZERO,
                ..SOFTMAX
            }],
            &[
                (r#""argmax""#, r#""""#),
                (
                    r#""scores": "softmax""#,
                    r#""scores": "softmax", "score_kind": "logits""#,
                ),
            ],
        ),
        (
            "bytes",
            &[Constant {
                name: "classes",
                kind: UINT8,
                dims: &[1, 1, 64, 64],
                bytes: &ZERO,
            }],
            &[(r#""argmax""#, r#""classes""#), (r#""softmax""#, r#""""#)],
        ),
        (
            "by_number",
            &[
                Constant {
                    name: "Softmax_12:0",
                    ..SOFTMAX
                },
                Constant {
                    name: "Cast_14:0",
                    kind: FLOAT,
                    ..ARGMAX
                },
            ],
            &[(r#""argmax""#, r#""1""#), (r#""softmax""#, r#""0""#)],
        ),
    ];
    for (name, outputs, changes) in forms {
        let site = site(&format!("fits-{name}"), &INPUT, outputs);
        site.change(changes);
        fits(
            &site,
            &["image.size: 64x64", "fits", "a black picture is judged"],
        );
    }
}

#[test]
fn every_mismatch_of_one_model_is_named() {
    let mask = Constant {
        dims: &[1, 60, 60],
        ..ARGMAX
    };
    let site = site("contract-all", &INPUT, &[SOFTMAX, mask]);
    site.change(&[
        (
            r#""width": 64, "height": 64"#,
            r#""width": 32, "height": 48"#,
        ),
        (r#""order": "bgr""#, r#""order": "rgb""#),
    ]);
    fs::write(
        site.path.join("parts.md"),
        "| channel order | **BGR** |\n| resize | area |\n",
    )
    .unwrap();
    wrong(
        &site,
        &[
            &[
                "image.size.width is 32",
                "takes 64",
                "set it to 64",
                "export",
            ],
            &["image.size.height is 48", "takes 64"],
            // The scores are not named: they are as large as the model's own input.
            &["engine.mask", "argmax", "[1, 60, 60]", "[64, 64]", "padded"],
            &[
                "image.order is rgb",
                "trained with bgr",
                "set image.order to bgr",
            ],
            &[
                "image.resize is linear",
                "resized by area",
                "set image.resize to area",
            ],
        ],
    );
    does_not_start(&site);
}

#[test]
fn a_batch_and_a_missing_aipp_file_are_named() {
    let batch = [4, 3, 64, 64];
    let scores = Constant {
        dims: &[4, 64, 64, 2],
        ..SOFTMAX
    };
    let mask = Constant {
        dims: &[4, 64, 64],
        ..ARGMAX
    };
    let site = site("contract-batch", &batch, &[scores, mask]);
    fs::remove_file(site.path.join("aipp.cfg")).unwrap();
    wrong(
        &site,
        &[
            &["`x`", "4x3x64x64", "without AIPP", "aipp.cfg"],
            &["4 pictures", "1 is allowed"],
            &["engine.scores", "[4, 64, 64, 2]", "one picture at a time"],
            &["engine.mask", "[4, 64, 64]", "one picture at a time"],
        ],
    );
    does_not_start(&site);
}

/// `check` names a mistake in aipp.cfg and gives no misleading advice.
#[test]
fn a_mistake_in_the_aipp_file_is_not_blamed_on_the_model() {
    let site = site("contract-aipp", &INPUT, &[SOFTMAX, ARGMAX]);
    let aipp = site.path.join("aipp.cfg");
    let text = fs::read_to_string(&aipp).unwrap();
    fs::write(&aipp, text.replace("rbuv_swap_switch", "rbuv_switch")).unwrap();
    wrong(&site, &[&["aipp.cfg", "`rbuv_switch` is not a key"]]);
    // A damaged model, and files that are not models. Tools for a device help with neither.
    fs::write(&aipp, text).unwrap();
    for content in ["?", "", "# A text\n\nwith lines, `code` and more.\n"] {
        fs::write(site.path.join("parts.onnx"), content).unwrap();
        wrong(&site, &[&["engine.model parts.onnx"]]);
    }
}

#[test]
fn a_free_batch_is_one_and_a_free_side_is_refused() {
    // A free batch dimension is 1: a station inspects one picture at a time.
    let free = site("contract-free-batch", &[0, 3, 64, 64], &[SOFTMAX, ARGMAX]);
    fits(&free, &["input `x` 1x64x64x3 uint8"]);
    // `check` does not guess a free side. The symbol of every free dimension is `batch` here.
    let side = site("contract-symbol", &[1, 3, 0, 64], &[SOFTMAX, ARGMAX]);
    wrong(&side, &[&["engine.model", "batch"]]);
}

#[test]
fn outputs_under_a_wrong_key_or_name_are_named() {
    let site = site("contract-keys", &INPUT, &[SOFTMAX, ARGMAX]);
    site.change(&[
        (r#""argmax""#, r#""Softmax_1""#),
        (r#""scores": "softmax""#, r#""scores": "argmax""#),
    ]);
    wrong(
        &site,
        &[
            &[
                "engine.scores",
                "argmax",
                "looks like a class mask",
                "engine.mask",
            ],
            &[
                "engine.mask is \"Softmax_1\"",
                "`argmax` 1x64x64 int32",
                "say \"argmax\"",
            ],
        ],
    );
    does_not_start(&site);
}

#[test]
fn unlisted_and_missing_classes_are_named() {
    let four = Constant {
        dims: &[1, 64, 64, 4],
        bytes: &[CERTAIN, [0; 8]].concat(),
        ..SOFTMAX
    };
    let site = site("contract-classes", &INPUT, &[four, ARGMAX]);
    fits(&site, &["classes [2, 3] are not in recipe.classes"]);
    site.change(&[(r#""class": 1"#, r#""class": 7"#)]);
    wrong(
        &site,
        &[&["engine.scores", "class 7", "classes 0 to 3", "take it out"]],
    );
    does_not_start(&site);
}

#[test]
fn logits_under_softmax_show_on_a_black_picture() {
    let logits = Constant {
        bytes: &[0, 0, 0x40, 0x40],
        ..SOFTMAX
    };
    let site = site("contract-logits", &INPUT, &[logits, ARGMAX]);
    wrong(&site, &[&["black picture", "engine.score_kind", "logits"]]);
}

/// The reference job's mistake: AIPP swaps red and blue, but the training did not.
#[test]
fn a_colour_swap_in_the_aipp_file_is_found() {
    let site = site("contract-swap", &INPUT, &[SOFTMAX, ARGMAX]);
    let card = site.path.join("parts.md");
    let aipp = site.path.join("aipp.cfg");
    fits(
        &site,
        &["leaves it so: the network sees bgr", "no card says"],
    );
    fs::write(&card, "| channel order | **BGR** |\n").unwrap();
    fits(&site, &["the network sees bgr, as its card says"]);

    let text = fs::read_to_string(&aipp).unwrap();
    let swapped = text.replace("rbuv_swap_switch: false", "rbuv_swap_switch: true");
    assert_ne!(text, swapped);
    fs::write(&aipp, swapped).unwrap();
    let words = [
        "image.order is bgr",
        "swaps",
        "the network sees rgb",
        "rbuv_swap_switch to false",
    ];
    wrong(&site, &[&words]);
    fs::remove_file(&card).unwrap();
    wrong(&site, &[&words]);
    fs::write(&card, "| channel order | RGB |\n").unwrap();
    fits(&site, &["the network sees rgb, as its card says"]);

    // A model card written elsewhere: different case, different spaces, not UTF-8.
    fs::write(&card, b"# Pr\xfcfung\n\n|Channel Order| **BGR**|\n").unwrap();
    wrong(&site, &[&words]);
    // A card that cannot be read.
    fs::remove_file(&card).unwrap();
    fs::create_dir(&card).unwrap();
    wrong(&site, &[&["image.order", "parts.md", "cannot be read"]]);
}
