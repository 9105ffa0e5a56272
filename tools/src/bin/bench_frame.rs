//! Runs the frame path as a process, for the comparisons with OpenCV in `tools/opencv/`.
//!
//! - `resize W H TARGET_W TARGET_H FROM TO` resizes raw pixels from standard input.
//! - `picture FILE X Y W H TARGET_W TARGET_H TO` resizes a region of a picture file.
//! - `raw FORMAT FRAME_W FRAME_H X Y W H TARGET_W TARGET_H TO` resizes a region of a camera frame
//!   from standard input, rows without padding. `raw-hash` also hashes the region.
//!
//! All write raw pixels to standard output. FROM and TO are `rgb` or `bgr`. `--interpolation RULE`
//! resizes by another rule than `linear`, in the words of `image.resize`. With `--repeat N` they
//! write the median CPU time of one frame in nanoseconds and the process's highest
//! memory use in KiB instead. The time is measured over N frames, after a first one that does not
//! count.

use std::error::Error;
use std::fs::File;
use std::io::{Read, Write};

use board::Timestamp;
use board::camera::{Frame, FrameLayout, PixelFormat};
use nix::time::{ClockId, clock_gettime};
use sluice::frame::{PictureSource, RawSource};
use sluice::image::resample::Resampler;
use sluice::image::{ChannelOrder, Interpolation, Roi, Size};

const USAGE: &str =
    "usage: bench_frame resize W H TARGET_W TARGET_H FROM TO [OPTIONS] < pixels > pixels
       bench_frame picture FILE X Y W H TARGET_W TARGET_H TO [OPTIONS] > pixels
       bench_frame raw|raw-hash FORMAT FRAME_W FRAME_H X Y W H TARGET_W TARGET_H TO [OPTIONS] < frame > pixels
options: --interpolation RULE, --repeat N";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let repeat = option(&mut arguments, "--repeat")?;
    let repeat = repeat.map(|times| times.parse()).transpose()?;
    let repeat = repeat.map(|times: usize| times.max(1));
    let interpolation = match option(&mut arguments, "--interpolation")? {
        Some(word) => word.parse()?,
        None => Interpolation::default(),
    };
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["resize", w, h, target_w, target_h, from, to] => {
            let (source, target) = (size(w, h)?, size(target_w, target_h)?);
            let mut resampler =
                Resampler::new(source, target, order(from)?, order(to)?, interpolation)?;
            let mut pixels = Vec::new();
            std::io::stdin().lock().read_to_end(&mut pixels)?;
            run(target, repeat, |out| {
                let mut rows = resampler.begin(out)?;
                for row in pixels.chunks(source.width as usize * 3) {
                    rows.push(row)?;
                }
                Ok(rows.finish()?)
            })
        }
        ["picture", file, x, y, w, h, target_w, target_h, to] => {
            let target = size(target_w, target_h)?;
            let mut source =
                PictureSource::new(roi([x, y, w, h])?, target, order(to)?, interpolation)?;
            run(target, repeat, |out| {
                source.read_into(File::open(file)?, out)?;
                Ok(())
            })
        }
        [
            raw @ ("raw" | "raw-hash"),
            format,
            frame_w,
            frame_h,
            x,
            y,
            w,
            h,
            target_w,
            target_h,
            to,
        ] => {
            let layout = layout(format, frame_w, frame_h)?;
            let target = size(target_w, target_h)?;
            let mut source = RawSource::new(
                layout,
                roi([x, y, w, h])?,
                target,
                order(to)?,
                interpolation,
            )?;
            if raw == "raw-hash" {
                source = source.with_hash();
            }
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes)?;
            let frame = Frame {
                bytes: &bytes,
                stride_bytes: layout.row_bytes(),
                exposed_after: Timestamp::default(),
                exposed_before: Timestamp::default(),
                sequence: 0,
                damaged: false,
            };
            run(target, repeat, |out| {
                source.read_into(&frame, out)?;
                Ok(())
            })
        }
        _ => Err(USAGE.into()),
    }
}

/// Removes an option and its value.
fn option(arguments: &mut Vec<String>, name: &str) -> Result<Option<String>, Box<dyn Error>> {
    match arguments.iter().position(|argument| argument == name) {
        Some(at) if at + 1 < arguments.len() => Ok(arguments.drain(at..at + 2).nth(1)),
        Some(_) => Err(USAGE.into()),
        None => Ok(None),
    }
}

/// Makes one frame and writes its pixels, or makes several and writes their median time.
fn run(
    target: Size,
    repeat: Option<usize>,
    mut frame: impl FnMut(&mut [u8]) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut out = vec![0; target.bytes().ok_or("the target is too large for memory")?];
    frame(&mut out)?;
    let Some(repeat) = repeat else {
        return Ok(std::io::stdout().lock().write_all(&out)?);
    };
    let mut times_ns = Vec::with_capacity(repeat);
    for _ in 0..repeat {
        let start_ns = cpu_time_ns()?;
        frame(&mut out)?;
        times_ns.push(cpu_time_ns()? - start_ns);
    }
    times_ns.sort_unstable();
    println!("{} {}", times_ns[times_ns.len() / 2], peak_kib()?);
    Ok(())
}

/// The highest memory use of this process so far.
fn peak_kib() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.split_whitespace().next());
    Ok(peak.ok_or("/proc/self/status has no VmHWM")?.parse()?)
}

fn cpu_time_ns() -> Result<i64, Box<dyn Error>> {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?;
    Ok(time.tv_sec() * 1_000_000_000 + time.tv_nsec())
}

fn size(width: &str, height: &str) -> Result<Size, Box<dyn Error>> {
    Ok(Size {
        width: width.parse()?,
        height: height.parse()?,
    })
}

fn roi(words: [&str; 4]) -> Result<Roi, Box<dyn Error>> {
    let [x, y, width, height] = words;
    Ok(Roi {
        x: x.parse()?,
        y: y.parse()?,
        width: width.parse()?,
        height: height.parse()?,
    })
}

fn layout(format: &str, width: &str, height: &str) -> Result<FrameLayout, Box<dyn Error>> {
    let found = PixelFormat::ALL
        .into_iter()
        .find(|known| known.to_string().eq_ignore_ascii_case(format))
        .ok_or_else(|| format!("`{format}` is no format"))?;
    FrameLayout::new(found, width.parse()?, height.parse()?)
        .ok_or_else(|| format!("{found} has no frames of {width}x{height}").into())
}

fn order(word: &str) -> Result<ChannelOrder, Box<dyn Error>> {
    match word {
        "rgb" => Ok(ChannelOrder::Rgb),
        "bgr" => Ok(ChannelOrder::Bgr),
        other => Err(format!("`{other}` is no channel order: say rgb or bgr").into()),
    }
}
