//! The watchdogs' rules, with the test's socket, device and times.

use super::*;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::string::String as Text;
use std::sync::{Arc, Mutex};

/// What happened to the device.
#[derive(Default)]
struct Log(Mutex<Vec<&'static str>>);

impl Log {
    fn add(&self, what: &'static str) {
        self.0.lock().unwrap().push(what);
    }

    fn take(&self) -> Vec<&'static str> {
        core::mem::take(&mut self.0.lock().unwrap())
    }
}

struct Device {
    log: Arc<Log>,
    timeout: Duration,
}

impl Watchdog for Device {
    fn timeout(&self) -> Duration {
        self.timeout
    }

    fn feed(&mut self) -> Result<(), WatchdogError> {
        self.log.add("fed");
        Ok(())
    }

    fn disarm(self: Box<Self>) -> Result<(), WatchdogError> {
        self.log.add("disarmed");
        Ok(())
    }
}

struct Bench {
    feeder: WatchdogFeeder,
    log: Arc<Log>,
    service: UnixDatagram,
}

const CHECK: Duration = Duration::from_millis(500);

impl Bench {
    /// A service manager with a period of two seconds, and a device with this timeout.
    fn new(name: &str, timeout_s: u64) -> Self {
        let name = format!("sluice-alive-{}-{name}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let service = UnixDatagram::bind_addr(&address).unwrap();
        service.set_nonblocking(true).unwrap();
        let log = Arc::new(Log::default());
        let settings = file::WatchdogSettings {
            device: "/dev/watchdog".parse().unwrap(),
            timeout_s: 4,
        };
        let opened = Arc::clone(&log);
        let devices = Watchdogs {
            service: Some(Notify::to(format!("@{name}").as_ref()).unwrap()),
            service_period: Some(Duration::from_secs(2)),
            open_board: Box::new(move |_| {
                opened.add("armed");
                Ok(Box::new(Device {
                    log: Arc::clone(&opened),
                    timeout: Duration::from_secs(timeout_s),
                }))
            }),
        };
        let feeder = WatchdogFeeder::new(Some(&settings), CHECK, devices).unwrap();
        Self {
            feeder,
            log,
            service,
        }
    }

    fn turn(&mut self, state: StationState, finished: bool, ms: u64) -> Result<(), FeederError> {
        let now = Timestamp::default() + Duration::from_millis(10_000 + ms);
        self.feeder.turn(state, Counters::default(), finished, now)
    }

    /// The messages since the last call, without the status.
    fn messages(&self) -> Vec<Text> {
        let mut messages = Vec::new();
        let mut buffer = [0; 256];
        while let Ok(len) = self.service.recv(&mut buffer) {
            messages.push(Text::from_utf8(buffer[..len].to_vec()).unwrap());
        }
        messages.retain(|message| !message.starts_with("STATUS="));
        messages
    }
}

#[test]
fn a_watchdog_is_armed_by_ready_fed_by_finished_work_and_disarmed_by_a_requested_stop() {
    let mut bench = Bench::new("life", 4);
    // A self-check that passes while the station starts does not feed.
    bench.turn(StationState::Starting, true, 0).unwrap();
    assert_eq!(
        (bench.log.take(), bench.messages()),
        (vec![], Vec::<Text>::new())
    );
    bench.turn(StationState::Ready, false, 1).unwrap();
    assert_eq!(bench.log.take(), ["armed"]);
    assert_eq!(bench.messages(), ["READY=1"]);
    // Time alone does not feed, in any state.
    for (ms, state) in [
        (1000, StationState::Ready),
        (5000, StationState::Busy),
        (9000, StationState::Fault),
    ] {
        bench.turn(state, false, ms).unwrap();
    }
    assert_eq!(
        (bench.log.take(), bench.messages()),
        (vec![], Vec::<Text>::new())
    );
    bench.turn(StationState::Fault, true, 9001).unwrap();
    assert_eq!(bench.log.take(), ["fed"]);
    assert_eq!(bench.messages(), ["WATCHDOG=1"]);
    bench.turn(StationState::Stopped, true, 9900).unwrap();
    assert_eq!(bench.log.take(), Vec::<&str>::new());
    assert_eq!(bench.messages(), ["STOPPING=1"]);
    bench.feeder.end(&Stop::Asked);
    assert_eq!(bench.log.take(), ["disarmed"]);
}

#[test]
fn constant_work_feeds_eight_times_a_period() {
    let mut bench = Bench::new("pace", 4);
    bench.turn(StationState::Ready, false, 0).unwrap();
    bench.log.take();
    bench.messages();
    let mut fed = 0;
    for ms in 0..4000 {
        bench.turn(StationState::Busy, true, ms).unwrap();
        fed += bench.messages().len();
    }
    assert_eq!(bench.log.take().len(), 8);
    assert_eq!(fed, 16);
}

#[test]
fn a_stop_that_was_not_requested_leaves_the_watchdog_running() {
    for stop in [Stop::Broken("x".into()), Stop::Device("x".into())] {
        let mut bench = Bench::new("broken", 4);
        bench.turn(StationState::Ready, false, 0).unwrap();
        bench.feeder.end(&stop);
        assert_eq!(bench.log.take(), ["armed"]);
    }
}

#[test]
fn a_device_with_too_short_a_timeout_is_disarmed_and_ends_the_start() {
    let mut bench = Bench::new("short", 0);
    let error = bench
        .turn(StationState::Ready, false, 0)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("engine.self_check_ms is 500") && error.contains("the timeout that it gave"),
        "{error}"
    );
    assert_eq!(bench.log.take(), ["armed", "disarmed"]);
    assert_eq!(bench.messages(), Vec::<Text>::new(), "never ready");
}

