//! The page, its live state, and the metrics, over HTTP. One request for each connection.

mod events;
mod metrics;
mod token;

use crate::config::HttpConfig;
use crate::connections::{self, Asked};
use crate::mqtt::Counts;
use crate::status::{Board, report};
use core::convert::Infallible;
use events::Events;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ACCEPT, ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    HeaderValue, REFERRER_POLICY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use token::is_allowed;
use tokio::net::{TcpListener, TcpStream};
use tokio::time;

/// Clients at a time, those that watch the page included.
const CLIENTS_MAX: usize = 64;
/// How long a request and its answer may take.
const EXCHANGE_MAX: Duration = Duration::from_secs(10);
/// How long a page may watch before it must connect again, which browsers do by themselves.
const WATCH_MAX: Duration = Duration::from_secs(600);
/// Bytes of a request that are read at most.
const REQUEST_MAX: usize = 16 * 1024;

const PAGE: &str = include_str!("page.html");

/// What all clients share.
#[derive(Debug)]
struct Shared {
    token: Option<String>,
    board: Board,
    counts: Option<Counts>,
}

/// Serves all clients. `counts`: of the publishing, if there is a broker. Does not return.
pub async fn serve(
    listener: TcpListener,
    config: HttpConfig,
    board: Board,
    counts: Option<Counts>,
) {
    let shared = Arc::new(Shared {
        token: config.token,
        board,
        counts,
    });
    connections::serve(listener, CLIENTS_MAX, move |stream, asked| {
        client(stream, asked, shared.clone())
    })
    .await;
}

async fn client(stream: TcpStream, asked: Asked, shared: Arc<Shared>) {
    // The small events are sent at once.
    let _ = stream.set_nodelay(true);
    let watches = Arc::new(AtomicBool::new(false));
    let service = {
        let watches = watches.clone();
        service_fn(move |request: Request<Incoming>| {
            asked.again();
            let response = answer(&request, &shared);
            watches.store(
                matches!(response.body(), Body::Events(_)),
                Ordering::Relaxed,
            );
            async move { Ok::<_, Infallible>(response) }
        })
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(EXCHANGE_MAX)
        .max_buf_size(REQUEST_MAX)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // Errors are the client's. What it did not read ends with the connection.
    if time::timeout(EXCHANGE_MAX, &mut connection).await.is_err()
        && watches.load(Ordering::Relaxed)
    {
        let _ = time::timeout(WATCH_MAX, connection).await;
    }
}

fn answer(request: &Request<Incoming>, shared: &Shared) -> Response<Body> {
    if let Some(token) = &shared.token
        && !is_allowed(request.headers().get(AUTHORIZATION), token)
    {
        let mut response = text(StatusCode::UNAUTHORIZED, "the token is missing or wrong\n");
        let challenge = HeaderValue::from_static("Basic realm=\"sluice-link\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        return response;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "only GET is served\n");
        response
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    match request.uri().path() {
        "/" => with_type("text/html; charset=utf-8", PAGE.into()),
        "/status.json" => {
            let state = report(&shared.board.status(), true).to_string();
            with_type("application/json", state.into())
        }
        "/events" => {
            let body = Body::Events(Events::new(shared.board.clone()));
            with_type("text/event-stream", body)
        }
        "/metrics" => {
            let accepted = request.headers().get(ACCEPT);
            let format = metrics::Format::of(accepted.and_then(|value| value.to_str().ok()));
            let counts = shared.counts.as_ref().map(Counts::get);
            let page = metrics::page(&shared.board.status(), counts, format);
            with_type(format.content_type(), page.into())
        }
        _ => text(
            StatusCode::NOT_FOUND,
            "known here: /, /status.json, /events, /metrics\n",
        ),
    }
}

fn text(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = with_type("text/plain; charset=utf-8", text.into());
    *response.status_mut() = status;
    response
}

fn with_type(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; \
                  img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let headers: [(HeaderName, &'static str); 5] = [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CONTENT_SECURITY_POLICY, policy),
    ];
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The body of an answer.
#[derive(Debug)]
enum Body {
    Whole(Option<Bytes>),
    Events(Events),
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::Whole(Some(Bytes::from_static(text.as_bytes())))
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Whole(Some(text.into()))
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let data = match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take()),
            Self::Events(events) => events.poll(context).map(Some),
        };
        data.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                let length = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
            }
            Self::Events(_) => SizeHint::default(),
        }
    }
}
