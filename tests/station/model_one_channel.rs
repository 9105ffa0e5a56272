//! Promise: one channel of scores, the probability or the logit of class 1, is judged as two
//! channels would be, with NCHW and NHWC inputs. Weight files beside the model are part of its
//! hash.

use super::onnx::{self, Constant, FLOAT, Network};
use crate::site::{Site, pictures};
use sluice::hash::Sha256;
use sluice::journal::Record;
use std::fs;

const SIGMOID: Network = Network {
    size: [64, 64],
    finds_dark: false,
    nhwc: false,
    sigmoid: true,
    weights: None,
};
/// Each network with the right value of `engine.score_kind`.
const NETWORKS: [(&str, Network, &str); 4] = [
    ("nchw", SIGMOID, "sigmoid"),
    (
        "nhwc",
        Network {
            nhwc: true,
            ..SIGMOID
        },
        "sigmoid",
    ),
    (
        "logits",
        Network {
            sigmoid: false,
            ..SIGMOID
        },
        "logits",
    ),
    (
        "nhwc-logits",
        Network {
            nhwc: true,
            sigmoid: false,
            ..SIGMOID
        },
        "logits",
    ),
];

/// A station with this network and this `engine.score_kind`.
fn site(test: &str, network: Network, kind: &str) -> Site {
    let site = Site::new(&format!("one-{test}"));
    fs::create_dir(site.path.join("journal")).unwrap();
    fs::write(site.path.join("parts.onnx"), onnx::network(network)).unwrap();
    if let Some(file) = network.weights {
        fs::write(site.path.join(file), onnx::weights()).unwrap();
    }
    let scores = format!(r#""scores": "p", "score_kind": "{kind}""#);
    site.change(&[
        (r#""argmax""#, r#""""#),
        (r#""scores": "softmax""#, &scores),
    ]);
    site
}

/// Runs the program. Returns its exit code and its output.
fn said(site: &Site, arguments: &[&str]) -> (Option<i32>, String) {
    let output = site.output(&[arguments, &["--station", "station.json"]].concat());
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// A data set of a good part and a bad one.
fn dataset(site: &Site) {
    for (number, picture, spots) in [
        ("1", pictures::good(), &[][..]),
        ("2", pictures::bad(), &[(60, 50, 20)]),
    ] {
        let directory = site.path.join("set").join(number);
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("image.png"), picture).unwrap();
        let mask = pictures::png(pictures::WIDTH, pictures::HEIGHT, |x, y| {
            let inside = |&(left, top, side): &(u32, u32, u32)| {
                (left..left + side).contains(&x) && (top..top + side).contains(&y)
            };
            if spots.iter().any(inside) { 255 } else { 0 }
        });
        fs::write(directory.join("mask.png"), mask).unwrap();
    }
}

#[test]
fn check_eval_and_tune_agree_on_every_form() {
    for (name, network, kind) in NETWORKS {
        let site = site(name, network, kind);
        let (code, text) = said(&site, &["check"]);
        assert_eq!(code, Some(0), "{name}: {text}");
        assert!(
            text.contains("`p` fits") && text.contains("judged: PASS"),
            "{text}"
        );

        dataset(&site);
        let (code, text) = said(&site, &["eval", "set", "--npy", "arrays"]);
        assert_eq!(code, Some(0), "{name}: {text}");
        let row = |number: &str| {
            let row = text
                .lines()
                .find(|line| line.trim_start().starts_with(number));
            row.unwrap_or_else(|| panic!("{name}: {text}")).to_owned()
        };
        assert!(row("1 ").ends_with("PASS"), "{name}: {text}");
        assert!(
            row("2 ").contains("1.000000  1.000000") && row("2 ").contains("REJECT"),
            "{name}: {text}"
        );

        // The background's score comes first, then that of class 1. The expected values are
        // computed by hand.
        let file = fs::read(site.path.join("arrays/2_softmax.npy")).unwrap();
        let header = String::from_utf8_lossy(&file[..128]).into_owned();
        assert!(header.contains("(1, 64, 64, 2)"), "{name}: {header}");
        let values: Vec<f32> = file[128..]
            .as_chunks()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b))
            .collect();
        let logit = |byte: f32| byte / 255.0 * 20.0 - 12.0;
        for (pixel, byte) in [(0, 100.0), (64 * 25 + 26, 255.0)] {
            let expected = 1.0 / (1.0 + f32::exp(-logit(byte)));
            let [rest, score] = values.as_chunks::<2>().0[pixel];
            assert!(
                (score - expected).abs() < 1e-5,
                "{name}: {score} {expected}"
            );
            assert!((rest + score - 1.0).abs() < 1e-6, "{name}: {rest} {score}");
        }

        let (code, text) = said(&site, &["tune", "set", "--write", "tuned.json"]);
        assert_eq!(code, Some(0), "{name}: {text}");
        assert!(site.path.join("tuned.json").exists(), "{name}: {text}");
    }
}

#[test]
fn the_station_judges_by_the_threshold() {
    for (name, network, kind) in NETWORKS {
        let site = site(&format!("run-{name}"), network, kind);
        fs::write(site.part("a.png"), pictures::good()).unwrap();
        fs::write(site.part("b.png"), pictures::bad()).unwrap();
        let (code, text) = said(&site, &["run", "--parts", "2"]);
        assert_eq!(code, Some(0), "{name}: {text}");
        let parts = site.parts();
        let mut kinds: Vec<_> = parts
            .iter()
            .map(|part| part.verdict.kind.as_str())
            .collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["PASS", "REJECT"], "{name}: {parts:?}");
    }
}

