use super::*;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::os::fd::OwnedFd;
use std::thread;

/// A directory that is removed at the end.
struct Place(PathBuf);

impl Place {
    fn new(test: &str) -> Self {
        let name = format!("sluice-commands-{test}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn directory(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn client(&self) -> UnixStream {
        UnixStream::connect(self.0.join(NAME)).unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn at(ms: u64) -> Timestamp {
    Timestamp::default() + Duration::from_millis(ms)
}

fn echo(request: &str) -> Answer {
    Answer {
        done: request != "bad",
        what: cut(format_args!("heard {request}")),
    }
}

fn never(request: &str) -> Answer {
    panic!("{request}")
}

#[test]
fn each_command_gets_its_answer() {
    let place = Place::new("answer");
    let mut commands = Commands::open(place.directory()).unwrap();
    for (request, done) in [("mode stop", true), ("bad", false)] {
        let directory = place.directory();
        let answer = thread::scope(|scope| {
            let client = scope.spawn(|| ask(directory, request));
            while !client.is_finished() {
                commands.turn(at(0), echo);
                thread::yield_now();
            }
            client.join().unwrap().unwrap()
        });
        let what = cut(format_args!("heard {request}"));
        assert_eq!(answer, Answer { done, what });
    }
}

#[test]
fn a_client_that_sends_nothing_is_dropped_and_the_next_one_is_served() {
    let place = Place::new("silent");
    let mut commands = Commands::open(place.directory()).unwrap();
    let _silent = place.client();
    let mut second = place.client();
    second.write_all(b"reset\n").unwrap();
    commands.turn(at(0), never);
    assert_eq!(commands.next_wake(), Some(at(1000)));
    commands.turn(at(999), never);
    commands.turn(at(1000), never);
    assert_eq!(commands.next_wake(), None);
    commands.turn(at(1001), echo);
    let mut answer = std::string::String::new();
    second.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "ok heard reset\n");
}

#[test]
fn a_command_in_pieces_is_joined() {
    let place = Place::new("pieces");
    let mut commands = Commands::open(place.directory()).unwrap();
    let mut client = place.client();
    client.write_all(b"mode ").unwrap();
    commands.turn(at(0), never);
    client.write_all(b"run\n").unwrap();
    let mut heard = None;
    commands.turn(at(1), |request| {
        heard = Some(request.to_owned());
        echo(request)
    });
    assert_eq!(heard.as_deref(), Some("mode run"));
}

#[test]
fn a_command_that_is_too_long_is_refused_and_one_without_end_is_dropped() {
    let place = Place::new("long");
    let mut commands = Commands::open(place.directory()).unwrap();
    let mut long = place.client();
    long.write_all(&[b'x'; 3 * REQUEST_MAX]).unwrap();
    long.write_all(b"\n").unwrap();
    for ms in 0..4 {
        commands.turn(at(ms), never);
    }
    assert_eq!(commands.next_wake(), None);
    let mut answer = std::string::String::new();
    long.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "no the request is too long\n");
    let mut endless = place.client();
    endless.write_all(&[b'x'; 3 * REQUEST_MAX]).unwrap();
    commands.turn(at(2), never);
    assert_eq!(commands.next_wake(), Some(at(1002)));
    commands.turn(at(1002), never);
    assert_eq!(commands.next_wake(), None, "dropped");
}

#[test]
fn a_socket_that_a_dead_station_left_is_replaced_and_a_file_is_not() {
    let place = Place::new("left");
    drop(UnixListener::bind(place.0.join(NAME)).unwrap());
    drop(Commands::open(place.directory()).unwrap());
    assert!(!place.0.join(NAME).exists(), "removed at the end");
    let error = ask(place.directory(), "reset").unwrap_err().to_string();
    assert!(error.contains("no station answers"), "{error}");
    fs::write(place.0.join(NAME), "mine").unwrap();
    assert!(Commands::open(place.directory()).is_err());
    assert_eq!(fs::read(place.0.join(NAME)).unwrap(), b"mine");
}

#[test]
fn a_client_that_cannot_be_accepted_does_not_wake_the_thread_for_ever() {
    let place = Place::new("accept");
    let mut commands = Commands::open(place.directory()).unwrap();
    // This socket does not listen, so `accept` fails as it does without a free descriptor. Its
    // other end has sent something, so it is readable.
    let (mut client, ours) = UnixStream::pair().unwrap();
    client.write_all(b"mode stop").unwrap();
    let listener = core::mem::replace(
        &mut commands.listener,
        UnixListener::from(OwnedFd::from(ours)),
    );
    let is_readable = |commands: &Commands| {
        let mut fds = [PollFd::new(commands.as_fd(), PollFlags::POLLIN)];
        poll(&mut fds, PollTimeout::ZERO).unwrap() > 0
    };
    assert!(is_readable(&commands) && commands.next_wake().is_none());
    commands.turn(at(0), never);
    assert!(!is_readable(&commands));
    assert_eq!(commands.next_wake(), Some(at(1000)));
    commands.turn(at(999), never);
    commands.turn(at(1000), never);
    assert_eq!(commands.next_wake(), Some(at(2000)));
    // When it works again, the next client is served.
    commands.listener = listener;
    commands.turn(at(2000), never);
    assert!(commands.next_wake().is_none());
    place.client().write_all(b"mode stop\n").unwrap();
    assert!(is_readable(&commands));
    commands.turn(at(2000), echo);
}
