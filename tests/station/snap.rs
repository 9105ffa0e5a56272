//! Promise: `sluice snap` judges one picture as the station would, and its drawing shows region,
//! mask, blobs and verdict.

use crate::site::{Site, pictures, said};
use std::fs::{self, File};
use std::io::BufReader;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime};

const SNAP: [&str; 3] = ["snap", "--station", "station.json"];
const YELLOW: [u8; 3] = [255, 230, 0];

/// An RGB picture.
struct Drawing {
    width: u32,
    rgb: Vec<u8>,
}

impl Drawing {
    fn read(path: &Path) -> Self {
        let decoder = png::Decoder::new(BufReader::new(File::open(path).unwrap()));
        let mut reader = decoder.read_info().unwrap();
        let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut rgb).unwrap();
        assert_eq!(info.color_type, png::ColorType::Rgb);
        Self {
            width: info.width,
            rgb,
        }
    }

    fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let at = (y * self.width + x) as usize * 3;
        self.rgb[at..at + 3].try_into().unwrap()
    }
}

#[test]
fn the_verdict_is_that_of_a_run_and_the_drawing_shows_why() {
    let site = Site::quick("snap");
    site.feed("bad.png", &pictures::bad());
    let output = site.output(&SNAP);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let drawing = Drawing::read(&site.path.join("snap.png"));
    // The banner of a reject.
    assert_eq!(drawing.pixel(1270, 5), [200, 36, 40]);
    // The picture of 160 x 144 pixels is 3 times as large at (16, 72). Its region begins at (16,
    // 8), and the box is outside it.
    assert_eq!(drawing.pixel(63, 136), YELLOW);
    assert_eq!(drawing.pixel(62, 136), YELLOW);
    assert_eq!(drawing.pixel(64, 136), [100; 3]);
    assert_eq!(drawing.pixel(61, 136), [100; 3]);
    // The input of 64 x 64 pixels is 9 times as large at (648, 72). The white spot begins at (22,
    // 21) there, has 10 x 10 pixels, and is a defect.
    let at = |x: u32, y: u32| drawing.pixel(648 + 9 * x, 72 + 9 * y);
    assert_eq!(at(26, 25), [255, 147, 147]);
    assert_eq!(at(50, 50), [100; 3]);
    assert_eq!(drawing.pixel(648 + 9 * 22 - 1, 72 + 9 * 25), YELLOW);
    assert_eq!(drawing.pixel(648 + 9 * 32, 72 + 9 * 25), YELLOW);

    // The same words as in the journal of a run.
    let run = ["run", "--station", "station.json", "--parts", "1"];
    assert_eq!(site.output(&run).status.code(), Some(0));
    let journal = said(&site.output(&["journal", "--directory", "journal"]));
    let reason = "blob of 100 px at (26, 25), limit 20";
    assert!(
        text.starts_with(&format!("parts/bad.png: REJECT {reason}\n")),
        "{text}"
    );
    assert!(journal.contains(reason), "{journal}");
}

#[test]
fn only_a_drawing_of_its_own_is_replaced() {
    let site = Site::new("snap-own");
    site.feed("a.png", &pictures::good());
    let station = fs::read(site.path.join("station.json")).unwrap();
    let says = |place: &'static str, code: i32, words: &[&str]| {
        site.assert_says(&[&SNAP[..], &["--write", place]].concat(), code, words);
    };
    for place in ["station.json", "parts.onnx", "drawing"] {
        says(place, 2, &["ends in .png"]);
    }
    assert_eq!(fs::read(site.path.join("station.json")).unwrap(), station);
    assert!(!site.path.join("drawing").exists());
    // Another picture, and a file that is only called a picture.
    for (name, bytes) in [("kept.png", pictures::bad()), ("text.png", station)] {
        let path = site.path.join(name);
        fs::write(&path, &bytes).unwrap();
        says(name, 2, &["is no drawing of sluice snap"]);
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
    symlink("kept.png", site.path.join("link.png")).unwrap();
    says("link.png", 2, &["is no drawing of sluice snap"]);
    for _ in 0..2 {
        says("own.png", 0, &["drawn in own.png"]);
    }
}

#[test]
fn a_pipe_is_not_waited_for() {
    let site = Site::new("snap-pipe");
    let pipe = site.path.join("pipe.png");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let focus = ["focus", "--station", "station.json", "pipe.png"];
    for command in [[&SNAP[..], &["pipe.png"]].concat(), focus.to_vec()] {
        site.assert_says(&command, 1, &["pipe.png: it is a directory, a pipe"]);
    }
}

#[test]
fn the_newest_picture_is_taken_unless_one_is_named() {
    let site = Site::new("snap-newest");
    site.assert_says(&SNAP, 4, &["source.directory.path parts", "name one"]);
    site.feed("old.png", &pictures::bad());
    site.feed("new.png", &pictures::good());
    fs::write(site.part("notes.txt"), "newer, but no picture").unwrap();
    let old = File::options()
        .write(true)
        .open(site.part("old.png"))
        .unwrap();
    old.set_modified(SystemTime::now() - Duration::from_secs(60))
        .unwrap();
    site.assert_says(&SNAP, 0, &["parts/new.png: PASS", "snap.png"]);
    let drawing = Drawing::read(&site.path.join("snap.png"));
    assert_eq!(drawing.pixel(1270, 5), [24, 140, 66]);
    let named = [&SNAP[..], &["parts/old.png", "--write", "other.png"]].concat();
    site.assert_says(&named, 0, &["parts/old.png: REJECT"]);
    assert!(site.path.join("other.png").exists());
}

