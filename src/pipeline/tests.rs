//! Pipelines as people write them.

mod malformed;
mod refused;

use super::*;
use crate::image::ChannelOrder;
use crate::station::{Station, read};

const DECODER: &str = r#""decode": { "factory": "mxpi_imagedecoder", "props": { "cvProcessor": "opencv" }, "next": "cut" }"#;
const CROP: &str = r#""cut": { "factory": "mxpi_imagecrop", "next": "scale",
    "props": { "cvProcessor": "opencv", "dataSource": "ExternalObjects" } }"#;
const RESIZE: &str = r#""scale": { "factory": "mxpi_imageresize", "next": "infer",
    "props": { "handleMethod": "opencv", "resizeWidth": "96", "resizeHeight": "64" } }"#;
const INFER: &str = r#""infer": { "factory": "mxpi_tensorinfer", "next": "dump",
    "props": { "dataSource": "scale", "modelPath": "m/u.om" } }"#;
const ENDS: &str = r#""in": { "factory": "appsrc", "next": "decode", "props": { "blocksize": "4096" } },
    "dump": { "factory": "mxpi_dumpdata", "next": "out" }, "out": { "factory": "appsink" }"#;

const CORNERS: Corners = Corners {
    x0: 100,
    y0: 50,
    x1: 401,
    y1: 250,
};

