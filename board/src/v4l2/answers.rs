//! A driver whose answers are any bytes, for the fuzz targets. It takes the place of the kernel's
//! ioctl(2) and epoll_ctl(2) in the whole program.

use super::abi::Buffer;
use core::cell::RefCell;
use core::ffi::{c_int, c_ulong, c_void};
use nix::errno::Errno;
use nix::libc;
use std::collections::VecDeque;

/// Bytes of the file that has the place of the driver's memory. A buffer never exceeds them, as the
/// kernel maps no memory that a driver does not have.
pub const MEMORY_BYTES: u32 = 64 * 1024;

/// Fields of a call's number: `linux/ioctl.h`.
const TYPE: c_ulong = 0xff << 8;
const OF_VIDEO: c_ulong = (b'V' as c_ulong) << 8;
const QUERYBUF: c_ulong = 9;

thread_local! {
    static ANSWERS: RefCell<VecDeque<u8>> = const { RefCell::new(VecDeque::new()) };
}

/// The driver answers with these bytes from now on. Each call takes one byte, and unless that is an
/// error number (up to 133), one more for each byte of its structure, which is changed by it. When
/// no bytes are left, the device is unplugged.
pub fn set(bytes: &[u8]) {
    ANSWERS.with_borrow_mut(|answers| {
        answers.clear();
        answers.extend(bytes);
    });
}

fn fail(errno: Errno) -> c_int {
    errno.set();
    -1
}

/// ioctl(2). Calls of other devices reach the kernel.
///
/// # Safety
/// As for ioctl(2): `argument` is what the call expects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ioctl(file: c_int, call: c_ulong, argument: *mut c_void) -> c_int {
    if call & TYPE != OF_VIDEO {
        // SAFETY: the same arguments, under this function's contract.
        let result = unsafe { libc::syscall(libc::SYS_ioctl, file, call, argument) };
        return c_int::try_from(result).unwrap_or(-1);
    }
    let bytes = usize::try_from((call >> 16) & 0x3fff).unwrap_or(0);
    // SAFETY: by this function's contract `argument` points to a structure of the size that the
    // number of the call has, which this thread alone uses during the call.
    let structure = unsafe { core::slice::from_raw_parts_mut(argument.cast::<u8>(), bytes) };
    let errno = ANSWERS.with_borrow_mut(|answers| match answers.pop_front() {
        None => Errno::ENODEV,
        Some(number @ 1..=133) => Errno::from_raw(number.into()),
        Some(_) => {
            for place in structure {
                *place ^= answers.pop_front().unwrap_or(0);
            }
            Errno::from_raw(0)
        }
    });
    if errno != Errno::from_raw(0) {
        return fail(errno);
    }
    if call & 0xff == QUERYBUF && bytes == size_of::<Buffer>() {
        // SAFETY: the structure of this call is a `Buffer`, which is integers only.
        let buffer = unsafe { &mut *argument.cast::<Buffer>() };
        buffer.length %= MEMORY_BYTES + 1;
        buffer.offset = 0;
    }
    0
}

/// epoll_ctl(2), which refuses a plain file.
///
/// # Safety
/// As for epoll_ctl(2).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn epoll_ctl(_: c_int, _: c_int, _: c_int, _: *mut c_void) -> c_int {
    0
}
