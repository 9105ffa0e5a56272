//! Samba: the server and its client.

use super::{Server, free_port, installed, is_root, run};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Starts smbd with `root/parts` as a share. `None` if smbd or smbclient is not installed or the
/// test does not run as root.
pub fn smbd(root: &Path) -> Option<Server> {
    let program = installed("smbd")?;
    installed("smbclient")?;
    if !is_root() {
        println!("smbd needs root: not tested");
        return None;
    }
    let port = free_port();
    let own = root.join("samba");
    fs::create_dir(&own).unwrap();
    let (own, root) = (own.display(), root.display());
    let text = format!(
        "[global]\nbind interfaces only = yes\ninterfaces = lo\nsmb ports = {port}\nprivate dir = {own}\n\
         lock directory = {own}\nstate directory = {own}\ncache directory = {own}\npid directory = {own}\n\
         ncalrpc dir = {own}/nc\nlog file = {own}/log.txt\nmap to guest = Bad User\nguest account = root\n\
         disable spoolss = yes\nload printers = no\nserver role = standalone server\n\
         [parts]\npath = {root}/parts\nguest ok = yes\nread only = no\nforce user = root\n"
    );
    let configuration = format!("{own}/smb.conf");
    fs::write(&configuration, text).unwrap();
    let mut command = Command::new(program);
    command.args(["-F", "--no-process-group", "-s", &configuration]);
    let log = format!("{own}/smbd.txt");
    Some(Server::start(&mut command, port, Path::new(&log)))
}

/// Runs these commands in Samba's client on the share, from `directory`.
pub fn client(port: u16, directory: &Path, commands: &str) {
    let Some(program) = installed("smbclient") else {
        return;
    };
    let port = port.to_string();
    let arguments = ["//127.0.0.1/parts", "-p", &port, "-N", "-c", commands];
    run(&program, &arguments, directory, "");
}
