//! How fast the CPU writes and reads the memory of the slots, measured at the start, and what follows from it.
//!
//! On a board the resampler writes the model's input where the device reads it, and the mask is read where the device wrote
//! it. Whether the CPU's caches serve that memory is the driver's choice, and the greatest risk for the time of a part: so
//! it is measured, against ordinary memory in the same moment.

use core::fmt;
use core::hint::black_box;
use core::time::Duration;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// As much of a buffer is measured at most: a few milliseconds a pass even where reading is slow. Caches may hold all of
/// it, and whether they do is the question.
const LEN_MAX: usize = 1 << 20;
/// The best of so many: what another program took is not the memory's fault.
const ROUNDS: u32 = 5;
/// Memory is slow to read when ordinary memory is read more than so many times faster.
///
/// Where caches serve both, they differ by their places and by what other programs do: on the machine of the tests ordinary
/// memory was read 0.5 to 1.1 times as fast, in 27 starts. Where caches do not serve the slots, each load waits for the
/// memory itself, 100 ns or more for at most 16 bytes, which makes 160 MB/s against thousands: ten times and more. Four
/// lies between. A mask is read by single values of one to four bytes, a copy is made by the widest loads that the CPU has:
/// so a copy takes at most a quarter of the slow loads, and the pass over ordinary memory that it costs is small against
/// the rest.
const SLOW: u32 = 4;

/// What was measured, in 10^6 bytes a second, and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryBandwidth {
    /// Writing a slot's input.
    pub write_mb_s: u32,
    /// Reading a slot's output.
    pub read_mb_s: u32,
    /// Writing ordinary memory of the same length.
    pub ordinary_write_mb_s: u32,
    /// Reading ordinary memory of the same length.
    pub ordinary_read_mb_s: u32,
    /// Whether outputs are copied to ordinary memory once, and read there.
    pub copied: bool,
}

impl MemoryBandwidth {
    /// Measures with `meter`. Both buffers must be as long as they will be used; `input` is black afterwards. Allocates
    /// memory of their lengths for the comparison.
    pub(super) fn measure(
        meter: &impl BandwidthMeter,
        input: u32,
        output: &[u8],
        input_len: usize,
    ) -> Self {
        let mut ordinary = vec![1; input_len.min(LEN_MAX)];
        let ordinary_write_mb_s = meter.write(MemoryKind::Ordinary, &mut ordinary);
        ordinary.resize(output.len().min(LEN_MAX), 1);
        Self::new(
            [input, meter.read(MemoryKind::Shared, output)],
            [
                ordinary_write_mb_s,
                meter.read(MemoryKind::Ordinary, &ordinary),
            ],
        )
    }

    /// What follows from these rates of writing and reading, of the slots' memory and of ordinary memory.
    fn new(shared: [u32; 2], ordinary: [u32; 2]) -> Self {
        Self {
            write_mb_s: shared[0],
            read_mb_s: shared[1],
            ordinary_write_mb_s: ordinary[0],
            ordinary_read_mb_s: ordinary[1],
            copied: shared[1].saturating_mul(SLOW) < ordinary[1],
        }
    }
}

impl fmt::Display for MemoryBandwidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "memory of the slots: the CPU writes {} MB/s and reads {} MB/s (ordinary memory: {} and {}); ",
            self.write_mb_s, self.read_mb_s, self.ordinary_write_mb_s, self.ordinary_read_mb_s
        )?;
        f.write_str(if self.copied {
            "outputs are copied out once, because reading is slow"
        } else {
            "outputs are read in place"
        })
    }
}

/// Whose memory is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemoryKind {
    /// A slot's.
    Shared,
    /// The process's own.
    Ordinary,
}

/// What measures: the clock, or a test that says what it wants.
pub trait BandwidthMeter {
    /// Writes zeros to a buffer; in 10^6 bytes a second.
    fn write(&self, kind: MemoryKind, buffer: &mut [u8]) -> u32;
    /// Reads a buffer; in 10^6 bytes a second.
    fn read(&self, kind: MemoryKind, buffer: &[u8]) -> u32;
}

/// Measures by the clock, over at most 1 MiB, from front to back.
#[derive(Debug, Clone, Copy)]
pub struct ClockMeter;

impl BandwidthMeter for ClockMeter {
    fn write(&self, _: MemoryKind, buffer: &mut [u8]) -> u32 {
        let len = buffer.len().min(LEN_MAX);
        // All of it becomes black; the part that is measured is written several times.
        buffer.fill(0);
        let Some(part) = buffer.get_mut(..len) else {
            return 0;
        };
        best_mb_s(len, || black_box(&mut *part).fill(0))
    }

    fn read(&self, _: MemoryKind, buffer: &[u8]) -> u32 {
        let len = buffer.len().min(LEN_MAX);
        let (words, _) = buffer.get(..len).unwrap_or_default().as_chunks::<8>();
        best_mb_s(len, || {
            let fold = |sum: u64, word: &[u8; 8]| sum ^ u64::from_ne_bytes(*word);
            black_box(black_box(words).iter().fold(0, fold));
        })
    }
}

/// The best rate of some passes over `len` bytes.
fn best_mb_s(len: usize, mut pass: impl FnMut()) -> u32 {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        pass();
        best = best.min(start.elapsed());
    }
    rate_mb_s(len, best)
}

/// Bytes in a time as 10^6 bytes a second, rounded down.
fn rate_mb_s(len: usize, time: Duration) -> u32 {
    let len = u128::try_from(len).unwrap_or(u128::MAX);
    let rate = len.saturating_mul(1000) / time.as_nanos().max(1);
    u32::try_from(rate).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_bytes_in_a_microsecond() {
        let rate = |len, ns| rate_mb_s(len, Duration::from_nanos(ns));
        assert_eq!(rate(1 << 20, 1_000_000), 1048);
        assert_eq!(rate(1, 1_000_000), 0);
        assert_eq!(rate(1 << 20, 0), 1_048_576_000);
        assert_eq!(rate(usize::MAX, 1), u32::MAX);
    }

    #[test]
    fn only_memory_that_caches_do_not_serve_is_copied() {
        for (read, ordinary, copied) in [
            (8000, 8000, false),
            (9000, 3000, false),
            (2000, 8000, false),
            (1999, 8000, true),
            (160, 3000, true),
            (0, 1, true),
            (0, 0, false),
            (u32::MAX, u32::MAX, false),
        ] {
            let memory = MemoryBandwidth::new([1, read], [1, ordinary]);
            assert_eq!(memory.copied, copied, "{read} of {ordinary}");
        }
        // Slow writes change nothing: each byte is written once wherever it goes.
        assert!(!MemoryBandwidth::new([1, 8000], [8000, 8000]).copied);
    }

    #[test]
    fn the_clock_gives_more_than_nothing_and_leaves_a_black_picture() {
        let mut buffer = vec![7; 3 * LEN_MAX];
        assert!(ClockMeter.read(MemoryKind::Ordinary, &buffer) > 0);
        assert!(ClockMeter.write(MemoryKind::Ordinary, &mut buffer) > 0);
        assert!(buffer.iter().all(|byte| *byte == 0));
        assert_eq!(ClockMeter.read(MemoryKind::Ordinary, &[]), 0);
    }
}
