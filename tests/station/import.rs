//! Promise: an mxVision pipeline becomes a station file that `sluice check` accepts, with the same
//! region, size and order, or is refused with its reasons.

use crate::site::{Site, pictures, said};
use sluice::draft::{Content, Node};
use std::fs;

/// A pipeline whose box, size and model are those of `station.json`.
pub const PIPELINE: &str = r#"{
  "plate": {
    "stream_config": { "deviceId": "0" },
    "sink": { "factory": "appsink" },
    "net": { "factory": "mxpi_tensorinfer", "props": { "modelPath": "parts.onnx", "dataSource": "small" }, "next": "dump" },
    "dump": { "factory": "mxpi_dumpdata", "props": { "requiredMetaDataKeys": "net" }, "next": "sink" },
    "small": {
      "factory": "mxpi_imageresize",
      "props": { "cvProcessor": "opencv", "resizeType": "Resizer_Stretch", "resizeHeight": "64", "resizeWidth": "64" },
      "next": "net"
    },
    "region": {
      "factory": "mxpi_imagecrop",
      "props": { "cvProcessor": "opencv", "dataSource": "ExternalObjects" },
      "next": "small"
    },
    "source": { "factory": "appsrc", "next": "pixels" },
    "pixels": { "factory": "mxpi_imagedecoder", "props": { "cvProcessor": "opencv" }, "next": "region" }
  }
}"#;

const IMPORT: [&str; 6] = [
    "import",
    "old.pipeline",
    "--box",
    "16,8,144,136",
    "--frame",
    "160x144",
];

fn site(test: &str) -> Site {
    let site = Site::new(test);
    fs::write(site.path.join("old.pipeline"), PIPELINE).unwrap();
    site
}

#[test]
fn a_pipeline_becomes_a_station_that_check_accepts_and_that_judges() {
    let site = site("import");
    let printed = site.output(&IMPORT);
    assert_eq!(printed.status.code(), Some(0), "{}", said(&printed));
    let listed = String::from_utf8_lossy(&printed.stderr).into_owned();
    for text in [
        "taken  region.box: image.roi = 128x128 at (16, 8)",
        "taken  small.resizeWidth, resizeHeight: image.size = 64x64",
        "taken  net.modelPath: engine.model = parts.onnx",
        "left   dump (mxpi_dumpdata)",
        "open   trigger, gate, lines",
    ] {
        assert!(listed.contains(text), "{text} in: {listed}");
    }
    let write = [&IMPORT[..], &["--write", "new.json"]].concat();
    site.assert_says(&write, 0, &["new.json: written"]);
    let written = fs::read(site.path.join("new.json")).unwrap();
    assert_eq!(written, printed.stdout);
    site.assert_says(&write, 1, &["new.json", "never overwritten"]);
    assert_eq!(fs::read(site.path.join("new.json")).unwrap(), written);

    site.feed("a.png", &pictures::good());
    let check = site.output(&["check", "--station", "new.json"]);
    let text = said(&check);
    assert_eq!(check.status.code(), Some(0), "{text}");
    assert!(!text.contains("WRONG"), "{text}");
    // One pixel of a defect is enough: no limits were measured yet.
    for (name, picture, verdict) in [
        ("good", pictures::good(), "\"PASS\""),
        ("bad", pictures::with_spots(&[(60, 50, 4)]), "\"REJECT\""),
    ] {
        site.feed("a.png", &picture);
        let run = ["run", "--station", "new.json", "--parts", "1"];
        let output = site.output(&run);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let journal = site.output(&[
            "journal",
            "--directory",
            "journal",
            "--json",
            "--kind",
            "part",
        ]);
        let last = said(&journal).lines().last().unwrap_or_default().to_owned();
        assert!(last.contains(verdict), "{name}: {last}");
    }
}

#[test]
fn what_is_missing_wrong_or_refused_is_named() {
    let site = site("import-wrong");
    let import = |more: &[&'static str]| [&["import", "old.pipeline"], more].concat();
    site.assert_says(&import(&[]), 2, &["--box X0,Y0,X1,Y1", "region"]);
    site.assert_says(
        &import(&["--box", "1,2,3"]),
        2,
        &["four numbers, such as 2200,1000,4000,2800"],
    );
    site.assert_says(&import(&["--board", "x"]), 2, &["--board x", "host, "]);
    site.assert_says(&import(&["--stream", "x"]), 2, &["--stream x", "plate"]);
    site.assert_says(&["import", "none"], 4, &["none", "No such file"]);
    let path = site.path.join("old.pipeline");
    fs::write(
        &path,
        PIPELINE.replace("Resizer_Stretch", "Resizer_PaddleOCR"),
    )
    .unwrap();
    let reasons = ["small (mxpi_imageresize)", "Resizer_PaddleOCR"];
    site.assert_says(&IMPORT, 1, &reasons);
    fs::write(&path, "{\n\"a\": ").unwrap();
    site.assert_says(&IMPORT, 1, &["line 2", "not JSON"]);
    fs::write(&path, vec![b' '; 2 << 20]).unwrap();
    site.assert_says(&IMPORT, 4, &["longer than 1048576 bytes"]);
    // A pipe would never end.
    let pipe = site.path.join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    site.assert_says(&["import", "pipe"], 4, &["pipe: it is a directory, a pipe"]);
    fs::write(&path, b"\xff").unwrap();
    site.assert_says(&IMPORT, 4, &["not UTF-8"]);
}

#[test]
fn the_list_is_a_line_of_json_if_asked_for() {
    let site = site("import-json");
    let plain = site.output(&IMPORT);
    let plain = String::from_utf8(plain.stderr).unwrap();
    let write = ["--write", "new.json", "--json"];
    let output = site.output(&[&IMPORT[..], &write].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let report = Node::read(&String::from_utf8(output.stdout).unwrap()).unwrap();
    let Some(Content::List(notes)) = report.member("notes").map(|node| &node.content) else {
        panic!("{report:?}")
    };
    let text = |node: &Node, name: &str| node.member(name).unwrap().text().unwrap().to_owned();
    for note in notes {
        let (subject, said) = (text(note, "subject"), text(note, "text"));
        let line = format!("  {:<5}  {subject}: {said}\n", text(note, "fate"));
        assert!(plain.contains(&line), "{line} in {plain}");
    }
    let open = report.member("open").and_then(Node::number).unwrap();
    assert!(plain.contains(&format!("sluice: {open} point")), "{plain}");
    assert_eq!(text(&report, "station_file"), "new.json");
    assert!(site.path.join("new.json").exists());
}
