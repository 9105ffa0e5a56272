//! What stages compute from pictures.

use crate::aipp::{AippError, Config, Precision, Stage, to_half};

/// The stage of a configuration with these keys.
fn stage(keys: &str, model: [usize; 3], precision: Precision) -> Stage {
    let config =
        Config::parse(&format!("aipp_op {{ aipp_mode: static {keys} }}")).expect("grammar");
    config
        .fit(model[0], model[1], model[2], precision)
        .expect("fit")
}

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|i| (i * 73 + 19).to_le_bytes()[0]).collect()
}

const NARROW: &str = "input_format: YUV420SP_U8 csc_switch: true matrix_r0c0: 298 matrix_r0c1: 0 matrix_r0c2: 409 \
                      matrix_r1c0: 298 matrix_r1c1: -100 matrix_r1c2: -208 matrix_r2c0: 298 matrix_r2c1: 516 \
                      matrix_r2c2: 0 input_bias_0: 16 input_bias_1: 128 input_bias_2: 128";

/// BT.601 colours in studio range, with the matrix that the guide gives for them.
#[test]
fn known_colours_come_out_of_yuv() {
    let colours = [
        ([16, 128, 128], [0, 0, 0]),
        ([235, 128, 128], [255, 255, 255]),
        ([81, 90, 240], [255, 0, 0]),
        ([145, 54, 34], [0, 255, 1]),
        ([41, 240, 110], [0, 0, 255]),
        ([126, 128, 128], [128, 128, 128]),
    ];
    let to_rgb = stage(NARROW, [3, 2, 2], Precision::Single);
    for (yuv, rgb) in colours {
        let [y, u, v] = yuv;
        let mut planes = [f32::NAN; 12];
        to_rgb.apply(&[y, y, y, y, u, v], &mut planes);
        let expected: Vec<f32> = rgb
            .iter()
            .flat_map(|byte: &u8| [f32::from(*byte); 4])
            .collect();
        assert_eq!(planes.as_slice(), expected, "{yuv:?}");
    }
    // U and V swapped.
    let swapped = stage(
        &format!("{NARROW} rbuv_swap_switch: true"),
        [3, 2, 2],
        Precision::Single,
    );
    let mut planes = [f32::NAN; 12];
    swapped.apply(&[81, 81, 81, 81, 240, 90], &mut planes);
    assert_eq!(planes[..4], [255.0; 4]);
    assert_eq!(planes[4..], [0.0; 8]);
}

#[test]
fn four_pixels_share_a_pair_of_u_and_v_for_every_window() {
    let keys = "input_format: YUV420SP_U8 src_image_size_w: 10 src_image_size_h: 6 crop: true load_start_pos_w: 4 \
                load_start_pos_h: 2 crop_size_w: 6 crop_size_h: 4 mean_chn_0: 3 min_chn_1: 0.5 var_reci_chn_2: 2";
    for swap in [false, true] {
        let stage = stage(
            &format!("{keys} rbuv_swap_switch: {swap}"),
            [3, 4, 6],
            Precision::Single,
        );
        assert_eq!((stage.source_bytes(), stage.output_len()), (90, 72));
        let pictures = bytes(180);
        let mut planes = vec![f32::NAN; 144];
        stage.apply(&pictures, &mut planes);
        for (i, number) in planes.iter().enumerate() {
            let (picture, c, y, x) = (
                &pictures[i / 72 * 90..][..90],
                i / 24 % 3,
                i / 6 % 4 + 2,
                i % 6 + 4,
            );
            let uv = 60 + (y / 2) * 10 + (x / 2) * 2;
            let byte = match (c, swap) {
                (0, _) => picture[y * 10 + x],
                (1, false) | (2, true) => picture[uv],
                _ => picture[uv + 1],
            };
            let expected = match c {
                0 => f32::from(byte) - 3.0,
                1 => f32::from(byte) - 0.5,
                _ => f32::from(byte) * 2.0,
            };
            assert_eq!(*number, expected, "number {i}, swap {swap}");
        }
    }
}

