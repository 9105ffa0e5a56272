//! Any bytes as a picture file whose size is asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sluice::frame::SizeReader;

fuzz_target!(|file: &[u8]| {
    let _ = SizeReader::new().size(file);
});
