//! Promise: a part is judged by its own whole picture, or is a fault, whatever happens to the file.
//! The station knows the pictures that it inspected even without the journal.

use crate::site::{Site, name, pictures};
use std::fs::{self, OpenOptions};
use std::io::Write as _;

/// More pictures than fit into two small files of a journal.
const MANY: usize = 420;

#[test]
fn a_bad_picture_overwritten_by_a_good_one_is_a_fault() {
    let site = Site::new("overwritten");
    let mut station = site.start();
    let path = site.part("camera.png");
    // The worker is suspended, as by a busy machine. Meanwhile the camera's program writes the next
    // picture to the same name.
    station.without("decode", || {
        fs::write(&path, pictures::bad()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(50));
        let mut file = OpenOptions::new().write(true).open(&path).unwrap();
        file.write_all(&pictures::good()).unwrap();
        file.set_len(pictures::good().len() as u64).unwrap();
    });
    let first = station.verdict();
    assert_eq!(first.kind, "FAULT", "{}", first.text);
    assert!(first.text.contains("the file changed"), "{}", first.text);
    let second = station.verdict();
    assert_eq!(second.kind, "PASS", "{}", second.text);
    let parts = site.wait_parts(2);
    assert!(parts[0].picture.as_ref().unwrap().sha256.is_none());
    assert_eq!(parts[0].gate.outcome, "rejected");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn kept_pictures_are_known_after_the_journal_was_rotated_moved_or_lost() {
    let site = Site::new("kept");
    site.change(&[
        ("\"file_size_max_kib\": 4096", "\"file_size_max_kib\": 64"),
        ("\"files_max\": 64", "\"files_max\": 2"),
    ]);
    for number in 0..MANY {
        fs::write(site.part(&format!("{number}.png")), pictures::small()).unwrap();
    }
    let mut station = site.start();
    for _ in 0..MANY {
        station.verdict();
    }
    assert_eq!(station.stop(), Some(0));
    assert!(site.parts().len() < MANY, "the journal was rotated");

    for (round, journal) in ["rotated", "moved", "lost"].into_iter().enumerate() {
        let path = site.path.join("journal");
        match journal {
            "moved" => fs::rename(path, site.path.join("archive")).unwrap(),
            "lost" => fs::remove_dir_all(path).unwrap(),
            _ => {}
        }
        let mut station = site.start();
        // Longer than a scan leaves a file alone. A picture that the station took for new would
        // come first.
        std::thread::sleep(std::time::Duration::from_millis(1500));
        let new = format!("new-{round}.png");
        site.feed(&new, &pictures::small());
        assert_eq!(station.verdict().name, new, "{journal}");
        assert_eq!(station.stop(), Some(0));
        let last = site.parts().last().map(name);
        assert_eq!(last.as_deref(), Some(new.as_str()));
    }
}
