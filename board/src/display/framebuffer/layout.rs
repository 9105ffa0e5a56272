//! The layout of a framebuffer's pixels, as the kernel describes it.

use crate::display::Fault;
use core::mem::MaybeUninit;
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use nix::errno::Errno;
use nix::libc::c_ulong;
use std::fs::File;
use std::os::fd::AsRawFd;

/// The bits of one colour in a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channel {
    /// The lowest bit.
    pub offset: u32,
    /// The number of bits. Only the upper 8 are used.
    pub length: u32,
}

impl Channel {
    /// The upper bits of `value`, shifted into place. A channel of more than 8 bits is filled with
    /// zeros.
    const fn bits(self, value: u8) -> u32 {
        let value = if self.length <= 8 {
            (value as u32) >> (8 - self.length)
        } else {
            (value as u32) << (self.length - 8)
        };
        value << self.offset
    }

    /// Whether all its bits are inside a pixel of `bits_per_pixel` bits.
    const fn fits(self, bits_per_pixel: u32) -> bool {
        // The first two conditions prevent an overflow of the sum.
        self.length <= 16 && self.offset < 32 && self.offset + self.length <= bits_per_pixel
    }
}

/// The layout of the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// Visible columns.
    pub width: usize,
    /// Visible rows.
    pub height: usize,
    /// 2 or 4.
    pub bytes_per_pixel: usize,
    /// Row pitch, in bytes.
    pub bytes_per_line: u64,
    /// Bytes before the first visible pixel.
    pub first_byte: u64,
    /// Red.
    pub red: Channel,
    /// Green.
    pub green: Channel,
    /// Blue.
    pub blue: Channel,
    /// Opacity, always set to its maximum.
    pub alpha: Channel,
}

impl Format {
    /// Writes the bytes of a pixel.
    pub(super) fn encode(&self, colour: Rgb888, place: &mut [u8]) {
        let pixel = self.red.bits(colour.r())
            | self.green.bits(colour.g())
            | self.blue.bits(colour.b())
            | self.alpha.bits(u8::MAX);
        // A pixel is a native integer, and all supported processors are little-endian.
        let bytes = pixel.to_le_bytes();
        for (place, byte) in place.iter_mut().zip(bytes) {
            *place = byte;
        }
    }

    /// Offset of the pixel at `x`, `y`, in bytes.
    pub(super) fn place(&self, x: usize, y: usize) -> u64 {
        let whole = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
        self.first_byte + whole(y) * self.bytes_per_line + whole(x * self.bytes_per_pixel)
    }

    /// Combines the kernel's two answers.
    fn new(screen: &Screen, memory: &Memory) -> Result<Self, Fault> {
        const PACKED_PIXELS: u32 = 0;
        const TRUE_COLOUR: u32 = 2;
        const DIRECT_COLOUR: u32 = 4;
        let channel = |field: &Field| Channel {
            offset: field.offset,
            length: field.length,
        };
        let bits = screen.bits_per_pixel;
        let [red, green, blue, alpha] =
            [&screen.red, &screen.green, &screen.blue, &screen.transp].map(channel);
        let served = memory.kind == PACKED_PIXELS
            && matches!(memory.visual, TRUE_COLOUR | DIRECT_COLOUR)
            && matches!(bits, 16 | 32)
            && [red, green, blue]
                .iter()
                .all(|channel| channel.length > 0 && channel.fits(bits))
            && alpha.fits(bits);
        if !served {
            return Err(Fault::Layout {
                bits_per_pixel: bits,
                kind: memory.kind,
                visual: memory.visual,
            });
        }
        let bytes_per_pixel = bits / 8;
        let bytes_per_line = u64::from(memory.line_length);
        let small = Fault::Small {
            width: screen.width,
            height: screen.height,
        };
        // With a row pitch below the bytes of a row, rows would overlap.
        if u64::from(screen.width) * u64::from(bytes_per_pixel) > bytes_per_line
            || screen.width == 0
            || screen.height == 0
        {
            return Err(small);
        }
        let whole = |value: u32| usize::try_from(value).unwrap_or_default();
        Ok(Self {
            width: whole(screen.width),
            height: whole(screen.height),
            bytes_per_pixel: whole(bytes_per_pixel),
            bytes_per_line,
            first_byte: u64::from(screen.top) * bytes_per_line
                + u64::from(screen.left) * u64::from(bytes_per_pixel),
            red,
            green,
            blue,
            alpha,
        })
    }
}

/// `struct fb_bitfield`.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
struct Field {
    offset: u32,
    length: u32,
    msb_right: u32,
}

/// `struct fb_var_screeninfo`.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
struct Screen {
    width: u32,
    height: u32,
    virtual_width: u32,
    virtual_height: u32,
    /// First visible column and row.
    left: u32,
    top: u32,
    bits_per_pixel: u32,
    greyscale: u32,
    red: Field,
    green: Field,
    blue: Field,
    transp: Field,
    /// `nonstd` to `reserved`, such as timings.
    rest: [u32; 20],
}

/// `struct fb_fix_screeninfo`.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
struct Memory {
    id: [u8; 16],
    start: c_ulong,
    length: u32,
    kind: u32,
    kind_aux: u32,
    visual: u32,
    pan_steps: [u16; 3],
    line_length: u32,
    io_start: c_ulong,
    io_length: u32,
    accelerator: u32,
    capabilities: u16,
    reserved: [u16; 2],
}

const _: () = assert!(size_of::<Screen>() == 160);
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Memory>() == 80);

nix::ioctl_read_bad!(get_screen, 0x4600, Screen);
nix::ioctl_read_bad!(get_memory, 0x4602, Memory);

/// Reads the layout of `file`.
pub(super) fn format(file: &File) -> Result<Format, Fault> {
    let fault = |request| move |errno: Errno| Fault::Ioctl { request, errno };
    let descriptor = file.as_raw_fd();
    let mut screen = MaybeUninit::<Screen>::zeroed();
    let mut memory = MaybeUninit::<Memory>::zeroed();
    // SAFETY: `file` keeps the descriptor open. The request writes at most one `fb_var_screeninfo`,
    // whose size and fields `Screen` has. `screen` is zeroed, and every bit pattern is a valid
    // `Screen`.
    let screen = unsafe {
        get_screen(descriptor, screen.as_mut_ptr()).map_err(fault("FBIOGET_VSCREENINFO"))?;
        screen.assume_init()
    };
    // SAFETY: `file` keeps the descriptor open. The request writes at most one `fb_fix_screeninfo`,
    // whose size and fields `Memory` has. `memory` is zeroed, and every bit pattern is a valid
    // `Memory`.
    let memory = unsafe {
        get_memory(descriptor, memory.as_mut_ptr()).map_err(fault("FBIOGET_FSCREENINFO"))?;
        memory.assume_init()
    };
    Format::new(&screen, &memory)
}

#[cfg(test)]
mod tests;
