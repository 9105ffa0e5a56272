//! The frame path in a process of its own, for the comparisons with OpenCV in `tools/opencv/`.
//!
//! `resize W H TARGET_W TARGET_H FROM TO` turns raw pixels on standard input into raw pixels on standard output;
//! `png FILE X Y W H TARGET_W TARGET_H TO` does the same for a region of a PNG file. With `--repeat N` behind them they
//! write no pixels but the median CPU time of one frame in nanoseconds, over N frames after one that is not counted.
//! FROM and TO are `rgb` or `bgr`.

use std::error::Error;
use std::fs::File;
use std::io::{Read, Write};

use nix::time::{ClockId, clock_gettime};
use sluice::frame::{ChannelOrder, PngSource, Roi, Size};
use sluice::resample::Resampler;

const USAGE: &str =
    "usage: bench_frame resize W H TARGET_W TARGET_H FROM TO [--repeat N] < pixels > pixels
       bench_frame png FILE X Y W H TARGET_W TARGET_H TO [--repeat N] > pixels";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let repeat = match arguments.iter().position(|argument| argument == "--repeat") {
        Some(at) if at + 2 == arguments.len() => {
            let repeat: usize = arguments[at + 1].parse()?;
            arguments.truncate(at);
            Some(repeat.max(1))
        }
        Some(_) => return Err(USAGE.into()),
        None => None,
    };
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["resize", w, h, target_w, target_h, from, to] => {
            let (source, target) = (size(w, h)?, size(target_w, target_h)?);
            let mut resampler = Resampler::new(source, target, order(from)?, order(to)?)?;
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
        ["png", file, x, y, w, h, target_w, target_h, to] => {
            let roi = Roi {
                x: x.parse()?,
                y: y.parse()?,
                width: w.parse()?,
                height: h.parse()?,
            };
            let target = size(target_w, target_h)?;
            let mut source = PngSource::new(roi, target, order(to)?)?;
            run(target, repeat, |out| {
                source.read_into(File::open(file)?, out)?;
                Ok(())
            })
        }
        _ => Err(USAGE.into()),
    }
}

/// Makes one frame and writes its pixels, or makes many and writes the median time.
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
    println!("{}", times_ns[times_ns.len() / 2]);
    Ok(())
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

fn order(word: &str) -> Result<ChannelOrder, Box<dyn Error>> {
    match word {
        "rgb" => Ok(ChannelOrder::Rgb),
        "bgr" => Ok(ChannelOrder::Bgr),
        other => Err(format!("`{other}` is no channel order: say rgb or bgr").into()),
    }
}
