//! The device file and its calls. Each error names the call that failed.

use super::abi::{self, Direction};
use crate::camera::{CameraError, FrameLayout};
use core::time::Duration;
use nix::errno::Errno;
use nix::libc;
use std::fs::{File, OpenOptions};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// An open video device. Its calls never wait for a frame.
#[derive(Debug)]
pub struct VideoDevice {
    file: File,
    name: String,
    pub(super) direction: Direction,
}

impl AsFd for VideoDevice {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl VideoDevice {
    /// Opens the device file `path` for frames in one direction.
    pub fn open(path: &Path, direction: Direction) -> Result<Self, CameraError> {
        let name = path.display().to_string();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(libc::O_NONBLOCK)
            .open(path);
        match file {
            Ok(file) => Ok(Self {
                file,
                name,
                direction,
            }),
            Err(error) => {
                let errno = Errno::from_raw(error.raw_os_error().unwrap_or_default());
                let problem = match errno {
                    Errno::ENOENT => {
                        "there is no such device; check the cable, and the name".into()
                    }
                    Errno::EACCES => {
                        "permission denied; add the service's user to the group `video`".into()
                    }
                    errno => problem(errno),
                };
                Err(CameraError {
                    device: name,
                    doing: "open",
                    problem,
                })
            }
        }
    }

    /// An error of this device.
    pub fn error(&self, doing: &'static str, problem: impl Into<String>) -> CameraError {
        CameraError {
            device: self.name.clone(),
            doing,
            problem: problem.into(),
        }
    }

    /// The error of a failed call.
    pub fn failed(&self, call: &'static str, errno: Errno) -> CameraError {
        self.error(call, problem(errno))
    }

    /// Makes a call and names it in the error. Repeats it after a signal.
    pub fn call(
        &self,
        name: &'static str,
        call: impl FnMut(RawFd) -> nix::Result<libc::c_int>,
    ) -> Result<(), CameraError> {
        self.quiet(call).map_err(|errno| self.failed(name, errno))
    }

    /// Makes a call and returns its error number. Repeats it after a signal.
    pub fn quiet(
        &self,
        mut call: impl FnMut(RawFd) -> nix::Result<libc::c_int>,
    ) -> nix::Result<()> {
        loop {
            match call(self.file.as_raw_fd()) {
                Ok(_) => return Ok(()),
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno),
            }
        }
    }

    /// Reads driver, card and bus, and checks that the device can stream in this direction.
    pub fn capability(&self) -> Result<abi::Capability, CameraError> {
        let mut capability = abi::Capability::default();
        // SAFETY: the call writes one `Capability`, which lives on this stack, and keeps no pointer
        // to it.
        self.quiet(|fd| unsafe { abi::querycap(fd, &raw mut capability) })
            .map_err(|errno| match errno {
                Errno::ENOTTY | Errno::EINVAL => {
                    self.error("VIDIOC_QUERYCAP", "this is no video device; check the name")
                }
                errno => self.failed("VIDIOC_QUERYCAP", errno),
            })?;
        let caps = if capability.capabilities & abi::CAP_DEVICE_CAPS != 0 {
            capability.device_caps
        } else {
            capability.capabilities
        };
        let wanted = match self.direction {
            Direction::Capture => abi::CAP_VIDEO_CAPTURE,
            Direction::Output => abi::CAP_VIDEO_OUTPUT,
        };
        let problem = if caps & wanted == 0 && caps & abi::CAP_VIDEO_CAPTURE_MPLANE != 0 {
            "the driver only gives frames of several planes (multi-planar API), which are not supported"
        } else if caps & wanted == 0 {
            "the device has no frames in this direction; many cameras have several device files, try another one"
        } else if caps & abi::CAP_STREAMING == 0 {
            "the driver cannot share buffers (streaming I/O), which is not supported"
        } else {
            return Ok(capability);
        };
        Err(self.error("VIDIOC_QUERYCAP", problem))
    }

