//! The structures and numbers of `linux/videodev2.h` that are used here.
//!
//! The layout is that of 64-bit Linux, which is the same on x86-64 and aarch64. The tests compare
//! sizes, offsets and call numbers with those of the kernel's header.

use core::ffi::c_int;

const _: () = assert!(
    size_of::<usize>() == 8,
    "the layouts below are those of 64-bit Linux"
);

pub const CAP_VIDEO_CAPTURE: u32 = 0x1;
pub const CAP_VIDEO_OUTPUT: u32 = 0x2;
pub const CAP_VIDEO_CAPTURE_MPLANE: u32 = 0x1000;
pub const CAP_STREAMING: u32 = 0x400_0000;
pub const CAP_DEVICE_CAPS: u32 = 0x8000_0000;
pub const CAP_TIMEPERFRAME: u32 = 0x1000;
pub const FIELD_ANY: u32 = 0;
pub const FIELD_NONE: u32 = 1;
pub const MEMORY_MMAP: u32 = 1;
pub const BUF_FLAG_ERROR: u32 = 0x40;
pub const BUF_FLAG_TIMESTAMP_MASK: u32 = 0xe000;
pub const BUF_FLAG_TIMESTAMP_MONOTONIC: u32 = 0x2000;
pub const BUF_FLAG_TSTAMP_SRC_MASK: u32 = 0x7_0000;
pub const BUF_FLAG_TSTAMP_SRC_SOE: u32 = 0x1_0000;
pub const EVENT_EOS: u32 = 2;
pub const EVENT_SOURCE_CHANGE: u32 = 5;
pub const IN_ST_NO_POWER: u32 = 0x1;
pub const IN_ST_NO_SIGNAL: u32 = 0x2;
pub const IN_ST_NO_H_LOCK: u32 = 0x100;
pub const IN_ST_NO_SYNC: u32 = 0x1_0000;
pub const CTRL_FLAG_DISABLED: u32 = 0x1;
pub const CTRL_FLAG_NEXT_CTRL: u32 = 0x8000_0000;

/// Direction of the frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Direction {
    /// From the device.
    Capture = 1,
    /// To the device.
    Output = 2,
}

/// `struct v4l2_capability`.
#[derive(Debug, Default, Clone, Copy)]
#[repr(C)]
pub struct Capability {
    pub driver: [u8; 16],
    pub card: [u8; 32],
    pub bus_info: [u8; 32],
    pub version: u32,
    pub capabilities: u32,
    pub device_caps: u32,
    pub reserved: [u32; 3],
}

/// `struct v4l2_pix_format`.
#[derive(Debug, Default, Clone, Copy)]
#[repr(C)]
pub struct PixFormat {
    pub width: u32,
    pub height: u32,
    pub pixelformat: [u8; 4],
    pub field: u32,
    pub bytesperline: u32,
    pub sizeimage: u32,
    pub colorspace: u32,
    pub private: u32,
    pub flags: u32,
    pub ycbcr_enc: u32,
    pub quantization: u32,
    pub xfer_func: u32,
}

/// `struct v4l2_format`, with the union member for one plane.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(8))]
pub struct Format {
    pub kind: u32,
    pub padding: u32,
    pub pix: PixFormat,
    pub rest: [u8; 152],
}

/// `struct v4l2_streamparm`, with the fields common to capture and output.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct StreamParm {
    pub kind: u32,
    pub capability: u32,
    pub mode: u32,
    pub interval_numerator: u32,
    pub interval_denominator: u32,
    pub rest: [u8; 184],
}

/// `struct v4l2_requestbuffers`.
#[derive(Debug, Default, Clone, Copy)]
#[repr(C)]
pub struct RequestBuffers {
    pub count: u32,
    pub kind: u32,
    pub memory: u32,
    pub capabilities: u32,
    pub flags: u8,
    pub reserved: [u8; 3],
}

/// `struct v4l2_buffer`, with the union member for mapped memory.
#[derive(Debug, Default, Clone, Copy)]
#[repr(C)]
pub struct Buffer {
    pub index: u32,
    pub kind: u32,
    pub bytesused: u32,
    pub flags: u32,
    pub field: u32,
    pub timestamp_s: i64,
    pub timestamp_us: i64,
    pub timecode: [u32; 4],
    pub sequence: u32,
    pub memory: u32,
    pub offset: u32,
    pub offset_padding: u32,
    pub length: u32,
    pub reserved: u32,
    pub request_fd: i32,
}

