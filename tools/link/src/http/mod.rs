//! The page, its live state, and the metrics, over HTTP. One request for each connection.

mod body;
mod events;
mod host;
mod metrics;
mod page;
mod refused;
mod token;
mod view;

use crate::config::HttpConfig;
use crate::connections::{self, Asked};
use crate::history::{History, PICTURE_TYPE};
use crate::name::Name;
use body::Body;
use core::convert::Infallible;
use events::Events;
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT, ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    HeaderValue, REFERRER_POLICY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use refused::{Refused, Why};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use token::is_allowed;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time;
use tokio_rustls::TlsAcceptor;
pub use view::View;

/// Clients at a time, those that watch the page included.
const CLIENTS_MAX: usize = 64;
/// How long a request and its answer may take.
const EXCHANGE_MAX: Duration = Duration::from_secs(10);
/// How long a picture may take on its way.
const PICTURE_MAX: Duration = Duration::from_secs(60);
/// How long a page may watch before it must connect again, which browsers do by themselves.
const WATCH_MAX: Duration = Duration::from_secs(600);
/// Bytes of a request that are read at most.
const REQUEST_MAX: usize = 16 * 1024;

/// What all clients share.
struct Shared {
    token: Option<String>,
    bound: IpAddr,
    hosts: Option<Vec<Name>>,
    tls: Option<TlsAcceptor>,
    refused: Refused,
    view: View,
    history: Option<History>,
}

/// Serves all clients. `history`: the kept parts, if they are to be shown. Does not return.
pub async fn serve(
    listener: TcpListener,
    config: HttpConfig,
    view: View,
    history: Option<History>,
) {
    let shared = Arc::new(Shared {
        token: config.token,
        bound: config.address.ip(),
        hosts: config.hosts,
        tls: config.tls.map(TlsAcceptor::from),
        refused: Refused::default(),
        view,
        history,
    });
    connections::serve(listener, CLIENTS_MAX, move |stream, asked| {
        client(stream, asked, shared.clone())
    })
    .await;
}

async fn client(stream: TcpStream, asked: Asked, shared: Arc<Shared>) {
    // The small events are sent at once.
    let _ = stream.set_nodelay(true);
    let Some(acceptor) = &shared.tls else {
        return exchange(stream, asked, shared).await;
    };
    // A client without the right certificate gets no answer.
    match time::timeout(EXCHANGE_MAX, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => exchange(stream, asked, shared).await,
        Ok(Err(error)) => shared.refused.add(Why::of(&error)),
        Err(_) => shared.refused.add(Why::Silent),
    }
}

async fn exchange<T>(stream: T, asked: Asked, shared: Arc<Shared>)
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let longer = Arc::new(AtomicU8::new(0));
    let service = {
        let longer = longer.clone();
        service_fn(move |request: Request<Incoming>| {
            asked.again();
            let (shared, longer) = (shared.clone(), longer.clone());
            async move {
                let response = answer(&request, &shared).await;
                let kind = match response.body() {
                    Body::Whole(_) => 0,
                    Body::Picture(_) => 1,
                    Body::Events(_) => 2,
                };
                longer.store(kind, Ordering::Relaxed);
                Ok::<_, Infallible>(response)
            }
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
    if time::timeout(EXCHANGE_MAX, &mut connection).await.is_err() {
        let rest = match longer.load(Ordering::Relaxed) {
            0 => return,
            1 => PICTURE_MAX,
            _ => WATCH_MAX,
        };
        let _ = time::timeout(rest, connection).await;
    }
}

async fn answer(request: &Request<Incoming>, shared: &Shared) -> Response<Body> {
    if let Some(hosts) = &shared.hosts
        && !host::is_ours(request, shared.bound, hosts)
    {
        return text(
            StatusCode::MISDIRECTED_REQUEST,
            "this name is not the link's: ask for localhost or the address of http.address, or add the name to http.hosts\n",
        );
    }
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
        "/" => with_type("text/html; charset=utf-8", page::text().into()),
        "/status.json" => with_type("application/json", shared.view.json().into()),
        "/events" => {
            let body = Body::Events(Events::new(shared.view.clone()));
            with_type("text/event-stream", body)
        }
        "/metrics" => {
            let accepted = request.headers().get(ACCEPT);
            let format = metrics::Format::of(accepted.and_then(|value| value.to_str().ok()));
            let refused = shared.tls.as_ref().map(|_| &shared.refused);
            let broker = shared.view.broker();
            let page = metrics::page(&shared.view.status(), broker, refused, format);
            with_type(format.content_type(), page.into())
        }
        path => kept(path, shared.history.as_ref())
            .await
            .unwrap_or_else(|| {
                text(
                    StatusCode::NOT_FOUND,
                    "known here: /, /status.json, /events, /metrics, /history.json\n",
                )
            }),
    }
}

/// The list of kept parts, or the picture of one. `None` for any other path.
async fn kept(path: &str, history: Option<&History>) -> Option<Response<Body>> {
    if path == "/history.json" {
        let Some(history) = history else {
            return Some(with_type("application/json", "null".into()));
        };
        let list = history.list().await;
        return Some(list.map_or_else(
            |error| unreadable(&error),
            |list| with_type("application/json", (*list).to_owned().into()),
        ));
    }
    let name = path.strip_prefix("/history/")?.strip_suffix(".png")?;
    let picture = history?.overlay(name).await;
    Some(match picture {
        Ok(picture) => with_type(PICTURE_TYPE, Body::Picture(picture)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            text(StatusCode::NOT_FOUND, "no picture of this part is kept\n")
        }
        Err(error) => unreadable(&error),
    })
}

fn unreadable(error: &io::Error) -> Response<Body> {
    let why =
        format!("the history cannot be read: {error}; look at history in the configuration\n");
    let mut response = with_type("text/plain; charset=utf-8", why.into());
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
}

fn text(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = with_type("text/plain; charset=utf-8", text.into());
    *response.status_mut() = status;
    response
}

fn with_type(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; \
                  img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
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
