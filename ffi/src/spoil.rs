//! Outputs are spoiled before the device gets them, so that what it does not write is not taken for what it wrote.

use std::slice;

use crate::error::AclError;
use crate::slot::Parts;

/// Distance of the bytes that are spoiled in an output.
const SPOIL_STEP: usize = 4096;
/// How many bytes are spoiled there: a multiple of every element's size.
const SPOIL_LEN: usize = 8;

impl Parts {
    /// Writes bytes that no output should have into the outputs to fetch, some in every 4 KiB and the last ones: as
    /// floating point numbers they are none, as integers -1 or 255. Where the device says that it is done and has not
    /// written, they are found there, and not what it wrote for the picture before.
    ///
    /// # Errors
    ///
    /// They are not flushed to where the device writes.
    pub(crate) fn spoil_outputs(&mut self) -> Result<(), AclError> {
        for output in self.fetched() {
            // SAFETY: the slot owns `len` bytes there, zeroed when it was made. The device does not use them, because nothing
            // has been started, and `&mut self` excludes other references.
            let bytes = unsafe { slice::from_raw_parts_mut(output.on_cpu.as_ptr(), output.len) };
            spoil(bytes);
            // Or they would be written over what the device writes.
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
            let written = output.iter().filter(|byte| **byte == 0xFF).count();
            assert!(written <= 8 * (len.div_ceil(SPOIL_STEP) + 1));
        }
    }
}
