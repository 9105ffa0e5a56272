mod layouts;
mod pictures;
mod text_format;

use super::*;

const KEYS: &str = "aipp_mode: static input_format: RGB888_U8";

fn parse(keys: &str) -> Result<Config, AippError> {
    Config::parse(&format!("aipp_op {{ {KEYS} {keys} }}"))
}

#[test]
fn only_mode_and_format_are_needed() {
    let config = parse("").expect("grammar");
    assert_eq!(
        config,
        Config {
            input: 0,
            format: Format::Rgb888,
            source_size: (None, None),
            crop: None,
            swap: false,
            conversion: None,
            padding: None,
            mean: [0; 3],
            min: [0.0; 3],
            var_reci: [1.0; 3],
        }
    );
    let text = "aipp_op { aipp_mode: static }";
    let missing = AippError::Missing {
        key: "input_format",
    };
    assert_eq!(Config::parse(text), Err(missing));
    let text = "aipp_op { input_format: RGB888_U8 }";
    assert_eq!(
        Config::parse(text),
        Err(AippError::Missing { key: "aipp_mode" })
    );
}

#[test]
fn blanks_comments_commas_and_keys_without_effect_do_not_matter() {
    let text = "# by hand\n\naipp_op{aipp_mode:static,input_format : RGB888_U8;\r\n\
                related_input_rank: 1 # the second\n csc_switch:false\n matrix_r0c0: 298\n \
                output_bias_0 : 16 mean_chn_3:7\n var_reci_chn_1: -1.5e-3 crop: 0 rbuv_swap_switch: true}\n";
    let config = Config::parse(text).expect("grammar");
    assert_eq!(config.input, 1);
    assert!(config.swap);
    assert_eq!(config.crop, None);
    assert_eq!(config.var_reci, [1.0, -1.5e-3, 1.0]);
}

#[test]
fn errors_name_line_and_key() {
    let cases = [
        (
            "aipp_op {\n aipp_mode: static\n mean_ch_0: 1\n}",
            3,
            "mean_ch_0",
        ),
        ("aipp_op {\n crop: false\n crop: false\n}", 3, "crop"),
        (
            "aipp_op {\n aipp_mode: static input_format: RGB888_U8\n\n mean_chn_1: 127.5\n}",
            4,
            "mean_chn_1",
        ),
        (
            "aipp_op {\n aipp_mode: static input_format: RGB888_U8\n min_chn_0: 256\n}",
            3,
            "min_chn_0",
        ),
        (
            "aipp_op {\n aipp_mode: static input_format: RGB888_U8\n min_chn_0: nan\n}",
            3,
            "min_chn_0",
        ),
        (
            "aipp_op {\n aipp_mode: static input_format: RGB888_U8\n src_image_size_w: 1\n}",
            3,
            "src_image_size_w",
        ),
        (
            "aipp_op {\n aipp_mode: static input_format: RGB888_U8\n src_image_size_h: 4097\n}",
            3,
            "src_image_size_h",
        ),
        (
            "aipp_op {\n aipp_mode: static input_format: YUV400_U8\n csc_switch: true\n}",
            3,
            "csc_switch",
        ),
        (
            "aipp_op {\n aipp_mode: static input_format: YUV420SP_U8\n csc_switch: true\n matrix_r2c1: 32677\n}",
            4,
            "matrix_r2c1",
        ),
        (
            "aipp_op {\n aipp_mode: static input_format: YUV420SP_U8\n csc_switch: true\n input_bias_2: 256\n}",
            4,
            "input_bias_2",
        ),
        (
            "aipp_op {\n aipp_mode: static input_format: RGB888_U8\n related_input_name: \"x\"\n}",
            3,
            "related_input_rank",
        ),
        (
            "aipp_op {\n aipp_mode: static input_format: RGB888_U8\n crop: perhaps\n}",
            3,
            "crop",
        ),
        (
            "aipp_op {\n aipp_mode: static input_format: RGB888_U8\n padding: true\n left_padding_size: 33\n}",
            4,
            "left_padding_size",
        ),
        (
            "aipp_op {\n aipp_mode: static input_format: RGB888_U8\n resize: true\n}",
            3,
            "resize",
        ),
        ("aipp_op {\n aipp_mode: dynamic\n}", 2, "aipp_mode"),
        (
            "aipp_op {\n aipp_mode: static\n input_format: XRGB8888_U8\n}",
            3,
            "input_format",
        ),
        (
            "aipp_op {\n aipp_mode: static\n input_format: BGR\n}",
            3,
            "input_format",
        ),
        ("aipp_op {\n aipp_mode static\n}", 2, "`static`"),
        (
            "aipp_op {\n aipp_mode: static input_format: RGB888_U8\n}\n}",
            4,
            "`}`",
        ),
        (
            "aipp_op {\n aipp_mode: static input_format: RGB888_U8\n}\naipp_op {\n}",
            4,
            "aipp_op",
        ),
        ("insert_op {\n}", 1, "insert_op"),
    ];
    for (text, line, key) in cases {
        let message = Config::parse(text).expect_err(text).to_string();
        assert!(
            message.starts_with(&format!("line {line}: ")),
            "{text}: {message}"
        );
        assert!(message.contains(key), "{text}: {message}");
    }
    for text in [
        "",
        "aipp_op",
        "aipp_op {",
        "aipp_op { crop",
        "aipp_op { crop:",
    ] {
        let error = Config::parse(text).expect_err(text);
        assert!(matches!(error, AippError::Ended { .. }), "{text}: {error}");
    }
}

