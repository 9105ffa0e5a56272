//! The rules of `ASCENDCL_CPU_FAULT`: their grammar, the counting of calls, and their effect.

#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions};
use std::io::Write as _;
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

/// Functions that enqueue a task: a fault affects the task.
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

/// Functions that work without the device, even if it is lost.
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
    /// `None` means every call.
    call: Option<u64>,
    action: Action,
    /// The number of calls so far.
    count: u64,
}

/// Where a fault takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    /// On the calling thread, inside the call.
    Call,
    /// On the stream's thread, before the task runs.
    Task,
}

impl Rule {
    fn point(&self) -> Point {
        let of_call = matches!(self.action, Action::Refused(_) | Action::Stuck);
        if TASKS.contains(&self.function.as_str()) && !of_call {
            Point::Task
        } else {
            Point::Call
        }
    }
}

static RULES: Mutex<Vec<Rule>> = Mutex::new(Vec::new());
/// Where each call that a rule is for is named.
static LOG: Mutex<Option<File>> = Mutex::new(None);
static LOST: AtomicBool = AtomicBool::new(false);
static MEMORY_BYTES_MAX: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Reads the variable. Calls count from 1 again, the device is present and memory is unlimited.
pub(in crate::runtime) fn load() -> Result<(), Failure> {
    let text = environment::variable("ASCENDCL_CPU_FAULT").unwrap_or_default();
    *lock(&RULES) = parse(&text)?;
    *lock(&LOG) = open_log()?;
    LOST.store(false, Ordering::Release);
    MEMORY_BYTES_MAX.store(usize::MAX, Ordering::Release);
    Ok(())
}

fn open_log() -> Result<Option<File>, Failure> {
    let Some(path) = environment::variable("ASCENDCL_CPU_FAULT_LOG") else {
        return Ok(None);
    };
    let opened = OpenOptions::new().append(true).create(true).open(&path);
    opened.map(Some).map_err(|error| {
        let text =
            format!("ASCENDCL_CPU_FAULT_LOG is `{path}`: {error}; name a file that can be written");
        Failure::new(ACL_ERROR_INVALID_PARAM, text)
    })
}

/// The largest sum of all live blocks, bytes.
pub(in crate::runtime) fn memory_limit() -> usize {
    MEMORY_BYTES_MAX.load(Ordering::Acquire)
}

/// Whether the function is hidden from a program that links this crate. The program looks functions
/// up before `aclInit`, so this reads the variable each time.
pub(crate) fn missing(function: &str) -> bool {
    let text = environment::variable("ASCENDCL_CPU_FAULT").unwrap_or_default();
    let rules = parse(&text).unwrap_or_default();
    let is_missing = |rule: &Rule| rule.action == Action::Missing && rule.function == function;
    rules.iter().any(is_missing)
}

/// Applies the faults of a call.
pub(crate) fn at_call(function: &str) -> Result<(), Failure> {
    if function == "aclInit" {
        // A fault of `aclInit` itself must be known before `aclInit` loads the rules.
        load()?;
    }
    strike(function, Point::Call)?;
    if needs_device(function) {
        check_lost()?;
    }
    Ok(())
}

/// Applies the faults of a task.
pub(in crate::runtime) fn at_task(function: &str) -> Result<Damage, Failure> {
    let damage = strike(function, Point::Task)?;
    check_lost()?;
    Ok(damage)
}

fn check_lost() -> Result<(), Failure> {
    if LOST.load(Ordering::Acquire) {
        return Err(Failure::new(
            ACL_ERROR_RT_LOST_HEARTBEAT,
            "the device is lost (ASCENDCL_CPU_FAULT)",
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

/// Applies the faults at a call or a task.
fn strike(function: &str, at: Point) -> Result<Damage, Failure> {
    let due = due(&mut lock(&RULES), function, at);
    if !due.is_empty()
        && let Some(log) = &mut *lock(&LOG)
    {
        // Without the line a test sees that nothing failed, and fails itself.
        let _ = writeln!(log, "{function}");
    }
    let mut damage = Damage::default();
    for action in due {
        match action {
            Action::Error(code) | Action::Refused(code) => {
                return Err(Failure::new(code, "injected by ASCENDCL_CPU_FAULT").into_answer());
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

/// Counts the call and returns the actions of its rules, in the order of the rules.
fn due(rules: &mut [Rule], function: &str, at: Point) -> Vec<Action> {
    let mut due = Vec::new();
    let here = |rule: &&mut Rule| rule.function == function && rule.point() == at;
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
