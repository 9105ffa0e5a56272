use super::*;

fn parsed(line: &str) -> Result<Command, String> {
    parse(line.split_whitespace().map(OsString::from))
}

#[test]
fn commands_and_their_options() {
    assert_eq!(
        parsed("run"),
        Ok(Command::Run {
            station: None,
            parts: None
        })
    );
    assert_eq!(
        parsed("run --station a.json --parts=7"),
        Ok(Command::Run {
            station: Some("a.json".into()),
            parts: Some(7)
        })
    );
    assert_eq!(parsed("check --keys"), Ok(Command::Keys));
    assert_eq!(
        parsed("eval set --npy out"),
        Ok(Command::Eval {
            station: None,
            dataset: "set".into(),
            npy: Some("out".into())
        })
    );
    let tune = Tune {
        station: None,
        dataset: "set".into(),
        miss_share: 0.0,
        class: None,
        plot: None,
        table: None,
        write: None,
    };
    assert_eq!(
        parsed("tune set"),
        Ok(Command::Tune(Box::new(tune.clone())))
    );
    assert_eq!(
        parsed("tune set --miss 0.02 --class pit --plot p.png --table t.csv --write w.json"),
        Ok(Command::Tune(Box::new(Tune {
            miss_share: 0.02,
            class: Some("pit".to_owned()),
            plot: Some("p.png".into()),
            table: Some("t.csv".into()),
            write: Some("w.json".into()),
            ..tune
        })))
    );
    assert_eq!(parsed("safe"), Ok(Command::Safe { station: None }));
    for (line, ms) in [
        ("pulse reject --station a.json", PULSE_MS),
        ("pulse --ms 5 reject --station a.json", 5),
    ] {
        assert_eq!(
            parsed(line),
            Ok(Command::Pulse {
                station: Some("a.json".into()),
                line: "reject".to_owned(),
                ms
            })
        );
    }
    assert_eq!(
        parsed("watch-lines"),
        Ok(Command::WatchLines { station: None })
    );
    assert_eq!(
        parsed("explain 507033 ACL_ERROR_BAD_ALLOC"),
        Ok(Command::Explain {
            codes: vec!["507033".to_owned(), "ACL_ERROR_BAD_ALLOC".to_owned()]
        })
    );
    assert_eq!(parsed("guard"), Ok(Command::Guard));
    assert_eq!(parsed(""), Ok(Command::Help));
    assert_eq!(parsed("run --help"), Ok(Command::Help));
    assert_eq!(parsed("--version"), Ok(Command::Version));
}

#[test]
fn what_is_not_understood_is_named() {
    for (line, word) in [
        ("rum", "no command 'rum'"),
        ("replay x", "no command 'replay'"),
        ("replay --station x", "no command 'replay'"),
        ("run --parts x", "x"),
        ("run --parts", "--parts"),
        ("check --parts 3", "--parts"),
        ("eval", "data set"),
        ("eval a b", "b"),
        ("eval a --miss 0", "--miss"),
        ("tune", "data set"),
        ("tune a --miss 1.5", "--miss is 1.5"),
        ("tune a --miss NaN", "--miss is NaN"),
        ("run --station", "--station"),
        ("--verbose", "--verbose"),
        ("safe reject", "reject"),
        ("pulse", "output line"),
        ("pulse reject pass", "pass"),
        ("pulse reject --ms 0", "--ms is 0"),
        ("pulse reject --ms 60001", "60000"),
        ("explain", "507033"),
        ("explain 1 --station a", "--station"),
        ("guard --station a", "--station"),
    ] {
        let error = parsed(line).expect_err(line);
        assert!(
            error.contains(word) && error.contains("sluice help"),
            "{line}: {error}"
        );
    }
}