/// `struct v4l2_event_subscription`.
#[derive(Debug, Default, Clone, Copy)]
#[repr(C)]
pub struct EventSubscription {
    pub kind: u32,
    pub id: u32,
    pub flags: u32,
    pub reserved: [u32; 5],
}

/// `struct v4l2_event`.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(8))]
pub struct Event {
    pub kind: u32,
    pub padding: u32,
    pub content: [u8; 64],
    pub pending: u32,
    pub sequence: u32,
    pub timestamp: [i64; 2],
    pub id: u32,
    pub reserved: [u32; 8],
}

/// `struct v4l2_input`.
#[derive(Debug, Default, Clone, Copy)]
#[repr(C)]
pub struct VideoInput {
    pub index: u32,
    pub name: [u8; 32],
    pub kind: u32,
    pub audioset: u32,
    pub tuner: u32,
    pub std: u64,
    pub status: u32,
    pub capabilities: u32,
    pub reserved: [u32; 3],
}

/// `struct v4l2_queryctrl`.
#[derive(Debug, Default, Clone, Copy)]
#[repr(C)]
pub struct QueryControl {
    pub id: u32,
    pub kind: u32,
    pub name: [u8; 32],
    pub minimum: i32,
    pub maximum: i32,
    pub step: i32,
    pub default_value: i32,
    pub flags: u32,
    pub reserved: [u32; 2],
}

/// `struct v4l2_control`.
#[derive(Debug, Default, Clone, Copy)]
#[repr(C)]
pub struct ControlValue {
    pub id: u32,
    pub value: i32,
}

