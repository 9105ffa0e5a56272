//! The TFT driver on ST7789.

use super::draw;
use super::fakes::{Clock, Line, Which, Wired, shown};
use super::tft_chip::{HEIGHT, TftChip, WIDTH};
use crate::display::{Canvas, Display, Lit, SpiBus, Tft, Turn, reset};
use embedded_graphics::pixelcolor::{Rgb565, Rgb888, RgbColor as _};
use embedded_graphics::prelude::{IntoStorage as _, OriginDimensions as _};

const TURNS: [Turn; 4] = [Turn::None, Turn::Quarter, Turn::Half, Turn::ThreeQuarters];

type Panel = Lit<Tft<Wired<TftChip>, Line<TftChip>>, Line<TftChip>>;

fn open(turn: Turn) -> (Wired<TftChip>, Display<Panel>) {
    let wired = Wired::new(TftChip::new());
    let device = wired.clone();
    let display = Display::new("test", move || {
        let mut clock = Clock::default();
        let mut line = device.line(Which::Reset);
        reset(&mut line, &mut clock)?;
        let bus = SpiBus::new(device.clone(), device.line(Which::DataCommand));
        let panel = Tft::open(bus, turn, &mut clock)?;
        assert!(clock.0 >= 250_000_000, "the chip needs time to wake up");
        Ok(Lit::new(panel, Some(device.line(Which::Light))))
    });
    (wired, display)
}

fn assert_same(wired: &Wired<TftChip>, canvas: &Canvas<Rgb888>, turn: Turn) {
    let state = wired.state();
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let (canvas_x, canvas_y) = turn.on_canvas((WIDTH, HEIGHT), (x, y));
            let expected = Rgb565::from(canvas.pixel(canvas_x, canvas_y).unwrap()).into_storage();
            assert_eq!(state.chip.pixel(x, y), expected, "{turn:?}: {x}, {y}");
        }
    }
}

const INK: Rgb888 = Rgb888::new(250, 100, 20);
const GROUND: Rgb888 = Rgb888::new(10, 20, 60);

#[test]
fn the_panel_shows_the_canvas_after_every_change() {
    for turn in TURNS {
        let (wired, mut display) = open(turn);
        for count in [0, 7, 1234567, 1234567, 3] {
            let canvas = shown(&mut display, |canvas| draw(canvas, INK, GROUND, count));
            assert_eq!(canvas.size().width == 320, turn.is_sideways());
            assert_same(&wired, &canvas, turn);
        }
        let canvas = shown(&mut display, |canvas| draw(canvas, GROUND, INK, 3));
        assert_same(&wired, &canvas, turn);
        assert!(wired.state().chip.inverted);
    }
}

#[test]
fn after_a_failure_at_any_transfer_the_whole_picture_is_sent_again() {
    let turn = Turn::Quarter;
    let mut failing = 0;
    loop {
        failing += 1;
        let (wired, mut display) = open(turn);
        wired.state().failing = Some(failing);
        let mut failures = 0;
        for count in [0, 1, 22] {
            if display
                .show(|canvas| draw(canvas, INK, GROUND, count))
                .is_err()
            {
                failures += 1;
            }
        }
        wired.state().failing = None;
        let canvas = shown(&mut display, |canvas| draw(canvas, INK, GROUND, 333));
        assert_same(&wired, &canvas, turn);
        if failures == 0 {
            break;
        }
        assert_eq!(failures, 1);
    }
    assert!(failing > 100, "{failing} transfers");
}

#[test]
fn a_changed_digit_is_less_than_a_tenth_of_the_picture() {
    for turn in TURNS {
        let (wired, mut display) = open(turn);
        shown(&mut display, |canvas| draw(canvas, INK, GROUND, 0));
        let everything = wired.state().bytes;
        assert!(everything > 2 * WIDTH * HEIGHT);
        shown(&mut display, |canvas| draw(canvas, INK, GROUND, 1));
        let digit = wired.state().bytes - everything;
        assert!(
            digit > 0 && digit * 10 < everything,
            "{digit} of {everything}"
        );
    }
}

#[test]
fn the_light_goes_on_with_the_first_picture() {
    let (wired, mut display) = open(Turn::None);
    // A transfer in the middle of the first picture.
    wired.state().failing = Some(60);
    let draws = |canvas: &mut Canvas<Rgb888>| draw(canvas, Rgb888::WHITE, GROUND, 0);
    display.show(draws).unwrap_err();
    assert!(!wired.state().light);
    display.show(draws).unwrap();
    assert!(wired.state().light);
}
