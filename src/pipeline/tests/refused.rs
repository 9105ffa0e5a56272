//! What mxVision would do to a picture, or refuse, and a station cannot follow.

use super::*;

/// A pipeline whose decoder, crop or resize has one more property.
fn with(plugin: &str, property: &str) -> String {
    let elements = [ENDS, INFER, RESIZE, CROP, DECODER].map(|element| {
        if element.contains(plugin) {
            element.replace("\"props\": {", &format!("\"props\": {{ {property},"))
        } else {
            element.to_owned()
        }
    });
    stream(&elements.each_ref().map(String::as_str))
}

#[test]
fn padding_and_what_is_not_known_is_refused_by_name() {
    for (plugin, property, words) in [
        (
            "imageresize",
            r#""paddingType": "Padding_RightDown""#,
            "scale (mxpi_imageresize): paddingType is \"Padding_RightDown\"",
        ),
        (
            "imagecrop",
            r#""paddingType": "Padding_Around""#,
            "cut (mxpi_imagecrop): paddingType",
        ),
        (
            "imageresize",
            r#""interpolation": "1""#,
            "interpolation is \"1\"",
        ),
        (
            "imageresize",
            r#""mirror": "on""#,
            "mirror is \"on\", and what it does",
        ),
        ("imagecrop", r#""rotate": "90""#, "rotate is \"90\""),
        ("imagedecoder", r#""gamma": "2""#, "gamma is \"2\""),
        (
            "imagedecoder",
            r#""formatAdaptation": "on""#,
            "formatAdaptation is \"on\"",
        ),
        (
            "imagedecoder",
            r#""imageFormat": "bmp""#,
            "imageFormat is \"bmp\"",
        ),
        (
            "imagedecoder",
            r#""imageFormat": "png""#,
            "imageFormat is \"png\"",
        ),
    ] {
        let found = refused(&with(plugin, property), &boxed());
        assert!(found.contains(words), "{words} in {found}");
    }
}

#[test]
fn what_is_known_to_change_nothing_is_left_out() {
    for (plugin, property) in [
        ("imageresize", r#""paddingType": "Padding_NO""#),
        ("imageresize", r#""paddingWidth": "640""#),
        ("imageresize", r#""interpolation": "0""#),
        ("imagecrop", r#""status": "1""#),
        ("imagedecoder", r#""deviceId": "0""#),
        ("imagedecoder", r#""formatAdaptation": "off""#),
        ("imagedecoder", r#""imageFormat": "jpeg""#),
    ] {
        let (_, notes) = good(&with(plugin, property), &boxed());
        let name = property.split('"').nth(1).unwrap();
        assert!(has(&notes, Fate::Left, name), "{name} in {notes:#?}");
    }
}

#[test]
fn a_picture_in_the_other_memory_is_refused() {
    for (old, new) in [(DECODER, "decode"), (CROP, "cut"), (RESIZE, "scale")] {
        let text = whole().replace(old, &old.replace("opencv", "ascend"));
        let found = refused(&text, &boxed());
        let words = "mxVision refuses every picture then";
        assert!(found.contains(words), "{new}: {found}");
    }
}

#[test]
fn the_order_is_always_an_open_point() {
    for text in [whole(), whole().replace("opencv", "ascend")] {
        let (_, notes) = good(&text, &boxed());
        let mut open = notes.iter().filter(|note| note.fate == Fate::Open);
        let order = open.find(|note| note.subject == "image.order").unwrap();
        assert!(order.text.contains("rbuv_swap_switch"), "{order}");
    }
}

#[test]
fn the_library_behind_the_model_tells_a_segmenter() {
    let model = whole().replace("mxpi_tensorinfer", "mxpi_modelinfer");
    let with = |library: &str| {
        let property = format!("\"postProcessLibPath\": \"{library}\", \"modelPath\"");
        model.replace("\"modelPath\"", &property)
    };
    let found = refused(&with("../unet/libyolov3postprocess.so"), &boxed());
    assert!(found.contains("does not segment"), "{found}");
    for (library, fate) in [
        ("libunetmindsporepostprocess.so", Fate::Left),
        ("libdeeplabv3post.so", Fate::Left),
        ("", Fate::Left),
        ("libmine.so", Fate::Open),
    ] {
        let (_, notes) = good(&with(library), &boxed());
        assert!(
            has(&notes, fate, "postProcessLibPath"),
            "{library}: {notes:#?}"
        );
    }
}

#[test]
fn a_box_of_dvpp_that_ends_beside_the_picture_is_refused_in_terms_of_the_box() {
    let text = whole().replace("opencv", "ascend");
    let with = |x1, y1, width, height| Wishes {
        corners: Some(Corners {
            x0: 0,
            y0: 0,
            x1,
            y1,
        }),
        frame: Some(Size { width, height }),
        ..Wishes::default()
    };
    let found = refused(&text, &with(4001, 2801, 4001, 2801));
    assert!(found.contains("(0, 0) to (4001, 2801)"), "{found}");
    assert!(found.contains("end at (4000, 2800)"), "{found}");
    assert!(!found.contains("line "), "{found}");
    let (station, _) = good(&text, &with(4000, 2800, 4001, 2801));
    assert_eq!(
        (station.image.roi.width, station.image.roi.height),
        (4000, 2800)
    );
    // An odd corner inside the picture is what it was.
    let (station, _) = good(&text, &with(4001, 2801, 4096, 3072));
    assert_eq!(
        (station.image.roi.width, station.image.roi.height),
        (4002, 2802)
    );
}

#[test]
fn the_recipes_of_a_template_are_left_out_and_its_sections_are_named() {
    for template in crate::draft::TEMPLATES {
        let wishes = Wishes {
            frame: Some(Size {
                width: 640,
                height: 480,
            }),
            ..boxed()
        };
        let imported = import(&whole(), template, &wishes, &no_labels).unwrap();
        let station = read(imported.text.as_bytes()).unwrap();
        assert!(station.recipes.is_empty(), "{}", template.name);
        let mut notes = imported.notes.iter();
        let given = notes
            .find(|note| note.text.starts_with("gave what"))
            .unwrap();
        assert!(given.text.contains("gate, lines"), "{given}");
        if template.name == "atlas200-carrier-belt" {
            let words = "encoder, inputs, limits, challenge, recipe, gate";
            assert!(given.text.contains(words), "{given}");
            assert!(has(&imported.notes, Fate::Open, "recipes is left out"));
        }
    }
}

#[test]
fn a_station_file_that_is_not_written_has_no_line_numbers() {
    let found = refused(&whole().replace("\"96\"", "\"5000\""), &boxed());
    assert!(found.contains("image.size.width"), "{found}");
    assert!(!found.contains("line "), "{found}");
}