#[test]
fn the_station_starts_only_if_self_checks_come_after_half_of_the_period() {
    for (check_ms, starts) in [(0, false), (1000, true), (1001, false)] {
        let devices = Watchdogs {
            service: None,
            service_period: Some(Duration::from_secs(2)),
            open_board: Box::new(|_| unreachable!()),
        };
        let feeder = WatchdogFeeder::new(None, Duration::from_millis(check_ms), devices);
        assert_eq!(feeder.is_ok(), starts, "{check_ms}");
        if let Err(error) = feeder {
            let text = error.to_string();
            let expected = format!("engine.self_check_ms is {check_ms}; allowed: 1 to 1000, half");
            assert!(text.starts_with(&expected), "{text}");
        }
    }
}

#[test]
fn the_status_is_sent_when_it_changes_and_at_once_when_it_needs_attention() {
    let mut bench = Bench::new("status", 4);
    let mut statuses = Vec::new();
    for (state, ms) in [
        (StationState::Starting, 0),
        (StationState::Ready, 10),
        (StationState::Busy, 20),
        (StationState::Ready, 30),
        (StationState::Fault, 40),
        (StationState::Fault, 2000),
        (StationState::Ready, 2010),
        (StationState::Busy, 3010),
    ] {
        bench.turn(state, false, ms).unwrap();
        let mut buffer = [0; 256];
        while let Ok(len) = bench.service.recv(&mut buffer) {
            let message = Text::from_utf8(buffer[..len].to_vec()).unwrap();
            if let Some(status) = message.strip_prefix("STATUS=") {
                statuses.push((ms, status.split(';').next().unwrap().to_owned()));
            }
        }
    }
    let expected = [
        (0, "STARTING"),
        (10, "READY"),
        (40, "FAULT"),
        (2010, "READY"),
        (3010, "BUSY"),
    ];
    assert_eq!(
        statuses,
        expected.map(|(ms, word): (u64, &str)| (ms, word.to_owned()))
    );
}

/// Under the service unit in `board/stations`, each station file there starts.
#[test]
fn every_shipped_file_starts_under_the_shipped_unit() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/board/stations");
    let unit = std::fs::read_to_string(format!("{directory}/sluice.service")).unwrap();
    let seconds = unit
        .lines()
        .find_map(|line| line.strip_prefix("WatchdogSec="));
    let period = Duration::from_secs(seconds.unwrap().parse().unwrap());
    let mut files = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let station = crate::station::read(&std::fs::read(&path).unwrap()).unwrap();
        let check = Duration::from_millis(station.engine.self_check_ms.into());
        let devices = Watchdogs {
            service: None,
            service_period: Some(period),
            open_board: Box::new(|_| unreachable!("it is not ready")),
        };
        let feeder = WatchdogFeeder::new(station.watchdog.as_ref(), check, devices);
        if let Err(error) = feeder {
            panic!("{}: {error}", path.display());
        }
        files += 1;
    }
    assert!(files >= 5, "{files}");
}

/// The service manager would end a station that never reports its start.
#[test]
fn a_station_that_is_stopped_or_waits_for_a_reset_has_started() {
    for state in [
        StationState::Halted,
        StationState::Latched,
        StationState::Test,
    ] {
        let mut bench = Bench::new("stopped", 4);
        bench.turn(StationState::Starting, false, 0).unwrap();
        bench.turn(state, false, 1).unwrap();
        assert_eq!(bench.log.take(), ["armed"], "{state:?}");
    }
}
