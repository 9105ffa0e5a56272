//! The rules of `ASCENDCL_CPU_FAULT`: grammar, counting, effect.

#[cfg(test)]
mod tests;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use ascendcl::bindings::{ACL_ERROR_INVALID_PARAM, ACL_ERROR_RT_LOST_HEARTBEAT, aclError};

use super::super::environment;
use super::Damage;
use crate::failure::Failure;
use crate::functions::NAMES;
use crate::handles::lock;

/// Functions whose fault strikes on the stream.
const TASKS: [&str; 9] = [
    "aclmdlExecute",
    "aclmdlExecuteAsync",
    "aclrtMemcpyAsync",
    "aclrtMemcpy2dAsync",
    "aclrtMemsetAsync",
    "aclrtRecordEvent",
    "aclrtResetEvent",
    "aclrtStreamWaitEvent",
    "aclrtLaunchCallback",
];

const RUNS: [&str; 2] = ["aclmdlExecute", "aclmdlExecuteAsync"];
const ALLOCATIONS: [&str; 3] = ["aclrtMalloc", "aclrtMallocCached", "aclrtMallocHost"];

/// Functions that work without the device: they go on when it is lost.
const WITHOUT_DEVICE: [&str; 10] = [
    "aclrtGetVersion",
    "aclrtGetSocName",
    "aclrtGetRunMode",
    "aclrtGetDeviceCount",
    "aclrtGetDevice",
    "aclrtGetCurrentContext",
    "aclrtSetExceptionInfoCallback",
    "aclrtSubscribeReport",
    "aclrtUnSubscribeReport",
    "aclrtProcessReport",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Error(aclError),
    Delay(Duration),
    Hang,
    Lost,
    Short,
    Corrupt,
    Memory(usize),
    Refused(aclError),
    Stuck,
    Missing,
}

#[derive(Debug, PartialEq, Eq)]
struct Rule {
    function: String,
    /// `None` is every call.
    call: Option<u64>,
    action: Action,
    /// Calls so far.
    count: u64,
}

/// Where a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The caller, inside the call.
    Call,
    /// The stream's thread, when the task's turn has come.
    Task,
}

impl Rule {
    fn place(&self) -> Place {
        let of_call = matches!(self.action, Action::Refused(_) | Action::Stuck);
        if TASKS.contains(&self.function.as_str()) && !of_call {
            Place::Task
        } else {
            Place::Call
        }
    }
}

static RULES: Mutex<Vec<Rule>> = Mutex::new(Vec::new());
static LOST: AtomicBool = AtomicBool::new(false);
static MEMORY_BYTES_MAX: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Reads the variable and begins to count anew, with the device there and memory without a limit.
pub(in crate::runtime) fn load() -> Result<(), Failure> {
    let text = environment::variable("ASCENDCL_CPU_FAULT").unwrap_or_default();
    *lock(&RULES) = parse(&text)?;
    LOST.store(false, Ordering::Release);
    MEMORY_BYTES_MAX.store(usize::MAX, Ordering::Release);
    Ok(())
}

/// The sum of all live blocks, in bytes, that memory may reach.
pub(in crate::runtime) fn memory_limit() -> usize {
    MEMORY_BYTES_MAX.load(Ordering::Acquire)
}

/// Whether a program that has this implementation linked in must not find the function. Looked for before `aclInit`, so the
/// variable is read each time.
pub(crate) fn missing(function: &str) -> bool {
    let text = environment::variable("ASCENDCL_CPU_FAULT").unwrap_or_default();
    let rules = parse(&text).unwrap_or_default();
    let is_missing = |rule: &Rule| rule.action == Action::Missing && rule.function == function;
    rules.iter().any(is_missing)
}

/// Strikes a call, if it is its turn.
pub(crate) fn at_call(function: &str) -> Result<(), Failure> {
    if function == "aclInit" {
        // Its own faults must be known before it does its work, which is to load the rules.
        load()?;
    }
    strike(function, Place::Call)?;
    if needs_device(function) {
        check_lost()?;
    }
    Ok(())
}

/// Strikes a task, if it is its turn.
pub(in crate::runtime) fn at_task(function: &str) -> Result<Damage, Failure> {
    let damage = strike(function, Place::Task)?;
    check_lost()?;
    Ok(damage)
}

