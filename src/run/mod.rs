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
//! inspection --> history
//! keeper:  the guard, and the timeline of simulated lines
//! ```
//!
//! # Threads
//!
//! A thread has the name of its file or folder. All have normal priority except two. Everything
//! outside the program that a thread waits for is listed here; `docs/waits.md` has the limits.
//!
//! * main (`start.rs`, `stop.rs`) waits for a signal, then for each thread, for a limited time.
//! * `gate` (`gate/driver.rs`, real-time priority 40) waits for its output lines. It takes no lock.
//!   Queue of arms full: the part is a fault, and everything is rejected until it is gone. Queue of
//!   verdicts full: the part is rejected.
//! * `trigger` (`source/trigger.rs`, real-time priority 39) waits for nothing. Edges lost by the
//!   kernel: the gate rejects until their parts are gone.
//! * `intake` (`source/intake.rs`) waits for the watched directory. Too many parts under way:
//!   pictures wait in the directory, and the gate rejects until their parts are gone.
//! * `pairs` (`source/pairs.rs`) waits for the watched directory. Triggers full: the part is a
//!   fault.
//! * `camera` (`source/camera.rs`) waits for the camera. Triggers full: the part is a fault.
//! * `decode` (`source/decode.rs`), several threads, each waits for a picture's file and for a free
//!   input. Jobs full: the part is a fault.
//! * `inspection` (`inspection/`) waits for AscendCL. Messages full: a bug, which ends the program.
//! * `recorder` (`record/recorder.rs`) waits for the board's watchdog. Decisions full: a bug, which
//!   ends the program. Gate events full: they are counted, and the fault line stays active.
//! * `journal` (`record/journal.rs`) waits for the disks of the journal and of the pictures.
//!   Records full: the part is named on standard error, and the program ends with an error.
//! * `screen` (`record/screen.rs`) waits for the display. A newer scene replaces one that waits.
//! * `live` (`record/live.rs`) waits for a file in memory. A newer content replaces one that waits.
//! * `history` (`history/`) waits for the disk of the history. Copied parts full: a part is left
//!   out of the history, and counted.
//! * `inputs` (`inputs/`) waits for nothing: the lines and the socket for commands are polled.
//!   Edges of the sensor behind the gate full: a part counts as not seen. Changes full: a change is
//!   named on standard error, and a command for more is refused.
//! * `golden` (`golden.rs`) waits for the files of the golden pictures.
//! * `keeper` (`keeper.rs`) waits for the guard and `lines.timeline`. One request for a turn is
//!   enough.
//!
//! # Ready
//!
//! `ReadySwitch` in `readiness.rs` alone decides whether the station is ready, and tells the gate.
//! The gate adds what it knows itself: a line that failed, undecided parts, parts that may still
//! come from before READY, and the recorder's lease.
//!
//! | cause | state | triggers | parts pass | ready line | fault line |
//! |---|---|---|---|---|---|
//! | engine or source not started | STARTING | missed | no | off | off |
//! | everything works | READY, BUSY | taken | yes | on | off |
//! | too many parts under way | BUSY | missed | yes | off | off |
//! | the camera failed | FAULT | missed | yes | off | on |
//! | journal fails or stalls | FAULT | missed | no | off | on |
//! | guard gone, keeper hangs | FAULT | missed | no | off | on |
//! | the belt is in doubt | FAULT | missed | no | off | on |
//! | a movement was late | FAULT | missed | no | off | on |
//! | recorder hangs for 1 s | as before | taken, and rejected | no | off | on |
//! | mode `test` | TEST | taken, and rejected | no | off, as all outputs | safe level |
//! | mode `stopped` | STOPPED | missed | no | off | off |
//! | something waits for a reset | LATCHED | missed | no | off | on |
//! | a challenge is due, runs or failed | CHALLENGE | golden parts | golden parts | off | off |
//! | the recipe changes | READY, BUSY | missed | yes | off | off |
//! | the input lines give no recipe's code | FAULT | missed | no | off | on |
//! | the program stops | STOPPED | none are read | no | off | as before |

mod decoders;
mod error;
mod golden;
mod history;
mod inputs;
mod inspection;
mod keeper;
mod messages;
mod open;
mod pace;
mod readiness;
mod record;
mod shared;
#[cfg(any(test, feature = "simulation"))]
pub mod simulation;
mod source;
mod spawn;
mod start;
mod stop;
mod threads;
mod wait;

pub use error::RunError;
pub use inputs::{Answer, AskError, InputLine, ask};
pub use inspection::OpenLibrary;
pub use record::{FeederError, OpenWatchdog, Watchdogs};
pub use shared::{RunResult, Stop};
pub use source::OpenCamera;
pub use start::{Devices, START_MAX, hold_signals, run};
