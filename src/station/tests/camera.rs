//! Rules about the formats of a camera.

use super::{HOST, problems};

/// The problems of a station whose camera has these keys.
fn of_camera(keys: &str) -> Vec<String> {
    let camera = format!(
        r#""camera": {{ "device": "simulated", "frames": "f", "mode": "triggered", "frames_per_second": 9,
        "buffers": 4, "exposure_max_ms": 50, {keys} }}"#
    );
    let text = HOST.replacen(
        r#""directory": { "path": "parts", "after": "keep", "workers": 1 }"#,
        &camera,
        1,
    );
    assert_ne!(text, HOST);
    let found = problems(&text).into_iter();
    found
        .filter(|problem| {
            problem.contains("source.camera.") && !problem.contains("exposure_max_ms")
        })
        .collect()
}

#[test]
fn a_camera_whose_format_cannot_be_is_named_with_the_key_that_is_wrong() {
    for (keys, expected) in [
        (
            r#""format": "yuyv", "width": 4095, "height": 3072"#,
            "source.camera.width: the frame is 4095x3072; this format stores colours for pairs",
        ),
        (
            r#""format": "nv12", "width": 4096, "height": 3071"#,
            "source.camera.height: the frame is 4096x3071; this format stores colours for squares",
        ),
        (
            r#""format": "y10p", "width": 4098, "height": 3072"#,
            "source.camera.width: the frame is 4098x3072; this format packs four",
        ),
        (
            r#""format": "srggb12p", "width": 4096, "height": 2"#,
            "source.camera.height: the frame is 4096x2; this format packs two",
        ),
        (
            r#""format": "y12", "dropped_bits": 5, "width": 4096, "height": 3072"#,
            "source.camera.dropped_bits: is 5; allowed: up to 4",
        ),
        (
            r#""format": "grey", "dropped_bits": 0, "width": 4096, "height": 3072"#,
            "source.camera.dropped_bits: has no effect",
        ),
        (
            r#""format": "y12", "demosaic": "edge_aware", "width": 4096, "height": 3072"#,
            "source.camera.demosaic: has no effect",
        ),
        (
            r#""format": "rggb8", "width": 4096, "height": 3072"#,
            "source.camera.format: is \"rggb8\"; allowed: \"yuyv\"",
        ),
    ] {
        let found = of_camera(keys);
        assert!(
            found.iter().any(|problem| problem.contains(expected)),
            "{keys}: {found:#?}"
        );
    }
    for keys in [
        r#""format": "srggb10p", "dropped_bits": 0, "demosaic": "edge_aware", "width": 4096, "height": 3072"#,
        r#""format": "mjpeg", "width": 4096, "height": 3072"#,
    ] {
        assert_eq!(of_camera(keys), [""; 0], "{keys}");
    }
}
