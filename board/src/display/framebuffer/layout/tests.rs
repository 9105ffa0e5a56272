use super::*;

/// The kernel's answers for a screen of 1024 x 768 with 32 bits (`simplefb`, `a8r8g8b8`).
fn answers() -> (Screen, Memory) {
    let field = |offset, length| Field {
        offset,
        length,
        msb_right: 0,
    };
    let screen = Screen {
        width: 1024,
        height: 768,
        virtual_width: 1024,
        virtual_height: 1536,
        left: 0,
        top: 768,
        bits_per_pixel: 32,
        red: field(16, 8),
        green: field(8, 8),
        blue: field(0, 8),
        transp: field(24, 8),
        ..Screen::default()
    };
    let memory = Memory {
        visual: 2,
        line_length: 4096,
        ..Memory::default()
    };
    (screen, memory)
}

#[test]
fn the_kernels_answers_give_the_format() {
    let (screen, memory) = answers();
    let format = Format::new(&screen, &memory).unwrap();
    assert_eq!((format.width, format.height), (1024, 768));
    assert_eq!(format.bytes_per_pixel, 4);
    assert_eq!(format.first_byte, 768 * 4096);
    assert_eq!(format.place(2, 1), 769 * 4096 + 8);
    let mut bytes = [0; 4];
    format.encode(Rgb888::new(1, 2, 3), &mut bytes);
    assert_eq!(bytes, [3, 2, 1, 255]);
}

#[test]
fn other_layouts_are_refused() {
    type Change = fn(&mut Screen, &mut Memory);
    let changes: [Change; 7] = [
        |screen, _| screen.bits_per_pixel = 8,
        |screen, _| screen.bits_per_pixel = 24,
        |_, memory| memory.kind = 1,
        |_, memory| memory.visual = 3,
        |screen, _| screen.red.length = 0,
        |screen, _| screen.blue.offset = 30,
        |screen, _| screen.green.offset = u32::MAX,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let (mut screen, mut memory) = answers();
        change(&mut screen, &mut memory);
        let fault = Format::new(&screen, &memory).unwrap_err();
        assert!(matches!(fault, Fault::Layout { .. }), "{number}: {fault}");
    }
    let (screen, mut memory) = answers();
    memory.line_length = 4095;
    let fault = Format::new(&screen, &memory).unwrap_err();
    assert!(matches!(fault, Fault::Small { .. }), "{fault}");
}
