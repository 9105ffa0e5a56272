use super::*;
use crate::camera::{FrameLayout, PixelFormat, Samples};
use crate::simulated_camera::{SimulatedCamera, SimulatedDevice};
use std::os::fd::{AsFd, BorrowedFd};

fn settings(mode: Mode) -> Settings {
    Settings {
        layout: FrameLayout::new(PixelFormat::Grey(Samples::Bits8), 2, 2).unwrap(),
        mode,
        frames_per_second: 100,
        buffers: 255,
    }
}

fn device(settings: Settings) -> SimulatedDevice {
    SimulatedDevice::with_frames(settings, vec![vec![0; 4]]).unwrap()
}

/// A camera whose frames are changed by a function.
struct Twisted<T>(SimulatedCamera, T);

impl<T> AsFd for Twisted<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl<T: Send + FnMut(&mut Frame<'_>)> Camera for Twisted<T> {
    fn next_frame(&mut self, look: &mut dyn FnMut(Frame<'_>)) -> Result<bool, CameraError> {
        let Self(camera, twist) = self;
        camera.next_frame(&mut |mut frame| {
            twist(&mut frame);
            look(frame);
        })
    }

    fn describe(&self) -> String {
        "twisted".to_owned()
    }
}

fn refused(twist: impl Send + FnMut(&mut Frame<'_>)) -> String {
    let settings = settings(Mode::FreeRunning);
    let mut camera = Twisted(device(settings).open().unwrap(), twist);
    let error = prove(&mut camera, &settings, None).unwrap_err();
    assert_eq!(error.device, "twisted");
    error.problem
}

#[test]
fn a_camera_that_keeps_its_rate_is_accepted() {
    let settings = settings(Mode::FreeRunning);
    let proof = prove(&mut device(settings).open().unwrap(), &settings, None).unwrap();
    assert_eq!(
        proof.to_string(),
        "100.0 frames/s seen, 60 received, 0 lost, 0 damaged"
    );
}

#[test]
fn the_first_frames_are_not_judged_and_a_few_lost_or_damaged_ones_are_reported() {
    let settings = settings(Mode::FreeRunning);
    let mut number = 0;
    let mut camera = Twisted(device(settings).open().unwrap(), |frame: &mut Frame<'_>| {
        number += 1;
        // The fifth frame is the last of the warm-up.
        let (lost, damaged) = match number {
            ..6 => (0, true),
            6..10 => (1, false),
            10..13 => (1, true),
            _ => (1, false),
        };
        frame.sequence = frame.sequence.saturating_sub(2) + lost;
        frame.damaged = damaged;
        if damaged {
            frame.bytes = &[];
        }
    });
    let proof = prove(&mut camera, &settings, None).unwrap();
    let Proof::Paced {
        frames,
        lost,
        damaged,
        ..
    } = proof
    else {
        panic!("{proof}")
    };
    assert_eq!((frames, lost, damaged), (60, 1, 3));
}

#[test]
fn another_rate_is_refused() {
    let real = settings(Mode::FreeRunning);
    for frames_per_second in [88, 115] {
        let asked = Settings {
            frames_per_second,
            ..real
        };
        let error = prove(&mut device(real).open().unwrap(), &asked, None).unwrap_err();
        assert!(
            error.problem.contains("100.0 frames/s instead of"),
            "{error}"
        );
    }
}

#[test]
fn frames_without_their_bytes_are_refused() {
    let short = refused(|frame| frame.bytes = &frame.bytes[1..]);
    assert!(short.contains("3 bytes in rows of 2"), "{short}");
    let narrow = refused(|frame| frame.stride_bytes = 1);
    assert!(narrow.contains("rows of 1"), "{narrow}");
}

#[test]
fn stamps_of_another_clock_or_order_are_refused() {
    let stamped = |time: fn(Timestamp) -> Timestamp| {
        refused(move |frame| {
            frame.exposed_after = time(frame.exposed_after);
            frame.exposed_before = time(frame.exposed_before);
        })
    };
    let hour = Duration::from_secs(3600);
    let early = stamped(|_| Timestamp::from_ns(1));
    assert!(early.contains("monotonic"), "{early}");
    let late = stamped(|time| time + Duration::from_millis(50));
    assert!(late.contains("monotonic"), "{late}");
    let crossed = refused(move |frame| frame.exposed_after = frame.exposed_before + hour);
    assert!(crossed.contains("monotonic"), "{crossed}");
    let mut first = None;
    let standing = refused(move |frame| {
        frame.exposed_before = *first.get_or_insert(frame.exposed_before);
        frame.exposed_after = Timestamp::default();
    });
    assert!(standing.contains("came after"), "{standing}");
}

#[test]
fn sequence_numbers_that_do_not_increase_are_refused() {
    let same = refused(|frame| frame.sequence = 7);
    assert!(
        same.contains("frame 7, ") && same.contains("came after frame 7"),
        "{same}"
    );
    let falling = refused(|frame| frame.sequence = 1_000 - frame.sequence);
    assert!(falling.contains("came after"), "{falling}");
}

#[test]
fn more_than_a_quarter_lost_or_damaged_is_refused() {
    let damaged = refused(|frame| frame.damaged = frame.sequence.is_multiple_of(3));
    assert!(damaged.contains("of 60 frames were damaged"), "{damaged}");
    // The camera makes half as many frames, but numbers them at the requested rate.
    let settings = settings(Mode::FreeRunning);
    let real = Settings {
        frames_per_second: 50,
        ..settings
    };
    let mut camera = Twisted(device(real).open().unwrap(), |frame: &mut Frame<'_>| {
        frame.sequence *= 2;
    });
    let error = prove(&mut camera, &settings, None).unwrap_err();
    assert!(error.problem.contains("frames were lost"), "{error}");
}

