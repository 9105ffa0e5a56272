//! The OLED driver on SSD1306 and SH1106.

use super::draw;
use super::fakes::{ADDRESS, Clock, Which, Wired, shown};
use super::oled_chip::OledChip;
use crate::display::{
    Canvas, CommandBus, Controller, Display, Fault, I2cBus, Oled, SpiBus, Turn, reset,
};
use embedded_graphics::pixelcolor::BinaryColor::{self, Off, On};

type Panel = Oled<Box<dyn CommandBus>>;

impl CommandBus for Box<dyn CommandBus> {
    fn commands(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.as_mut().commands(bytes)
    }

    fn data(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.as_mut().data(bytes)
    }
}

#[derive(Debug, Clone, Copy)]
struct Kind {
    controller: Controller,
    spi: bool,
    upside_down: bool,
}

fn kinds() -> impl Iterator<Item = Kind> {
    let chips = [
        (Controller::Ssd1306, false),
        (Controller::Ssd1306, true),
        (Controller::Sh1106, false),
    ];
    chips.into_iter().flat_map(|(controller, spi)| {
        [false, true].map(|upside_down| Kind {
            controller,
            spi,
            upside_down,
        })
    })
}

fn open(kind: Kind) -> (Wired<OledChip>, Display<Panel>) {
    let wired = Wired::new(OledChip::new(kind.controller));
    let device = wired.clone();
    let display = Display::new("test", move || {
        let bus: Box<dyn CommandBus> = if kind.spi {
            reset(&mut device.line(Which::Reset), &mut Clock::default())?;
            let line = device.line(Which::DataCommand);
            Box::new(SpiBus::new(device.clone(), line))
        } else {
            Box::new(I2cBus::new(device.clone(), ADDRESS))
        };
        Oled::open(bus, kind.controller, kind.upside_down)
    });
    (wired, display)
}

fn assert_same(wired: &Wired<OledChip>, canvas: &Canvas<BinaryColor>, kind: Kind) {
    let turn = if kind.upside_down {
        Turn::Half
    } else {
        Turn::None
    };
    let state = wired.state();
    for y in 0..64 {
        for x in 0..128 {
            let (canvas_x, canvas_y) = turn.on_canvas((128, 64), (x, y));
            let expected = canvas.pixel(canvas_x, canvas_y) == Some(On);
            assert_eq!(state.chip.is_lit(x, y), expected, "{kind:?}: {x}, {y}");
        }
    }
}

#[test]
fn the_panel_shows_the_canvas_after_every_change() {
    for kind in kinds() {
        let (wired, mut display) = open(kind);
        for count in [0, 7, 1234567, 1234567, 3] {
            let canvas = shown(&mut display, |canvas| draw(canvas, On, Off, count));
            assert_same(&wired, &canvas, kind);
        }
        let canvas = shown(&mut display, |canvas| draw(canvas, Off, On, 3));
        assert_same(&wired, &canvas, kind);
    }
}

/// The panel also loses its power at the failure, and with it everything sent before.
#[test]
fn after_a_failure_at_any_transfer_the_whole_picture_is_sent_again() {
    for kind in kinds() {
        let mut failing = 0;
        loop {
            failing += 1;
            let (wired, mut display) = open(kind);
            wired.state().failing = Some(failing);
            let mut failures = 0;
            for count in [0, 1, 22] {
                if let Err(error) = display.show(|canvas| draw(canvas, On, Off, count)) {
                    failures += 1;
                    let bus = if kind.spi { "Spi" } else { "I2c" };
                    let start = format!("display test: {bus} transfer failed: ");
                    assert!(error.to_string().starts_with(&start), "{error}");
                }
            }
            wired.state().failing = None;
            let canvas = shown(&mut display, |canvas| draw(canvas, On, Off, 333));
            assert_same(&wired, &canvas, kind);
            if failures == 0 {
                // One more than the number of transfers.
                break;
            }
            assert_eq!(failures, 1);
        }
        assert!(failing > 20, "{failing} transfers");
    }
}

#[test]
fn a_changed_digit_is_less_than_a_tenth_of_the_picture_and_no_change_sends_nothing() {
    for kind in kinds() {
        let (wired, mut display) = open(kind);
        shown(&mut display, |canvas| draw(canvas, On, Off, 0));
        let everything = wired.state().bytes;
        assert!(everything > 1024);
        let canvas = shown(&mut display, |canvas| draw(canvas, On, Off, 1));
        let digit = wired.state().bytes - everything;
        assert!(
            digit > 0 && digit * 10 < everything,
            "{digit} of {everything}"
        );
        assert_same(&wired, &canvas, kind);
        shown(&mut display, |canvas| draw(canvas, On, Off, 1));
        assert_eq!(wired.state().bytes, everything + digit);
    }
}
