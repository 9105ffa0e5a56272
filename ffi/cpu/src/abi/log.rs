//! `acl_base.h`: the program's log.
//!
//! A line goes to the standard error output if its level is at least `ASCEND_GLOBAL_LOG_LEVEL`: 0
//! debug, 1 info, 2 warning, 3 error (the default), 4 nothing. A device's library writes files
//! instead.

use std::ffi::{CStr, c_char, c_void};

use ascendcl::bindings::{ACL_DEBUG, ACL_ERROR, ACL_INFO, ACL_WARNING, aclLogLevel};

use crate::runtime::environment::variable;

/// The longest message in bytes; the rest is cut off.
const MESSAGE: usize = 1024;

unsafe extern "C" {
    /// C's `vsnprintf`. The last argument is a `va_list` as a function receives it, which on x86-64
    /// and aarch64 is a pointer.
    fn vsnprintf(
        buffer: *mut c_char,
        size: usize,
        format: *const c_char,
        arguments: *mut c_void,
    ) -> i32;
}

/// Writes a line with the message that `fmt` and the arguments after it give, as `printf` does.
///
/// # Safety
///
/// The texts must be null or end with a zero byte, and the arguments must match `fmt`.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclAppLog(
    logLevel: aclLogLevel,
    func: *const c_char,
    file: *const c_char,
    line: u32,
    fmt: *const c_char,
) {
    // Stable Rust cannot declare `...`. The System V ABI for x86-64 passes five named arguments in
    // rdi, rsi, edx, ecx and r8. The rest are in r9, in xmm0 to xmm7 (al is their number) and on
    // the stack. The code builds the `va_list` of that ABI: the offset of the next integer register
    // in the save area (5 * 8), the offset of the next vector register (6 * 8), the arguments on
    // the stack, the save area. Its address is the sixth argument.
    core::arch::naked_asm!(
        "sub rsp, 216",
        "mov [rsp + 32 + 40], r9",
        "test al, al",
        "je 2f",
        "movaps [rsp + 32 + 48], xmm0",
        "movaps [rsp + 32 + 64], xmm1",
        "movaps [rsp + 32 + 80], xmm2",
        "movaps [rsp + 32 + 96], xmm3",
        "movaps [rsp + 32 + 112], xmm4",
        "movaps [rsp + 32 + 128], xmm5",
        "movaps [rsp + 32 + 144], xmm6",
        "movaps [rsp + 32 + 160], xmm7",
        "2:",
        "mov dword ptr [rsp], 40",
        "mov dword ptr [rsp + 4], 48",
        "lea rax, [rsp + 224]",
        "mov [rsp + 8], rax",
        "lea rax, [rsp + 32]",
        "mov [rsp + 16], rax",
        "mov r9, rsp",
        "call {log}",
        "add rsp, 216",
        "ret",
        log = sym log,
    )
}

/// Writes a line with the message that `fmt` and the arguments after it give, as `printf` does.
///
/// # Safety
///
/// The texts must be null or end with a zero byte, and the arguments must match `fmt`.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclAppLog(
    logLevel: aclLogLevel,
    func: *const c_char,
    file: *const c_char,
    line: u32,
    fmt: *const c_char,
) {
    // Stable Rust cannot declare `...`. The procedure call standard for aarch64 passes five named
    // arguments in x0 to x4. The rest are in x5 to x7, in q0 to q7 and on the stack. The code
    // builds the `va_list` of that ABI: the arguments on the stack, the ends of the two save areas,
    // and the distance of the next registers before those ends (3 * 8 and 8 * 16 bytes). Its
    // address is the sixth argument.
    core::arch::naked_asm!(
        "stp x29, x30, [sp, #-208]!",
        "mov x29, sp",
        "stp x5, x6, [sp, #48]",
        "str x7, [sp, #64]",
        "stp q0, q1, [sp, #80]",
        "stp q2, q3, [sp, #112]",
        "stp q4, q5, [sp, #144]",
        "stp q6, q7, [sp, #176]",
        "add x9, sp, #208",
        "str x9, [sp, #16]",
        "add x9, sp, #72",
        "str x9, [sp, #24]",
        "add x9, sp, #208",
        "str x9, [sp, #32]",
        "mov w9, #-24",
        "str w9, [sp, #40]",
        "mov w9, #-128",
        "str w9, [sp, #44]",
        "add x5, sp, #16",
        "bl {log}",
        "ldp x29, x30, [sp], #208",
        "ret",
        log = sym log,
    )
}

/// # Safety
///
/// As for `aclAppLog`, with the arguments as a `va_list`.
unsafe extern "C" fn log(
    level: aclLogLevel,
    function: *const c_char,
    file: *const c_char,
    line: u32,
    format: *const c_char,
    arguments: *mut c_void,
) {
    let from = variable("ASCEND_GLOBAL_LOG_LEVEL").and_then(|level| level.parse().ok());
    if format.is_null() || level < from.unwrap_or(ACL_ERROR) {
        return;
    }
    let mut message = [0_u8; MESSAGE];
    // SAFETY: the buffer has that size; the caller guarantees that format and arguments match.
    let length = unsafe { vsnprintf(message.as_mut_ptr().cast(), MESSAGE, format, arguments) };
    if length < 0 {
        return;
    }
    let message = CStr::from_bytes_until_nul(&message).unwrap_or_default();
    let name = match level {
        ACL_DEBUG => "DEBUG",
        ACL_INFO => "INFO",
        ACL_WARNING => "WARNING",
        ACL_ERROR => "ERROR",
        _ => "LOG",
    };
    // SAFETY: the caller passes null or texts.
    let (function, file) = unsafe { (shown(function), shown(file)) };
    eprintln!(
        "[{name}] {file}:{line} {function}: {}",
        message.to_string_lossy()
    );
}

/// # Safety
///
/// The pointer must be null or a text that ends with a zero byte.
unsafe fn shown(text: *const c_char) -> String {
    if text.is_null() {
        return "?".to_owned();
    }
    // SAFETY: not null; the caller of this function guarantees the rest.
    unsafe { CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}