#[test]
fn silence_a_stall_and_an_unplugged_camera_are_distinguished() {
    let settings = settings(Mode::FreeRunning);
    let silent = device(settings);
    silent.stall();
    let error = prove(&mut silent.open().unwrap(), &settings, None).unwrap_err();
    assert!(
        error.problem.contains("no frame arrived in 5000 ms"),
        "{error}"
    );
    let stopping = device(settings);
    let mut number = 0;
    let remote = stopping.clone();
    let mut camera = Twisted(stopping.open().unwrap(), |_: &mut Frame<'_>| {
        number += 1;
        if number == 20 {
            remote.stall();
        }
    });
    let error = prove(&mut camera, &settings, None).unwrap_err();
    assert!(error.problem.contains("it stopped"), "{error}");
    let gone = device(settings);
    let mut camera = gone.open().unwrap();
    gone.unplug();
    let error = prove(&mut camera, &settings, None).unwrap_err();
    assert!(error.problem.contains("unplugged"), "{error}");
}

#[test]
fn a_triggered_camera_must_be_quiet_and_may_be_triggered_meanwhile() {
    let triggered = settings(Mode::Triggered);
    let device = device(triggered);
    let mut camera = device.open().unwrap();
    device.trigger();
    device.trigger();
    let proof = prove(&mut camera, &triggered, None).unwrap();
    assert_eq!(proof.to_string(), "no frame without a trigger in 500 ms");
    let mut running = self::device(settings(Mode::FreeRunning)).open().unwrap();
    let error = prove(&mut running, &triggered, None).unwrap_err();
    assert!(
        error.problem.contains("does not wait for the trigger"),
        "{error}"
    );
}

#[test]
fn a_stop_ends_the_watch_at_once() {
    for mode in [Mode::FreeRunning, Mode::Triggered] {
        let settings = settings(mode);
        let device = device(settings);
        device.stall();
        let wake = crate::wake::Wake::new().unwrap();
        let start = Timestamp::now();
        let error = std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(50));
                wake.ring().unwrap();
            });
            let mut camera = device.open().unwrap();
            prove(&mut camera, &settings, Some(wake.as_fd())).unwrap_err()
        });
        assert_eq!(error.problem, "the program stops");
        // Without the stop, the watch would take at least half a second.
        let took = Timestamp::now().since(start);
        assert!(took < Duration::from_millis(400), "{mode:?}: {took:?}");
    }
}

#[test]
fn a_stop_ends_the_watch_while_frames_wait() {
    let triggered = settings(Mode::Triggered);
    let device = device(triggered);
    let mut taken = 0;
    let mut camera = Twisted(device.open().unwrap(), |_: &mut Frame<'_>| taken += 1);
    for _ in 0..3 {
        device.trigger();
    }
    let wake = crate::wake::Wake::new().unwrap();
    wake.ring().unwrap();
    let error = prove(&mut camera, &triggered, Some(wake.as_fd())).unwrap_err();
    assert_eq!(error.problem, "the program stops");
    drop(camera);
    assert_eq!(taken, 0);
}
