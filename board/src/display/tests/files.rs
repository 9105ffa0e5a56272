//! Framebuffers, PNG files, and displays that appear later.

use super::draw;
use super::fakes::shown;
use crate::display::{Canvas, Channel, Display, Fault, Format, Framebuffer, PngFile, Turn};
use embedded_graphics::geometry::Size;
use embedded_graphics::pixelcolor::{BinaryColor, Rgb888, RgbColor as _};
use embedded_graphics::prelude::{DrawTarget as _, WebColors as _};
use std::fs;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The bytes of a framebuffer. The padding of its rows must stay unwritten.
#[derive(Debug, Clone)]
struct Bytes(Arc<Mutex<Written>>);

#[derive(Debug)]
struct Written {
    bytes: Vec<u8>,
    count: usize,
    writes: usize,
    failing: Option<usize>,
}

impl FileExt for Bytes {
    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn write_at(&self, from: &[u8], offset: u64) -> io::Result<usize> {
        let mut written = self.0.lock().unwrap();
        written.writes += 1;
        if written.failing == Some(written.writes) {
            written.bytes.fill(0x55);
            return Err(io::ErrorKind::NotConnected.into());
        }
        let start = usize::try_from(offset).unwrap();
        written.bytes[start..start + from.len()].copy_from_slice(from);
        written.count += from.len();
        Ok(from.len())
    }
}

const fn channel(offset: u32, length: u32) -> Channel {
    Channel { offset, length }
}

/// Layouts with 16 and 32 bits per pixel. Rows have padding, and one layout has an offset.
fn formats() -> [Format; 2] {
    let of_32 = Format {
        width: 90,
        height: 70,
        bytes_per_pixel: 4,
        bytes_per_line: 400,
        first_byte: 808,
        red: channel(16, 8),
        green: channel(8, 8),
        blue: channel(0, 8),
        alpha: channel(24, 8),
    };
    let of_16 = Format {
        bytes_per_pixel: 2,
        bytes_per_line: 190,
        first_byte: 0,
        red: channel(11, 5),
        green: channel(5, 6),
        blue: channel(0, 5),
        alpha: channel(0, 0),
        ..of_32
    };
    [of_16, of_32]
}

fn open(format: Format, turn: Turn) -> (Bytes, Display<Framebuffer<Bytes>>) {
    let bytes = Bytes(Arc::new(Mutex::new(Written {
        bytes: vec![0xAA; 40_000],
        count: 0,
        writes: 0,
        failing: None,
    })));
    let file = bytes.clone();
    let display = Display::new("test", move || {
        Ok(Framebuffer::new(file.clone(), format, turn))
    });
    (bytes, display)
}

fn assert_same(bytes: &Bytes, canvas: &Canvas<Rgb888>, format: &Format, turn: Turn) {
    let written = &bytes.0.lock().unwrap().bytes;
    let line = usize::try_from(format.bytes_per_line).unwrap();
    let first = usize::try_from(format.first_byte).unwrap();
    let mut seen = vec![false; written.len()];
    for y in 0..format.height {
        for x in 0..format.width {
            let (canvas_x, canvas_y) = turn.on_canvas((format.width, format.height), (x, y));
            let colour = canvas.pixel(canvas_x, canvas_y).unwrap();
            let (red, green, blue) = (colour.r(), colour.g(), colour.b());
            let place = first + y * line + x * format.bytes_per_pixel;
            let expected = if format.bytes_per_pixel == 2 {
                let pixel =
                    u16::from(red >> 3) << 11 | u16::from(green >> 2) << 5 | u16::from(blue >> 3);
                pixel.to_le_bytes().to_vec()
            } else {
                vec![blue, green, red, 0xFF]
            };
            let place = place..place + format.bytes_per_pixel;
            assert_eq!(written[place.clone()], expected, "{turn:?}: {x}, {y}");
            seen[place].fill(true);
        }
    }
    let untouched = written.iter().zip(&seen).filter(|(_, seen)| !**seen);
    assert!(
        untouched
            .into_iter()
            .all(|(byte, _)| matches!(byte, 0xAA | 0x55))
    );
}

const INK: Rgb888 = Rgb888::CSS_ORANGE;
const GROUND: Rgb888 = Rgb888::CSS_INDIGO;

