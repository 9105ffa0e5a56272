//! Accepts clients of one server. Their number is bounded, and the newest are served: clients that
//! hold connections and do nothing are pushed out by those that come after them.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time;

/// After a failed accept, such as for want of descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// Opens the address for clients.
///
/// # Errors
/// `key` with what the system says.
pub async fn listen(key: &str, address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
        let remedy = match error.kind() {
            io::ErrorKind::AddrInUse => "; choose another port, or stop the program that has it",
            io::ErrorKind::PermissionDenied => "; choose a port of 1024 or higher",
            io::ErrorKind::AddrNotAvailable => "; give an address of this machine",
            _ => "",
        };
        format!("{key}: {address} cannot be opened: {error}{remedy}")
    })
}

/// Serves each client in a task of its own, at most `clients_max` at a time. Does not return.
pub async fn serve<F, T>(listener: TcpListener, clients_max: usize, serve: F)
where
    F: Fn(TcpStream) -> T,
    T: Future<Output = ()> + Send + 'static,
{
    let mut clients: VecDeque<JoinHandle<()>> = VecDeque::with_capacity(clients_max);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            time::sleep(PAUSE).await;
            continue;
        };
        clients.retain(|client| !client.is_finished());
        while clients.len() >= clients_max {
            if let Some(oldest) = clients.pop_front() {
                oldest.abort();
            }
        }
        clients.push_back(tokio::spawn(serve(stream)));
    }
}
