//! Times and sizes as text.

use sluice::journal::WallTime;

/// `2026-11-30 02:40:12 UTC`.
pub fn clock(time: WallTime) -> String {
    let text = time.to_string();
    let (day, hour) = (text.get(..10), text.get(11..19));
    format!(
        "{} {} UTC",
        day.unwrap_or_default(),
        hour.unwrap_or_default()
    )
}

/// A number of bytes.
pub fn size(bytes: u64) -> String {
    let mib = bytes >> 20;
    if mib >= 10 << 10 {
        format!("{} GiB", mib >> 10)
    } else {
        format!("{mib} MiB")
    }
}

/// Whole seconds from one time to another; `None` if the other is more than a second before it.
pub fn seconds_between(earlier: WallTime, later: WallTime) -> Option<u64> {
    let later_us = later.unix_us().saturating_add(1_000_000);
    let span_us = later_us.checked_sub(earlier.unix_us())?;
    Some(span_us.saturating_sub(1_000_000) / 1_000_000)
}

/// A number of seconds in a unit that fits.
pub fn span_s(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}
