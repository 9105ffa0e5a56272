//! The rules of `ASCENDCL_CPU_FAULT`: grammar, counting, effect.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use ascendcl::bindings::{ACL_ERROR_INVALID_PARAM, aclError};

use crate::failure::Failure;
use crate::handles::lock;
use crate::runtime::process;

/// Functions whose fault strikes on the stream.
const TASKS: [&str; 6] = [
    "aclmdlExecuteAsync",
    "aclrtMemcpyAsync",
    "aclrtMemsetAsync",
    "aclrtRecordEvent",
    "aclrtResetEvent",
    "aclrtStreamWaitEvent",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Error(aclError),
    Delay(Duration),
    Hang,
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

static RULES: Mutex<Vec<Rule>> = Mutex::new(Vec::new());

/// Reads the variable and begins to count anew.
pub(in crate::runtime) fn load() -> Result<(), Failure> {
    let text = process::variable("ASCENDCL_CPU_FAULT").unwrap_or_default();
    *lock(&RULES) = parse(&text)?;
    Ok(())
}

/// Strikes a call, if it is its turn.
pub(crate) fn at_call(function: &str) -> Result<(), Failure> {
    if TASKS.contains(&function) {
        return Ok(());
    }
    strike(function)
}

/// Strikes a task, if it is its turn.
pub(in crate::runtime) fn at_task(function: &str) -> Result<(), Failure> {
    strike(function)
}

fn strike(function: &str) -> Result<(), Failure> {
    let due = due(&mut lock(&RULES), function);
    for action in due {
        match action {
            Action::Error(code) => return Err(Failure::new(code, "fault of ASCENDCL_CPU_FAULT")),
            Action::Delay(time) => thread::sleep(time),
            Action::Hang => loop {
                thread::park();
            },
        }
    }
    Ok(())
}

/// Counts the call and picks the actions whose turn it is, in the order of the rules.
fn due(rules: &mut [Rule], function: &str) -> Vec<Action> {
    let mut due = Vec::new();
    for rule in rules.iter_mut().filter(|rule| rule.function == function) {
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
                    format!("ASCENDCL_CPU_FAULT has `{rule}`: write FUNCTION:CALL:ACTION with a function of the ABI, a call from 1 or *, and error=CODE, delay_ms=N or hang"),
                )
            })
        })
        .collect()
}

fn parse_rule(rule: &str) -> Option<Rule> {
    let mut parts = rule.split(':');
    let (function, call, action) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !crate::symbol::NAMES.contains(&function) {
        return None;
    }
    let call = match call {
        "*" => None,
        number => Some(number.parse().ok().filter(|call| *call > 0)?),
    };
    let action = match action.split_once('=') {
        None if action == "hang" => Action::Hang,
        Some(("error", code)) => Action::Error(code.parse().ok().filter(|code| *code != 0)?),
        Some(("delay_ms", time)) => Action::Delay(Duration::from_millis(time.parse().ok()?)),
        _ => return None,
    };
    Some(Rule {
        function: function.to_owned(),
        call,
        action,
        count: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_call_gets_the_actions_whose_turn_it_is() {
        let mut rules =
            parse("aclrtMalloc:2:error=207001, aclrtMalloc:*:delay_ms=7,aclrtFree:1:hang")
                .expect("grammar");
        let delay = Action::Delay(Duration::from_millis(7));
        assert_eq!(due(&mut rules, "aclrtMalloc"), [delay]);
        assert_eq!(
            due(&mut rules, "aclrtMalloc"),
            [Action::Error(207_001), delay]
        );
        assert_eq!(due(&mut rules, "aclrtMalloc"), [delay]);
        assert_eq!(due(&mut rules, "aclrtFree"), [Action::Hang]);
        assert_eq!(due(&mut rules, "aclrtFree"), []);
    }

    #[test]
    fn a_rule_that_is_not_understood_is_named() {
        for rule in [
            "aclrtMalloc",
            "aclrtMalloc:1",
            "aclrtMalloc:0:hang",
            "aclrtMalloc:1:error=0",
            "aclrtMalloc:1:delay_ms=-1",
            "aclrtMalloc:1:hang:2",
            "aclrtMallok:1:hang",
            "aclrtMalloc:1:hangs",
        ] {
            let failure = parse(&format!("aclrtFree:1:hang,{rule}")).expect_err(rule);
            assert_eq!(failure.code, ACL_ERROR_INVALID_PARAM);
            assert!(
                failure.text.contains(&format!("`{rule}`")),
                "{}",
                failure.text
            );
        }
    }
}
