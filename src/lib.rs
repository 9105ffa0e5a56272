//! Sluice: the program on a standalone industrial inspection station.
//!
//! This crate is the station without its devices. The program `sluice` opens the devices that the
//! station file names and calls [`run::run`]. `docs/architecture.md` follows one part through the
//! modules.
//!
//! | a part's way | module |
//! |---|---|
//! | an edge of the trigger line becomes a trigger | [`trigger`] |
//! | a picture arrives in the watched directory | [`watch`] |
//! | a trigger gets its picture file or camera frame | [`matching`] |
//! | the picture is read, cut and resized to the model's input | [`frame`], [`image`] |
//! | the model runs | [`engine`] |
//! | its output becomes a mask, blobs and a verdict | [`mask`], [`blobs`], [`verdict`] |
//! | the verdict moves the lines at the due time | [`gate`] |
//! | the operator sees it, and the journal keeps it | [`screen`], [`journal`] |
//!
//! | around it | module |
//! |---|---|
//! | threads, queues, start and stop | [`run`] |
//! | the station file and the recipe in it | [`station`], [`recipe`] |
//! | parts and verdicts, as all modules name them | [`part`] |
//! | modes, limits that wait for a reset, confirmation | [`control`] |
//! | checks before a run | [`check`], [`places`] |
//! | real-time priority and locked memory | [`scheduling`] |
//! | bounded queues and text, hashes, printed lines | [`bounded`], [`hash`], [`console`] |
//! | past parts with what the model got and what was judged | [`history`] |
//! | what the journal says of a station, for programs beside it | [`status`], [`tail`] |
//! | recorded parts, run again and compared | [`replay`] |
//! | data sets with masks, which no station uses | [`labelled`] |
//! | one picture, inspected and drawn | [`snap`] |
//! | a new station file; one from an mxVision pipeline | [`draft`], [`pipeline`] |
//!
//! A module uses those that it needs, and no two use each other: `cargo xtask circles` checks it.
//! After READY the station's threads allocate nothing. Nothing that input or hardware can reach
//! panics.
#![forbid(unsafe_code)]

#[macro_use]
pub mod console;
pub mod blobs;
pub mod bounded;
pub mod check;
pub mod control;
pub mod draft;
pub mod drift;
pub mod engine;
pub mod frame;
pub mod gate;
pub mod hash;
pub mod history;
pub mod image;
pub mod journal;
pub mod labelled;
pub mod language;
pub mod mask;
pub mod matching;
pub mod part;
pub mod pipeline;
pub mod places;
pub mod recipe;
pub mod replay;
pub mod run;
pub mod scheduling;
pub mod screen;
pub mod snap;
pub mod station;
pub mod status;
pub mod tail;
pub mod trigger;
pub mod verdict;
pub mod watch;
