use super::commission::PulseOptions;
use super::control::{ChallengeOptions, ModeOptions, ModeWord, RecipeOptions, ResetOptions};
use super::desk::{CheckOptions, FocusOptions, SnapOptions};
use super::labelled::{EvalOptions, TuneOptions};
use super::top::TopOptions;
use super::*;
use clap::CommandFactory as _;

fn parsed(line: &str) -> Result<Command, String> {
    let words = ["sluice"].into_iter().chain(line.split_whitespace());
    Cli::read(words.map(OsString::from)).map_err(|error| error.render().to_string())
}

fn station(path: &str) -> StationOption {
    StationOption {
        station: Some(path.into()),
    }
}

#[test]
fn the_definition_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn each_command_takes_its_options() {
    let cases = [
        (
            "run",
            Command::Run(RunOptions {
                station: StationOption::default(),
                parts: None,
                log: None,
            }),
        ),
        (
            "run --station a.json --parts=7 --log warning",
            Command::Run(RunOptions {
                station: station("a.json"),
                parts: Some(7),
                log: Some(LogLevel::Warning),
            }),
        ),
        (
            "init new.json --board host --frame 640x480 --roi 1,2,3,4 --line reject=12 --line trigger=GPIO17 --gate pulse --order rgb",
            Command::Init(new_station::InitOptions {
                file: Some("new.json".into()),
                board: Some("host".to_owned()),
                frame: Some([640, 480]),
                roi: Some([1, 2, 3, 4]),
                lines: vec![
                    ("reject".to_owned(), new_station::Place::Offset(12)),
                    (
                        "trigger".to_owned(),
                        new_station::Place::Name("GPIO17".to_owned()),
                    ),
                ],
                style: Some(new_station::StyleWord::Pulse),
                order: Some(new_station::OrderWord::Rgb),
                ..new_station::InitOptions::default()
            }),
        ),
        (
            "init --list",
            Command::Init(new_station::InitOptions {
                list: true,
                ..new_station::InitOptions::default()
            }),
        ),
        (
            "import a.pipeline --stream s --box 1,2,3,4 --write n.json",
            Command::Import(new_station::ImportOptions {
                json: false,
                pipeline: "a.pipeline".into(),
                stream: Some("s".to_owned()),
                corners: Some([1, 2, 3, 4]),
                frame: None,
                model: None,
                board: "host".to_owned(),
                write: Some("n.json".into()),
            }),
        ),
        (
            "check --keys",
            Command::Check(CheckOptions {
                station: StationOption::default(),
                keys: true,
                schema: false,
                json: false,
                desk: false,
            }),
        ),
        (
            "check --json --station a.json",
            Command::Check(CheckOptions {
                station: station("a.json"),
                keys: false,
                schema: false,
                json: true,
                desk: false,
            }),
        ),
        (
            "snap a.png --recipe disc --write b.png",
            Command::Snap(SnapOptions {
                station: StationOption::default(),
                picture: Some("a.png".into()),
                recipe: Some("disc".to_owned()),
                json: false,
                write: "b.png".into(),
                save: None,
            }),
        ),
        (
            "focus a.png b.png",
            Command::Focus(FocusOptions {
                station: StationOption::default(),
                pictures: vec!["a.png".into(), "b.png".into()],
                recipe: None,
                json: false,
                count: None,
            }),
        ),
        (
            "counters --json --reset",
            Command::Counters(CountersOptions {
                station: StationOption::default(),
                json: true,
                reset: true,
            }),
        ),
        (
            "top --station a.json",
            Command::Top(TopOptions {
                station: station("a.json"),
                file: None,
            }),
        ),
        (
            "top a.json",
            Command::Top(TopOptions {
                station: StationOption::default(),
                file: Some("a.json".into()),
            }),
        ),
        (
            "eval set --sheet worst.png --npy out --recipe flange --json",
            Command::Eval(EvalOptions {
                station: StationOption::default(),
                dataset: "set".into(),
                recipe: Some("flange".to_owned()),
                json: true,
                npy: Some("out".into()),
                reference_arrays: false,
                sheet: Some("worst.png".into()),
                sheet_parts: 8,
            }),
        ),
        (
            "export set --history kept --recipe plate",
            Command::Export(ExportOptions {
                station: StationOption::default(),
                dataset: "set".into(),
                history: Some("kept".into()),
                recipe: Some("plate".to_owned()),
                json: false,
            }),
        ),
        (
            "replay --from pictures --journal j --shard 2/3 --resume r --json",
            Command::Replay(ReplayOptions {
                station: StationOption::default(),
                from: Some(ReplayFrom::Pictures),
                journal: Some("j".to_owned()),
                history: None,
                shard: (2, 3),
                resume: Some("r".into()),
                json: true,
            }),
        ),
        (
            "tune set",
            Command::Tune(TuneOptions {
                station: StationOption::default(),
                dataset: "set".into(),
                recipe: None,
                json: false,
                miss_share: 0.0,
                class: None,
                plot: None,
                table: None,
                write: None,
            }),
        ),
        (
            "tune set --recipe disc --miss 0.02 --class pit --plot p.png --table t.csv --write w.json",
            Command::Tune(TuneOptions {
                station: StationOption::default(),
                dataset: "set".into(),
                recipe: Some("disc".to_owned()),
                json: false,
                miss_share: 0.02,
                class: Some("pit".to_owned()),
                plot: Some("p.png".into()),
                table: Some("t.csv".into()),
                write: Some("w.json".into()),
            }),
        ),
        ("safe", Command::Safe(StationOption::default())),
        (
            "pulse reject --station a.json",
            Command::Pulse(PulseOptions {
                json: false,
                station: station("a.json"),
                line: "reject".to_owned(),
                ms: 100,
            }),
        ),
        (
            "pulse --ms 5 reject",
            Command::Pulse(PulseOptions {
                json: false,
                station: StationOption::default(),
                line: "reject".to_owned(),
                ms: 5,
            }),
        ),
        (
            "mode --station a.json test",
            Command::Mode(ModeOptions {
                station: station("a.json"),
                mode: ModeWord::Test,
                json: false,
            }),
        ),
        (
            "reset --json",
            Command::Reset(ResetOptions {
                station: StationOption::default(),
                json: true,
            }),
        ),
        (
            "challenge --wait",
            Command::Challenge(ChallengeOptions {
                json: false,
                station: StationOption::default(),
                wait: true,
            }),
        ),
        (
            "recipe flange",
            Command::Recipe(RecipeOptions {
                json: false,
                station: StationOption::default(),
                name: Some("flange".to_owned()),
            }),
        ),
        (
            "watch-lines",
            Command::WatchLines(commission::WatchOptions::default()),
        ),
        (
            "explain 507033 ACL_ERROR_BAD_ALLOC",
            Command::Explain(ExplainOptions {
                json: false,
                words: vec!["507033".to_owned(), "ACL_ERROR_BAD_ALLOC".to_owned()],
            }),
        ),
        ("guard", Command::Guard),
        ("version", Command::Version(VersionOptions { json: false })),
    ];
    for (line, command) in cases {
        assert_eq!(parsed(line), Ok(command), "{line}");
    }
}

