use super::*;

#[test]
fn each_call_gets_the_actions_of_its_number() {
    let mut rules = parse("aclrtMalloc:2:error=207001, aclrtMalloc:*:delay_ms=7,aclrtFree:1:hang")
        .expect("grammar");
    let delay = Action::Delay(Duration::from_millis(7));
    assert_eq!(due(&mut rules, "aclrtMalloc", Point::Call), [delay]);
    assert_eq!(
        due(&mut rules, "aclrtMalloc", Point::Call),
        [Action::Error(207_001), delay]
    );
    assert_eq!(due(&mut rules, "aclrtMalloc", Point::Call), [delay]);
    assert_eq!(due(&mut rules, "aclrtFree", Point::Call), [Action::Hang]);
    assert_eq!(due(&mut rules, "aclrtFree", Point::Call), []);
}

#[test]
fn special_actions_are_accepted_for_their_functions() {
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
fn faults_of_a_call_differ_from_faults_of_its_task() {
    let mut rules = parse(
        "aclmdlExecuteAsync:1:hang,aclmdlExecuteAsync:1:refused=507002,aclrtRecordEvent:1:stuck",
    )
    .expect("grammar");
    let mut at = |function, point| due(&mut rules, function, point);
    assert_eq!(
        at("aclmdlExecuteAsync", Point::Call),
        [Action::Refused(507_002)]
    );
    assert_eq!(at("aclmdlExecuteAsync", Point::Task), [Action::Hang]);
    assert_eq!(at("aclrtRecordEvent", Point::Task), []);
    assert_eq!(at("aclrtRecordEvent", Point::Call), [Action::Stuck]);
}

#[test]
fn a_lost_device_fails_only_calls_that_need_it() {
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
fn the_error_names_a_rule_with_a_wrong_syntax() {
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
