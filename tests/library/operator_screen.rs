//! Promise: the operator's screens show the state, the verdict with its reason, the counters and
//! the cycle times, always at the same place. Each layout is compared with a reference picture,
//! pixel by pixel.
//!
//! After an intended change run `SLUICE_BLESS=1 cargo test --test library operator_screen`, which
//! writes new references, and look at them.

mod views;

use board::display::{Canvas, Display, PngFile};
use embedded_graphics::geometry::{OriginDimensions as _, Size as Pixels};
use embedded_graphics::pixelcolor::{BinaryColor, PixelColor, Rgb888, RgbColor as _};
use sluice::image::{ChannelOrder, Size};
use sluice::part::{Cause, Verdict};
use sluice::screen::{StationState, Thumbnail, View, colour_fits, draw_colour, draw_mono};
use std::path::PathBuf;
use views::{BLOB, by_hand, crowded, drifting, in_chinese, missed, recipes, view, with_belt};

const MONO: Pixels = Pixels::new(128, 64);
const UPRIGHT: Pixels = Pixels::new(240, 320);
const LYING: Pixels = Pixels::new(320, 240);

fn reference(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/screen")
        .join(name)
}

fn read_rgb(path: &PathBuf) -> Vec<u8> {
    let file =
        std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file))
        .read_info()
        .unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut rgb).unwrap();
    rgb
}

fn rgb<C: PixelColor + Into<Rgb888>>(canvas: &Canvas<C>) -> Vec<u8> {
    let colours = canvas.pixels().iter().map(|colour| (*colour).into());
    colours
        .flat_map(|colour: Rgb888| [colour.r(), colour.g(), colour.b()])
        .collect()
}

fn compare<C>(name: &str, canvas: &Canvas<C>)
where
    C: PixelColor + From<BinaryColor> + Into<Rgb888> + Send + Sync,
{
    let path = reference(name);
    if std::env::var_os("SLUICE_BLESS").is_some() {
        let (path, size) = (path.clone(), canvas.size());
        let mut file = Display::new(name, move || Ok(PngFile::new(&path, size)));
        file.show(|other| other.clone_from(canvas)).unwrap();
    }
    let expected = read_rgb(&path);
    let drawn = rgb(canvas);
    assert_eq!(drawn.len(), expected.len(), "{name}");
    let differing = drawn
        .chunks(3)
        .zip(expected.chunks(3))
        .filter(|(a, b)| a != b)
        .count();
    assert_eq!(differing, 0, "{name}: pixels differ from the reference");
}

fn mono(view: &View<'_>) -> Canvas<BinaryColor> {
    let mut canvas = Canvas::new(MONO);
    let Ok(()) = draw_mono(view, &mut canvas);
    canvas
}

fn colour(view: &View<'_>, size: Pixels) -> Canvas<Rgb888> {
    let mut canvas = Canvas::new(size);
    let Ok(()) = draw_colour(view, &mut canvas);
    canvas
}

#[test]
fn the_belt_is_shown() {
    for (name, view) in with_belt() {
        compare(&format!("mono_{name}.png"), &mono(&view));
        compare(&format!("colour_{name}.png"), &colour(&view, UPRIGHT));
        compare(&format!("lying_{name}.png"), &colour(&view, LYING));
    }
}

#[test]
fn what_has_drifted_is_shown_with_a_part_that_passed() {
    for (name, view) in drifting() {
        compare(&format!("mono_{name}.png"), &mono(&view));
        compare(&format!("colour_{name}.png"), &colour(&view, UPRIGHT));
        compare(&format!("lying_{name}.png"), &colour(&view, LYING));
    }
}

#[test]
fn every_text_is_shown_in_chinese_as_well() {
    let square = thumbnail(960, 960);
    for (name, mut view) in in_chinese() {
        let is_reject = view.last.is_some_and(|last| last.verdict == BLOB);
        view.picture = is_reject.then_some(&square);
        compare(&format!("mono_{name}.png"), &mono(&view));
        compare(&format!("colour_{name}.png"), &colour(&view, UPRIGHT));
        compare(&format!("lying_{name}.png"), &colour(&view, LYING));
    }
}

#[test]
fn the_mode_and_the_needed_reset_are_shown() {
    for (name, view) in by_hand().into_iter().chain(recipes()) {
        compare(&format!("mono_{name}.png"), &mono(&view));
        compare(&format!("colour_{name}.png"), &colour(&view, UPRIGHT));
        compare(&format!("lying_{name}.png"), &colour(&view, LYING));
    }
}

#[test]
fn the_black_and_white_layout_is_the_reference() {
    for (name, view) in [
        ("mono_ready.png", view(StationState::Ready, None)),
        (
            "mono_pass.png",
            view(StationState::Busy, Some(Verdict::Pass)),
        ),
        ("mono_reject.png", view(StationState::Ready, Some(BLOB))),
        (
            "mono_fault.png",
            view(StationState::Fault, Some(Verdict::Fault(Cause::Picture))),
        ),
        ("mono_missed.png", missed()),
        ("mono_crowded.png", crowded()),
    ] {
        compare(name, &mono(&view));
    }
}

