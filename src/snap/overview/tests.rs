use super::*;

/// A picture that is white in its right half.
fn half_white(width: u32, height: u32) -> Overview {
    let size = Size { width, height };
    let row = (0..width).flat_map(|x| [if x < width / 2 { 0 } else { 255 }; 3]);
    let row: Vec<u8> = row.collect();
    let rows = usize::try_from(height).unwrap();
    Overview {
        size,
        preview: (size, row.repeat(rows)),
    }
}

#[test]
fn letters_show_the_picture_its_numbers_and_the_region() {
    let text = half_white(40, 20).letters((46, 11), None, false);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 11, "{text}");
    assert_eq!(lines[0], "      0         10        20        30");
    assert_eq!(
        lines[1],
        format!("    0 {}{}", " ".repeat(20), "@".repeat(20))
    );
    assert!(lines[6].starts_with("   10 "), "{text}");

    let roi = Roi {
        x: 4,
        y: 4,
        width: 8,
        height: 8,
    };
    let text = half_white(40, 20).letters((46, 11), Some(roi), false);
    let lines: Vec<_> = text.lines().map(|line| &line[NUMBERS..]).collect();
    assert_eq!(lines[3][..13], *"    ######## ", "{text}");
    assert_eq!(lines[4][..12], *"    #      #", "{text}");
    assert_eq!(lines[7].find('#'), None, "{text}");
}

#[test]
fn a_picture_fits_into_any_terminal() {
    for (width, height) in [(1, 1), (4096, 3072), (9, 20_000), (20_000, 9), (8192, 40)] {
        let size = Size { width, height };
        let small = Overview {
            size,
            preview: (
                Size {
                    width: 1,
                    height: 1,
                },
                vec![7; 3],
            ),
        };
        for (columns, rows) in [(80, 24), (1, 1), (200, 50)] {
            // Beside the numbers there is one column at least, and below them one row.
            let widest = usize::from(columns).max(NUMBERS + 1);
            for is_grey in [false, true] {
                let text = small.letters((columns, rows), None, is_grey);
                let shown = text.lines().count();
                assert!(
                    (2..=usize::from(rows).max(2)).contains(&shown),
                    "{size} {shown}"
                );
                for line in text.lines() {
                    let signs = line.split('\x1b').enumerate();
                    let seen = signs.map(|(index, sign)| match sign.split_once('m') {
                        Some((_, sign)) if index > 0 => sign.chars().count(),
                        _ => sign.chars().count(),
                    });
                    assert!(seen.sum::<usize>() <= widest, "{size} {line}");
                }
            }
        }
    }
}

#[test]
fn a_picture_that_no_station_file_allows_is_not_decoded() {
    let path = std::env::temp_dir().join(format!("sluice-wide-{}.pgm", std::process::id()));
    // Its pixels are missing, which only a decoder would notice.
    std::fs::write(&path, "P5\n16385 1\n255\n").unwrap();
    let error = Overview::of(&path).unwrap_err();
    assert!(
        matches!(
            error,
            SnapError::TooLarge {
                side_max: 16_384,
                ..
            }
        ),
        "{error}"
    );
    std::fs::write(&path, "P5\n16384 1\n255\n").unwrap();
    let error = Overview::of(&path).unwrap_err();
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(error, SnapError::Picture { .. }), "{error}");
}

#[test]
fn grid_lines_have_round_numbers() {
    let steps = [0, 1, 3, 6, 192, 256, 1250].map(round_up);
    assert_eq!(steps, [1, 1, 5, 10, 200, 500, 2000]);
    assert_eq!(round_up(u32::MAX), u32::MAX);
}
