use super::*;

#[test]
fn each_call_gets_the_actions_whose_turn_it_is() {
    let mut rules = parse("aclrtMalloc:2:error=207001, aclrtMalloc:*:delay_ms=7,aclrtFree:1:hang")
        .expect("grammar");
    let delay = Action::Delay(Duration::from_millis(7));
    assert_eq!(due(&mut rules, "aclrtMalloc", Place::Call), [delay]);
    assert_eq!(
        due(&mut rules, "aclrtMalloc", Place::Call),
        [Action::Error(207_001), delay]
    );
    assert_eq!(due(&mut rules, "aclrtMalloc", Place::Call), [delay]);
    assert_eq!(due(&mut rules, "aclrtFree", Place::Call), [Action::Hang]);
    assert_eq!(due(&mut rules, "aclrtFree", Place::Call), []);
}

#[test]
fn actions_that_belong_to_some_functions_are_taken_there() {
    let rules = "aclmdlExecute:1:short,aclmdlExecuteAsync:*:corrupt,aclrtMallocHost:3:oom_bytes=4096,aclrtMemcpy:2:lost";
    let actions: Vec<_> = parse(rules)
        .expect("grammar")
        .iter()
        .map(|rule| rule.action)
        .collect();
    assert_eq!(
        actions,
        [
            Action::Short,
            Action::Corrupt,
            Action::Memory(4096),
            Action::Lost
        ]
    );
}

#[test]
fn a_launch_has_faults_of_its_own() {
    let mut rules = parse(
        "aclmdlExecuteAsync:1:hang,aclmdlExecuteAsync:1:refused=507002,aclrtRecordEvent:1:stuck",
    )
    .expect("grammar");
    let mut at = |function, place| due(&mut rules, function, place);
    assert_eq!(
        at("aclmdlExecuteAsync", Place::Call),
        [Action::Refused(507_002)]
    );
    assert_eq!(at("aclmdlExecuteAsync", Place::Task), [Action::Hang]);
    assert_eq!(at("aclrtRecordEvent", Place::Task), []);
    assert_eq!(at("aclrtRecordEvent", Place::Call), [Action::Stuck]);
}

#[test]
fn a_lost_device_takes_only_what_needs_it() {
    for function in [
        "aclrtMalloc",
        "aclmdlExecute",
        "aclmdlLoadFromMem",
        "aclrtSetDevice",
    ] {
        assert!(needs_device(function), "{function}");
    }
    for function in [
        "aclFinalize",
        "aclmdlCreateDataset",
        "aclrtGetRunMode",
        "aclrtGetTaskIdFromExceptionInfo",
    ] {
        assert!(!needs_device(function), "{function}");
    }
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
        "aclrtMalloc:1:short",
        "aclrtFree:1:corrupt",
        "aclrtFree:1:oom_bytes=5",
        "aclrtMalloc:1:oom_bytes=many",
        "aclrtMalloc:1:refused=207001",
        "aclrtMalloc:1:stuck",
        "aclrtMalloc:1:missing",
        "aclmdlExecuteAsync:1:refused=0",
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