#[test]
fn the_error_names_formats_that_only_the_device_supports() {
    let text = "aipp_op { aipp_mode: static input_format: XRGB8888_U8 }";
    let message = Config::parse(text).expect_err(text).to_string();
    assert!(message.contains("not supported yet"), "{message}");
    assert!(message.contains("RGB888_U8"), "{message}");
}

#[test]
fn picture_window_and_model_must_fit() {
    let fits = |keys: &str| {
        parse(keys)
            .expect("grammar")
            .fit(3, 4, 6, Precision::Single)
            .map(|stage| stage.source_size())
    };
    assert_eq!(fits(""), Ok((6, 4)));
    assert_eq!(fits("src_image_size_w: 6 src_image_size_h: 4"), Ok((6, 4)));
    let window = "crop: true load_start_pos_w: 3 load_start_pos_h: 1";
    assert_eq!(
        fits(&format!("{window} src_image_size_w: 9 src_image_size_h: 5")),
        Ok((9, 5))
    );
    // One column or row too few, a size other than the model's, and a picture that is not cropped.
    for keys in [
        &format!("{window} src_image_size_w: 8 src_image_size_h: 5"),
        &format!("{window} src_image_size_w: 9 src_image_size_h: 4"),
        &format!("{window} src_image_size_w: 9 src_image_size_h: 5 crop_size_w: 5"),
        "src_image_size_w: 9",
    ] {
        assert!(matches!(fits(keys), Err(AippError::Fit { .. })), "{keys}");
    }
    let channels = parse("")
        .expect("grammar")
        .fit(1, 4, 6, Precision::Single)
        .map(|_| ());
    assert_eq!(
        channels,
        Err(AippError::Channels {
            format: 3,
            dims: [1, 4, 6]
        })
    );
}

/// The formula for each pixel, written from the guide's description, independent of the module.
#[test]
fn the_stage_swaps_crops_and_applies_the_formula() {
    let keys = "src_image_size_w: 9 src_image_size_h: 7 crop: true load_start_pos_w: 2 load_start_pos_h: 1 \
                rbuv_swap_switch: true mean_chn_0: 10 mean_chn_1: 20 mean_chn_2: 30 min_chn_0: 0.5 \
                min_chn_1: 1.5 min_chn_2: 127.5 var_reci_chn_0: 0.25 var_reci_chn_1: -0.5 \
                var_reci_chn_2: 0.00784313725";
    let stage = parse(keys)
        .expect("grammar")
        .fit(3, 4, 6, Precision::Single)
        .expect("fit");
    let pictures: Vec<u8> = (0..2 * 9 * 7 * 3)
        .map(|i: usize| (i * 37 + 11).to_le_bytes()[0])
        .collect();
    let mut planes = vec![f32::NAN; 2 * 3 * 4 * 6];
    stage.apply(&pictures, &mut planes);
    let (mean, min) = ([10.0, 20.0, 30.0], [0.5, 1.5, 127.5]);
    let factor = [0.25, -0.5, "0.00784313725".parse().expect("a number")];
    for (i, number) in planes.iter().enumerate() {
        let (n, c, y, x) = (i / 72, i / 24 % 3, i / 6 % 4, i % 6);
        let byte = pictures[n * 189 + ((y + 1) * 9 + x + 2) * 3 + (2 - c)];
        let expected = (f32::from(byte) - mean[c] - min[c]) * factor[c];
        assert_eq!(
            *number, expected,
            "picture {n}, channel {c}, row {y}, column {x}"
        );
    }
}
