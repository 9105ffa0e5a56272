//! Any bytes as a station file. What is refused has a problem with a text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    match sluice::station::read(text) {
        Ok(station) => drop(station.recipe_sha256(0)),
        Err(problems) => {
            assert!(!problems.is_empty());
            assert!(problems.iter().all(|problem| !problem.to_string().is_empty()));
        }
    }
});
