use super::pictures::{self, from_rgb};
use super::*;
use crate::camera::{Camera, FrameLayout, PixelFormat, Samples};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::os::fd::AsFd;
use std::path::PathBuf;

fn settings(mode: Mode, frames_per_second: u32, buffers: u8) -> Settings {
    Settings {
        layout: FrameLayout::new(PixelFormat::Grey(Samples::Bits8), 2, 1).unwrap(),
        mode,
        frames_per_second,
        buffers,
    }
}

fn device(mode: Mode, frames_per_second: u32, buffers: u8) -> SimulatedDevice {
    let frames = (0..3).map(|picture| vec![picture; 2]).collect();
    SimulatedDevice::with_frames(settings(mode, frames_per_second, buffers), frames).unwrap()
}

/// The values of a frame: sequence number, first byte, damaged, both bounds of the exposure's
/// start.
type Seen = (u32, u8, bool, Timestamp, Timestamp);

fn take(camera: &mut SimulatedCamera) -> Option<Seen> {
    let mut seen = None;
    let came = camera
        .next_frame(&mut |frame| {
            assert_eq!(frame.stride_bytes, 2);
            seen = Some((
                frame.sequence,
                frame.bytes[0],
                frame.damaged,
                frame.exposed_after,
                frame.exposed_before,
            ));
        })
        .unwrap();
    assert_eq!(came, seen.is_some());
    seen
}

fn readable(camera: &SimulatedCamera, timeout_ms: u16) -> bool {
    let mut source = [PollFd::new(camera.as_fd(), PollFlags::POLLIN)];
    poll(&mut source, PollTimeout::from(timeout_ms)).unwrap() == 1
}

#[test]
fn frames_arrive_at_their_rate_one_interval_after_their_exposure() {
    let device = device(Mode::FreeRunning, 100, 255);
    let before = Timestamp::now();
    let mut camera = device.open().unwrap();
    assert_eq!(take(&mut camera), None);
    let mut last = before;
    for number in 0..7_u32 {
        assert!(readable(&camera, 5_000));
        let (sequence, picture, damaged, after, exact) = take(&mut camera).unwrap();
        assert_eq!(
            (sequence, u32::from(picture), damaged),
            (number, number % 3, false)
        );
        assert_eq!(after, exact);
        if number > 0 {
            assert_eq!(after.since(last), Duration::from_millis(10));
        }
        assert!(after >= before && after + Duration::from_millis(10) <= Timestamp::now());
        last = after;
    }
}

#[test]
fn frames_that_find_all_buffers_full_are_lost_and_leave_a_gap_in_the_numbers() {
    let device = device(Mode::Triggered, 30, 3);
    let mut camera = device.open().unwrap();
    for _ in 0..5 {
        device.trigger();
    }
    let waiting: Vec<_> = std::iter::from_fn(|| take(&mut camera))
        .map(|seen| seen.0)
        .collect();
    assert_eq!(waiting, [0, 1, 2]);
    assert!(!readable(&camera, 0));
    device.trigger();
    assert!(readable(&camera, 0));
    assert_eq!(take(&mut camera).unwrap().0, 5);
}

#[test]
fn a_triggered_camera_delivers_nothing_without_a_trigger() {
    let device = device(Mode::Triggered, 100, 3);
    device.trigger();
    let mut camera = device.open().unwrap();
    assert!(!readable(&camera, 50));
    let before = Timestamp::now();
    device.trigger();
    let (_, _, _, after, exact) = take(&mut camera).unwrap();
    assert!(before <= after && exact <= Timestamp::now());
    // Each of the two frames makes the descriptor readable.
    device.trigger();
    device.trigger();
    take(&mut camera).unwrap();
    assert!(readable(&camera, 0));
    take(&mut camera).unwrap();
    assert!(!readable(&camera, 0));
}

#[test]
fn as_many_frames_are_damaged_and_lost_as_requested() {
    let device = device(Mode::Triggered, 30, 8);
    let mut camera = device.open().unwrap();
    device.damage(1);
    device.lose(2);
    for _ in 0..4 {
        device.trigger();
    }
    let seen: Vec<_> = std::iter::from_fn(|| take(&mut camera))
        .map(|seen| (seen.0, seen.1, seen.2))
        .collect();
    assert_eq!(
        seen,
        [(2, 2, false), (3, 0, false)],
        "the damaged one was lost"
    );
    device.damage(1);
    device.trigger();
    device.trigger();
    assert!(take(&mut camera).unwrap().2);
    assert!(!take(&mut camera).unwrap().2);
}

#[test]
fn an_unplugged_camera_wakes_its_reader_and_fails_until_it_is_opened_again() {
    let device = device(Mode::FreeRunning, 1, 3);
    let mut camera = device.open().unwrap();
    assert!(device.open().is_err(), "it is open");
    assert!(!readable(&camera, 0));
    device.unplug();
    assert!(readable(&camera, 0));
    for _ in 0..2 {
        device.plug_in();
        assert!(device.open().is_err(), "the one that failed is still open");
        let error = camera.next_frame(&mut |_| panic!()).unwrap_err();
        assert!(error.to_string().contains("unplugged"), "{error}");
    }
    device.unplug();
    drop(camera);
    assert!(device.open().is_err(), "it is unplugged");
    device.plug_in();
    assert!(!readable(&device.open().unwrap(), 0));
}

