//! Configurations written in many ways, valid and invalid, compared with what protobuf reads from
//! them (`text_format.py`).

use crate::aipp::{AippError, Config, Format};

/// Each line: the file as a JSON string, and what protobuf reads from it.
const VECTORS: &str = include_str!("text_format.tsv");

/// Undoes the escapes that Python's json.dumps writes for these files.
fn undo(text: &str) -> String {
    let text = text.trim_matches('"');
    let (mut plain, mut letters) = (String::new(), text.chars());
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next().expect("an escape") {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let digits: String = letters.by_ref().take(4).collect();
                    let number = u32::from_str_radix(&digits, 16).expect("hexadecimal");
                    char::from_u32(number).expect("a letter")
                }
                other => other,
            },
            other => other,
        });
    }
    plain
}

/// A configuration in the form of the vectors.
fn line(config: &Config) -> String {
    let side = |side: Option<usize>| side.unwrap_or(0).to_string();
    let format = match config.format {
        Format::Yuv420sp => "1",
        Format::Rgb888 => "3",
        Format::Yuv400 => "4",
    };
    let mut words = vec![
        config.input.to_string(),
        format.to_owned(),
        side(config.source_size.0),
        side(config.source_size.1),
        u8::from(config.swap).to_string(),
        u8::from(config.crop.is_some()).to_string(),
    ];
    words.extend(config.mean.map(|mean| mean.to_string()));
    let floats = config.min.into_iter().chain(config.var_reci);
    words.extend(floats.map(|number| format!("{:08x}", number.to_bits())));
    words.join(" ")
}

#[test]
fn the_reader_accepts_what_protobuf_accepts_with_the_same_values() {
    let (mut read, mut refused, mut out_of_range) = (0, 0, 0);
    let mut wrong = Vec::new();
    for vector in VECTORS.lines() {
        let (text, expected) = vector.split_once('\t').expect("a tab");
        let text = undo(text);
        let found = Config::parse(&text);
        let right = match expected {
            "refused" => {
                refused += 1;
                found.is_err()
            }
            "range" => {
                out_of_range += 1;
                matches!(
                    found,
                    Err(AippError::Value { .. }
                        | AippError::Unsupported { .. }
                        | AippError::Syntax { .. }
                        | AippError::Repeated { .. })
                )
            }
            values => {
                read += 1;
                found.as_ref().map(line).as_deref() == Ok(values)
            }
        };
        if !right {
            wrong.push(format!("{text:?}: {found:?}, protobuf: {expected}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!((read, refused, out_of_range), (230, 120, 50));
}

#[test]
fn the_error_names_a_leading_zero_or_a_byte_order_mark() {
    let parse = |key: &str| {
        Config::parse(&format!(
            "aipp_op {{ aipp_mode: static input_format: 3 {key} }}"
        ))
    };
    assert_eq!(parse("mean_chn_0: 010").expect("octal").mean, [8, 0, 0]);
    for key in ["src_image_size_w: 0960", "mean_chn_1: 08"] {
        let message = parse(key).expect_err(key).to_string();
        assert!(
            message.contains("leading zero") && message.contains("octal"),
            "{message}"
        );
    }
    let error = Config::parse("\u{feff}aipp_op { }").expect_err("the mark");
    assert_eq!(error, AippError::ByteOrderMark);
    assert!(error.to_string().contains("byte order mark"), "{error}");
}
