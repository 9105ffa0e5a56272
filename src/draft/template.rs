//! The station files that new ones are made from. They are in the binary.

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// Its name, which `--board` takes.
    pub name: &'static str,
    /// The board, in a few words.
    pub about: &'static str,
    /// The file.
    pub text: &'static str,
}

macro_rules! template {
    ($name:literal, $about:literal) => {
        Template {
            name: $name,
            about: $about,
            text: include_str!(concat!("../../board/stations/", $name, ".json")),
        }
    };
}

/// All of them, the one without hardware first.
pub const TEMPLATES: &[Template] = &[
    template!(
        "host",
        "any computer: the CPU engine, simulated lines, a PNG file as screen"
    ),
    template!(
        "atlas200-carrier",
        "Atlas 200 on a carrier board: camera, trigger, lines of a GPIO chip"
    ),
    template!(
        "atlas200-carrier-belt",
        "the same with an encoder, input lines and two recipes"
    ),
    template!(
        "atlas200dk-oled",
        "Atlas 200 DK: pictures as files, trigger, lines of the expander, OLED"
    ),
    template!(
        "atlas200dk-tft",
        "Atlas 200 DK: the same with a colour display"
    ),
    template!(
        "atlas200i-dk-a2",
        "Atlas 200I DK A2 (Ascend 310B); not verified on the board"
    ),
    template!(
        "orangepi-aipro",
        "Orange Pi AIpro 20T (Ascend 310B); not verified on the board"
    ),
    template!(
        "raspberry-pi-5",
        "Raspberry Pi 5 with the CPU engine; not verified on the board"
    ),
];

impl Template {
    /// The template with this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.name == name)
    }
}
