//! The sensors and switches on the input lines of a station, and what a cut cable does.
//!
//! Each is behind an opto-coupler: an output that is on makes the line low.

use super::Error;
use super::part::{Kind, Part, Port, word};
use super::pins::{Board, End};
use sluice::station::Station;
use sluice::station::file::{
    GateStyle, InputName, InputSettings, Level, LineBUse, NameText, PathText,
};

const PHOTO_EYE: [&str; 3] = ["photo-eye", "PNP output", "24 V, 0 V"];
const SENSOR: [&str; 3] = ["sensor", "PNP output", "24 V, 0 V"];
const SWITCH: [&str; 3] = ["switch or", "PLC output", "24 V"];
const BUTTON: [&str; 3] = ["button", "normally open", "24 V"];
const ENCODER: [&str; 3] = ["encoder", "HTL output", "24 V, 0 V"];

/// Adds the parts on the input lines: the trigger, the encoder, then those of the section `inputs`.
///
/// # Errors
///
/// A line is not on the board.
pub fn add(parts: &mut Vec<Part>, station: &Station, board: Board) -> Result<(), Error> {
    if let Some(trigger) = &station.trigger {
        let place = (&trigger.chip, trigger.offset, &trigger.name);
        let end = board.line("trigger", station, place)?;
        parts.push(self::trigger(station, trigger.active, end));
    }
    encoder(parts, station, board)?;
    for (name, input) in station.inputs.inputs() {
        let end = board.line(
            name.key(),
            station,
            (&input.chip, input.offset, &input.name),
        )?;
        let (what, device, text) = words(name, input);
        let title = format!("{what}: {name} on {}", end.words());
        parts.push(part(title, device, name.key(), end, text));
    }
    Ok(())
}

fn part(
    title: String,
    device: [&'static str; 3],
    key: &'static str,
    end: End,
    text: String,
) -> Part {
    Part {
        title,
        kind: Kind::Input(device),
        ports: vec![Port {
            label: "",
            key,
            end,
            y: 63,
            colour: "#1565c0",
        }],
        text,
        rows: 4,
    }
}

fn trigger(station: &Station, active: Level, end: End) -> Part {
    let no_edge = match station.gate.style {
        GateStyle::Divert => {
            "A cut cable gives no edges. The gate is closed at rest, so it rejects a part without an edge."
        }
        GateStyle::Pulse => {
            "A cut cable gives no edges, and the gate is open at rest: A PART WITHOUT AN EDGE GOES THROUGH."
        }
    };
    let text = format!(
        "{} = a part is present: choose light-on or dark-on so that the eye's output is then {}. {no_edge}",
        word(active),
        output(active)
    );
    let title = format!("Photo-eye: trigger on {}", end.words());
    part(title, PHOTO_EYE, "trigger", end, text)
}

/// The encoder's one or two lines.
fn encoder(parts: &mut Vec<Part>, station: &Station, board: Board) -> Result<(), Error> {
    let Some(encoder) = &station.encoder else {
        return Ok(());
    };
    let mut line = |title: &str, key, place: (&PathText, Option<u32>, &NameText), text| {
        let end = board.line(key, station, place)?;
        let title = format!("{title}: {key} on {}", end.words());
        parts.push(part(title, ENCODER, key, end, text));
        Ok(())
    };
    let text = format!(
        "Up to {} ticks/s. A PC817 with 4k7 turns off slowly: at more than 1,000 ticks/s use an opto-coupler with a logic \
         output. A cut cable gives no ticks: the belt is in doubt, and nothing passes while it should move.",
        encoder.ticks_per_s_max
    );
    let place = (&encoder.chip, encoder.offset, &encoder.name);
    line("Encoder", "encoder", place, text)?;
    let Some(b) = &encoder.line_b else {
        return Ok(());
    };
    let text = match b.means {
        LineBUse::Direction => {
            let forward = word(b.forward);
            format!("{forward} = forwards. A cut cable is high, as if the belt always ran one way.")
        }
        LineBUse::Quadrature => {
            "A quarter of a period beside the other line. With one cable cut, the ticks go back and forth: the belt seems to stand."
                .to_owned()
        }
    };
    line(
        "Encoder, line B",
        "encoder.line_b",
        (&b.chip, b.offset, &b.name),
        text,
    )
}

/// The name of an input's device, its kind, and what its levels mean.
fn words(name: InputName, input: &InputSettings) -> (&'static str, [&'static str; 3], String) {
    let active = word(input.active);
    // The line of a cut cable is high.
    let is_active_if_cut = input.active == Level::High;
    let on = output(input.active);
    let cut = |if_active: &'static str, if_not: &'static str| {
        if is_active_if_cut { if_active } else { if_not }
    };
    let (what, device, means, cut) = match name {
        InputName::Run => (
            "Mode switch",
            SWITCH,
            "the station may run",
            cut("A CUT CABLE LETS IT RUN", "A cut cable stops the station"),
        ),
        InputName::Test => (
            "Mode switch",
            SWITCH,
            "mode test, outputs safe",
            cut("A cut cable is mode test", "A cut cable ends mode test"),
        ),
        InputName::Reset => (
            "Button",
            BUTTON,
            "the edge resets what is latched",
            cut("A CUT CABLE RESETS ONCE", "A cut cable resets nothing"),
        ),
        InputName::LampTest => (
            "Button",
            BUTTON,
            "busy and fault are on",
            cut("A cut cable is a lamp test", "A cut cable is no lamp test"),
        ),
        InputName::BinFull => (
            "Bin sensor",
            SENSOR,
            "the bin is full",
            cut(
                "A cut cable stops READY, as a full bin does",
                "A CUT CABLE HIDES A FULL BIN",
            ),
        ),
        InputName::Confirm => (
            "Sensor behind the gate",
            PHOTO_EYE,
            "a part is there",
            "A cut cable gives no edges: parts count as gone the wrong way, and READY stops",
        ),
        InputName::Belt => (
            "Belt drive",
            SWITCH,
            "the belt should move",
            cut(
                "A cut cable says that it should always move",
                "A CUT CABLE HIDES A BELT THAT STOPS",
            ),
        ),
        InputName::Challenge => (
            "Key switch",
            BUTTON,
            "the edge asks for a challenge",
            cut(
                "A cut cable asks for one challenge",
                "A cut cable asks for none",
            ),
        ),
        InputName::Recipe0 | InputName::Recipe1 | InputName::Recipe2 | InputName::Recipe3 => (
            "Recipe code",
            SWITCH,
            "this bit is 1",
            cut(
                "A cut cable is 1: leave out codes that differ in one bit",
                "A cut cable is 0: leave out codes that differ in one bit",
            ),
        ),
    };
    (
        what,
        device,
        format!("{active} (output {on}) = {means}. {cut}."),
    )
}

/// The output of the device at this level of the line.
const fn output(level: Level) -> &'static str {
    match level {
        Level::Low => "on",
        Level::High => "off",
    }
}
