//! Keys and codes, alone and in pasted messages.

fn explain(word: &str) -> Result<String, String> {
    let said = super::explain(word);
    if said.is_known() {
        Ok(said.text)
    } else {
        Err(said.text)
    }
}

fn explain_all(words: &[String]) -> Result<String, String> {
    let (entries, are_known) = super::explain_all(words);
    let text = entries.into_iter().map(|entry| entry.text).collect();
    if are_known { Ok(text) } else { Err(text) }
}

#[test]
fn keys_are_explained_and_a_wrong_one_gets_the_nearest() {
    let all = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        explain_all(&words)
    };
    let text = all(&["gate.delay_ms", "lines.reject"]).unwrap();
    for part in [
        "gate.delay_ms\n  means    time from the trigger",
        "  allowed  a whole number from 1 to 600000, in milliseconds\n  may be left out\n",
        "lines.reject\n",
        "\n    safe                 level that the wiring gives it",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for (key, default) in [
        ("journal.stall_ms", "\n  may be left out\n  default  1000\n"),
        ("trigger.chip", "\n  default  the value of lines.chip\n"),
    ] {
        let text = all(&[key]).unwrap();
        assert!(text.contains(default), "{text}");
    }
    assert!(!all(&["gate.deadline_ms"]).unwrap().contains("default"));
    // A list's element may be given with and without its index.
    let list = all(&["recipe.classes[0].class"]).unwrap();
    assert!(list.contains("from 1 to 254"), "{list}");
    assert!(all(&["recipe.classes"]).unwrap().contains("    score_min "));
    let wrong = all(&["gate.delai_ms"]).unwrap_err();
    assert_eq!(
        wrong,
        "gate.delai_ms is no key of a station file; did you mean \"gate.delay_ms\"?\n"
    );
    let both = all(&["lines.reject", "gate.delai_ms:"]).unwrap_err();
    assert!(both.starts_with("lines.reject\n") && both.ends_with(&wrong));
    let wrong = all(&["gate.colour"]).unwrap_err();
    assert!(wrong.contains("`sluice check --keys` lists all"), "{wrong}");
}

#[test]
fn a_code_is_explained_by_number_and_by_name() {
    let text = explain("507033").unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 5, "{text}");
    assert_eq!(lines[0], "507033 ACL_ERROR_RT_DEV_SETUP_ERROR");
    assert!(lines[1].starts_with("  class  internal: "), "{text}");
    assert!(lines[2].starts_with("  fatal  yes: "), "{text}");
    assert!(
        lines[3].starts_with("  to do  the device cannot be set up: "),
        "{text}"
    );
    assert_eq!(explain("acl_error_rt_dev_setup_error"), Ok(text));
    let text = explain("ACL_ERROR_RT_CONTEXT_NULL").unwrap();
    assert!(
        text.contains("\n  class  caller: ") && text.contains("\n  fatal  no: "),
        "{text}"
    );
    assert!(explain("0").unwrap().contains("no error"));
}

#[test]
fn codes_are_found_in_a_pasted_message() {
    let all = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        explain_all(&words)
    };
    let one = explain("507033").unwrap();
    for words in [
        &["507033,"][..],
        &["(507033)."],
        &["code=507033;"],
        &[
            "aclrtSetDevice failed with 507033 (ACL_ERROR_RT_DEV_SETUP_ERROR, see `sluice explain 507033`): why",
        ],
        &["failed", "with", "507033,", "twice:", "507033"],
    ] {
        assert_eq!(all(words).as_ref(), Ok(&one), "{words:?}");
    }
    let two = all(&["EE1001: The argument is invalid. Reason: 107002!"]).unwrap();
    assert!(
        two.starts_with("EE1001: an error") && two.contains("107002 ACL_ERROR_RT_CONTEXT_NULL"),
        "{two}"
    );
    assert!(all(&["507033, 207999"]).unwrap_err().starts_with(&one));
    assert!(
        all(&["...", ""])
            .unwrap_err()
            .contains("neither key nor code")
    );
    let none = all(&["it", "failed"]).unwrap_err();
    assert!(
        none.contains("it is no name") && none.contains("failed is no name"),
        "{none}"
    );
}

#[test]
fn keys_and_codes_are_explained_together() {
    let all = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        explain_all(&words)
    };
    let code = explain("507033").unwrap();
    let key = |path| sluice::station::keys::explain(path).unwrap();
    let both = Ok(key("engine.model") + &code);
    assert_eq!(
        all(&["engine.model: aclmdlLoadFromFile: 507033 (the engine and the image)"]),
        both
    );
    assert_eq!(all(&["engine.model:", "507033"]), both);
    assert_eq!(
        all(&["gate.delay_ms", "507033"]),
        Ok(key("gate.delay_ms") + &code)
    );
    let sentence = all(&["gate.delai_ms of the gate is 9; see `gate.delay_ms`."]);
    assert_eq!(sentence, Ok(key("gate.delay_ms")));
    assert_eq!(all(&["gate"]), Ok(key("gate")));
}

#[test]
fn a_code_of_cann_has_its_module_and_no_invented_meaning() {
    let text = explain("EE1001").unwrap();
    for word in [
        "the runtime",
        "user (0000",
        "title  an argument is invalid",
        "error_code.json",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let text = explain("EZ9999").unwrap();
    assert!(
        text.contains("internal (9000") && text.contains("device log"),
        "{text}"
    );
    assert!(!text.contains("title"), "{text}");
    let text = explain("WQ0001").unwrap();
    assert!(
        text.starts_with("WQ0001: a warning") && text.contains("does not name"),
        "{text}"
    );
}

#[test]
fn an_unknown_code_gets_the_class_of_its_range_or_names_like_it() {
    let text = explain("207999").unwrap_err();
    assert!(
        text.contains("not in header 1.3.0") && text.contains("class  resource: "),
        "{text}"
    );
    assert!(text.contains("to do  look it up"), "{text}");
    for number in ["42", "-107002", "400000"] {
        let text = explain(number).unwrap_err();
        assert!(text.contains("no code of AscendCL"), "{text}");
    }
    let text = explain("heartbeat").unwrap_err();
    assert!(
        text.contains("  507010 ACL_ERROR_RT_LOST_HEARTBEAT\n"),
        "{text}"
    );
    let text = explain("99999999999").unwrap_err();
    assert!(text.contains("no name of a code"), "{text}");
}
