//! Rules over several keys.

mod challenge;
mod encoder;
mod frame;
mod gate;
mod inputs;
mod lines;
mod models;
mod neighbours;
mod recipes;
mod shifts;
mod trigger;

use super::file::{After, CameraFormat, CameraSettings, DirectorySettings, DisplayKind, Station};
use super::json::Entry;
use super::problem::Problem;
use board::camera::{FrameLayout, PixelFormat, Samples};

/// One problem for each rule that the file breaks.
pub(super) fn check(station: &Station, entries: &[Entry]) -> Vec<Problem> {
    let mut found = Found {
        entries,
        problems: Vec::new(),
    };
    engine(station, &mut found);
    source(station, &mut found);
    frame::check(station, &mut found);
    recipes::check(station, &mut found);
    models::check(station, &mut found);
    encoder::check(station, &mut found);
    gate::check(station, &mut found);
    inputs::check(station, &mut found);
    neighbours::check(station, &mut found);
    lines::check(station, &mut found);
    trigger::check(station, &mut found);
    display(station, &mut found);
    watchdog(station, &mut found);
    shifts::check(station, &mut found);
    challenge::check(station, &mut found);
    found.problems
}

/// Collects problems and adds the line of each key.
pub(super) struct Found<'a> {
    entries: &'a [Entry],
    problems: Vec<Problem>,
}

impl Found<'_> {
    pub(super) fn add(&mut self, key: &str, text: impl Into<String>) {
        let line = self
            .entries
            .iter()
            .find(|entry| entry.path == key)
            .map_or(0, |entry| entry.line);
        self.problems.push(Problem::new(line, key, text));
    }

    /// Whether the file has this key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.path == key)
    }
}

fn engine(station: &Station, found: &mut Found<'_>) {
    let engine = &station.engine;
    if let Some(directory) = &station.source.directory
        && engine.slots < directory.workers
    {
        found.add(
            "engine.slots",
            format!(
                "is {}; allowed: source.directory.workers ({}) or more, since each worker fills a slot",
                engine.slots, directory.workers
            ),
        );
    }
}

fn source(station: &Station, found: &mut Found<'_>) {
    let source = &station.source;
    match (&source.directory, &source.camera) {
        (None, None) => found.add("source", "is empty; give it a directory or a camera"),
        (Some(_), Some(_)) => found.add(
            "source.camera",
            "conflicts with source.directory; keep only one",
        ),
        _ => {}
    }
    if let Some(directory) = &source.directory {
        self::directory(station, directory, found);
    }
    if let Some(camera) = &source.camera {
        self::camera(station, camera, found);
    }
}

/// More frequent scans would keep a processor busy.
const POLL_MIN_MS: u32 = 10;

/// A finished picture is known two intervals and three scans after the last scan that did not have
/// it: one scan finds it, and the next one sees it unchanged. A third interval allows for the
/// scans.
fn polling(station: &Station, directory: &DirectorySettings, found: &mut Found<'_>) {
    let known_ms = directory.poll_ms.saturating_mul(3);
    // As the thread `intake` allows.
    let doubt_ms = directory.poll_ms.saturating_mul(3).div_ceil(2);
    let pulse_ms = station.gate.pulse_ms;
    let (key, limit_ms) = if station.trigger.is_some() {
        let window_ms = directory.pair_max_ms.saturating_sub(directory.pair_min_ms);
        ("pair_max_ms less pair_min_ms", window_ms)
    } else {
        ("gate.deadline_ms", station.gate.deadline_ms)
    };
    if (1..POLL_MIN_MS).contains(&directory.poll_ms) {
        found.add(
            "source.directory.poll_ms",
            format!(
                "is {}; allowed: 0, or {POLL_MIN_MS} and more",
                directory.poll_ms
            ),
        );
    } else if directory.poll_ms > 0 && known_ms >= limit_ms {
        found.add(
            "source.directory.poll_ms",
            format!(
                "is {}, so a picture is found up to {known_ms} ms after it was finished; allowed: less than a third of {key} ({limit_ms})",
                directory.poll_ms
            ),
        );
    } else if station.trigger.is_none() && doubt_ms >= pulse_ms && directory.poll_ms > 0 {
        found.add(
            "source.directory.poll_ms",
            format!(
                "is {}, and without a trigger the gate moves at a time that is wrong by up to {doubt_ms} ms; allowed: less than two thirds of gate.pulse_ms ({pulse_ms})",
                directory.poll_ms
            ),
        );
    }
}

/// How far a file's timestamp can be wrong: a kernel tick at 100 Hz (`watch::finish_time`).
const FILE_CLOCK_MS: u32 = 10;

fn directory(station: &Station, directory: &DirectorySettings, found: &mut Found<'_>) {
    if directory.after == After::Move {
        if directory.move_to.is_empty() {
            found.add(
                "source.directory.move_to",
                "is empty; \"after\": \"move\" needs a directory",
            );
        } else if directory.move_to == directory.path {
            found.add(
                "source.directory.move_to",
                "is source.directory.path itself; name another directory",
            );
        }
    }
    polling(station, directory, found);
    let (least, most) = (directory.pair_min_ms, directory.pair_max_ms);
    if station.trigger.is_none() {
        if most > 0 {
            found.add(
                "source.directory.pair_max_ms",
                format!("is {most}, but there is no trigger to pair pictures with; add the section trigger or leave it out"),
            );
        }
    } else if most > least
        && (most - least).saturating_add(FILE_CLOCK_MS) > station.gate.part_interval_ms
    {
        found.add(
            "source.directory.pair_max_ms",
            format!(
                "is {most}, so pictures may come within {} ms; allowed: {FILE_CLOCK_MS} ms less than gate.part_interval_ms ({}) or below, or a part whose picture is missing gets the next part's",
                most - least,
                station.gate.part_interval_ms
            ),
        );
    } else if most <= least || most > station.gate.deadline_ms {
        found.add(
            "source.directory.pair_max_ms",
            format!(
                "is {most}; allowed with a trigger: above pair_min_ms ({least}), up to gate.deadline_ms ({})",
                station.gate.deadline_ms
            ),
        );
    }
}