/// A defective part as a model input of this size.
fn thumbnail(width: u32, height: u32) -> Thumbnail {
    let (columns, rows) = (width as usize, height as usize);
    let mut input = vec![90_u8; columns * rows * 3];
    let mut mask = vec![0_u8; columns * rows];
    for y in 0..rows {
        for x in 0..columns {
            let shade = u8::try_from(60 + (x + y) / 16).unwrap();
            input[(y * columns + x) * 3..][..3].copy_from_slice(&[shade, shade, shade / 2]);
            mask[y * columns + x] = u8::from((290..330).contains(&x) && (430..480).contains(&y));
        }
    }
    let mut thumbnail = Thumbnail::new();
    thumbnail.draw(
        Size { width, height },
        ChannelOrder::Bgr,
        &input,
        &mask,
        [[290, 430, 330, 480]].into_iter(),
    );
    thumbnail
}

#[test]
fn the_colour_layouts_are_the_references() {
    let square = thumbnail(960, 960);
    let wide = thumbnail(960, 600);
    let with = |picture, view| View { picture, ..view };
    for (name, view) in [
        ("starting", view(StationState::Starting, None)),
        ("pass", view(StationState::Ready, Some(Verdict::Pass))),
        (
            "reject",
            with(Some(&square), view(StationState::Busy, Some(BLOB))),
        ),
        (
            "fault",
            view(StationState::Fault, Some(Verdict::Fault(Cause::Deadline))),
        ),
        ("missed", missed()),
        ("crowded", with(Some(&wide), crowded())),
    ] {
        compare(&format!("colour_{name}.png"), &colour(&view, UPRIGHT));
        compare(&format!("lying_{name}.png"), &colour(&view, LYING));
    }
}

/// Each size with the layout that it shows, the scale factor and the position of the layout.
#[test]
fn other_sizes_show_a_layout_in_the_middle_enlarged_by_a_whole_factor() {
    let picture = thumbnail(960, 960);
    let view = View {
        picture: Some(&picture),
        ..view(StationState::Busy, Some(BLOB))
    };
    for (size, layout, factor, left, top) in [
        ((640, 480), LYING, 2, 0, 0),
        ((800, 480), LYING, 2, 80, 0),
        ((1024, 600), LYING, 2, 192, 60),
        ((1024, 768), LYING, 3, 32, 24),
        ((1920, 1080), LYING, 4, 320, 60),
        ((480, 640), UPRIGHT, 2, 0, 0),
        ((720, 720), UPRIGHT, 2, 120, 40),
        ((321, 240), LYING, 1, 0, 0),
    ] {
        let size = Pixels::new(size.0, size.1);
        assert!(colour_fits(size));
        let small = colour(&view, layout);
        let large = colour(&view, size);
        let ground = large.pixel(large.width() - 1, large.height() - 1);
        for y in 0..large.height() {
            for x in 0..large.width() {
                let inside = x >= left && y >= top;
                let expected = inside
                    .then(|| small.pixel((x - left) / factor, (y - top) / factor))
                    .flatten()
                    // Rows and columns beside the layout.
                    .or(ground);
                assert_eq!(large.pixel(x, y), expected, "{size}: {x}, {y}");
            }
        }
    }
}

#[test]
fn a_screen_that_is_too_small_shows_a_section_and_is_detected() {
    for (width, height) in [(319, 240), (320, 239), (240, 319), (128, 160), (0, 0)] {
        let size = Pixels::new(width, height);
        assert!(!colour_fits(size), "{size}");
        assert_eq!(colour(&crowded(), size).size(), size);
    }
}

#[test]
fn a_long_name_does_not_reach_the_state() {
    let nameless = View {
        station: "",
        ..crowded()
    };
    // Eight letters and a margin at the right of the header.
    let states = |canvas: &Canvas<Rgb888>, from: usize| -> Vec<Rgb888> {
        let rows = (0..22).map(|y| canvas.span(from..canvas.width(), y).to_vec());
        rows.collect::<Vec<_>>().concat()
    };
    for size in [UPRIGHT, LYING] {
        let (named, bare) = (colour(&crowded(), size), colour(&nameless, size));
        let from = named.width() - 6 - 8 * 7;
        assert_eq!(states(&named, from), states(&bare, from));
    }
    let (named, bare) = (mono(&crowded()), mono(&nameless));
    let states = |canvas: &Canvas<BinaryColor>| -> Vec<BinaryColor> {
        let rows = (0..12).map(|y| canvas.span(78..128, y).to_vec());
        rows.collect::<Vec<_>>().concat()
    };
    assert_eq!(states(&named), states(&bare));
}
