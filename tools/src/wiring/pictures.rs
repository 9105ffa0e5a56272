//! The camera and the display of a station, as parts of the drawing.

use super::Error;
use super::part::{Kind, Part, Port};
use super::pins::Board;
use sluice::station::Station;
use sluice::station::file::{CameraMode, DisplayKind, DisplayLine};

/// Colour of their wires.
const COLOUR: &str = "#455a64";

/// The camera, or none if the pictures come as files.
///
/// # Errors
///
/// The board has no port for it.
pub fn camera(station: &Station, board: Board) -> Result<Option<Part>, Error> {
    let Some(camera) = &station.source.camera else {
        return Ok(None);
    };
    let text = match camera.mode {
        CameraMode::FreeRunning => {
            "It exposes at its own pace: a part may move for up to one frame interval before its exposure."
        }
        CameraMode::Triggered => {
            "The photo-eye also drives its trigger input, through a separate opto-coupler, as its maker describes."
        }
    };
    Ok(Some(Part {
        title: format!(
            "Camera: {} x {}, {} frames a second",
            camera.width, camera.height, camera.frames_per_second
        ),
        kind: Kind::Camera,
        ports: vec![Port {
            label: "USB",
            key: "source.camera.device",
            end: board.camera(&camera.device)?,
            y: 27,
            colour: COLOUR,
        }],
        text: text.to_owned(),
        rows: 3,
    }))
}

/// The display, or none if it has no wires.
///
/// # Errors
///
/// The board has no pin for a line or the bus.
pub fn display(station: &Station, board: Board) -> Result<Option<Part>, Error> {
    let display = &station.display;
    let device = display.device.as_str();
    let (name, signals, supply): (_, &[(&str, &str)], &'static [&'static str]) = match display.kind
    {
        DisplayKind::None
        | DisplayKind::PngMono
        | DisplayKind::PngColour
        | DisplayKind::Framebuffer => return Ok(None),
        DisplayKind::Ssd1306 => (
            "OLED SSD1306, 128 x 64",
            &[("SDA", "SDA"), ("SCL", "SCL")],
            &["VCC", "GND"],
        ),
        DisplayKind::Sh1106 => (
            "OLED SH1106, 128 x 64",
            &[("SDA", "SDA"), ("SCL", "SCL")],
            &["VCC", "GND"],
        ),
        DisplayKind::Ssd1306Spi => (
            "OLED SSD1306, 128 x 64",
            &[("SDA (MOSI)", "MOSI"), ("SCL (CLK)", "CLK"), ("CS", "CS")],
            &["VCC", "GND"],
        ),
        DisplayKind::St7789 => (
            "TFT ST7789, 240 x 320",
            &[("SDA (MOSI)", "MOSI"), ("SCL (CLK)", "CLK"), ("CS", "CS")],
            &["VCC", "GND", "BLK"],
        ),
    };
    let wires: [(&'static str, &'static str, &Option<DisplayLine>); 3] = [
        ("DC", "display.data_command", &display.data_command),
        ("RES", "display.reset", &display.reset),
        ("BLK", "display.light", &display.light),
    ];
    let mut ports = Vec::new();
    let mut add = |label, key, end| {
        let y = 27 + 18 * i32::try_from(ports.len()).unwrap_or(0);
        let colour = COLOUR;
        ports.push(Port {
            label,
            key,
            end,
            y,
            colour,
        });
    };
    let mut weak = "";
    for (label, key, wire) in wires {
        if let Some(wire) = wire {
            let end = board.line(key, station, (&wire.chip, wire.offset, &wire.name))?;
            if end.is_weak() {
                weak = " The line of DC needs a resistor of 4.7 kOhm to 3.3 V at the header (1 to 10 kOhm are allowed).";
            }
            add(label, key, end);
        }
    }
    for (label, signal) in signals {
        add(label, signal, board.bus(device, signal)?);
    }
    let is_i2c = matches!(display.kind, DisplayKind::Ssd1306 | DisplayKind::Sh1106);
    let text = if is_i2c {
        format!(
            "Address {:#04x} (7 bits). SDA and SCL need resistors to 3.3 V; most modules have them. Use a module that works at 3.3 V, and a short cable.",
            display.address.unwrap_or(0x3c)
        )
    } else {
        format!(
            "Use a module that works at 3.3 V, and a short cable. Connect its light (BLK) to 3.3 V if no line drives it.{weak}"
        )
    };
    let rows = i32::try_from(ports.len()).unwrap_or(0) / 2 + 2;
    let supply = match display.light {
        Some(_) => &["VCC", "GND"],
        None => supply,
    };
    Ok(Some(Part {
        title: format!("{name}, on {device}"),
        kind: Kind::Display(supply),
        ports,
        text,
        rows,
    }))
}