fn camera(station: &Station, camera: &CameraSettings, found: &mut Found<'_>) {
    if station.trigger.is_none() {
        found.add(
            "source.camera",
            "needs a trigger, which identifies the frame with the part; add the section trigger",
        );
    }
    let CameraFormat(format) = camera.format;
    let frame = camera.frame();
    if FrameLayout::new(format, frame.width, frame.height).is_none() {
        let why = match format {
            PixelFormat::Nv12 => "stores colours for squares of four pixels and needs an even size",
            PixelFormat::Yuyv | PixelFormat::Uyvy => {
                "stores colours for pairs of pixels and needs an even width"
            }
            PixelFormat::Grey(Samples::Packed10) | PixelFormat::Bayer(_, Samples::Packed10) => {
                "packs four pixels; the width must be a multiple of 4, and the height of a mosaic 3 or more"
            }
            PixelFormat::Grey(Samples::Packed12) | PixelFormat::Bayer(_, Samples::Packed12) => {
                "packs two pixels; the width must be even, and the height of a mosaic 3 or more"
            }
            PixelFormat::Bayer(..) => "needs at least 3 x 3 pixels",
            PixelFormat::Grey(_) | PixelFormat::Rgb24 | PixelFormat::Bgr24 | PixelFormat::Mjpeg => {
                "has no frames of this size"
            }
        };
        let is_width_right = FrameLayout::new(format, frame.width, 4).is_some();
        let key = if is_width_right { "height" } else { "width" };
        found.add(
            &format!("source.camera.{key}"),
            format!("the frame is {frame}; this format {why}"),
        );
    }
    let spare_bits = format.samples().map_or(0, |samples| samples.bits() - 8);
    match camera.dropped_bits {
        Some(_) if spare_bits == 0 => found.add(
            "source.camera.dropped_bits",
            "has no effect, because source.camera.format has 8 bits; leave it out",
        ),
        Some(dropped) if dropped > spare_bits => found.add(
            "source.camera.dropped_bits",
            format!("is {dropped}; allowed: up to {spare_bits}, so that 8 bits remain"),
        ),
        _ => {}
    }
    if found.has("source.camera.demosaic") && !matches!(format, PixelFormat::Bayer(..)) {
        found.add(
            "source.camera.demosaic",
            "has no effect, because source.camera.format is no Bayer mosaic; leave it out",
        );
    }
    if camera.exposure_max_ms >= station.gate.part_interval_ms {
        found.add(
            "source.camera.exposure_max_ms",
            format!(
                "is {}; allowed: less than gate.part_interval_ms ({}), or a part whose frame is missing gets the next part's",
                camera.exposure_max_ms, station.gate.part_interval_ms
            ),
        );
    }
    if camera.exposure_max_ms > station.gate.deadline_ms {
        found.add(
            "source.camera.exposure_max_ms",
            format!(
                "is {}; allowed: up to gate.deadline_ms ({})",
                camera.exposure_max_ms, station.gate.deadline_ms
            ),
        );
    }
    if camera.device == "simulated" && camera.frames.is_empty() {
        found.add(
            "source.camera.frames",
            "is empty; the simulated camera needs a directory of PNG files",
        );
    }
}

fn display(station: &Station, found: &mut Found<'_>) {
    let display = &station.display;
    let is_file = matches!(display.kind, DisplayKind::PngMono | DisplayKind::PngColour);
    if is_file && display.file.is_empty() {
        found.add(
            "display.file",
            "is empty; a screen that is a PNG file needs a path",
        );
    }
    if !is_file && display.kind != DisplayKind::None && display.device.is_empty() {
        found.add("display.device", "is empty; this screen needs its device");
    }
    let on_spi = matches!(display.kind, DisplayKind::Ssd1306Spi | DisplayKind::St7789);
    if on_spi && display.data_command.is_none() {
        found.add(
            "display.data_command",
            "is missing; a screen on SPI needs the line that distinguishes data from commands",
        );
    }
    let is_oled = matches!(
        display.kind,
        DisplayKind::Ssd1306 | DisplayKind::Ssd1306Spi | DisplayKind::Sh1106
    );
    if is_oled && matches!(display.rotation_degrees, 90 | 270) {
        found.add(
            "display.rotation_degrees",
            format!(
                "is {}; this screen is 128 x 64 pixels, and its layout is horizontal; allowed: 0 or 180",
                display.rotation_degrees
            ),
        );
    }
    if !matches!(display.rotation_degrees, 0 | 90 | 180 | 270) {
        found.add(
            "display.rotation_degrees",
            format!(
                "is {}; allowed: 0, 90, 180 or 270",
                display.rotation_degrees
            ),
        );
    }
}

fn watchdog(station: &Station, found: &mut Found<'_>) {
    let Some(watchdog) = &station.watchdog else {
        return;
    };
    let check_ms = u64::from(station.engine.self_check_ms);
    let half_ms = u64::from(watchdog.timeout_s) * 500;
    if check_ms == 0 || check_ms > half_ms {
        found.add(
            "engine.self_check_ms",
            format!(
                "is {check_ms}; allowed with a watchdog: 1 to half of watchdog.timeout_s ({half_ms} ms), or the board resets when no parts come"
            ),
        );
    }
}
