//! Any bytes as a journal's file: read, followed and summed up. In a second file each line gets the
//! checksum that it should have, so that its content counts as well.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sluice::journal::{Follower, file_name, read, restore};
use std::fs;

/// The lines, each with the checksum of its content.
fn with_checksums(content: &[u8]) -> Vec<u8> {
    let mark = b",\"crc\":\"";
    let line = |line: &[u8]| {
        let end = line.windows(mark.len()).rposition(|part| part == mark);
        let body = &line[..end.unwrap_or(line.len())];
        let tail = format!("{:08x}\"}}\n", crc32fast::hash(body));
        [body, mark, tail.as_bytes()].concat()
    };
    content.split(|byte| *byte == b'\n').flat_map(line).collect()
}

fuzz_target!(|content: &[u8]| {
    let folder = sluice_fuzz::folder("journal");
    fs::write(folder.join(file_name(1).as_str()), content).expect("a file in the folder");
    fs::write(folder.join(file_name(2).as_str()), with_checksums(content)).expect("another file");
    let directory = folder.to_str().expect("a plain name");
    let read = read(directory).expect("the folder can be read").count();
    let mut followed = 0;
    let mut follower = Follower::new(directory);
    let _ = follower.read_on(&mut |_, _| followed += 1);
    // A last line without its end is left for later.
    assert!(followed <= read, "{followed} {read}");
    let _ = restore(directory);
});
