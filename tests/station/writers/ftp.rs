//! FTP: a small client, and the servers.

use super::{Server, free_port, installed, is_root};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A client after its login.
pub struct Client {
    control: BufReader<TcpStream>,
}

impl Client {
    pub fn login(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let timeout = Some(Duration::from_secs(20));
        stream.set_read_timeout(timeout).unwrap();
        let mut client = Self {
            control: BufReader::new(stream),
        };
        client.answer('2');
        client.ask("USER anonymous", '3');
        client.ask("PASS p", '2');
        client.ask("TYPE I", '2');
        client
    }

    /// Sends a command and returns the answer, which must begin with `digit`.
    pub fn ask(&mut self, command: &str, digit: char) -> String {
        let line = format!("{command}\r\n");
        self.control.get_mut().write_all(line.as_bytes()).unwrap();
        self.answer(digit)
    }

    fn answer(&mut self, digit: char) -> String {
        loop {
            let mut line = String::new();
            self.control.read_line(&mut line).unwrap();
            // In the last line of an answer a space follows the number.
            if line.as_bytes().get(3) == Some(&b' ') && !line.starts_with(' ') {
                assert!(line.starts_with(digit), "{line}");
                return line;
            }
            assert!(!line.is_empty(), "the server hung up");
        }
    }

    /// Stores a file.
    pub fn store(&mut self, name: &str, content: &[u8]) {
        let answer = self.ask("PASV", '2');
        let (_, numbers) = answer.split_once('(').unwrap();
        let (numbers, _) = numbers.split_once(')').unwrap();
        let numbers: Vec<u16> = numbers
            .split(',')
            .map(|text| text.parse().unwrap())
            .collect();
        let mut data = TcpStream::connect(("127.0.0.1", numbers[4] * 256 + numbers[5])).unwrap();
        self.ask(&format!("STOR {name}"), '1');
        data.write_all(content).unwrap();
        drop(data);
        self.answer('2');
    }

    pub fn rename(&mut self, from: &str, to: &str) {
        self.ask(&format!("RNFR {from}"), '3');
        self.ask(&format!("RNTO {to}"), '2');
    }
}

/// Starts vsftpd on `root`. `None` if it is not installed or the test does not run as root, which
/// its sessions need.
pub fn vsftpd(root: &Path) -> Option<Server> {
    let program = installed("vsftpd")?;
    if !is_root() {
        println!("vsftpd needs root: not tested");
        return None;
    }
    let port = free_port();
    let empty = root.join("empty");
    fs::create_dir(&empty).unwrap();
    let text = format!(
        "listen=YES\nlisten_address=127.0.0.1\nlisten_port={port}\nbackground=NO\nanonymous_enable=YES\nlocal_enable=NO\n\
         write_enable=YES\nanon_upload_enable=YES\nanon_other_write_enable=YES\nanon_umask=022\nanon_root={}\n\
         no_anon_password=NO\nmdtm_write=YES\nsecure_chroot_dir={}\nrun_as_launching_user=YES\nallow_writeable_chroot=YES\n\
         seccomp_sandbox=NO\nxferlog_enable=NO\n",
        root.display(),
        empty.display()
    );
    let configuration = root.join("vsftpd.conf");
    fs::write(&configuration, text).unwrap();
    let mut command = Command::new(program);
    Some(Server::start(
        command.arg(configuration),
        port,
        &root.join("vsftpd.txt"),
    ))
}

/// Starts pyftpdlib on `root` with the Python that `SLUICE_TEST_PYTHON` names, or `python3`. `None`
/// if that Python lacks the package.
pub fn pyftpdlib(root: &Path) -> Option<Server> {
    let python = std::env::var("SLUICE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python)
        .args(["-W", "ignore", "-c", "import pyftpdlib"])
        .output();
    if !has.is_ok_and(|output| output.status.success()) {
        println!("{python} has no pyftpdlib: not tested");
        return None;
    }
    let port = free_port();
    let text = "import sys\n\
        from pyftpdlib.authorizers import DummyAuthorizer\n\
        from pyftpdlib.handlers import FTPHandler\n\
        from pyftpdlib.servers import FTPServer\n\
        FTPHandler.authorizer = DummyAuthorizer()\n\
        FTPHandler.authorizer.add_user('anonymous', 'p', sys.argv[1], perm='elradfmwMT')\n\
        FTPServer(('127.0.0.1', int(sys.argv[2])), FTPHandler).serve_forever()\n";
    let mut command = Command::new(python);
    command
        .args(["-W", "ignore", "-c", text])
        .arg(root)
        .arg(port.to_string());
    Some(Server::start(
        &mut command,
        port,
        &root.join("pyftpdlib.txt"),
    ))
}
