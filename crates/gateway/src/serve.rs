//! The accept loop: who gets a connection, how long they may take, and how it all ends.
//!
//! ```text
//! accept ─▶ permit? ─┬─ yes ─▶ one task: HTTP/1 ─▶ edge ─▶ router ─▶ (a socket keeps the permit)
//!                    └─ no ──▶ 503 too_many_connections
//! stop ─▶ no more accepts, calls finish, sockets close 1012, wait until every permit is back
//! ```

use crate::edge::Edge;
use crate::live::Timing;
use crate::problem::Problem;
use crate::stop::Stop;
use crate::turn::{Answering, Heard, Turn};
use axum::Router;
use axum::response::IntoResponse;
use domain::limits::{
    HEAD_BYTES_MAX, HEADERS_MAX, READ_BUFFER_BYTES_MAX, SEND_BUFFER_BYTES, STOP_MS_MAX,
};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections that the kernel keeps for us while we are busy.
const BACKLOG: u32 = 4_096;

/// Connections beyond the limit that are told so at once; further ones are simply closed.
const TOLD_AT_ONCE: usize = 64;

/// How long accepting pauses when the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How a listener takes its connections.
#[derive(Clone, Debug)]
pub struct Listening {
    /// Most of them at once.
    pub connections_max: usize,
    /// How long they may take for this and that.
    pub timing: Timing,
    /// What is asked of every call.
    pub edge: Edge,
}

/// Who is at the other end; behind a proxy that is trusted, whom it names.
#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// One of the process's connections; a socket keeps it after its handshake.
    pub(crate) _permit: Arc<OwnedSemaphorePermit>,
}

/// Listens on an address, with a bounded send buffer for every connection.
///
/// # Errors
/// What the system says: in use, not ours, not allowed.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES as u32)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `stop`; returns when all connections are closed, or have been given
/// [`STOP_MS_MAX`].
pub async fn serve(listener: TcpListener, router: Router, listening: Listening, stop: Stop) {
    let connections_max = listening.connections_max;
    let listening = Arc::new(listening);
    let permits = Arc::new(Semaphore::new(connections_max));
    let refusals = Arc::new(Semaphore::new(TOLD_AT_ONCE));
    let mut stopping = stop.clone();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stopping.stopped() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        if let Ok(permit) = permits.clone().try_acquire_owned() {
            let peer = Peer { address, _permit: Arc::new(permit) };
            let listening = listening.clone();
            tokio::spawn(connection(stream, peer, router.clone(), listening, stop.clone()));
        } else if let Ok(permit) = refusals.clone().try_acquire_owned() {
            tokio::spawn(refuse(stream, permit, listening.timing, stop.clone()));
        }
    }
    drop(listener);
    let all = u32::try_from(connections_max).unwrap_or(u32::MAX);
    let limit = Duration::from_millis(STOP_MS_MAX);
    if tokio::time::timeout(limit, permits.acquire_many(all)).await.is_err() {
        let open = connections_max - permits.available_permits();
        tracing::warn!(open, "connections did not close in time and are cut");
    }
}

async fn connection(
    stream: TcpStream,
    peer: Peer,
    router: Router,
    listening: Arc<Listening>,
    stop: Stop,
) {
    let router = TowerToHyperService::new(router);
    let (turn, timing) = (Turn::first(), listening.timing);
    let of_call = turn.clone();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        of_call.called();
        let (turn, listening) = (of_call.clone(), listening.clone());
        let edge = &listening.edge;
        let caller = edge.caller(peer.address.ip(), request.headers());
        let admitted = edge.admit(caller, request.uri(), request.headers());
        let address = SocketAddr::new(caller, peer.address.port());
        request.extensions_mut().insert(Peer { address, ..peer.clone() });
        let answer = admitted.map(|()| router.call(request));
        async move {
            let mut response = match answer {
                Ok(answer) => answer.await?,
                Err(problem) => problem.into_response(),
            };
            listening.edge.seal(&mut response);
            Ok::<_, Infallible>(response.map(|body| Answering::new(body, turn)))
        }
    });
    run(Heard { stream, turn }, service, timing, stop).await;
}

/// Answers one call with the reason, whatever it was.
async fn refuse(stream: TcpStream, _permit: OwnedSemaphorePermit, timing: Timing, stop: Stop) {
    let turn = Turn::first();
    let of_call = turn.clone();
    let service = service_fn(move |_: hyper::Request<Incoming>| {
        let detail = "Every connection of this server is taken: come again shortly.";
        let mut full = Problem::retry("too_many_connections", detail, 5_000).into_response();
        let close = axum::http::HeaderValue::from_static("close");
        full.headers_mut().insert(axum::http::header::CONNECTION, close);
        let turn = of_call.clone();
        async move { Ok::<_, Infallible>(full.map(|body| Answering::new(body, turn))) }
    });
    let limit = Duration::from_secs(2);
    let answered = run(Heard { stream, turn }, service, timing, stop);
    if tokio::time::timeout(limit, answered).await.is_err() {
        tracing::debug!("a connection beyond the limit sent nothing");
    }
}

/// One connection over HTTP/1 until it ends, takes too long to say what it wants, or the server
/// stops.
async fn run<S>(heard: Heard, service: S, timing: Timing, mut stop: Stop)
where
    S: Service<hyper::Request<Incoming>, Response = hyper::Response<Answering>, Error = Infallible>
        + Send,
    S::Future: Send + 'static,
{
    if let Err(error) = heard.stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before it began");
        return;
    }
    let turn = heard.turn.clone();
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(timing.idle)
        .max_headers(HEADERS_MAX)
        .max_header_size(HEAD_BYTES_MAX)
        .max_buf_size(READ_BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(heard), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = turn.too_slow(timing.head) => {
            tracing::debug!("a connection took too long to say what it wants");
            return;
        }
        () = stop.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended badly");
    }
}
