//! Spoils outputs before an execution, so that old results cannot pass as new ones.
//!
//! A device may report success without having written an output. The output would then still hold
//! the result for the previous picture.

use std::slice;

use crate::error::AclError;
use crate::slot::Parts;

/// The distance between spoiled bytes in an output.
const SPOIL_STEP: usize = 4096;
/// The number of bytes spoiled at a time: a multiple of every element's size.
const SPOIL_LEN: usize = 8;

impl Parts {
    /// Writes 0xFF to 8 bytes in every 4 KiB of the outputs to fetch, and to their last 8 bytes.
    /// No output should have these values: NaN as floats, -1 or the maximum as integers.
    ///
    /// # Errors
    ///
    /// `aclrtMemFlush` failed.
    pub(crate) fn spoil_outputs(&mut self) -> Result<(), AclError> {
        for output in self.fetched() {
            // SAFETY: the slot owns `len` bytes there, zeroed when it was made. The device does not
            // use them, because nothing was started, and `&mut self` excludes other references.
            let bytes = unsafe { slice::from_raw_parts_mut(output.on_cpu.as_ptr(), output.len) };
            spoil(bytes);
            // A cache line that is written back later would overwrite what the device has written.
            self.memory.coherence.flush(output.on_device, output.len)?;
        }
        Ok(())
    }
}

fn spoil(output: &mut [u8]) {
    for page in output.chunks_mut(SPOIL_STEP) {
        let len = page.len().min(SPOIL_LEN);
        page[..len].fill(0xFF);
    }
    let end = output.len().saturating_sub(SPOIL_LEN);
    output[end..].fill(0xFF);
}

#[cfg(test)]
mod tests {
    use super::{SPOIL_STEP, spoil};

    #[test]
    fn every_page_and_the_end_of_an_output_are_spoiled() {
        for len in [
            0,
            1,
            7,
            8,
            9,
            SPOIL_STEP,
            SPOIL_STEP + 4,
            3 * SPOIL_STEP - 12,
        ] {
            let mut output = vec![1; len];
            spoil(&mut output);
            assert!(
                output.iter().rev().take(8).all(|byte| *byte == 0xFF),
                "{len}"
            );
            for page in output.chunks(SPOIL_STEP) {
                assert!(page.iter().take(8).all(|byte| *byte == 0xFF), "{len}");
            }
            let spoiled = output.iter().filter(|byte| **byte == 0xFF).count();
            assert!(spoiled <= 8 * (len.div_ceil(SPOIL_STEP) + 1));
        }
    }
}