    /// Refuses an input without power or signal.
    pub fn check_signal(&self) -> Result<(), CameraError> {
        let mut number = 0;
        // SAFETY: the call writes one `int`, which lives on this stack, and keeps no pointer to it.
        let known = self.quiet(|fd| unsafe { abi::g_input(fd, &raw mut number) });
        let mut input = abi::VideoInput {
            index: u32::try_from(number).unwrap_or_default(),
            ..abi::VideoInput::default()
        };
        let known = known.and_then(|()| {
            // SAFETY: the call reads and writes one `VideoInput`, which lives on this stack, and
            // keeps no pointer to it.
            self.quiet(|fd| unsafe { abi::enuminput(fd, &raw mut input) })
        });
        if known.is_err() {
            // The device has no inputs to check.
            return Ok(());
        }
        for (bit, problem) in [
            (abi::IN_ST_NO_POWER, "has no power"),
            (abi::IN_ST_NO_SIGNAL, "has no signal"),
            (abi::IN_ST_NO_SYNC, "cannot follow the signal"),
            (abi::IN_ST_NO_H_LOCK, "cannot follow the signal"),
        ] {
            if input.status & bit != 0 {
                let problem = format!("its input {problem}; check camera and cable");
                return Err(self.error("VIDIOC_ENUMINPUT", problem));
            }
        }
        Ok(())
    }

    /// Sets the format to `layout`, or fails if the driver chooses a different one. Returns the row
    /// pitch in bytes.
    pub fn set_format(&self, layout: FrameLayout) -> Result<usize, CameraError> {
        const CALL: &str = "VIDIOC_S_FMT";
        let mut format = abi::Format {
            kind: self.direction as u32,
            padding: 0,
            pix: abi::PixFormat {
                width: layout.width(),
                height: layout.height(),
                pixelformat: layout.format().fourcc(),
                field: abi::FIELD_NONE,
                ..abi::PixFormat::default()
            },
            rest: [0; 152],
        };
        // SAFETY: the call reads and writes one `Format`, which lives on this stack, and keeps no
        // pointer to it.
        self.call(CALL, |fd| unsafe { abi::s_fmt(fd, &raw mut format) })?;
        let pix = format.pix;
        let found = (pix.width, pix.height, pix.pixelformat);
        let asked = (layout.width(), layout.height(), layout.format().fourcc());
        if found != asked {
            let problem = format!(
                "requested {layout}, the driver gives {}x{} {}; request a format that it has (`v4l2-ctl --list-formats-ext`)",
                pix.width,
                pix.height,
                text(&pix.pixelformat)
            );
            return Err(self.error(CALL, problem));
        }
        if let Some(problem) = not_progressive(pix.field) {
            return Err(self.error(CALL, problem));
        }
        let bytes = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        let stride_bytes = match pix.bytesperline {
            0 => layout.row_bytes(),
            stride => bytes(stride),
        };
        let buffer_bytes = bytes(pix.sizeimage);
        if layout
            .bytes(stride_bytes)
            .is_none_or(|needed| needed > buffer_bytes)
        {
            let problem = format!(
                "the driver's buffers have {buffer_bytes} bytes in rows of {stride_bytes}, too few for {layout}"
            );
            return Err(self.error(CALL, problem));
        }
        Ok(stride_bytes)
    }

    /// Sets the frame rate. Returns the driver's frame interval, or `None` if the driver does not
    /// report one.
    pub fn set_interval(&self, frames_per_second: u32) -> Result<Option<Duration>, CameraError> {
        let mut parm = abi::StreamParm {
            kind: self.direction as u32,
            capability: 0,
            mode: 0,
            interval_numerator: 1,
            interval_denominator: frames_per_second,
            rest: [0; 184],
        };
        // SAFETY: the call reads and writes one `StreamParm`, which lives on this stack, and keeps
        // no pointer to it.
        match self.quiet(|fd| unsafe { abi::s_parm(fd, &raw mut parm) }) {
            Ok(()) => {}
            Err(Errno::ENOTTY | Errno::EINVAL) => return Ok(None),
            Err(errno) => return Err(self.failed("VIDIOC_S_PARM", errno)),
        }
        let known = parm.capability & abi::CAP_TIMEPERFRAME != 0;
        let interval = || interval(parm.interval_numerator, parm.interval_denominator);
        Ok(known.then(interval).flatten())
    }
}

