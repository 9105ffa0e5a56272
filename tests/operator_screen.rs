//! Promise: the operator's screens show the state, the verdict with its reason, the counters and the cycle times, and
//! show them where they always are: each layout is compared with a reference picture, pixel by pixel.
//!
//! After a wanted change, `SLUICE_BLESS=1 cargo test --test operator_screen` writes the references anew; look at them.

use board::display::{Flush, PngDisplay};
use core::time::Duration;
use embedded_graphics::pixelcolor::{BinaryColor, Rgb888};
use embedded_graphics::prelude::{DrawTarget, RgbColor};
use sluice::frame::{ChannelOrder, Size};
use sluice::part::{Cause, PartId, Reason, Verdict};
use sluice::screen::{Counters, Cycle, Last, State, Thumbnail, View, draw_colour, draw_mono};
use std::path::PathBuf;

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

fn compare<C>(name: &str, mut display: PngDisplay<C>)
where
    C: embedded_graphics::pixelcolor::PixelColor + Into<Rgb888>,
{
    if std::env::var_os("SLUICE_BLESS").is_some() {
        display.flush().unwrap();
    }
    let expected = read_rgb(&reference(name));
    let drawn = display.to_rgb();
    assert_eq!(drawn.len(), expected.len(), "{name}");
    let differing = drawn
        .chunks(3)
        .zip(expected.chunks(3))
        .filter(|(a, b)| a != b)
        .count();
    assert_eq!(differing, 0, "{name}: pixels differ from the reference");
}

fn cycle() -> Cycle {
    let mut cycle = Cycle::default();
    for ms in [812, 790, 1020] {
        cycle.add(Duration::from_millis(ms));
    }
    cycle
}

fn view(state: State, verdict: Option<Verdict>) -> View<'static> {
    View {
        station: "line 3, cell B",
        state,
        last: verdict.map(|verdict| Last {
            part: PartId::new(1234),
            verdict,
        }),
        counters: Counters {
            triggers: 1240,
            pass: 1200,
            reject: 33,
            fault: 6,
            missed: 1,
            late: 2,
        },
        cycle: cycle(),
        picture: None,
    }
}

const BLOB: Verdict = Verdict::Reject(Reason::BlobArea {
    class: 1,
    area_px: 812,
    limit_px: 40,
    x: 310,
    y: 455,
});

#[test]
fn the_black_and_white_layout_is_the_reference() {
    for (name, state, verdict) in [
        ("mono_ready.png", State::Ready, None),
        ("mono_pass.png", State::Busy, Some(Verdict::Pass)),
        ("mono_reject.png", State::Ready, Some(BLOB)),
        (
            "mono_fault.png",
            State::Fault,
            Some(Verdict::Fault(Cause::Picture)),
        ),
    ] {
        let mut display = PngDisplay::new(&reference(name), 128, 64, BinaryColor::Off);
        let Ok(()) = draw_mono(&view(state, verdict), &mut display);
        compare(name, display);
    }
}

#[test]
fn the_colour_layout_is_the_reference() {
    let size = Size {
        width: 960,
        height: 960,
    };
    let mut input = vec![90_u8; 960 * 960 * 3];
    let mut mask = vec![0_u8; 960 * 960];
    for y in 0..960_usize {
        for x in 0..960_usize {
            let shade = u8::try_from(60 + (x + y) / 16).unwrap();
            input[(y * 960 + x) * 3..][..3].copy_from_slice(&[shade, shade, shade / 2]);
            mask[y * 960 + x] = u8::from((290..330).contains(&x) && (430..480).contains(&y));
        }
    }
    let mut thumbnail = Thumbnail::new();
    thumbnail.draw(
        size,
        ChannelOrder::Bgr,
        &input,
        &mask,
        [[290, 430, 330, 480]].into_iter(),
    );
    for (name, state, verdict, picture) in [
        ("colour_starting.png", State::Starting, None, None),
        ("colour_pass.png", State::Ready, Some(Verdict::Pass), None),
        (
            "colour_reject.png",
            State::Busy,
            Some(BLOB),
            Some(&thumbnail),
        ),
        (
            "colour_fault.png",
            State::Ready,
            Some(Verdict::Fault(Cause::Deadline)),
            None,
        ),
    ] {
        let mut display = PngDisplay::new(&reference(name), 240, 320, Rgb888::BLACK);
        let Ok(()) = draw_colour(
            &View {
                picture,
                ..view(state, verdict)
            },
            &mut display,
        );
        compare(name, display);
    }
}

#[test]
fn long_names_and_large_counters_stay_on_the_screen() {
    let mut full = view(State::Ready, Some(BLOB));
    full.station = "a name that is far longer than any screen is wide, with \u{fc}mlauts";
    full.counters.pass = u64::MAX;
    // A drawing outside of the display is dropped by the target; what matters is that nothing panics or overlaps the
    // state word at the right.
    let mut display = PngDisplay::new(&reference("unused.png"), 128, 64, BinaryColor::Off);
    let Ok(()) = draw_mono(&full, &mut display);
    let mut other = PngDisplay::new(&reference("unused.png"), 128, 64, BinaryColor::Off);
    let Ok(()) = other.clear(BinaryColor::Off);
    let Ok(()) = draw_mono(
        &View {
            station: "",
            ..full
        },
        &mut other,
    );
    let state_word = |display: &PngDisplay<BinaryColor>| -> Vec<u8> {
        let rgb = display.to_rgb();
        (0..12)
            .flat_map(|y| rgb[(y * 128 + 90) * 3..(y * 128 + 128) * 3].to_vec())
            .collect()
    };
    assert_eq!(state_word(&display), state_word(&other));
}
