use super::*;
use crate::camera::{FrameLayout, PixelFormat, Samples};
use crate::simulated_camera::SimulatedDevice;

/// A camera that shows the pictures 0, 1, 2 and so on, and its settings.
fn camera(mode: Mode) -> (SimulatedDevice, Settings) {
    let settings = Settings {
        layout: FrameLayout::new(PixelFormat::Grey(Samples::Bits8), 1, 1).unwrap(),
        mode,
        frames_per_second: 100,
        buffers: 3,
    };
    let frames = (0..=u8::MAX).map(|value| vec![value]).collect();
    let device = SimulatedDevice::with_frames(settings, frames).unwrap();
    (device, settings)
}

const PATIENCE: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(20);

#[test]
fn frames_that_waited_are_dropped() {
    let (device, settings) = camera(Mode::Triggered);
    let mut camera = device.open().unwrap();
    device.trigger();
    device.trigger();
    let since = Timestamp::now();
    device.trigger();
    let number = |frame: &Frame<'_>| frame.sequence;
    let seen = fresh(&mut camera, &settings, since, PATIENCE, number);
    assert_eq!(seen, Ok(2));
}

#[test]
fn an_exposure_that_began_before_is_not_fresh() {
    let (device, settings) = camera(Mode::FreeRunning);
    let mut camera = device.open().unwrap();
    // The first exposure began when the camera was opened.
    let since = Timestamp::now();
    let start = |frame: &Frame<'_>| frame.exposed_after;
    let exposed = fresh(&mut camera, &settings, since, PATIENCE, start).unwrap();
    assert!(exposed >= since, "{exposed:?}");
}

#[test]
fn a_silent_camera_is_an_error_that_says_what_to_do() {
    for (mode, advice) in [
        (Mode::FreeRunning, "check its cable"),
        (Mode::Triggered, "give it a trigger"),
    ] {
        let (device, settings) = camera(mode);
        let mut camera = device.open().unwrap();
        device.stall();
        let since = Timestamp::now();
        let error = fresh(&mut camera, &settings, since, SHORT, |_| ()).unwrap_err();
        assert!(error.problem.contains("no frame came in 20 ms"), "{error}");
        assert!(error.problem.contains(advice), "{error}");
    }
}

#[test]
fn old_frames_without_end_are_an_error_too() {
    let (device, settings) = camera(Mode::FreeRunning);
    let mut camera = device.open().unwrap();
    let never = Timestamp::now() + PATIENCE;
    let result = fresh(&mut camera, &settings, never, SHORT, |_| ());
    assert!(result.is_err());
}

#[test]
fn an_unplugged_camera_is_its_own_error() {
    let (device, settings) = camera(Mode::FreeRunning);
    let mut camera = device.open().unwrap();
    device.unplug();
    let now = Timestamp::now();
    let error = fresh(&mut camera, &settings, now, PATIENCE, |_| ()).unwrap_err();
    assert!(error.problem.contains("unplugged"), "{error}");
}
