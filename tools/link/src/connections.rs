//! Accepts clients of one server. Their number is bounded. One that comes when all places are taken
//! gets that of the client that has asked nothing for the longest time.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
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

/// When a client asked last.
#[derive(Debug, Clone)]
pub struct Asked(Arc<Mutex<Instant>>);

impl Asked {
    /// A client that has just connected.
    fn now() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    /// It asks now.
    pub fn again(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn time(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves each client in a task of its own, at most `clients_max` at a time. Does not return.
pub async fn serve<F, T>(listener: TcpListener, clients_max: usize, serve: F)
where
    F: Fn(TcpStream, Asked) -> T,
    T: Future<Output = ()> + Send + 'static,
{
    let mut clients: Vec<(Asked, JoinHandle<()>)> = Vec::with_capacity(clients_max);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            time::sleep(PAUSE).await;
            continue;
        };
        clients.retain(|(_, client)| !client.is_finished());
        while clients.len() >= clients_max {
            let times = clients.iter().map(|(asked, _)| asked.time()).enumerate();
            let Some((idle, _)) = times.min_by_key(|(_, time)| *time) else {
                break;
            };
            clients.swap_remove(idle).1.abort();
        }
        let asked = Asked::now();
        clients.push((asked.clone(), tokio::spawn(serve(stream, asked))));
    }
}