#[test]
fn a_wrong_command_line_is_refused_and_the_wrong_word_named() {
    for (line, word) in [
        ("", "Usage: sluice <COMMAND>"),
        ("rum", "'rum'"),
        ("rum", "'run'"),
        ("replay --shard 4/3", "'4/3' for '--shard <i/n>'"),
        ("replay --shard 0/3", "'0/3'"),
        ("replay --shard 1", "'1'"),
        ("eval set --sheet a.png --sheet-parts 25", "'25'"),
        ("eval set --sheet-parts 3", "--sheet <FILE.png>"),
        ("top a.json --station b.json", "--station"),
        ("replay --from disk", "possible values: history, pictures"),
        ("export", "<DATASET>"),
        ("run --parts x", "'x' for '--parts <N>'"),
        ("run --parts -1", "'-1'"),
        ("run --parts", "--parts <N>"),
        ("check --parts 3", "--parts"),
        ("check --json --schema", "--schema"),
        ("eval", "<DATASET>"),
        ("focus a.png --count 3", "--count <N>"),
        ("snap a.png --save b.png", "--save <FILE.png>"),
        ("init", "<FILE>"),
        ("init a --list", "--list"),
        (
            "init a --roi 1,2,3",
            "'1,2,3' for '--roi <X,Y,WIDTH,HEIGHT>'",
        ),
        ("init a --size 5x", "'5x' for '--size <WIDTHxHEIGHT>'"),
        ("init a --line Reject=1", "'Reject=1'"),
        ("import", "<PIPELINE>"),
        ("eval a b", "'b'"),
        ("eval a --reference-arrays", "--npy <DIRECTORY>"),
        ("eval a --miss 0", "--miss"),
        ("tune", "<DATASET>"),
        ("tune a --miss 1.5", "'1.5' for '--miss <SHARE>'"),
        ("tune a --miss NaN", "'NaN' for '--miss <SHARE>'"),
        ("run --station", "--station <FILE>"),
        ("run --station a --station b", "--station <FILE>"),
        ("--verbose", "--verbose"),
        (
            "run --log all",
            "possible values: error, warning, info, debug",
        ),
        ("safe reject", "'reject'"),
        ("mode", "<MODE>"),
        ("mode fly", "possible values: run, test, stop"),
        ("reset all", "'all'"),
        ("pulse", "<LINE>"),
        ("pulse reject pass", "'pass'"),
        ("pulse reject --ms 0", "0 is not in 1..=60000"),
        ("pulse reject --ms 60001", "60001 is not in 1..=60000"),
        ("pulse reject --ms x", "'x' for '--ms <N>'"),
        ("explain", "<KEY|CODE>"),
        ("explain 1 --station a", "--station"),
        ("guard --station a", "--station"),
    ] {
        let error = parsed(line).expect_err(line);
        assert!(error.contains(word), "{line}: {error}");
    }
}

