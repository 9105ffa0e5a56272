use super::write;
use crate::graph::{BufferLayout, Element};
use crate::isa::Isa;
use crate::kernels::testing::{Input, WIDTHS, planes};

/// What the caller's buffer holds where the kernel must not write.
const GUARD: u8 = 0xA5;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is between the bounds of the integer"
)]
fn bytes_of(element: Element, number: f32) -> Vec<u8> {
    match element {
        Element::F32 => number.to_ne_bytes().to_vec(),
        Element::I32 => (number.clamp(-2.0_f32.powi(31), 2_147_483_520.0) as i32)
            .to_ne_bytes()
            .to_vec(),
        Element::U8 => vec![number.clamp(0.0, 255.0) as u8],
    }
}

/// The kernel's bytes with a guard around them, and whether the numbers were finite.
fn compute(
    isa: Isa,
    numbers: &[Vec<f32>],
    layout: BufferLayout,
    element: Element,
) -> (Vec<u8>, bool) {
    let (channels, width) = (numbers.len(), numbers[0].len());
    let size = bytes_of(element, 0.0).len();
    // Planes of two rows; the second one is written.
    let plane_len = 2 * width * size;
    let mut buffer = vec![GUARD; 1 + channels * plane_len + 64];
    let input = Input::new(numbers);
    let at = match layout {
        BufferLayout::Planar => 1 + width * size,
        BufferLayout::Interleaved => 1 + channels * width * size,
    };
    // SAFETY: the row has the channels, the width and the space; the buffer has space for two rows
    // from its second byte on.
    let is_finite = unsafe {
        let to = buffer.as_mut_ptr().add(at);
        write(
            isa,
            input.row(),
            channels,
            width,
            layout,
            element,
            to,
            plane_len,
        )
    };
    (buffer, is_finite)
}

#[test]
fn every_number_is_in_its_place() {
    for isa in Isa::available() {
        for width in WIDTHS {
            for channels in 1..7 {
                let mut numbers = planes(channels, width, width + channels);
                numbers[0][width / 2] = 200.7;
                // Beyond both integers.
                numbers[channels / 2][width / 3] = 3e9;
                numbers[channels / 3][width / 4] = -3e9;
                for element in [Element::F32, Element::I32, Element::U8] {
                    let mut planar = vec![GUARD];
                    let mut interleaved = vec![GUARD];
                    let size = bytes_of(element, 0.0).len();
                    for row in &numbers {
                        planar.extend(vec![GUARD; width * size]);
                        planar.extend(row.iter().flat_map(|x| bytes_of(element, *x)));
                    }
                    interleaved.extend(vec![GUARD; channels * width * size]);
                    for column in 0..width {
                        let pixel = numbers.iter().map(|row| row[column]);
                        interleaved.extend(pixel.flat_map(|x| bytes_of(element, x)));
                    }
                    for (layout, mut expected) in [
                        (BufferLayout::Planar, planar),
                        (BufferLayout::Interleaved, interleaved),
                    ] {
                        expected.extend([GUARD; 64]);
                        let (bytes, is_finite) = compute(*isa, &numbers, layout, element);
                        let what = format!("{isa:?}, {layout:?}, {element:?}, {channels}, {width}");
                        assert_eq!(bytes, expected, "{what}");
                        assert!(is_finite, "{what}");
                    }
                }
            }
        }
    }
}

#[test]
fn it_tells_of_any_number_that_is_not_finite() {
    for isa in Isa::available() {
        for channels in 1..7 {
            for width in [1, 15, 16, 17, 40] {
                for at in 0..channels * width {
                    for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                        let mut numbers = planes(channels, width, 1);
                        numbers[at % channels][at / channels] = number;
                        for layout in [BufferLayout::Planar, BufferLayout::Interleaved] {
                            let (_, is_finite) = compute(*isa, &numbers, layout, Element::F32);
                            assert!(!is_finite, "{isa:?}, {layout:?}, {channels}, {width}");
                        }
                    }
                }
            }
        }
    }
}
