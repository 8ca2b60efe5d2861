//! The way between a viewer and the server: as long, as narrow and as broken as the evening says.
//!
//! It is made on our side of the socket: two pumps carry bytes between the viewer and the kernel,
//! and hold each piece until it would have arrived. A way without faults has no pumps.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::io::{DuplexStream, ReadBuf, duplex};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

/// What a viewer speaks through.
pub(crate) enum Link {
    Plain(TcpStream),
    Rough(DuplexStream),
}

/// What is wrong with the way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    /// There and back.
    pub(crate) round_trip: Duration,
    /// Of a hundred pieces, how many need another round trip.
    pub(crate) loss_percent: u32,
    /// How much of the server's words comes in.
    pub(crate) bytes_per_second: Option<u32>,
    /// When nothing passes, in microseconds since the start.
    pub(crate) blackouts: Vec<(u64, u64)>,
    /// When the run started; before it there is no blackout.
    pub(crate) start: Arc<OnceLock<std::time::Instant>>,
    /// Fixes which pieces are lost.
    pub(crate) seed: u64,
}

/// Pieces on the way at once.
const ON_THE_WAY: usize = 64;

/// The largest piece.
const PIECE_BYTES: usize = 1_024;

impl Conditions {
    /// True if bytes arrive as they are sent.
    pub(crate) fn is_plain(&self) -> bool {
        self.round_trip.is_zero()
            && self.loss_percent == 0
            && self.bytes_per_second.is_none()
            && self.blackouts.is_empty()
    }

    /// When what leaves now arrives.
    fn arrival(&self, now: Instant, lost: bool) -> Instant {
        let again = if lost { self.round_trip } else { Duration::ZERO };
        let arrival = now + self.round_trip / 2 + again;
        let Some(&start) = self.start.get() else { return arrival };
        let since = arrival.saturating_duration_since(start.into()).as_micros();
        let blackout = self
            .blackouts
            .iter()
            .find(|(from, to)| (u128::from(*from)..u128::from(*to)).contains(&since));
        blackout.map_or(arrival, |(_, to)| Instant::from(start) + Duration::from_micros(*to))
    }
}

impl Link {
    /// That connection, under those conditions.
    pub(crate) fn over(stream: TcpStream, conditions: Conditions) -> Self {
        if conditions.is_plain() {
            return Self::Plain(stream);
        }
        let (near, far) = duplex(PIECE_BYTES);
        // It ends when either side does.
        tokio::spawn(async move {
            let (from_server, to_server) = stream.into_split();
            let (from_viewer, to_viewer) = tokio::io::split(far);
            let up = Conditions {
                bytes_per_second: None,
                seed: conditions.seed ^ 1,
                ..conditions.clone()
            };
            tokio::select! {
                () = carry(from_server, to_viewer, conditions) => {}
                () = carry(from_viewer, to_server, up) => {}
            }
        });
        Self::Rough(near)
    }
}

/// Carries bytes one way until one end is gone.
async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    conditions: Conditions,
) {
    let (queue, mut pieces) = mpsc::channel::<(Instant, Vec<u8>)>(ON_THE_WAY);
    let mut random = crowd::Random::new(conditions.seed);
    let depart = async move {
        let mut last = Instant::now();
        let mut buffer = vec![0; PIECE_BYTES];
        loop {
            // Before the start everybody comes in at full speed.
            let slow = conditions.bytes_per_second.filter(|_| conditions.start.get().is_some());
            let most = slow.map_or(PIECE_BYTES, |bytes| bytes as usize / 4);
            let read = from.read(&mut buffer[..most.clamp(1, PIECE_BYTES)]).await;
            let Some(count) = read.ok().filter(|&count| count > 0) else { return };
            let lost = random.percent(conditions.loss_percent);
            // What was sent later waits for what was lost before it.
            last = last.max(conditions.arrival(Instant::now(), lost));
            if queue.send((last, buffer[..count].to_vec())).await.is_err() {
                return;
            }
            if let Some(bytes) = slow {
                sleep(Duration::from_secs_f64(count as f64 / f64::from(bytes.max(1)))).await;
            }
        }
    };
    let arrive = async move {
        while let Some((at, piece)) = pieces.recv().await {
            sleep_until(at).await;
            if to.write_all(&piece).await.is_err() || to.flush().await.is_err() {
                return;
            }
        }
    };
    tokio::join!(depart, arrive);
}

impl AsyncRead for Link {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Rough(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Link {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Rough(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Rough(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Rough(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_now_arrives_half_a_round_trip_later_and_never_in_the_dark() {
        let now = Instant::now();
        let ms = Duration::from_millis;
        let conditions = Conditions {
            round_trip: ms(300),
            blackouts: vec![(400_000, 2_000_000)],
            start: Arc::new(OnceLock::from(now.into_std())),
            ..Conditions::default()
        };
        assert!(!conditions.is_plain() && Conditions::default().is_plain());
        assert_eq!(conditions.arrival(now, false), now + ms(150));
        assert_eq!(
            conditions.arrival(now, true),
            now + ms(2_000),
            "its second try meets the blackout"
        );
        assert_eq!(conditions.arrival(now + ms(250), false), now + ms(2_000));
        assert_eq!(conditions.arrival(now + ms(1_850), false), now + ms(2_000));
        assert_eq!(conditions.arrival(now + ms(1_851), false), now + ms(2_001));
    }

    #[tokio::test]
    async fn bytes_over_a_rough_road_arrive_whole_and_in_order() {
        let (mut viewer, near) = duplex(64);
        let (far, mut server) = duplex(64);
        let conditions = Conditions {
            round_trip: Duration::from_millis(2),
            loss_percent: 50,
            bytes_per_second: Some(100_000),
            seed: 3,
            ..Conditions::default()
        };
        tokio::spawn(carry(near, far, conditions));
        let said: Vec<u8> = (0..5_000u32).map(|n| n as u8).collect();
        let (wrote, heard) = tokio::join!(
            async {
                let wrote = viewer.write_all(&said).await;
                drop(viewer);
                wrote
            },
            async {
                let mut heard = Vec::new();
                server.read_to_end(&mut heard).await.map(|_| heard)
            }
        );
        wrote.expect("carried");
        assert_eq!(heard.expect("carried"), said);
    }
}
