//! Resizes as OpenCV's aarch64 wheels do since 4.14, with Arm's library KleidiCV.
//!
//! The vertical pass comes first, weights have 8 bits, and each pass rounds to 8 bits. So it keeps
//! two source rows. The rule was found in KleidiCV's public source (version 26.03) and confirmed
//! with the wheel: `tools/opencv/compare_resize.py`.

mod columns;

use super::TargetRows;
use super::kernel::{Kernel, Processor};
use super::taps::RowPair;
use crate::image::{CHANNELS, ChannelOrder, Size};

/// KleidiCV does nothing for narrower pictures.
const SOURCE_WIDTH_MIN_PX: u32 = 11;
const TARGET_WIDTH_MIN_PX: u32 = 3;

/// Whether OpenCV leaves this resize to KleidiCV: both sides get shorter, and the width at most
/// threefold. Otherwise OpenCV's own rule for `INTER_LINEAR` applies, as on x86-64.
pub fn does(source: Size, target: Size) -> bool {
    target.width < source.width
        && target.height < source.height
        && source.width <= 3 * target.width
        && source.width >= SOURCE_WIDTH_MIN_PX
        && target.width >= TARGET_WIDTH_MIN_PX
}

#[derive(Debug)]
pub struct Kleidicv {
    processor: Processor,
    kernel: Kernel,
    rows: Vec<RowPair>,
    /// The next entry of `rows`, whose target row is not written yet.
    next: usize,
    /// Two neighbouring source rows. Row `y` is in slot `y % 2`.
    pushed: [Vec<u8>; 2],
    /// A row after the vertical pass.
    mixed: Vec<u8>,
    /// `mixed` after the horizontal pass.
    line: Vec<u16>,
}

impl Kleidicv {
    /// For sizes that it [`does`]. `to` is the order of the target's channels. `None` if channels
    /// of one pixel are too far apart.
    pub fn new(source: Size, target: Size, to: ChannelOrder, swap: bool) -> Option<Kleidicv> {
        let columns = columns::columns(source.width, target.width, to)?;
        let kernel = Kernel::new(columns, source.width, swap);
        let row = vec![0; source.width as usize * CHANNELS];
        Some(Kleidicv {
            processor: Processor::here(),
            line: vec![0; kernel.line_len()],
            kernel,
            rows: columns::rows(source.height, target.height),
            next: 0,
            pushed: [row.clone(), row.clone()],
            mixed: row,
        })
    }

    /// Takes source row `y` and writes each target row that it completes.
    pub fn push(&mut self, y: u32, row: &[u8], target: &mut TargetRows<'_>) {
        if y == 0 {
            self.next = 0;
        }
        if self.rows.get(self.next).is_none_or(|pair| y < pair.upper) {
            return;
        }
        let [even, odd] = &mut self.pushed;
        if y.is_multiple_of(2) {
            even.copy_from_slice(row);
        } else {
            odd.copy_from_slice(row);
        }
        while let Some(pair) = self.rows.get(self.next).filter(|pair| pair.lower == y) {
            let row = |row: u32| if row.is_multiple_of(2) { &*even } else { &*odd };
            let (upper, lower) = (row(pair.upper), row(pair.lower));
            self.processor
                .mix_rows(upper, lower, *pair, &mut self.mixed);
            self.kernel.horizontal(&self.mixed, &mut self.line);
            self.processor.round_line(&self.line, target.next_row());
            self.next += 1;
        }
    }
}