fn check_lost() -> Result<(), Failure> {
    if LOST.load(Ordering::Acquire) {
        return Err(Failure::new(
            ACL_ERROR_RT_LOST_HEARTBEAT,
            "the device is lost, by ASCENDCL_CPU_FAULT",
        ));
    }
    Ok(())
}

fn needs_device(function: &str) -> bool {
    let model = ["Execute", "Load", "Unload", "QuerySize"];
    let of_model = |name: &str| model.iter().any(|begin| name.starts_with(begin));
    function.strip_prefix("aclmdl").is_some_and(of_model)
        || function.starts_with("aclrt")
            && !WITHOUT_DEVICE.contains(&function)
            && !function.ends_with("FromExceptionInfo")
}

/// What a fault does, at the call or in the task.
fn strike(function: &str, at: Place) -> Result<Damage, Failure> {
    let due = due(&mut lock(&RULES), function, at);
    let mut damage = Damage::default();
    for action in due {
        match action {
            Action::Error(code) | Action::Refused(code) => {
                return Err(Failure::new(code, "fault of ASCENDCL_CPU_FAULT").into_answer());
            }
            Action::Delay(time) => thread::sleep(time),
            Action::Hang | Action::Stuck => loop {
                thread::park();
            },
            Action::Lost => LOST.store(true, Ordering::Release),
            Action::Short => damage.short = true,
            Action::Corrupt => damage.corrupt = true,
            Action::Memory(bytes) => MEMORY_BYTES_MAX.store(bytes, Ordering::Release),
            Action::Missing => {}
        }
    }
    Ok(damage)
}

/// Counts the call and picks the actions whose turn it is, in the order of the rules.
fn due(rules: &mut [Rule], function: &str, at: Place) -> Vec<Action> {
    let mut due = Vec::new();
    let here = |rule: &&mut Rule| rule.function == function && rule.place() == at;
    for rule in rules.iter_mut().filter(here) {
        rule.count += 1;
        if rule.call.is_none_or(|call| call == rule.count) {
            due.push(rule.action);
        }
    }
    due
}

fn parse(text: &str) -> Result<Vec<Rule>, Failure> {
    let rules = text
        .split(',')
        .map(str::trim)
        .filter(|rule| !rule.is_empty());
    rules
        .map(|rule| {
            parse_rule(rule).ok_or_else(|| {
                Failure::new(
                    ACL_ERROR_INVALID_PARAM,
                    format!("ASCENDCL_CPU_FAULT has `{rule}`: write FUNCTION:CALL:ACTION with a function of the ABI, a call from 1 or *, and error=CODE, delay_ms=N, hang, lost, with * missing, for tasks refused=CODE or stuck, for executions short or corrupt, for memory oom_bytes=N"),
                )
            })
        })
        .collect()
}

fn parse_rule(rule: &str) -> Option<Rule> {
    let mut parts = rule.split(':');
    let (function, call, action) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !NAMES.contains(&function) {
        return None;
    }
    let call = match call {
        "*" => None,
        number => Some(number.parse().ok().filter(|call| *call > 0)?),
    };
    let action = match (action.split_once('='), action) {
        (None, "hang") => Action::Hang,
        (None, "lost") => Action::Lost,
        (None, "short") if RUNS.contains(&function) => Action::Short,
        (None, "missing") if call.is_none() => Action::Missing,
        (None, "stuck") if TASKS.contains(&function) => Action::Stuck,
        (None, "corrupt") if RUNS.contains(&function) => Action::Corrupt,
        (Some(("error", code)), _) => Action::Error(code.parse().ok().filter(|code| *code != 0)?),
        (Some(("refused", code)), _) if TASKS.contains(&function) => {
            Action::Refused(code.parse().ok().filter(|code| *code != 0)?)
        }
        (Some(("delay_ms", time)), _) => Action::Delay(Duration::from_millis(time.parse().ok()?)),
        (Some(("oom_bytes", bytes)), _) if ALLOCATIONS.contains(&function) => {
            Action::Memory(bytes.parse().ok()?)
        }
        _ => return None,
    };
    Some(Rule {
        function: function.to_owned(),
        call,
        action,
        count: 0,
    })
}