#[test]
fn each_command_has_a_help_with_its_options_and_no_others() {
    let help = |command: &str| {
        let text = parsed(&format!("{command} --help")).expect_err(command);
        assert_eq!(parsed(&format!("help {command}")).unwrap_err(), text);
        text
    };
    for (command, own, other) in [
        ("run", "--parts <N>", "--keys"),
        ("init", "--line <LINE=PLACE>", "--box"),
        ("import", "--box <X0,Y0,X1,Y1>", "--line"),
        ("check", "--keys", "--parts"),
        ("snap", "--write <FILE.png>", "--npy"),
        ("focus", "--count <N>", "--npy"),
        ("eval", "--npy <DIRECTORY>", "--miss"),
        ("export", "--history <DIRECTORY>", "--from"),
        ("replay", "--shard <i/n>", "--npy"),
        ("tune", "--miss <SHARE>", "--npy"),
        ("mode", "stop", "--ms"),
        ("reset", "--station <FILE>", "--ms"),
        ("challenge", "--wait", "--ms"),
        ("recipe", "[NAME]", "--ms"),
        ("safe", "--station <FILE>", "--ms"),
        ("pulse", "--ms <N>", "--parts"),
        ("watch-lines", "--station <FILE>", "--ms"),
        ("explain", "<KEY|CODE>", "--station"),
        ("version", "--help", "--station"),
    ] {
        let text = help(command);
        assert!(text.contains(own) && !text.contains(other), "{text}");
    }
    assert!(!parsed("help").unwrap_err().contains("guard"));
}
