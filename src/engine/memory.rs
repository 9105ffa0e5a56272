//! Measures how fast the CPU writes and reads the slots' memory at start, and decides from that
//! whether outputs are copied.
//!
//! On a board, the resampler writes the model's input where the device reads it, and the verdict
//! reads the mask where the device wrote it. Whether the CPU caches this memory is up to the
//! driver, and it is the greatest risk for a part's cycle time. So it is measured, and compared
//! with ordinary memory measured at the same time.

use core::fmt;
use core::hint::black_box;
use core::time::Duration;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// Largest part of a buffer to measure. One pass takes a few milliseconds even where reading is
/// slow. It may fit into the caches, because the measurement must show whether the memory is
/// cached.
const LEN_MAX: usize = 1 << 20;
/// The best of this many passes counts, which excludes delays by other programs.
const ROUNDS: u32 = 5;
/// Memory is slow to read if ordinary memory is read more than this many times faster.
///
/// If both are cached, they differ little: on the machine of the tests, ordinary memory was read
/// 0.5 to 1.1 times as fast, in 27 starts. If the slots are not cached, each load takes 100 ns or
/// more for at most 16 bytes. That is 160 MB/s instead of thousands, a factor of ten or more. Four
/// is between these. The mask is read in values of one to four bytes, while a copy uses the widest
/// loads of the CPU. So a copy takes at most a quarter of the slow loads, and the additional pass
/// over ordinary memory costs little.
const SLOW: u32 = 4;

/// The measured bandwidths, in 10^6 bytes a second, and the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryBandwidth {
    /// For writing a slot's input.
    pub write_mb_s: u32,
    /// For reading a slot's output.
    pub read_mb_s: u32,
    /// For writing ordinary memory of the same length.
    pub ordinary_write_mb_s: u32,
    /// For reading ordinary memory of the same length.
    pub ordinary_read_mb_s: u32,
    /// Whether outputs are copied to ordinary memory and read there.
    pub copied: bool,
}

impl MemoryBandwidth {
    /// Measures reading of `output`, and ordinary memory, with `meter`. `input` is the measured
    /// bandwidth of writing an input of `input_len` bytes. Allocates ordinary memory of both
    /// lengths.
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

    /// Decides from the bandwidths of writing and reading, for the slots' memory and for ordinary
    /// memory.
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

/// Which memory is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemoryKind {
    /// Memory of a slot.
    Shared,
    /// Ordinary memory of the process.
    Ordinary,
}

/// Measures memory bandwidth. A test can supply its own results.
pub trait BandwidthMeter {
    /// Writes zeros to a buffer. Returns 10^6 bytes a second.
    fn write(&self, kind: MemoryKind, buffer: &mut [u8]) -> u32;
    /// Reads a buffer. Returns 10^6 bytes a second.
    fn read(&self, kind: MemoryKind, buffer: &[u8]) -> u32;
}

/// Measures with the clock, over at most the first 1 MiB, in ascending order.
#[derive(Debug, Clone, Copy)]
pub struct ClockMeter;

impl BandwidthMeter for ClockMeter {
    fn write(&self, _: MemoryKind, buffer: &mut [u8]) -> u32 {
        let len = buffer.len().min(LEN_MAX);
        // The whole buffer becomes black. The measured part is written several times.
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

/// The best rate of several passes over `len` bytes.
fn best_mb_s(len: usize, mut pass: impl FnMut()) -> u32 {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        pass();
        best = best.min(start.elapsed());
    }
    rate_mb_s(len, best)
}

/// Converts bytes per time to 10^6 bytes a second, rounded down.
fn rate_mb_s(len: usize, time: Duration) -> u32 {
    let len = u128::try_from(len).unwrap_or(u128::MAX);
    let rate = len.saturating_mul(1000) / time.as_nanos().max(1);
    u32::try_from(rate).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_bytes_per_microsecond() {
        let rate = |len, ns| rate_mb_s(len, Duration::from_nanos(ns));
        assert_eq!(rate(1 << 20, 1_000_000), 1048);
        assert_eq!(rate(1, 1_000_000), 0);
        assert_eq!(rate(1 << 20, 0), 1_048_576_000);
        assert_eq!(rate(usize::MAX, 1), u32::MAX);
    }

    #[test]
    fn only_uncached_memory_is_copied() {
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
        // Slow writes change nothing: each byte is written once in either case.
        assert!(!MemoryBandwidth::new([1, 8000], [8000, 8000]).copied);
    }

    #[test]
    fn the_clock_measures_and_leaves_a_black_picture() {
        let mut buffer = vec![7; 3 * LEN_MAX];
        assert!(ClockMeter.read(MemoryKind::Ordinary, &buffer) > 0);
        assert!(ClockMeter.write(MemoryKind::Ordinary, &mut buffer) > 0);
        assert!(buffer.iter().all(|byte| *byte == 0));
        assert_eq!(ClockMeter.read(MemoryKind::Ordinary, &[]), 0);
    }
}