nix::ioctl_read!(querycap, b'V', 0, Capability);
nix::ioctl_readwrite!(s_fmt, b'V', 5, Format);
nix::ioctl_readwrite!(reqbufs, b'V', 8, RequestBuffers);
nix::ioctl_readwrite!(querybuf, b'V', 9, Buffer);
nix::ioctl_readwrite!(qbuf, b'V', 15, Buffer);
nix::ioctl_readwrite!(dqbuf, b'V', 17, Buffer);
nix::ioctl_write_ptr!(streamon, b'V', 18, c_int);
nix::ioctl_write_ptr!(streamoff, b'V', 19, c_int);
nix::ioctl_readwrite!(s_parm, b'V', 22, StreamParm);
nix::ioctl_readwrite!(g_ctrl, b'V', 27, ControlValue);
nix::ioctl_readwrite!(s_ctrl, b'V', 28, ControlValue);
nix::ioctl_readwrite!(enuminput, b'V', 26, VideoInput);
nix::ioctl_readwrite!(queryctrl, b'V', 36, QueryControl);
nix::ioctl_read!(g_input, b'V', 38, c_int);
nix::ioctl_read!(dqevent, b'V', 89, Event);
nix::ioctl_write_ptr!(subscribe_event, b'V', 90, EventSubscription);

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::offset_of;
    use nix::{request_code_read, request_code_readwrite, request_code_write};

    /// Sizes and offsets printed by a C program that includes the header of Linux 6.1 (x86-64).
    #[test]
    fn structures_have_the_layout_of_the_kernels_header() {
        assert_eq!(size_of::<Capability>(), 104);
        assert_eq!(offset_of!(Capability, card), 16);
        assert_eq!(offset_of!(Capability, bus_info), 48);
        assert_eq!(offset_of!(Capability, capabilities), 84);
        assert_eq!(offset_of!(Capability, device_caps), 88);
        assert_eq!(size_of::<Format>(), 208);
        assert_eq!(offset_of!(Format, pix), 8);
        assert_eq!(size_of::<PixFormat>(), 48);
        assert_eq!(offset_of!(PixFormat, field), 12);
        assert_eq!(offset_of!(PixFormat, bytesperline), 16);
        assert_eq!(offset_of!(PixFormat, sizeimage), 20);
        assert_eq!(offset_of!(PixFormat, private), 28);
        assert_eq!(offset_of!(PixFormat, xfer_func), 44);
        assert_eq!(size_of::<StreamParm>(), 204);
        assert_eq!(offset_of!(StreamParm, capability), 4);
        assert_eq!(offset_of!(StreamParm, interval_numerator), 12);
        assert_eq!(size_of::<RequestBuffers>(), 20);
        assert_eq!(offset_of!(RequestBuffers, memory), 8);
        assert_eq!(size_of::<Buffer>(), 88);
        assert_eq!(offset_of!(Buffer, bytesused), 8);
        assert_eq!(offset_of!(Buffer, flags), 12);
        assert_eq!(offset_of!(Buffer, field), 16);
        assert_eq!(offset_of!(Buffer, timestamp_s), 24);
        assert_eq!(offset_of!(Buffer, timecode), 40);
        assert_eq!(offset_of!(Buffer, sequence), 56);
        assert_eq!(offset_of!(Buffer, memory), 60);
        assert_eq!(offset_of!(Buffer, offset), 64);
        assert_eq!(offset_of!(Buffer, length), 72);
        assert_eq!(offset_of!(Buffer, request_fd), 80);
        assert_eq!(size_of::<EventSubscription>(), 32);
        assert_eq!(size_of::<Event>(), 136);
        assert_eq!(offset_of!(Event, content), 8);
        assert_eq!(offset_of!(Event, pending), 72);
        assert_eq!(offset_of!(Event, timestamp), 80);
        assert_eq!(offset_of!(Event, id), 96);
        assert_eq!(size_of::<VideoInput>(), 80);
        assert_eq!(offset_of!(VideoInput, name), 4);
        assert_eq!(offset_of!(VideoInput, kind), 36);
        assert_eq!(offset_of!(VideoInput, std), 48);
        assert_eq!(offset_of!(VideoInput, status), 56);
        assert_eq!(size_of::<QueryControl>(), 68);
        assert_eq!(offset_of!(QueryControl, name), 8);
        assert_eq!(offset_of!(QueryControl, minimum), 40);
        assert_eq!(offset_of!(QueryControl, flags), 56);
        assert_eq!(size_of::<ControlValue>(), 8);
    }

    /// Numbers printed by the same program. The macros above compute them from the same arguments.
    #[test]
    fn calls_have_the_numbers_of_the_kernels_header() {
        let codes = [
            (
                request_code_read!(b'V', 0, size_of::<Capability>()),
                0x8068_5600,
            ),
            (
                request_code_readwrite!(b'V', 5, size_of::<Format>()),
                0xc0d0_5605,
            ),
            (
                request_code_readwrite!(b'V', 8, size_of::<RequestBuffers>()),
                0xc014_5608,
            ),
            (
                request_code_readwrite!(b'V', 9, size_of::<Buffer>()),
                0xc058_5609,
            ),
            (
                request_code_readwrite!(b'V', 15, size_of::<Buffer>()),
                0xc058_560f,
            ),
            (
                request_code_readwrite!(b'V', 17, size_of::<Buffer>()),
                0xc058_5611,
            ),
            (
                request_code_write!(b'V', 18, size_of::<c_int>()),
                0x4004_5612,
            ),
            (
                request_code_write!(b'V', 19, size_of::<c_int>()),
                0x4004_5613,
            ),
            (
                request_code_readwrite!(b'V', 22, size_of::<StreamParm>()),
                0xc0cc_5616,
            ),
            (
                request_code_readwrite!(b'V', 27, size_of::<ControlValue>()),
                0xc008_561b,
            ),
            (
                request_code_readwrite!(b'V', 28, size_of::<ControlValue>()),
                0xc008_561c,
            ),
            (
                request_code_readwrite!(b'V', 26, size_of::<VideoInput>()),
                0xc050_561a,
            ),
            (
                request_code_readwrite!(b'V', 36, size_of::<QueryControl>()),
                0xc044_5624,
            ),
            (
                request_code_read!(b'V', 38, size_of::<c_int>()),
                0x8004_5626,
            ),
            (
                request_code_read!(b'V', 89, size_of::<Event>()),
                0x8088_5659,
            ),
            (
                request_code_write!(b'V', 90, size_of::<EventSubscription>()),
                0x4020_565a,
            ),
        ];
        for (found, expected) in codes {
            assert_eq!(found, expected, "{expected:#x}");
        }
    }
}
