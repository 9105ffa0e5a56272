//! A mosquitto, and a foreign subscriber.

use crate::link::{signal, wait};
use crate::station::Directory;
use std::fs::{self, File};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A broker that keeps its sessions on the disk when it is asked to, and at its end.
pub(crate) struct Broker {
    pub(crate) port: u16,
    configuration: PathBuf,
    child: Option<Child>,
}

impl Broker {
    pub(crate) fn start(place: &Directory, port: u16, more: &str) -> Self {
        let configuration = place.0.join("mosquitto.conf");
        let folder = place.0.join("broker");
        fs::create_dir(&folder).unwrap();
        let location = folder.display();
        let text = format!(
            "listener {port} 127.0.0.1\nuser root\npersistence true\npersistence_location {location}/\n\
             max_queued_messages 100000\n{more}\n"
        );
        fs::write(&configuration, text).unwrap();
        let mut broker = Self {
            port,
            configuration,
            child: None,
        };
        broker.again();
        broker
    }

    /// Starts it again.
    pub(crate) fn again(&mut self) {
        let child = Command::new("mosquitto")
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .arg("-c")
            .arg(&self.configuration)
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("mosquitto is needed: apt-get install mosquitto mosquitto-clients");
        self.child = Some(child);
        wait("the broker", || {
            TcpStream::connect(("127.0.0.1", self.port)).ok()
        });
    }

    /// Makes it write its sessions to the disk.
    pub(crate) fn save(&self) {
        signal(self.child.as_ref().unwrap().id(), "USR1");
    }

    /// Ends it in order.
    pub(crate) fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        signal(child.id(), "TERM");
        child.wait().unwrap();
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// `mosquitto_sub`, which subscribes with QoS 1 and connects again by itself.
pub(crate) struct Subscriber {
    child: Child,
    out: PathBuf,
}

/// A message: its topic, whether it was retained, and its text.
pub(crate) type Message = (String, bool, String);

impl Subscriber {
    pub(crate) fn start(place: &Directory, port: u16, name: &str, more: &[&str]) -> Self {
        let out = place.0.join(format!("{name}.out"));
        let child = Command::new("mosquitto_sub")
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &port.to_string(),
                "-i",
                name,
                "-q",
                "1",
            ])
            .args(["-t", "plant/line-3/#", "-F", "%t %r %p"])
            .args(more)
            .stdout(File::create(&out).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .expect("mosquitto_sub is needed: apt-get install mosquitto-clients");
        Self { child, out }
    }

    /// Waits until it gets what is published. Before, lines would pass it by.
    pub(crate) fn wait_until_subscribed(&self, port: u16) {
        wait("the subscription", || {
            let port = port.to_string();
            let published = Command::new("mosquitto_pub")
                .args([
                    "-h",
                    "127.0.0.1",
                    "-p",
                    &port,
                    "-t",
                    "plant/line-3/hello",
                    "-m",
                    "-",
                ])
                .status();
            assert!(published.unwrap().success());
            (!self.of("hello").is_empty()).then_some(())
        });
    }

    /// All messages so far.
    pub(crate) fn messages(&self) -> Vec<Message> {
        let text = String::from_utf8(fs::read(&self.out).unwrap()).unwrap();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let message = |line: &str| {
            let mut words = line.splitn(3, ' ');
            let mut word = || words.next().unwrap_or_default().to_owned();
            (word(), word() == "1", word())
        };
        whole.lines().map(message).collect()
    }

    /// The messages of one topic below the station's.
    pub(crate) fn of(&self, topic: &str) -> Vec<Message> {
        let topic = format!("plant/line-3/{topic}");
        self.messages()
            .into_iter()
            .filter(|(of, _, _)| *of == topic)
            .collect()
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