#[test]
fn a_picture_that_the_station_refuses_is_a_fault_and_is_still_shown() {
    let site = Site::new("snap-fault");
    site.feed("small.png", &pictures::small());
    site.assert_says(&SNAP, 1, &["FAULT picture not usable", "128x128"]);
    let drawing = Drawing::read(&site.path.join("snap.png"));
    assert_eq!(drawing.pixel(1270, 5), [190, 120, 10]);
    site.feed("cut.png", &pictures::truncated());
    let cut = [&SNAP[..], &["parts/cut.png", "--write", "cut.png"]].concat();
    site.assert_says(&cut, 1, &["parts/cut.png"]);
    assert!(!site.path.join("cut.png").exists());
}

#[test]
fn the_drawing_is_never_taken_for_a_part_and_overwrites_no_part() {
    let site = Site::new("snap-place");
    let picture = pictures::good();
    site.feed("a.png", &picture);
    for place in ["parts/snap.png", "./parts/../parts/b.png"] {
        let snap = [&SNAP[..], &["--write", place]].concat();
        site.assert_says(
            &snap,
            2,
            &["source.directory.path", "name a file elsewhere"],
        );
    }
    fs::copy(site.part("a.png"), site.path.join("mine.png")).unwrap();
    let snap = [&SNAP[..], &["mine.png", "--write", "./mine.png"]].concat();
    site.assert_says(&snap, 2, &["is the picture itself"]);
    assert_eq!(fs::read(site.path.join("mine.png")).unwrap(), picture);
    assert_eq!(fs::read_dir(site.path.join("parts")).unwrap().count(), 1);
}

/// A station with a simulated camera that shows a bad part.
fn camera(test: &str) -> Site {
    let site = Site::new(test);
    site.add_trigger(4);
    site.add_camera();
    fs::write(site.path.join("frames/00.png"), pictures::bad()).unwrap();
    site
}

#[test]
fn a_frame_of_the_camera_is_judged_and_kept_as_the_picture_that_it_is() {
    let site = camera("snap-camera");
    let kept = [&SNAP[..], &["--save", "kept.png"]].concat();
    let output = site.output(&kept);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let reason = "blob of 100 px at (26, 25), limit 20";
    assert!(text.contains(&format!(": REJECT {reason}\n")), "{text}");
    let number = |line: &str| -> u32 {
        let (name, _) = line.split_once(": ").unwrap();
        name.strip_prefix("frame ").unwrap().parse().unwrap()
    };
    let frames: Vec<_> = text.lines().take(2).map(number).collect();
    // One frame, and none of the first ones, which wait while the camera is watched.
    assert!(frames[0] == frames[1] && frames[0] >= 50, "{text}");

    let kept_picture = Drawing::read(&site.path.join("kept.png"));
    assert_eq!(kept_picture.width, pictures::WIDTH);
    let shown = Drawing::read(&site.path.join("frames/00.png"));
    assert_eq!(kept_picture.rgb, shown.rgb);
    let drawn = fs::read(site.path.join("snap.png")).unwrap();
    assert_eq!(
        Drawing::read(&site.path.join("snap.png")).pixel(1270, 5),
        [200, 36, 40]
    );

    // The kept picture is judged alike, and never replaced.
    let of_file = [&SNAP[..], &["kept.png", "--write", "again.png"]].concat();
    site.assert_says(&of_file, 0, &[&format!("kept.png: REJECT {reason}")]);
    site.assert_says(
        &kept,
        1,
        &["--save kept.png: the file exists", "name another"],
    );
    let rest = [&SNAP[..], &["--save", "no/kept.png"]].concat();
    site.assert_says(&rest, 1, &["--save no/kept.png", "create its directory"]);
    assert_eq!(fs::read(site.path.join("snap.png")).unwrap(), drawn);
}

#[test]
fn a_frame_is_kept_before_there_is_a_model() {
    let site = camera("snap-no-model");
    fs::remove_file(site.path.join("parts.onnx")).unwrap();
    let kept = [&SNAP[..], &["--save", "kept.png"]].concat();
    site.assert_says(&kept, 4, &["kept in kept.png", "engine.model parts.onnx"]);
    assert!(site.path.join("kept.png").exists());
}

#[test]
fn what_cannot_be_kept_is_refused_before_the_camera_is_opened() {
    let site = camera("snap-save");
    for (place, words) in [
        ("station.json", ["--save station.json", "ends in .png"]),
        ("snap.png", ["--save snap.png", "the drawing's file too"]),
    ] {
        site.assert_says(&[&SNAP[..], &["--save", place]].concat(), 2, &words);
    }
    let files = Site::new("snap-save-files");
    files.feed("a.png", &pictures::good());
    let kept = [&SNAP[..], &["--save", "kept.png"]].concat();
    files.assert_says(&kept, 2, &["source.camera", "copy the picture's file"]);
}

#[test]
fn the_camera_of_a_running_station_and_a_missing_one_are_one_clear_error() {
    let site = camera("snap-busy");
    let mut station = site.start();
    let focus = ["focus", "--station", "station.json"];
    for command in [&SNAP[..], &focus] {
        let words = ["a running station", "stop the station first"];
        site.assert_says(command, 4, &words);
    }
    assert_eq!(station.stop(), Some(0));
    site.change(&[(r#""device": "simulated""#, r#""device": "/dev/no-camera""#)]);
    for command in [&SNAP[..], &focus] {
        let words = ["source.camera /dev/no-camera", "check the cable"];
        site.assert_says(command, 4, &words);
    }
    assert!(!site.path.join("snap.png").exists());
}
