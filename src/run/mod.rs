//! The station at work: its threads, what they send to each other, and how they start and stop.
//!
//! ```text
//! each file is a part:
//!   intake --> decode --> inspection --> recorder
//!      |  arm                 |  resolve    ^
//!      +------> gate <--------+             |
//!                +---- what the lines did --+
//!
//! each edge is a part:
//!   trigger --> pairs --> decode --> inspection ...     its picture is a file
//!   trigger --> camera -----------> inspection ...      its picture is a frame
//!      |  arm
//!      +------> gate ...
//!
//! recorder --> journal (records, and moving or deleting pictures), screen, standard output
//! keeper:  the guard, and the timeline of simulated lines
//! ```
//!
//! # Threads
//!
//! A thread has the name of its file or folder. `docs/waits.md` has the limits of the waits outside.
//!
//! | thread | file | priority | may wait for | if its queue is full |
//! |---|---|---|---|---|
//! | main | `start.rs`, `stop.rs` | normal | a signal; then each thread, for a limited time | - |
//! | `gate` | `gate/driver.rs` | real-time 40 | its output lines; takes no lock | arm: the part is a fault and everything is rejected until it is gone; verdict: the part is rejected |
//! | `trigger` | `source/trigger.rs` | real-time 39 | nothing | the kernel's edges: they count as lost, and the gate rejects until their parts are gone |
//! | `intake` | `source/intake.rs` | normal | the watched directory | pictures wait in the directory and the gate rejects |
//! | `pairs` | `source/pairs.rs` | normal | the watched directory | triggers: the part is a fault |
//! | `camera` | `source/camera.rs` | normal | the camera | triggers: the part is a fault |
//! | `decode` (several) | `source/decode.rs` | normal | a picture's file, a free input | jobs: the part is a fault |
//! | `inspection` | `inspection/` | normal | AscendCL | messages: a bug, the program ends |
//! | `recorder` | `record/recorder.rs` | normal | the board's watchdog | decisions: a bug, the program ends; gate events: counted, and the fault line stays active |
//! | `journal` | `record/journal.rs` | normal | the disks of journal and pictures | records: the part is named and counted as unwritten, exit code 4 |
//! | `screen` | `record/screen.rs` | normal | the display | a newer scene replaces the one that waits |
//! | `keeper` | `keeper.rs` | normal | the guard, `lines.timeline` | one request is enough |
//!
//! # Ready
//!
//! `ReadySwitch` in `readiness.rs` alone decides whether the station is ready, and tells the gate. The
//! gate adds what it knows itself: a line that failed, parts that may still come from before READY, and
//! the recorder's lease.
//!
//! | | state | triggers | parts pass | ready line | fault line |
//! |---|---|---|---|---|---|
//! | the engine or the source has not started | STARTING | missed | no | off | off |
//! | everything works | READY, BUSY | taken | yes | on | off |
//! | too many parts are undecided or under way | BUSY | missed | yes | off | off |
//! | the camera failed | FAULT | missed | yes | off | on |
//! | the journal fails or stalls, the guard is gone, the keeper hangs | FAULT | missed | no | off | on |
//! | the recorder took no turn for a second | as before | taken, and rejected | no | off | on |
//! | the program stops | STOPPED | none are read | no | off | as before |

mod error;
mod inspection;
mod keeper;
mod messages;
mod open;
mod pace;
mod readiness;
mod record;
mod shared;
mod source;
mod spawn;
mod start;
mod stop;
mod threads;
mod wait;

pub use error::RunError;
pub use inspection::OpenLibrary;
pub use record::{FeederError, OpenWatchdog, Watchdogs};
pub use shared::{RunResult, Stop};
pub use source::OpenCamera;
pub use start::{Devices, START_MAX, hold_signals, run};