#[test]
fn odd_windows_have_no_pairs() {
    let fits = |keys: &str, width| {
        let config = Config::parse(&format!(
            "aipp_op {{ aipp_mode: static input_format: YUV420SP_U8 {keys} }}"
        ));
        config
            .expect("grammar")
            .fit(3, 4, width, Precision::Single)
            .map(|_| ())
    };
    assert_eq!(fits("", 6), Ok(()));
    let odd = |pixels| {
        Err(AippError::Odd {
            axis: "width",
            pixels,
        })
    };
    assert_eq!(fits("", 5), odd(5));
    let window = "crop: true src_image_size_h: 4 load_start_pos_w";
    assert_eq!(fits(&format!("{window}: 1 src_image_size_w: 8"), 6), odd(1));
    assert_eq!(fits(&format!("{window}: 2 src_image_size_w: 9"), 6), odd(9));
}

#[test]
fn grey_pictures_have_one_channel_and_the_border_has_one_number() {
    let keys = "input_format: YUV400_U8 src_image_size_w: 7 src_image_size_h: 5 crop: true load_start_pos_w: 3 \
                load_start_pos_h: 1 crop_size_w: 4 crop_size_h: 3 mean_chn_0: 9 var_reci_chn_0: 0.5 padding: true \
                left_padding_size: 2 right_padding_size: 1 top_padding_size: 3 bottom_padding_size: 0 padding_value: -1.5";
    let stage = stage(keys, [1, 6, 7], Precision::Single);
    assert_eq!(
        (stage.source_size(), stage.crop_size(), stage.output_size()),
        ((7, 5), (4, 3), (7, 6))
    );
    let picture = bytes(35);
    let mut plane = vec![f32::NAN; 42];
    stage.apply(&picture, &mut plane);
    for (i, number) in plane.iter().enumerate() {
        let (y, x) = (i / 7, i % 7);
        let expected = if (3..6).contains(&y) && (2..6).contains(&x) {
            (f32::from(picture[(y - 3 + 1) * 7 + x - 2 + 3]) - 9.0) * 0.5
        } else {
            -1.5
        };
        assert_eq!(*number, expected, "row {y}, column {x}");
    }
    let config =
        Config::parse(&format!("aipp_op {{ aipp_mode: static {keys} }}")).expect("grammar");
    assert_eq!(
        config.fit(3, 6, 7, Precision::Single).map(|_| ()),
        Err(AippError::Channels {
            format: 1,
            dims: [3, 6, 7]
        })
    );
    assert!(matches!(
        config.fit(1, 3, 7, Precision::Single),
        Err(AippError::Padding {
            axis: "height",
            padding: 3,
            model: 3
        })
    ));
    assert!(matches!(
        config.fit(1, 6, 8, Precision::Single),
        Err(AippError::Fit { axis: "width", .. })
    ));
}

#[test]
fn a_conversion_to_grey_adds_its_bias() {
    let keys = "input_format: RGB888_U8 rbuv_swap_switch: true csc_switch: true matrix_r0c0: 76 matrix_r0c1: 150 \
                matrix_r0c2: 30 output_bias_0: 16";
    let stage = stage(keys, [1, 1, 3], Precision::Single);
    let mut plane = [f32::NAN; 3];
    stage.apply(&[10, 20, 30, 0, 0, 0, 255, 255, 255], &mut plane);
    // (76 * 30 + 150 * 20 + 30 * 10) / 256 is 21.8; white exceeds 255 and is clamped.
    assert_eq!(plane, [38.0, 16.0, 255.0]);
}

