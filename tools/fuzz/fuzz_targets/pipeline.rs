//! Any text as an mxVision pipeline. A station file that comes of it must be one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sluice::draft::Template;
use sluice::image::Size;
use sluice::pipeline::{Wishes, import};
use sluice::station;

fuzz_target!(|text: &str| {
    let template = Template::find("host").expect("a template of the binary");
    let frame = Some(Size {
        width: 4096,
        height: 3072,
    });
    for frame in [None, frame] {
        let wishes = Wishes {
            frame,
            ..Wishes::default()
        };
        match import(text, template, &wishes, &|_| Ok("good\ndefect\n".to_owned())) {
            Ok(imported) => assert!(station::read(imported.text.as_bytes()).is_ok()),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