#[test]
fn a_stalled_camera_delivers_nothing_until_it_continues() {
    let device = device(Mode::FreeRunning, 200, 3);
    let mut camera = device.open().unwrap();
    assert!(readable(&camera, 5_000));
    device.stall();
    while take(&mut camera).is_some() {}
    assert!(!readable(&camera, 30));
    let before = Timestamp::now();
    device.go_on();
    assert!(readable(&camera, 5_000));
    assert!(take(&mut camera).unwrap().3 >= before);
}

/// A directory with these PNG files, which is removed at the end.
struct Pictures(PathBuf);

impl Pictures {
    fn new(name: &str, files: &[(&str, u32, u32, png::ColorType, &[u8])]) -> Self {
        let directory = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        for (file, width, height, color, pixels) in files {
            let file = std::fs::File::create(directory.join(file)).unwrap();
            let mut encoder = png::Encoder::new(file, *width, *height);
            encoder.set_color(*color);
            let mut writer = encoder.write_header().unwrap();
            writer.write_image_data(pixels).unwrap();
        }
        Self(directory)
    }
}

impl Drop for Pictures {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn png_files_are_shown_in_the_order_of_their_names_and_other_sizes_are_refused() {
    use png::ColorType::{Grayscale, Rgb, Rgba};
    let good = Pictures::new(
        "simulated-good",
        &[
            ("b.png", 2, 1, Rgb, &[255, 0, 0, 0, 0, 255]),
            ("a.png", 2, 1, Rgba, &[1, 2, 3, 9, 4, 5, 6, 9]),
            ("c.png", 2, 1, Grayscale, &[7, 8]),
        ],
    );
    std::fs::write(good.0.join("notes.txt"), "no picture").unwrap();
    let layout = FrameLayout::new(PixelFormat::Bgr24, 2, 1).unwrap();
    assert_eq!(
        pictures::load(layout, &good.0).unwrap(),
        [
            [3, 2, 1, 6, 5, 4],
            [0, 0, 255, 255, 0, 0],
            [7, 7, 7, 8, 8, 8]
        ]
    );
    let wrong = Pictures::new("simulated-wrong", &[("a.png", 1, 1, Grayscale, &[7])]);
    let error = pictures::load(layout, &wrong.0).unwrap_err();
    assert!(error.contains("a.png") && error.contains("1x1"), "{error}");
    let empty = Pictures::new("simulated-empty", &[]);
    let settings = settings(Mode::FreeRunning, 30, 3);
    let error = SimulatedDevice::load(settings, &empty.0)
        .unwrap_err()
        .to_string();
    assert!(error.contains("no PNG file"), "{error}");
}

/// Levels for pure colours from ITU-R BT.601-7, 100 % colour bars.
#[test]
fn colours_become_the_levels_of_bt_601() {
    let bars = [
        ([255, 255, 255], [235, 128, 128]),
        ([0, 0, 0], [16, 128, 128]),
        ([255, 0, 0], [81, 90, 240]),
        ([0, 255, 0], [145, 54, 34]),
        ([0, 0, 255], [41, 240, 110]),
    ];
    for (rgb, [y, u, v]) in bars {
        let frame = |format| {
            let layout = FrameLayout::new(format, 2, 2).unwrap();
            let frame = from_rgb(layout, &rgb.repeat(4));
            assert_eq!(frame.len(), layout.bytes(layout.row_bytes()).unwrap());
            frame
        };
        assert_eq!(frame(PixelFormat::Yuyv), [y, u, y, v].repeat(2));
        assert_eq!(frame(PixelFormat::Uyvy), [u, y, v, y].repeat(2));
        assert_eq!(frame(PixelFormat::Nv12), [y, y, y, y, u, v]);
    }
}

#[test]
fn a_pipe_or_a_device_in_the_place_of_a_frame_is_refused_and_not_waited_for() {
    let path = std::env::temp_dir().join(format!("sluice-camera-pipe-{}", std::process::id()));
    std::fs::create_dir(&path).unwrap();
    let layout = |format| FrameLayout::new(format, 2, 2).unwrap();
    for (file, format) in [
        ("a.png", PixelFormat::Grey(Samples::Bits8)),
        ("a.jpg", PixelFormat::Mjpeg),
    ] {
        let pipe = path.join(file);
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        let error = pictures::load(layout(format), &path).unwrap_err();
        assert!(error.contains("a pipe or a device"), "{error}");
        std::fs::remove_file(&pipe).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &pipe).unwrap();
        let error = pictures::load(layout(format), &path).unwrap_err();
        assert!(error.contains("a pipe or a device"), "{error}");
        std::fs::remove_file(&pipe).unwrap();
    }
    std::fs::remove_dir(path).unwrap();
}

#[test]
fn the_frames_of_all_files_together_have_a_limit() {
    let path = std::env::temp_dir().join(format!("sluice-camera-limit-{}", std::process::id()));
    std::fs::create_dir(&path).unwrap();
    let files = ["a.jpg", "b.jpg"].map(|file| path.join(file));
    for file in &files {
        std::fs::write(file, "bytes").unwrap();
    }
    assert_eq!(
        pictures::read_all(&files, 10).unwrap(),
        [b"bytes", b"bytes"]
    );
    let error = pictures::read_all(&files, 9).unwrap_err();
    assert!(error.contains("more than 9 bytes"), "{error}");
    std::fs::remove_dir_all(path).unwrap();
}
