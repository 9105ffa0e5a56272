//! Promise: a running camera's frames cost no allocation, and `sluice check` reports how the camera
//! really behaves.

use board::camera::{Camera, CameraError, Frame, FrameLayout, Mode, PixelFormat, Settings};
use board::heap;
use board::simulated_camera::SimulatedDevice;
use sluice::check;
use sluice::frame::{Demosaic, RawSource};
use sluice::image::{ChannelOrder, Interpolation, Roi, Size};
use sluice::station::file::{self, CameraMode, PathText};

const ROI: Roi = Roi {
    x: 3,
    y: 1,
    width: 21,
    height: 17,
};
const TARGET: Size = Size {
    width: 12,
    height: 9,
};

fn settings(format: PixelFormat, mode: Mode) -> Settings {
    Settings {
        layout: FrameLayout::new(format, 32, 20).unwrap(),
        mode,
        frames_per_second: 100,
        buffers: 200,
    }
}

fn device(settings: Settings) -> SimulatedDevice {
    let bytes = settings.layout.bytes(settings.layout.row_bytes()).unwrap();
    SimulatedDevice::with_frames(settings, vec![vec![7; bytes], vec![90; bytes]]).unwrap()
}

#[test]
fn a_frame_becomes_an_input_without_an_allocation() {
    for format in PixelFormat::ALL {
        let settings = settings(format, Mode::Triggered);
        let device = device(settings);
        let mut camera = device.open().unwrap();
        let mut source = RawSource::new(
            settings.layout,
            ROI,
            TARGET,
            ChannelOrder::Bgr,
            Interpolation::Linear,
        )
        .unwrap()
        .with_hash();
        let mut out = vec![0; TARGET.bytes().unwrap()];
        let thread = heap::this_thread();
        let before = heap::allocations(thread);
        for _ in 0..5 {
            device.trigger();
            let mut hash = None;
            let came = camera.next_frame(&mut |frame: Frame<'_>| {
                hash = source.read_into(&frame, &mut out).unwrap();
            });
            assert!(came.unwrap() && hash.is_some());
            assert!(!camera.next_frame(&mut |_| panic!("there was one")).unwrap());
        }
        assert_eq!(heap::allocations(thread), before, "{format}");
    }
}

/// `source.camera` of a station file.
fn section(mode: CameraMode) -> file::CameraSettings {
    file::CameraSettings {
        device: PathText::try_from("simulated").unwrap(),
        frames: PathText::new(),
        width: 32,
        height: 20,
        format: file::CameraFormat(PixelFormat::Yuyv),
        dropped_bits: None,
        demosaic: Demosaic::default(),
        mode,
        frames_per_second: 100,
        buffers: 200,
        exposure_max_ms: 100,
    }
}

fn open(mode: Mode) -> Result<Box<dyn Camera>, CameraError> {
    Ok(Box::new(device(settings(PixelFormat::Yuyv, mode)).open()?))
}

#[test]
fn check_reports_what_a_camera_delivers() {
    let good = check::camera(&section(CameraMode::FreeRunning), open(Mode::FreeRunning));
    assert!(!good.is_wrong(), "{good}");
    for words in [
        "source.camera: simulated",
        "32x20 YUYV",
        "100.0 frames/s seen",
    ] {
        assert!(good.text.contains(words), "{good}");
    }
    let slow = file::CameraSettings {
        frames_per_second: 50,
        ..section(CameraMode::FreeRunning)
    };
    let wrong = check::camera(&slow, open(Mode::FreeRunning));
    assert!(
        wrong.is_wrong() && wrong.text.contains("100.0 frames/s instead of 50"),
        "{wrong}"
    );
    let silent = check::camera(&section(CameraMode::Triggered), open(Mode::Triggered));
    assert!(
        !silent.is_wrong() && silent.text.contains("no frame without a trigger"),
        "{silent}"
    );
    let device = device(settings(PixelFormat::Yuyv, Mode::FreeRunning));
    device.unplug();
    let gone = device
        .open()
        .map(|camera| Box::new(camera) as Box<dyn Camera>);
    let gone = check::camera(&section(CameraMode::FreeRunning), gone);
    assert!(gone.is_wrong(), "{gone}");
    assert_eq!(
        gone.text,
        "source.camera simulated: opening it: it is unplugged"
    );
}