/// The driver's frame interval as a duration, or `None` if it is not a valid interval.
fn interval(numerator: u32, denominator: u32) -> Option<Duration> {
    let interval = Duration::from_secs(numerator.into()).checked_div(denominator)?;
    (!interval.is_zero()).then_some(interval)
}

/// Why frames of this field order (`enum v4l2_field`) are refused, or `None` for whole frames.
fn not_progressive(field: u32) -> Option<String> {
    let order = match field {
        abi::FIELD_NONE => return None,
        abi::FIELD_ANY => {
            return Some(
                "the driver does not report whether its frames are whole or interlaced (it answers V4L2_FIELD_ANY, which it must \
                 not); update the driver or use another camera"
                    .to_owned(),
            );
        }
        2 => "V4L2_FIELD_TOP: the upper field alone",
        3 => "V4L2_FIELD_BOTTOM: the lower field alone",
        4 => "V4L2_FIELD_INTERLACED",
        5 => "V4L2_FIELD_SEQ_TB: the upper field, then the lower one",
        6 => "V4L2_FIELD_SEQ_BT: the lower field, then the upper one",
        7 => "V4L2_FIELD_ALTERNATE: one field after the other",
        8 => "V4L2_FIELD_INTERLACED_TB",
        9 => "V4L2_FIELD_INTERLACED_BT",
        other => {
            return Some(format!(
                "the driver gives frames of an unknown field order ({other}), which are not supported"
            ));
        }
    };
    Some(format!(
        "the driver gives interlaced frames ({order}), which are not supported; choose a progressive mode of the camera"
    ))
}

/// What an error number means for a camera, and what to do.
fn problem(errno: Errno) -> String {
    let way_out = match errno {
        Errno::ENODEV | Errno::ENXIO => "; the camera is gone, plug it in again",
        Errno::EBUSY => "; another program uses the camera, end it",
        Errno::EIO => "; the camera or its signal failed, check camera and cable",
        Errno::EPIPE => "; the stream has ended",
        Errno::ENOSPC => {
            "; the bus has too little bandwidth for this rate, lower it or give the camera its own bus"
        }
        Errno::ENOMEM => "; too little memory for the driver's buffers, ask for fewer",
        Errno::EMFILE | Errno::ENFILE => {
            "; raise the limit of open files (LimitNOFILE of the service)"
        }
        _ => "",
    };
    format!("{}{way_out}", errno.desc())
}

/// A zero-terminated name of the kernel.
pub fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0);
    String::from_utf8_lossy(bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default())
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::{interval, not_progressive};
    use core::time::Duration;

    #[test]
    fn a_zero_interval_is_no_frame_rate() {
        assert_eq!(interval(1, 40), Some(Duration::from_millis(25)));
        for (numerator, denominator) in [(0, 30), (0, 0), (1, 0), (1, u32::MAX)] {
            assert_eq!(
                interval(numerator, denominator),
                None,
                "{numerator}/{denominator}"
            );
        }
    }

    #[test]
    fn every_field_order_except_whole_frames_is_named() {
        assert_eq!(not_progressive(1), None);
        let said = |field| not_progressive(field).unwrap_or_default();
        assert!(
            said(0).contains("V4L2_FIELD_ANY") && !said(0).contains("gives interlaced"),
            "{}",
            said(0)
        );
        for field in 2..=9 {
            assert!(
                said(field).contains("interlaced frames (V4L2_FIELD_"),
                "{}",
                said(field)
            );
        }
        assert!(said(77).contains("unknown field order (77)"));
    }
}