/// The expected figures for `x / 127.5 - 1` in half precision were computed independently of this
/// code.
#[test]
fn half_precision_rounds_every_step() {
    let keys = "input_format: YUV400_U8 min_chn_0: 127.5 var_reci_chn_0: 0.00784313725";
    let (half, single) = (
        stage(keys, [1, 16, 16], Precision::Half),
        stage(keys, [1, 16, 16], Precision::Single),
    );
    let codes: Vec<u8> = (0..=255).collect();
    let (mut halves, mut singles) = ([0.0; 256], [0.0; 256]);
    half.apply(&codes, &mut halves);
    single.apply(&codes, &mut singles);
    assert_eq!((halves[0], halves[255]), (-1.0, 1.0));
    let mut other = 0;
    let mut error_max = 0.0_f64;
    for (code, number) in halves.iter().enumerate() {
        let exact = f64::from(u32::try_from(code).expect("small")) / 127.5 - 1.0;
        error_max = error_max.max((f64::from(*number) - exact).abs());
        let rounded = to_half(singles[code]);
        if *number != rounded {
            other += 1;
            assert!((number - rounded).abs() <= 3.06e-5, "code {code}");
        }
        assert_eq!(to_half(*number), *number, "code {code} is a half");
    }
    assert_eq!(other, 4);
    assert!((2.4e-4..2.5e-4).contains(&error_max), "{error_max}");
}

/// Rows one by one, of pictures that lack up to 64 bytes, and whole pictures with zeros there.
#[test]
fn rows_are_those_of_the_whole_picture_and_missing_bytes_are_0() {
    let window = "src_image_size_w: 10 src_image_size_h: 8 crop: true load_start_pos_w: 2 load_start_pos_h: 2 \
                  crop_size_w: 6 crop_size_h: 6";
    let border = "padding: true left_padding_size: 1 right_padding_size: 2 top_padding_size: 3 \
                  bottom_padding_size: 1 padding_value: -7";
    let numbers = "mean_chn_0: 3 min_chn_1: 0.5 var_reci_chn_2: 2";
    let grey = "csc_switch: true matrix_r0c0: 76 matrix_r0c1: 150 matrix_r0c2: 30";
    for (format, channels) in [
        ("RGB888_U8".to_owned(), 3),
        ("RGB888_U8 rbuv_swap_switch: true".to_owned(), 3),
        (format!("RGB888_U8 {grey}"), 1),
        ("YUV420SP_U8".to_owned(), 3),
        (
            "YUV420SP_U8 rbuv_swap_switch: true csc_switch: true matrix_r1c1: 40".to_owned(),
            3,
        ),
        ("YUV400_U8".to_owned(), 1),
    ] {
        for (keys, height, width) in [
            (format!("{window} {border}"), 10, 9),
            (window.to_owned(), 6, 6),
        ] {
            for dims in [[channels, height, width], [height, width, channels]] {
                for precision in [Precision::Single, Precision::Half] {
                    let keys = format!("aipp_mode: static input_format: {format} {keys} {numbers}");
                    let config = Config::parse(&format!("aipp_op {{ {keys} }}")).expect("grammar");
                    let stage = config.fit_dims(dims, precision).expect("fit");
                    for missing in [0, 1, 2, 30, 64] {
                        let mut picture = bytes(stage.source_bytes());
                        let there = picture.len() - missing;
                        picture[there..].fill(0);
                        let mut whole = vec![f32::NAN; stage.output_len()];
                        stage.apply(&picture, &mut whole);
                        for (channel, row) in (0..channels)
                            .flat_map(|channel| (0..height).map(move |row| (channel, row)))
                        {
                            let mut to = vec![f32::NAN; width];
                            stage.fill_row(&picture[..there], channel, row, &mut to);
                            let at = |x: usize| match dims[0] == channels {
                                true => (channel * height + row) * width + x,
                                false => (row * width + x) * channels + channel,
                            };
                            let expected: Vec<f32> = (0..width).map(|x| whole[at(x)]).collect();
                            assert_eq!(to, expected, "{keys}: {missing}, {channel}, {row}");
                        }
                    }
                }
            }
        }
    }
}
