//! What happens to the station from outside, as a list of steps. A step is one line of text:
//! `NUMBER MICROSECONDS_AFTER_THE_STEP_BEFORE WHAT [VALUE]`.
//!
//! A new kind of event is added in three places: here with its word, in `generate.rs` with how
//! often it comes, and in `happens.rs` with what it does. If it gives the operator another reason
//! why nothing passes, `ready_line.rs` needs that too.

use core::fmt;
use core::str::FromStr;

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its number, which decides the random numbers up to the next step.
    pub number: u32,
    /// Microseconds since the step before.
    pub after_us: u32,
    /// What happens.
    pub what: What,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$line:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$line])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in a file of steps.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

words! {
    /// A part, and what goes wrong with it.
    Kind {
        /// It is good, and nothing goes wrong.
        Good = "good",
        /// It has a defect that no recipe allows.
        Bad = "bad",
        /// It has a defect that the second recipe allows.
        Marked = "marked",
        /// Its picture never comes.
        NoPicture = "no_picture",
        /// Two pictures come in its time.
        TwoPictures = "two_pictures",
        /// Its picture cannot be decoded.
        Damaged = "damaged",
        /// Its picture takes too long to decode.
        SlowPicture = "slow_picture",
        /// The device reports an error.
        DeviceFault = "device_fault",
        /// The device takes too long.
        SlowDevice = "slow_device",
        /// The model's output is not valid.
        BadOutput = "bad_output",
        /// The kernel loses its edges.
        LostEdges = "lost_edges",
        /// The trigger line bounces.
        Bounces = "bounces",
        /// It goes the other way than the gate sends it.
        WrongWay = "wrong_way",
    }
}

words! {
    /// A thread of the station.
    Thread {
        /// `trigger`
        Trigger = "trigger",
        /// `gate`
        Gate = "gate",
        /// `pairs`
        Pairs = "pairs",
        /// `decode`
        Decode = "decode",
        /// `inspection`
        Inspection = "inspection",
        /// `recorder`
        Recorder = "recorder",
        /// `journal`
        Journal = "journal",
        /// `inputs`
        Inputs = "inputs",
        /// `keeper`
        Keeper = "keeper",
        /// `golden`
        Golden = "golden",
    }
}

words! {
    /// Something that has two states, on and off.
    Switch {
        /// The journal's directory is there.
        Journal = "journal_directory",
        /// The guard lives.
        Guard = "guard",
        /// The reject line can be driven.
        RejectLine = "reject_line",
        /// The input line `run`.
        Run = "run",
        /// The input line `test`.
        Test = "test",
        /// The input line `bin_full`.
        BinFull = "bin_full",
        /// The input line `lamp_test`.
        LampTest = "lamp_test",
        /// The input line `belt`.
        Drive = "drive",
    }
}

words! {
    /// What goes wrong with the golden pictures of a challenge.
    Golden {
        /// Nothing.
        Right = "right",
        /// One is judged as it must not be.
        Wrong = "wrong",
        /// The device fails.
        Faulted = "faulted",
        /// One is never inspected.
        Missing = "missing",
        /// One is inspected when the challenge has failed.
        Slow = "slow",
    }
}

