//! Any bytes as the `kinds.csv` of a data set of two parts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sluice::labelled::eval::DataSet;
use std::fs;

fuzz_target!(|text: &[u8]| {
    let folder = sluice_fuzz::folder("kinds");
    for part in ["1", "2"] {
        let part = folder.join(part);
        if !part.exists() {
            fs::create_dir(&part).expect("a folder in the folder");
            for file in ["image.png", "mask.png"] {
                fs::write(part.join(file), b"").expect("a file in the folder");
            }
        }
    }
    fs::write(folder.join("kinds.csv"), text).expect("a file in the folder");
    let _ = DataSet::open(&folder);
});
