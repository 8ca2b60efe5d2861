//! The accept loop: who gets a connection, how long they may take, and how it all ends.
//!
//! ```text
//! accept ─▶ permit? ─┬─ yes ─▶ one task: HTTP/1 ─▶ router ─▶ (a socket takes the permit along)
//!                    └─ no ──▶ 503 too_many_connections
//! stop ─▶ no more accepts, calls finish, sockets close 1012, wait until every permit is back
//! ```

use crate::problem::Problem;
use crate::stop::Stop;
use axum::Router;
use axum::response::IntoResponse;
use domain::limits::{HEADERS_MS_MAX, SEND_BUFFER_BYTES, STOP_MS_MAX};
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

/// Who is at the other end. Proxies' headers are not believed.
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

/// Serves until `stop`, at most `connections_max` connections at once; returns when all of them are
/// closed, or have been given [`STOP_MS_MAX`].
pub async fn serve(listener: TcpListener, router: Router, connections_max: usize, stop: Stop) {
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
            tokio::spawn(connection(stream, peer, router.clone(), stop.clone()));
        } else if let Ok(permit) = refusals.clone().try_acquire_owned() {
            tokio::spawn(refuse(stream, permit, stop.clone()));
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

async fn connection(stream: TcpStream, peer: Peer, router: Router, stop: Stop) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        router.call(request)
    });
    run(stream, service, stop).await;
}

/// Answers one call with the reason, whatever it was.
async fn refuse(stream: TcpStream, _permit: OwnedSemaphorePermit, stop: Stop) {
    let service = service_fn(|_: hyper::Request<Incoming>| async {
        let detail = "Every connection of this server is taken: come again shortly.";
        let mut full = Problem::retry("too_many_connections", detail, 5_000).into_response();
        let close = axum::http::HeaderValue::from_static("close");
        full.headers_mut().insert(axum::http::header::CONNECTION, close);
        Ok::<_, Infallible>(full)
    });
    let limit = Duration::from_secs(2);
    if tokio::time::timeout(limit, run(stream, service, stop)).await.is_err() {
        tracing::debug!("a connection beyond the limit sent nothing");
    }
}

/// One connection over HTTP/1 until it ends or the server stops.
async fn run<S>(stream: TcpStream, service: S, mut stop: Stop)
where
    S: Service<hyper::Request<Incoming>, Response = axum::response::Response, Error = Infallible>
        + Send,
    S::Future: Send + 'static,
{
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before it began");
        return;
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(HEADERS_MS_MAX))
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended badly");
    }
}