/// A stream of these elements, in any order.
fn stream(elements: &[&str]) -> String {
    let elements = elements.join(",\n");
    format!(r#"{{ "weld": {{ "stream_config": {{ "deviceId": "3" }}, {elements} }} }}"#)
}

fn whole() -> String {
    stream(&[ENDS, INFER, RESIZE, CROP, DECODER])
}

fn boxed() -> Wishes {
    Wishes {
        corners: Some(CORNERS),
        ..Wishes::default()
    }
}

fn no_labels(_: &str) -> Result<String, String> {
    Err("no such file".to_owned())
}

fn imported(text: &str, wishes: &Wishes) -> Result<(Station, Vec<Note>), PipelineError> {
    let template = Template::find("host").unwrap();
    let imported = import(text, template, wishes, &no_labels)?;
    Ok((read(imported.text.as_bytes()).unwrap(), imported.notes))
}

fn good(text: &str, wishes: &Wishes) -> (Station, Vec<Note>) {
    imported(text, wishes).unwrap_or_else(|error| panic!("{error}: {:?}\n{text}", error.reasons()))
}

/// All words of an error.
fn refused(text: &str, wishes: &Wishes) -> String {
    let error = imported(text, wishes).expect_err(text);
    format!("{error}\n{}", error.reasons().join("\n"))
}

fn has(notes: &[Note], fate: Fate, words: &str) -> bool {
    let mut notes = notes.iter();
    notes.any(|note| note.fate == fate && note.to_string().contains(words))
}

#[test]
fn a_pipeline_with_opencv_is_taken_as_it_is() {
    let (station, notes) = good(&whole(), &boxed());
    assert_eq!(station.station.name, "weld");
    assert_eq!(
        (station.engine.model.as_str(), station.engine.device),
        ("m/u.om", 3)
    );
    let roi = station.image.roi;
    assert_eq!((roi.x, roi.y, roi.width, roi.height), (100, 50, 301, 200));
    assert_eq!(
        (station.image.size.width, station.image.size.height),
        (96, 64)
    );
    assert_eq!(station.image.order, ChannelOrder::Bgr);
    let class = &station.recipe.classes[0];
    assert_eq!((class.blob_area_min_px, class.blob_area_max_px), (1, 0));
    for words in [
        "cut.box: image.roi = 301x200 at (100, 50)",
        "image.size = 96x64",
        "engine.device = 3",
    ] {
        assert!(has(&notes, Fate::Taken, words), "{words} in {notes:#?}");
    }
    for words in ["in (appsrc)", "dump (mxpi_dumpdata)", "out (appsink)"] {
        assert!(has(&notes, Fate::Left, words), "{words} in {notes:#?}");
    }
    for words in [
        "engine.scores",
        "lines",
        "recipe.classes",
        "aipp.cfg",
        "source",
    ] {
        assert!(has(&notes, Fate::Open, words), "{words} in {notes:#?}");
    }
}

#[test]
fn what_only_the_program_knows_must_be_given() {
    assert!(refused(&whole(), &Wishes::default()).contains("--box X0,Y0,X1,Y1"));
    // Without a crop the model sees whole pictures.
    let text = stream(&[ENDS, INFER, RESIZE, &DECODER.replace("cut", "scale")]);
    assert!(refused(&text, &Wishes::default()).starts_with("--frame: "));
    assert!(refused(&text, &boxed()).starts_with("--box: "));
    let frame = Size {
        width: 640,
        height: 480,
    };
    let wishes = Wishes {
        frame: Some(frame),
        ..Wishes::default()
    };
    let (station, _) = good(&text, &wishes);
    assert_eq!(
        (station.image.roi.size(), station.image.frame),
        (frame, Some(frame))
    );
}

#[test]
fn dvpp_takes_both_corners_and_needs_another_model() {
    let text = whole().replace("opencv", "ascend");
    let (station, notes) = good(&text, &boxed());
    let roi = station.image.roi;
    // 401 is odd and belongs to the region; 250 becomes 249, which belongs to it.
    assert_eq!((roi.x, roi.y, roi.width, roi.height), (100, 50, 302, 200));
    assert!(has(&notes, Fate::Open, "YUV420SP"), "{notes:#?}");
    assert!(has(&notes, Fate::Open, "image.order"), "{notes:#?}");
    assert!(has(&notes, Fate::Left, "DVPP resizes"), "{notes:#?}");
    // Without a property it is DVPP as well.
    let silent = whole()
        .replace("\"cvProcessor\": \"opencv\",", "")
        .replace("\"cvProcessor\": \"opencv\"", "")
        .replace("\"handleMethod\": \"opencv\",", "");
    assert!(!silent.contains("opencv"), "{silent}");
    assert_eq!(good(&silent, &boxed()).0.image.roi, roi);
}

#[test]
fn dvpp_may_resize_as_it_cuts() {
    let crop = CROP
        .replace("opencv", "ascend")
        .replace("\"scale\"", "\"infer\"")
        .replace(
            "\"dataSource\"",
            "\"resizeWidth\": \"32\", \"resizeHeight\": 16, \"dataSource\"",
        );
    let infer = INFER.replace("\"dataSource\": \"scale\"", "\"dataSource\": \"auto\"");
    let decoder = DECODER.replace("opencv", "ascend");
    let text = stream(&[ENDS, &decoder, &crop, &infer]);
    let (station, _) = good(&text, &boxed());
    assert_eq!(
        (station.image.size.width, station.image.size.height),
        (32, 16)
    );
    // OpenCV's does not.
    let (station, notes) = good(&text.replace("ascend", "opencv"), &boxed());
    assert_eq!(station.image.size, station.image.roi.size());
    assert!(has(&notes, Fate::Left, "does not resize"), "{notes:#?}");
}

#[test]
fn corners_in_the_file_are_taken() {
    let own = r#""autoDetectFrame": "0", "cropPointx0": " 10", "cropPointy0": "20.7", "cropPointx1": "110", "cropPointy1": "60""#;
    let text = whole().replace(r#""dataSource": "ExternalObjects""#, own);
    let (station, _) = good(&text, &Wishes::default());
    let roi = station.image.roi;
    assert_eq!((roi.x, roi.y, roi.width, roi.height), (10, 20, 100, 40));
    assert!(refused(&text, &boxed()).contains("has its own corners"));
    for (old, new, words) in [
        ("\" 10\"", "\"10,20\"", "cuts 2 boxes"),
        ("\" 10\"", "\"-1\"", "each must be a number"),
        ("\" 10\"", "\"1e3\"", "each must be a number"),
        ("\" 10\"", "\"0\"", "each must be a number from 1 to 8192"),
        ("\" 10\"", "\"0.9\"", "each must be a number from 1 to 8192"),
        (
            "\"110\"",
            "\"8192.5\"",
            "each must be a number from 1 to 8192",
        ),
        ("\" 10\"", "\"110\"", "is empty"),
        ("\"110\"", "\"9000\"", "each must be a number"),
        ("\"110\"", "\"\"", "each must be a number"),
    ] {
        let found = refused(&text.replace(old, new), &Wishes::default());
        assert!(found.contains(words), "{words} in {found}");
    }
    let grown = text.replace(
        "\"autoDetectFrame\"",
        "\"rightExpandRatio\": \"0.5\", \"autoDetectFrame\"",
    );
    assert_eq!(good(&grown, &Wishes::default()).0.image.roi.width, 150);
}

#[test]
fn a_box_that_is_found_in_each_picture_is_refused_unless_one_is_given() {
    let text = whole().replace("ExternalObjects", "detector");
    assert!(refused(&text, &Wishes::default()).contains("\"detector\" finds in each picture"));
    let (_, notes) = good(&text, &boxed());
    assert!(
        has(&notes, Fate::Left, "dataSource = detector"),
        "{notes:#?}"
    );
}

#[test]
fn fitting_is_taken_where_it_stretches() {
    let fit = "\"resizeType\": \"Resizer_KeepAspectRatio_Fit\", \"handleMethod\"";
    let text = whole().replace("\"handleMethod\"", fit);
    let found = refused(&text, &boxed());
    assert!(
        found.contains("Resizer_KeepAspectRatio_Fit pads a picture of 301x200 to 96x64"),
        "{found}"
    );
    let similar = Wishes {
        corners: Some(Corners { x1: 400, ..CORNERS }),
        ..Wishes::default()
    };
    let (station, _) = good(&text, &similar);
    assert_eq!(
        station.image.roi.size(),
        Size {
            width: 300,
            height: 200
        }
    );
}

#[test]
fn what_changes_the_picture_otherwise_is_refused_by_name() {
    let rotated = [ENDS, DECODER, CROP, RESIZE, INFER]
        .map(|text| text.replace("\"next\": \"cut\"", "\"next\": \"turn\""));
    let turn = r#""turn": { "factory": "mxpi_rotation", "next": "cut" }"#;
    let rotated: Vec<_> = rotated.iter().map(String::as_str).chain([turn]).collect();
    let cases = [
        (stream(&rotated), "turn (mxpi_rotation)"),
        (
            whole().replace(
                "\"handleMethod\"",
                "\"resizeType\": \"Resizer_Rescale\", \"handleMethod\"",
            ),
            "Resizer_Rescale",
        ),
        (
            whole().replace(
                "\"cvProcessor\": \"opencv\" }",
                "\"cvProcessor\": \"opencv\", \"dataType\": \"float32\" }",
            ),
            "dataType is \"float32\"",
        ),
        (
            whole().replace("\"opencv\"", "\"magic\""),
            "cvProcessor is \"magic\"",
        ),
        (whole().replace("\"96\"", "\"0\""), "are not given"),
        (
            whole().replace("\"96\"", "\"wide\""),
            "resizeWidth is \"wide\"",
        ),
        (
            whole().replace("\"dataSource\": \"scale\"", "\"dataSource\": \"cut\""),
            "dataSource is \"cut\"",
        ),
        (
            whole().replace("\"modelPath\": \"m/u.om\"", "\"modelPath\": \"\""),
            "--model",
        ),
        (
            whole().replace("\"deviceId\": \"3\"", "\"deviceId\": \"x\""),
            "deviceId",
        ),
        (
            whole().replace("mxpi_dumpdata", "mxpi_objectpostprocessor"),
            "does not segment",
        ),
        (
            whole().replace("\"mxpi_imagedecoder\"", "\"queue\""),
            "no mxpi_imagedecoder",
        ),
    ];
    for (text, words) in cases {
        let found = refused(&text, &boxed());
        assert!(found.contains(words), "{words} in {found}");
    }
    // All reasons at once.
    let text = whole()
        .replace("\"opencv\"", "\"magic\"")
        .replace("\"96\"", "\"wide\"");
    let found = refused(&text, &boxed());
    assert!(found.contains("magic") && found.contains("wide"), "{found}");
}

#[test]
fn resizing_before_cutting_is_refused() {
    let text = stream(&[
        ENDS,
        &DECODER.replace("cut", "scale"),
        &RESIZE.replace("infer", "cut"),
        &CROP.replace("scale", "infer"),
        &INFER.replace("\"scale\"", "\"cut\""),
    ]);
    let found = refused(&text, &boxed());
    assert!(
        found.contains("cuts after the picture was resized"),
        "{found}"
    );
}

#[test]
fn labels_become_classes() {
    let text = whole().replace(
        "mxpi_dumpdata\"",
        "mxpi_semanticsegpostprocessor\", \"props\": { \"labelPath\": \"parts.names\" }",
    );
    let template = Template::find("host").unwrap();
    let with = |labels: &str| {
        let read = |path: &str| {
            assert_eq!(path, "parts.names");
            Ok(labels.to_owned())
        };
        import(&text, template, &boxed(), &read)
    };
    let station = read(
        with("# of a net\nground\nscrew\r\n\nnut\n\n \r\n")
            .unwrap()
            .text
            .as_bytes(),
    )
    .unwrap();
    let classes: Vec<_> = station
        .recipe
        .classes
        .iter()
        .map(|class| (class.class, class.name.as_str()))
        .collect();
    assert_eq!(classes, [(1, "screw"), (2, "class 2"), (3, "nut")]);
    let many = with(&"label\n".repeat(20)).unwrap_err();
    assert!(many.reasons()[0].contains("names 19 classes"), "{many:?}");
    let (_, notes) = good(&text, &boxed());
    assert!(
        has(&notes, Fate::Open, "parts.names cannot be read"),
        "{notes:#?}"
    );
}
