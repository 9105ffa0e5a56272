//! Models with NHWC input.

use crate::aipp::{AippError, Config, Layout, Precision};

fn config(keys: &str) -> Config {
    Config::parse(&format!("aipp_op {{ aipp_mode: static {keys} }}")).expect("grammar")
}

#[test]
fn nhwc_has_the_same_numbers_as_nchw() {
    let rest = "mean_chn_0: 3 min_chn_1: 0.5 var_reci_chn_2: 2 padding: true left_padding_size: 1 right_padding_size: 2 \
                top_padding_size: 3 padding_value: -7 crop: true load_start_pos_w: 2 load_start_pos_h: 2 \
                src_image_size_w: 10 src_image_size_h: 8 crop_size_w: 6 crop_size_h: 4";
    for (keys, channels) in [
        ("input_format: RGB888_U8", 3),
        ("input_format: RGB888_U8 rbuv_swap_switch: true", 3),
        ("input_format: YUV420SP_U8", 3),
        (
            "input_format: YUV420SP_U8 csc_switch: true matrix_r0c0: 298 matrix_r1c1: 40 matrix_r2c2: 256",
            3,
        ),
        ("input_format: YUV400_U8", 1),
        (
            "input_format: RGB888_U8 csc_switch: true matrix_r0c0: 76 matrix_r0c1: 150 matrix_r0c2: 30",
            1,
        ),
    ] {
        let config = config(&format!("{keys} {rest}"));
        let (height, width) = (7, 9);
        let planar = config.fit_dims([channels, height, width], Precision::Single);
        let planar = planar.expect("NCHW");
        let interleaved = config.fit_dims([height, width, channels], Precision::Single);
        let interleaved = interleaved.expect("NHWC");
        assert_eq!(
            (planar.layout(), interleaved.layout()),
            (Layout::Nchw, Layout::Nhwc)
        );
        assert_eq!(planar.output_size(), interleaved.output_size());
        // Two pictures.
        let pictures: Vec<u8> = (0..2 * planar.source_bytes())
            .map(|i| (i * 73 + 19).to_le_bytes()[0])
            .collect();
        let len = planar.output_len();
        let (mut planes, mut pixels) = (vec![f32::NAN; 2 * len], vec![f32::NAN; 2 * len]);
        planar.apply(&pictures, &mut planes);
        interleaved.apply(&pictures, &mut pixels);
        for (i, number) in pixels.iter().enumerate() {
            let (picture, place) = (i / len, i % len);
            let (pixel, channel) = (place / channels, place % channels);
            let there = planes[picture * len + channel * height * width + pixel];
            assert_eq!(*number, there, "{keys}: number {i}");
        }
        assert!(pixels.iter().any(|number| *number != -7.0));
    }
}

#[test]
fn nchw_if_the_dimensions_fit_both_layouts_and_an_error_if_they_fit_neither() {
    let config = config("input_format: RGB888_U8");
    let layout = |dims| {
        let stage = config.fit_dims(dims, Precision::Single)?;
        Ok((stage.layout(), stage.output_size()))
    };
    assert_eq!(layout([3, 5, 3]), Ok((Layout::Nchw, (3, 5))));
    assert_eq!(layout([3, 3, 3]), Ok((Layout::Nchw, (3, 3))));
    assert_eq!(layout([32, 48, 3]), Ok((Layout::Nhwc, (48, 32))));
    let error = AippError::Channels {
        format: 3,
        dims: [32, 48, 4],
    };
    let text = error.to_string();
    assert!(
        text.contains("[n, 32, 48, 4]") && text.contains("NHWC"),
        "{text}"
    );
    assert_eq!(layout([32, 48, 4]), Err(error));
}