#[test]
fn the_framebuffer_holds_the_canvas_after_every_change() {
    for format in formats() {
        for turn in [Turn::None, Turn::Quarter, Turn::Half, Turn::ThreeQuarters] {
            let (bytes, mut display) = open(format, turn);
            for count in [0, 8, 1234567] {
                let canvas = shown(&mut display, |canvas| draw(canvas, INK, GROUND, count));
                assert_same(&bytes, &canvas, &format, turn);
            }
        }
    }
}

#[test]
fn only_changed_pixels_are_written() {
    let format = formats()[0];
    let (bytes, mut display) = open(format, Turn::None);
    shown(&mut display, |canvas| draw(canvas, INK, GROUND, 0));
    let everything = bytes.0.lock().unwrap().count;
    assert_eq!(everything, 90 * 70 * 2);
    shown(&mut display, |canvas| draw(canvas, INK, GROUND, 1));
    let digit = bytes.0.lock().unwrap().count - everything;
    assert!(
        digit > 0 && digit * 10 < everything,
        "{digit} of {everything}"
    );
}

#[test]
fn after_a_failed_write_the_whole_picture_is_written_again() {
    let format = formats()[1];
    let mut failing = 0;
    loop {
        failing += 1;
        let (bytes, mut display) = open(format, Turn::ThreeQuarters);
        bytes.0.lock().unwrap().failing = Some(failing);
        let mut failures = 0;
        for count in [0, 1, 22] {
            if let Err(error) = display.show(|canvas| draw(canvas, INK, GROUND, count)) {
                failures += 1;
                assert!(matches!(error.fault, Fault::Write(_)), "{error}");
            }
        }
        bytes.0.lock().unwrap().failing = None;
        let canvas = shown(&mut display, |canvas| draw(canvas, INK, GROUND, 333));
        assert_same(&bytes, &canvas, &format, Turn::ThreeQuarters);
        if failures == 0 {
            break;
        }
    }
    assert!(failing > 70, "{failing} writes");
}

#[test]
fn a_file_that_is_no_framebuffer_is_refused() {
    let open = |path| {
        Framebuffer::open(Path::new(path), Turn::None)
            .unwrap_err()
            .to_string()
    };
    assert!(
        open("/dev/null").starts_with("FBIOGET_VSCREENINFO: "),
        "{}",
        open("/dev/null")
    );
    assert!(open("/dev/no-framebuffer").starts_with("cannot be opened: No such file"));
}

fn directory(test: &str) -> PathBuf {
    let name = format!("sluice-display-{}-{test}", std::process::id());
    std::env::temp_dir().join(name)
}

#[test]
fn a_file_is_written_once_its_directory_exists() {
    let directory = directory("png");
    let file = directory.join("screen.png");
    let path = file.clone();
    let size = Size::new(30, 20);
    let mut display = Display::new("screen.png", move || {
        Ok(PngFile::<BinaryColor>::new(&path, size))
    });
    let fill = |canvas: &mut Canvas<BinaryColor>| {
        let Ok(()) = canvas.clear(BinaryColor::On);
    };
    let error = display.show(fill).unwrap_err().to_string();
    assert!(
        error.starts_with("display screen.png: writing failed: No such file"),
        "{error}"
    );
    fs::create_dir(&directory).unwrap();
    display.show(fill).unwrap();
    let decoder = png::Decoder::new(io::BufReader::new(fs::File::open(&file).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    assert_eq!(reader.info().size(), (30, 20));
    let mut rgb = vec![0; 30 * 20 * 3];
    reader.next_frame(&mut rgb).unwrap();
    assert!(rgb.iter().all(|value| *value == 255));
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn a_display_that_is_absent_at_the_start_works_once_it_exists() {
    let mut tries = 0;
    let format = formats()[0];
    let (bytes, _) = open(format, Turn::None);
    let file = bytes.clone();
    let mut display = Display::new("/dev/fb9", move || {
        tries += 1;
        if tries < 3 {
            return Err(Fault::Open(io::ErrorKind::NotFound.into()));
        }
        Ok(Framebuffer::new(file.clone(), format, Turn::None))
    });
    for _ in 0..2 {
        let error = display.show(|_| panic!("nothing to draw on")).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("display /dev/fb9: cannot be opened")
        );
    }
    let canvas = shown(&mut display, |canvas| draw(canvas, INK, GROUND, 5));
    assert_same(&bytes, &canvas, &format, Turn::None);
}
