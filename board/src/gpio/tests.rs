use super::*;
use crate::line::PATIENCE;
use gpiocdev::UapiCall;

#[test]
fn an_absent_chip_or_another_device_is_named_with_advice() {
    let text = |path: &str| {
        GpioLine::find(Path::new(path), Which::Offset(0), None)
            .unwrap_err()
            .to_string()
    };
    let absent = text("/dev/gpiochip-of-another-board");
    assert!(
        absent.starts_with("/dev/gpiochip-of-another-board is not there"),
        "{absent}"
    );
    assert!(absent.contains("ls /dev/gpiochip*"), "{absent}");
    let other = text("/dev/null");
    assert!(other.starts_with("/dev/null cannot be used: "), "{other}");
}

#[test]
fn a_kernel_error_is_reported_in_words() {
    let line = GpioLine {
        chip: "/dev/gpiochip3".into(),
        offset: 7,
        abi: Abi::V2,
    };
    let gone = gpiocdev_uapi::Error::Os(gpiocdev_uapi::Errno(Errno::ENODEV as i32));
    let error = line.refused("driving", &Error::Uapi(UapiCall::SetLineValues, gone));
    assert_eq!(
        error.to_string(),
        "driving /dev/gpiochip3 line 7: No such device"
    );
    assert!(!error.is_taken());
    let other = line.refused("driving", &Error::NoGpioChips());
    assert!(other.to_string().contains("No GPIO chips"), "{other}");
}

#[test]
fn a_held_line_is_requested_again_until_the_patience_ends() {
    let line = GpioLine {
        chip: "/dev/gpiochip-of-another-board".into(),
        offset: 7,
        abi: Abi::V2,
    };
    let busy = || {
        let errno = gpiocdev_uapi::Errno(Errno::EBUSY as i32);
        Error::Uapi(UapiCall::GetLine, gpiocdev_uapi::Error::Os(errno))
    };
    let mut tries = 0;
    let held = line.request(PATIENCE, || {
        tries += 1;
        if tries < 5 { Err(busy()) } else { Ok(tries) }
    });
    assert_eq!(held, Ok(5));
    let mut tries = 0;
    let patience = Duration::from_millis(3);
    let error = line.request(patience, || -> Result<(), _> {
        tries += 1;
        Err(busy())
    });
    let error = error.unwrap_err();
    assert_eq!(tries, 4, "at once, and after each millisecond");
    assert!(error.is_taken());
    assert!(error.to_string().contains("held by \"unknown\""), "{error}");
    // Every other error ends the attempts.
    let mut tries = 0;
    let error = line.request(PATIENCE, || -> Result<(), _> {
        tries += 1;
        Err(Error::NoGpioChips())
    });
    assert_eq!(tries, 1);
    assert!(!error.unwrap_err().is_taken());
}