/// What happens in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A part comes to the trigger.
    Part(Kind),
    /// A thread does not run for these microseconds.
    Held(Thread, u32),
    /// The whole station does not run for these microseconds.
    Stalled(u32),
    /// Driving the reject line takes these microseconds, once.
    SlowLine(u32),
    /// The civil clock is set by these seconds.
    ClockStep(i32),
    /// A switch is turned on or off.
    Set(Switch, bool),
    /// Someone resets, by line or by command.
    Reset,
    /// A command asks for the mode `stop` (off) or `run` (on).
    Command(bool),
    /// A self-check finishes, or fails.
    SelfCheck(bool),
    /// The station is killed, and starts again after these microseconds.
    Kill(u32),
    /// The belt moves by so many ticks a second from now on; backwards if it is negative.
    Belt(i32),
    /// The encoder stands while the belt moves so many times four edges.
    Slip(u32),
    /// The kernel loses so many edges of the encoder.
    LostTicks(u32),
    /// An edge of the encoder does not come.
    HiddenTick,
    /// The input lines change to this code of a recipe, and bounce.
    Code(u8),
    /// A command asks for the recipe at this place.
    Recipe(u8),
    /// Someone asks for a challenge, by line (on) or by command.
    Challenge(bool),
    /// What goes wrong with the golden pictures of the next challenge.
    Golden(Golden),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.number, self.after_us)?;
        let on = |on: bool| if on { "on" } else { "off" };
        match self.what {
            What::Part(kind) => write!(f, "part {}", kind.word()),
            What::Held(thread, us) => write!(f, "held {us} {}", thread.word()),
            What::Stalled(us) => write!(f, "stalled {us}"),
            What::SlowLine(us) => write!(f, "slow_line {us}"),
            What::ClockStep(seconds) => write!(f, "clock_step {seconds}"),
            What::Set(switch, level) => write!(f, "{} {}", on(level), switch.word()),
            What::Reset => write!(f, "reset"),
            What::Command(run) => write!(f, "command {}", on(run)),
            What::SelfCheck(finished) => write!(f, "self_check {}", on(finished)),
            What::Kill(us) => write!(f, "kill {us}"),
            What::Belt(ticks_per_s) => write!(f, "belt {ticks_per_s}"),
            What::Slip(count) => write!(f, "slip {count}"),
            What::LostTicks(count) => write!(f, "lost_ticks {count}"),
            What::HiddenTick => write!(f, "hidden_tick"),
            What::Code(code) => write!(f, "code {code}"),
            What::Recipe(place) => write!(f, "recipe {place}"),
            What::Challenge(by_line) => write!(f, "challenge {}", on(by_line)),
            What::Golden(golden) => write!(f, "golden {}", golden.word()),
        }
    }
}

/// A line that is no step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a step: \"{0}\"; a step is NUMBER MICROSECONDS WHAT [VALUE], as `simulate` prints it")]
pub struct NoStep(String);

impl FromStr for Step {
    type Err = NoStep;

    fn from_str(line: &str) -> Result<Self, NoStep> {
        parse(line).ok_or_else(|| NoStep(line.to_owned()))
    }
}

fn parse(line: &str) -> Option<Step> {
    let mut words = line.split_ascii_whitespace();
    let number = words.next()?.parse().ok()?;
    let after_us = words.next()?.parse().ok()?;
    let verb = words.next()?;
    let (first, second) = (words.next(), words.next());
    let us = || first?.parse().ok();
    let is_on = |word: &str| match word {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    };
    let what = match verb {
        "part" => What::Part(*Kind::ALL.iter().find(|kind| Some(kind.word()) == first)?),
        "held" => {
            let mut threads = Thread::ALL.iter();
            What::Held(
                *threads.find(|thread| Some(thread.word()) == second)?,
                us()?,
            )
        }
        "stalled" => What::Stalled(us()?),
        "slow_line" => What::SlowLine(us()?),
        "clock_step" => What::ClockStep(first?.parse().ok()?),
        "reset" => What::Reset,
        "command" => What::Command(is_on(first?)?),
        "self_check" => What::SelfCheck(is_on(first?)?),
        "kill" => What::Kill(us()?),
        "belt" => What::Belt(first?.parse().ok()?),
        "slip" => What::Slip(us()?),
        "lost_ticks" => What::LostTicks(us()?),
        "hidden_tick" => What::HiddenTick,
        "code" => What::Code(first?.parse().ok()?),
        "recipe" => What::Recipe(first?.parse().ok()?),
        "challenge" => What::Challenge(is_on(first?)?),
        "golden" => What::Golden(*Golden::ALL.iter().find(|g| Some(g.word()) == first)?),
        level => {
            let mut switches = Switch::ALL.iter();
            let switch = *switches.find(|switch| Some(switch.word()) == first)?;
            What::Set(switch, is_on(level)?)
        }
    };
    Some(Step {
        number,
        after_us,
        what,
    })
}