#[test]
fn a_wrong_score_kind_is_refused_and_the_right_one_named() {
    for (name, network, kind, words) in [
        (
            "softmax",
            SIGMOID,
            "softmax",
            ["1 channel", "say \"sigmoid\""],
        ),
        // `check` also looks at the values of a black picture.
        (
            "not-logits",
            SIGMOID,
            "logits",
            ["black picture", "say \"sigmoid\""],
        ),
        (
            "not-sigmoid",
            Network {
                sigmoid: false,
                ..SIGMOID
            },
            "sigmoid",
            ["black picture", "say \"logits\""],
        ),
    ] {
        let site = site(name, network, kind);
        let (code, text) = said(&site, &["check"]);
        assert_eq!(code, Some(1), "{name}: {text}");
        for word in words {
            assert!(text.contains(word), "{name}: \"{word}\" in {text}");
        }
        if name == "softmax" {
            assert_eq!(said(&site, &["run", "--parts", "1"]).0, Some(4));
        }
    }
    let site = site("several", SIGMOID, "sigmoid");
    let two = Constant {
        name: "p",
        kind: FLOAT,
        dims: &[1, 64, 64, 2],
        bytes: &[0, 0, 0x80, 0x3f, 0, 0, 0, 0],
    };
    fs::write(
        site.path.join("parts.onnx"),
        onnx::model(&[1, 3, 64, 64], &[two]),
    )
    .unwrap();
    let (_, text) = said(&site, &["check"]);
    assert!(
        text.contains("2 channels") && text.contains("\"softmax\""),
        "{text}"
    );
}

/// The hash of the model in the journal's last start record.
fn model_hash(site: &Site) -> Sha256 {
    let (code, text) = said(site, &["run", "--parts", "1"]);
    assert_eq!(code, Some(0), "{text}");
    let hashes = site
        .journal()
        .into_iter()
        .filter_map(|entry| match entry.content {
            Ok(Record::Start(start)) => Some(start.model_sha256),
            _ => None,
        });
    hashes.last().unwrap()
}

#[test]
fn weights_beside_the_model_are_part_of_its_hash() {
    let site = site(
        "weights",
        Network {
            weights: Some("parts.onnx.data"),
            ..SIGMOID
        },
        "sigmoid",
    );
    fs::write(site.part("a.png"), pictures::good()).unwrap();
    let own = Sha256::of(&fs::read(site.path.join("parts.onnx")).unwrap());
    let first = model_hash(&site);
    assert_ne!(first, own);
    let mut weights = onnx::weights();
    // The lowest bit of a weight.
    weights[0] ^= 1;
    fs::write(site.path.join("parts.onnx.data"), &weights).unwrap();
    fs::write(site.part("b.png"), pictures::good()).unwrap();
    assert_ne!(model_hash(&site), first);
    // Without a weight file it is the hash of the model file.
    fs::write(site.path.join("parts.onnx"), onnx::network(SIGMOID)).unwrap();
    fs::write(site.part("c.png"), pictures::good()).unwrap();
    assert_eq!(model_hash(&site), Sha256::of(&onnx::network(SIGMOID)));
}
