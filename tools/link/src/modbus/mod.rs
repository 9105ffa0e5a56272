//! A Modbus/TCP server with read-only registers. `docs/link.md` has the map.
//!
//! The frames are our own. The libraries that were tried answer several requests in one segment,
//! long reads or some unit ids wrongly.

mod frame;
mod registers;

pub use registers::registers;

use crate::connections::{self, Asked};
use crate::status::Board;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time;

/// Clients at a time.
const CLIENTS_MAX: usize = 16;
/// A client that asks nothing for this long, or does not take its answer, is dropped.
const IDLE_MAX: Duration = Duration::from_secs(60);
const WRITE_MAX: Duration = Duration::from_secs(5);

/// Serves all clients. Does not return.
pub async fn serve(listener: TcpListener, board: Board) {
    connections::serve(listener, CLIENTS_MAX, move |stream, asked| {
        client(stream, asked, board.clone())
    })
    .await;
}

/// Answers the requests of one client in order, until it sends what is no request.
async fn client(mut stream: TcpStream, asked: Asked, board: Board) {
    let mut requests = frame::Requests::default();
    // As many as fit are answered before more is read, so a client that never reads is not heard.
    let mut piece = [0; 1024];
    while let Ok(Ok(length)) = time::timeout(IDLE_MAX, stream.read(&mut piece)).await {
        if length == 0 {
            return;
        }
        requests.add(piece.get(..length).unwrap_or_default());
        let mut answers = Vec::new();
        let is_valid = loop {
            match requests.next() {
                Ok(Some(request)) => {
                    asked.again();
                    request.answer(&registers(&board.status()), &mut answers);
                }
                Ok(None) => break true,
                Err(frame::NoModbus) => break false,
            }
        };
        let written = time::timeout(WRITE_MAX, stream.write_all(&answers)).await;
        if !is_valid || !matches!(written, Ok(Ok(()))) {
            return;
        }
    }
}
