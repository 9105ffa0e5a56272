//! Promises that are proven by calls of the library: one promise, one module.
#![forbid(unsafe_code)]

mod camera_frames;
mod camera_mjpeg;
#[cfg(feature = "cpu")]
mod device_memory;
mod inspected_power_cut;
mod journal_chain;
mod journal_files;
mod journal_moved;
mod journal_power_cut;
mod journal_records;
mod late_verdict;
mod nothing_else_passes;
mod operator_screen;
mod resize_rules;
mod same_bytes;
mod same_bytes_pictures;
mod same_bytes_raw;
mod verdict_blobs;
mod verdict_dice;
mod verdict_npy;
mod watch_after;
mod watch_arrivals;
mod watch_identity;
mod watch_many;
mod watch_place;
mod watch_restart;

use board::heap::CountingHeap;

#[global_allocator]
static HEAP: CountingHeap = CountingHeap;
