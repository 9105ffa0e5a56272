//! Shows pictures on a video output and sets controls. `vivid` with its loop turns the output into
//! a virtual camera that sees our parts.
//!
//! `play` shows the files in turn, as fast as the device accepts them. Commands on standard input
//! change that: `show N` keeps file N (from 1), `turn` continues in turn, `stop` ends the program.
//! End of file on standard input changes nothing.
//!
//! After each change of the shown file it writes `showing N`: every exposure from then on shows
//! that file. A file that is not a PNG is read as the bytes of a frame, rows without padding.

use board::camera::{FrameLayout, PixelFormat};
use board::simulated_camera::from_png;
use board::v4l2::{VideoOutput, controls};
use core::time::Duration;
use std::collections::VecDeque;
use std::error::Error;
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};

const USAGE: &str = "usage: camera_feed list DEVICE
       camera_feed control DEVICE NAME=VALUE...
       camera_feed play DEVICE WIDTH HEIGHT [--format yuyv|uyvy|nv12|grey|rgb24|bgr24] FILES...";

/// An output that accepts no frame for this long has failed.
const PATIENCE: Duration = Duration::from_secs(5);

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["list", device] => list(Path::new(device)),
        ["control", device, ref settings @ ..] if !settings.is_empty() => {
            control(Path::new(device), settings)
        }
        [
            "play",
            device,
            width,
            height,
            "--format",
            format,
            ref files @ ..,
        ] if !files.is_empty() => play(Path::new(device), layout(width, height, format)?, files),
        ["play", device, width, height, ref files @ ..] if !files.is_empty() => {
            play(Path::new(device), layout(width, height, "yuyv")?, files)
        }
        _ => Err(USAGE.into()),
    }
}

fn layout(width: &str, height: &str, format: &str) -> Result<FrameLayout> {
    let name = PixelFormat::ALL
        .into_iter()
        .find(|known| known.to_string().eq_ignore_ascii_case(format))
        .ok_or_else(|| format!("`{format}` is no format\n{USAGE}"))?;
    FrameLayout::new(name, width.parse()?, height.parse()?)
        .ok_or_else(|| format!("{name} has no frames of {width}x{height}").into())
}

fn list(device: &Path) -> Result<()> {
    for control in controls::list(device)? {
        let controls::Control {
            name,
            minimum,
            maximum,
            value,
        } = control;
        match value {
            Some(value) => println!("{name}={value} ({minimum} to {maximum})"),
            None => println!("{name} (a button)"),
        }
    }
    Ok(())
}

fn control(device: &Path, settings: &[&str]) -> Result<()> {
    for setting in settings {
        let (name, value) = setting
            .rsplit_once('=')
            .ok_or_else(|| format!("`{setting}`: say NAME=VALUE"))?;
        controls::set(device, name, value.parse()?)?;
    }
    Ok(())
}

/// What to show next.
enum Choice {
    InTurn,
    One(usize),
}

fn play(device: &Path, layout: FrameLayout, files: &[&str]) -> Result<()> {
    let frames: Vec<Vec<u8>> = files
        .iter()
        .map(|file| frame(layout, Path::new(file)).map_err(|error| format!("{file}: {error}")))
        .collect::<std::result::Result<_, _>>()?;
    let mut output = VideoOutput::open(device, layout)?;
    let orders = orders();
    let mut choice = Choice::InTurn;
    let mut turn = 0;
    // The files whose frames the output holds, the shown one first.
    let mut queued = VecDeque::new();
    let mut said = None;
    loop {
        while let Ok(order) = orders.try_recv() {
            match order.split_whitespace().collect::<Vec<_>>()[..] {
                ["stop"] => return Ok(()),
                ["turn"] => choice = Choice::InTurn,
                ["show", number] => match number.parse::<usize>()?.checked_sub(1) {
                    Some(index) if index < frames.len() => choice = Choice::One(index),
                    _ => {
                        return Err(
                            format!("show {number}: there are {} files", frames.len()).into()
                        );
                    }
                },
                _ => return Err(format!("`{order}`: say show N, turn or stop").into()),
            }
        }
        let index = match choice {
            Choice::One(index) => index,
            Choice::InTurn => {
                let index = turn;
                turn = (turn + 1) % frames.len();
                index
            }
        };
        queued.push_back(index);
        if output.put(&frames[index], index, PATIENCE)?.is_some() {
            queued.pop_front();
            let shown = queued.front().copied();
            if shown != said
                && let Some(index) = shown
            {
                println!("showing {}", index + 1);
                std::io::stdout().flush()?;
                said = shown;
            }
        }
    }
}

fn frame(layout: FrameLayout, file: &Path) -> std::result::Result<Vec<u8>, String> {
    if file.extension().is_some_and(|name| name == "png") {
        return from_png(layout, file);
    }
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    match layout.bytes(layout.row_bytes()) {
        Some(needed) if needed == bytes.len() => Ok(bytes),
        _ => Err(format!("{} bytes are no frame of {layout}", bytes.len())),
    }
}

/// Reads lines from standard input in a thread.
fn orders() -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin()
            .lock()
            .lines()
            .map_while(std::io::Result::ok)
        {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
