//! The whole station on simulated time: a proof by many random events.
//!
//! One thread owns what the station's threads own, and lets each take its turns: the trigger's
//! filter, the ready switch, the file matcher, the decider, the gate's driver, the recorder and the
//! journal are those of the station. So every order of turns can come that the threads allow, and a
//! seed gives the same order again. `docs/simulation.md` says what is simulated, what is checked
//! and what is not.

mod checks;
mod choice;
mod clock;
mod counting;
mod course;
mod doubt;
mod down;
mod encoder;
mod ends;
mod file;
mod generate;
mod goldens;
mod happens;
mod inspection;
mod life;
mod lines;
mod motion;
mod part;
mod products;
mod random;
mod ready_line;
mod shrink;
mod spans;
mod steps;
mod tally;
#[cfg(test)]
mod tests;
mod turns;
mod whole;
mod world;

pub use generate::steps;
pub use shrink::shrink;
pub use steps::{NoStep, Step, What};
pub use tally::Tally;
pub use whole::{Failure, run};
